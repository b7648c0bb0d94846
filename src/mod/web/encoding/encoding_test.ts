import { describe, expect, test } from 'bun:test'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

describe('TextEncoder', () => {
  test('writes UTF-8, lone surrogates as U+FFFD', () => {
    expect([...new TextEncoder().encode('aé€😀\ud800')]).toEqual([97, 195, 169, 226, 130, 172, 240, 159, 152, 128, 239, 191, 189])
    expect(new TextEncoder().encode().length).toBe(0)
    expect(new TextEncoder().encode('x'.repeat(100)).length).toBe(100)
    expect(new TextEncoder().encode('é'.repeat(100)).length).toBe(200)
    expect(new TextEncoder().encode('日'.repeat(100)).length).toBe(300)
  })

  test('encodeInto stops before what does not fit', () => {
    const into = new Uint8Array(5)
    expect(new TextEncoder().encodeInto('aé€', into)).toEqual({ read: 2, written: 3 })
    expect(new TextEncoder().encodeInto('a😀b', into)).toEqual({ read: 3, written: 5 })
    expect(new TextEncoder().encodeInto('', into)).toEqual({ read: 0, written: 0 })
  })
})

describe('TextDecoder', () => {
  test('reads UTF-8; each malformed part is one U+FFFD', () => {
    expect(new TextDecoder().decode(bytes(0xef, 0xbb, 0xbf, 0x61, 0xe2, 0x82, 0x62, 0xff, 0xf0, 0x9f))).toBe('a\ufffdb\ufffd\ufffd')
    expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes(0xef, 0xbb, 0xbf))).toBe('\ufeff')
    expect(new TextDecoder().decode(new TextEncoder().encode('日本語😀'.repeat(50)))).toBe('日本語😀'.repeat(50))
    expect(new TextDecoder().decode()).toBe('')
  })

  test('that is fatal refuses', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true })
    expect(() => decoder.decode(bytes(0xff))).toThrow('not valid for encoding utf-8')
    expect(decoder.decode(bytes(0x61))).toBe('a')
  })

  test('reads streams cut anywhere', () => {
    for (const [label, source] of [['utf-8', new TextEncoder().encode('aé€😀日')], ['utf-16le', bytes(0x3d, 0xd8, 0x00, 0xde, 0x61, 0x00)]] as const) {
      const whole = new TextDecoder(label).decode(source)
      for (let size = 1; size <= 4; size++) {
        const decoder = new TextDecoder(label)
        let text = ''
        for (let at = 0; at < source.length; at += size) text += decoder.decode(source.subarray(at, at + size), { stream: true })
        expect(text + decoder.decode()).toBe(whole)
      }
    }
    const decoder = new TextDecoder()
    expect(decoder.decode(bytes(0xe2, 0x82), { stream: true })).toBe('')
    expect(decoder.decode()).toBe('\ufffd')
  })

  test('knows the labels of the standard', () => {
    expect(new TextDecoder(' UTF8\n').encoding).toBe('utf-8')
    expect(new TextDecoder('latin1').encoding).toBe('windows-1252')
    expect(new TextDecoder('sjis').encoding).toBe('shift_jis')
    expect(() => new TextDecoder('nope')).toThrow('The "nope" encoding is not supported')
    expect(new TextDecoder('windows-1252').decode(bytes(0x80, 0xe9))).toBe('€é')
    expect(new TextDecoder('koi8-r').decode(bytes(0xc1, 0xe1))).toBe('аА')
    expect(new TextDecoder('utf-16be').decode(bytes(0x20, 0xac))).toBe('€')
  })
})

describe('encodings of East Asia', () => {
  test('are read, whole and in pieces', () => {
    const cases: [string, number[], string][] = [
      ['gbk', [0xc4, 0xe3, 0x61], '你a'], ['gb18030', [0x81, 0x30, 0x81, 0x30, 0x94, 0x39, 0xda, 0x33], '\x80💩'], ['big5', [0xa4, 0xa4], '中'],
      ['euc-jp', [0xc6, 0xfc, 0x8e, 0xb1], '日ｱ'], ['shift_jis', [0x93, 0xfa, 0xb1], '日ｱ'], ['euc-kr', [0xc7, 0xd1], '한'],
      ['iso-2022-jp', [0x1b, 0x24, 0x42, 0x46, 0x7c, 0x1b, 0x28, 0x42, 0x61], '日a'],
    ]
    for (const [encoding, source, want] of cases) {
      expect(new TextDecoder(encoding).decode(Uint8Array.from(source))).toBe(want)
      const decoder = new TextDecoder(encoding)
      let text = ''
      for (const byte of source) text += decoder.decode(Uint8Array.of(byte), { stream: true })
      expect(text + decoder.decode()).toBe(want)
    }
  })
})

describe('atob and btoa', () => {
  test('turn bytes into base64 and back', () => {
    expect(btoa('\xff\x00a')).toBe('/wBh')
    expect(atob(' YQ = =\n')).toBe('a')
    expect(atob(btoa('x'.repeat(100)))).toBe('x'.repeat(100))
  })

  test('refuse what is none', () => {
    for (const text of ['a', 'ab*', 'abc==', '*']) expect(() => atob(text)).toThrow()
    try {
      btoa('€')
    } catch (error) {
      expect((error as any).name).toBe('InvalidCharacterError')
    }
    expect(() => btoa('€')).toThrow('Invalid character')
  })
})
