// node:events: EventEmitter. The promise-making half (`on`, `once`) is in wait.ts and is read at its first use.

import { ERR_INVALID_ARG_TYPE, ERR_UNHANDLED_ERROR, genericNodeError, kEnhanceStack, setHidden } from 'internal:errors'
import { kMaxEventTargetListeners, kMaxEventTargetListenersWarned, limits } from 'internal:listeners'
import { validateBoolean, validateFunction, validateNumber, validateString } from 'internal:validate'

type Name = string | symbol
type Listener = ((...args: any[]) => any) & { listener?: Listener }
type List = Listener[] & { [emitting]: number; warned?: boolean }

export const kCapture = Symbol('kCapture')
export const kRejection = Symbol.for('nodejs.rejection')
export const kErrorMonitor = Symbol('events.errorMonitor')
const kShapeMode = Symbol('shapeMode')
const emitting = Symbol('events.emitting')

function webEvents(): any {
  return import.meta.builtin('web:events')
}

function wait(): any {
  return import.meta.builtin('node:events/wait')
}

export function EventEmitter(this: any, options?: any): void {
  EventEmitter.init.call(this, options)
}

const proto: any = EventEmitter.prototype
const hidden = (target: object, key: PropertyKey, value: unknown, writable: boolean): void => {
  Object.defineProperty(target, key, { value, writable, enumerable: false, configurable: false })
}
hidden(proto, kCapture, false, true)

EventEmitter.addAbortListener = addAbortListener
EventEmitter.once = function once(emitter: any, name: Name, options?: any): Promise<any[]> {
  return wait().once(emitter, name, options)
}
EventEmitter.on = function on(emitter: any, name: Name, options?: any): AsyncIterator<any[]> {
  return wait().on(emitter, name, options)
}
EventEmitter.getEventListeners = getEventListeners
EventEmitter.getMaxListeners = getMaxListeners
EventEmitter.listenerCount = listenerCount
EventEmitter.EventEmitter = EventEmitter
EventEmitter.usingDomains = false
EventEmitter.captureRejectionSymbol = kRejection
Object.defineProperty(EventEmitter, 'captureRejections', {
  get: () => proto[kCapture],
  set(value) {
    validateBoolean(value, 'EventEmitter.captureRejections')
    proto[kCapture] = value
  },
  enumerable: true,
})
Object.defineProperty(EventEmitter, 'EventEmitterAsyncResource', {
  get: () => import.meta.builtin('node:events/async_resource').EventEmitterAsyncResource,
  set: undefined,
  enumerable: true,
  configurable: true,
})
EventEmitter.errorMonitor = kErrorMonitor
Object.defineProperty(EventEmitter, 'defaultMaxListeners', {
  get: () => limits.max,
  set(n) {
    validateNumber(n, 'defaultMaxListeners', 0)
    limits.max = n
  },
  enumerable: true,
})
hidden(EventEmitter, 'kMaxEventTargetListeners', kMaxEventTargetListeners, false)
hidden(EventEmitter, 'kMaxEventTargetListenersWarned', kMaxEventTargetListenersWarned, false)

EventEmitter.setMaxListeners = function (n: number = limits.max, ...targets: any[]): void {
  validateNumber(n, 'setMaxListeners', 0)
  if (targets.length === 0) limits.max = n
  for (const target of targets) {
    if (typeof target?.setMaxListeners === 'function') {
      target.setMaxListeners(n)
    } else if (webEvents().isEventTarget(target)) {
      target[kMaxEventTargetListeners] = n
      target[kMaxEventTargetListenersWarned] = false
    } else {
      throw new ERR_INVALID_ARG_TYPE('eventTargets', ['EventEmitter', 'EventTarget'], target)
    }
  }
}

EventEmitter.init = function (this: any, options?: any): void {
  if (this._events === undefined || this._events === Object.getPrototypeOf(this)._events) {
    this._events = { __proto__: null }
    this._eventsCount = 0
    this[kShapeMode] = false
  } else {
    this[kShapeMode] = true
  }
  this._maxListeners ||= undefined
  if (options?.captureRejections) {
    validateBoolean(options.captureRejections, 'options.captureRejections')
    this[kCapture] = true
  } else {
    this[kCapture] = proto[kCapture]
  }
}

proto._events = undefined
proto._eventsCount = 0
proto._maxListeners = undefined

proto.setMaxListeners = function setMaxListeners(n: number): any {
  validateNumber(n, 'setMaxListeners', 0)
  this._maxListeners = n
  return this
}

function limitOf(emitter: any): number {
  return emitter._maxListeners === undefined ? limits.max : emitter._maxListeners
}

proto.getMaxListeners = function getMaxListeners(): number {
  return limitOf(this)
}

proto.emit = function emit(type: Name, ...args: any[]): boolean {
  const events = this._events
  if (type === 'error') {
    if (events !== undefined && events[kErrorMonitor] !== undefined) this.emit(kErrorMonitor, ...args)
    if (events === undefined || events.error === undefined) throw unhandled(this, args)
  }
  if (events === undefined) return false
  const handler = events[type]
  if (handler === undefined) return false
  if (typeof handler === 'function') {
    const result = call(handler, this, args)
    if (result !== undefined && result !== null) watchResult(this, result, type, args)
    return true
  }
  handler[emitting]++
  try {
    for (let i = 0; i < handler.length; i++) {
      const result = call(handler[i], this, args)
      if (result !== undefined && result !== null) watchResult(this, result, type, args)
    }
  } finally {
    handler[emitting]--
  }
  return true
}

function call(fn: Function, self: any, args: any[]): any {
  switch (args.length) {
    case 0: return fn.call(self)
    case 1: return fn.call(self, args[0])
    case 2: return fn.call(self, args[0], args[1])
    case 3: return fn.call(self, args[0], args[1], args[2])
    default: return fn.apply(self, args)
  }
}

/** A listener gave a promise: with captureRejections its failure becomes an 'error' event. */
function watchResult(emitter: any, result: any, type: Name, args: any[]): void {
  if (!emitter[kCapture]) return
  try {
    const then = result.then
    if (typeof then === 'function') {
      then.call(result, undefined, (error: unknown) => {
        process.nextTick(rejected, emitter, error, type, args)
      })
    }
  } catch (error) {
    emitter.emit('error', error)
  }
}

function rejected(emitter: any, error: unknown, type: Name, args: any[]): void {
  if (typeof emitter[kRejection] === 'function') {
    emitter[kRejection](error, type, ...args)
    return
  }
  // Off while the error is emitted: a failing 'error' listener must not bring itself back.
  const before = emitter[kCapture]
  try {
    emitter[kCapture] = false
    emitter.emit('error', error)
  } finally {
    emitter[kCapture] = before
  }
}

function unhandled(emitter: any, args: any[]): Error {
  const error = args[0]
  if (error instanceof Error) {
    try {
      const here: any = {}
      Error.captureStackTrace(here, proto.emit)
      setHidden(error, kEnhanceStack, () => enhanced(emitter, error, here))
    } catch {
      // A frozen error keeps its stack.
    }
    return error
  }
  let shown: any
  try {
    shown = import.meta.builtin('internal:inspect').inspect(error)
  } catch {
    shown = error
  }
  const wrapped: any = new ERR_UNHANDLED_ERROR(shown)
  wrapped.context = error
  return wrapped
}

/** The stack of an unhandled error followed by where it was emitted, for the report of an uncaught error. */
function enhanced(emitter: any, error: Error, emitted: { stack: string }): string {
  let on = ''
  try {
    const { name } = emitter.constructor
    if (name !== 'EventEmitter') on = ` on ${name} instance`
  } catch {
    // No name, no mention.
  }
  const frames = emitted.stack.split('\n').slice(1)
  const known = String(error.stack).split('\n').slice(1)
  const { len, offset } = import.meta.builtin('internal:inspect').identicalSequenceRange(frames, known)
  if (len > 0) frames.splice(offset + 1, len - 2, '    [... lines matching original stack trace ...]')
  return `${error.stack}\nEmitted 'error' event${on} at:\n${frames.join('\n')}`
}

/** The list of an event, copied when it is being emitted from: a running emit sees what it began with. */
function writable(events: any, type: Name, list: List): List {
  if (!(list[emitting] > 0)) return list
  const copy = list.slice() as List
  copy[emitting] = 0
  if (list.warned) copy.warned = true
  return events[type] = copy
}

function add(emitter: any, type: Name, listener: Listener, first: boolean): any {
  validateFunction(listener, 'listener')
  let events = emitter._events
  if (events === undefined) {
    events = emitter._events = { __proto__: null }
    emitter._eventsCount = 0
  } else if (events.newListener !== undefined) {
    emitter.emit('newListener', type, listener.listener ?? listener)
    events = emitter._events
  }
  let list = events[type]
  if (list === undefined) {
    events[type] = listener
    ++emitter._eventsCount
    return emitter
  }
  if (typeof list === 'function') {
    list = events[type] = (first ? [listener, list] : [list, listener]) as List
    list[emitting] = 0
  } else {
    list = writable(events, type, list)
    if (first) list.unshift(listener)
    else list.push(listener)
  }
  const limit = limitOf(emitter)
  if (limit > 0 && list.length > limit && !list.warned) warnOfLeak(emitter, type, list, limit)
  return emitter
}

function warnOfLeak(emitter: any, type: Name, list: List, limit: number): void {
  list.warned = true
  const shown = import.meta.builtin('internal:inspect').inspect(emitter, { depth: -1 })
  process.emitWarning(genericNodeError(
    `Possible EventEmitter memory leak detected. ${list.length} ${String(type)} listeners added to ${shown}. ` +
    `MaxListeners is ${limit}. Use emitter.setMaxListeners() to increase limit`,
    { name: 'MaxListenersExceededWarning', emitter, type, count: list.length }))
}

function onceOf(emitter: any, type: Name, listener: Listener): Listener {
  let fired = false
  const wrapper: Listener = function (...args) {
    if (fired) return
    fired = true
    emitter.removeListener(type, wrapper)
    return call(listener, emitter, args)
  }
  wrapper.listener = listener
  return wrapper
}

proto.addListener = function addListener(type: Name, listener: Listener): any {
  return add(this, type, listener, false)
}

proto.on = proto.addListener

proto.prependListener = function prependListener(type: Name, listener: Listener): any {
  return add(this, type, listener, true)
}

proto.once = function once(type: Name, listener: Listener): any {
  validateFunction(listener, 'listener')
  this.on(type, onceOf(this, type, listener))
  return this
}

proto.prependOnceListener = function prependOnceListener(type: Name, listener: Listener): any {
  validateFunction(listener, 'listener')
  this.prependListener(type, onceOf(this, type, listener))
  return this
}

proto.removeListener = function removeListener(type: Name, listener: Listener): any {
  validateFunction(listener, 'listener')
  const events = this._events
  let list = events?.[type]
  if (list === undefined) return this
  if (list === listener || list.listener === listener) {
    this._eventsCount--
    if (this[kShapeMode]) events[type] = undefined
    else if (this._eventsCount === 0) this._events = { __proto__: null }
    else delete events[type]
    if (events.removeListener !== undefined) this.emit('removeListener', type, list.listener || listener)
  } else if (typeof list !== 'function') {
    list = writable(events, type, list)
    let at = list.length - 1
    while (at >= 0 && list[at] !== listener && list[at].listener !== listener) at--
    if (at < 0) return this
    list.splice(at, 1)
    if (list.length === 1) events[type] = list[0]
    if (events.removeListener !== undefined) this.emit('removeListener', type, listener)
  }
  return this
}

proto.off = proto.removeListener

proto.removeAllListeners = function removeAllListeners(type?: Name): any {
  const events = this._events
  if (events === undefined) return this
  const all = arguments.length === 0
  if (events.removeListener === undefined) {
    if (all || (events[type!] !== undefined && --this._eventsCount === 0)) {
      this._events = { __proto__: null }
      this._eventsCount = 0
    } else if (events[type!] !== undefined) {
      delete events[type!]
    }
    this[kShapeMode] = false
    return this
  }
  if (all) {
    for (const key of Reflect.ownKeys(events)) {
      if (key !== 'removeListener') this.removeAllListeners(key)
    }
    this.removeAllListeners('removeListener')
    this._events = { __proto__: null }
    this._eventsCount = 0
    this[kShapeMode] = false
    return this
  }
  const list = events[type!]
  if (typeof list === 'function') this.removeListener(type, list)
  else if (list !== undefined) for (let i = list.length - 1; i >= 0; i--) this.removeListener(type, list[i])
  return this
}

function listenersOf(emitter: any, type: Name): Listener[] {
  const list = emitter._events?.[type]
  return list === undefined ? [] : typeof list === 'function' ? [list] : list.slice()
}

proto.listeners = function listeners(type: Name): Listener[] {
  return listenersOf(this, type).map(one => typeof one.listener === 'function' ? one.listener : one)
}

proto.rawListeners = function rawListeners(type: Name): Listener[] {
  return listenersOf(this, type)
}

proto.listenerCount = function listenerCount(type: Name, listener?: Listener | null): number {
  const list = this._events?.[type]
  if (list === undefined) return 0
  if (listener == null) return typeof list === 'function' ? 1 : list.length
  let count = 0
  for (const one of typeof list === 'function' ? [list] : list) {
    if (one === listener || one.listener === listener) count++
  }
  return count
}

proto.eventNames = function eventNames(): Name[] {
  const events = this._events
  return this._eventsCount === 0 ? [] : Reflect.ownKeys(events).filter(key => events[key] !== undefined)
}

const KINDS = ['EventEmitter', 'EventTarget']

export function getEventListeners(emitter: any, type: Name): Function[] {
  if (typeof emitter.listeners === 'function') return emitter.listeners(type)
  if (webEvents().isEventTarget(emitter)) return webEvents().listenersOf(emitter, type)
  throw new ERR_INVALID_ARG_TYPE('emitter', KINDS, emitter)
}

export function getMaxListeners(emitter: any): number {
  if (typeof emitter?.getMaxListeners === 'function') return limitOf(emitter)
  if (webEvents().isEventTarget(emitter)) return emitter[kMaxEventTargetListeners] ?? limits.max
  throw new ERR_INVALID_ARG_TYPE('emitter', KINDS, emitter)
}

export function listenerCount(emitter: any, type: Name): number {
  if (typeof emitter.listenerCount === 'function') return emitter.listenerCount(type)
  if (webEvents().isEventTarget(emitter)) return webEvents().listenersOf(emitter, type).length
  throw new ERR_INVALID_ARG_TYPE('emitter', KINDS, emitter)
}

/** Calls `listener` once when the signal aborts, even if another listener stops the event. */
export function addAbortListener(signal: any, listener: (event: any) => void): { [Symbol.dispose](): void } {
  if (signal === undefined) throw new ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal)
  return webEvents().addAbortListener(signal, listener)
}

/** Node's name of the check that a resource has one; used by async_resource.ts. */
export function nameOf(options: any, Class: Function, target: Function): string {
  if (target === Class) validateString(options?.name, 'options.name')
  return options?.name || target.name
}

export default EventEmitter
