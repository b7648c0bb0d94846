// web:fetch/told: the undici:* channels, which agents listen to: loaded by the first fetch while there are listeners. The bytes of
// connections and of replies stay in C, so undici:client:connected and its like, and the chunks of a reply, are not told.

const { Buffer } = import.meta.builtin('node:buffer')
const of = (name: string): any => import.meta.builtin('node:diagnostics_channel').channel(`undici:${name}`)
const create = of('request:create'), sendHeaders = of('client:sendHeaders'), bodyChunkSent = of('request:bodyChunkSent')
const bodySent = of('request:bodySent'), gotHeaders = of('request:headers'), trailers = of('request:trailers'), error = of('request:error')

/** What listeners see of a request, under undici's names. */
class Request {
  method: string
  body: unknown
  completed = false
  aborted = false
  path: string
  origin: string
  protocol: string
  host: string | null
  contentLength: number | null
  contentType: string | null
  headers: string[] = []
  constructor(method: string, url: URL, body: unknown, head: string) {
    this.method = method
    this.body = body
    this.path = url.pathname + url.search
    this.origin = url.origin
    this.protocol = url.protocol
    this.host = null
    this.contentLength = typeof body === 'string' ? Buffer.byteLength(body) : body instanceof Uint8Array ? body.length : null
    this.contentType = null
    for (const line of head.split('\r\n')) {
      const at = line.indexOf(': ')
      if (at < 0) continue
      const name = line.slice(0, at), lower = name.toLowerCase()
      if (lower === 'content-type') this.contentType = line.slice(at + 2)
      if (lower !== 'host' && lower !== 'connection') this.headers.push(name, line.slice(at + 2))
    }
  }
  /** Sent along, when it is added while undici:request:create is published. */
  addHeader(name: string, value: string): this {
    this.headers.push(name, `${value}`)
    return this
  }
}

/** One request on its way: the head that goes out, and what becomes of it. */
export class Told {
  #request: Request
  #first: string
  #url: URL
  #isSent = false
  constructor(method: string, url: URL, body: unknown, head: string) {
    this.#url = url
    this.#first = head.split('\r\n').filter((line) => /^(host|connection):/i.test(line)).join('\r\n')
    this.#request = new Request(method, url, body, head)
    create.publish({ request: this.#request })
  }
  get head(): string {
    let text = this.#first === '' ? '' : `${this.#first}\r\n`
    const { headers } = this.#request
    for (let i = 0; i < headers.length; i += 2) text += `${headers[i]}: ${headers[i + 1]}\r\n`
    return text
  }
  /** Told with the answer at the latest: only then is it known that the bytes went out. */
  #sent(): void {
    if (this.#isSent) return
    this.#isSent = true
    const request = this.#request, { hostname, port, protocol } = this.#url
    const address = hostname.replace(/^\[|\]$/g, '')
    const socket = {
      remoteAddress: /^[\d.]+$|:/.test(address) ? address : undefined,
      remotePort: port ? Number(port) : protocol === 'https:' ? 443 : 80,
    }
    sendHeaders.publish({ request, headers: `${request.method} ${request.path} HTTP/1.1\r\n${this.head}\r\n`, socket })
    const { body } = request
    if (body !== null && typeof body === 'object' && 'getReader' in body) return
    if (body !== null && body !== undefined) bodyChunkSent.publish({ request, chunk: typeof body === 'string' ? Buffer.from(body) : body })
    bodySent.publish({ request })
  }
  /** A stream's end. */
  bodySent(): void {
    this.#sent()
    bodySent.publish({ request: this.#request })
  }
  answered(statusCode: number, statusText: string, head: Iterable<[string, string]>): void {
    this.#sent()
    const headers: Uint8Array[] = []
    for (const [name, value] of head) headers.push(Buffer.from(name), Buffer.from(value))
    gotHeaders.publish({ request: this.#request, response: { statusCode, headers, statusText } })
  }
  ended(): void {
    if (this.#request.completed) return
    this.#request.completed = true
    trailers.publish({ request: this.#request, trailers: [] })
  }
  failed(reason: unknown, isAborted = false): void {
    if (this.#request.completed) return
    this.#request.aborted = isAborted
    this.#request.completed = true
    error.publish({ request: this.#request, error: reason })
  }
}
