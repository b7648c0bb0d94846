// web:disposal: explicit resource management (ECMA-262 2026): errors, stacks, and the scope of lowered `using`.

type Entry = { value: unknown; method: ((this: unknown) => unknown) | undefined; isAsync: boolean }

const define = (object: object, name: PropertyKey, value: unknown) =>
  Object.defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true })

export class SuppressedError extends Error {
  declare error: unknown
  declare suppressed: unknown
  constructor(error?: unknown, suppressed?: unknown, message?: string) {
    super(message)
    define(this, 'error', error)
    define(this, 'suppressed', suppressed)
  }
}
define(SuppressedError.prototype, 'name', 'SuppressedError')
define(SuppressedError.prototype, 'message', '')

function methodOf(value: unknown, isAsync: boolean): Entry['method'] {
  if (value === null || value === undefined) return undefined
  if (typeof value !== 'object' && typeof value !== 'function') throw new TypeError('what is used must be an object, null or undefined')
  let method = isAsync ? (value as any)[Symbol.asyncDispose] : undefined
  if (method === undefined || method === null) {
    method = (value as any)[Symbol.dispose]
    // A synchronous method's promise is not waited for, and what it throws is a promise that is rejected.
    if (isAsync && typeof method === 'function') {
      const sync = method
      method = function (this: unknown) {
        return new Promise<void>((done) => {
          Reflect.apply(sync, this, [])
          done()
        })
      }
    }
  }
  if (typeof method !== 'function') {
    throw new TypeError(`what is used has no ${isAsync ? '[Symbol.asyncDispose] or ' : ''}[Symbol.dispose] method`)
  }
  return method
}

class Disposal {
  entries: Entry[] = []
  failed = false
  error: unknown = undefined

  add(value: unknown, isAsync: boolean): void {
    const method = methodOf(value, isAsync)
    if (method !== undefined || isAsync) this.entries.push({ value, method, isAsync })
  }

  fail(error: unknown): void {
    this.error = this.failed ? new SuppressedError(error, this.error, 'An error was suppressed during disposal.') : error
    this.failed = true
  }

  run(): void {
    for (let e = this.entries.pop(); e !== undefined; e = this.entries.pop()) {
      try { if (e.method !== undefined) Reflect.apply(e.method, e.value, []) } catch (error) { this.fail(error) }
    }
    this.end()
  }

  #owes = false           // an `await using` of nothing waits for a turn, when nothing else was waited for
  #waited = false
  result: unknown = undefined
  /** Disposes until something must be waited for: then `result` is that, and this is called again. */
  more(): boolean {
    this.result = undefined
    for (let e = this.entries.pop(); e !== undefined; e = this.entries.pop()) {
      if (e.method === undefined) {
        this.#owes = true
        continue
      }
      if (!e.isAsync && this.#owes && !this.#waited) {
        this.entries.push(e)
        this.#owes = false
        return true
      }
      try {
        const result = Reflect.apply(e.method, e.value, [])
        if (!e.isAsync) continue
        this.#waited = true
        this.result = result
        return true
      } catch (error) { this.fail(error) }
    }
    const owes = this.#owes && !this.#waited
    this.#owes = false
    return owes
  }

  end(): void { if (this.failed) throw this.error }
}

/** What lowered `using` talks to: use, useAsync; fail when the block throws; done, or more, result and end in the end. */
class Scope {
  #disposal = new Disposal()
  use(value: unknown): unknown {
    this.#disposal.add(value, false)
    return value
  }
  useAsync(value: unknown): unknown {
    this.#disposal.add(value, true)
    return value
  }
  fail(error: unknown): void { this.#disposal.fail(error) }
  done(): void { this.#disposal.run() }
  more(): boolean { return this.#disposal.more() }
  get result(): unknown { return this.#disposal.result }
  end(): void { this.#disposal.end() }
}
export const scope = (): Scope => new Scope()

const disposed = () => new ReferenceError('the stack is already disposed')
const callable = (f: unknown) => { if (typeof f !== 'function') throw new TypeError('onDispose must be a function') }

export class DisposableStack {
  #disposal: Disposal | undefined = new Disposal()
  get disposed(): boolean { return this.#disposal === undefined }
  #open(): Disposal {
    if (this.#disposal === undefined) throw disposed()
    return this.#disposal
  }
  use<T>(value: T): T {
    this.#open().add(value, false)
    return value
  }
  adopt<T>(value: T, onDispose: (value: T) => void): T {
    const to = this.#open()
    callable(onDispose)
    to.entries.push({ value: undefined, method: () => onDispose(value), isAsync: false })
    return value
  }
  defer(onDispose: () => void): void {
    const to = this.#open()
    callable(onDispose)
    to.entries.push({ value: undefined, method: () => onDispose(), isAsync: false })
  }
  move(): DisposableStack {
    const from = this.#open(), to = new DisposableStack()
    to.#disposal = from
    this.#disposal = undefined
    return to
  }
  dispose(): void {
    const d = this.#disposal
    this.#disposal = undefined
    d?.run()
  }
}
export class AsyncDisposableStack {
  #disposal: Disposal | undefined = new Disposal()
  get disposed(): boolean { return this.#disposal === undefined }
  #open(): Disposal {
    if (this.#disposal === undefined) throw disposed()
    return this.#disposal
  }
  use<T>(value: T): T {
    this.#open().add(value, true)
    return value
  }
  adopt<T>(value: T, onDispose: (value: T) => unknown): T {
    const to = this.#open()
    callable(onDispose)
    to.entries.push({ value: undefined, method: () => onDispose(value), isAsync: true })
    return value
  }
  defer(onDispose: () => unknown): void {
    const to = this.#open()
    callable(onDispose)
    to.entries.push({ value: undefined, method: () => onDispose(), isAsync: true })
  }
  move(): AsyncDisposableStack {
    const from = this.#open(), to = new AsyncDisposableStack()
    to.#disposal = from
    this.#disposal = undefined
    return to
  }
  async disposeAsync(): Promise<void> {
    const d = this.#disposal
    this.#disposal = undefined
    if (d === undefined) return
    while (d.more()) try { await d.result } catch (error) { d.fail(error) }
    d.end()
  }
}
define(DisposableStack.prototype, Symbol.dispose, DisposableStack.prototype.dispose)
define(AsyncDisposableStack.prototype, Symbol.asyncDispose, AsyncDisposableStack.prototype.disposeAsync)
for (const c of [DisposableStack, AsyncDisposableStack]) {
  Object.defineProperty(c.prototype, Symbol.toStringTag, { value: c.name, configurable: true })
}
