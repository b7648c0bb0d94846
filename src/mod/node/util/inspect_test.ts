import { format, formatWithOptions, inspect, stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'bun:test'

class Foo {
  a = 1
}
class Bar extends Foo {
  get [Symbol.toStringTag](): string { return 'Tag' }
}
const sym = Symbol('s')
const circular: any = { name: 'c' }
circular.self = circular
const sparse: any[] = [1, , 3]
sparse[5] = 6
const hidden = Object.defineProperty({ a: 1 }, 'h', { value: 2, enumerable: false })

describe('inspect', () => {
  test.each([
    [undefined, 'undefined'], [null, 'null'], [-0, '-0'], [1e21, '1e+21'], [5n, '5n'], [true, 'true'], [sym, 'Symbol(s)'],
    ['a', "'a'"], ["it's", '"it\'s"'], ['"\'', '`"\'`'], ['\n\x00\x7f', "'\\n\\x00\\x7F'"], ['\ud800', "'\\ud800'"],
    [[], '[]'], [[1, [2, [3, [4]]]], '[ 1, [ 2, [ 3, [Array] ] ] ]'], [sparse, '[ 1, <1 empty item>, 3, <2 empty items>, 6 ]'],
    [{}, '{}'], [{ a: { b: { c: { d: 1 } } } }, '{ a: { b: { c: [Object] } } }'], [{ 'a-b': 1, [sym]: 2 }, "{ 'a-b': 1, Symbol(s): 2 }"],
    [Object.create(null), '[Object: null prototype] {}'], [new Foo(), 'Foo { a: 1 }'], [new Bar(), 'Bar [Tag] { a: 1 }'],
    [Foo, '[class Foo]'], [Bar, '[class Bar extends Foo]'], [() => {}, '[Function (anonymous)]'], [function f() {}, '[Function: f]'],
    [async () => {}, '[AsyncFunction (anonymous)]'], [function* g() {}, '[GeneratorFunction: g]'], [Math.max, '[Function: max]'],
    [new Date(0), '1970-01-01T00:00:00.000Z'], [new Date(NaN), 'Invalid Date'], [/a/gi, '/a/gi'],
    [new Map([['k', { v: 1 }]]), "Map(1) { 'k' => { v: 1 } }"], [new Set([1, 'b']), "Set(2) { 1, 'b' }"],
    [new Map([[1, 2]]).entries(), '[Map Entries] { [ 1, 2 ] }'], [new Map([[1, 2]]).keys(), '[Map Iterator] { 1 }'],
    [new Set([1]).values(), '[Set Iterator] { 1 }'], [[1][Symbol.iterator](), 'Object [Array Iterator] {}'],
    [new Uint8Array([1, 2]), 'Uint8Array(2) [ 1, 2 ]'], [new BigInt64Array([1n]), 'BigInt64Array(1) [ 1n ]'],
    [new Uint8Array([1, 255]).buffer, 'ArrayBuffer { [Uint8Contents]: <01 ff>, [byteLength]: 2 }'],
    [Object(1), '[Number: 1]'], [Object('ab'), "[String: 'ab']"], [Object(sym), '[Symbol: Symbol(s)]'],
    [new WeakSet(), 'WeakSet { <items unknown> }'],
    [new Proxy({ a: 1 }, {}), 'Proxy({ a: 1 })'], [Math, 'Object [Math] {}'], [globalThis.JSON, 'Object [JSON] {}'],
    [(function () { return arguments })(), '[Arguments] {}'], [circular, "<ref *1> { name: 'c', self: [Circular *1] }"],
    [{ get a() { return 1 }, set b(v: any) {} }, '{ a: [Getter], b: [Setter] }'],
  ] as [any, string][])('%o', (value, output) => {
    expect(inspect(value)).toBe(output)
  })

  test('objects fold by length and by depth', () => {
    expect(inspect({ a: 'x'.repeat(40), b: 'y'.repeat(40) })).toBe(`{\n  a: '${'x'.repeat(40)}',\n  b: '${'y'.repeat(40)}'\n}`)
    expect(inspect({ a: { b: { c: {} } } }, { depth: 0 })).toBe('{ a: [Object] }')
    expect(inspect({ a: 1, b: [1] }, { compact: false })).toBe('{\n  a: 1,\n  b: [\n    1\n  ]\n}')
    expect(inspect({ a: { b: 1 } }, { compact: 0 as any })).toBe('{\n  a: {\n    b: 1\n  }\n}')
  })

  test('long arrays stand in columns', () => {
    const lines = inspect(Array.from({ length: 27 }, (_, i) => i * 37)).split('\n')
    expect(lines[1]).toBe('    0,  37,  74, 111, 148, 185,')
    expect(lines.length).toBe(7)
    expect(inspect(Array(102).fill(0)).endsWith('... 2 more items\n]')).toBe(true)
    expect(inspect('a'.repeat(10005)).endsWith("'... 5 more characters")).toBe(true)
  })

  test('options', () => {
    expect(inspect(hidden, { showHidden: true })).toBe('{ a: 1, [h]: 2 }')
    expect(inspect({ b: 1, a: 2 }, { sorted: true })).toBe('{ a: 2, b: 1 }')
    expect(inspect({ get a() { return 7 } }, { getters: true })).toBe('{ a: [Getter: 7] }')
    expect(inspect(1234567.891, { numericSeparator: true })).toBe('1_234_567.891')
    expect(inspect(new Proxy({ a: 1 }, { get: undefined }), { showProxy: true })).toBe('Proxy [ { a: 1 }, { get: undefined } ]')
    expect(inspect([1, 2, 3, 4], { maxArrayLength: 2 })).toBe('[ 1, 2, ... 2 more items ]')
    expect(inspect({ a: 1n, b: 's', c: null }, { colors: true }))
      .toBe("{ a: \u001b[33m1n\u001b[39m, b: \u001b[32m's'\u001b[39m, c: \u001b[1mnull\u001b[22m }")
  })

  test('a custom inspector has the word', () => {
    const custom = { [inspect.custom]: (depth: number, options: any, fn: any) => `<${depth} ${options.compact} ${fn === inspect}>` }
    expect(inspect({ custom })).toBe('{ custom: <1 3 true> }')
    expect(inspect({ custom }, { customInspect: false })).toContain('Symbol(nodejs.util.inspect.custom)')
    expect(inspect({ [inspect.custom]: () => ({ other: 1 }) })).toBe('{ other: 1 }')
  })

  test('errors show stack, own properties, cause and class', () => {
    const error: any = new TypeError('bad', { cause: 'why' })
    error.code = 'E_BAD'
    const text = inspect(error)
    expect(text.startsWith('TypeError: bad\n    at ')).toBe(true)
    expect(text.endsWith("{\n  code: 'E_BAD',\n  [cause]: 'why'\n}")).toBe(true)
    class Own extends Error {}
    const own = new Own('m')
    own.stack = 'Error: m'
    expect(inspect(own)).toBe('[Own [Error]: m]')
    const plain = new Error('x')
    plain.stack = undefined
    expect(inspect({ plain })).toBe('{ plain: [Error: x] }')
    expect(inspect(new AggregateError([1], 'many'))).toContain('[errors]: [ 1 ]')
  })

  test('a promise shows its state', () => {
    expect(inspect(Promise.resolve(4))).toMatch(/^Promise \{\s+4/)
    expect(inspect(new Promise(() => {}))).toMatch(/^Promise \{\s+<pending>/)
    const failed = Promise.reject(7)
    failed.catch(() => {})
    expect(inspect(failed)).toMatch(/^Promise \{\s+<rejected> 7/)
  })

  test('a class that lost its prototype keeps its kind', () => {
    expect(inspect(Object.setPrototypeOf(new Map([[1, 2]]), null))).toBe('[Map(1): null prototype] { 1 => 2 }')
    expect(inspect(Object.setPrototypeOf([1], null))).toBe('[Array(1): null prototype] [ 1 ]')
    expect(inspect(Object.setPrototypeOf(/x/, null))).toBe('[RegExp: null prototype] /x/')
  })
})

describe('format', () => {
  test.each([
    [['a'], 'a'], [['%s', 1], '1'], [['%s', -0], '-0'], [['%s', { a: { b: 1 } }], '{ a: [Object] }'], [['%s', Symbol('x')], 'Symbol(x)'],
    [['%s', { toString: () => 'own' }], 'own'], [['%d', '42'], '42'], [['%d', 5n], '5n'], [['%i', '42.9'], '42'], [['%f', '1.5x'], '1.5'],
    [['%j', { a: 1 }], '{"a":1}'], [['%j', circular], '[Circular]'], [['%o', [1]], '[ 1, [length]: 1 ]'], [['%O', { a: 1 }], '{ a: 1 }'],
    [['%c%s', 'css', 'x'], 'x'], [['%%s', 'a'], '%s a'], [['%s %s', 'a'], 'a %s'], [['a', 'b', { c: 1 }], 'a b { c: 1 }'], [[1, 2], '1 2'],
    [['100%', 1], '100% 1'], [['%x', 1], '%x 1'],
  ] as [any[], string][])('%j', (args, output) => {
    expect(format(...args)).toBe(output)
  })

  test('with options', () => {
    expect(formatWithOptions({ colors: true }, 'x', 1)).toBe('x \u001b[33m1\u001b[39m')
    expect(() => formatWithOptions('x' as any)).toThrow('The "inspectOptions" argument must be of type object')
  })

  test('stripVTControlCharacters', () => {
    expect(stripVTControlCharacters('\u001b[31ma\u001b[0m\u001b]8;;x\u0007b')).toBe('ab')
  })
})
