// web:fetch: Request. One that a server makes is lazy: it is a number and the head's text until its parts are asked for.

import { Body, extract, extracted, mixBody, sourceOf, setSource, takeSource, type Source } from './body.ts'
import { Headers, copyHeaders, guardHeaders, headersFromHead, need } from './headers.ts'

const customInspect = Symbol.for('nodejs.util.inspect.custom')

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const NORMAL = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH']
const CHOICES: Record<string, readonly string[]> = {
  mode: ['cors', 'no-cors', 'same-origin', 'navigate'],
  credentials: ['omit', 'same-origin', 'include'],
  cache: ['default', 'no-store', 'reload', 'no-cache', 'force-cache', 'only-if-cached'],
  redirect: ['follow', 'error', 'manual'],
  referrerPolicy: ['', 'no-referrer', 'no-referrer-when-downgrade', 'origin', 'origin-when-cross-origin', 'unsafe-url', 'same-origin',
    'strict-origin', 'strict-origin-when-cross-origin'],
  duplex: ['half'],
}

interface Settings {
  mode: RequestMode; credentials: RequestCredentials; cache: RequestCache; redirect: RequestRedirect; referrer: string
  referrerPolicy: ReferrerPolicy; integrity: string; keepalive: boolean
}
const DEFAULTS: Settings = {
  mode: 'cors', credentials: 'same-origin', cache: 'default', redirect: 'follow', referrer: 'about:client', referrerPolicy: '',
  integrity: '', keepalive: false,
}

/** What a server knows of a request: `origin` is "http://" and what stands for a missing Host. */
export interface Served { origin: string; host: string; body(id: number): Source }

export let isRequest: (value: unknown) => value is Request
/** A server's request; `verb` is its method, `head` the head's text. */
export let serve: (served: Served, id: number, verb: string, head: string, hasBody: boolean) => Request
export let idOf: (request: Request) => number
export let setParams: (request: Request, params: Record<string, string>) => void
/** The client went away. */
export let abortRequest: (request: Request, reason: unknown) => void
export let extraOf: (request: Request) => any
export let settingsOf: (request: Request) => Settings
export let pathOf: (request: Request) => string
const SERVED = Symbol('served')

export class Request extends Body {
  #url: string | null = null
  #method: string
  #headers: Headers | null = null
  #head: string | null = null
  #served: Served | null = null
  #id = -1
  #settings: Settings = DEFAULTS
  #signal: AbortSignal | null = null
  #aborter: AbortController | null = null
  #params: Record<string, string> | undefined = undefined
  #extra: any = undefined                                // Bun's and Node's own options of fetch: tls, proxy, unix ...

  static {
    isRequest = (value): value is Request => typeof value === 'object' && value !== null && #method in value
    idOf = (r) => r.#id
    setParams = (r, params) => { r.#params = params }
    abortRequest = (r, reason) => {
      if (r.#aborter === null && r.#signal === null) r.#extra = { abortedWith: reason }
      r.#aborter?.abort(reason)
    }
    extraOf = (r) => r.#extra
    settingsOf = (r) => r.#settings
    pathOf = (r) => r.#path()
    serve = (served, id, verb, head, hasBody) => {
      const r = new Request(SERVED as any, verb as any)
      r.#served = served
      r.#id = id
      r.#head = head
      if (hasBody) setSource(r, served.body(id))
      return r
    }
  }

  constructor(input: RequestInfo | URL, init?: RequestInit) {
    if ((input as any) === SERVED) {
      super(null)
      this.#method = init as any
      return
    }
    super(null)
    this.#method = 'GET'
    need(arguments.length, 1, 'Request constructor')
    if (init !== undefined && init !== null && typeof init !== 'object' && typeof init !== 'function') {
      throw new TypeError('Request constructor: Argument 2 ("' + String(init) + '") could not be converted to: RequestInit.')
    }
    const from = isRequest(input) ? input : null
    if (from === null) {
      const text = `${input as string}`
      const parsed: URL | null = import.meta.builtin('web:url').URL.parse(text)
      if (parsed === null) throw new TypeError(`Failed to parse URL from ${text}`)
      if (parsed.username || parsed.password) {
        throw new TypeError(`Request cannot be constructed from a URL that includes credentials: ${text}`)
      }
      this.#url = parsed.href
    } else {
      this.#url = from.url
      this.#method = from.#method
      this.#settings = from.#settings
      this.#extra = from.#extra
      if (init?.headers === undefined) this.#headers = copyHeaders(from.headers)
    }
    const o: any = init ?? {}
    if (init) this.#configure(o)
    if (o.headers !== undefined) this.#headers = o.headers instanceof Headers ? copyHeaders(o.headers) : new Headers(o.headers)
    const headers = this.#headers ??= new Headers()
    guardHeaders(headers, 'request')
    const body = o.body ?? null
    if ((body !== null || (from !== null && sourceOf(from) !== null && o.body === undefined)) && (this.#method === 'GET' || this.#method === 'HEAD')) {
      throw new TypeError('Request with GET/HEAD method cannot have body.')
    }
    if (body !== null) {
      const source = extract(body), type = extracted.type   // of a stream too without `duplex`: Bun's programs leave it out
      setSource(this, source)
      if (type !== null && !headers.has('content-type')) headers.set('Content-Type', type)
    } else if (from !== null && o.body === undefined) setSource(this, takeSource(from))
    const signal = o.signal !== undefined ? o.signal : from !== null ? from.#signal : null
    if (signal !== null) {
      if (typeof signal !== 'object' || signal[Symbol.toStringTag] !== 'AbortSignal') {
        throw new TypeError(`RequestInit: Expected signal (${JSON.stringify(String(signal))}) to be an instance of AbortSignal.`)
      }
      this.#signal = import.meta.builtin('web:abort').AbortSignal.any([signal])
    }
  }

  #configure(o: any): void {
    if (o.window !== undefined && o.window !== null) throw new TypeError(`'window' option 'client' must be null`)
    if (o.method !== undefined) {
      const method = `${o.method as string}`, upper = method.toUpperCase()
      if (!TOKEN.test(method)) throw new TypeError(`'${method}' is not a valid HTTP method.`)
      if (upper === 'CONNECT' || upper === 'TRACE' || upper === 'TRACK') throw new TypeError(`'${method}' HTTP method is unsupported.`)
      this.#method = NORMAL.includes(upper) ? upper : method
    }
    const settings: any = { ...this.#settings }
    for (const name in CHOICES) {
      if (o[name] === undefined) continue
      const value = `${o[name] as string}`
      if (!CHOICES[name].includes(value)) {
        throw new TypeError(`Request constructor: ${value} is not an accepted type. Expected one of ${CHOICES[name].join(', ')}.`)
      }
      if (name === 'mode' && value === 'navigate') throw new TypeError('Request constructor: invalid request mode navigate.')
      if (name !== 'duplex') settings[name] = value
    }
    if (o.referrer !== undefined) {
      const referrer = `${o.referrer as string}`
      if (referrer === '') settings.referrer = 'no-referrer'
      else {
        const url: URL | null = import.meta.builtin('web:url').URL.parse(referrer)
        if (url === null && referrer !== 'about:client') throw new TypeError(`Referrer "${referrer}" is not a valid URL.`)
        settings.referrer = url ? url.href : referrer
      }
    }
    if (o.integrity !== undefined) settings.integrity = `${o.integrity as string}`
    if (o.keepalive !== undefined) settings.keepalive = !!o.keepalive
    this.#settings = settings
    const { tls, proxy, unix, verbose, decompress, dispatcher, timeout } = o
    if (tls ?? proxy ?? unix ?? verbose ?? decompress ?? dispatcher ?? timeout) {
      this.#extra = { tls, proxy, unix, verbose, decompress, dispatcher, timeout }
    }
  }

  /** The target of a served request: between the first two spaces of the head. */
  #path(): string {
    const head = this.#head
    if (head === null) return ''
    const at = head.indexOf(' ') + 1
    return head.slice(at, head.indexOf(' ', at))
  }

  get method(): string { return this.#method }
  get url(): string {
    if (this.#url === null) {
      const served = this.#served!, path = this.#path()
      if (path.charCodeAt(0) === 47) this.#url = served.origin + (this.headers.get('host') ?? served.host) + path
      else this.#url = path === '*' ? `${served.origin}${this.headers.get('host') ?? served.host}/*` : path
    }
    return this.#url
  }
  get headers(): Headers {
    if (this.#headers === null) {
      const head = this.#head!
      this.#headers = headersFromHead(head)
    }
    return this.#headers
  }
  get signal(): AbortSignal {
    if (this.#signal === null) {
      const aborter: AbortController = new (import.meta.builtin('web:abort').AbortController)()
      if (this.#extra?.abortedWith !== undefined) aborter.abort(this.#extra.abortedWith)
      this.#aborter = aborter
      this.#signal = aborter.signal
    }
    return this.#signal
  }
  get destination(): RequestDestination { return '' }
  get referrer(): string { return this.#settings.referrer === 'no-referrer' ? '' : this.#settings.referrer }
  get referrerPolicy(): ReferrerPolicy { return this.#settings.referrerPolicy }
  get mode(): RequestMode { return this.#settings.mode }
  get credentials(): RequestCredentials { return this.#settings.credentials }
  get cache(): RequestCache { return this.#settings.cache }
  get redirect(): RequestRedirect { return this.#settings.redirect }
  get integrity(): string { return this.#settings.integrity }
  get keepalive(): boolean { return this.#settings.keepalive }
  get isReloadNavigation(): boolean { return false }
  get isHistoryNavigation(): boolean { return false }
  get duplex(): 'half' { return 'half' }
  /** Bun's: what a route's `:names` stand for. */
  get params(): any { return this.#params }
  set params(params: any) { this.#params = params }

  clone(): Request {
    const source = Body.clone(this, 'Request')
    const r = new Request(SERVED as any, this.#method as any)
    setSource(r, source)
    r.#url = this.url
    r.#headers = copyHeaders(this.headers)
    r.#settings = this.#settings
    r.#params = this.#params
    r.#extra = this.#extra
    r.#signal = this.#served !== null ? this.signal : this.#signal && import.meta.builtin('web:abort').AbortSignal.any([this.#signal])
    return r
  }

  [customInspect](depth: number, options: any, inspect: any): string {
    return `Request ${inspect({
      method: this.method, url: this.url, headers: this.headers, destination: this.destination, referrer: this.referrer,
      referrerPolicy: this.referrerPolicy, mode: this.mode, credentials: this.credentials, cache: this.cache,
      redirect: this.redirect, integrity: this.integrity, keepalive: this.keepalive,
      isReloadNavigation: false, isHistoryNavigation: false, signal: this.signal,
    }, options)}`
  }
}
mixBody(Request)
const shown = { enumerable: true }
Object.defineProperties(Request.prototype, {
  method: shown, url: shown, headers: shown, destination: shown, referrer: shown, referrerPolicy: shown, mode: shown, credentials: shown,
  cache: shown, redirect: shown, integrity: shown, keepalive: shown, isReloadNavigation: shown, isHistoryNavigation: shown,
  signal: shown, duplex: shown, clone: shown,
  [Symbol.toStringTag]: { value: 'Request', configurable: true },
})
