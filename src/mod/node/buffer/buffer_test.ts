import { describe, expect, test } from 'bun:test'
import { Buffer, constants, isAscii, isUtf8, transcode } from 'node:buffer'
import { inspect } from 'node:util'

const code = (run: () => unknown): string | undefined => {
  try {
    run()
  } catch (error) {
    return (error as any).code ?? (error as any).name
  }
}

describe('making', () => {
  test('from text in every encoding', () => {
    const cases: [string, string, string][] = [
      ['aé€😀', 'utf8', '61c3a9e282acf09f9880'], ['aé', 'utf16le', '6100e900'], ['aéĀ', 'latin1', '61e900'], ['aé', 'ascii', '61e9'],
      ['YW Jj=', 'base64', '616263'], ['YW-_', 'base64url', '616fbf'], ['616g', 'hex', '61'], ['616', 'hex', '61'], ['\ud800', 'utf8', 'efbfbd'],
    ]
    for (const [text, encoding, hex] of cases) expect(Buffer.from(text, encoding as any).toString('hex')).toBe(hex)
    for (const n of [10, 100, 2000, 20000]) {
      expect(Buffer.from('x'.repeat(n)).length).toBe(n)
      expect(Buffer.from('é'.repeat(n)).length).toBe(2 * n)
      expect(Buffer.from('aé日😀'.repeat(n)).toString()).toBe('aé日😀'.repeat(n))
      expect(Buffer.from(Buffer.alloc(n, 7).toString('base64'), 'base64').equals(Buffer.alloc(n, 7))).toBe(true)
      expect(Buffer.from(Buffer.alloc(n, 7).toString('hex'), 'hex').equals(Buffer.alloc(n, 7))).toBe(true)
    }
  })

  test('from memory, arrays and things that have a value', () => {
    const memory = new ArrayBuffer(4), view = Buffer.from(memory, 1, 2)
    view[0] = 9
    expect(new Uint8Array(memory)[1]).toBe(9)
    expect(view.length).toBe(2)
    expect([...Buffer.from([1, 256, -1, '3', 1.9] as any)]).toEqual([1, 0, 255, 3, 1])
    expect(Buffer.from(new String('hi') as any).toString()).toBe('hi')
    expect(Buffer.from(JSON.parse(JSON.stringify(Buffer.from('hi')))).toString()).toBe('hi')
    expect([...Buffer.from(new Uint16Array([1, 257]))]).toEqual([1, 1])
    expect(code(() => Buffer.from(5 as any))).toBe('ERR_INVALID_ARG_TYPE')
    expect(code(() => Buffer.from('a', 'nope' as any))).toBe('ERR_UNKNOWN_ENCODING')
    expect(code(() => Buffer.from(memory, 5))).toBe('ERR_BUFFER_OUT_OF_BOUNDS')
  })

  test('by alloc, filled', () => {
    expect([...Buffer.alloc(5, 'abc')]).toEqual([97, 98, 99, 97, 98])
    expect(Buffer.alloc(3, '6162', 'hex').toString()).toBe('aba')
    expect(Buffer.allocUnsafe(10).length).toBe(10)
    expect(code(() => Buffer.alloc(-1))).toBe('ERR_OUT_OF_RANGE')
    expect(code(() => Buffer.alloc('5' as any))).toBe('ERR_INVALID_ARG_TYPE')
    expect(Buffer.concat([Buffer.from('ab'), new Uint8Array([99])], 4).toString('hex')).toBe('61626300')
    expect(Buffer.byteLength('€', 'utf8')).toBe(3)
  })

  test('gives a Uint8Array that is a Buffer', () => {
    const buffer = Buffer.from('abc')
    expect(buffer).toBeInstanceOf(Uint8Array)
    expect(Buffer.isBuffer(buffer.subarray(1))).toBe(true)
    expect(Buffer.isBuffer(buffer.map(x => x + 1))).toBe(true)
    expect(buffer.constructor.name).toBe('Buffer')
    expect(inspect(buffer)).toBe('<Buffer 61 62 63>')
    expect(inspect(Buffer.alloc(52))).toContain('... 2 more bytes>')
    expect(constants.MAX_LENGTH).toBeGreaterThan(2 ** 32)
  })
})

describe('numbers', () => {
  test('of all widths come back', () => {
    const buffer = Buffer.alloc(16) as any
    for (const end of ['LE', 'BE']) {
      for (const [name, value] of [['UInt16', 0xfedc], ['Int16', -2], ['UInt32', 0xfedcba98], ['Int32', -5], ['Float', 1.5], ['Double', Math.PI]] as const) {
        expect(buffer[`write${name}${end}`](value, 3)).toBeGreaterThan(4)
        expect(buffer[`read${name}${end}`](3)).toBe(value)
      }
      for (let n = 1; n <= 6; n++) {
        buffer[`writeUInt${end}`](2 ** (8 * n) - 2, 1, n)
        expect(buffer[`readUInt${end}`](1, n)).toBe(2 ** (8 * n) - 2)
        expect(buffer[`readInt${end}`](1, n)).toBe(-2)
      }
      buffer[`writeBigInt64${end}`](-3n, 0)
      expect(buffer[`readBigInt64${end}`](0)).toBe(-3n)
      expect(buffer[`readBigUInt64${end}`](0)).toBe(2n ** 64n - 3n)
    }
    expect(buffer.readUint8).toBe(buffer.readUInt8)
  })

  test('outside are refused', () => {
    const buffer = Buffer.alloc(4)
    expect(() => buffer.readUInt32LE(1)).toThrow('The value of "offset" is out of range. It must be >= 0 and <= 0. Received 1')
    expect(() => buffer.readUInt8(1.5)).toThrow('It must be an integer. Received 1.5')
    expect(() => buffer.writeUInt8(256)).toThrow('The value of "value" is out of range. It must be >= 0 and <= 255. Received 256')
    expect(code(() => Buffer.alloc(0).readInt8())).toBe('ERR_BUFFER_OUT_OF_BOUNDS')
    expect(code(() => buffer.readUIntLE(0, 7))).toBe('ERR_OUT_OF_RANGE')
    expect(code(() => (buffer as any).readUInt8('0'))).toBe('ERR_INVALID_ARG_TYPE')
  })
})

describe('many bytes', () => {
  test('are found', () => {
    const buffer = Buffer.from('the quick brown fox jumps over the lazy dog')
    expect([buffer.indexOf('the'), buffer.indexOf('the', 1), buffer.lastIndexOf('the'), buffer.indexOf('cat')]).toEqual([0, 31, 31, -1])
    expect([buffer.indexOf(113), buffer.indexOf(Buffer.from('fox')), buffer.indexOf('666f78', 'hex'), buffer.indexOf('', 99)]).toEqual([4, 16, 16, 43])
    expect(Buffer.from('aabb', 'utf16le').indexOf('b', 0, 'utf16le')).toBe(4)
    expect(buffer.includes('lazy')).toBe(true)
    expect(code(() => buffer.indexOf({} as any))).toBe('ERR_INVALID_ARG_TYPE')
  })

  test('are compared, copied, swapped, filled', () => {
    expect([Buffer.from('a').compare(Buffer.from('b')), Buffer.compare(Buffer.from('ab'), Buffer.from('a')), Buffer.from('a').equals(Buffer.from('a'))]).toEqual([-1, 1, true])
    const big = Buffer.alloc(300, 1), other = Buffer.from(big)
    other[299] = 2
    expect([big.compare(other), big.equals(other), big.compare(other, 0, 299, 0, 299)]).toEqual([-1, false, 0])
    const target = Buffer.alloc(4)
    expect(Buffer.from('abcdef').copy(target, 1, 2)).toBe(3)
    expect(target.toString('latin1')).toBe('\0cde')
    expect(Buffer.from([1, 2, 3, 4]).swap16().toString('hex')).toBe('02010403')
    expect(Buffer.from([1, 2, 3, 4]).swap32().toString('hex')).toBe('04030201')
    expect(Buffer.alloc(256, '0102', 'hex').swap16()[0]).toBe(2)
    expect(code(() => Buffer.alloc(3).swap16())).toBe('ERR_INVALID_BUFFER_SIZE')
    expect(Buffer.alloc(4).fill('ab', 1, 3).toString('hex')).toBe('00616200')
    expect(code(() => Buffer.alloc(4).fill('zz', 'hex'))).toBe('ERR_INVALID_ARG_VALUE')
  })

  test('are text', () => {
    const buffer = Buffer.from('héllo wörld')
    expect(buffer.toString('utf8', 1, 3)).toBe('é')
    expect(buffer.toString('base64')).toBe('aMOpbGxvIHfDtnJsZA==')
    expect(buffer.toString('base64url')).toBe('aMOpbGxvIHfDtnJsZA')
    expect(Buffer.from([200, 65]).toString('ascii')).toBe('HA')
    expect(Buffer.from([0xe9]).toString('latin1')).toBe('é')
    expect(buffer.subarray(1).toString('utf16le').length).toBe(6)
    expect(buffer.write('€€', 11)).toBe(0)
    expect(buffer.write('abc', 1, 2)).toBe(2)
    expect(buffer.write('zz', 'hex')).toBe(0)
    expect([isUtf8(Buffer.from('é')), isUtf8(Buffer.from([0x80])), isAscii(Buffer.from('é'))]).toEqual([true, false, false])
    expect(transcode(Buffer.from('€'), 'utf8', 'latin1').toString('hex')).toBe('3f')
  })
})
