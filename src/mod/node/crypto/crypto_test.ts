import { describe, expect, test } from 'bun:test'
import crypto from 'node:crypto'
import { Readable } from 'node:stream'

describe('crypto', () => {
  test('digests and HMACs are those of the standards', () => {
    expect(crypto.createHash('sha1').update('a').update(Buffer.from('bc')).digest('hex')).toBe('a9993e364706816aba3e25717850c26c9cd0d89d')
    expect(crypto.createHash('md5').update('6162', 'hex').digest('base64')).toBe('GH70Q2Ei0cwvQNwrkvDroA==')
    expect(crypto.createHmac('sha256', 'key').update('The quick brown fox jumps over the lazy dog').digest('hex')).toBe('f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8')
    expect(crypto.createHmac('sha1', Buffer.alloc(200, 1)).digest('hex')).toBe(crypto.createHmac('sha1', crypto.createHash('sha1').update(Buffer.alloc(200, 1)).digest()).digest('hex'))
    expect(crypto.hash('sha256', 'x')).toBe('2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881')
    expect(crypto.createHash('shake128', { outputLength: 3 }).digest('hex')).toBe('7f9c2b')
  })
  test('a copy goes its own way', () => {
    const a = crypto.createHash('sha256').update('a')
    const b = a.copy().update('b')
    expect(a.digest('hex')).toBe(crypto.hash('sha256', 'a'))
    expect(b.digest('hex')).toBe(crypto.hash('sha256', 'ab'))
  })
  test('what is wrong is told by a code', () => {
    const code = (f: () => unknown): string => { try { f(); return 'none' } catch (e: any) { return e.code } }
    const h = crypto.createHash('sha1')
    h.digest()
    expect(code(() => h.update('x'))).toBe('ERR_CRYPTO_HASH_FINALIZED')
    expect(code(() => h.digest())).toBe('ERR_CRYPTO_HASH_FINALIZED')
    expect(code(() => crypto.createHash('sha1').update(1 as any))).toBe('ERR_INVALID_ARG_TYPE')
    expect(code(() => crypto.randomBytes(-1))).toBe('ERR_OUT_OF_RANGE')
    expect(code(() => crypto.timingSafeEqual(Buffer.alloc(1), Buffer.alloc(2)))).toBe('ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH')
    expect(() => crypto.createHash('nope')).toThrow('Digest method not supported')
  })
  test('a hash is a stream', async () => {
    const h = crypto.createHash('sha1')
    const end = new Promise((resolve) => h.once('finish', resolve))
    Readable.from(['a', 'b', 'c']).pipe(h)
    await end
    expect(h.read().toString('hex')).toBe('a9993e364706816aba3e25717850c26c9cd0d89d')
    expect(crypto.createHash('sha1').writable).toBe(true)
  })
  test('random values have their form and range', () => {
    const seen = new Set(Array.from({ length: 300 }, () => crypto.randomUUID()))
    expect(seen.size).toBe(300)
    for (const u of seen) expect(u).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    for (let i = 0; i < 500; i++) {
      const n = crypto.randomInt(-3, 3)
      expect(n >= -3 && n < 3 && Number.isInteger(n)).toBe(true)
    }
    expect(crypto.randomBytes(5000).some((b) => b !== 0)).toBe(true)
    const part = crypto.randomFillSync(Buffer.alloc(8), 4)
    expect([...part.subarray(0, 4)]).toEqual([0, 0, 0, 0])
  })
  test('webcrypto digests', async () => {
    const bytes = new Uint8Array(await crypto.webcrypto.subtle.digest('sha-256', new TextEncoder().encode('x')))
    expect(Buffer.from(bytes).toString('hex')).toBe(crypto.hash('sha256', 'x'))
    expect(globalThis.crypto.getRandomValues(new Uint16Array(4)).length).toBe(4)
  })
})
