// web:fetch: Response. Headers are made only when they are given or asked for.

import { Body, JSON_TYPE, extract, extracted, mixBody, setSource, sourceOf, takeSource, type Source } from './body.ts'
import { Headers, byteString, copyHeaders, guardHeaders } from './headers.ts'

const customInspect = Symbol.for('nodejs.util.inspect.custom')

const REASON = /^[\t\x20-\x7e\x80-\xff]*$/
const hasNoBody = (status: number) => status === 204 || status === 205 || status === 304 || status === 101

/** What a server needs to send it, without making anything. */
export let isResponse: (value: unknown) => value is Response
export let statusOf: (r: Response) => number
export let reasonOf: (r: Response) => string
export let typeOf: (r: Response) => string | null
export let ownHeaders: (r: Response) => Headers | null
export let fetched: (status: number, reason: string, headers: Headers, source: Source, url: string, redirected: boolean) => Response

export class Response extends Body {
  #status = 200
  #reason = ''
  #headers: Headers | null = null
  #contentType: string | null = null
  #kind: ResponseType = 'default'
  #url = ''
  #redirected = false

  static {
    isResponse = (value): value is Response => typeof value === 'object' && value !== null && #status in value
    statusOf = (r) => r.#status
    reasonOf = (r) => r.#reason
    typeOf = (r) => r.#contentType
    ownHeaders = (r) => r.#headers
    fetched = (status, reason, headers, source, url, redirected) => {
      const r = new Response()
      r.#status = status
      r.#reason = reason
      r.#headers = headers
      r.#url = url
      r.#redirected = redirected
      r.#kind = 'basic'
      guardHeaders(headers, 'immutable')
      setSource(r, source)
      return r
    }
  }

  constructor(body?: BodyInit | null, init?: ResponseInit | number) {
    super(extract(body))
    this.#contentType = extracted.type
    if (init !== undefined) this.#init(init)
  }

  #init(init: any): void {
    if (typeof init === 'number') init = { status: init }
    else if (init === null || (typeof init !== 'object' && typeof init !== 'function')) {
      if (init === null) return
      throw new TypeError('Response constructor: Expected init ("' + String(init) + '") to be an object.')
    }
    const type = this.#contentType
    if (init.status !== undefined) {
      const status = Math.trunc(Number(init.status))
      if (!(status >= 200 && status <= 599) && status !== 101) {
        throw new RangeError('init["status"] must be in the range of 200 to 599, inclusive.')
      }
      this.#status = status
    }
    if (init.statusText !== undefined) {
      const text = byteString(init.statusText)
      if (!REASON.test(text)) throw new TypeError('Invalid statusText')
      this.#reason = text
    }
    if (init.headers !== undefined && init.headers !== null) {
      const headers = init.headers instanceof Headers ? copyHeaders(init.headers) : new Headers(init.headers)
      guardHeaders(headers, 'response')
      if (type !== null && !headers.has('content-type')) headers.set('Content-Type', type)
      this.#headers = headers
    }
    if (hasNoBody(this.#status) && sourceOf(this) !== null) {
      throw new TypeError(`Response constructor: Invalid response status code ${this.#status}`)
    }
  }

  static json(data: unknown, init?: ResponseInit | number): Response {
    const text = JSON.stringify(data)
    if (text === undefined) throw new TypeError('Value is not JSON serializable')
    const r = new Response(text)
    r.#contentType = JSON_TYPE
    if (init !== undefined) r.#init(init)
    return r
  }

  static error(): Response {
    const r = new Response()
    r.#status = 0
    r.#kind = 'error'
    r.#headers = new Headers()
    guardHeaders(r.#headers, 'immutable')
    return r
  }

  static redirect(url: string | URL, init: number | ResponseInit = 302): Response {
    const status = typeof init === 'number' ? init : init?.status ?? 302
    let to = `${url as string}`
    if (!to.startsWith('/')) {                           // a path is allowed, as Bun does: servers answer with them
      try {
        to = new (import.meta.builtin('web:url').URL)(to).href
      } catch {
        throw new TypeError(`Failed to parse URL from ${to}`)
      }
    }
    if (status !== 301 && status !== 302 && status !== 303 && status !== 307 && status !== 308) {
      throw new RangeError(`Invalid status code ${status}`)
    }
    const r = new Response(null, typeof init === 'number' ? undefined : { ...init, status: 200 })
    r.#status = status
    r.headers.set('Location', to)
    return r
  }

  get type(): ResponseType { return this.#kind }
  get url(): string { return this.#url }
  get redirected(): boolean { return this.#redirected }
  get status(): number { return this.#status }
  get ok(): boolean { return this.#status >= 200 && this.#status <= 299 }
  get statusText(): string { return this.#reason }
  get headers(): Headers {
    if (this.#headers === null) {
      const headers = new Headers()
      if (this.#contentType !== null) headers.set('Content-Type', this.#contentType)
      guardHeaders(headers, 'response')
      this.#headers = headers
    }
    return this.#headers
  }

  clone(): Response {
    const source = Body.clone(this, 'Response')
    const r = new Response()
    setSource(r, source)
    r.#status = this.#status
    r.#reason = this.#reason
    r.#contentType = this.#contentType
    r.#kind = this.#kind
    r.#url = this.#url
    r.#redirected = this.#redirected
    if (this.#headers !== null) r.#headers = copyHeaders(this.#headers)
    return r
  }

  [customInspect](depth: number, options: any, inspect: any): string {
    return `Response ${inspect({
      status: this.status, statusText: this.statusText, headers: this.headers, body: this.body, bodyUsed: this.bodyUsed,
      ok: this.ok, redirected: this.redirected, type: this.type, url: this.url,
    }, options)}`
  }
}
mixBody(Response)
const shown = { enumerable: true }
Object.defineProperties(Response.prototype, {
  type: shown, url: shown, redirected: shown, status: shown, ok: shown, statusText: shown, headers: shown, clone: shown,
  [Symbol.toStringTag]: { value: 'Response', configurable: true },
})

export { takeSource, sourceOf }
