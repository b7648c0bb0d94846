// bun:serve/websocket: the server's side of a websocket.

import * as native from 'native:serve'

let Buffer: any = null                                    // loaded with the first message of bytes
export const TEXT = 1, BINARY = 2, PING = 9, PONG = 10
const JOIN = 0, LEAVE = 1, ASK = 2

export interface Owner { handle: number }
export let openSocket: (owner: Owner, id: number, data: unknown, address: string) => ServerWebSocket
export let socketId: (ws: ServerWebSocket) => number
export let socketClosed: (ws: ServerWebSocket) => void
/** Bytes of a message in the form that the socket's owner likes. */
export let messageOf: (ws: ServerWebSocket, bytes: Uint8Array<ArrayBuffer>) => unknown

type Data = string | ArrayBufferView | ArrayBuffer | SharedArrayBuffer
function kindOf(data: any, what: string): number {
  if (typeof data === 'string') return TEXT
  if (ArrayBuffer.isView(data) || data instanceof ArrayBuffer || data?.[Symbol.toStringTag] === 'SharedArrayBuffer') return BINARY
  throw new TypeError(`${what} expects a message string, ArrayBuffer, or ArrayBufferView`)
}

export class ServerWebSocket {
  data: unknown
  #owner: Owner
  #id: number
  #state = 1
  #address: string
  #type: 'nodebuffer' | 'arraybuffer' | 'uint8array' = 'nodebuffer'
  #paused = false

  static {
    openSocket = (owner, id, data, address) => new ServerWebSocket(owner, id, data, address)
    socketId = (ws) => ws.#id
    socketClosed = (ws) => { ws.#state = 3 }
    messageOf = (ws, bytes) => ws.#type === 'nodebuffer' ? (Buffer ??= import.meta.builtin('node:buffer').Buffer).from(bytes.buffer, bytes.byteOffset, bytes.length)
      : ws.#type === 'arraybuffer' ? bytes.buffer : bytes
  }

  constructor(owner: Owner, id: number, data: unknown, address: string) {
    this.#owner = owner
    this.#id = id
    this.#address = address
    this.data = data
  }

  send(data: Data, compress?: boolean): number { return native.wsSend(this.#owner.handle, this.#id, kindOf(data, 'send'), data as any, compress) }
  sendText(data: string, compress?: boolean): number {
    if (typeof data !== 'string') throw new TypeError('sendText expects a string')
    return native.wsSend(this.#owner.handle, this.#id, TEXT, data, compress)
  }
  sendBinary(data: Data, compress?: boolean): number {
    if (kindOf(data, 'sendBinary') !== BINARY) throw new TypeError('sendBinary requires an ArrayBufferView')
    return native.wsSend(this.#owner.handle, this.#id, BINARY, data as any, compress)
  }
  ping(data: Data = ''): number {
    kindOf(data, 'ping')
    return native.wsSend(this.#owner.handle, this.#id, PING, data as any)
  }
  pong(data: Data = ''): number {
    kindOf(data, 'pong')
    return native.wsSend(this.#owner.handle, this.#id, PONG, data as any)
  }
  close(code = 1000, reason = ''): void {
    if (this.#state !== 1) return
    this.#state = 3
    native.wsClose(this.#owner.handle, this.#id, Number(code) | 0, `${reason}`)
  }
  terminate(): void {
    if (this.#state === 3 && native.wsQueued(this.#owner.handle, this.#id) === 0) return
    this.#state = 3
    native.wsClose(this.#owner.handle, this.#id, -1, '')
  }
  publish(topic: string, data: Data, compress?: boolean): number {
    return native.wsPublish(this.#owner.handle, this.#id, checkTopic(topic), kindOf(data, 'publish'), data as any, compress)
  }
  publishText(topic: string, data: string, compress?: boolean): number { return this.publish(topic, `${data}`, compress) }
  publishBinary(topic: string, data: Data, compress?: boolean): number { return this.publish(topic, data, compress) }
  subscribe(topic: string): boolean {
    return this.#state === 1 && native.wsTopic(this.#owner.handle, this.#id, JOIN, checkTopic(topic))
  }
  unsubscribe(topic: string): boolean { return native.wsTopic(this.#owner.handle, this.#id, LEAVE, checkTopic(topic)) }
  isSubscribed(topic: string): boolean { return native.wsTopic(this.#owner.handle, this.#id, ASK, checkTopic(topic)) }
  get subscriptions(): string[] { return native.wsTopics(this.#owner.handle, this.#id) }
  /** What is sent in `callback` leaves together: here everything of one turn of the loop does. */
  cork<T>(callback: (ws: ServerWebSocket) => T): T {
    if (typeof callback !== 'function') throw new TypeError('cork requires a callback')
    return callback.call(this, this)
  }
  pause(): void {
    this.#paused = true
    native.wsPause(this.#owner.handle, this.#id, true)
  }
  resume(): void {
    this.#paused = false
    native.wsPause(this.#owner.handle, this.#id, false)
  }
  get isPaused(): boolean { return this.#paused }
  getBufferedAmount(): number { return native.wsQueued(this.#owner.handle, this.#id) }
  get bufferedAmount(): number { return this.getBufferedAmount() }
  get readyState(): number { return this.#state }
  get remoteAddress(): string { return this.#address }
  get binaryType(): 'nodebuffer' | 'arraybuffer' | 'uint8array' { return this.#type }
  set binaryType(type: any) {
    if (type !== 'nodebuffer' && type !== 'arraybuffer' && type !== 'uint8array') {
      throw new TypeError("binaryType must be either \"nodebuffer\" or \"uint8array\" or \"arraybuffer\"")
    }
    this.#type = type
  }
  [Symbol.dispose ?? Symbol.for('Symbol.dispose')](): void { this.close() }
}

function checkTopic(topic: unknown): string {
  if (typeof topic !== 'string' || topic === '') throw new TypeError('topic requires a non-empty string')
  return topic
}
