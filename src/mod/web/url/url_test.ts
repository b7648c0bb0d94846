import { describe, expect, test } from 'bun:test'
import { inspect } from 'node:util'

const code = (run: () => unknown): string | undefined => {
  try {
    run()
  } catch (error) {
    return (error as any).code ?? (error as any).name
  }
}

describe('URL', () => {
  test('is cut into its parts', () => {
    const url = new URL('HTTPS://user:pa%3As@Example.com:8080/a/../b c?q=1#h')
    expect(url.href).toBe('https://user:pa%3As@example.com:8080/b%20c?q=1#h')
    expect(url.origin).toBe('https://example.com:8080')
    expect([url.protocol, url.username, url.password, url.host, url.hostname, url.port]).toEqual(['https:', 'user', 'pa%3As', 'example.com:8080', 'example.com', '8080'])
    expect([url.pathname, url.search, url.hash]).toEqual(['/b%20c', '?q=1', '#h'])
    expect(`${url}`).toBe(url.toJSON())
  })

  test('without host, user, query or fragment has empty parts', () => {
    const url = new URL('web+x:/.//a?#')
    expect(url.href).toBe('web+x:/.//a?#')
    expect([url.username, url.password, url.host, url.hostname, url.port, url.pathname, url.search, url.hash]).toEqual(['', '', '', '', '', '//a', '', ''])
    expect(url.origin).toBe('null')
  })

  test('is resolved against a base of any kind', () => {
    expect(new URL('../c?x', 'http://h/a/b/').href).toBe('http://h/a/c?x')
    expect(new URL('?y', new URL('http://h/a?x')).href).toBe('http://h/a?y')
    expect(new URL('//g', 'https://h').href).toBe('https://g/')
    expect(code(() => new URL('x', 'mailto:a'))).toBe('ERR_INVALID_URL')
  })

  test('says what was wrong', () => {
    let error: any
    try {
      new URL('/x', 'nope')
    } catch (caught) {
      error = caught
    }
    expect(error).toBeInstanceOf(TypeError)
    expect([error.code, error.message, error.input, error.base]).toEqual(['ERR_INVALID_URL', 'Invalid URL', '/x', 'nope'])
    expect(code(() => new (URL as any)())).toBe('ERR_MISSING_ARGS')
    expect(URL.canParse('x')).toBe(false)
    expect(URL.canParse('x', 'http://h')).toBe(true)
    expect(URL.parse('x')).toBeNull()
    expect(URL.parse('http://h')!.href).toBe('http://h/')
  })

  test('setters change one part', () => {
    const url = new URL('http://h/p?q#f')
    url.protocol = 'https'
    url.username = 'ü'
    url.password = ':'
    url.host = 'g:99'
    url.pathname = 'a b'
    url.search = "x'y"
    url.hash = ''
    expect(url.href).toBe('https://%C3%BC:%3A@g:99/a%20b?x%27y')
    url.port = ''
    url.hostname = 'k:1'
    expect(url.host).toBe('g')
    expect(code(() => { url.href = 'no' })).toBe('ERR_INVALID_URL')
    expect(url.host).toBe('g')
    url.href = 'ftp://z'
    expect(url.href).toBe('ftp://z/')
  })

  test('and its searchParams follow each other', () => {
    const url = new URL('http://h/?a=1&b=2'), params = url.searchParams
    expect(url.searchParams).toBe(params)
    params.append('c', 'x y&')
    expect(url.search).toBe('?a=1&b=2&c=x+y%26')
    url.search = '?z=9'
    expect([...params]).toEqual([['z', '9']])
    params.delete('z')
    expect(url.href).toBe('http://h/')
    url.href = 'http://h/?n=1'
    expect(params.get('n')).toBe('1')
  })

  test('of all scripts', () => {
    expect(new URL('http://日本語.JP/ü').href).toBe('http://xn--wgv71a119e.jp/%C3%BC')
    expect(new URL('http://faß.de').host).toBe('xn--fa-hia.de')
    expect(code(() => new URL('http://a\u200d'))).toBe('ERR_INVALID_URL')
  })

  test('is shown as Node shows it', () => {
    expect(inspect(new URL('http://u@h/?a=1')).split('\n')[0]).toBe('URL {')
    expect(inspect(new URL('http://u@h/?a=1'))).toContain("searchParams: URLSearchParams { 'a' => '1' }")
    expect(Object.prototype.toString.call(new URL('http://h'))).toBe('[object URL]')
    expect(Object.keys(URL.prototype)[1]).toBe('href')
    expect(Object.keys(new URL('http://h'))).toEqual([])
  })
})

describe('URLSearchParams', () => {
  test('reads text, pairs, records and its like', () => {
    expect([...new URLSearchParams('?a=1&&b=%20+&c&=d&e=%zz%ff')]).toEqual([['a', '1'], ['b', '  '], ['c', ''], ['', 'd'], ['e', '%zz\ufffd']])
    expect(`${new URLSearchParams([['a', 'b'], ['c', 'd']])}`).toBe('a=b&c=d')
    expect(`${new URLSearchParams({ a: '1', b: [1, 2] as any })}`).toBe('a=1&b=1%2C2')
    expect(`${new URLSearchParams(new URLSearchParams('x=y'))}`).toBe('x=y')
    expect(`${new URLSearchParams(new Map([['m', 'n']]) as any)}`).toBe('m=n')
    expect(`${new URLSearchParams()}`).toBe('')
    expect(code(() => new URLSearchParams([['a']] as any))).toBe('ERR_INVALID_TUPLE')
    expect(code(() => new URLSearchParams([1] as any))).toBe('ERR_INVALID_TUPLE')
    expect(code(() => new URLSearchParams({ [Symbol.iterator]: 5 } as any))).toBe('ERR_ARG_NOT_ITERABLE')
  })

  test('writes the text of forms', () => {
    expect(`${new URLSearchParams({ "a *-._~!'()": 'ü &=+%\ud800' })}`).toBe('a+*-._%7E%21%27%28%29=%C3%BC+%26%3D%2B%25%EF%BF%BD')
  })

  test('sets, deletes and finds by name and value', () => {
    const params = new URLSearchParams('a=1&b=2&a=3')
    expect(params.getAll('a')).toEqual(['1', '3'])
    expect([params.has('a', '3'), params.has('a', '4'), params.get('z'), params.size]).toEqual([true, false, null, 3])
    params.delete('a', '3')
    params.set('b', 'x')
    params.set('c', 'y')
    expect(`${params}`).toBe('a=1&b=x&c=y')
    params.append('a', '0')
    params.sort()
    expect(`${params}`).toBe('a=1&a=0&b=x&c=y')
    expect(code(() => (params as any).append('a'))).toBe('ERR_MISSING_ARGS')
    expect(code(() => URLSearchParams.prototype.get.call({} as any, 'a'))).toBe('ERR_INVALID_THIS')
  })

  test('is walked while it changes', () => {
    const params = new URLSearchParams('a=1&b=2'), seen: string[] = []
    for (const [name] of params) {
      seen.push(name)
      if (name === 'a') params.append('c', '3')
    }
    expect(seen).toEqual(['a', 'b', 'c'])
    expect([...params.keys(), ...params.values()]).toEqual(['a', 'b', 'c', '1', '2', '3'])
    expect(inspect(params.keys())).toBe("URLSearchParams Iterator { 'a', 'b', 'c' }")
    expect(inspect(params.entries())).toBe("URLSearchParams Iterator { [ 'a', '1' ], [ 'b', '2' ], [ 'c', '3' ] }")
  })
})

test('object URLs stand for blobs until they are revoked', async () => {
  const url = URL.createObjectURL(new Blob(['hi']))
  const { resolveObjectURL } = await import('node:buffer')
  expect(url.startsWith('blob:')).toBe(true)
  expect(resolveObjectURL(url)!.size).toBe(2)
  URL.revokeObjectURL(url)
  expect(resolveObjectURL(url)).toBeUndefined()
})
