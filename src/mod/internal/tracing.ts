// internal:tracing: ids of asynchronous resources, what runs now, and the hooks that hear of it. Loaded by the first question.

import { flags, ids, mainId, setImmediateWatch, setTracer, writeError } from 'internal:rt'
import type { Span, Tracer } from 'internal:rt'

const IMMEDIATES = 3
const apply = Reflect.apply

export const EVENTS = ['init', 'before', 'after', 'destroy', 'promiseResolve'] as const
export type Event = (typeof EVENTS)[number]
export type HookFunctions = Partial<Record<Event, (...args: any[]) => void>>

/** Lists are replaced, never changed: an event under way goes on with the hooks that it began with. */
const lists: Record<Event, Function[]> = { init: [], before: [], after: [], destroy: [], promiseResolve: [] }
export const heard = (event: Event): boolean => lists[event].length > 0

/** Enabled hooks that hear of promises. */
let promiseHooks = 0
export const hearsPromises = (): boolean => promiseHooks > 0
export function countPromiseHooks(by: number): void {
  promiseHooks += by
}

export function listen(functions: HookFunctions): void {
  for (const event of EVENTS) if (functions[event]) lists[event] = [...lists[event], functions[event]!]
}
export function unlisten(functions: HookFunctions): void {
  for (const event of EVENTS) if (functions[event]) lists[event] = lists[event].toSpliced(lists[event].indexOf(functions[event]!), 1)
}

/** What a hook throws ends the program, as in Node. */
function tell(list: Function[], ...args: unknown[]): void {
  try {
    for (let i = 0; i < list.length; i++) apply(list[i]!, undefined, args)
  } catch (error: any) {
    writeError(`${typeof error?.stack === 'string' ? error.stack : `Error: ${String(error)}`}\n`)
    process.exit(1)
  }
}

// --- what runs now

const top = {}
const base: Span = { id: 0, trigger: 0, resource: top }
let current: Span = { id: mainId(), trigger: 0, resource: top }
export const running = (): Span => current
export function setRunning(span: Span): void {
  current = span
}
/** A promise job that goes on until somebody else runs: nothing tells its end. */
let closeJob: (() => void) | undefined
export function setCloseJob(fn: (() => void) | undefined): void {
  closeJob = fn
}
export function rest(): void {
  closeJob?.()
  current = base
}

export const kId = Symbol('async_id_symbol'), kTrigger = Symbol('trigger_async_id_symbol')

export function open(type: string, resource: any, id = ++ids.last, trigger = current.id): Span {
  if (type === 'TickObject') {
    resource[kId] = id
    resource[kTrigger] = trigger
  }
  if (lists.init.length > 0) tell(lists.init, id, type, trigger, resource)
  return { id, trigger, resource }
}
export function before(span: Span): void {
  current = span
  if (lists.before.length > 0) tell(lists.before, span.id)
}
/** The span stays the one that runs: callers put back what ran before. */
export function after(span: Span): void {
  if (lists.after.length > 0) tell(lists.after, span.id)
}
export function resolved(span: Span): void {
  if (lists.promiseResolve.length > 0) tell(lists.promiseResolve, span.id)
}

// --- the end of resources is told once a turn, before the immediates

let ended: number[] = []
export function destroy(id: number): void {
  if (lists.destroy.length === 0) return
  if (ended.push(id) === 1) flags[IMMEDIATES]++        // a turn comes; the loop is not kept alive
}
export function watchDestroys(): void {
  setImmediateWatch(() => {
    if (ended.length === 0) return
    const batch = ended
    ended = []
    flags[IMMEDIATES]--
    for (const id of batch) tell(lists.destroy, id)
  })
}
const collected = new FinalizationRegistry<{ id: number; isDestroyed: boolean }>(held => {
  if (!held.isDestroyed) destroy(held.id)
})
/** destroy is told when the object is collected, unless the record says that it was told already. */
export function destroyWithObject(object: object, record: { id: number; isDestroyed: boolean }): void {
  if (lists.destroy.length > 0) collected.register(object, record)
}

// --- what faces ask

/** What Node's own request objects are called. */
const CLASSES: Record<string, string> = {
  FSREQCALLBACK: 'FSReqCallback', FSREQPROMISE: 'FSReqPromise', PROCESSWRAP: 'Process', PIPEWRAP: 'Pipe', TTYWRAP: 'TTY',
  RANDOMBYTESREQUEST: 'RandomBytesJob', FSEVENTWRAP: 'FSEvent', STATWATCHER: 'StatWatcher', SIGNALWRAP: 'Signal',
  DIRHANDLE: 'DirHandle', FILEHANDLE: 'FileHandle', PBKDF2REQUEST: 'PBKDF2Job', SCRYPTREQUEST: 'ScryptJob', HASHREQUEST: 'HashJob',
}
const made = new Map<string, any>()
export function resourceOf(type: string): any {
  let Class = made.get(type)
  if (Class === undefined) {
    const name = CLASSES[type] ?? type
    made.set(type, Class = { [name]: class {} }[name])
  }
  return new Class()
}

/** What is a resource already: natives make one of what they are given. */
const wrapped = new WeakSet<Function>()

const tracer: Tracer = {
  open,
  enter(span) {
    closeJob?.()
    before(span)
  },
  leave() {
    closeJob?.()
    if (current !== base) after(current)
    current = base
  },
  close: span => destroy(span.id),
  here: () => current.id,
  unwind() {
    if (current !== base && current.id > 1) after(current)
    closeJob = undefined
    current = base
  },
  handle(type, resource = resourceOf(type)) {
    const span = open(type, resource)
    let isOpen = true
    return {
      id: span.id,
      run(fn, ...args) {
        const outer = current
        tracer.enter(span)
        const result = fn(...args)
        closeJob?.()
        after(span)
        current = outer
        return result
      },
      close() {
        if (isOpen) destroy(span.id)
        isOpen = false
      },
    }
  },
  callback(type, fn, resource) {
    if (wrapped.has(fn)) return fn
    if (resource === undefined) {
      resource = resourceOf(type)
      resource.oncomplete = fn
    }
    const span = open(type, resource)
    const made: any = function (this: unknown, ...args: any[]) {
      tracer.enter(span)
      const result = apply(fn, this, args)
      tracer.leave()
      destroy(span.id)
      return result
    }
    wrapped.add(made)
    return made
  },
}
setTracer(tracer)
