// web:messaging: MessageChannel, MessagePort and BroadcastChannel, within a realm and between threads. As in Node a port is an event target
// with the methods of an emitter: `on('message')` is given the value, `addEventListener('message')` an event.

import * as native from 'native:messaging'
import { codes } from 'internal:errors'
import { bindContext, context, flags, tracedHandle } from 'internal:rt'
import type { Handle } from 'internal:rt'
import { kTransfer } from 'web:clone'
import { EventTarget, defineEventHandler, expose, trustedEvent } from 'web:events'
import { deserialize, serialize } from './serialize.ts'
import { useAtomics } from './shared.ts'

const key = Symbol('key')
const CONTEXT = 2
/** Messages that one turn of the loop hands out at most: the rest of the program goes on in between. */
const BATCH = 1000
let inRow = 0
/** After so many messages the loop has its turn first. */
function goesOn(handle: number | undefined): boolean {
  if (handle === undefined || ++inRow % BATCH !== 0) return true
  native.again(handle)
  return false
}

let handleOf: (port: MessagePort) => number | undefined
/** Hands out what waits, when the other side is known to be gone: one message; false when there was none. */
export let drain: (port: MessagePort) => boolean
let release: (port: MessagePort) => number
let portOf: (handle: number) => MessagePort

function event(type: string, init: object): any {
  return trustedEvent(new (import.meta.builtin('web:websocket').MessageEvent)(type, init))
}
function transferOf(options: any): Iterable<any> | undefined {
  if (options === undefined || options === null) return undefined
  if (typeof options !== 'object') throw new codes.ERR_INVALID_ARG_TYPE('options', ['Object', 'Array'], options)
  return Symbol.iterator in options ? options : options.transfer
}

/** Sends a value by a handle; to how many. */
export function post(handle: number, value: unknown, transfer: Iterable<any> | undefined, self?: MessagePort): number {
  const sent = serialize(value, transfer, (item) => item instanceof MessagePort)
  if (self !== undefined && sent.ports.includes(self)) {
    throw new (globalThis as any).DOMException('Transfer list contains source port', 'DataCloneError')
  }
  if (sent.shared.includes(true)) useAtomics()
  return native.send(handle, sent.bytes, sent.length, sent.buffers, sent.shared, sent.ports.map((port) => release(port as MessagePort)))
}

/** The next message; undefined when none waits. */
export function take(handle: number): { value: unknown; ports: MessagePort[] } | undefined {
  const message = native.take(handle)
  if (message === undefined) return undefined
  const ports = message[3].map((port) => portOf(port as number))
  return { value: deserialize(message[0], message[1], message[2], ports), ports }
}

/** Node's emitter over an event target: what a listener gets is made of the event by `give`. */
const wrappers = new WeakMap<object, Map<string, Map<Function, Function[]>>>()
export function addEmitter(prototype: object, give: (event: any) => unknown[]): void {
  const wrapped = (self: object, type: string): Map<Function, Function[]> => {
    let types = wrappers.get(self)
    if (types === undefined) wrappers.set(self, types = new Map())
    let list = types.get(type)
    if (list === undefined) types.set(type, list = new Map())
    return list
  }
  const add = (self: any, type: string, listener: any, once: boolean): any => {
    if (typeof listener !== 'function') throw new codes.ERR_INVALID_ARG_TYPE('listener', 'Function', listener)
    const bound = flags[CONTEXT] && context.x !== undefined ? bindContext(listener) : listener
    const call = function (event: any): void {
      if (once) self.off(type, listener)
      Reflect.apply(bound, self, give(event))
    }
    const list = wrapped(self, type), had = list.get(listener)
    if (had === undefined) list.set(listener, [call])
    else had.push(call)
    self.addEventListener(type, call)
    return self
  }
  const methods: Record<string, Function> = {
    on(this: any, type: string, listener: any) { return add(this, type, listener, false) },
    once(this: any, type: string, listener: any) { return add(this, type, listener, true) },
    off(this: any, type: string, listener: any) {
      const list = wrapped(this, type), calls = list.get(listener), call = calls?.pop()
      if (calls?.length === 0) list.delete(listener)
      if (call !== undefined) this.removeEventListener(type, call)
      return this
    },
    removeAllListeners(this: any, type?: string) {
      for (const name of type === undefined ? [...wrappers.get(this)?.keys() ?? []] : [type]) {
        const list = wrapped(this, name)
        for (const calls of list.values()) for (const call of calls) this.removeEventListener(name, call)
        list.clear()
      }
      return this
    },
    listenerCount(this: any, type: string) { return import.meta.builtin('web:events').listenersOf(this, type).length },
    listeners(this: any, type: string) { return [...wrapped(this, type).keys()] },
    eventNames(this: any) { return [...wrappers.get(this)?.entries() ?? []].filter(([, list]) => list.size > 0).map(([name]) => name) },
    emit(this: any, type: string, value?: any) {
      const had = methods.listenerCount.call(this, type) > 0
      this.dispatchEvent(event(type, { data: value }))
      return had
    },
    setMaxListeners(this: any) { return this },
    getMaxListeners() { return 0 },
  }
  methods.addListener = methods.on
  methods.removeListener = methods.off
  for (const name of Object.keys(methods)) {
    Object.defineProperty(prototype, name, { value: methods[name], writable: true, enumerable: false, configurable: true })
  }
}

/** The two ports of a channel that was made here. */
const siblings = new WeakMap<MessagePort, MessagePort>()

export class MessagePort extends EventTarget {
  #handle: number | undefined
  #isListening = false
  #started = false
  /** Whether it keeps the loop alive; only while somebody listens for messages. */
  #refs = true
  #trace: Handle | undefined

  static {
    handleOf = (port) => port.#handle
    drain = (port) => port.#next()
    release = (port) => {
      const handle = port.#handle!
      port.#handle = undefined
      port.#trace?.close()
      return handle
    }
    portOf = (handle) => new MessagePort(key as any, handle as any)
  }

  constructor() {
    if (arguments[0] !== key) throw new codes.ERR_ILLEGAL_CONSTRUCTOR()
    super()
    this.#handle = arguments[1]
    this.#trace = tracedHandle('MESSAGEPORT', this)
  }

  postMessage(value: unknown, options?: any): void {
    if (arguments.length === 0) throw new codes.ERR_MISSING_ARGS('message')
    const transfer = transferOf(options)
    if (this.#handle !== undefined) post(this.#handle, value, transfer, this)
    else serialize(value, transfer, (item) => item instanceof MessagePort)
  }
  start(): void {
    if (this.#started || this.#handle === undefined) return
    this.#started = true
    this.#listen()
  }
  close(callback?: () => void): void {
    if (typeof callback === 'function') this.addEventListener('close', () => callback(), { once: true })
    if (this.#handle === undefined) return
    native.close(release(this))
    // The other side is told in a turn of the loop that is there for it, whether or not something else keeps the program.
    setImmediate(() => {
      const told = (): void => { this.dispatchEvent(event('close', {})) }
      if (this.#trace === undefined) told()
      else this.#trace.run(told)
      const sibling = siblings.get(this)
      while (sibling?.#next());
    })
  }
  ref(): void {
    this.#refs = true
    if (this.#handle !== undefined && this.#isListening) native.ref(this.#handle, true)
  }
  unref(): void {
    this.#refs = false
    if (this.#handle !== undefined && this.#isListening) native.ref(this.#handle, false)
  }
  hasRef(): boolean { return this.#isListening && this.#refs && this.#handle !== undefined }

  addEventListener(type: string, listener: any, options?: any): void {
    super.addEventListener(type, listener, options)
    if (type === 'message' && this.#handle !== undefined && (this as any)[kAuto] !== false) this.ref(), this.start()
    else if (type === 'close') this.#listen()
  }
  removeEventListener(type: string, listener: any, options?: any): void {
    super.removeEventListener(type, listener, options)
    if (type === 'message' && this.#isListening && import.meta.builtin('web:events').listenersOf(this, 'message').length === 0) this.unref()
  }

  #listen(): void {
    if (this.#isListening || this.#handle === undefined) return
    this.#isListening = true
    const next = (): boolean => this.#next(), trace = this.#trace
    native.listen(this.#handle, trace === undefined ? next : () => trace.run(next), this.#refs && this.#started)
  }
  /** One message. True: there may be another, after the ticks and promise jobs that this one led to. */
  #next(): boolean {
    if (this.#handle === undefined) return false
    let message: ReturnType<typeof take>
    try {
      message = this.#started ? take(this.#handle) : undefined
    } catch (error) {
      this.dispatchEvent(event('messageerror', { data: error }))
      return true
    }
    if (message !== undefined) {
      this.dispatchEvent(event('message', { data: message.value, ports: message.ports }))
      return goesOn(this.#handle)
    }
    if (native.ended(this.#handle)) {
      native.close(release(this))
      this.dispatchEvent(event('close', {}))
    }
    return false
  }

  [kTransfer](): never {
    throw new (globalThis as any).DOMException('A MessagePort cannot be moved by structuredClone', 'DataCloneError')
  }
}
/** Set to false by who listens without wanting to keep the program. */
export const kAuto = Symbol('kAuto')
Object.defineProperty(MessagePort.prototype, kTransfer, { enumerable: false })
defineEventHandler(MessagePort.prototype, 'message')
defineEventHandler(MessagePort.prototype, 'messageerror')
defineEventHandler(MessagePort.prototype, 'close')
addEmitter(MessagePort.prototype, (event) => event.type === 'message' || event.type === 'messageerror' ? [event.data] : event.type === 'close' ? [] : [event])
expose(MessagePort, 'MessagePort', ['postMessage', 'start', 'close', 'ref', 'unref', 'hasRef'])

export class MessageChannel {
  port1: MessagePort
  port2: MessagePort
  constructor() {
    const [a, b] = native.pair()
    this.port1 = portOf(a)
    this.port2 = portOf(b)
    siblings.set(this.port1, this.port2)
    siblings.set(this.port2, this.port1)
  }
}
expose(MessageChannel, 'MessageChannel', [])

/** The same by handles, for who needs no port of the program's. */
export const { close: closeHandle, pair: pairOfHandles, listen: listenTo, park: parkHandle, claim: claimHandle, ref: refHandle } = native

/** A port that another thread parked. */
export function claimPort(number: number): MessagePort {
  return portOf(native.claim(number)!)
}
/** The port may travel: the number by which the other thread claims it. */
export function parkPort(port: MessagePort): number {
  return native.park(release(port))
}

export function receiveMessageOnPort(port: any): { message: unknown } | undefined {
  if (!(port instanceof MessagePort) && !(port instanceof BroadcastChannel)) {
    throw new codes.ERR_INVALID_ARG_TYPE('port', ['MessagePort', 'BroadcastChannel'], port)
  }
  const handle = port instanceof MessagePort ? handleOf(port) : broadcastHandle(port)
  const message = handle === undefined ? undefined : take(handle)
  return message === undefined ? undefined : { message: message.value }
}

let broadcastHandle: (channel: BroadcastChannel) => number | undefined

export class BroadcastChannel extends EventTarget {
  #name: string
  #handle: number | undefined
  static { broadcastHandle = (channel) => channel.#handle }
  constructor(name: string) {
    if (arguments.length === 0) throw new codes.ERR_MISSING_ARGS('name')
    super()
    this.#name = `${name}`
    const handle = this.#handle = native.join(this.#name)
    native.listen(handle, () => this.#next(), true)
  }
  get name(): string { return this.#name }
  postMessage(value: unknown): void {
    if (arguments.length === 0) throw new codes.ERR_MISSING_ARGS('message')
    if (this.#handle === undefined) throw new (globalThis as any).DOMException('BroadcastChannel is closed.', 'InvalidStateError')
    post(this.#handle, value, undefined)
  }
  close(): void {
    if (this.#handle !== undefined) native.close(this.#handle)
    this.#handle = undefined
  }
  ref(): this {
    if (this.#handle !== undefined) native.ref(this.#handle, true)
    return this
  }
  unref(): this {
    if (this.#handle !== undefined) native.ref(this.#handle, false)
    return this
  }
  #next(): boolean {
    const message = this.#handle === undefined ? undefined : take(this.#handle)
    if (message === undefined) return false
    this.dispatchEvent(event('message', { data: message.value }))
    return goesOn(this.#handle)
  }
}
defineEventHandler(BroadcastChannel.prototype, 'message')
defineEventHandler(BroadcastChannel.prototype, 'messageerror')
expose(BroadcastChannel, 'BroadcastChannel', ['name', 'postMessage', 'close', 'ref', 'unref'])
