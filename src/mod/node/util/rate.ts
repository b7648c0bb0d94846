// util.debounce and util.throttle

import { AbortError, codes } from 'internal:errors'
import { validateAbortSignal, validateBoolean, validateFunction, validateInteger, validateObject, validateOneOf } from 'internal:validate'

const TIMEOUT_MAX = 2 ** 31 - 1

interface Call { args: any[]; promise: Promise<any>; resolve(value: any): void; reject(error: unknown): void }

const newCall = (args: any[]): Call => ({ args, ...Promise.withResolvers<any>() })
const handled = (promise: Promise<any>): Promise<any> => {
  promise.then(undefined, () => {})
  return promise
}
const abortOf = (reason: unknown): AbortError => reason === undefined ? new AbortError() : new AbortError(undefined, { cause: reason })

function onAbort(signal: any, act: () => void): void {
  if (signal !== undefined) import.meta.builtin('node:events').addAbortListener(signal, act)
}

function timers(): any {
  return import.meta.builtin('node:timers').default
}

/** The methods and getters of the function that was made. */
function dress(target: any, fn: Function, methods: Record<string, Function>, getters: Record<string, () => unknown>): any {
  for (const name of Object.keys(methods)) {
    Object.defineProperty(target, name, { value: methods[name], writable: true, enumerable: true, configurable: true })
  }
  for (const name of Object.keys(getters)) Object.defineProperty(target, name, { get: getters[name], enumerable: false })
  Object.defineProperty(target, 'length', { value: fn.length, configurable: true })
  Object.defineProperty(target, 'name', { value: fn.name, configurable: true })
  return target
}

export function debounce(fn: any, wait: number, options: any = {}): any {
  validateFunction(fn, 'fn')
  validateInteger(wait, 'wait', 0, TIMEOUT_MAX)
  validateObject(options, 'options')
  const { leading = false, rejectOnCancel = false, signal } = options
  validateBoolean(leading, 'options.leading')
  validateBoolean(rejectOnCancel, 'options.rejectOnCancel')
  validateAbortSignal(signal, 'options.signal')
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason })
  let aborted: AbortError | undefined
  let pending: Call[] = []
  let args: any[] = []
  let isRef = true
  let timeout: any

  const rejectAll = (error: unknown): void => {
    for (const call of pending.splice(0)) call.reject(error)
  }
  const stop = (error: unknown): void => {
    if (timeout === undefined) return
    timers().clearTimeout(timeout)
    timeout = undefined
    rejectAll(error)
  }
  const abort = (): void => stop(aborted ??= abortOf(signal.reason))
  const invoke = (given: any[], calls: Call[]): void => {
    if (signal?.aborted) {
      abort()
      for (const call of calls) call.reject(aborted)
      return
    }
    try {
      const result = Reflect.apply(fn as any, debounced, given)
      for (const call of calls) call.resolve(result)
    } catch (error) {
      for (const call of calls) call.reject(error)
    }
  }
  const fire = (): void => {
    timeout = undefined
    const calls = pending.splice(0)
    if (calls.length > 0) invoke(args, calls)
  }

  function debounced(...given: any[]): Promise<any> {
    if (signal?.aborted) abort()
    if (aborted !== undefined) return Promise.reject(aborted)
    const now = leading && timeout === undefined
    if (timeout === undefined) {
      timeout = timers().setTimeout(fire, wait)
      if (!isRef) timeout.unref()
    } else {
      if (pending.length > 0) {
        handled(pending[pending.length - 1]!.promise)
        if (rejectOnCancel) rejectAll(new AbortError('The debounced call was superseded'))
      }
      timeout.refresh()
    }
    const call = newCall(given)
    if (now) {
      invoke(given, [call])
    } else {
      pending.push(call)
      args = given
    }
    return call.promise
  }
  onAbort(signal, abort)
  return dress(debounced, fn, {
    cancel: (reason?: unknown) => stop(abortOf(reason)),
    flush() {
      if (pending.length === 0) return
      timers().clearTimeout(timeout)
      fire()
    },
    ref() {
      isRef = true
      timeout?.ref()
      return debounced
    },
    unref() {
      isRef = false
      timeout?.unref()
      return debounced
    },
  }, { pending: () => pending[pending.length - 1]?.promise ?? null, pendingCount: () => pending.length })
}

export function throttle(fn: any, limit: number, interval: number, options: any = {}): any {
  validateFunction(fn, 'fn')
  validateInteger(limit, 'limit', 1)
  validateInteger(interval, 'interval', 0, TIMEOUT_MAX)
  validateObject(options, 'options')
  const { concurrency = Infinity, maxPending = Infinity, overflow = 'queue', signal, strict = false } = options
  if (concurrency !== Infinity) validateInteger(concurrency, 'options.concurrency', 1)
  if (maxPending !== Infinity) validateInteger(maxPending, 'options.maxPending', 0)
  validateOneOf(overflow, 'options.overflow', ['queue', 'drop'])
  validateAbortSignal(signal, 'options.signal')
  validateBoolean(strict, 'options.strict')
  if (signal?.aborted) throw new AbortError(undefined, { cause: signal.reason })
  const { Queue } = import.meta.builtin('internal:queue')
  let aborted: AbortError | undefined
  let active = 0
  let pending = new Queue()
  let last: Call | undefined
  let isRef = true
  let timeout: any
  // Strict: when each call of the last interval began. Otherwise a window and its count.
  let ticks: number[] = []
  let windowStart: number | undefined
  let count = 0
  const now = (): number => Math.floor(performance.now())

  const hasRoom = (at: number): boolean => {
    if (strict) {
      while (ticks.length > 0 && at - ticks[0]! >= interval) ticks.shift()
      return ticks.length < limit
    }
    if (windowStart === undefined || at - windowStart >= interval) {
      count = 0
      windowStart = at
    }
    return count < limit
  }
  const reserve = (at: number): void => {
    if (strict) ticks.push(at)
    else count++
  }
  const stop = (error: unknown): void => {
    if (timeout !== undefined) timers().clearTimeout(timeout)
    timeout = undefined
    ticks = []
    count = 0
    windowStart = undefined
    const calls = pending
    pending = new Queue()
    while (calls.length > 0) calls.shift().reject(error)
  }
  const abort = (): void => stop(aborted ??= abortOf(signal.reason))
  const settled = (): void => {
    active--
    drain()
  }
  const invoke = (call: Call): void => {
    active++
    let result: Promise<any>
    try {
      result = Promise.resolve(Reflect.apply(fn as any, throttled, call.args))
    } catch (error) {
      result = Promise.reject(error)
    }
    call.resolve(result)
    result.then(settled, settled)
  }
  const drain = (): void => {
    if (signal?.aborted) return abort()
    for (;;) {
      if (pending.length === 0 || active >= concurrency) return
      const at = now()
      if (!hasRoom(at)) {
        if (timeout !== undefined) return
        timeout = timers().setTimeout(() => {
          timeout = undefined
          drain()
        }, (strict ? ticks[0]! : windowStart!) + interval - at)
        if (!isRef) timeout.unref()
        return
      }
      reserve(at)
      invoke(pending.shift())
    }
  }

  function throttled(...args: any[]): Promise<any> {
    if (signal?.aborted) abort()
    if (aborted !== undefined) return Promise.reject(aborted)
    const at = now()
    const can = pending.length === 0 && active < concurrency && hasRoom(at)
    if (!can && (overflow === 'drop' || pending.length >= maxPending)) return handled(Promise.reject(new codes.ERR_THROTTLED()))
    const call = newCall(args)
    if (can) {
      reserve(at)
      invoke(call)
    } else {
      pending.push(call)
      last = call
      drain()
    }
    return call.promise
  }
  onAbort(signal, abort)
  return dress(throttled, fn, {
    cancel: (reason?: unknown) => stop(abortOf(reason)),
    hasImmediateCapacity() {
      if (signal?.aborted || pending.length !== 0 || active >= concurrency) return false
      const at = now()
      if (strict) return ticks.filter(tick => at - tick < interval).length < limit
      return windowStart === undefined || at - windowStart >= interval || count < limit
    },
    ref() {
      isRef = true
      timeout?.ref()
      return throttled
    },
    unref() {
      isRef = false
      timeout?.unref()
      return throttled
    },
  }, { pending: () => pending.length === 0 ? null : last!.promise, pendingCount: () => pending.length, activeCount: () => active })
}
