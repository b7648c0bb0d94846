import { expect, test } from 'bun:test'

const { Bun } = globalThis as any
const ours = Bun ? test : test.skip
const { YAML } = Bun ?? {}

ours('YAML is read', () => {
  expect(YAML.parse('a: 1\nb:\n  - x\n  - {c: .inf, d: "\\u00e9"}\n')).toEqual({ a: 1, b: ['x', { c: Infinity, d: 'é' }] })
  expect(YAML.parse('')).toBe(null)
  expect(YAML.parse('---\na\n---\nb\n')).toEqual(['a', 'b'])
  expect(YAML.parse('- .nan\n- -0\n- 1')).toEqual([NaN, -0, 1])
  expect(YAML.parse('__proto__: {a: 1}\nb: 2')).toEqual(JSON.parse('{"__proto__": {"a": 1}, "b": 2}'))
  expect(YAML.parse('toString: 1').toString).toBe(1)
})

ours('it may come as bytes or in a Blob', () => {
  const bytes = new TextEncoder().encode('a: é')
  for (const input of [bytes, bytes.buffer, new DataView(bytes.buffer), new Blob(['a: é'])]) expect(YAML.parse(input)).toEqual({ a: 'é' })
  expect(() => YAML.parse(Bun.file('/nowhere.yaml'))).toThrow('File blob cannot be used here')
  expect(YAML.parse(['a: 1'])).toEqual({ a: 1 })
})

ours('aliases are the same object, also inside of it', () => {
  const { a, b, c } = YAML.parse('a: &a [1]\nb: *a\nc: {<<: {d: *a}}')
  expect(b).toBe(a)
  expect(c.d).toBe(a)
  const cycle = YAML.parse('&x\nname: n\nself: *x\nlist: [*x]\n')
  expect([cycle.self === cycle, cycle.list[0] === cycle]).toEqual([true, true])
  let bomb = 'a0: &a0 [1,2,3,4,5,6,7,8,9]\n'
  for (let i = 1; i < 40; i++) bomb += `a${i}: &a${i} [${Array(9).fill(`*a${i - 1}`).join(', ')}]\n`
  const { a39, a35 } = YAML.parse(bomb)
  expect(a39[8][8][8][8]).toBe(a35)
})

ours('what is wrong is told with its place', () => {
  for (const [text, place] of [['a: b: c', 'line 1, column 4'], ['a:\n\tb: c', 'line 2, column 2'], ['- [1, 2', 'line 1, column 3']]) {
    let error: any
    try {
      YAML.parse(text)
    } catch (caught) {
      error = caught
    }
    expect(error).toBeInstanceOf(SyntaxError)
    expect(error.message).toContain(place)
    expect(error.message).toStartWith('YAML Parse error: ')
  }
  expect(() => YAML.parse('<<: &a {b: *c}')).toThrow('nothing before this has that anchor')
})

ours('YAML is printed in one line, or in many', () => {
  const value = { a: [1, { b: 2 }, [], [[1, 2], { c: 3 }]], c: {}, d: { e: {} }, h: [{ a: [1], b: { c: 1 } }] }
  expect(YAML.stringify(value)).toBe('{a: [1,{b: 2},[],[[1,2],{c: 3}]],c: {},d: {e: {}},h: [{a: [1],b: {c: 1}}]}')
  expect(YAML.stringify(value, null, 2)).toBe(
    'a:\n  - 1\n  - b: 2\n  - []\n  - - - 1\n      - 2\n    - c: 3\nc: {}\nd:\n  e: {}\nh:\n  - a:\n      - 1\n    b:\n      c: 1')
  expect(YAML.stringify({ a: [1, undefined, () => 1], b: undefined, [Symbol('c')]: 1 }, undefined, 4)).toBe('a:\n    - 1')
  expect([YAML.stringify(undefined), YAML.stringify(() => 1), YAML.stringify(null), YAML.stringify(-0), YAML.stringify(NaN)])
    .toEqual([undefined, undefined, 'null', '-0', '.nan'])
  expect(() => YAML.stringify({ a: 1n })).toThrow('YAML.stringify cannot serialize BigInt')
  expect(() => YAML.stringify({}, ['a'])).toThrow('does not support the replacer argument')
})

ours('objects that occur twice get an anchor', () => {
  const shared = { x: 1 }, cycle: any = { a: 1 }
  cycle.b = [cycle]
  expect(YAML.stringify({ one: shared, two: shared, 'a b': [shared] }, null, 2)).toBe('one:\n  &one\n  x: 1\ntwo:\n  *one\na b:\n  - *one')
  expect(YAML.stringify(cycle, null, 2)).toBe('&root\na: 1\nb:\n  - *root')
  expect(YAML.stringify([shared, shared])).toBe('[&item0 {x: 1},*item0]')
  const k1 = [1], k2 = [2], k3 = [3]
  const again = YAML.parse(YAML.stringify({ p: { k: k1 }, q: { k: k2 }, k1: k3, z: [k1, k2, k3] }, null, 2))
  expect([again.z, again.z[1] === again.q.k]).toEqual([[[1], [2], [3]], true])
})

ours('texts that would be read as something else are quoted', () => {
  const texts = ['', ' a', 'a ', 'null', 'True', '~', 'yes', 'n', '1', '-1', '.5', '1e3', '0x1f', '+.inf', '.nan', '- a', '? a', ': a', 'a: b', 'a:', 'a #b',
    '#a', '@a', '`a', '%a', '&a', '*a', '!a', '|', '>', '[a', '{', 'a,b', '"a"', "it's", 'a\nb', 'a\tb', 'a\\b', '\0\x1b\x7f\x85\xa0\u2028', '\ufeff',
    'é😀', '---', '... a', '<<', '=', 'a\r\nb', '2020-01-01', '1:30', '-', 'a-b', 'a:b', 'http://a/b', 'x'.repeat(300), '1.2.3', '01-02', '"\\x41"']
  for (const space of [undefined, 2, '\t']) {
    expect(YAML.parse(YAML.stringify(texts, null, space))).toEqual(texts)
    expect(Object.keys(YAML.parse(YAML.stringify(Object.fromEntries(texts.map((t) => [t, 1])), null, space === '\t' ? 1 : space))).sort())
      .toEqual([...texts].sort())
  }
  expect(YAML.stringify(['a b', 'yes', '1', 'a\nb', '2020-01-01'])).toBe('[a b,"yes","1","a\\nb",2020-01-01]')
})
