// internal:promise_tracing: promises as resources, from the first hook on that wants them.
//
// The engine tells nothing about promises, so they are seen where code meets them: at `new Promise`, at `then`, and at `await`, which
// is lowered to a read of $C.x, a call of $C.w with what is awaited, and a write of $C.x when the function goes on. The promise of
// an async function is seen when somebody first awaits it or asks for its `then`.

import { carried, context, enableContext, setContext, setThen, then as nativeThen } from 'internal:rt'
import type { Span } from 'internal:rt'
import { after, before, destroyWithObject, hearsPromises, kId, kTrigger, open, rest, resolved, running, setCloseJob } from 'internal:tracing'
import { isPromise } from 'internal:types'

declare const $C: any

const { construct, set } = Reflect
const { defineProperty, getOwnPropertyDescriptor } = Object
const apply = Reflect.apply
const Native = Promise

interface Traced extends Span { isSettled: boolean }
const known = new WeakMap<object, Traced>()
const kept = { x: undefined as any }

function trace(promise: Promise<unknown>, trigger: number): Traced {
  const span = open('PROMISE', promise, undefined, trigger) as Traced
  span.isSettled = false
  known.set(promise, span)
  set(promise, kId, span.id)
  set(promise, kTrigger, span.trigger)
  destroyWithObject(promise, { id: span.id, isDestroyed: false })
  span.resource = promise
  return span
}
const seen = (promise: any): Traced => known.get(promise) ?? trace(promise, running().id)

function settled(span: Traced): void {
  if (span.isSettled) return
  span.isSettled = true
  resolved(span)
}

// --- jobs: one runs at a time. A marker behind each one says that it is over, and that later writes of $C.x are another's.

let job = 0
let isMarked = false
const marker = Native.resolve()

function mark(): void {
  if (isMarked) return
  isMarked = true
  apply(nativeThen, marker, [() => {
    isMarked = false
    job++
    rest()
  }])
}

/** An await or a for await: what $C.x gave to it. */
class Wait {
  span: Traced | undefined
  awaited: Traced | undefined
  frame = kept.x
  job = job
}
let latest: Wait | undefined

function suspend(wait: Wait, value: unknown): unknown {
  if (!isPromise(value)) value = resolve(value)
  const parent = wait.awaited = seen(value)
  wait.span = trace(new Native(() => {}), parent.id)
  return value
}

function resume(wait: Wait): void {
  rest()
  wait.job = job
  mark()
  if (wait.awaited !== undefined) settled(wait.awaited)
  const span = wait.span ?? trace(new Native(() => {}), 0)
  wait.span = wait.awaited = undefined
  begin(span)
}

function begin(span: Traced): void {
  rest()
  if (!hearsPromises()) return
  before(span)
  setCloseJob(() => {
    setCloseJob(undefined)
    settled(span)
    after(span)
  })
  mark()
}

// --- reactions

const pass = (value: unknown): unknown => value
const rethrow = (error: unknown): never => { throw error }

/** A thenable that a promise is resolved with: its `then` is called in a job of that promise's. */
function following(span: Traced, value: any, own: any): object {
  const here = kept.x
  return {
    then(onFulfilled: any, onRejected: any) {
      rest()
      kept.x = here
      before(span)
      try {
        return apply(own, value, [
          (result: unknown) => { settled(span); onFulfilled(result) },
          (error: unknown) => { settled(span); onRejected(error) },
        ])
      } finally {
        after(span)
        rest()
      }
    },
  }
}

/** What resolves a promise: told at once, or when the thenable settles. */
function resolution(span: Traced, value: any): unknown {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return settled(span), value
  let own
  try {
    own = value.then
  } catch (error) {
    settled(span)
    throw error
  }
  return typeof own === 'function' ? following(span, value, own) : (settled(span), value)
}

function reaction(span: { own: Traced }, parent: Traced, fn: any, otherwise: any): (value: unknown) => unknown {
  const here = kept.x
  const call = typeof fn === 'function' ? fn : otherwise
  return value => {
    rest()
    settled(parent)
    kept.x = here
    if (!hearsPromises()) return resolution(span.own, call(value))
    before(span.own)
    let failed = true
    try {
      const result = resolution(span.own, call(value))
      failed = false
      return result
    } finally {
      if (failed) settled(span.own)
      after(span.own)
      rest()
    }
  }
}

function then(this: any, onFulfilled?: any, onRejected?: any): unknown {
  if (!isPromise(this)) return apply(nativeThen, this, [onFulfilled, onRejected])
  const parent = seen(this)
  const holder: { own: Traced } = { own: undefined as any }
  const derived: any = apply(nativeThen, this, [reaction(holder, parent, onFulfilled, pass), reaction(holder, parent, onRejected, rethrow)])
  // A subclass's constructor, or the one below, has told of it already: under the id of whoever runs.
  holder.own = known.get(derived) ?? (isPromise(derived) ? trace(derived, parent.id) : trace(new Native(() => {}), parent.id))
  return derived
}

// --- new Promise

function Traced_(this: unknown, executor: any): Promise<unknown> {
  if (new.target === undefined) return (Native as any)(executor)
  const Class = new.target === (Traced_ as any) ? Native : new.target
  if (typeof executor !== 'function') return construct(Native, [executor], Class)
  let resolve!: (value: unknown) => void, reject!: (error: unknown) => void, isDone = false
  const promise: any = construct(Native, [(a: any, b: any) => { resolve = a; reject = b }], Class)
  const span = trace(promise, running().id)
  const fail = (error: unknown): void => {
    if (isDone) return
    isDone = true
    settled(span)
    reject(error)
  }
  try {
    executor((value: any) => {
      if (isDone) return
      isDone = true
      if (value === promise) return resolve(value)
      let given
      try {
        given = resolution(span, value)
      } catch (error) {
        return reject(error)
      }
      resolve(given)
    }, fail)
  } catch (error) {
    fail(error)
  }
  return promise
}

let nativeResolve: any, nativeFinally: any
function resolve(value?: unknown): Promise<unknown> {
  if (isPromise(value) && (value as any).constructor === Native) return seen(value).resource as Promise<unknown>
  return new (Traced_ as any)((done: any) => done(value))
}
const statics = {
  resolve(this: any, value?: unknown) {
    return this === Traced_ || this === Native ? resolve(value) : apply(nativeResolve, this, [value])
  },
}

/** As ECMA-262 27.2.5.3 has it: what it makes inside is seen. */
function lastly(this: any, onFinally?: any): unknown {
  if (!isPromise(this) || this.constructor !== Native || typeof onFinally !== 'function') return apply(nativeFinally, this, [onFinally])
  return this.then(
    (value: unknown) => resolve(onFinally()).then(() => value),
    (reason: unknown) => resolve(onFinally()).then(() => { throw reason }),
  )
}

/** What a for await walks over: each step is an await of its own. */
function walked(items: any): unknown {
  const wait = latest!
  const isAsync = items?.[Symbol.asyncIterator] != null
  const key = isAsync ? Symbol.asyncIterator : Symbol.iterator
  const method = items?.[key]
  if (typeof method !== 'function') return items
  return {
    [key]() {
      const iterator: any = apply(method, items, [])
      if (iterator === null || (typeof iterator !== 'object' && typeof iterator !== 'function')) return iterator
      const next = iterator.next
      const step = (result: any): any => {
        wait.job = job
        mark()
        if (isAsync) return suspend(wait, result)
        suspend(wait, undefined)
        return result
      }
      return {
        next: (...args: unknown[]) => step(apply(next, iterator, args)),
        get return() {
          const method = iterator.return
          return method == null ? method : (...args: unknown[]) => step(apply(method, iterator, args))
        },
      }
    },
  }
}

let isOn = false
/** Once on, promises keep their ids; without hooks nobody hears of them. */
export function tracePromises(): void {
  if (isOn) return
  isOn = true
  enableContext()
  isPromise(marker)                 // learns the kinds of values, with promises of its own
  nativeResolve = Native.resolve
  kept.x = context.x
  setContext(kept)
  defineProperty($C, 'x', {
    get() {
      latest = new Wait()
      mark()
      return latest
    },
    set(value: unknown) {
      if (!(value instanceof Wait)) kept.x = value
      else {
        if (value.job !== job) resume(value)
        kept.x = value.frame
      }
    },
    enumerable: true,
    configurable: true,
  })
  $C.w = (value: unknown) => suspend(latest!, value)
  $C.r = (value: unknown) => carried(value)
  $C.i = walked
  setThen(then)
  nativeFinally = Native.prototype.finally
  defineProperty(Native.prototype, 'finally', { value: { finally: lastly }.finally, writable: true, enumerable: false, configurable: true })
  const made: any = Traced_
  for (const key of Reflect.ownKeys(Native)) {
    const descriptor = getOwnPropertyDescriptor(Native, key)!
    defineProperty(made, key, descriptor)
  }
  defineProperty(made, 'resolve', { value: statics.resolve, writable: true, enumerable: false, configurable: true })
  defineProperty(Native, 'resolve', { value: statics.resolve, writable: true, enumerable: false, configurable: true })
  defineProperty(globalThis, 'Promise', { value: made, writable: true, enumerable: false, configurable: true })
  mark()
}
