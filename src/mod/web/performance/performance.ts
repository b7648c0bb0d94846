// web:performance: the clock, marks and measures, observers of them, and what Node adds.

import { codes, ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_MISSING_ARGS } from 'internal:errors'
import { validateFunction, validateObject } from 'internal:validate'
import * as native from 'native:performance'

const kMake = Symbol('make')
const customInspect = Symbol.for('nodejs.util.inspect.custom')

function shown(this: any, depth: number, options: any): any {
  if (depth < 0) return this
  const { inspect } = import.meta.builtin('internal:inspect')
  return `${this.constructor.name} ${inspect(this.toJSON(), { ...options, depth: options.depth == null ? null : options.depth - 1 })}`
}
function clone(value: any): any {
  return value !== null && typeof value === 'object' ? structuredClone(value) : value
}

export class PerformanceEntry {
  #name: string
  #type: string
  #start: number
  #duration: number
  #detail: any
  constructor(make?: symbol, name?: any, type?: any, start?: any, duration?: any, detail?: any) {
    if (make !== kMake) throw new ERR_ILLEGAL_CONSTRUCTOR()
    this.#name = name
    this.#type = type
    this.#start = start
    this.#duration = duration
    this.#detail = detail
  }
  get name(): string { return this.#name }
  get entryType(): string { return this.#type }
  get startTime(): number { return this.#start }
  get duration(): number { return this.#duration }
  toJSON(): any {
    return { name: this.#name, entryType: this.#type, startTime: this.#start, duration: this.#duration }
  }
  static detailOf(entry: PerformanceEntry): any { return entry.#detail }
}
const detailOf = PerformanceEntry.detailOf
delete (PerformanceEntry as any).detailOf
const show = (prototype: any): void => {
  Object.defineProperty(prototype, customInspect, { value: shown, writable: true, configurable: true })
}
show(PerformanceEntry.prototype)

export class PerformanceMark extends PerformanceEntry {
  constructor(name: any, options: any = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name')
    name = `${name}`
    if (options != null) validateObject(options, 'options')
    const start = options?.startTime ?? now()
    if (typeof start !== 'number') throw new ERR_INVALID_ARG_TYPE('startTime', 'number', start)
    if (start < 0) throw new codes.ERR_PERFORMANCE_INVALID_TIMESTAMP(start)
    super(kMake, name, 'mark', start, 0, clone(options?.detail ?? null))
  }
  get detail(): any { return detailOf(this) }
  override toJSON(): any { return { ...super.toJSON(), detail: this.detail } }
}
export class PerformanceMeasure extends PerformanceEntry {
  constructor(make?: symbol, name?: any, start?: any, duration?: any, detail?: any) {
    super(make, name, 'measure', start, duration, detail)
  }
  get detail(): any { return detailOf(this) }
  override toJSON(): any { return { ...super.toJSON(), detail: this.detail } }
}
export class PerformanceResourceTiming extends PerformanceEntry {
  constructor() {
    super()
  }
}

export function now(): number {
  return native.now()
}
const timeOrigin = native.origin()

// --- entries that are kept, and those who want to hear of them

let marks: PerformanceEntry[] = [], measures: PerformanceEntry[] = []
const observers = new Set<PerformanceObserver>()
const pending = new Set<PerformanceObserver>()
const supported = ['function', 'mark', 'measure']

function tell(entry: PerformanceEntry): void {
  for (const observer of observers) offer(observer, entry)
}
let offer: (observer: PerformanceObserver, entry: PerformanceEntry) => void

export class PerformanceObserverEntryList {
  #entries: PerformanceEntry[]
  constructor(make?: symbol, entries?: any) {
    if (make !== kMake) throw new ERR_ILLEGAL_CONSTRUCTOR()
    this.#entries = entries.sort((a: any, b: any) => a.startTime - b.startTime)
  }
  getEntries(): PerformanceEntry[] { return this.#entries.slice() }
  getEntriesByType(type: any): PerformanceEntry[] { return this.#entries.filter(e => e.entryType === `${type}`) }
  getEntriesByName(name: any, type?: any): PerformanceEntry[] {
    return this.#entries.filter(e => e.name === `${name}` && (type === undefined || e.entryType === `${type}`))
  }
}

export class PerformanceObserver {
  #callback: any
  #types = new Set<string>()
  #buffer: PerformanceEntry[] = []
  #mode: 'none' | 'one' | 'many' = 'none'
  static {
    offer = (observer, entry) => {
      if (!observer.#types.has(entry.entryType)) return
      observer.#buffer.push(entry)
      observer.#wake()
    }
  }
  constructor(callback: any) {
    validateFunction(callback, 'callback')
    this.#callback = callback
  }
  static get supportedEntryTypes(): readonly string[] { return supported }
  #wake(): void {
    if (pending.size === 0) {
      setImmediate(() => {
        const all = [...pending]
        pending.clear()
        for (const observer of all) observer.#deliver()
      })
    }
    pending.add(this)
  }
  #deliver(): void {
    const entries = this.takeRecords()
    if (entries.length === 0) return
    Reflect.apply(this.#callback, this, [new PerformanceObserverEntryList(kMake, entries), this])
  }
  observe(options: any = {}): void {
    validateObject(options, 'options')
    const { entryTypes, type, buffered } = options
    if (entryTypes === undefined && type === undefined) throw new ERR_MISSING_ARGS('options.entryTypes', 'options.type')
    if (entryTypes != null && type != null) {
      throw new ERR_INVALID_ARG_VALUE('options.entryTypes', entryTypes, 'options.entryTypes can not set with options.type together')
    }
    this.#mode = entryTypes ? 'many' : 'one'
    if (entryTypes) {
      if (!Array.isArray(entryTypes)) throw new ERR_INVALID_ARG_TYPE('options.entryTypes', 'string[]', entryTypes)
      this.#types = new Set(entryTypes.filter((t: any) => supported.includes(t)))
    } else if (supported.includes(type)) {
      this.#types.add(type)
      if (buffered) {
        const kept = type === 'mark' ? marks : type === 'measure' ? measures : []
        this.#buffer.push(...kept)
        if (kept.length > 0) this.#wake()
      }
    }
    if (this.#types.size > 0) observers.add(this)
    else this.disconnect()
  }
  disconnect(): void {
    observers.delete(this)
    pending.delete(this)
    this.#buffer = []
    this.#types.clear()
    this.#mode = 'none'
  }
  takeRecords(): PerformanceEntry[] {
    const taken = this.#buffer
    this.#buffer = []
    return taken
  }
}

// --- performance itself

function startOf(value: any): number {
  if (typeof value === 'number') {
    if (value < 0) throw new codes.ERR_PERFORMANCE_INVALID_TIMESTAMP(value)
    return value
  }
  const name = `${value}`
  for (let i = marks.length - 1; i >= 0; i--) if (marks[i]!.name === name) return marks[i]!.startTime
  throw new DOMException(`The "${name}" performance mark has not been set`, 'SyntaxError')
}

export function eventLoopUtilization(one?: any, two?: any): { idle: number; active: number; utilization: number } {
  const [start, waited] = native.loop() as [number, number]
  if (start < 0) return { idle: 0, active: 0, utilization: 0 }
  if (two) {
    const idle = one.idle - two.idle, active = one.active - two.active
    return { idle, active, utilization: active / (idle + active) }
  }
  const idle = waited, active = now() - start - idle
  if (!one) return { idle, active, utilization: active / (idle + active) }
  const idleSince = idle - one.idle, activeSince = active - one.active
  return { idle: idleSince, active: activeSince, utilization: activeSince / (idleSince + activeSince) }
}

export function timerify(fn: any, options: any = {}): any {
  validateFunction(fn, 'fn')
  validateObject(options, 'options')
  const { histogram } = options
  function timerified(this: any, ...args: any[]): any {
    const start = now()
    const result = new.target ? Reflect.construct(fn, args, fn) : Reflect.apply(fn, this, args)
    if (!new.target && typeof result?.finally === 'function') return result.finally(() => end(start, args))
    end(start, args)
    return result
  }
  const end = (start: number, args: any[]): void => {
    const duration = now() - start
    histogram?.record(Math.ceil(duration * 1e6))
    tell(new PerformanceEntry(kMake, fn.name, 'function', start, duration, args))
  }
  Object.defineProperties(timerified, {
    length: { configurable: false, enumerable: true, value: fn.length },
    name: { configurable: false, enumerable: true, value: `timerified ${fn.name}` },
  })
  return timerified
}

export class PerformanceNodeTiming extends PerformanceEntry {
  constructor(make?: symbol) {
    super(make, 'node', 'node', 0, 0)
    const given: Record<string, () => number> = {
      name: () => 'node' as any, entryType: () => 'node' as any, startTime: () => 0, duration: now, nodeStart: () => 0, v8Start: () => 0,
      bootstrapComplete: () => 0, environment: () => 0, loopStart: () => (native.loop() as any)[0], loopExit: () => -1,
      idleTime: () => (native.loop() as any)[1],
    }
    for (const name of Object.keys(given)) Object.defineProperty(this, name, { enumerable: true, configurable: true, get: given[name] })
  }
  override toJSON(): any {
    return { ...this }
  }
}

export class Performance {
  #nodeTiming: any
  constructor(make?: symbol) {
    if (make !== kMake) throw new ERR_ILLEGAL_CONSTRUCTOR()
  }
  now(): number { return native.now() }
  get timeOrigin(): number { return timeOrigin }
  mark(name: any, options: any = {}): PerformanceMark {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name')
    const mark = new PerformanceMark(name, options)
    marks.push(mark)
    tell(mark)
    return mark
  }
  measure(name: any, startOrOptions?: any, end?: any): PerformanceMeasure {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name')
    name = `${name}`
    let start = 0, finish: number, detail: any = null
    if (startOrOptions !== null && typeof startOrOptions === 'object') {
      const o = startOrOptions
      if (o.start === undefined && o.end === undefined && Object.keys(o).length > 0 && o.duration !== undefined) {
        throw new ERR_MISSING_ARGS('options.start', 'options.end')
      }
      if (o.start !== undefined && o.end !== undefined && o.duration !== undefined) {
        throw new ERR_INVALID_ARG_VALUE('options', o, 'Must not have options.start, options.end, and options.duration specified')
      }
      detail = clone(o.detail ?? null)
      finish = end !== undefined ? startOf(end) : o.end !== undefined ? startOf(o.end)
        : o.start !== undefined && o.duration !== undefined ? startOf(o.start) + o.duration : now()
      start = o.start !== undefined ? startOf(o.start) : o.duration !== undefined ? finish - o.duration : 0
    } else {
      finish = end !== undefined ? startOf(end) : now()
      if (startOrOptions !== undefined) start = startOf(startOrOptions)
    }
    const measure = new PerformanceMeasure(kMake, name, start, finish - start, detail)
    measures.push(measure)
    tell(measure)
    return measure
  }
  clearMarks(name?: any): void { marks = name === undefined ? [] : marks.filter(e => e.name !== `${name}`) }
  clearMeasures(name?: any): void { measures = name === undefined ? [] : measures.filter(e => e.name !== `${name}`) }
  clearResourceTimings(): void {}
  setResourceTimingBufferSize(): void {}
  markResourceTiming(): never { throw new codes.ERR_NOT_IMPLEMENTED('performance.markResourceTiming') }
  getEntries(): PerformanceEntry[] { return [...marks, ...measures].sort((a, b) => a.startTime - b.startTime) }
  getEntriesByName(name: any, type?: any): PerformanceEntry[] {
    return this.getEntries().filter(e => e.name === `${name}` && (type === undefined || e.entryType === type))
  }
  getEntriesByType(type: any): PerformanceEntry[] { return this.getEntries().filter(e => e.entryType === `${type}`) }
  get nodeTiming(): any { return this.#nodeTiming ??= new PerformanceNodeTiming(kMake) }
  eventLoopUtilization(one?: any, two?: any): any { return eventLoopUtilization(one, two) }
  timerify(fn: any, options?: any): any { return timerify(fn, options) }
  toJSON(): any { return { nodeTiming: this.nodeTiming.toJSON(), timeOrigin, eventLoopUtilization: eventLoopUtilization() } }
  [customInspect](depth: number, options: any): any {
    if (depth < 0) return this
    const { inspect } = import.meta.builtin('internal:inspect')
    return `Performance ${inspect({ nodeTiming: this.nodeTiming, timeOrigin }, { ...options, depth: options.depth == null ? null : options.depth - 1 })}`
  }
}
for (const Class of [PerformanceEntry, PerformanceMark, PerformanceMeasure, PerformanceObserver, PerformanceObserverEntryList, Performance]) {
  Object.defineProperty(Class.prototype, Symbol.toStringTag, { value: Class.name, configurable: true })
}
for (const name of ['now', 'timeOrigin', 'mark', 'measure', 'clearMarks', 'clearMeasures', 'getEntries', 'getEntriesByName', 'getEntriesByType', 'toJSON', 'eventLoopUtilization', 'nodeTiming', 'timerify']) {
  const descriptor = Object.getOwnPropertyDescriptor(Performance.prototype, name)!
  Object.defineProperty(Performance.prototype, name, { ...descriptor, enumerable: true })
}

export const performance: any = new Performance(kMake)
