import { expect, test } from 'bun:test'
import { Buffer } from 'node:buffer'
import { StringDecoder } from 'node:string_decoder'

test('text comes whole however its bytes are cut', () => {
  const source = 'aé€😀日本'
  for (const encoding of ['utf8', 'utf16le', 'base64', 'base64url', 'hex', 'latin1'] as const) {
    const bytes = Buffer.from(source, 'utf8')
    for (let size = 1; size < 6; size++) {
      const decoder = new StringDecoder(encoding)
      let text = ''
      for (let at = 0; at < bytes.length; at += size) text += decoder.write(bytes.subarray(at, at + size))
      expect(text + decoder.end()).toBe(bytes.toString(encoding))
    }
  }
})

test('what is missing is known', () => {
  const decoder = new StringDecoder('utf8') as any
  expect(decoder.write(Buffer.from([0xe2, 0x82]))).toBe('')
  expect([decoder.lastNeed, decoder.lastTotal]).toEqual([1, 3])
  expect(decoder.end()).toBe('\ufffd')
  expect(decoder.end(Buffer.from('x'))).toBe('x')
  expect(() => new StringDecoder('nope' as any)).toThrow('Unknown encoding: nope')
})
