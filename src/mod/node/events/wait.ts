// events.once and events.on: emitters and event targets as promises and async iterators.

import { AbortError, ERR_INVALID_ARG_TYPE } from 'internal:errors'
import { validateAbortSignal, validateInteger, validateObject } from 'internal:validate'
import { addAbortListener } from 'node:events'

const kWatermarkData = Symbol.for('nodejs.watermarkData')
/** readline asks for the first argument of an event alone. */
export const kFirstEventParam = Symbol.for('nodejs.kFirstEventParam')

function attach(emitter: any, name: PropertyKey, listener: Function, once: boolean): void {
  if (typeof emitter.on === 'function') {
    if (once) emitter.once(name, listener)
    else emitter.on(name, listener)
  } else if (typeof emitter.addEventListener === 'function') {
    const { kResistStopPropagation } = import.meta.builtin('web:events')
    emitter.addEventListener(name, listener, { once, [kResistStopPropagation]: true })
  } else {
    throw new ERR_INVALID_ARG_TYPE('emitter', 'EventEmitter', emitter)
  }
}

function detach(emitter: any, name: PropertyKey, listener: Function): void {
  if (typeof emitter.removeListener === 'function') emitter.removeListener(name, listener)
  else if (typeof emitter.removeEventListener === 'function') emitter.removeEventListener(name, listener)
  else throw new ERR_INVALID_ARG_TYPE('emitter', 'EventEmitter', emitter)
}

function aborted(signal: any): AbortError {
  return new AbortError(undefined, { cause: signal?.reason })
}

export async function once(emitter: any, name: PropertyKey, options: any = {}): Promise<any[]> {
  validateObject(options, 'options')
  const { signal } = options
  validateAbortSignal(signal, 'options.signal')
  if (signal?.aborted) throw aborted(signal)
  return new Promise((resolve, reject) => {
    const onError = (error: unknown): void => {
      emitter.removeListener(name, onEvent)
      if (signal != null) detach(signal, 'abort', onAbort)
      reject(error)
    }
    const onEvent = (...args: any[]): void => {
      if (typeof emitter.removeListener === 'function') emitter.removeListener('error', onError)
      if (signal != null) detach(signal, 'abort', onAbort)
      resolve(args)
    }
    const onAbort = (): void => {
      detach(emitter, name, onEvent)
      detach(emitter, 'error', onError)
      reject(aborted(signal))
    }
    attach(emitter, name, onEvent, true)
    // Only emitters give 'error' a meaning of its own; event targets do not.
    if (name !== 'error' && typeof emitter.once === 'function') emitter.once('error', onError)
    if (signal != null) attach(signal, 'abort', onAbort, true)
  })
}

const AsyncIteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}).prototype)

interface Waiting { resolve(value: any): void; reject(error: unknown): void }

export function on(emitter: any, name: PropertyKey, options: any = {}): AsyncIterator<any> {
  validateObject(options, 'options')
  const { signal } = options
  validateAbortSignal(signal, 'options.signal')
  if (signal?.aborted) throw aborted(signal)
  const high = options.highWaterMark ?? options.highWatermark ?? Number.MAX_SAFE_INTEGER
  validateInteger(high, 'options.highWaterMark', 1)
  const low = options.lowWaterMark ?? options.lowWatermark ?? 1
  validateInteger(low, 'options.lowWaterMark', 1)

  const { Queue } = import.meta.builtin('internal:queue')
  const events = new Queue()
  const waiting = new Queue()
  const attached: [any, PropertyKey, Function][] = []
  let paused = false
  let error: unknown = null
  let finished = false

  const listen = (target: any, event: PropertyKey, handler: Function): void => {
    attach(target, event, handler, false)
    attached.push([target, event, handler])
  }
  const onEvent = (value: any): void => {
    if (waiting.length > 0) {
      (waiting.shift() as Waiting).resolve({ done: false, value })
      return
    }
    events.push(value)
    if (!paused && events.length > high) {
      paused = true
      emitter.pause()
    }
  }
  const onError = (reason: unknown): void => {
    if (waiting.length > 0) (waiting.shift() as Waiting).reject(reason)
    else error = reason
    close()
  }
  const close = (): Promise<any> => {
    abort?.[Symbol.dispose]()
    for (const [target, event, handler] of attached.splice(0).reverse()) detach(target, event, handler)
    finished = true
    paused = false
    const end = { done: true, value: undefined }
    while (waiting.length > 0) (waiting.shift() as Waiting).resolve(end)
    return Promise.resolve(end)
  }

  const iterator = Object.setPrototypeOf({
    next() {
      if (events.length > 0) {
        const value = events.shift()
        if (paused && events.length < low) {
          emitter.resume()
          paused = false
        }
        return Promise.resolve({ done: false, value })
      }
      if (error) {
        const failed = Promise.reject(error)
        error = null
        return failed
      }
      if (finished) return close()
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
    },
    return() {
      return close()
    },
    throw(reason: unknown) {
      if (!(reason instanceof Error)) throw new ERR_INVALID_ARG_TYPE('EventEmitter.AsyncIterator', 'Error', reason)
      onError(reason)
    },
    [Symbol.asyncIterator]() {
      return this
    },
    [kWatermarkData]: {
      get size() { return events.length },
      get low() { return low },
      get high() { return high },
      get isPaused() { return paused },
    },
  }, AsyncIteratorPrototype)

  listen(emitter, name, options[kFirstEventParam] ? onEvent : (...args: any[]) => onEvent(args))
  if (name !== 'error' && typeof emitter.on === 'function') listen(emitter, 'error', onError)
  for (const event of options.close ?? []) listen(emitter, event, close)
  const abort = signal ? addAbortListener(signal, () => onError(aborted(signal))) : null
  return iterator
}
