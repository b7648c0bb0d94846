// node:async_hooks: AsyncLocalStorage and AsyncResource over the realm's async context.
//
// $C.x is the context that the running code belongs to; lowered code and the natives carry it over awaits, timers, ticks and
// promise reactions. It is undefined or the first of a chain of frames {storage, value, next}: a run puts one frame in front.

import { ERR_ASYNC_CALLBACK, ERR_ASYNC_TYPE, ERR_INVALID_ARG_TYPE } from 'internal:errors'
import { enableContext } from 'internal:rt'
import { checkRangesOrGetDefault, validateFunction, validateObject, validateString } from 'internal:validate'

interface Frame { readonly storage: AsyncLocalStorage<any>; readonly value: unknown; readonly next: Frame | undefined; readonly depth: number }

declare const $C: { x: Frame | undefined }

function frameOf(storage: AsyncLocalStorage<any>): Frame | undefined {
  let frame = $C.x
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
  let next = $C.x
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
    $C.x = pushed(this, value)
  }

  run(value: T, fn: (...args: any[]) => any, ...args: any[]): any {
    const before = $C.x
    $C.x = pushed(this, value)
    try {
      return args.length === 0 ? fn() : Reflect.apply(fn, undefined, args)
    } finally {
      $C.x = before
    }
  }

  exit(fn: (...args: any[]) => any, ...args: any[]): any {
    return this.run(undefined as T, fn, ...args)
  }

  disable(): void {
    if (frameOf(this) !== undefined) $C.x = pushed(this, OFF)
  }

  /** Enters the value until the scope is disposed of. */
  withScope(value: T): { [Symbol.dispose](): void; dispose(): void } {
    const before = $C.x
    $C.x = pushed(this, value)
    const dispose = (): void => { $C.x = before }
    return { dispose, [Symbol.dispose]: dispose }
  }
}

// --- resources ----------------------------------------------------------------------------------------------------------

interface HookFunctions { init?: Function; before?: Function; after?: Function; destroy?: Function; promiseResolve?: Function }

let lastId = 1
let currentId = 1
let currentTrigger = 0
const topLevel = {}
let currentResource: object = topLevel
let hooks: readonly HookFunctions[] = []

export class AsyncResource {
  #context: Frame | undefined
  #id: number
  #trigger: number

  constructor(type: string, options: any = {}) {
    validateString(type, 'type')
    let trigger = options
    if (typeof options !== 'number') trigger = options.triggerAsyncId ?? currentId
    checkRangesOrGetDefault(trigger, 'triggerAsyncId', -1, Number.MAX_SAFE_INTEGER, 0)
    if (hooks.length > 0 && type.length === 0) throw new ERR_ASYNC_TYPE(type)
    this.#context = $C.x
    this.#id = ++lastId
    this.#trigger = trigger
    for (const hook of hooks) hook.init?.(this.#id, type, trigger, this)
  }

  runInAsyncScope(fn: (...args: any[]) => any, self?: any, ...args: any[]): any {
    const before = $C.x
    const [id, trigger, resource] = [currentId, currentTrigger, currentResource]
    $C.x = this.#context
    currentId = this.#id
    currentTrigger = this.#trigger
    currentResource = this
    try {
      for (const hook of hooks) hook.before?.(this.#id)
      return Reflect.apply(fn, self, args)
    } finally {
      for (const hook of hooks) hook.after?.(this.#id)
      $C.x = before
      currentId = id
      currentTrigger = trigger
      currentResource = resource
    }
  }

  emitDestroy(): this {
    for (const hook of hooks) hook.destroy?.(this.#id)
    return this
  }

  asyncId(): number {
    return this.#id
  }

  triggerAsyncId(): number {
    return this.#trigger
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

class AsyncHook {
  #functions: HookFunctions

  constructor(functions: HookFunctions) {
    this.#functions = functions
  }

  enable(): this {
    if (!hooks.includes(this.#functions)) hooks = [...hooks, this.#functions]
    return this
  }

  disable(): this {
    hooks = hooks.filter(one => one !== this.#functions)
    return this
  }
}

/** Sees the resources that are made with AsyncResource; promises, timers and handles of the runtime are not reported. */
export function createHook(functions: HookFunctions): AsyncHook {
  validateObject(functions, 'hooks')
  const own: HookFunctions = {}
  for (const name of HOOKS) {
    const fn = functions[name]
    if (fn === undefined) continue
    if (typeof fn !== 'function') throw new ERR_ASYNC_CALLBACK(`hook.${name}`)
    own[name] = fn
  }
  return new AsyncHook(own)
}

export function executionAsyncId(): number {
  return currentId
}

export function triggerAsyncId(): number {
  return currentTrigger
}

export function executionAsyncResource(): object {
  return currentResource
}

export const asyncWrapProviders: Readonly<Record<string, number>> = Object.freeze({ __proto__: null, NONE: 0 } as any)

/** Runs `fn` in a context taken from $C.x at an earlier time; for other faces. */
export function runIn(context: unknown, fn: (...args: any[]) => any, ...args: any[]): any {
  if (typeof fn !== 'function') throw new ERR_INVALID_ARG_TYPE('fn', 'Function', fn)
  const before = $C.x
  $C.x = context as Frame | undefined
  try {
    return fn(...args)
  } finally {
    $C.x = before
  }
}

export default {
  AsyncLocalStorage, createHook, executionAsyncId, triggerAsyncId, executionAsyncResource, asyncWrapProviders, AsyncResource,
}
