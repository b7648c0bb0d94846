import { describe, expect, test } from 'bun:test'

const thrown = (fn: () => unknown): string => {
  try {
    fn()
    return 'nothing'
  } catch (error: any) {
    return `${error.name}: ${error.message}`
  }
}
const rejected = async (fn: () => Promise<unknown>): Promise<string> => {
  try {
    await fn()
    return 'nothing'
  } catch (error: any) {
    return error.name
  }
}

describe('Headers', () => {
  test('are found whatever their case, joined, and sorted when walked', () => {
    const h = new Headers({ 'X-B': ' 2 ', 'x-a': '1' })
    h.append('X-b', '3')
    h.append('Set-Cookie', 'a=1')
    h.append('set-cookie', 'b=2')
    expect(h.get('x-B')).toBe('2, 3')
    expect([...h]).toEqual([['set-cookie', 'a=1'], ['set-cookie', 'b=2'], ['x-a', '1'], ['x-b', '2, 3']])
    expect(h.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(h.get('set-cookie')).toBe('a=1, b=2')
    h.set('x-b', '4')
    h.delete('SET-COOKIE')
    expect([...h.keys()]).toEqual(['x-a', 'x-b'])
    expect([...h.values()]).toEqual(['1', '4'])
    expect(h.has('set-cookie')).toBe(false)
    expect(h.get('none')).toBe(null)
    const seen: string[] = []
    h.forEach((value, name) => seen.push(`${name}=${value}`))
    expect(seen).toEqual(['x-a=1', 'x-b=4'])
    expect(Object.prototype.toString.call(h)).toBe('[object Headers]')
  })
  test('come from pairs, records, other headers', () => {
    expect([...new Headers([['a', '1'], ['a', '2']])]).toEqual([['a', '1, 2']])
    expect([...new Headers(new Headers({ q: 'r' }))]).toEqual([['q', 'r']])
    expect(new Headers({ n: 5 as any }).get('n')).toBe('5')
    expect(new Headers({ a: 'é' }).get('a')).toBe('é')
  })
  test('say what is wrong', () => {
    expect(thrown(() => new Headers().append('a b', 'c'))).toBe('TypeError: Headers.append: "a b" is an invalid header name.')
    expect(thrown(() => new Headers().get('a b'))).toBe('TypeError: Headers.get: "a b" is an invalid header name.')
    expect(thrown(() => (new Headers() as any).get())).toBe('TypeError: Headers.get: 1 argument required, but 0 found.')
    expect(thrown(() => (new Headers() as any).append('a'))).toBe('TypeError: Headers.append: 2 arguments required, but only 1 found.')
    expect(thrown(() => new Headers([['a']] as any))).toBe('TypeError: Headers constructor: expected name/value pair to be length 2, found 1.')
    expect(thrown(() => new Headers().set('a', 'b\nc')).startsWith('TypeError: Headers.set: ')).toBe(true)
    expect(thrown(() => new Headers(null as any)).startsWith('TypeError: Headers constructor: Argument 1 could not be converted')).toBe(true)
    expect(thrown(() => new Headers({ al: 'ł' }))).toBe('TypeError: Cannot convert argument to a ByteString because the character ' +
      'at index 0 has a value of 322 which is greater than 255.')
  })
})

describe('Response', () => {
  test('has status, headers and a body that is read once', async () => {
    const r = new Response('hello', { status: 201, statusText: 'Made', headers: { 'x-a': 'b' } })
    expect([r.status, r.statusText, r.ok, r.type, r.url, r.redirected]).toEqual([201, 'Made', true, 'default', '', false])
    expect(r.headers.get('content-type')!.toLowerCase()).toBe('text/plain;charset=utf-8')
    expect(r.bodyUsed).toBe(false)
    const copy = r.clone()
    expect(await r.text()).toBe('hello')
    expect(r.bodyUsed).toBe(true)
    expect(await rejected(() => r.text())).toBe('TypeError')
    expect(thrown(() => r.clone())).toBe('TypeError: Response.clone: Body has already been consumed.')
    expect(await copy.text()).toBe('hello')
    expect(copy.headers.get('x-a')).toBe('b')
  })
  test('gives its body in every form', async () => {
    expect(await new Response('{"a":1}').json()).toEqual({ a: 1 })
    expect(await rejected(() => new Response('{').json())).toBe('SyntaxError')
    expect([...await new Response('é').bytes()]).toEqual([195, 169])
    expect(new Uint8Array(await new Response(new Uint8Array([1, 2]).subarray(1)).arrayBuffer())[0]).toBe(2)
    const blob = await new Response('x', { headers: { 'content-type': 'a/b' } }).blob()
    expect([blob.size, blob.type]).toEqual([1, 'a/b'])
    expect(await new Response(null).text()).toBe('')
    expect(new Response().body).toBe(null)
    expect(await new Response(new URLSearchParams({ a: 'b c' })).text()).toBe('a=b+c')
    expect(await new Response(new Blob(['blob'])).text()).toBe('blob')
    expect((await new Response('a=1&b=%C3%A9+x', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }).formData()).get('b')).toBe('é x')
  })
  test('streams in both directions', async () => {
    const encoder = new TextEncoder()
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(encoder.encode('one '))
        controller.enqueue(encoder.encode('two'))
        controller.close()
      },
    })
    const r = new Response(stream)
    expect(r.body === stream).toBe(true)
    expect(await r.text()).toBe('one two')
    let text = ''
    for await (const chunk of new Response('chunks').body as any) text += new TextDecoder().decode(chunk)
    expect(text).toBe('chunks')
    const split = new Response(new Response('twice').body), other = split.clone()
    expect([await split.text(), await other.text()]).toEqual(['twice', 'twice'])
    const locked = new Response('x')
    locked.body!.getReader()
    expect(await rejected(() => locked.text())).toBe('TypeError')
  })
  test('is made by json, error and redirect', async () => {
    const json = Response.json({ a: [1] }, { status: 418 })
    expect([json.status, json.headers.get('content-type')!.split(';')[0], await json.text()]).toEqual([418, 'application/json', '{"a":[1]}'])
    expect(Response.error().type).toBe('error')
    expect(Response.error().status).toBe(0)
    const redirect = Response.redirect('http://a.test/b', 301)
    expect([redirect.status, redirect.headers.get('location')]).toEqual([301, 'http://a.test/b'])
    expect(thrown(() => Response.redirect('http://a/', 200))).toBe('RangeError: Invalid status code 200')
    expect(thrown(() => Response.json(undefined))).toBe('TypeError: Value is not JSON serializable')
    expect(thrown(() => Response.error().headers.set('a', 'b'))).toBe('TypeError: immutable')
    expect(thrown(() => new Response('', { status: 99 }))).toBe('RangeError: init["status"] must be in the range of 200 to 599, inclusive.')
    expect(thrown(() => new Response('a', { status: 204 }))).toBe('TypeError: Response constructor: Invalid response status code 204')
    expect(thrown(() => new Response('', { statusText: '\n' }))).toBe('TypeError: Invalid statusText')
  })
})

describe('Request', () => {
  test('has what it was given', async () => {
    const r = new Request('http://a.test/b?c#d', { method: 'post', body: 'x', headers: { q: 'r' }, redirect: 'manual' })
    expect([r.method, r.url, r.redirect, r.headers.get('q')]).toEqual(['POST', 'http://a.test/b?c#d', 'manual', 'r'])
    expect(r.headers.get('content-type')!.toLowerCase()).toBe('text/plain;charset=utf-8')
    const copy = new Request(r.clone(), { headers: { z: '1' } })
    expect([copy.method, copy.headers.get('q'), copy.headers.get('z'), await copy.text()]).toEqual(['POST', null, '1', 'x'])
    ;(r as any).params = { id: 1 }                       // routers do so
    expect((r as any).params.id).toBe(1)
    expect(await r.text()).toBe('x')
    expect([r.mode, r.credentials, r.cache, r.referrer, r.duplex]).toEqual(['cors', 'same-origin', 'default', 'about:client', 'half'])
    expect(r.signal.aborted).toBe(false)
    const controller = new AbortController()
    const watched = new Request('http://a/', { signal: controller.signal })
    controller.abort()
    expect(watched.signal.aborted).toBe(true)
  })
  test('says what is wrong', () => {
    expect(thrown(() => new Request('rel'))).toBe('TypeError: Failed to parse URL from rel')
    expect(thrown(() => new Request('http://a/', { body: 'x' }))).toBe('TypeError: Request with GET/HEAD method cannot have body.')
    expect(thrown(() => new Request('http://a/', { method: 'a b' }))).toBe("TypeError: 'a b' is not a valid HTTP method.")
    expect(thrown(() => new Request('http://a/', { method: 'TRACE' }))).toBe("TypeError: 'TRACE' HTTP method is unsupported.")
    expect(thrown(() => new Request('http://u:p@a/'))).toBe('TypeError: Request cannot be constructed from a URL that includes credentials: http://u:p@a/')
  })
})

describe('fetch', () => {
  test('reads data: URLs', async () => {
    expect(await (await fetch('data:text/plain;base64,aGk=')).text()).toBe('hi')
    expect(await (await fetch('data:,a%20b')).text()).toBe('a b')
  })
  test('fails with a TypeError and the cause', async () => {
    let error: any
    try {
      await fetch('http://127.0.0.1:1/')
    } catch (e) {
      error = e
    }
    expect(error.name).toBe('TypeError')
    expect(error.message).toBe('fetch failed')
    expect(error.cause !== undefined).toBe(true)
  })
})
