import { expect, test } from 'bun:test'

const { Bun } = globalThis as any
const ours = Bun ? test : test.skip
const { JSON5, JSONL } = Bun ?? {}

ours('JSON5 is read', () => {
  expect(JSON5.parse('{ // c\n a: \'x\\\ny\', "b": [+1, .5, 0x1F, -Infinity, NaN,], \\u0063: null }'))
    .toEqual({ a: 'xy', b: [1, 0.5, 31, -Infinity, NaN], c: null })
  expect(Object.is(JSON5.parse('-0x0'), -0)).toBe(true)
  expect(JSON5.parse('{a: {x: NaN}, a: 1}')).toEqual({ a: 1 })
  expect(JSON5.parse('\'\\ud800\'')).toBe('\ud800')
  expect(() => JSON5.parse('{a: 1,\n b}')).toThrow('JSON5 Parse error: a colon was expected after the name (line 2, column 3)')
  expect(() => JSON5.parse(undefined)).toThrow(TypeError)
})

ours('JSON5 is printed as Bun prints it', () => {
  const value = { a: 1, 'a-b': [1, [], { c: 'it\'s "q"' }], é: NaN, null: -Infinity, '': undefined, 1: () => 1 }
  expect(JSON5.stringify(value)).toBe(`{a:1,'a-b':[1,[],{c:'it\\'s "q"'}],é:NaN,null:-Infinity}`)
  expect(JSON5.stringify({ a: [1, {}], b: { c: 'x' } }, null, 2)).toBe('{\n  a: [\n    1,\n    {},\n  ],\n  b: {\n    c: \'x\',\n  },\n}')
  expect(JSON5.stringify([undefined, '\u2028\x01\v\0', '\x001'])).toBe('[null,\'\\u2028\\x01\\v\\0\',\'\\x001\']')
  const cycle: any = {}
  cycle.c = cycle
  expect(() => JSON5.stringify(cycle)).toThrow('Converting circular structure to JSON5')
  expect(JSON5.stringify([cycle.d, cycle.d])).toBe('[null,null]')
  expect(() => JSON5.stringify(1n)).toThrow('JSON5.stringify cannot serialize BigInt')
  expect(() => JSON5.stringify(1, () => 1)).toThrow('does not support the replacer argument')
})

ours('JSONL is read by lines', () => {
  expect(JSONL.parse('{"a":1}\n\n [1,\n2]\r\n"x"')).toEqual([{ a: 1 }, [1, 2], 'x'])
  expect(JSONL.parse(new TextEncoder().encode('\ufeff"é"\n2\n'))).toEqual(['é', 2])
  expect(JSONL.parse('')).toEqual([])
  expect(JSONL.parse('1\n{invalid}\n2')).toEqual([1])
  expect(() => JSONL.parse('{invalid}\n')).toThrow('Failed to parse JSONL')
  expect(() => JSONL.parse()).toThrow(TypeError)
})

ours('JSONL of many lines is read as that of few', () => {
  const text = '{"a":[1,"x,\\n"]}\r\n\n'.repeat(40), values = Array(40).fill({ a: [1, 'x,\n'] })
  const told = ({ values, read, done, error }: any) => [values, read, done, error?.name]
  expect(told(JSONL.parseChunk(text + ' '))).toEqual([values, text.length - 3, true, undefined])
  expect(told(JSONL.parseChunk(text, 19, 38))).toEqual([values.slice(0, 1), 35, true, undefined])
  expect(JSONL.parse(text + '"é"\n')).toEqual([...values, 'é'])
  expect(told(JSONL.parseChunk(text + '{"b":'))).toEqual([values, text.length - 3, false, undefined])
  expect(told(JSONL.parseChunk(text + '1,2\n'))[3]).toBe('SyntaxError')
  expect(JSONL.parse(text + '[1,\n2]\n')).toEqual([...values, [1, 2]])
  expect(told(JSONL.parseChunk(' '.repeat(300)))).toEqual([[], 0, true, undefined])
})

ours('JSONL tells how far it came', () => {
  const chunk = (text: any, ...range: any[]) => {
    const { values, read, done, error } = JSONL.parseChunk(text, ...range)
    return [values, read, done, error?.name]
  }
  expect(chunk('{"id":1}\n{"id":2}\n{"id":3')).toEqual([[{ id: 1 }, { id: 2 }], 17, false, undefined])
  expect(chunk('  1  \n')).toEqual([[1], 3, true, undefined])
  expect(chunk('1\n2 3\n')).toEqual([[1, 2], 3, false, 'SyntaxError'])
  expect(chunk('1\n{"a": tru')).toEqual([[1], 1, false, undefined])
  expect(chunk('1\n{"a": trx')).toEqual([[1], 1, false, 'SyntaxError'])
  for (const begun of ['"a', '"a\\', '"\\u00', '-', '1.', '1e+', 'nul', '[1', '{', '{"a"', '{"a":', '[[1],']) expect(chunk(begun)).toEqual([[], 0, false, undefined])
  const bytes = new TextEncoder().encode('"é"\n2\n3\n')
  expect(chunk(bytes)).toEqual([['é', 2, 3], 8, true, undefined])
  expect(chunk(bytes, 5)).toEqual([[2, 3], 8, true, undefined])
  expect(chunk(bytes, 5, 7)).toEqual([[2], 6, true, undefined])
})
