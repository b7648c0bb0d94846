// web:worker/core: what both kinds of Worker are made of: a thread with a realm, a port for messages of the program and one for news.

import { codes } from 'internal:errors'
import { tracedHandle } from 'internal:rt'
import { MessageChannel, type MessagePort, drain, listenTo, pairOfHandles, parkHandle, parkPort, post, take } from 'web:messaging'

const native: any = import.meta.builtin('rt:worker')

const FORMS = { file: 0, text: 1, builtin: 2 }
export interface Start {
  /** hooks: the thread of module.register. */
  kind: 'node' | 'web' | 'hooks'
  form: keyof typeof FORMS
  /** An absolute path, a program, or the name of a module of Bao's with a `main`. */
  entry: string
  /** What stacks show of a program. */
  shown: string
  name: string
  workerData: unknown
  transfer?: Iterable<any>
  argv: string[]
  execArgv: string[]
  /** undefined: the process's own. */
  env: Record<string, string> | undefined
  stdin: boolean
  stdout: boolean
  stderr: boolean
  environmentData: Map<unknown, unknown>
  /** Modules that are imported before the entry, from the working directory. */
  preload?: string[]
  /** Garbage is collected early. */
  isSmall?: boolean
  /** Those given; undefined: none were. */
  limits?: Limits
}
/** In megabytes. The engine has no young generation or range of code of its own: those two are only told again. 0: no limit. */
export interface Limits { maxYoungGenerationSizeMb: number; maxOldGenerationSizeMb: number; codeRangeSizeMb: number; stackSizeMb: number }
export const NO_LIMITS: Limits = { maxYoungGenerationSizeMb: 0, maxOldGenerationSizeMb: 0, codeRangeSizeMb: 0, stackSizeMb: 4 }
const LEAST_HEAP_MB = 2, LEAST_STACK_MB = 0.5, MOST_STACK_MB = 1024
export function limitsOf(given: any): Limits {
  const limits: any = { ...NO_LIMITS }
  for (const name in limits) if (typeof given?.[name] === 'number' && given[name] > 0) limits[name] = given[name]
  if (limits.maxOldGenerationSizeMb > 0) limits.maxOldGenerationSizeMb = Math.max(limits.maxOldGenerationSizeMb, LEAST_HEAP_MB)
  limits.stackSizeMb = Math.min(Math.max(limits.stackSizeMb, LEAST_STACK_MB), MOST_STACK_MB)
  return limits
}
export interface News {
  online(): void
  error(error: unknown): void
  output(fd: number, chunk: Uint8Array): void
  ended(code: number, isOutOfMemory: boolean): void
}
export interface Started {
  threadId: number
  port: MessagePort
  stop(): void
  ref(keeps: boolean): void
  /** A piece of standard input; null ends it. */
  input(chunk: Uint8Array | null): void
}

/** What is told through the port for news, by its first member. */
export const ONLINE = 0, ERROR = 1, OUTPUT = 2, INPUT = 3

export function startWorker(o: Start, news: News): Started {
  const trace = tracedHandle('WORKER')
  const threadId: number = native.nextId()
  const { port1, port2 } = new MessageChannel()
  const [near, far] = pairOfHandles()
  const { form, entry, shown, transfer, preload = [], isSmall = false, ...rest } = o, { limits = NO_LIMITS } = o
  post(near, { ...rest, threadId, shown }, transfer)     // throws when something cannot be cloned: nothing was started
  /** One piece of news; false when there was none. */
  const tell = (): boolean => {
    const message = take(near)
    if (message === undefined) return false
    const [what, ...parts] = message.value as [number, ...any[]]
    if (what === ONLINE) news.online()
    else if (what === ERROR) news.error(parts[0])
    else news.output(parts[0], parts[1])
    return true
  }
  listenTo(near, tell, false)
  let handle: number | undefined
  const boot = `${parkHandle(far)},${parkPort(port2)}`
  handle = native.start(FORMS[form], entry, form === 'builtin' ? 'null' : shown, boot, (code: number, isOutOfMemory: boolean) => {
    if (handle !== undefined) native.forget(handle)
    handle = undefined
    if (tell() || drain(port1)) return true               // called again, after what that led to
    if (trace === undefined) news.ended(code, isOutOfMemory)
    else trace.run(() => news.ended(code, isOutOfMemory))
    trace?.close()
    return false
  }, preload, isSmall, limits.maxOldGenerationSizeMb, limits.stackSizeMb)
  return {
    threadId, port: port1,
    stop() { if (handle !== undefined) native.stop(handle) },
    ref(keeps) { if (handle !== undefined) native.ref(handle, keeps) },
    input(chunk) { if (handle !== undefined) post(near, [INPUT, chunk], undefined) },
  }
}

/** 'file:' and 'data:' URLs, absolute and relative paths: [its form, the path or program, what stacks show]. */
export function entryOf(given: any, cwd: () => string, needsDot: boolean): ['file' | 'text', string, string] {
  const text = `${given}`
  if (/^data:/.test(text)) {
    const comma = text.indexOf(',')
    if (!/^data:(text|application)\/javascript/.test(text)) throw new codes.ERR_WORKER_PATH(text)
    const body = text.slice(comma + 1)
    return ['text', /;base64$/.test(text.slice(0, comma)) ? atob(body) : decodeURIComponent(body), `${cwd()}/[worker data]`]
  }
  if (given instanceof URL || /^file:/.test(text)) {
    const path = import.meta.builtin('node:url').fileURLToPath(given)
    return ['file', path, path]
  }
  if (/^blob:/.test(text)) {
    const blob = import.meta.builtin('web:url/object_url').resolveObjectURL(text)
    if (blob === undefined) throw new codes.ERR_WORKER_PATH(text)
    return ['text', new TextDecoder().decode(import.meta.builtin('web:blob').bytesOf(blob)), `${cwd()}/[worker blob]`]
  }
  if (needsDot && !/^(\/|\.\.?\/)/.test(text)) throw new codes.ERR_WORKER_PATH(text)
  const path = import.meta.builtin('node:path').resolve(cwd(), text)
  return ['file', path, path]
}
