import { expect, test } from 'bun:test'
import url from 'node:url'

test('legacy parse cuts a URL', () => {
  const parsed = url.parse('http://user:pa:ss@HOST.com:80/p/a t h?query=s tring#hash')
  expect([parsed.protocol, parsed.auth, parsed.host, parsed.pathname, parsed.search, parsed.hash]).toEqual(['http:', 'user:pa:ss', 'host.com:80', '/p/a%20t%20h', '?query=s%20tring', '#hash'])
  expect(url.parse('/a?b=1&b=2', true).query.b).toEqual(['1', '2'])
  expect(url.parse('//h/p', false, true).host).toBe('h')
  expect(url.parse('mailto:a@b.c').host).toBe('b.c')
  expect(() => url.parse('http://a:b/')).toThrow()
})

test('legacy resolve follows paths', () => {
  const cases = [['/one/two/three', 'four', '/one/two/four'], ['http://h/a/b', '../c', 'http://h/c'], ['http://h/a', '//g/x', 'http://g/x'], ['http://h/one', '/two', 'http://h/two'],
    ['mailto:a@b', 'c', 'mailto:a@c'], ['a/b', '../../c', '../c'], ['http://h/a?q', '#f', 'http://h/a?q#f']]
  for (const [from, to, want] of cases) expect(url.resolve(from, to)).toBe(want)
})

test('format writes objects and URLs', () => {
  expect(url.format({ protocol: 'http', host: 'a.com', pathname: 'x?#', query: { a: 1 }, hash: 'h' })).toBe('http://a.com/x%3F%23?a=1#h')
  expect(url.format(new URL('http://u:p@xn--g6w251d/a?b#c'), { unicode: true, auth: false, fragment: false, search: false })).toBe('http://測試/a')
})

test('paths and file URLs', () => {
  expect(url.pathToFileURL('/a b#?%').href).toBe('file:///a%20b%23%3F%25')
  expect(url.pathToFileURL('/a/').href).toBe('file:///a/')
  expect(url.fileURLToPath('file:///a%20b/%C3%A9')).toBe('/a b/é')
  expect(url.fileURLToPath(new URL('file:///C:/a'), { windows: true })).toBe('C:\\a')
  for (const wrong of ['http://a', 'file://h/a', 'file:///a%2fb', 5]) expect(() => url.fileURLToPath(wrong as any)).toThrow()
})

test('urlToHttpOptions', () => {
  const options = url.urlToHttpOptions(new URL('http://u:p%40@[::1]:8080/a?b#c')) as any
  expect([options.hostname, options.port, options.path, options.auth]).toEqual(['::1', 8080, '/a?b', 'u:p@'])
})

test('domains', () => {
  expect(url.domainToASCII('español.com')).toBe('xn--espaol-zwa.com')
  expect(url.domainToUnicode('xn--espaol-zwa.com')).toBe('español.com')
  expect(url.domainToASCII('xn--iñvalid.com')).toBe('')
})
