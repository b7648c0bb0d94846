// jest.useFakeTimers(): setTimeout and its kin, Date and performance.now run on a clock that tests move.

type Timer = { id: number; at: number; every: number | undefined; fn: (...a: any[]) => unknown; args: unknown[]; immediate: boolean }
const real = { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate, Date, now: performance.now }
const MOST_TURNS = 100_000

let timers: Map<number, Timer> | undefined
let nextId = 1
let clock = 0
let systemTime: number | undefined

class FakeTimeout {
  id: number
  constructor(id: number) { this.id = id }
  ref(): this { return this }
  unref(): this { return this }
  hasRef(): boolean { return true }
  refresh(): this {
    const t = timers?.get(this.id)
    if (t) t.at = clock + (t.every ?? 0)
    return this
  }
  close(): this { timers?.delete(this.id); return this }
  [Symbol.toPrimitive](): number { return this.id }
}

function add(fn: any, delay: unknown, args: unknown[], repeat: boolean, immediate = false): FakeTimeout {
  if (typeof fn !== 'function') throw new TypeError('The "callback" argument must be of type function.')
  const ms = Math.max(1, Number(delay) || 1)
  const id = nextId++
  timers!.set(id, { id, at: immediate ? clock : clock + ms, every: repeat ? ms : undefined, fn, args, immediate })
  return new FakeTimeout(id)
}
const remove = (t: any): void => void timers?.delete(typeof t === 'object' && t !== null ? t.id : Number(t))

function fakeDate(): DateConstructor {
  const Real = real.Date
  const time = (): number => Math.floor(systemTime!)
  function FakeDate(this: unknown, ...args: any[]): any {
    if (!new.target) return new Real(time()).toString()
    const made = args.length ? new (Real as any)(...args) : new Real(time())
    Object.setPrototypeOf(made, new.target === FakeDate ? Real.prototype : new.target.prototype)
    return made
  }
  Object.setPrototypeOf(FakeDate, Real)
  FakeDate.prototype = Real.prototype
  Object.defineProperty(FakeDate, 'name', { value: 'Date' })
  FakeDate.now = time
  return FakeDate as unknown as DateConstructor
}

export function setSystemTime(time?: number | Date | string): void {
  if (time === undefined && !timers) {
    systemTime = undefined
    globalThis.Date = real.Date
    return
  }
  systemTime = time === undefined ? real.Date.now() : +new real.Date(time)
  if (globalThis.Date === real.Date) globalThis.Date = fakeDate()
}

export function useFakeTimers(options: { now?: number | Date } = {}): void {
  if (!timers) {
    timers = new Map()
    clock = 0
    Object.assign(globalThis, {
      setTimeout: Object.assign((fn: unknown, ms?: unknown, ...a: unknown[]) => add(fn, ms, a, false), { clock: true }),
      setInterval: (fn: unknown, ms?: unknown, ...a: unknown[]) => add(fn, ms, a, true),
      setImmediate: (fn: unknown, ...a: unknown[]) => add(fn, 0, a, false, true),
      clearTimeout: remove, clearInterval: remove, clearImmediate: remove,
    })
    performance.now = () => clock
  }
  setSystemTime(options.now ?? real.Date.now())
}

export function useRealTimers(): void {
  timers = undefined
  const { now, ...globals } = real
  Object.assign(globalThis, globals)
  performance.now = now
  systemTime = undefined
}

export const isFakeTimers = (): boolean => timers !== undefined
function need(): Map<number, Timer> {
  if (!timers) throw new Error('Fake timers are not active. Call jest.useFakeTimers() first.')
  return timers
}
function first(until: number, ids?: Set<number>): Timer | undefined {
  let best: Timer | undefined
  for (const t of need().values()) if (t.at <= until && (!ids || ids.has(t.id)) && (!best || t.at < best.at || (t.at === best.at && t.id < best.id))) best = t
  return best
}
function fire(t: Timer): void {
  const moved = Math.max(0, t.at - clock)
  clock += moved
  if (systemTime !== undefined) systemTime += moved
  if (t.every === undefined) timers!.delete(t.id)
  else t.at = clock + t.every
  t.fn(...t.args)
}
export function advanceTimersByTime(ms: number): void {
  const end = clock + ms
  for (let t = first(end); t; t = timers ? first(end) : undefined) fire(t)
  if (systemTime !== undefined) systemTime += Math.max(0, end - clock)
  clock = Math.max(clock, end)
}
export function advanceTimersToNextTimer(steps = 1): void {
  for (let i = 0; i < steps; i++) {
    const t = first(Infinity)
    if (!t) return
    fire(t)
  }
}
export function runAllTimers(): void {
  for (let n = 0; ; n++) {
    const t = first(Infinity)
    if (!t) return
    if (n >= MOST_TURNS) throw new Error(`Aborting after running ${MOST_TURNS} timers, assuming an infinite loop!`)
    fire(t)
  }
}
export function runOnlyPendingTimers(): void {
  const ids = new Set(need().keys())
  for (let t = first(Infinity, ids); t; t = first(Infinity, ids)) {
    ids.delete(t.id)
    fire(t)
  }
}
export const clearAllTimers = (): void => need().clear()
export const getTimerCount = (): number => need().size
export const now = (): number => (systemTime === undefined ? real.Date.now() : Math.floor(systemTime))
export const getRealSystemTime = (): number => real.Date.now()
