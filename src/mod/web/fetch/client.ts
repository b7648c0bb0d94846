// web:fetch/client: fetch over http/client: http:, https: and data: URLs.

import * as native from 'native:fetch'
import { listeners } from 'internal:channels'
import { Headers, copyHeaders, headerBlock, headersFromHead } from './headers.ts'
import { Request, extraOf, settingsOf } from './request.ts'
import { Response, fetched } from './response.ts'
import { chunkBytes, takeSource, type OuterBody, type Source } from './body.ts'
import { bytesOf, decodeUtf8, isBlob, lazyOf } from 'web:blob'

const errors = () => import.meta.builtin('internal:errors')

const ON_HEAD = 0, ON_BODY = 1
const STREAMS = 1, HAS_BODY = 2, TLS = 4, NO_VERIFY = 8, RAW = 16
const MAX_QUEUED = 256 * 1024
const MAX_REDIRECTS = 20

const forgotten = new FinalizationRegistry<number>((handle) => native.free(handle))

function failure(error: any, name: string, url: URL): Error {
  const cause: any = error ?? new Error(name)
  const wrapped: any = new TypeError('fetch failed', { cause })
  const code = name === 'ERR_BAO_CLOSED' || name === 'ECONNRESET' ? 'ECONNRESET' : name === 'ECONNREFUSED' ? 'ConnectionRefused'
    : name === 'ETIMEDOUT' ? 'TimeoutError' : name
  wrapped.code = code
  wrapped.path = url.href
  if (name === 'ERR_BAO_CLOSED') cause.message = 'other side closed'
  return wrapped
}

/** The reply's body, in C until it is asked for. */
class ReplyBody implements OuterBody {
  handle: number
  #told: { ended(): void } | undefined
  #settle: ((error: unknown) => void) | null = null
  #over: unknown = undefined                             // an error that ended it early
  constructor(handle: number, told?: { ended(): void }) {
    this.handle = handle
    this.#told = told
    forgotten.register(this, handle, this)
  }
  news(error: unknown): void {
    if (error !== undefined) this.#over = error
    const settle = this.#settle
    this.#settle = null
    settle?.(error)
  }
  /** A reply without a body: the handle goes when it is over, so that the connection may stay. */
  isSpare = false
  spare(): void {
    this.isSpare = true
    forgotten.unregister(this)
  }
  #close(): void {
    this.#told?.ended()
    forgotten.unregister(this)
    native.free(this.handle)
  }
  async #whole(all: boolean): Promise<boolean> {
    const state = native.want(this.handle, all)
    if (state === 1) return true
    if (this.#over !== undefined || state < 0) throw this.#over ?? new TypeError('terminated')
    await new Promise<void>((resolve, reject) => { this.#settle = (error) => error === undefined ? resolve() : reject(error) })
    return native.want(this.handle, all) === 1
  }
  async text(): Promise<string> {
    try {
      await this.#whole(true)
      return native.bodyText(this.handle)!
    } finally {
      this.#close()
    }
  }
  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    try {
      await this.#whole(true)
      return native.bodyBytes(this.handle)!
    } finally {
      this.#close()
    }
  }
  stream(): ReadableStream {
    const body = this
    return import.meta.builtin('web:streams').byteStream({
      async pull(controller: any) {
        try {
          for (;;) {
            const first = native.bodyBytes(body.handle)
            if (first !== undefined && first.length) return controller.enqueue(first)
            const whole = await body.#whole(false), bytes = native.bodyBytes(body.handle)
            if (bytes !== undefined && bytes.length) controller.enqueue(bytes)
            if (whole) {
              controller.close()
              controller.byobRequest?.respond(0)
              body.#close()
            }
            if (whole || bytes?.length) return
          }
        } catch (error) {
          body.#close()
          throw error
        }
      },
      cancel() { body.#close() },
    })
  }
  drop(): void { this.#close() }
  abort(reason: unknown): void {
    this.news(reason)
    this.#close()
  }
}

interface Job { method: string; url: URL; headers: Headers; source: Source; signal: AbortSignal | null; redirected: boolean; left: number }

async function plainSource(source: Source): Promise<string | Uint8Array<ArrayBuffer> | ReadableStream | null> {
  if (source === null || typeof source === 'string' || source instanceof Uint8Array) return source
  if (isBlob(source)) return lazyOf(source) === null ? bytesOf(source) : source.bytes()
  return 'getReader' in source ? source : source.stream()
}

function headerText(job: Job): string {
  const { url, headers } = job
  let out = ''
  if (!headers.has('connection')) out += 'Connection: keep-alive\r\n'
  if (!headers.has('user-agent')) out += `User-Agent: Bun/${(globalThis as any).process.versions.bun}\r\n`
  if (!headers.has('accept')) out += 'Accept: */*\r\n'
  if (!headers.has('host')) out += `Host: ${url.host}\r\n`
  if (!headers.has('accept-encoding')) out += 'Accept-Encoding: gzip, deflate\r\n'
  if ((url.username || url.password) && !headers.has('authorization')) {
    out += `Authorization: Basic ${btoa(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`)}\r\n`
  }
  return out + headerBlock(headers).replace(/^content-length:.*\r\n/gim, '')
}

const none = { host: '', port: 0, auth: '' }
/** The proxy of an option or, as usual, of the environment. */
function proxyOf(url: URL, given: any, unix: string): { host: string; port: number; auth: string } {
  const { env } = (globalThis as any).process
  let text = typeof given === 'string' ? given : given?.url ? String(given.url) : ''
  if (!text && given === undefined && !unix) {
    text = url.protocol === 'https:' ? env.https_proxy || env.HTTPS_PROXY || '' : env.http_proxy || env.HTTP_PROXY || ''
    const except = env.no_proxy || env.NO_PROXY || ''
    if (text && except.split(',').some((e: string) => {
      const name = e.trim().replace(/^\./, '')
      return name === '*' || (name && (url.hostname === name || url.host === name || url.hostname.endsWith(`.${name}`)))
    })) return none
  }
  if (!text) return none
  const proxy: URL = new (import.meta.builtin('web:url').URL)(text.includes('://') ? text : `http://${text}`)
  if (proxy.protocol !== 'http:') throw new (errors().ERR_NOT_IMPLEMENTED)(`fetch by a proxy of ${proxy.protocol}`)
  return {
    host: proxy.hostname.replace(/^\[|\]$/g, ''), port: proxy.port ? Number(proxy.port) : 80,
    auth: proxy.username ? `Basic ${btoa(`${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`)}` : '',
  }
}

const pemText = (ca: any): string => ca === undefined || ca === null ? '' : Array.isArray(ca) ? ca.map(pemText).join('\n')
  : typeof ca === 'string' ? ca : decodeUtf8(ca)

async function ask(job: Job, request: Request): Promise<Response> {
  const extra = extraOf(request), settings = settingsOf(request), body = await plainSource(job.source)
  const isStream = body !== null && typeof body === 'object' && !(body instanceof Uint8Array)
  const unix = typeof extra?.unix === 'string' ? extra.unix : '', proxy = proxyOf(job.url, extra?.proxy, unix)
  const secure = job.url.protocol === 'https:', { env } = (globalThis as any).process
  const hasBody = body !== null || (job.method !== 'GET' && job.method !== 'HEAD' && job.method !== 'OPTIONS' && job.method !== 'DELETE')
  const bits = (isStream ? STREAMS : hasBody ? HAS_BODY : 0) | (extra?.decompress === false ? RAW : 0) | (secure ? TLS : 0) |
    (secure && (extra?.tls?.rejectUnauthorized === false || env.NODE_TLS_REJECT_UNAUTHORIZED === '0') ? NO_VERIFY : 0)
  const signal = job.signal
  signal?.throwIfAborted()
  return new Promise((resolve, reject) => {
    let reply: ReplyBody | null = null
    const idle = typeof extra?.timeout === 'number' ? Math.ceil(extra.timeout / 1000) : extra?.timeout === false ? 0 : 300
    const told = listeners.fetch === 0 ? undefined : new (import.meta.builtin('web:fetch/told').Told)(job.method, job.url, body, headerText(job))
    const host = job.url.hostname.replace(/^\[|\]$/g, '')
    const handle = native.start(host, job.url.port ? Number(job.url.port) : secure ? 443 : 80, unix, job.method,
      job.url.pathname + job.url.search, told?.head ?? headerText(job), isStream ? undefined : body as any ?? '', bits, idle,
      proxy.host, proxy.port, proxy.auth, pemText(extra?.tls?.ca), (kind, a, b, c) => {
        if (kind === ON_HEAD) {
          reply = new ReplyBody(handle, told)
          const headers = headersFromHead(c)
          told?.answered(a, b, headers)
          if (a >= 300 && a < 400 && a !== 304 && headers.has('location') && settings.redirect !== 'manual') {
            signal?.removeEventListener('abort', abort)
            reply.drop()
            redirect(job, request, a, headers.get('location')!, settings.redirect, isStream).then(resolve, reject)
            return
          }
          if (extra?.decompress !== false && /\b(x-gzip|gzip|deflate)\b/i.test(headers.get('content-encoding') ?? '')) {
            headers.delete('content-encoding')             // undone already: who passes the reply on passes what it is now
            headers.delete('content-length')
            headers.delete('transfer-encoding')
          }
          const replies = job.method !== 'HEAD' && a !== 204 && a !== 304 && a !== 205
          if (!replies) {
            signal?.removeEventListener('abort', abort)
            reply.spare()
          }
          resolve(fetched(a, b, headers, replies ? reply : null, job.url.href, job.redirected))
        } else if (kind === ON_BODY) reply?.news(undefined)
        else {
          signal?.removeEventListener('abort', abort)
          if (a === null) {
            told?.ended()
            if (reply !== null && reply.isSpare) native.free(handle)
            return
          }
          const error = failure(a, b, job.url)
          told?.failed(error.cause)
          if (reply !== null) reply.news(error)
          else {
            native.free(handle)
            reject(error)
          }
        }
      })
    function abort(): void {
      told?.failed(signal!.reason, true)
      if (reply !== null) reply.abort(signal!.reason)
      else native.free(handle)
      if (isStream && !(body as ReadableStream).locked) void (body as ReadableStream).cancel(signal!.reason)
      reject(signal!.reason)
    }
    signal?.addEventListener('abort', abort, { once: true })
    if (isStream) void send(handle, body as ReadableStream, reject).then(() => told?.bodySent())
  })
}

async function send(handle: number, body: ReadableStream, reject: (error: unknown) => void): Promise<void> {
  try {
    const reader = body.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      let queued = native.write(handle, chunkBytes(value) as Uint8Array)
      while (queued > MAX_QUEUED) {
        await new Promise((then) => setTimeout(then, 1))
        queued = native.write(handle)
      }
      if (queued < 0) return void reader.cancel()
    }
    native.end(handle)
  } catch (error) {
    native.free(handle)
    reject(error)
  }
}

async function redirect(job: Job, request: Request, status: number, location: string, mode: string, wasStream: boolean): Promise<Response> {
  if (mode === 'error') throw failure(new Error('unexpected redirect'), 'UnexpectedRedirect', job.url)
  if (job.left === 0) throw failure(new Error('redirect count exceeded'), 'TooManyRedirects', job.url)
  const to: URL | null = import.meta.builtin('web:url').URL.parse(location, job.url.href)
  if (to === null || (to.protocol !== 'http:' && to.protocol !== 'https:')) throw failure(new Error('invalid redirect'), 'InvalidRedirect', job.url)
  if (!to.hash) to.hash = job.url.hash
  const next: Job = { ...job, url: to, headers: copyHeaders(job.headers), redirected: true, left: job.left - 1 }
  const becomesGet = ((status === 301 || status === 302) && job.method === 'POST') || (status === 303 && job.method !== 'GET' && job.method !== 'HEAD')
  if (becomesGet) {
    next.method = 'GET'
    next.source = null
    for (const name of ['content-encoding', 'content-language', 'content-location', 'content-type', 'content-length']) next.headers.delete(name)
  } else if (wasStream) throw failure(new Error('a streamed body cannot be sent again'), 'RequestBodyNotReusable', job.url)
  if (to.origin !== job.url.origin) for (const name of ['authorization', 'proxy-authorization', 'cookie', 'host']) next.headers.delete(name)
  return go(next, request)
}

function go(job: Job, request: Request): Promise<Response> {
  switch (job.url.protocol) {
    case 'http:':
    case 'https:': return ask(job, request)
    case 'data:': return Promise.resolve(dataReply(job.url))
    default: throw failure(new Error('unknown scheme'), 'ERR_INVALID_URL_SCHEME', job.url)
  }
}

function dataReply(url: URL): Response {
  const m = /^data:([^,]*?)(;\s*base64)?\s*,(.*)$/is.exec(url.href.split('#', 1)[0])
  if (m === null) throw failure(new Error('invalid URL'), 'ERR_INVALID_URL', url)
  const raw = decodeURIComponent(m[3].replace(/%(?![0-9a-f]{2})/gi, '%25'))
  const bytes = m[2] ? Uint8Array.from(atob(raw), (c) => c.charCodeAt(0)) : import.meta.builtin('web:blob').encodeUtf8(raw)
  const type = m[1].trim() || 'text/plain;charset=US-ASCII'
  return fetched(200, 'OK', new Headers({ 'content-type': type.startsWith(';') ? `text/plain${type}` : type }), bytes, url.href, false)
}

export async function fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  if (arguments.length === 0) throw new TypeError('fetch: 1 argument required, but 0 found.')
  const request = new Request(input, init)
  const signal = init?.signal ?? (typeof input === 'object' && 'signal' in input ? (input as Request).signal : null)
  const source = takeSource(request)
  return go({
    method: request.method, url: new (import.meta.builtin('web:url').URL)(request.url), headers: request.headers, source,
    signal, redirected: false, left: MAX_REDIRECTS,
  }, request)
}
Object.assign(fetch, { preconnect(): void {} })
void decodeUtf8
