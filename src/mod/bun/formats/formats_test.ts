import { expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const { Bun } = globalThis as any
const ours = Bun ? test : test.skip

ours('TOML and JSONC are read', () => {
  expect(Bun.TOML.parse('a = 1\n[b]\nc = "x"\nd = [1, 2.5, true]\ne = inf\n"__proto__" = 1').b.d).toEqual([1, 2.5, true])
  expect(Bun.TOML.parse('e = -inf').e).toBe(-Infinity)
  expect(() => Bun.TOML.parse('a = ')).toThrow('TOML Parse error')
  expect(Bun.JSONC.parse('{"a": 1, /* c */} // x')).toEqual({ a: 1 })
})

ours('TOML is printed as Bun prints it', () => {
  const { stringify } = Bun.TOML
  expect(stringify({ a: { x: 1 }, b: 1, c: [{ y: 1 }, {}], d: [1, { 'e f': [true] }, []], g: { h: { i: -0 } }, j: undefined, k() {} }))
    .toBe('b = 1\nd = [1, { "e f" = [true] }, []]\n\n[a]\nx = 1\n\n[[c]]\ny = 1\n\n[[c]]\n\n[g.h]\ni = -0.0\n')
  expect(stringify({ s: 'a"\n\x7f\ud800', n: [NaN, -Infinity, 1e21, 2 ** 53, 1.5], t: new Date(5), '': {} }))
    .toBe('s = "a\\"\\n\\u007f\ufffd"\nn = [nan, -inf, 1e+21, 9007199254740992.0, 1.5]\nt = 1970-01-01T00:00:00.005Z\n\n[""]\n')
  const value = { a: { b: [{ c: 1, d: { e: 'x' } }, { f: [] }] }, g: [[1], ['a']] }
  expect(Bun.TOML.parse(stringify(value))).toEqual(value)
  const cycle: any = { a: {} }
  cycle.a.b = cycle
  for (const [wrong, why] of [[{ a: { b: null } }, "TOML cannot represent null (key 'b')"], [{ a: [undefined] }, 'TOML cannot represent undefined in an array'],
    [{ a: 1n }, 'cannot serialize BigInt'], [cycle, 'circular'], [[1], 'expects an object'], [{ a: new Date(NaN) }, 'invalid Date']] as const) {
    expect(() => stringify(wrong)).toThrow(why)
  }
})

ours('versions are compared', () => {
  expect([Bun.semver.satisfies('1.2.3', '^1.0.0'), Bun.semver.satisfies('1.2.3-beta', '>=1.2.0'), Bun.semver.satisfies('x', '*')]).toEqual([true, false, false])
  expect(['1.0.2', '1.0.0-a', '1.0.0'].sort(Bun.semver.order)).toEqual(['1.0.0-a', '1.0.0', '1.0.2'])
})

ours('hashes are those of Bun', () => {
  expect([Bun.hash('abc'), Bun.hash('abc', 7), Bun.hash('abc', 7n)]).toEqual([190542993387777138n, 11816648454253072001n, 11816648454253072001n])
  expect(Bun.hash(new Uint8Array([97, 98, 99]).buffer)).toBe(190542993387777138n)
  expect([Bun.hash.crc32('abc'), Bun.hash.adler32('abc'), Bun.hash.xxHash32('abc'), Bun.hash.murmur32v3('abc')]).toEqual([891568578, 38600999, 852579327, 3017643002])
  expect(Bun.hash.xxHash64('abc')).toBe(4952883123889572249n)
})

ours('Glob matches and scans', async () => {
  expect(new Bun.Glob('**/*.{ts,js}').match('a/b.ts')).toBe(true)
  expect(new Bun.Glob('*.ts').match('a/b.ts')).toBe(false)
  const cwd = mkdtempSync(join(tmpdir(), 'glob-'))
  mkdirSync(join(cwd, 'a/b'), { recursive: true })
  for (const file of ['x.ts', 'a/y.ts', 'a/b/z.js', '.h.ts']) writeFileSync(join(cwd, file), '')
  expect([...new Bun.Glob('**/*.ts').scanSync(cwd)].sort()).toEqual(['a/y.ts', 'x.ts'])
  expect([...new Bun.Glob('*.ts').scanSync({ cwd, dot: true })].sort()).toEqual(['.h.ts', 'x.ts'])
  expect([...new Bun.Glob('*').scanSync({ cwd, onlyFiles: false })].sort()).toEqual(['a', 'x.ts'])
  const found: string[] = []
  for await (const path of new Bun.Glob('a/**/*.js').scan({ cwd, absolute: true })) found.push(path)
  expect(found).toEqual([join(cwd, 'a/b/z.js')])
  rmSync(cwd, { recursive: true })
})
