// node:async_hooks: AsyncLocalStorage and AsyncResource over the realm's async context.
//
// context.x ($C.x to lowered code) is the context that the running code belongs to; lowered code and the natives carry it over awaits, timers, ticks and
// promise reactions. It is undefined or the first of a chain of frames {storage, value, next}: a run puts one frame in front.

import {
  codes, ERR_ASYNC_CALLBACK, ERR_ASYNC_TYPE, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE,
} from 'internal:errors'
import { context, enableContext, ids, mainId, tracer } from 'internal:rt'
import { validateBoolean, validateFunction, validateObject, validateString } from 'internal:validate'
import providers from './providers.ts'

interface Frame { readonly storage: AsyncLocalStorage<any>; readonly value: unknown; readonly next: Frame | undefined; readonly depth: number }

function frameOf(storage: AsyncLocalStorage<any>): Frame | undefined {
  let frame = context.x
  while (frame !== undefined && frame.storage !== storage) frame = frame.next
  return frame
}

/** The chain without the frames that later ones of the same storage hide: kept short however deep runs nest. */
function compacted(frame: Frame | undefined): Frame | undefined {
  const seen = new Set<AsyncLocalStorage<any>>()
  const kept: Frame[] = []
  for (; frame !== undefined; frame = frame.next) {
    if (seen.has(frame.storage)) continue
    seen.add(frame.storage)
    kept.push(frame)
  }
  let out: Frame | undefined
  for (let i = kept.length - 1; i >= 0; i--) out = { ...kept[i]!, next: out, depth: out === undefined ? 1 : out.depth + 1 }
  return out
}

function pushed(storage: AsyncLocalStorage<any>, value: unknown): Frame {
  enableContext()
  let next = context.x
  if (next !== undefined && next.depth > 32) next = compacted(next)
  return { storage, value, next, depth: next === undefined ? 1 : next.depth + 1 }
}

const OFF = Symbol('disabled')

export class AsyncLocalStorage<T> {
  #default: T | undefined
  #name: string

  constructor(options: { defaultValue?: T; name?: string } = {}) {
    validateObject(options, 'options')
    this.#default = options.defaultValue
    if (options.name !== undefined) validateString(options.name, 'options.name')
    this.#name = options.name ?? ''
  }

  /** The function, to be called in the context of now. */
  static bind<F extends (...args: any[]) => any>(fn: F): F {
    return AsyncResource.bind(fn)
  }

  /** A function that runs others in the context of now. */
  static snapshot(): (fn: (...args: any[]) => any, ...args: any[]) => any {
    return AsyncLocalStorage.bind((fn: (...args: any[]) => any, ...args: any[]) => fn(...args))
  }

  get name(): string {
    return this.#name
  }

  getStore(): T | undefined {
    const frame = frameOf(this)
    return frame === undefined ? this.#default : frame.value === OFF ? undefined : frame.value as T
  }

  enterWith(value: T): void {
    context.x = pushed(this, value)
  }

  run(value: T, fn: (...args: any[]) => any, ...args: any[]): any {
    const before = context.x
    context.x = pushed(this, value)
    try {
      return args.length === 0 ? fn() : Reflect.apply(fn, undefined, args)
    } finally {
      context.x = before
    }
  }

  exit(fn: (...args: any[]) => any, ...args: any[]): any {
    return this.run(undefined as T, fn, ...args)
  }

  disable(): void {
    if (frameOf(this) !== undefined) context.x = pushed(this, OFF)
  }

  /** Enters the value until the scope is disposed of. */
  withScope(value: T): { [Symbol.dispose](): void; dispose(): void } {
    const before = context.x
    context.x = pushed(this, value)
    const dispose = (): void => { context.x = before }
    return { dispose, [Symbol.dispose]: dispose }
  }
}

// --- resources ----------------------------------------------------------------------------------------------------------

const tracing = (): any => import.meta.builtin('internal:tracing')
const kFrame = Symbol('context_frame'), kId = Symbol('async_id_symbol'), kTrigger = Symbol('trigger_async_id_symbol')
const kDestroyed = Symbol('destroyed')

export class AsyncResource {
  declare [kFrame]: Frame | undefined
  declare [kId]: number
  declare [kTrigger]: number
  declare [kDestroyed]: { id: number; isDestroyed: boolean } | undefined

  constructor(type: string, options: any = {}) {
    validateString(type, 'type')
    let trigger = options, isManual = false
    if (typeof options !== 'number') {
      trigger = options.triggerAsyncId === undefined ? tracer === undefined ? mainId() : tracer.here() : options.triggerAsyncId
      isManual = !!options.requireManualDestroy
    }
    if (!Number.isSafeInteger(trigger) || trigger < -1) throw new codes.ERR_INVALID_ASYNC_ID('triggerAsyncId', trigger)
    this[kFrame] = context.x
    this[kId] = ++ids.last
    this[kTrigger] = trigger
    if (tracer === undefined) return
    const { destroyWithObject, heard } = tracing()
    if (heard('init')) {
      if (type.length === 0) throw new ERR_ASYNC_TYPE(type)
      tracer.open(type, this, this[kId], trigger)
    }
    if (!isManual && heard('destroy')) {
      const record = { id: this[kId], isDestroyed: false }
      Object.defineProperty(this, kDestroyed, { value: record, enumerable: true, configurable: true, writable: true })
      destroyWithObject(this, record)
    }
  }

  runInAsyncScope(fn: (...args: any[]) => any, self?: any, ...args: any[]): any {
    const before = context.x
    context.x = this[kFrame]
    try {
      return tracer === undefined ? Reflect.apply(fn, self, args) : this.#traced(fn, self, args)
    } finally {
      context.x = before
    }
  }

  #traced(fn: (...args: any[]) => any, self: any, args: any[]): any {
    const { after, before, running, setRunning } = tracing()
    const outer = running(), span = { id: this[kId], trigger: this[kTrigger], resource: this }
    before(span)
    try {
      return Reflect.apply(fn, self, args)
    } finally {
      after(span)
      setRunning(outer)
    }
  }

  emitDestroy(): this {
    if (this[kDestroyed] !== undefined) this[kDestroyed].isDestroyed = true
    if (tracer !== undefined) tracing().destroy(this[kId])
    return this
  }

  asyncId(): number {
    return this[kId]
  }

  triggerAsyncId(): number {
    return this[kTrigger]
  }

  bind<F extends (...args: any[]) => any>(fn: F, self?: any): F {
    validateFunction(fn, 'fn')
    const resource = this
    const bound = self === undefined
      ? function (this: any, ...args: any[]) { return resource.runInAsyncScope(fn, this, ...args) }
      : (...args: any[]) => resource.runInAsyncScope(fn, self, ...args)
    Object.defineProperty(bound, 'length', { value: fn.length, writable: false, enumerable: false, configurable: true })
    return bound as F
  }

  static bind<F extends (...args: any[]) => any>(fn: F, type?: string, self?: any): F {
    return new AsyncResource(type || fn.name || 'bound-anonymous-fn').bind(fn, self)
  }
}

const HOOKS = ['init', 'before', 'after', 'destroy', 'promiseResolve'] as const
const symbols = HOOKS.map(name => Symbol(name))
const kNoPromiseHook = Symbol('kNoPromiseHook')

class AsyncHook {
  #functions: Record<string, Function> = {}
  #isOn = false

  constructor(functions: any, tracksPromises: boolean | undefined) {
    HOOKS.forEach((name, i) => {
      (this as any)[symbols[i]!] = functions[name]
      if (functions[name] !== undefined) this.#functions[name] = functions[name]
    });
    (this as any)[kNoPromiseHook] = tracksPromises === false
  }

  enable(): this {
    if (this.#isOn) return this
    this.#isOn = true
    const { listen, watchDestroys } = tracing()
    listen(this.#functions)
    watchDestroys()
    if (this.#hearsPromises()) {
      tracing().countPromiseHooks(1)
      import.meta.builtin('internal:promise_tracing').tracePromises()
    }
    return this
  }

  disable(): this {
    if (!this.#isOn) return this
    this.#isOn = false
    const { countPromiseHooks, unlisten } = tracing()
    unlisten(this.#functions)
    if (this.#hearsPromises()) countPromiseHooks(-1)
    return this
  }

  #hearsPromises(): boolean {
    return !(this as any)[kNoPromiseHook] && Object.keys(this.#functions).some(name => name !== 'destroy')
  }
}

export function createHook(functions: any): AsyncHook {
  const { trackPromises } = functions
  for (const name of HOOKS)
    if (functions[name] !== undefined && typeof functions[name] !== 'function') throw new ERR_ASYNC_CALLBACK(`hook.${name}`)
  if (trackPromises !== undefined) {
    validateBoolean(trackPromises, 'trackPromises')
    if (!trackPromises && functions.promiseResolve)
      throw new ERR_INVALID_ARG_VALUE('trackPromises', trackPromises, 'must not be false when promiseResolve is enabled')
  }
  return new AsyncHook(functions, trackPromises)
}

export function executionAsyncId(): number {
  return tracing().running().id
}

export function triggerAsyncId(): number {
  return tracing().running().trigger
}

export function executionAsyncResource(): object {
  return tracing().running().resource
}

export const asyncWrapProviders = providers

/** Runs `fn` in a context taken from context.x at an earlier time; for other faces. */
export function runIn(context: unknown, fn: (...args: any[]) => any, ...args: any[]): any {
  if (typeof fn !== 'function') throw new ERR_INVALID_ARG_TYPE('fn', 'Function', fn)
  const before = context.x
  context.x = context as Frame | undefined
  try {
    return fn(...args)
  } finally {
    context.x = before
  }
}

export default {
  AsyncLocalStorage, createHook, executionAsyncId, triggerAsyncId, executionAsyncResource, asyncWrapProviders, AsyncResource,
}
