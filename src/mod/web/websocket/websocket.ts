// web:websocket: WebSocket, MessageEvent, CloseEvent.

import * as native from 'native:websocket'
import { Event, EventTarget, defineEventHandler, expose } from 'web:events'
import { URL } from 'web:url'

const ON_OPEN = 0, ON_MESSAGE = 1, ON_DRAIN = 2
const TEXT = 1, BINARY = 2, PING = 9, PONG = 10
const TLS = 1, NO_VERIFY = 2
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

export class MessageEvent extends Event {
  #init: any
  constructor(type: string, init: any = {}) {
    super(type, init)
    this.#init = init ?? {}
  }
  get data(): any { return this.#init.data === undefined ? null : this.#init.data }
  get origin(): string { return this.#init.origin ?? '' }
  get lastEventId(): string { return this.#init.lastEventId ?? '' }
  get source(): any { return this.#init.source ?? null }
  get ports(): readonly any[] { return this.#init.ports ?? [] }
}
expose(MessageEvent, 'MessageEvent', ['data', 'origin', 'lastEventId', 'source', 'ports'])

export class CloseEvent extends Event {
  #init: any
  constructor(type: string, init: any = {}) {
    super(type, init)
    this.#init = init ?? {}
  }
  get wasClean(): boolean { return !!this.#init.wasClean }
  get code(): number { return this.#init.code ?? 0 }
  get reason(): string { return this.#init.reason ?? '' }
}
expose(CloseEvent, 'CloseEvent', ['wasClean', 'code', 'reason'])

const domError = (message: string, name: string) => new (import.meta.builtin('web:exception').DOMException)(message, name)

export class WebSocket extends EventTarget {
  #url: URL
  #state = 0
  #socket = -1
  #protocol = ''
  #failed = false                                        // closed before it was open
  #binaryType: string = 'blob'

  constructor(url: string | URL, options?: string | string[] | { protocols?: string | string[]; headers?: any; tls?: any; unix?: string }) {
    super()
    if (arguments.length === 0) throw new TypeError('WebSocket constructor: 1 argument required, but 0 found.')
    const parsed = URL.parse(`${url as string}`)
    if (parsed === null) throw domError(`Invalid URL: ${String(url)}`, 'SyntaxError')
    if (parsed.protocol === 'http:') parsed.protocol = 'ws:'
    else if (parsed.protocol === 'https:') parsed.protocol = 'wss:'
    if (parsed.protocol !== 'ws:' && parsed.protocol !== 'wss:') {
      throw domError(`Expected a ws: or wss: protocol, got ${parsed.protocol}`, 'SyntaxError')
    }
    if (parsed.hash || parsed.href.endsWith('#')) throw domError('Got fragment', 'SyntaxError')
    this.#url = parsed
    const own = typeof options === 'object' && options !== null && !Array.isArray(options) ? options : { protocols: options as string | string[] | undefined }
    const protocols = own.protocols === undefined ? [] : Array.isArray(own.protocols) ? own.protocols : [own.protocols]
    for (const [i, name] of protocols.entries()) {
      if (!TOKEN.test(name) || protocols.indexOf(name) !== i) throw domError('Invalid Sec-WebSocket-Protocol value', 'SyntaxError')
    }
    this.#open(own, protocols)
  }

  #open(own: any, protocols: string[]): void {
    const url = this.#url, secure = url.protocol === 'wss:'
    let headers = ''
    if (own.headers !== undefined && own.headers !== null) {
      const { Headers, headerBlock } = import.meta.builtin('web:fetch/headers')
      headers = headerBlock(own.headers instanceof Headers ? own.headers : new Headers(own.headers))
    }
    if (!/^host:/im.test(headers)) headers = `Host: ${url.host}\r\n${headers}`
    if (url.username || url.password) {
      headers += `Authorization: Basic ${btoa(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`)}\r\n`
    }
    if (protocols.length) headers += `Sec-WebSocket-Protocol: ${protocols.join(', ')}\r\n`
    const bits = (secure ? TLS : 0) | (own.tls?.rejectUnauthorized === false ? NO_VERIFY : 0)
    this.#socket = native.open(url.hostname.replace(/^\[|\]$/g, ''), url.port ? Number(url.port) : secure ? 443 : 80, own.unix ?? '',
      url.pathname + url.search, headers, bits, own.tls?.ca ? String(own.tls.ca) : '', (kind, a, b, c) => {
        if (kind === ON_OPEN) {
          if (a && !protocols.includes(a)) {
            native.close(this.#socket, -1, '')
            return
          }
          this.#protocol = a
          this.#state = 1
          this.dispatchEvent(new Event('open'))
        } else if (kind === ON_MESSAGE) this.#message(a, b)
        else if (kind !== ON_DRAIN) this.#closed(a, b, c)
      })
  }

  #message(kind: number, data: any): void {
    if (kind === PING || kind === PONG) {
      this.dispatchEvent(new MessageEvent(kind === PING ? 'ping' : 'pong', { data: this.#bytes(data), origin: this.#url.origin }))
      return
    }
    if (this.#state !== 1) return
    this.dispatchEvent(new MessageEvent('message', { data: kind === TEXT ? data : this.#bytes(data), origin: this.#url.origin }))
  }
  #bytes(data: Uint8Array): any {
    switch (this.#binaryType) {
      case 'arraybuffer': return data.buffer
      case 'nodebuffer': return import.meta.builtin('node:buffer').Buffer.from(data.buffer)
      default: return import.meta.builtin('web:blob').adoptBytes(data, '')
    }
  }
  #closed(code: number, reason: string, wasClean: boolean): void {
    const failed = this.#state === 0 || this.#failed
    this.#state = 3
    this.#socket = -1
    if (failed || !wasClean) {
      const error: any = new Event('error')
      error.message = failed ? `WebSocket connection to '${this.#url.href}' failed: ${reason}` : reason
      this.dispatchEvent(error)
    }
    this.dispatchEvent(new CloseEvent('close', { code, reason, wasClean }))
  }

  send(data: string | ArrayBufferView | ArrayBuffer | Blob): void {
    if (arguments.length === 0) throw new TypeError('WebSocket.send: 1 argument required, but 0 found.')
    if (this.#state === 0) throw domError('Sent before connected.', 'InvalidStateError')
    if (this.#state !== 1) return
    if (typeof data === 'string') native.send(this.#socket, TEXT, data)
    else if (ArrayBuffer.isView(data) || data instanceof ArrayBuffer) native.send(this.#socket, BINARY, data)
    else if ((data as any)?.[Symbol.toStringTag] === 'Blob' || (data as any)?.[Symbol.toStringTag] === 'File') {
      native.send(this.#socket, BINARY, import.meta.builtin('web:blob').bytesOf(data))
    } else native.send(this.#socket, TEXT, `${data as any}`)
  }
  /** Bun's. */
  ping(data: any = ''): void { if (this.#state === 1) native.send(this.#socket, PING, data) }
  pong(data: any = ''): void { if (this.#state === 1) native.send(this.#socket, PONG, data) }
  terminate(): void {
    if (this.#state === 3) return
    this.#state = 2
    native.close(this.#socket, -1, '')
  }
  close(code?: number, reason?: string): void {
    if (code !== undefined) {
      code = Math.trunc(Number(code)) & 0xffff
      if (code !== 1000 && !(code >= 3000 && code <= 4999)) throw domError('invalid code', 'InvalidAccessError')
    }
    const text = reason === undefined ? '' : `${reason}`.toWellFormed()
    if (import.meta.builtin('web:blob').utf8Length(text) > 123) throw domError('Reason must be less than 123 bytes', 'SyntaxError')
    if (this.#state >= 2) return
    const wasOpen = this.#state === 1
    this.#state = 2
    if (!wasOpen) {
      this.#failed = true
      native.close(this.#socket, -1, '')
      return
    }
    native.close(this.#socket, code ?? (text ? 1000 : 0), text)
  }

  get url(): string { return this.#url.href }
  get readyState(): number { return this.#state }
  get bufferedAmount(): number { return this.#socket < 0 ? 0 : native.queued(this.#socket) }
  get extensions(): string { return '' }
  get protocol(): string { return this.#protocol }
  get binaryType(): any { return this.#binaryType }
  set binaryType(type: any) {
    if (type === 'blob' || type === 'arraybuffer' || type === 'nodebuffer') this.#binaryType = type
  }
}
expose(WebSocket, 'WebSocket', ['url', 'readyState', 'bufferedAmount', 'extensions', 'protocol', 'binaryType', 'send', 'close'])
for (const [i, name] of ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'].entries()) {
  Object.defineProperty(WebSocket, name, { value: i, enumerable: true, writable: false, configurable: false })
  Object.defineProperty(WebSocket.prototype, name, { value: i, enumerable: true })
}
for (const name of ['open', 'error', 'close', 'message', 'ping', 'pong']) defineEventHandler(WebSocket.prototype, name)
