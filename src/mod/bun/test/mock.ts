// mock(), spyOn() and jest.fn(): functions that remember how they were called.

export type Result = { type: 'return' | 'throw' | 'incomplete'; value: unknown }
export type MockState = { calls: unknown[][]; results: Result[]; instances: unknown[]; contexts: unknown[]; invocationCallOrder: number[]; lastCall: unknown[] | undefined; settledResults: unknown[] }
type Fn = (...args: any[]) => any

export const isMock = (f: any): boolean => typeof f === 'function' && f._isMockFunction === true
const all = new Set<WeakRef<any>>()
const restorers = new Set<() => void>()
let order = 0

const emptyState = (): MockState => ({
  calls: [], results: [], instances: [], contexts: [], invocationCallOrder: [], settledResults: [],
  get lastCall() { return this.calls.at(-1) },
})

export function mock(original?: Fn): any {
  if (original !== undefined && typeof original !== 'function') throw new TypeError('mock() expects a function')
  let state = emptyState()
  let lasting: Fn | undefined = original
  let once: Fn[] = []
  let name = original?.name || 'mockConstructor'
  let restore: (() => void) | undefined

  function mockConstructor(this: unknown, ...args: unknown[]): unknown {
    const at = state.calls.push(args) - 1
    state.contexts.push(this)
    state.instances.push(this)
    state.invocationCallOrder.push(++order)
    const result: Result = { type: 'incomplete', value: undefined }
    state.results.push(result)
    const settled = { type: 'incomplete', value: undefined as unknown }
    state.settledResults[at] = settled
    const run = once.shift() ?? lasting
    try {
      const value = new.target ? (run ? construct(run, args, new.target, this) : undefined) : run?.apply(this, args)
      result.type = 'return'
      result.value = value
      if (value !== null && typeof value === 'object' && typeof (value as any).then === 'function') {
        (value as Promise<unknown>).then((v) => { settled.type = 'fulfilled'; settled.value = v }, (e) => { settled.type = 'rejected'; settled.value = e })
      } else {
        settled.type = 'fulfilled'
        settled.value = value
      }
      return value
    } catch (error) {
      result.type = 'throw'
      result.value = error
      throw error
    }
  }

  const fn: any = mockConstructor
  const chain = (change: (arg: any) => void) => (arg?: any) => { change(arg); return fn }
  const methods = {
    _isMockFunction: true,
    getMockImplementation: () => lasting,
    getMockName: () => name,
    mockName: chain((n) => { name = String(n); Object.defineProperty(fn, 'name', { value: name, configurable: true }) }),
    mockClear: chain(() => { state = emptyState() }),
    mockReset: chain(() => { state = emptyState(); once = []; lasting = undefined }),
    mockRestore: () => { state = emptyState(); once = []; lasting = original; restore?.(); return undefined },
    mockImplementation: chain((f) => { lasting = f }),
    mockImplementationOnce: chain((f) => { once.push(f) }),
    mockReturnValue: chain((v) => { lasting = () => v }),
    mockReturnValueOnce: chain((v) => { once.push(() => v) }),
    mockReturnThis: chain(() => { lasting = function (this: unknown) { return this } }),
    mockResolvedValue: chain((v) => { lasting = () => Promise.resolve(v) }),
    mockResolvedValueOnce: chain((v) => { once.push(() => Promise.resolve(v)) }),
    mockRejectedValue: chain((v) => { lasting = () => Promise.reject(v) }),
    mockRejectedValueOnce: chain((v) => { once.push(() => Promise.reject(v)) }),
    withImplementation(f: Fn, during: () => unknown) {
      const before = lasting
      lasting = f
      let value: any
      try { value = during() } finally { if (!(value instanceof Promise)) lasting = before }
      return value instanceof Promise ? value.finally(() => { lasting = before }).then(() => fn) : fn
    },
    [Symbol.dispose ?? Symbol.for('Symbol.dispose')]: () => fn.mockRestore(),
  }
  for (const key of Reflect.ownKeys(methods)) Object.defineProperty(fn, key, { value: (methods as any)[key], writable: true, configurable: true })
  Object.defineProperty(fn, 'mock', { get: () => state, configurable: true })
  Object.defineProperty(fn, 'name', { value: name, configurable: true })
  if (original) Object.defineProperty(fn, 'length', { value: original.length, configurable: true })
  Object.defineProperty(fn, 'restoreWith', { value: (f: () => void) => { restore = f; restorers.add(f) } })
  all.add(new WeakRef(fn))
  return fn
}

function construct(run: Fn, args: unknown[], target: Function, self: unknown): unknown {
  if (run.prototype === undefined) return run.apply(self, args)
  return Reflect.construct(run, args, target)
}

/** Replaces a method (or, with `access`, a getter or setter) by a mock that still calls it. */
export function spyOn(target: any, key: PropertyKey, access?: 'get' | 'set'): any {
  if (target === null || (typeof target !== 'object' && typeof target !== 'function')) throw new TypeError('spyOn(target, prop) expects a target object')
  let owner = target
  while (owner !== null && !Object.hasOwn(owner, key)) owner = Object.getPrototypeOf(owner)
  if (owner === null) throw new TypeError(`spyOn(target, prop): the property ${String(key)} does not exist`)
  const was = Object.getOwnPropertyDescriptor(owner, key)!
  const own = owner === target
  const put = (d: PropertyDescriptor | undefined): void => {
    if (d) Object.defineProperty(target, key, d)
    else delete target[key]
  }
  let fn: any
  if (access) {
    if (!was[access]) throw new TypeError(`spyOn(target, prop): the property ${String(key)} has no ${access}ter`)
    fn = mock(was[access] as Fn)
    put({ ...was, [access]: fn })
  } else {
    const value = was.get ? was.get.call(target) : was.value
    if (isMock(value)) return value
    if (typeof value !== 'function') throw new TypeError(`spyOn(target, prop) does not support ${String(key)}: it is not a function`)
    fn = mock(value)
    if (was.get) put({ configurable: true, enumerable: was.enumerable, get: () => fn })
    else if (own && !was.configurable) target[key] = fn
    else put({ ...was, value: fn })
  }
  fn.restoreWith(() => put(own ? was : undefined))
  return fn
}

function eachMock(change: (fn: any) => void): void {
  for (const ref of all) {
    const fn = ref.deref()
    if (fn) change(fn)
    else all.delete(ref)
  }
}
export const clearAllMocks = (): void => eachMock((fn) => fn.mockClear())
export const resetAllMocks = (): void => eachMock((fn) => fn.mockReset())
export const restoreAllMocks = (): void => {
  for (const f of restorers) f()
  restorers.clear()
}
mock.restore = restoreAllMocks
mock.clearAllMocks = clearAllMocks
mock.module = (): never => { throw Object.assign(new Error('mock.module is not implemented in Bao yet'), { code: 'ERR_NOT_IMPLEMENTED' }) }
