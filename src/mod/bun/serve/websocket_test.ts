import { describe, expect, test } from 'bun:test'

// Both ends of websockets. The same file passes under Bun.
const Bun = (globalThis as any).Bun
const it = Bun !== undefined ? test : test.skip

interface Client { ws: WebSocket; got: unknown[]; closed: Promise<{ code: number; reason: string; wasClean: boolean }>; next(n: number): Promise<unknown[]> }
function dial(url: string, options?: any): Promise<Client> {
  const ws = new (WebSocket as any)(url, options) as WebSocket
  ws.binaryType = 'arraybuffer'
  const got: unknown[] = []
  let wake = () => {}
  ws.onmessage = (event) => {
    got.push(typeof event.data === 'string' ? event.data : new Uint8Array(event.data).length)
    wake()
  }
  const closed = new Promise<any>((resolve) => { ws.onclose = (event) => resolve({ code: event.code, reason: event.reason, wasClean: event.wasClean }) })
  const next = async (n: number) => {
    while (got.length < n) await new Promise<void>((resolve) => { wake = resolve })
    return got
  }
  return new Promise((resolve, reject) => {
    ws.onopen = () => resolve({ ws, got, closed, next })
    ws.onerror = () => reject(new Error('failed'))
  })
}

async function using(websocket: any, body: (url: string, server: any) => Promise<void>): Promise<void> {
  const server = Bun.serve({
    port: 0, hostname: '127.0.0.1', development: false, websocket,
    fetch: (req: Request, s: any) => s.upgrade(req, { data: { path: new URL(req.url).pathname } }) ? undefined : new Response('no', { status: 400 }),
  })
  try {
    await body(server.url.href.replace('http', 'ws'), server)
  } finally {
    await server.stop(true)
  }
}

describe('websockets of Bun.serve', () => {
  it('echo what they are sent', async () => {
    await using({
      open(ws: any) { ws.send(`at ${ws.data.path}`) },
      message(ws: any, message: any) { ws.send(message) },
    }, async (url, server) => {
      const { ws, next } = await dial(url + 'here')
      ws.send('text é€😀')
      ws.send(new Uint8Array(100_000))
      ws.send('')
      ws.send('x'.repeat(70_000))
      expect(await next(5)).toEqual(['at /here', 'text é€😀', 100_000, '', 'x'.repeat(70_000)])
      expect(server.pendingWebSockets).toBe(1)
      ws.close()
    })
  })

  it('tell each other why they close', async () => {
    const closes: unknown[] = []
    await using({
      message(ws: any, message: string) { ws.close(4001, message) },
      close(ws: any, code: number, reason: string) { closes.push([code, reason, ws.readyState]) },
    }, async (url) => {
      const first = await dial(url)
      first.ws.send('enough')
      expect(await first.closed).toEqual({ code: 4001, reason: 'enough', wasClean: true })
      const second = await dial(url)
      second.ws.close(3000, 'mine')
      expect(await second.closed).toEqual({ code: 3000, reason: 'mine', wasClean: true })
      while (closes.length < 2) await new Promise((r) => setTimeout(r, 5))
      expect(closes).toEqual([[4001, 'enough', 3], [3000, 'mine', 3]])
    })
  })

  it('publish to those who subscribed', async () => {
    await using({
      open(ws: any) { ws.subscribe('room') },
      message(ws: any, message: string) {
        if (message === 'leave') ws.unsubscribe('room')
        else ws.publish('room', message)
        ws.send(`${ws.isSubscribed('room')}`)
      },
    }, async (url, server) => {
      const a = await dial(url), b = await dial(url)
      expect(server.subscriberCount('room')).toBe(2)
      a.ws.send('hello')
      expect(await b.next(1)).toEqual(['hello'])
      expect(await a.next(1)).toEqual(['true'])
      b.ws.send('leave')
      expect(await b.next(2)).toEqual(['hello', 'false'])
      expect(server.publish('room', 'news')).toBe(4)
      expect(await a.next(2)).toEqual(['true', 'news'])
      expect(server.publish('nobody', 'news')).toBe(0)
      a.ws.close()
      b.ws.close()
    })
  })

  it('refuse what is no websocket, or too big', async () => {
    await using({ maxPayloadLength: 100, message() {} }, async (url) => {
      expect((await fetch(url.replace('ws', 'http'))).status).toBe(400)
      const { ws, closed } = await dial(url)
      ws.send('x'.repeat(101))
      const { code } = await closed
      expect(code === 1009 || code === 1006).toBe(true)
    })
    let failed = ''
    await dial('ws://127.0.0.1:1/').catch((error) => { failed = error.message })
    expect(failed).toBe('failed')
  })

  it('are closed when the server is stopped', async () => {
    let closed: Promise<{ code: number }>
    await using({ message() {} }, async (url) => { closed = (await dial(url)).closed })
    expect([1001, 1006].includes((await closed!).code)).toBe(true)
  })
})
