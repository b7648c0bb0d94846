// internal:rt: what faces may ask of the running core: the tick queue, rejections and uncaught errors, the end of the
// program, the native halves of timers and immediates, and the asynchronous context. Loaded when one of these is first needed.

interface Native {
  hook(which: number, fn: Function): void
  flags(): Int32Array
  scheduleTimer(ms: number): void
  now(): number
  updateNow(): number
  exit(code: number): never
  writeError(text: string): void
  collect(): void
  memory(): number[]
  engineVersion(): string
  isHandled(promise: Promise<unknown>): boolean
  rejectionMode(): string
  place(url: string, line: number, column: number): number
  sourceLine(path: string, line: number): string | undefined
  enablesSourceMaps(): boolean
  sourceMapComment(name: string): string | undefined
  readMappings(text: string): ArrayBuffer | undefined
  inEntry(): boolean
  entryIsEsm(): boolean
  useContext(object: { x: any }): void
  turn(): boolean
  runJobs(): void
}

/** Places in `flags`, as enum js_flag has them. */
const TICK = 0, REJECTION = 1, CONTEXT = 2, PENDING = 6, EXITING = 7, EXIT_CODE = 8, HAS_EXIT_CODE = 9, WATCHED = 10
const RUN_TICKS = 0, REJECTED = 1, UNCAUGHT = 2, RUN_TIMER = 3, RUN_IMMEDIATE = 4, BEFORE_EXIT = 5, EXIT = 6, ENTRY = 7, WATCH = 8, TRACE = 9
const IN_USE = 1, TRACED = 2

declare const $C: any

/** process.version: the release of Node whose behaviour this is. */
export const nodeVersion = 'v26.10.0'

const native: Native = import.meta.builtin('rt:boot').native

/** Shared with C: see `enum js_flag` in engine/js_realm.h. */
export const flags: Int32Array = native.flags()
/** Its `x` is the current asynchronous context, undefined when none is set. `$C` itself, until promises are traced. */
export let context: { x: any } = $C

/** What asynchronous ids cost is paid from the first hook, or the first question for an id, on (internal:tracing). */
export interface Span { id: number; trigger: number; resource: object }
export interface Tracer {
  open(type: string, resource: object, id?: number, trigger?: number): Span
  enter(span: Span): void
  leave(): void
  close(span: Span): void
  /** The id that runs now. */
  here(): number
  /** What ran threw, and somebody caught it: it is over. */
  unwind(): void
  callback<F extends (...args: any[]) => any>(type: string, fn: F, resource?: any): F
  handle(type: string, resource?: any): Handle
}
/** Of a resource that calls often until it is closed. */
export interface Handle {
  id: number
  run<T>(fn: (...args: any[]) => T, ...args: any[]): T
  close(): void
}
export let tracer: Tracer | undefined
export const ids = { last: 1 }
export function setTracer(given: Tracer): void {
  tracer = given
  native.hook(TRACE, (fn: any, type: string) => given.callback(type, fn))
  flags[CONTEXT] |= TRACED
}
/** From now on `$C.x` belongs to lowered code alone; faces and natives use `object.x`. */
export function setContext(object: { x: any }): void {
  context = object
  native.useContext(object)
}
/** `fn`, which hooks see as a resource of its own while there are any. */
export function traced<F extends (...args: any[]) => any>(type: string, fn: F, resource?: any): F {
  return tracer === undefined ? fn : tracer.callback(type, fn, resource)
}
/** undefined while there are no hooks. */
export function tracedHandle(type: string, resource?: any): Handle | undefined {
  return tracer?.handle(type, resource)
}
/** The id of the program's first run: 1, or 0 when it is an ES module or over. */
export const mainId = (): number => native.inEntry() && !native.entryIsEsm() ? 1 : 0

// --- ticks

// A queue by two indices: `shift` of a long array copies, and the queue is empty nearly always when it is looked at.
interface Tick { callback: Function; args: unknown[] | undefined; context: unknown; span: Span | undefined }
let ticks: Tick[] = []
let nextTick = 0

/** The body of process.nextTick: `args` undefined means none. */
export function queueTick(callback: Function, args?: unknown[]): void {
  const span = tracer === undefined ? undefined : tracer.open('TickObject', { callback, args })
  ticks.push({ callback, args, context: flags[CONTEXT] ? context.x : undefined, span })
  flags[TICK] = 1
}

function runTicks(): void {
  if (nextTick === ticks.length) {
    processRejections()
    return
  }
  while (nextTick < ticks.length) {
    const tick = ticks[nextTick++]
    if (nextTick > 1023 && nextTick * 2 > ticks.length) {
      ticks = ticks.slice(nextTick)
      nextTick = 0
    }
    if (flags[CONTEXT]) context.x = tick.context
    const { callback, args, span } = tick
    if (span !== undefined) tracer!.enter(span)
    try {
      if (args === undefined) callback()
      else callback(...args)
    } catch (error) {
      reportUncaught(error, 'uncaughtException')
    }
    if (span !== undefined) {
      tracer!.leave()
      tracer!.close(span)
    }
  }
  ticks.length = nextTick = 0
  flags[TICK] = 0
  if (flags[CONTEXT]) context.x = undefined
}

// The first use of a promise costs 0.3 ms: not at start.
let resolved: Promise<void> | undefined
const PromiseMade = Promise
const promiseResolve = Promise.resolve
/** The engine's own. */
export const then = Promise.prototype.then
const apply = Reflect.apply

/** queueMicrotask without the check of its argument. */
export function queueJob(callback: () => void): void {
  const resource = tracer && new (import.meta.builtin('node:async_hooks').AsyncResource)('Microtask', { requireManualDestroy: true })
  const run = () => {
    try {
      if (resource === undefined) callback()
      else resource.runInAsyncScope(callback)
    } catch (error) {
      reportUncaught(error, 'uncaughtException')
    }
    resource?.emitDestroy()
  }
  apply(then, resolved ??= apply(promiseResolve, PromiseMade, []), [flags[CONTEXT] ? bindContext(run) : run])
}

// --- the asynchronous context

/** `fn` in the context that is current now, whenever it is called. */
export function bindContext<F extends (...args: any[]) => any>(fn: F): F {
  const here = context.x
  return function (this: unknown, ...args: any[]) {
    const before = context.x
    context.x = here
    try {
      return apply(fn, this, args)
    } finally {
      context.x = before
    }
  } as F
}

/** Promise.prototype.then as it is from the first store on. */
let contextThen: unknown
/** A thenable that is no promise is called back in a job of the engine's: it gets a `then` that knows the context. */
export function carried(value: any): unknown {
  const here = context.x
  if (here === undefined || value === null || (typeof value !== 'object' && typeof value !== 'function')) return value
  const own = value.then
  if (typeof own !== 'function' || own === contextThen) return value
  return {
    then(resolve: unknown, reject: unknown) {
      const before = context.x
      context.x = here
      try {
        return apply(own, value, [resolve, reject])
      } finally {
        context.x = before
      }
    },
  }
}

/** From the first store on, reactions run in the context that was current when they were registered. `await` needs none of
 * this (it is lowered), and who never sets a store never pays. */
export function enableContext(): void {
  if (flags[CONTEXT] & IN_USE) return
  flags[CONTEXT] |= IN_USE
  const wrapped = {
    then(this: unknown, onFulfilled?: any, onRejected?: any) {
      return apply(then, this, [
        typeof onFulfilled === 'function' ? inContext(onFulfilled, context.x) : onFulfilled,
        typeof onRejected === 'function' ? inContext(onRejected, context.x) : onRejected,
      ])
    },
  }
  setThen(wrapped.then)
  $C.w = $C.r = carried
  import.meta.builtin('internal:generator_context').followGenerators(then, resolved ??= apply(promiseResolve, PromiseMade, []))
  const resolve = promiseResolve
  const { reject } = PromiseMade
  rejectedIn = new WeakMap()
  const more = {
    reject(this: unknown, reason?: unknown) {
      const promise: any = apply(reject, this, [reason])
      rejectedIn!.set(promise, context.x)
      return promise
    },
    resolve(this: unknown, value?: unknown) { return apply(resolve, this, [carried(value)]) },
    fromAsync(this: unknown, items: any, map?: any, self?: unknown) {
      return import.meta.builtin('internal:from_async').fromAsync(this, items, map, self)
    },
  }
  Object.defineProperty(PromiseMade, 'reject', { value: more.reject, writable: true, enumerable: false, configurable: true })
  Object.defineProperty(PromiseMade, 'resolve', { value: more.resolve, writable: true, enumerable: false, configurable: true })
  Object.defineProperty(Array, 'fromAsync', { value: more.fromAsync, writable: true, enumerable: false, configurable: true })
}

export function setThen(fn: Function): void {
  contextThen = fn
  Object.defineProperty(PromiseMade.prototype, 'then', { value: fn, writable: true, enumerable: false, configurable: true })
}

function inContext(fn: (value: unknown) => unknown, here: unknown) {
  return (value: unknown) => {
    context.x = here                // each job sets its own: nothing is to be restored after it
    return carried(fn(value))
  }
}

// --- what nobody caught

export interface ProcessHooks {
  /** Gives the error to process listeners; false when there is none. */
  uncaughtException?(error: unknown, origin: string): boolean
  /** process 'unhandledRejection'; false when there is no listener. */
  unhandledRejection?(reason: unknown, promise: Promise<unknown>): boolean
  rejectionHandled?(promise: Promise<unknown>): void
  warning?(warning: Error): void
  beforeExit?(code: number): void
  exit?(code: number): void
}
let hooks: ProcessHooks = {}
export function setProcessHooks(given: ProcessHooks): void {
  hooks = { ...hooks, ...given }
}

/** --unhandled-rejections: throw, strict, warn, none, warn-with-error-codes. */
const rejectionMode = native.rejectionMode().replace(/code$/, 'codes') || 'throw'

/** Where Promise.reject was called: the engine tells of rejections only when all jobs have run. */
let rejectedIn: WeakMap<object, unknown> | undefined
interface Rejection { promise: Promise<unknown>; reason: unknown; context: unknown }
let rejections: Rejection[] = []
/** The latest reported ones, looked at once a turn for a handler that came late. */
let reported: Promise<unknown>[] = []

function watch(promise: Promise<unknown>): void {
  if (hooks.rejectionHandled === undefined) return
  if (reported.length === 256) reported.shift()
  reported.push(promise)
  flags[WATCHED] = reported.length
}

function watchRejections(): void {
  const late = reported.filter((promise) => native.isHandled(promise))
  reported = reported.filter((promise) => !late.includes(promise))
  flags[WATCHED] = reported.length
  for (const promise of late) hooks.rejectionHandled?.(promise)
}

export function rejected(promise: Promise<unknown>, reason: unknown): void {
  rejections.push({ promise, reason, context: rejectedIn?.has(promise) ? rejectedIn.get(promise) : context.x })
  flags[REJECTION] = 1
}

function processRejections(): void {
  const batch = rejections
  rejections = []
  flags[REJECTION] = 0
  for (const { promise, reason, context: here } of batch) {
    if (native.isHandled(promise)) continue
    if (flags[CONTEXT]) context.x = here
    switch (rejectionMode) {
      case 'none':
        hooks.unhandledRejection?.(reason, promise)
        break
      case 'warn':
        hooks.unhandledRejection?.(reason, promise)
        report().warnRejection(reason)
        break
      case 'warn-with-error-codes':
        if (hooks.unhandledRejection?.(reason, promise)) break
        report().warnRejection(reason)
        flags[HAS_EXIT_CODE] = flags[EXIT_CODE] = 1
        break
      case 'strict':
        reportUncaught(report().rejectionError(reason), 'unhandledRejection')
        hooks.unhandledRejection?.(reason, promise)
        break
      default:
        if (hooks.unhandledRejection?.(reason, promise)) {
          watch(promise)
          break
        }
        reportUncaught(report().rejectionError(reason), 'unhandledRejection')
    }
  }
}

function report(): any {
  return import.meta.builtin('internal:uncaught')
}

let inWorker: ((error: unknown) => void) | undefined
/** In a worker: who tells its starter what nobody caught. */
export function setWorkerReporter(tell: (error: unknown) => void): void {
  inWorker = tell
}

/** Listeners of process first; without one it is printed and the program ends with 1. */
export function reportUncaught(error: unknown, origin: 'uncaughtException' | 'unhandledRejection', isModule = false): void {
  try {
    if (hooks.uncaughtException?.(error, origin)) {
      tracer?.unwind()
      return
    }
  } catch (second) {
    native.writeError(report().describe(second))
    leave(7)
  }
  if (inWorker !== undefined) {
    flags[HAS_EXIT_CODE] = flags[EXIT_CODE] = 1
    try {
      tellExit()
    } finally {
      inWorker(error)
      native.exit(flags[EXIT_CODE])
    }
  }
  const text = report().describe(error, origin === 'unhandledRejection' || isModule)
  flags[HAS_EXIT_CODE] = flags[EXIT_CODE] = 1
  try {
    tellExit()                      // before the text, as in Node; what it throws is not heard
  } catch { /* nothing to be done */ }
  native.writeError(text)
  native.exit(flags[EXIT_CODE])
}

// --- the end

/** The body of process.exit: 'exit' is told once, then the process ends. */
export function leave(code: number): never {
  flags[EXIT_CODE] = code
  flags[HAS_EXIT_CODE] = 1
  tellExit()
  native.exit(flags[EXIT_CODE])
  throw undefined
}

function tellExit(): void {
  if (flags[EXITING]) return
  flags[EXITING] = 1
  hooks.exit?.(flags[HAS_EXIT_CODE] ? flags[EXIT_CODE] : 0)
}

function beforeExit(): void {
  immediateWatch?.()
  hooks.beforeExit?.(flags[HAS_EXIT_CODE] ? flags[EXIT_CODE] : 0)
}

/** What a promise gives, for who cannot wait: the loop runs meanwhile, and with it the program. */
export function waitFor<T>(promise: PromiseLike<T>): T {
  let isDone = false, value: any, error: unknown, hasFailed = false
  apply(then, apply(promiseResolve, PromiseMade, [promise]), [
    (given: T) => { isDone = true; value = given },
    (reason: unknown) => { isDone = hasFailed = true; error = reason },
  ])
  for (;;) {
    do {
      if (nextTick < ticks.length) runTicks()
      native.runJobs()
    } while (!isDone && nextTick < ticks.length)
    if (isDone) break
    if (!native.turn()) throw new Error('a promise that was waited for never settles: nothing is left to do')
  }
  if (hasFailed) throw error
  return value
}

let entryState: 'sync' | 'pending' | 'done' = 'sync'

/** The entry was evaluated: its promise when it awaits at top level; with -p what it gave. */
export function entryRan(result: unknown, printed?: unknown): void {
  if (printed !== undefined || arguments.length > 1) {
    import.meta.builtin('web:console').default.log(printed)
  }
  if (!(result instanceof Promise)) return
  entryState = 'pending'
  apply(then, result, [
    () => { entryState = 'done' },
    (error: unknown) => {
      entryState = 'done'
      reportUncaught(error, 'uncaughtException', true)
    },
  ])
}

/** The loop has ended. Gives the exit code. */
function ended(): number {
  if (entryState === 'pending' && !flags[HAS_EXIT_CODE]) {
    flags[HAS_EXIT_CODE] = 1
    flags[EXIT_CODE] = 13
    if (hooks.warning === undefined) native.writeError('Warning: Detected unsettled top-level await\n')
    else hooks.warning(new Error('Detected unsettled top-level await'))
  }
  tellExit()
  return flags[HAS_EXIT_CODE] ? flags[EXIT_CODE] : 0
}

/** Work of JS that the loop cannot see keeps it alive between these two. */
export function beginPending(): void {
  flags[PENDING]++
}
export function endPending(): void {
  flags[PENDING]--
}

// --- natives for other faces

/** Runs at most one due timer: 0 = call again, > 0 = the next is due in so many ms, -1 = none left. */
export function setTimerRunner(run: (now: number) => number): void {
  native.hook(RUN_TIMER, run)
}
/** Runs at most one immediate of the batch that was there at `begin`; true while more of it are left. */
export function setImmediateRunner(run: (begin: boolean) => boolean): void {
  runImmediate = run
  native.hook(RUN_IMMEDIATE, run)
}
let immediateWatch: (() => void) | undefined
let runImmediate = (begin: boolean): boolean => false
/** `watch` is called in each turn in which immediates are due, before the first of them, and before beforeExit. */
export function setImmediateWatch(watch: () => void): void {
  if (immediateWatch !== undefined) return
  immediateWatch = watch
  import.meta.builtin('web:timers')
  const run = runImmediate
  native.hook(RUN_IMMEDIATE, (begin: boolean) => {
    if (begin) watch()
    return run(begin)
  })
}
/** Arms the one timer of the loop; a new call replaces the old one. */
export function scheduleTimer(ms: number): void {
  native.scheduleTimer(ms)
}
/** The loop's clock in whole milliseconds, as it stood when the turn began. */
export function now(): number {
  return native.now()
}
export function updateNow(): number {
  return native.updateNow()
}
/** A full collection, at once. */
export function collect(): void {
  native.collect()
}
/** [heapUsed, heapTotal, external, objects] in bytes; walks the heap. */
export function memory(): number[] {
  return native.memory()
}
export function engineVersion(): string {
  return native.engineVersion()
}
/** Writes to standard error at once, whatever process.stderr does. */
export function writeError(text: string): void {
  native.writeError(text)
}
/** A line of a source file, undefined when it cannot be read. */
export function sourceLine(path: string, line: number): string | undefined {
  return native.sourceLine(path, line)
}
/** Where a place in evaluated text is in its source: line * 2^20 + column, plus 2^52 at a `new`; -1: not known. */
export function sourcePlace(url: string, line: number, column: number): number {
  return native.place(url, line, column)
}

/** --enable-source-maps */
export function enablesSourceMaps(): boolean {
  return native.enablesSourceMaps()
}
/** The comment of a file that names its source map, undefined when it has none. */
export function sourceMapComment(name: string): string | undefined {
  return native.sourceMapComment(name)
}
/** The "mappings" of a source map: six u32 each, sorted; undefined when they are malformed. */
export function readMappings(text: string): ArrayBuffer | undefined {
  return native.readMappings(text)
}

/** Whether the body of the main module is running. */
export function inEntry(): boolean {
  return native.inEntry()
}

native.hook(RUN_TICKS, runTicks)
native.hook(REJECTED, rejected)
native.hook(UNCAUGHT, (error: unknown, isModule?: boolean) => reportUncaught(error, 'uncaughtException', isModule))
native.hook(BEFORE_EXIT, beforeExit)
native.hook(EXIT, ended)
native.hook(ENTRY, entryRan)
native.hook(WATCH, watchRejections)
