import { expect, test } from 'bun:test'
import querystring from 'node:querystring'

test('parse reads pairs', () => {
  expect({ ...querystring.parse('a=1&a=2&b&=c&&d=%zz&e=%ff&f=a+b') }).toEqual({ a: ['1', '2'], b: '', '': 'c', d: '%zz', e: '\ufffd', f: 'a b' })
  expect({ ...querystring.parse('a:1;b:2', ';', ':') }).toEqual({ a: '1', b: '2' })
  expect(Object.keys(querystring.parse('a&b&c', '&', '=', { maxKeys: 2 }))).toEqual(['a', 'b'])
  expect({ ...querystring.parse('a=%41', '&', '=', { decodeURIComponent: text => `<${text}>` }) }).toEqual({ '<a>': '<%41>' })
})

test('stringify writes primitives and arrays', () => {
  expect(querystring.stringify({ a: 1, b: [1, 2], c: null, d: true, e: 5n, f: {}, g: NaN, h: 'a b&ü' } as any)).toBe('a=1&b=1&b=2&c=&d=true&e=5&f=&g=&h=a%20b%26%C3%BC')
  expect(querystring.stringify({ a: 'b' }, ';', ':')).toBe('a:b')
  expect(querystring.stringify('x' as any)).toBe('')
  expect(() => querystring.escape('\ud800')).toThrow('URI malformed')
})
