// node:diagnostics_channel: named places to publish to and to listen at. A channel without listeners costs one comparison.

import { ERR_INVALID_ARG_TYPE } from 'internal:errors'
import { listeners } from 'internal:channels'
import { hooks } from 'internal:stdio'
import { isPromise } from 'internal:types'
import { validateFunction } from 'internal:validate'

type Name = string | symbol
type Subscriber = (message: any, name: Name) => void
interface Scope { [Symbol.dispose](): void }

// Channels that nobody listens to and nobody holds may go; those with listeners stay.
const channels = new Map<Name, WeakRef<Channel>>()
const active = new Set<Channel>()
const cleaner = new FinalizationRegistry<Name>(name => {
  if (channels.get(name)?.deref() === undefined) channels.delete(name)
})

function uncaught(error: unknown): void {
  process.nextTick(() => { throw error })
}

const nothing: Scope = { [Symbol.dispose]() {} }

export class Channel {
  declare _subscribers: Subscriber[] | undefined
  declare _stores: Map<any, ((data: any) => any) | undefined> | undefined
  declare name: Name
  declare _index: undefined

  constructor(name: Name) {
    this._subscribers = undefined
    this._stores = undefined
    this.name = name
    this._index = undefined
    channels.set(name, new WeakRef(this))
    cleaner.register(this, name)
  }

  get hasSubscribers(): boolean {
    return this._subscribers !== undefined
  }

  #activate(): void {
    if (this._subscribers !== undefined) return
    this._subscribers = []
    this._stores = new Map()
    active.add(this)
    count(this.name, 1)
  }

  #rest(): void {
    if (this._subscribers!.length > 0 || this._stores!.size > 0) return
    this._subscribers = this._stores = undefined
    active.delete(this)
    count(this.name, -1)
  }

  subscribe(subscription: Subscriber): void {
    validateFunction(subscription, 'subscription')
    this.#activate()
    // A new list: a publish that is under way goes on with the old one.
    this._subscribers = [...this._subscribers!, subscription]
  }

  unsubscribe(subscription: Subscriber): boolean {
    const at = this._subscribers?.indexOf(subscription) ?? -1
    if (at === -1) return false
    this._subscribers = this._subscribers!.toSpliced(at, 1)
    this.#rest()
    return true
  }

  bindStore(store: any, transform?: (data: any) => any): void {
    this.#activate()
    this._stores!.set(store, transform)
  }

  unbindStore(store: any): boolean {
    if (!this._stores?.delete(store)) return false
    this.#rest()
    return true
  }

  publish(data: any): void {
    const list = this._subscribers
    if (list === undefined) return
    for (let i = 0; i < list.length; i++) {
      try {
        list[i]!(data, this.name)
      } catch (error) {
        uncaught(error)
      }
    }
  }

  /** Enters the bound stores, publishes, and leaves them when the scope is disposed of. */
  withStoreScope(data: any): Scope {
    if (this._subscribers === undefined) return nothing
    const scopes: Scope[] = []
    for (const [store, transform] of this._stores!) {
      let value = data
      if (transform) {
        try {
          value = transform(data)
        } catch (error) {
          uncaught(error)
          continue
        }
      }
      scopes.push(store.withScope(value))
    }
    this.publish(data)
    return { [Symbol.dispose]() { for (const scope of scopes.reverse()) scope[Symbol.dispose]() } }
  }

  runStores(data: any, fn: (...args: any[]) => any, self?: any, ...args: any[]): any {
    const scope = this.withStoreScope(data)
    try {
      return Reflect.apply(fn, self, args)
    } finally {
      scope[Symbol.dispose]()
    }
  }
}

const OWN = /^(?:(console)\.(?:log|info|debug|warn|error)|tracing:(module)\.(require|import):\w+|(undici):.*|(?:tracing:)?(child_process)(?:\.spawn:\w+)?)$/
const modules: Record<string, number> = { require: 0, import: 0 }

/** What the runtime itself publishes is made only while somebody listens: here it learns of that. */
function count(name: Name, by: number): void {
  const own = typeof name === 'string' ? OWN.exec(name) : null
  if (own === null) return
  if (own[5] !== undefined) return void (listeners.child += by)
  if (own[4] !== undefined) return void (listeners.fetch += by)
  if (own[2] !== undefined) {
    const kind = own[3]!
    const tracing = (modules[kind]! += by) > 0 ? tracingChannel(`module.${kind}`) : undefined
    import.meta.builtin(kind === 'import' ? 'rt:modules' : 'rt:modules/cjs').setTracing(tracing)
    return
  }
  hooks.count += by
  hooks.publish = (method, args) => channel(`console.${method}`).publish(args)
}

export function channel(name: Name): Channel {
  const known = channels.get(name)?.deref()
  if (known !== undefined) return known
  if (typeof name !== 'string' && typeof name !== 'symbol') throw new ERR_INVALID_ARG_TYPE('channel', ['string', 'symbol'], name)
  return new Channel(name)
}

export function subscribe(name: Name, subscription: Subscriber): void {
  channel(name).subscribe(subscription)
}

export function unsubscribe(name: Name, subscription: Subscriber): boolean {
  return channel(name).unsubscribe(subscription)
}

export function hasSubscribers(name: Name): boolean {
  return channels.get(name)?.deref()?.hasSubscribers ?? false
}

function channelOf(given: any, event: string, Class: string): Channel {
  if (typeof given === 'string') return channel(`tracing:${given}:${event}`)
  if (typeof given !== 'object' || given === null) throw new ERR_INVALID_ARG_TYPE('nameOrChannels', ['string', 'object', Class], given)
  if (!(given[event] instanceof Channel)) throw new ERR_INVALID_ARG_TYPE(`nameOrChannels.${event}`, ['Channel'], given[event])
  return given[event]
}

type Handlers = Record<string, Subscriber | undefined>

/** Subscribes or unsubscribes what `handlers` has of the events; false when one was not there. */
function forEach(events: Record<string, Channel | undefined>, handlers: Handlers, verb: 'subscribe' | 'unsubscribe'): boolean {
  let done = true
  for (const event of Object.keys(events)) {
    const handler = handlers[event]
    if (handler && events[event]?.[verb](handler) === false) done = false
  }
  return done
}

const hidden = (target: object, key: string, value: unknown): void => {
  Object.defineProperty(target, key, { value, writable: false, enumerable: false, configurable: false })
}

export class BoundedChannel {
  declare start: Channel
  declare end: Channel

  constructor(given: any) {
    for (const event of ['start', 'end']) hidden(this, event, channelOf(given, event, 'BoundedChannel'))
  }

  get hasSubscribers(): boolean {
    return this.start?.hasSubscribers || this.end?.hasSubscribers
  }

  subscribe(handlers: Handlers): void {
    forEach({ start: this.start, end: this.end }, handlers, 'subscribe')
  }

  unsubscribe(handlers: Handlers): boolean {
    return forEach({ start: this.start, end: this.end }, handlers, 'unsubscribe')
  }

  withScope(context: any = {}): Scope {
    if (!this.hasSubscribers) return { [Symbol.dispose]() {} }
    const { end } = this
    let scope: Scope | undefined = this.start.withStoreScope(context)
    return {
      [Symbol.dispose]() {
        if (scope === undefined) return
        end.publish(context)
        scope[Symbol.dispose]()
        scope = undefined
      },
    }
  }

  run(context: any, fn: (...args: any[]) => any, self?: any, ...args: any[]): any {
    const scope = this.withScope(context ?? {})
    try {
      return Reflect.apply(fn, self, args)
    } finally {
      scope[Symbol.dispose]()
    }
  }
}

export function boundedChannel(given: any): BoundedChannel {
  return new BoundedChannel(given)
}

const PHASES = ['start', 'end', 'asyncStart', 'asyncEnd', 'error']

class TracingChannel {
  declare start: Channel
  declare end: Channel
  declare asyncStart: Channel
  declare asyncEnd: Channel
  declare error: Channel
  #call: BoundedChannel
  #continuation: BoundedChannel

  constructor(given: any) {
    for (const phase of PHASES) hidden(this, phase, channelOf(given, phase, 'TracingChannel'))
    this.#call = new BoundedChannel({ start: this.start, end: this.end })
    this.#continuation = new BoundedChannel({ start: this.asyncStart, end: this.asyncEnd })
  }

  get hasSubscribers(): boolean {
    return this.start.hasSubscribers || this.end.hasSubscribers || this.asyncStart.hasSubscribers || this.asyncEnd.hasSubscribers ||
      this.error.hasSubscribers
  }

  subscribe(handlers: Handlers): void {
    for (const phase of PHASES) if (handlers[phase]) (this as any)[phase].subscribe(handlers[phase])
  }

  unsubscribe(handlers: Handlers): boolean {
    let done = true
    for (const phase of PHASES) if (handlers[phase] && !(this as any)[phase].unsubscribe(handlers[phase])) done = false
    return done
  }

  #failed(context: any, error: unknown): void {
    context.error = error
    this.error.publish(context)
  }

  /** asyncStart, then asyncEnd, around `fn`. */
  #continued<T>(context: any, fn: () => T): T {
    const scope = this.#continuation.withScope(context)
    try {
      return fn()
    } finally {
      scope[Symbol.dispose]()
    }
  }

  traceSync(fn: (...args: any[]) => any, context?: any, self?: any, ...args: any[]): any {
    if (!this.hasSubscribers) return Reflect.apply(fn, self, args)
    context ??= { __proto__: null }
    const scope = this.#call.withScope(context)
    try {
      return context.result = Reflect.apply(fn, self, args)
    } catch (error) {
      this.#failed(context, error)
      throw error
    } finally {
      scope[Symbol.dispose]()
    }
  }

  tracePromise(fn: (...args: any[]) => any, context?: any, self?: any, ...args: any[]): any {
    if (!this.hasSubscribers) {
      const result = Reflect.apply(fn, self, args)
      if (typeof result?.then !== 'function') warnOfPlain(fn)
      return result
    }
    context ??= { __proto__: null }
    const resolved = (result: any): any => {
      context.result = result
      this.#continued(context, () => {})
      return result
    }
    const rejected = (error: unknown): void => {
      this.#failed(context, error)
      this.#continued(context, () => {})
    }
    const scope = this.#call.withScope(context)
    try {
      const result = Reflect.apply(fn, self, args)
      if (typeof result?.then !== 'function') {
        warnOfPlain(fn)
        return context.result = result
      }
      if (isPromise(result) && Object.getPrototypeOf(result) === Promise.prototype) {
        return Promise.prototype.then.call(result, resolved, error => {
          rejected(error)
          throw error
        })
      }
      result.then(resolved, rejected)
      return result
    } catch (error) {
      this.#failed(context, error)
      throw error
    } finally {
      scope[Symbol.dispose]()
    }
  }

  traceCallback(fn: (...args: any[]) => any, position = -1, context: any = {}, self?: any, ...args: any[]): any {
    if (!this.hasSubscribers) return Reflect.apply(fn, self, args)
    const tracing = this
    const callback = args.at(position)
    validateFunction(callback, 'callback')
    args.splice(position, 1, function (this: any, error: unknown, result: unknown): any {
      if (error) tracing.#failed(context, error)
      else context.result = result
      return tracing.#continued(context, () => Reflect.apply(callback, this, arguments))
    })
    const scope = this.#call.withScope(context)
    try {
      return Reflect.apply(fn, self, args)
    } catch (error) {
      this.#failed(context, error)
      throw error
    } finally {
      scope[Symbol.dispose]()
    }
  }
}

function warnOfPlain(fn: Function): void {
  process.emitWarning(`tracePromise was called with the function '${fn.name || '<anonymous>'}', which returned a non-thenable.`)
}

export function tracingChannel(given: any): TracingChannel {
  return new TracingChannel(given)
}

export default { channel, hasSubscribers, subscribe, tracingChannel, unsubscribe, boundedChannel, Channel, BoundedChannel }
