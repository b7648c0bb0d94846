// web:events: Event, CustomEvent and EventTarget. AbortController and DOMException are in abort.ts and dom_exception.ts.

import { ERR_EVENT_RECURSION, ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_MISSING_ARGS } from 'internal:errors'
import { kMaxEventTargetListeners, kMaxEventTargetListenersWarned, limits } from 'internal:listeners'
import { validateAbortSignal, validateObject } from 'internal:validate'

const customInspect = Symbol.for('nodejs.util.inspect.custom')
/** In a listener's options: it runs even if another one stops the event. Only faces have the symbol. */
export const kResistStopPropagation = Symbol('kResistStopPropagation')

function inspect(value: unknown, options: object): string {
  return import.meta.builtin('internal:inspect').inspect(value, options)
}

const BUBBLES = 1
const CANCELABLE = 2
const COMPOSED = 4
const PREVENTED = 8
const STOPPED = 16
const STOPPED_NOW = 32
const DISPATCHING = 64
const PASSIVE = 128
const TRUSTED = 256

let flagsOf: (event: Event) => number
let setFlags: (event: Event, flags: number) => void
let setTarget: (event: Event, target: EventTarget) => void
let trust: (event: Event) => Event

export class Event {
  #type: string
  #flags = 0
  #target: EventTarget | null = null
  #time = performance.now()

  static {
    flagsOf = event => event.#flags
    setFlags = (event, flags) => { event.#flags = flags }
    setTarget = (event, target) => { event.#target = target }
    trust = event => {
      event.#flags |= TRUSTED
      return event
    }
  }

  constructor(type: string, options: any = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type')
    this.#type = `${type}`
    if (options != null) {
      validateObject(options, 'options', 6)
      this.#flags = (options.bubbles ? BUBBLES : 0) | (options.cancelable ? CANCELABLE : 0) | (options.composed ? COMPOSED : 0)
    }
  }

  static #check(event: any): void {
    if (event === null || typeof event !== 'object' || !(#type in event)) throw new ERR_INVALID_THIS('Event')
  }

  initEvent(type: string, bubbles = false, cancelable = false): void {
    Event.#check(this)
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type')
    if (this.#flags & DISPATCHING) return
    this.#type = `${type}`
    this.#flags = (this.#flags & TRUSTED) | (bubbles ? BUBBLES : 0) | (cancelable ? CANCELABLE : 0)
  }

  stopImmediatePropagation(): void {
    Event.#check(this)
    this.stopPropagation()
    this.#flags |= STOPPED_NOW
  }

  preventDefault(): void {
    Event.#check(this)
    if ((this.#flags & (CANCELABLE | PASSIVE)) === CANCELABLE) this.#flags |= PREVENTED
  }

  get target(): EventTarget | null {
    Event.#check(this)
    return this.#target
  }

  get currentTarget(): EventTarget | null {
    Event.#check(this)
    return this.#flags & DISPATCHING ? this.#target : null
  }

  get srcElement(): EventTarget | null {
    Event.#check(this)
    return this.#target
  }

  get type(): string {
    Event.#check(this)
    return this.#type
  }

  get cancelable(): boolean {
    Event.#check(this)
    return (this.#flags & CANCELABLE) !== 0
  }

  get defaultPrevented(): boolean {
    Event.#check(this)
    return (this.#flags & PREVENTED) !== 0
  }

  get timeStamp(): number {
    Event.#check(this)
    return this.#time
  }

  composedPath(): EventTarget[] {
    Event.#check(this)
    return this.#flags & DISPATCHING ? [this.#target!] : []
  }

  get returnValue(): boolean {
    Event.#check(this)
    return (this.#flags & PREVENTED) === 0
  }

  set returnValue(value: boolean) {
    Event.#check(this)
    if (!value && (this.#flags & (CANCELABLE | PASSIVE)) === CANCELABLE) this.#flags |= PREVENTED
  }

  get bubbles(): boolean {
    Event.#check(this)
    return (this.#flags & BUBBLES) !== 0
  }

  get composed(): boolean {
    Event.#check(this)
    return (this.#flags & COMPOSED) !== 0
  }

  get eventPhase(): number {
    Event.#check(this)
    return this.#flags & DISPATCHING ? 2 : 0
  }

  get cancelBubble(): boolean {
    Event.#check(this)
    return (this.#flags & STOPPED) !== 0
  }

  set cancelBubble(value: boolean) {
    Event.#check(this)
    if (value) this.#flags |= STOPPED
  }

  stopPropagation(): void {
    Event.#check(this)
    this.#flags |= STOPPED
  }

  get isTrusted(): boolean {
    Event.#check(this)
    return (this.#flags & TRUSTED) !== 0
  }

  [customInspect](depth: number, options: any): string {
    Event.#check(this)
    const { name } = this.constructor
    if (depth < 0) return name
    return `${name} ${inspect({
      type: this.#type, defaultPrevented: this.defaultPrevented, cancelable: this.cancelable, timeStamp: this.#time,
    }, { ...options, depth: Number.isInteger(options.depth) ? options.depth - 1 : options.depth })}`
  }
}

/** Web IDL: what a class has is enumerable, its prototype is tagged. */
export function expose(Class: Function, tag: string, names: string[]): void {
  for (const name of names) Object.defineProperty(Class.prototype, name, { enumerable: true })
  Object.defineProperty(Class.prototype, Symbol.toStringTag, { value: tag, writable: false, enumerable: false, configurable: true })
}

expose(Event, 'Event', ['initEvent', 'stopImmediatePropagation', 'preventDefault', 'target', 'currentTarget', 'srcElement', 'type',
  'cancelable', 'defaultPrevented', 'timeStamp', 'composedPath', 'returnValue', 'bubbles', 'composed', 'eventPhase', 'cancelBubble',
  'stopPropagation', 'isTrusted'])
for (const [i, name] of ['NONE', 'CAPTURING_PHASE', 'AT_TARGET', 'BUBBLING_PHASE'].entries()) {
  Object.defineProperty(Event, name, { value: i, enumerable: true })
}

/** An event of the runtime's own making: isTrusted is true. */
export function trustedEvent(event: Event): Event {
  return trust(event)
}

export class CustomEvent extends Event {
  #detail: unknown

  constructor(type: string, options: any = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type')
    super(type, options)
    this.#detail = options?.detail ?? null
  }

  get detail(): unknown {
    if (!(#detail in this)) throw new ERR_INVALID_THIS('CustomEvent')
    return this.#detail
  }
}
expose(CustomEvent, 'CustomEvent', ['detail'])

// --- targets --------------------------------------------------------------------------------------------------------------

interface Listener { listener: any; capture: boolean; once: boolean; passive: boolean; resists: boolean; removed: boolean }
type List = Listener[] & { running?: number }

/** Methods of classes below: told how many listeners of a type there are now. */
export const kListenerAdded = Symbol('kNewListener')
export const kListenerRemoved = Symbol('kRemoveListener')

let eventsOf: (target: any) => Map<string, List> | undefined
let hasEvents: (value: any) => boolean

function uncaught(error: unknown): void {
  process.nextTick(() => { throw error })
}

export class EventTarget {
  #events: Map<string, List> | undefined

  static {
    eventsOf = target => target.#events
    hasEvents = value => value !== null && typeof value === 'object' && #events in value
  }

  addEventListener(type: string, listener: any, options: any = undefined): void {
    if (!hasEvents(this)) throw new ERR_INVALID_THIS('EventTarget')
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('type', 'listener')
    let capture = false
    let once = false
    let passive = false
    let resists = false
    if (options !== undefined && options !== null) {
      if (typeof options === 'boolean') {
        capture = options
      } else {
        validateObject(options, 'options', 6)
        capture = Boolean(options.capture)
        once = Boolean(options.once)
        passive = Boolean(options.passive)
        resists = Boolean(options[kResistStopPropagation])
        const { signal } = options
        validateAbortSignal(signal, 'options.signal')
        if (signal) {
          if (signal.aborted) return
          signal.addEventListener('abort', () => this.removeEventListener(type, listener, capture), { once: true, [kResistStopPropagation]: true })
        }
      }
    }
    if (!isListener(listener)) return warnOfNothing(this, type, listener)
    type = `${type}`
    const events = this.#events ??= new Map()
    const list = events.get(type)
    if (list === undefined) {
      events.set(type, [{ listener, capture, once, passive, resists, removed: false }])
    } else {
      for (const one of list) if (one.listener === listener && one.capture === capture) return
      list.push({ listener, capture, once, passive, resists, removed: false })
    }
    const size = list === undefined ? 1 : list.length
    const limit = (this as any)[kMaxEventTargetListeners] ?? limits.max
    if (limit > 0 && size > limit && !(this as any)[kMaxEventTargetListenersWarned]) warnOfLeak(this, type, size, limit)
    ;(this as any)[kListenerAdded]?.(type, size)
  }

  removeEventListener(type: string, listener: any, options: any = undefined): void {
    if (!hasEvents(this)) throw new ERR_INVALID_THIS('EventTarget')
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('type', 'listener')
    if (!isListener(listener)) return
    type = `${type}`
    const capture = typeof options === 'boolean' ? options : options?.capture === true
    const found = this.#events?.get(type)?.find(one => one.listener === listener && one.capture === capture)
    if (found !== undefined) this.#remove(type, found)
  }

  #remove(type: string, one: Listener): void {
    const events = this.#events!
    let list = events.get(type)!
    one.removed = true
    if (list.running) {
      // A dispatch is walking this list: it keeps its own.
      list = list.filter(other => other !== one)
      events.set(type, list)
    } else {
      list.splice(list.indexOf(one), 1)
    }
    if (list.length === 0) events.delete(type)
    ;(this as any)[kListenerRemoved]?.(type, list.length)
  }

  dispatchEvent(event: Event): boolean {
    if (!hasEvents(this)) throw new ERR_INVALID_THIS('EventTarget')
    if (arguments.length < 1) throw new ERR_MISSING_ARGS('event')
    if (!(event instanceof Event)) throw new ERR_INVALID_ARG_TYPE('event', 'Event', event)
    const flags = flagsOf(event)
    if (flags & DISPATCHING) throw new ERR_EVENT_RECURSION(event.type)
    setTarget(event, this)
    const list = this.#events?.get(event.type)
    if (list !== undefined) this.#run(list, event)
    return (flagsOf(event) & PREVENTED) === 0
  }

  #run(list: List, event: Event): void {
    setFlags(event, flagsOf(event) | DISPATCHING)
    list.running = (list.running ?? 0) + 1
    const count = list.length
    for (let i = 0; i < count; i++) {
      const one = list[i]!
      if (one.removed || (flagsOf(event) & STOPPED_NOW && !one.resists)) continue
      if (one.once) this.#remove(event.type, one)
      if (one.passive) setFlags(event, flagsOf(event) | PASSIVE)
      try {
        const { listener } = one
        const result = typeof listener === 'function' ? listener.call(this, event) : listener.handleEvent?.(event)
        if (result !== undefined && result !== null && typeof result.then === 'function') result.then(undefined, uncaught)
      } catch (error) {
        uncaught(error)
      }
      if (one.passive) setFlags(event, flagsOf(event) & ~PASSIVE)
    }
    list.running--
    setFlags(event, flagsOf(event) & ~(DISPATCHING | STOPPED | STOPPED_NOW))
  }

  [customInspect](depth: number, options: any): string {
    if (!hasEvents(this)) throw new ERR_INVALID_THIS('EventTarget')
    const { name } = this.constructor
    return depth < 0 ? name : `${name} ${inspect({}, { ...options, depth: Number.isInteger(options.depth) ? options.depth - 1 : options.depth })}`
  }
}
expose(EventTarget, 'EventTarget', ['addEventListener', 'removeEventListener', 'dispatchEvent'])

function isListener(listener: any): boolean {
  if (typeof listener === 'function' || (listener !== null && typeof listener === 'object')) return true
  if (listener == null) return false
  throw new ERR_INVALID_ARG_TYPE('listener', 'EventListener', listener)
}

function warnOfNothing(target: EventTarget, type: string, listener: unknown): void {
  const warning: any = new Error(`addEventListener called with ${listener} which has no effect.`)
  process.emitWarning(Object.assign(warning, { name: 'AddEventListenerArgumentTypeWarning', target, type }))
}

function warnOfLeak(target: any, type: string, size: number, limit: number): void {
  target[kMaxEventTargetListenersWarned] = true
  const warning: any = new Error(`Possible EventTarget memory leak detected. ${size} ${type} listeners added to ${
    inspect(target, { depth: -1 })}. MaxListeners is ${limit}. Use events.setMaxListeners() to increase limit`)
  process.emitWarning(Object.assign(warning, { name: 'MaxListenersExceededWarning', target, type, count: size }))
}

export function isEventTarget(value: unknown): boolean {
  return hasEvents(value)
}

/** The listeners of one type, as they were given; for events.getEventListeners. */
export function listenersOf(target: EventTarget, type: string): unknown[] {
  return (eventsOf(target)?.get(`${type}`) ?? []).map(one => one.listener)
}

/** Calls `listener` once when the signal aborts; soon, when it has aborted already. */
export function addAbortListener(signal: any, listener: (event: any) => void): { [Symbol.dispose](): void } {
  const { validateAbortSignal, validateFunction } = import.meta.builtin('internal:validate')
  validateAbortSignal(signal, 'signal')
  validateFunction(listener, 'listener')
  let remove: (() => void) | undefined
  if (signal.aborted) {
    queueMicrotask(() => listener(undefined))
  } else {
    signal.addEventListener('abort', listener, { once: true, [kResistStopPropagation]: true })
    remove = () => signal.removeEventListener('abort', listener)
  }
  return { [Symbol.dispose]: () => remove?.() }
}

const handlers = new WeakMap<object, Map<string, { handler: any }>>()

/** `on<name>` on a prototype: one listener, in the place where it was first set. */
export function defineEventHandler(proto: object, name: string): void {
  Object.defineProperty(proto, `on${name}`, {
    get(this: EventTarget) {
      return handlers.get(this)?.get(name)?.handler ?? null
    },
    set(this: EventTarget, value: any) {
      if (typeof value !== 'function' && (typeof value !== 'object' || value === null)) value = null
      let own = handlers.get(this)
      if (own === undefined) handlers.set(this, own = new Map())
      const slot = own.get(name)
      if (slot !== undefined) {
        slot.handler = value
        if (value === null) {
          own.delete(name)
          this.removeEventListener(name, slot as any)
        }
      } else if (value !== null) {
        const made = {
          handler: value,
          handleEvent: (event: Event) => typeof made.handler === 'function' ? made.handler.call(this, event) : undefined,
        }
        own.set(name, made)
        this.addEventListener(name, made)
      }
    },
    enumerable: true, configurable: true,
  })
}
