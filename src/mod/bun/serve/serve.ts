// bun:serve: Bun.serve. The server in C calls `#request` once per request; what that returns, when it is a string, is the answer.

import * as native from 'native:serve'
import { writeError } from 'internal:rt'
import { isResponse, Response } from 'web:fetch/response'
import { abortRequest, idOf, isRequest, pathOf, serve as serveRequest, setParams, Request, type Served } from 'web:fetch/request'
import type { OuterBody } from 'web:fetch/body'
import { Headers, headerBlock } from 'web:fetch/headers'
import { answer, fixedOf, sendFixed, type Fixed, type Target } from './answer.ts'
import { handlerOf } from './routes.ts'
import { handlersOf, isDevelopment, settingsOf, type Handlers, type Settings } from './options.ts'
import { PING, TEXT, ServerWebSocket, messageOf, openSocket, socketClosed, socketId } from './websocket.ts'

const customInspect = Symbol.for('nodejs.util.inspect.custom')

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'CONNECT', 'TRACE']
const WANT_ALL = 1, WANT_SOME = 2
const FAMILIES = ['', 'IPv4', 'IPv6', 'unix']

const SENT = Symbol('sent')

interface Waiting { resolve(whole: boolean): void; reject(error: unknown): void }
const gone = () => {
  const error: any = new Error('The connection was closed.')
  error.name = 'AbortError'
  error.code = 'ECONNRESET'
  return error
}

/** The body of a request, still in C. */
class RequestBody implements OuterBody {
  #server: Server
  #id: number
  constructor(server: Server, id: number) {
    this.#server = server
    this.#id = id
  }
  #whole(): Promise<boolean> | null {
    const handle = handleOf(this.#server), state = native.want(handle, this.#id, WANT_ALL)
    if (state === 1) return null
    if (state < 0) return Promise.reject(gone())
    return new Promise((resolve, reject) => waitingOf(this.#server).set(this.#id, { resolve, reject }))
  }
  textNow(): string | undefined { return native.bodyNow(handleOf(this.#server), this.#id) }
  async text(): Promise<string> {
    const wait = this.#whole()
    if (wait !== null) await wait
    return native.bodyText(handleOf(this.#server), this.#id) ?? ''
  }
  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    const wait = this.#whole()
    if (wait !== null) await wait
    return native.bodyBytes(handleOf(this.#server), this.#id) ?? new Uint8Array(0)
  }
  stream(): ReadableStream {
    const server = this.#server, id = this.#id
    return import.meta.builtin('web:streams').byteStream({
      async pull(controller: any) {
        for (;;) {
          const state = native.want(handleOf(server), id, WANT_SOME)
          if (state < 0) throw gone()
          const bytes = native.bodyBytes(handleOf(server), id)
          if (bytes !== undefined && bytes.length) controller.enqueue(bytes)
          if (state === 1) {
            controller.close()
            return
          }
          if (bytes !== undefined && bytes.length) return
          await new Promise((resolve, reject) => waitingOf(server).set(id, { resolve, reject }))
        }
      },
    })
  }
  drop(): void {}
}

let handleOf: (server: Server) => number
let waitingOf: (server: Server) => Map<number, Waiting>
let make: (options: any) => Server

export class Server implements Target, Served {
  #handle = 0
  #settings!: Settings
  #handlers!: Handlers
  #port = 0
  #family = 0
  #address = ''
  #stopped = false
  #pending = new Map<number, Request>()                  // answered later: told when the client goes away
  #waiting = new Map<number, Waiting>()
  #writable = new Map<number, (goesOn: boolean) => void>()
  #sockets = new Map<number, ServerWebSocket>()
  #opened: ServerWebSocket | null = null                 // upgraded by the handler that is running
  #whenStopped: (() => void)[] = []
  #closed = false
  #fixed = new WeakMap<Response, Fixed | null>()
  #url: URL | null = null
  origin = 'http://'
  host = ''
  handle = 0

  static {
    handleOf = (server) => server.#handle
    waitingOf = (server) => server.#waiting
    make = (options) => {
      const s = new Server()
      s.#start(options)
      return s
    }
  }

  #start(options: any): void {
    if (options === null || typeof options !== 'object') settingsOf(options)
    this.#handlers = handlersOf(options, false)
    const o = this.#settings = settingsOf(options)
    try {
      this.#handle = native.start(o.hostname, o.port, o.unix, o.listenBits, o.maxBody, o.idle, o.wsMax, o.wsQueue, o.wsIdle, o.wsBits, [
        (id: number, bits: number, head: string) => this.#request(id, bits, head),
        (id: number) => this.#settleWaiting(id, null),
        (id: number) => this.#settleWritable(id, true),
        (id: number) => this.#gone(id),
        () => this.#hasStopped(),
        (id: number, kind: number, data: any) => this.#message(id, kind, data),
        (id: number) => this.#event(id, 'drain'),
        (id: number, code: number, reason: string) => this.#closedSocket(id, code, reason),
      ])
    } catch (error: any) {
      if (error?.code === 'EADDRINUSE') {
        const e: any = new Error(o.unix ? `Failed to listen on unix socket ${o.unix}` : `Failed to start server. Is port ${o.port} in use?`)
        e.code = 'EADDRINUSE'
        e.syscall = 'listen'
        e.errno = 0
        throw e
      }
      throw error
    }
    this.handle = this.#handle
    const [family, address, port] = native.where(this.#handle)
    this.#family = family
    this.#address = address
    this.#port = port
    this.host = o.unix ? 'localhost' : port === 80 ? this.hostname! : `${this.hostname!.includes(':') ? `[${this.hostname}]` : this.hostname}:${port}`
    for (const name of ['handle', 'host', 'origin']) Object.defineProperty(this, name, { enumerable: false })
  }

  /* --- requests --- */

  body(id: number): OuterBody { return new RequestBody(this, id) }

  #request(id: number, bits: number, head: string): string | undefined {
    const verb = bits & 15
    const request = serveRequest(this, id, verb < 9 ? METHODS[verb] : head.slice(0, head.indexOf(' ')), head, (bits & 16) !== 0)
    let result: any
    try {
      result = this.#dispatch(request)
    } catch (error) {
      return this.#error(id, request, error)
    }
    if (isResponse(result)) return this.#answer(id, request, result)
    if (result === SENT) return undefined
    return this.#later(id, request, result)
  }

  /** A Response that cannot be sent (its body was read already) is the handler's mistake. */
  #answer(id: number, request: Request | null, response: Response): string | undefined {
    try {
      return answer(this, id, response)
    } catch (error) {
      return this.#error(id, request, error)
    }
  }

  #dispatch(request: Request): any {
    const h = this.#handlers, routes = h.routes
    if (routes !== null) {
      const target = pathOf(request), cut = target.indexOf('?')
      let path = cut < 0 ? target : target.slice(0, cut)
      if (path.charCodeAt(0) !== 47) path = new URL(path).pathname
      const route = routes.find(path)
      if (route !== null) {
        const handler = handlerOf(route, request.method)
        if (handler !== undefined) {
          if (routes.params !== null) setParams(request, routes.params)
          else setParams(request, {})
          if (typeof handler === 'function') return handler.call(this, request, this)
          if (isResponse(handler)) {
            let fixed = this.#fixed.get(handler)
            if (fixed === undefined) this.#fixed.set(handler, fixed = fixedOf(handler))
            if (fixed === null) return handler.clone()
            sendFixed(this, idOf(request), fixed, fixed.tag ? request.headers.get('if-none-match') : null)
            return SENT
          }
        }
      }
    }
    if (h.fetch === undefined) return new Response('', { status: 404 })
    return h.fetch.call(this, request, this)
  }

  /** What is neither a Response nor thrown: a promise of one, or nothing after an upgrade. */
  #later(id: number, request: Request, result: any): undefined {
    if (result !== null && typeof result === 'object' && typeof result.then === 'function') {
      this.#pending.set(id, request)
      const done = (value: unknown) => {
        this.#pending.delete(id)
        if (isResponse(value)) this.#give(id, this.#answer(id, request, value))
        else this.#none(id, value)
      }
      result.then(done, (error: any) => {
        const isThere = this.#pending.delete(id)
        if (!isThere && error !== null && typeof error === 'object' && error.name === 'AbortError') return   // it heard of the client's leaving
        this.#give(id, this.#error(id, request, error))
      })
      const opened = this.#opened
      if (opened !== null) this.#open(opened)
      return undefined
    }
    this.#none(id, result)
    return undefined
  }

  #none(id: number, value: unknown): void {
    const opened = this.#opened
    if (opened !== null && socketId(opened) === id) {
      this.#open(opened)
      return
    }
    if (this.#sockets.has(id)) return
    if (!native.respond(this.#handle, id, 204, 0, '', '', '')) return
    let shown: string
    try {
      shown = String(value)
    } catch {
      shown = typeof value
    }
    this.#print(new TypeError(`Expected a Response object, but received '${shown}'`))
  }

  #give(id: number, text: string | undefined): void {
    if (text === undefined) return
    native.respondText(this.#handle, id, text)
  }

  #error(id: number, request: Request | null, error: unknown): string | undefined {
    const handler = this.#handlers.error
    if (handler !== undefined) {
      try {
        const result: any = handler.call(this, error)
        if (isResponse(result)) return answer(this, id, result)
        if (result !== null && typeof result === 'object' && typeof result.then === 'function') {
          result.then((value: unknown) => {
            if (isResponse(value)) this.#give(id, answer(this, id, value))
            else this.#fail(id, error)
          }).catch((second: unknown) => this.#fail(id, second))
          return undefined
        }
      } catch (second) {
        error = second
      }
    }
    this.#fail(id, error)
    return undefined
  }

  #fail(id: number, error: unknown): void {
    this.#print(error)
    if (!isDevelopment(this.#settings)) {
      native.respond(this.#handle, id, 500, 0, '', 'Content-Type: text/plain\r\n', 'Something went wrong!')
      return
    }
    const escape = (s: string) => s.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`)
    const text = error instanceof Error ? error.stack ?? String(error) : String(error)
    native.respond(this.#handle, id, 500, 16, '', 'Content-Type: text/html;charset=utf-8\r\n',
      '<!doctype html><html><head><meta charset="utf-8"><title>An error was thrown</title></head>' +
      `<body><h1>An error was thrown by the request's handler</h1><pre>${escape(text)}</pre></body></html>\n`)
  }

  #print(error: unknown): void {
    import.meta.builtin('node:process').default.exitCode ??= 1
    writeError(`${import.meta.builtin('internal:inspect').inspect(error)}\n`)
  }

  failed(id: number, error: unknown): void {
    if (id >= 0) this.#give(id, this.#error(id, null, error))
    else this.#print(error)
  }

  #settleWaiting(id: number, error: unknown): void {
    const waiting = this.#waiting.get(id)
    if (waiting === undefined) return
    this.#waiting.delete(id)
    if (error === null) waiting.resolve(true)
    else waiting.reject(error)
  }
  #settleWritable(id: number, goesOn: boolean): void {
    const then = this.#writable.get(id)
    if (then === undefined) return
    this.#writable.delete(id)
    then(goesOn)
  }
  onWritable(id: number, then: (goesOn: boolean) => void): void { this.#writable.set(id, then) }

  #gone(id: number): void {
    const request = this.#pending.get(id)
    if (request !== undefined) {
      this.#pending.delete(id)
      abortRequest(request, new (globalThis as any).DOMException('The connection was closed.', 'AbortError'))
    }
    this.#settleWaiting(id, gone())
    this.#settleWritable(id, false)
  }

  /* --- websockets --- */

  #open(ws: ServerWebSocket): void {
    if (this.#opened === ws) this.#opened = null
    this.#call(ws, 'open')
  }
  #call(ws: ServerWebSocket, name: 'open' | 'drain' | 'message' | 'ping' | 'pong' | 'close', ...args: unknown[]): void {
    const sockets = this.#handlers.sockets, handler = sockets?.[name]
    if (handler === undefined) return
    try {
      handler(ws, ...args)
    } catch (error) {
      if (name === 'open') ws.terminate()
      if (sockets!.error === undefined) throw error
      sockets!.error(error, ws)
    }
  }
  #event(id: number, name: 'drain'): void {
    const ws = this.#sockets.get(id)
    if (ws !== undefined) this.#call(ws, name)
  }
  #message(id: number, kind: number, data: any): void {
    const ws = this.#sockets.get(id)
    if (ws === undefined) return
    if (kind === TEXT) {
      const handler = this.#handlers.sockets?.message      // the hot one: nothing but the call
      if (handler === undefined) return
      if (this.#handlers.sockets!.error !== undefined) this.#call(ws, 'message', data)
      else handler(ws, data)
    } else if (kind < 8) this.#call(ws, 'message', messageOf(ws, data))
    else this.#call(ws, kind === PING ? 'ping' : 'pong', messageOf(ws, data))
  }
  #closedSocket(id: number, code: number, reason: string): void {
    const ws = this.#sockets.get(id)
    if (ws === undefined) return
    this.#sockets.delete(id)
    socketClosed(ws)
    this.#call(ws, 'close', code, reason)
  }

  upgrade(request: Request, options?: { headers?: any; data?: unknown }): boolean {
    if (!isRequest(request)) throw new TypeError('upgrade requires a Request object')
    if (this.#handlers.sockets === null) {
      throw new TypeError('To enable websocket support, set the "websocket" object in Bun.serve({})')
    }
    const id = idOf(request)
    if (id < 0) return false
    let block = ''
    if (options?.headers !== undefined && options.headers !== null) {
      block = headerBlock(options.headers instanceof Headers ? options.headers : new Headers(options.headers))
    }
    if (!/^sec-websocket-protocol:/im.test(block)) {
      const offered = request.headers.get('sec-websocket-protocol')
      if (offered !== null) block += `Sec-WebSocket-Protocol: ${offered.split(',', 1)[0].trim()}\r\n`
    }
    const peer = native.peer(this.#handle, id)
    if (!native.upgrade(this.#handle, id, block)) return false
    const ws = openSocket(this, id, options?.data, peer === null ? '' : peer[1])
    this.#sockets.set(id, ws)
    if (this.#pending.delete(id)) this.#open(ws)
    else this.#opened = ws
    return true
  }

  publish(topic: string, data: any, compress?: boolean): number {
    if (typeof topic !== 'string') throw new TypeError('publish requires a topic string')
    return native.wsPublish(this.#handle, -1, topic, typeof data === 'string' ? 1 : 2, data, compress !== false)
  }
  subscriberCount(topic: string): number { return native.wsSubscribers(this.#handle, `${topic}`) }

  /* --- the server --- */

  stop(closeActiveConnections = false): Promise<void> {
    if (this.#closed) return Promise.resolve()
    this.#stopped = true
    native.stop(this.#handle, !!closeActiveConnections)
    return new Promise((resolve) => this.#whenStopped.push(resolve))
  }
  #hasStopped(): void {
    this.#closed = true
    for (const resolve of this.#whenStopped) resolve()
    this.#whenStopped = []
  }
  reload(options: any): Server {
    if (options === null || typeof options !== 'object') throw new TypeError('reload requires an object')
    const next = handlersOf(options, true), had = this.#handlers
    this.#handlers = {
      fetch: next.fetch ?? had.fetch, error: next.error ?? had.error, sockets: next.sockets ?? had.sockets,
      routes: options.routes !== undefined || options.static !== undefined ? next.routes : had.routes,
    }
    return this
  }
  closeIdleConnections(): void { native.closeIdle(this.#handle) }
  fetch(input: any): Promise<Response> {
    const request = isRequest(input) ? input : new Request(typeof input === 'string' && input.startsWith('/') ? this.url.origin + input : input)
    return Promise.resolve(this.#handlers.fetch!.call(this, request, this))
  }
  requestIP(request: Request): { address: string; port: number; family: string } | null {
    const id = isRequest(request) ? idOf(request) : -1, peer = id < 0 ? null : native.peer(this.#handle, id)
    return peer === null || peer[0] === 3 ? null : { address: peer[1], port: peer[2], family: FAMILIES[peer[0]] }
  }
  timeout(request: Request, seconds: number): void {
    if (!isRequest(request)) throw new TypeError('timeout() requires a Request object')
    if (typeof seconds !== 'number') throw new TypeError('timeout() requires a number')
    native.timeout(this.#handle, idOf(request), Math.max(0, Math.trunc(seconds)))
  }
  ref(): void { native.ref(this.#handle, true) }
  unref(): void { native.ref(this.#handle, false) }

  get port(): number | undefined { return this.#settings.unix ? undefined : this.#port }
  get hostname(): string | undefined {
    if (this.#settings.unix) return undefined
    return this.#settings.hostname === '' || this.#settings.hostname === '0.0.0.0' || this.#settings.hostname === '::' ? 'localhost'
      : this.#settings.hostname
  }
  get url(): URL {
    return this.#url ??= new (import.meta.builtin('web:url').URL)(this.#settings.unix ? `unix://${this.#settings.unix}` : `http://${this.host}/`)
  }
  get protocol(): string { return this.#settings.unix ? 'unix' : 'http' }
  get id(): string { return this.#settings.id }
  get development(): boolean { return isDevelopment(this.#settings) }
  get address(): unknown {
    return this.#settings.unix ? this.#settings.unix : { address: this.#address, family: FAMILIES[this.#family], port: this.#port }
  }
  get pendingRequests(): number { return native.pending(this.#handle, false) }
  get pendingWebSockets(): number { return native.pending(this.#handle, true) }

  [Symbol.dispose ?? Symbol.for('Symbol.dispose')](): void { void this.stop(true) }
  [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')](): Promise<void> { return this.stop(true) }

  [customInspect](depth: number, options: any, inspect: any): string {
    const { address, development, hostname, id, pendingRequests, pendingWebSockets, port, protocol, url } = this
    return `HTTPServer ${inspect({ address, development, hostname, id, pendingRequests, pendingWebSockets, port, protocol, url: url.href }, options)}`
  }
}

export function serve(options: any): Server { return make(options) }
