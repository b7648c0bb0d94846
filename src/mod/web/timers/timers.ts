// web:timers: setTimeout, setInterval, setImmediate and their like. Timers of one duration stand in one list, in the order
// they were set; the lists stand in a heap by the time of their first timer. The loop has one timer, for the first list.

import { context, flags, ids, scheduleTimer, setImmediateRunner, setTimerRunner, tracer, updateNow } from 'internal:rt'
import type { Span } from 'internal:rt'
import { validateFunction } from 'internal:validate'

const CONTEXT = 2, IMMEDIATES = 3, IMMEDIATES_REF = 4, TIMERS_REF = 5
const MOST = 2147483647
const kRefed = Symbol('refed'), kHasPrimitive = Symbol('kHasPrimitive'), kAsyncId = Symbol('asyncId')
const kTriggerId = Symbol('triggerId'), kContext = Symbol('kAsyncContextFrame')
const customInspect = Symbol.for('nodejs.util.inspect.custom')
const promisify = Symbol.for('nodejs.util.promisify.custom')

// The loop's clock is asked through the engine's border. The wall clock is cheap and tells whether it can have moved on.
let wall = -1, clock = 0
const base = updateNow()
function now(): number {
  const w = Date.now()
  if (w !== wall) {
    wall = w
    clock = updateNow() - base
  }
  return clock
}

let lastListId = Number.MIN_SAFE_INTEGER

/** The timers of one duration, a ring that begins and ends here. */
class TimersList {
  _idleNext: any = this
  _idlePrev: any = this
  expiry: number
  id = lastListId++
  msecs: number
  at = 0                                         // its place in the heap
  constructor(expiry: number, msecs: number) {
    this.expiry = expiry
    this.msecs = msecs
  }
}
const lists = new Map<number, TimersList>()
const heap: TimersList[] = []

function isBefore(a: TimersList, b: TimersList): boolean {
  return a.expiry < b.expiry || (a.expiry === b.expiry && a.id < b.id)
}
function up(at: number): void {
  const list = heap[at]
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (!isBefore(list, heap[parent])) break
    heap[at] = heap[parent]
    heap[at].at = at
    at = parent
  }
  heap[at] = list
  list.at = at
}
function down(at: number): void {
  const list = heap[at], n = heap.length
  for (;;) {
    let child = at * 2 + 1
    if (child >= n) break
    if (child + 1 < n && isBefore(heap[child + 1], heap[child])) child++
    if (!isBefore(heap[child], list)) break
    heap[at] = heap[child]
    heap[at].at = at
    at = child
  }
  heap[at] = list
  list.at = at
}
function removeList(list: TimersList): void {
  const last = heap.pop()!
  if (last !== list) {
    heap[list.at] = last
    last.at = list.at
    up(last.at)
    down(last.at)
  }
  lists.delete(list.msecs)
}

let nextExpiry = Infinity
function insert(timer: any, msecs: number, start: number): void {
  timer._idleStart = start
  let list = lists.get(msecs)
  if (list === undefined) {
    const expiry = start + msecs
    lists.set(msecs, list = new TimersList(expiry, msecs))
    heap.push(list)
    up(heap.length - 1)
    if (expiry < nextExpiry) {
      nextExpiry = expiry
      scheduleTimer(msecs)
    }
  }
  timer._idleNext = list
  timer._idlePrev = list._idlePrev
  list._idlePrev._idleNext = timer
  list._idlePrev = timer
}
function unlink(timer: any): void {
  timer._idleNext._idlePrev = timer._idlePrev
  timer._idlePrev._idleNext = timer._idleNext
  timer._idleNext = timer._idlePrev = null
}

const byId = new Map<number, any>()

// --- running: one timer a call, so that ticks and promise jobs run between. The list that was begun goes on first, with
// the time at which it was begun.
let running: TimersList | null = null
let runningAt = 0

function listOnTimeout(): number {
  for (;;) {
    if (running === null) {
      if (heap.length === 0) {
        nextExpiry = Infinity
        return -1
      }
      const list = heap[0], time = now()
      if (list.expiry > time) {
        nextExpiry = list.expiry
        return nextExpiry - time
      }
      running = list
      runningAt = time
    }
    const list = running, timer = list._idleNext
    if (timer === list) {
      running = null
      if (lists.get(list.msecs) === list) removeList(list)
      continue
    }
    if (runningAt - timer._idleStart < list.msecs) {
      list.expiry = Math.max(timer._idleStart + list.msecs, runningAt + 1)
      list.id = lastListId++
      down(list.at)
      running = null
      continue
    }
    unlink(timer)
    const callback = timer._onTimeout
    if (typeof callback !== 'function') {
      finish(timer)
      continue
    }
    const start = timer._repeat !== null ? now() : 0
    if (flags[CONTEXT]) context.x = timer[kContext]
    if (tracer !== undefined) tracer.enter(spanOf(timer))
    try {
      const args = timer._timerArgs
      if (args === undefined) timer._onTimeout()
      else timer._onTimeout(...args)
      if (tracer !== undefined) tracer.leave()
    } finally {
      if (timer._repeat !== null && timer._idleTimeout !== -1) {
        timer._idleTimeout = timer._repeat
        insert(timer, timer._idleTimeout, start)
      } else if (timer._idleNext === null && !timer._destroyed) {
        finish(timer)
      }
    }
    return 0
  }
}
const spanOf = (resource: any): Span => ({ id: resource[kAsyncId], trigger: resource[kTriggerId], resource })
function finish(timer: any): void {
  if (tracer !== undefined) tracer.close(spanOf(timer))
  if (timer[kHasPrimitive]) byId.delete(timer[kAsyncId])
  if (timer[kRefed]) flags[TIMERS_REF]--
  timer[kRefed] = null
  timer._destroyed = true
}
setTimerRunner(listOnTimeout)

// --- Timeout

let warned = 0
function durationOf(after: any): number {
  if (after === undefined) return 1
  after *= 1
  if (after >= 1 && after <= MOST) return after
  if (after > MOST) {
    process.emitWarning(`${after} does not fit into a 32-bit signed integer.\nTimeout duration was set to 1.`, 'TimeoutOverflowWarning')
  } else if (after < 0 && !(warned & 1)) {
    warned |= 1
    process.emitWarning(`${after} is a negative number.\nTimeout duration was set to 1.`, 'TimeoutNegativeWarning')
  } else if (after !== after && !(warned & 2)) {
    warned |= 2
    process.emitWarning(`${after} is not a number.\nTimeout duration was set to 1.`, 'TimeoutNaNWarning')
  }
  return 1
}

export class Timeout {
  constructor(callback: any, after: any, args: any, isRepeat: boolean, isRefed: boolean) {
    const self = this as any
    const msecs = Math.trunc(durationOf(after))
    self._idleTimeout = msecs
    self._idlePrev = null
    self._idleNext = null
    self._idleStart = null
    self._onTimeout = callback
    self._timerArgs = args
    self._repeat = isRepeat ? msecs : null
    self._destroyed = false
    self[kRefed] = isRefed
    self[kHasPrimitive] = false
    self[kAsyncId] = ++ids.last
    self[kTriggerId] = tracer === undefined ? 1 : tracer.here()
    self[kContext] = flags[CONTEXT] ? context.x : undefined
    if (isRefed) flags[TIMERS_REF]++
    if (tracer !== undefined) tracer.open('Timeout', self, self[kAsyncId])
    insert(self, msecs, now())
  }
  [customInspect](_: any, options: any): any {
    return import.meta.builtin('internal:inspect').inspect(this, { ...options, depth: 0, customInspect: false })
  }
  refresh(): this {
    const self = this as any
    if (self._destroyed) {
      if (self._onTimeout === null) return this
      self._destroyed = false
      self[kRefed] = true
      flags[TIMERS_REF]++
      self[kAsyncId] = ++ids.last
      if (tracer !== undefined) {
        self[kTriggerId] = tracer.here()
        tracer.open('Timeout', self, self[kAsyncId])
      }
    } else if (self._idleNext !== null) {
      unlink(self)
    }
    insert(self, self._idleTimeout, now())
    return this
  }
  unref(): this {
    const self = this as any
    if (self[kRefed]) {
      self[kRefed] = false
      flags[TIMERS_REF]--
    }
    return this
  }
  ref(): this {
    const self = this as any
    if (self[kRefed] === false) {
      self[kRefed] = true
      flags[TIMERS_REF]++
    }
    return this
  }
  hasRef(): boolean {
    return Boolean((this as any)[kRefed])
  }
  close(): this {
    clearTimeout(this)
    return this
  }
  [Symbol.dispose](): void {
    clearTimeout(this)
  }
  [Symbol.toPrimitive](): number {
    const self = this as any
    if (!self[kHasPrimitive]) {
      self[kHasPrimitive] = true
      if (!self._destroyed) byId.set(self[kAsyncId], self)
    }
    return self[kAsyncId]
  }
}

export function setTimeout(callback: any, after: any, ...args: any[]): any {
  if (typeof callback !== 'function') validateFunction(callback, 'callback')
  return new Timeout(callback, after, args.length === 0 ? undefined : args, false, true)
}
export function setInterval(callback: any, repeat: any, ...args: any[]): any {
  if (typeof callback !== 'function') validateFunction(callback, 'callback')
  return new Timeout(callback, repeat, args.length === 0 ? undefined : args, true, true)
}
export function clearTimeout(timer: any): void {
  if (timer !== null && typeof timer === 'object' && timer._onTimeout) {
    timer._onTimeout = null
    if (timer._destroyed) return
    finish(timer)
    if (timer._idleNext !== null) {
      const list = timer._idleNext
      unlink(timer)
      // A list that became empty goes at once, so that the loop is not woken for nothing.
      if (list instanceof TimersList && list._idleNext === list && list !== running && lists.get(list.msecs) === list) removeList(list)
    }
    timer._idleTimeout = -1
  } else if (typeof timer === 'number' || typeof timer === 'string') {
    const known = byId.get(+timer)
    if (known !== undefined) clearTimeout(known)
  }
}
export function clearInterval(timer: any): void {
  clearTimeout(timer)
}

// --- Immediate

/** Those set while a batch runs wait for the next turn. */
let batch: Immediate | null = null
let firstNew: any = null, lastNew: any = null

export class Immediate {
  constructor(callback: any, args: any) {
    const self = this as any
    self._idleNext = null
    self._idlePrev = null
    self._onImmediate = callback
    self._argv = args
    self._destroyed = false
    self[kRefed] = true
    self[kAsyncId] = ++ids.last
    self[kTriggerId] = tracer === undefined ? 1 : tracer.here()
    self[kContext] = flags[CONTEXT] ? context.x : undefined
    if (tracer !== undefined) tracer.open('Immediate', self, self[kAsyncId])
    flags[IMMEDIATES]++
    flags[IMMEDIATES_REF]++
    if (lastNew === null) firstNew = self
    else {
      lastNew._idleNext = self
      self._idlePrev = lastNew
    }
    lastNew = self
  }
  ref(): this {
    const self = this as any
    if (self[kRefed] === false) {
      self[kRefed] = true
      flags[IMMEDIATES_REF]++
    }
    return this
  }
  unref(): this {
    const self = this as any
    if (self[kRefed] === true) {
      self[kRefed] = false
      flags[IMMEDIATES_REF]--
    }
    return this
  }
  hasRef(): boolean {
    return Boolean((this as any)[kRefed])
  }
  [Symbol.dispose](): void {
    clearImmediate(this)
  }
}

function leaveImmediate(immediate: any): void {
  flags[IMMEDIATES]--
  if (immediate[kRefed]) flags[IMMEDIATES_REF]--
  immediate[kRefed] = null
  immediate._destroyed = true
  if (tracer !== undefined) tracer.close(spanOf(immediate))
}

function processImmediate(begin: boolean): boolean {
  if (begin && batch === null) {
    batch = firstNew
    firstNew = lastNew = null
  }
  let immediate: any = batch
  while (immediate !== null && immediate._destroyed) immediate = immediate._idleNext
  if (immediate === null) {
    batch = null
    return false
  }
  batch = immediate._idleNext
  leaveImmediate(immediate)
  if (flags[CONTEXT]) context.x = immediate[kContext]
  const { _argv: args, _onImmediate: callback } = immediate
  if (tracer !== undefined) tracer.enter(spanOf(immediate))
  try {
    if (args === undefined) callback()
    else callback(...args)
    if (tracer !== undefined) tracer.leave()
  } finally {
    immediate._onImmediate = null
  }
  return batch !== null
}
setImmediateRunner(processImmediate)

export function setImmediate(callback: any, ...args: any[]): any {
  if (typeof callback !== 'function') validateFunction(callback, 'callback')
  return new Immediate(callback, args.length === 0 ? undefined : args)
}
export function clearImmediate(immediate: any): void {
  if (immediate === null || typeof immediate !== 'object' || !immediate._onImmediate || immediate._destroyed) return
  leaveImmediate(immediate)
  immediate._onImmediate = null
}

/** What is active, as process.getActiveResourcesInfo names it. */
export function activeTimers(): string[] {
  const found: string[] = []
  for (const list of heap) for (let t: any = list._idleNext; t !== list; t = t._idleNext) if (t[kRefed]) found.push('Timeout')
  for (let i = 0; i < flags[IMMEDIATES_REF]; i++) found.push('Immediate')
  return found
}

for (const fn of [setTimeout, setImmediate, setInterval]) {
  if (fn === setInterval) continue
  Object.defineProperty(fn, promisify, {
    __proto__: null, enumerable: true,
    get() { return import.meta.builtin('node:timers/promises').default[fn.name] },
  } as any)
}
