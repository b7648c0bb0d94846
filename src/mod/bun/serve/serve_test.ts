import { describe, expect, test } from 'bun:test'

// Bun.serve as its users see it. Nothing here is Bao's own: the same file passes under Bun.
const Bun = (globalThis as any).Bun
const here = Bun !== undefined
const it = here ? test : test.skip

async function using(options: any, body: (url: string, server: any) => Promise<void>): Promise<void> {
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', development: false, ...options })
  try {
    await body(server.url.href, server)
  } finally {
    await server.stop(true)
  }
}

describe('Bun.serve', () => {
  it('answers with text, JSON, bytes, nothing', async () => {
    await using({
      fetch(req: Request) {
        switch (new URL(req.url).pathname) {
          case '/json': return Response.json({ a: 1 }, { status: 201 })
          case '/bytes': return new Response(new Uint8Array([1, 2, 3]))
          case '/none': return new Response(null, { status: 204 })
          case '/blob': return new Response(new Blob(['b'], { type: 'text/css' }))
          case '/headers': return new Response('x', { headers: [['X-One', '1'], ['Set-Cookie', 'a=1'], ['set-cookie', 'b=2']], statusText: 'Fine' })
        }
        return new Response(`${req.method} ${req.headers.get('x-a')}`)
      },
    }, async (url) => {
      const text = await fetch(url, { headers: { 'X-A': 'yes' } })
      expect(text.status).toBe(200)
      expect(text.headers.get('content-type')!.toLowerCase()).toBe('text/plain;charset=utf-8')
      expect(text.headers.get('content-length')).toBe('7')
      expect(new Date(text.headers.get('date')!).getTime() > 1e12).toBe(true)
      expect(await text.text()).toBe('GET yes')
      const json = await fetch(url + 'json')
      expect(json.status).toBe(201)
      expect(json.headers.get('content-type')!.startsWith('application/json')).toBe(true)
      expect(await json.json()).toEqual({ a: 1 })
      expect([...new Uint8Array(await (await fetch(url + 'bytes')).arrayBuffer())]).toEqual([1, 2, 3])
      const none = await fetch(url + 'none')
      expect(none.status).toBe(204)
      expect(await none.text()).toBe('')
      expect((await fetch(url + 'blob')).headers.get('content-type')!.startsWith('text/css')).toBe(true)
      const headers = await fetch(url + 'headers')
      expect(headers.headers.get('x-one')).toBe('1')
      expect(headers.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
      const head = await fetch(url, { method: 'HEAD', headers: { 'x-a': '1' } })
      expect(head.headers.get('content-length')).toBe('6')
      expect(await head.text()).toBe('')
    })
  })

  it('reads bodies in every form', async () => {
    await using({
      async fetch(req: Request) {
        switch (new URL(req.url).pathname) {
          case '/text': return new Response(await req.text())
          case '/json': return Response.json(await req.json())
          case '/bytes': return new Response(await req.arrayBuffer())
          case '/form': {
            const form = await req.formData()
            return new Response(`${form.get('a')} ${(form.get('f') as File).name} ${await (form.get('f') as File).text()}`)
          }
          case '/echo': return new Response(req.body)
          case '/twice': return new Response(await req.text().then(() => req.text()).then(() => 'read', (e) => e.name))
        }
        return new Response('unread')
      },
    }, async (url) => {
      const post = async (path: string, body: any) => (await fetch(url + path, { method: 'POST', body })).text()
      expect(await post('text', 'grüße €')).toBe('grüße €')
      expect(await post('json', '{"a":[1,2]}')).toBe('{"a":[1,2]}')
      expect(await post('bytes', new Uint8Array([104, 105]))).toBe('hi')
      const form = new FormData()
      form.append('a', 'b')
      form.append('f', new File(['data'], 'name.txt'))
      expect(await post('form', form)).toBe('b name.txt data')
      const big = 'x'.repeat(1_000_000)
      expect(await post('echo', big) === big).toBe(true)
      expect(await post('text', big) === big).toBe(true)
      expect(await post('', big)).toBe('unread')
      expect(await post('twice', 'a')).toBe('TypeError')
      expect(await post('text', 'still here')).toBe('still here')
    })
  })

  it('streams as the source gives', async () => {
    const encoder = new TextEncoder()
    await using({
      fetch(req: Request) {
        if (req.url.endsWith('/generator')) {
          return new Response(async function* () {
            yield 'one '
            await new Promise((r) => setTimeout(r, 1))
            yield encoder.encode('two')
          } as any)
        }
        if (req.url.endsWith('/short')) {
          return new Response(new ReadableStream({
            start(controller) {
              controller.enqueue(encoder.encode('short'))
              controller.close()
            },
          }))
        }
        let n = 0
        return new Response(new ReadableStream({
          async pull(controller) {
            await new Promise((r) => setTimeout(r, 1))
            if (n++ === 20) controller.close()
            else controller.enqueue(new Uint8Array(50_000))
          },
        }))
      },
    }, async (url) => {
      expect(await (await fetch(url + 'generator')).text()).toBe('one two')
      const short = await fetch(url + 'short')
      expect(short.headers.get('content-length')).toBe('5')
      expect(await short.text()).toBe('short')
      let size = 0
      for await (const chunk of (await fetch(url)).body as any) size += chunk.length
      expect(size).toBe(1_000_000)
    })
  })

  it('finds routes: exact before names before the rest', async () => {
    await using({
      routes: {
        '/': () => new Response('root'),
        '/static': new Response('fixed'),
        '/users/me': () => new Response('me'),
        '/users/:id': (req: any) => new Response(`user ${req.params.id}`),
        '/users/:id/posts/:post': (req: any) => new Response(`${req.params.id}/${req.params.post}`),
        '/files/*': (req: any) => new Response('file'),
        '/methods': { GET: () => new Response('got'), POST: async (req: Request) => new Response(`posted ${await req.text()}`) },
        '/off': false,
      },
      fetch: () => new Response('fallback', { status: 404 }),
    }, async (url) => {
      const get = async (path: string) => (await fetch(url + path)).text()
      expect(await get('')).toBe('root')
      expect(await get('static')).toBe('fixed')
      expect(await get('static')).toBe('fixed')
      expect(await get('users/me')).toBe('me')
      expect(await get('users/a%20b?q=1')).toBe('user a b')
      expect(await get('users/1/posts/2')).toBe('1/2')
      expect(await get('users/')).toBe('fallback')
      expect(await get('files/a/b/c')).toBe('file')
      expect(await get('methods')).toBe('got')
      expect(await (await fetch(url + 'methods', { method: 'POST', body: 'x' })).text()).toBe('posted x')
      expect((await fetch(url + 'methods', { method: 'PUT' })).status).toBe(404)
      expect((await fetch(url + 'methods', { method: 'HEAD' })).status).toBe(200)
      expect(await get('off')).toBe('fallback')
      expect(await get('files')).toBe('fallback')
      const tag = (await fetch(url + 'static')).headers.get('etag')!
      expect(tag.length).toBe(18)
      const same = await fetch(url + 'static', { headers: { 'if-none-match': `"other", ${tag}` } })
      expect(same.status).toBe(304)
      expect(await same.text()).toBe('')
    })
  })

  it('gives errors to the error handler', async () => {
    await using({
      async fetch(req: Request) {
        if (req.url.endsWith('/late')) await null
        throw new Error('boo')
      },
      routes: {
        '/used': async () => {
          const used = new Response(new Response('x').body)
          await used.text()
          return used
        },
      },
      error: (error: Error) => new Response(`caught ${error.message}`, { status: 503 }),
    }, async (url) => {
      for (const path of ['', 'late']) {
        const res = await fetch(url + path)
        expect(res.status).toBe(503)
        expect(await res.text()).toBe('caught boo')
      }
      expect((await fetch(url + 'used')).status).toBe(503)
    })
  })

  it('tells the handler that the client went away', async () => {
    let aborted: (value: boolean) => void
    const told = new Promise<boolean>((r) => { aborted = r })
    const controller = new AbortController()
    await using({
      async fetch(req: Request) {
        req.signal.addEventListener('abort', () => aborted(true))
        setTimeout(() => controller.abort())
        await told
        return new Response('late')
      },
    }, async (url) => {
      const asked = fetch(url, { signal: controller.signal }).then(() => 'answered', (e) => e.name)
      expect(await asked).toBe('AbortError')
      expect(await told).toBe(true)
    })
  })

  it('refuses what is too large and says where it listens', async () => {
    await using({ maxRequestBodySize: 10, fetch: async (req: Request, server: any) => new Response(await req.text() + server.requestIP(req).address) }, async (url, server) => {
      expect(await (await fetch(url, { method: 'POST', body: '0123456789' })).text()).toBe('0123456789127.0.0.1')
      expect((await fetch(url, { method: 'POST', body: '0123456789a' })).status).toBe(413)
      expect(server.port > 0).toBe(true)
      expect(server.hostname).toBe('127.0.0.1')
      expect(server.url.href).toBe(`http://127.0.0.1:${server.port}/`)
      expect(server.pendingRequests).toBe(0)
      let code = ''
      try {
        Bun.serve({ port: server.port, hostname: '127.0.0.1', fetch: () => new Response('') })
      } catch (error: any) {
        code = error.code
      }
      expect(code).toBe('EADDRINUSE')
    })
  })

  it('reloads its handlers and stops gracefully', async () => {
    let release: () => void
    const held = new Promise<void>((r) => { release = r })
    const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('old') })
    const url = server.url.href
    expect(await (await fetch(url)).text()).toBe('old')
    server.reload({ fetch: async () => (await held, new Response('new')) })
    const last = fetch(url)
    await new Promise((r) => setTimeout(r, 20))
    const stopped = server.stop()
    release!()
    expect(await (await last).text()).toBe('new')
    await stopped
    let failed = false
    try {
      await fetch(url)
    } catch {
      failed = true
    }
    expect(failed).toBe(true)
  })

  it('checks its options', () => {
    const message = (options: any) => {
      try {
        Bun.serve(options).stop(true)
        return 'served'
      } catch (error: any) {
        return `${error.name} ${error.code}`
      }
    }
    expect(message({})).toBe('TypeError ERR_INVALID_ARG_TYPE')
    expect(message({ fetch: 1 })).toBe('TypeError ERR_INVALID_ARG_TYPE')
    expect(message({ fetch() {}, idleTimeout: 300 })).toBe('TypeError ERR_INVALID_ARG_TYPE')
    expect(message({ fetch() {}, port: 70000 })).toBe('RangeError ERR_OUT_OF_RANGE')
  })

  it('sends files and parts of them', async () => {
    const path = `/tmp/serve_test_${process.pid}.txt`
    await Bun.write(path, 'hello file'.repeat(10_000))
    await using({
      fetch: (req: Request) => new Response(req.url.endsWith('/part') ? Bun.file(path).slice(6, 10) : Bun.file(path)),
    }, async (url) => {
      const whole = await fetch(url)
      expect(whole.headers.get('content-type')!.startsWith('text/plain')).toBe(true)
      expect(whole.headers.get('content-length')).toBe('100000')
      expect(await whole.text() === 'hello file'.repeat(10_000)).toBe(true)
      expect(await (await fetch(url + 'part')).text()).toBe('file')
    })
    await Bun.file(path).delete()
    expect(await Bun.file(path).exists()).toBe(false)
  })
})
