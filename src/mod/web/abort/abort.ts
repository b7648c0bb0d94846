// web:abort: AbortController and AbortSignal.

import { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS } from 'internal:errors'
import { kMaxEventTargetListeners } from 'internal:listeners'
import { validateObject, validateUint32 } from 'internal:validate'
import { Event, EventTarget, defineEventHandler, expose, kListenerAdded, kListenerRemoved, kResistStopPropagation, trustedEvent } from 'web:events'
import { DOMException } from 'web:exception'

const customInspect = Symbol.for('nodejs.util.inspect.custom')
const key = Symbol()

function aborting(): DOMException {
  return new DOMException('This operation was aborted', 'AbortError')
}

function shown(self: object, fields: object, depth: number, options: any): any {
  if (depth < 0) return self
  const inner = { ...options, depth: options.depth === null ? null : options.depth - 1 }
  return `${self.constructor.name} ${import.meta.builtin('internal:inspect').inspect(fields, inner)}`
}

// Signals that somebody listens to while only a timer or another signal will abort them: nothing else may hold them.
const kept = new Set<AbortSignal>()
const timers = new FinalizationRegistry<any>(timer => clearTimeout(timer))
const dependents = new FinalizationRegistry<{ source: WeakRef<AbortSignal>; ref: WeakRef<AbortSignal> }>(({ source, ref }) => {
  const signal = source.deref()
  if (signal !== undefined) forget(signal, ref)
})

let abortSignal: (signal: AbortSignal, reason: unknown) => void
let forget: (source: AbortSignal, ref: WeakRef<AbortSignal>) => void
let isSignal: (value: any) => value is AbortSignal

export class AbortSignal extends EventTarget {
  #aborted = false
  #reason: unknown
  /** Aborts by a timer, or with others: kept alive while it has listeners. */
  #isDriven = false
  #sources: Set<AbortSignal> | undefined
  #dependents: Set<WeakRef<AbortSignal>> | undefined

  static {
    isSignal = (value): value is AbortSignal => value !== null && typeof value === 'object' && #aborted in value
    forget = (source, ref) => { source.#dependents?.delete(ref) }
    abortSignal = (signal, reason) => {
      if (signal.#aborted) return
      signal.#aborted = true
      signal.#reason = reason
      const also: AbortSignal[] = []
      for (const ref of signal.#dependents ?? []) {
        const other = ref.deref()
        if (other === undefined || other.#aborted) continue
        other.#aborted = true
        other.#reason = reason
        also.push(other)
      }
      for (const one of [signal, ...also]) {
        one.dispatchEvent(trustedEvent(new Event('abort')))
        one.#sources = undefined
        kept.delete(one)
      }
      signal.#dependents = undefined
    }
  }

  constructor(given: symbol | undefined = undefined) {
    if (given !== key) throw new ERR_ILLEGAL_CONSTRUCTOR()
    super()
    Object.defineProperty(this, kMaxEventTargetListeners, { value: 0, writable: true, enumerable: false, configurable: true })
  }

  get aborted(): boolean {
    if (!isSignal(this)) throw new ERR_INVALID_THIS('AbortSignal')
    return this.#aborted
  }

  get reason(): unknown {
    if (!isSignal(this)) throw new ERR_INVALID_THIS('AbortSignal')
    return this.#reason
  }

  throwIfAborted(): void {
    if (!isSignal(this)) throw new ERR_INVALID_THIS('AbortSignal')
    if (this.#aborted) throw this.#reason
  }

  static abort(reason: unknown = aborting()): AbortSignal {
    const signal = new AbortSignal(key)
    signal.#aborted = true
    signal.#reason = reason
    return signal
  }

  static timeout(delay: number): AbortSignal {
    validateUint32(delay, 'delay')
    const signal = new AbortSignal(key)
    signal.#isDriven = true
    const ref = new WeakRef(signal)
    const timer: any = setTimeout(() => {
      const signal = ref.deref()
      if (signal === undefined) return
      timers.unregister(signal)
      abortSignal(signal, new DOMException('The operation was aborted due to timeout', 'TimeoutError'))
    }, delay)
    timer.unref()
    timers.register(signal, timer, signal)
    return signal
  }

  static any(signals: Iterable<AbortSignal>): AbortSignal {
    if (signals === null || typeof signals !== 'object' || typeof signals[Symbol.iterator] !== 'function') {
      throw sequenceError('signals cannot be converted to sequence.')
    }
    const list = [...signals]
    list.forEach((signal, i) => {
      if (!isSignal(signal)) throw sequenceError(`signals[${i}] is not of type AbortSignal.`)
    })
    const result = new AbortSignal(key)
    const aborted = list.find(signal => signal.#aborted)
    if (aborted !== undefined) {
      result.#aborted = true
      result.#reason = aborted.#reason
      return result
    }
    // The signals that can abort by themselves; a composite is as good as those that it stands for.
    const sources = new Set<AbortSignal>()
    for (const signal of list) for (const source of signal.#sources ?? [signal]) sources.add(source)
    result.#sources = sources
    result.#isDriven = sources.size > 0
    const ref = new WeakRef(result)
    for (const source of sources) {
      (source.#dependents ??= new Set()).add(ref)
      dependents.register(result, { source: new WeakRef(source), ref })
    }
    return result
  }

  [kListenerAdded](type: string, size: number): void {
    if (this.#isDriven && type === 'abort' && size === 1 && !this.#aborted) kept.add(this)
  }

  [kListenerRemoved](type: string, size: number): void {
    if (this.#isDriven && type === 'abort' && size === 0) kept.delete(this)
  }

  [customInspect](depth: number, options: any): string {
    return shown(this, { aborted: this.aborted }, depth, options)
  }
}

function sequenceError(message: string): TypeError {
  const error: any = new TypeError(message)
  error.code = 'ERR_INVALID_ARG_TYPE'
  return error
}

expose(AbortSignal, 'AbortSignal', ['aborted'])
defineEventHandler(AbortSignal.prototype, 'abort')

export class AbortController {
  #signal: AbortSignal | undefined

  get signal(): AbortSignal {
    return this.#signal ??= new AbortSignal(key)
  }

  abort(reason: unknown = aborting()): void {
    abortSignal(this.#signal ??= new AbortSignal(key), reason)
  }

  [customInspect](depth: number, options: any): string {
    return shown(this, { signal: this.signal }, depth, options)
  }
}
expose(AbortController, 'AbortController', ['signal', 'abort'])

export { abortSignal }

/** util.transferableAbortSignal: every signal may cross to another thread. */
export function transferableAbortSignal(signal: any): AbortSignal {
  if (!isSignal(signal)) throw new ERR_INVALID_ARG_TYPE('signal', 'AbortSignal', signal)
  return signal
}

export function transferableAbortController(): AbortController {
  return new AbortController()
}

// Held by the resource alone: when that is gone nobody waits any more.
const waiting = new WeakMap<object, Set<() => void>>()

/** A promise of the signal's abort that does not keep `resource` alive, and dies with it. */
export async function aborted(signal: any, resource: object): Promise<void> {
  if (!isSignal(signal)) throw sequenceError('signal is not of type AbortSignal.')
  validateObject(resource, 'resource', 6)
  if (signal.aborted) return
  return new Promise<void>(resolve => {
    const done = (): void => resolve()
    const ref = new WeakRef(done)
    let own = waiting.get(resource)
    if (own === undefined) waiting.set(resource, own = new Set())
    own.add(done)
    signal.addEventListener('abort', () => ref.deref()?.(), { once: true, [kResistStopPropagation]: true })
  })
}
