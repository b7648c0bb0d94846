import dc from 'node:diagnostics_channel'
import { describe, expect, test } from 'bun:test'

describe('undici:* channels', () => {
  test('tell of a request, and let a header be added', async () => {
    using server = Bun.serve({ port: 0, fetch: async (request) => request.url.endsWith('/never') ? new Promise<Response>(() => {}) : new Response(`${request.headers.get('traceparent')} ${await request.text()}`, { headers: { 'x-a': '1' } }) })
    const seen: any[] = []
    const handlers = Object.entries({
      'request:create': ({ request }: any) => {
        seen.push(['create', request.method, request.origin === server.url.origin, request.path, request.contentType])
        request.addHeader('traceparent', 'id')
      },
      'client:sendHeaders': ({ headers, socket }: any) => seen.push(['sent', headers.includes('traceparent: id'), socket.remotePort === server.port]),
      'request:bodyChunkSent': ({ chunk }: any) => seen.push(['chunk', String(chunk)]),
      'request:bodySent': () => seen.push(['body']),
      'request:headers': ({ response }: any) => seen.push(['headers', response.statusCode, response.headers.map(String).includes('x-a')]),
      'request:trailers': ({ request }: any) => seen.push(['trailers', request.completed]),
      'request:error': ({ request, error }: any) => seen.push(['error', error.code ?? error.name, request.aborted]),
    }).map(([name, handler]): [string, any] => [`undici:${name}`, handler])
    for (const [name, handler] of handlers) dc.subscribe(name, handler)
    try {
      expect(await (await fetch(`${server.url}a?b=1#c`, { method: 'POST', body: 'text' })).text()).toBe('id text')
      expect(seen.splice(0)).toEqual([['create', 'POST', true, '/a?b=1', 'text/plain;charset=utf-8'], ['sent', true, true], ['chunk', 'text'], ['body'],
        ['headers', 200, true], ['trailers', true]])
      const gone = Bun.serve({ port: 0, fetch: () => new Response('') })
      await gone.stop(true)
      await fetch(gone.url).catch(() => {})
      expect(seen.splice(0).map((each) => each[0])).toEqual(['create', 'error'])
    } finally {
      for (const [name, handler] of handlers) dc.unsubscribe(name, handler)
    }
    const count = seen.length
    await (await fetch(server.url)).text()
    expect(seen.length).toBe(count)
  })
})
