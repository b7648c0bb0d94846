import util from 'node:util'
import { describe, expect, test } from 'bun:test'

const { types } = util

describe('util', () => {
  test('promisify and callbackify are each other\'s way back', async () => {
    const half = (n: number, done: (error: any, value?: number) => void): void => n % 2 ? done(new Error('odd')) : done(null, n / 2)
    const promised = util.promisify(half)
    expect(await promised(4)).toBe(2)
    await expect(promised(3)).rejects.toThrow('odd')
    const back = util.callbackify(async (n: number) => n + 1)
    expect(await new Promise(resolve => (back as any)(1, (_: any, value: number) => resolve(value)))).toBe(2)
    const falsy: any = await new Promise(resolve => (util.callbackify(async () => { throw null }) as any)(resolve))
    expect([falsy.code, falsy.reason]).toEqual(['ERR_FALSY_VALUE_REJECTION', null])
    expect(util.promisify(Object.assign(() => {}, { [util.promisify.custom]: () => 'own' }) as any)()).toBe('own')
  })

  test('types tell by what a thing is, not by what it says', () => {
    expect(types.isMap(new Map())).toBe(true)
    expect(types.isMap(Object.setPrototypeOf(new Map(), null))).toBe(true)
    expect(types.isMap(Object.create(Map.prototype))).toBe(false)
    expect(types.isDate({ [Symbol.toStringTag]: 'Date' })).toBe(false)
    expect(types.isPromise(Object.create(Promise.prototype))).toBe(false)
    expect(types.isProxy(new Proxy({}, {}))).toBe(true)
    expect(types.isNativeError(Object.create(Error.prototype))).toBe(false)
    expect(types.isArgumentsObject((function () { return arguments })())).toBe(true)
    expect(types.isBoxedPrimitive(Object(1n))).toBe(true)
    expect(types.isUint8Array(new Uint8Array(1))).toBe(true)
    expect(types.isUint8Array(new Uint8ClampedArray(1))).toBe(false)
    expect(types.isAsyncFunction(async () => {})).toBe(true)
    expect(types.isGeneratorFunction(function* () {})).toBe(true)
    expect(types.isGeneratorObject((function* () {})())).toBe(true)
    expect(types.isSharedArrayBuffer(new SharedArrayBuffer(1))).toBe(true)
    expect(types.isArrayBuffer(new SharedArrayBuffer(1))).toBe(false)
    expect(types.isModuleNamespaceObject(types)).toBe(false)
  })

  test('a module namespace is one', async () => {
    expect(types.isModuleNamespaceObject(await import('node:path'))).toBe(true)
  })

  test('inherits', () => {
    function A(): void {}
    function B(): void {}
    util.inherits(A as any, B as any)
    expect((A as any).super_).toBe(B)
    expect(Object.getPrototypeOf(A.prototype)).toBe(B.prototype)
    expect(() => util.inherits(A as any, null as any)).toThrow('"superCtor"')
  })

  test('deprecate warns once for each code', async () => {
    const warnings: any[] = []
    const listen = (warning: any): void => { warnings.push(warning) }
    process.on('warning', listen)
    const old = util.deprecate((a: number) => a + 1, 'use new', 'TEST_DEP')
    expect([old(1), old(2)]).toEqual([2, 3])
    await new Promise(resolve => setTimeout(resolve, 5))
    process.off('warning', listen)
    expect(warnings.map(warning => [warning.name, warning.code, warning.message])).toEqual([['DeprecationWarning', 'TEST_DEP', 'use new']])
  })

  test('isDeepStrictEqual', () => {
    expect(util.isDeepStrictEqual({ a: [1, new Map([[{ k: 1 }, 2]])] }, { a: [1, new Map([[{ k: 1 }, 2]])] })).toBe(true)
    expect(util.isDeepStrictEqual([0], [-0])).toBe(false)
    expect(util.isDeepStrictEqual(new Set([[1], [2]]), new Set([[2], [1]]))).toBe(true)
    expect(util.isDeepStrictEqual([1, , 3], [1, undefined, 3])).toBe(false)
  })

  test('system errors have names and words', () => {
    expect([util.getSystemErrorName(-2), util.getSystemErrorMessage(-2), util.getSystemErrorMap().get(-13)])
      .toEqual(['ENOENT', 'no such file or directory', ['EACCES', 'permission denied']])
    expect(() => util.getSystemErrorName(2)).toThrow('a negative integer')
  })

  test('styleText opens and closes', () => {
    const plain = { validateStream: false }
    expect(util.styleText('red', 'x', plain)).toBe('\u001b[31mx\u001b[39m')
    expect(util.styleText(['bold', 'red'], 'a\u001b[39mb', plain)).toBe('\u001b[1m\u001b[31ma\u001b[31mb\u001b[39m\u001b[22m')
    expect(util.styleText('#ff0000' as any, 'h', plain)).toBe('\u001b[38;2;255;0;0mh\u001b[39m')
    expect(() => util.styleText('nope' as any, 'x', plain)).toThrow('must be one of')
  })

  test('parseEnv', () => {
    expect({ ...util.parseEnv('A=1\n# no\nexport B="x\\ny"\nC= z # c\nD=\'#\'') }).toEqual({ A: '1', B: 'x\ny', C: 'z', D: '#' })
  })

  test('small ones', () => {
    expect(util.toUSVString('a\ud800')).toBe('a\ufffd')
    expect(util.debuglog('nothing').enabled).toBe(false)
    expect(util.getCallSites(1).length).toBe(1)
    expect(util.diff('ab', 'ac')).toEqual([[0, 'a'], [1, 'b'], [-1, 'c']] as any)
  })
})

describe('parseArgs', () => {
  test('options, groups, values, positionals', () => {
    const { values, positionals } = util.parseArgs({
      args: ['-vf', 'file', '--name=x', '--no-color', '--', '-p'],
      options: { v: { type: 'boolean', short: 'v' }, file: { type: 'string', short: 'f' }, name: { type: 'string' }, color: { type: 'boolean' } },
      allowPositionals: true, allowNegative: true,
    } as any)
    expect({ ...values }).toEqual({ v: true, file: 'file', name: 'x', color: false })
    expect(positionals).toEqual(['-p'])
  })

  test('defaults and lists', () => {
    const options = { a: { type: 'string', multiple: true }, b: { type: 'string', default: 'd' } } as any
    expect({ ...util.parseArgs({ args: ['--a', '1', '--a=2'], options }).values }).toEqual({ a: ['1', '2'], b: 'd' })
  })

  test.each([
    [['--x'], 'Unknown option \'--x\''], [['pos'], 'Unexpected argument \'pos\''], [['--s'], "Option '--s <value>' argument missing"],
    [['--b=1'], "Option '--b' does not take an argument"], [['--s', '-x'], 'ambiguous'],
  ])('%j is refused', (args, words) => {
    expect(() => util.parseArgs({ args, options: { s: { type: 'string' }, b: { type: 'boolean' } } })).toThrow(words)
  })
})

describe('MIMEType', () => {
  test('is parsed and printed', () => {
    const type = new util.MIMEType('Text/HTML; charset="utf-8"; q=a b')
    expect([type.essence, type.params.get('charset'), String(type)]).toEqual(['text/html', 'utf-8', 'text/html;charset=utf-8;q="a b"'])
    type.params.set('X', '')
    expect(type.toString()).toBe('text/html;charset=utf-8;q="a b";x=""')
    expect(() => new util.MIMEType('bad')).toThrow('The MIME syntax for a type in "bad" is invalid')
  })
})
