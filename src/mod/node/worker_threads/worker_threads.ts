// node:worker_threads.

import { codes } from 'internal:errors'
import { validateArray, validateObject, validateString } from 'internal:validate'
import { EventEmitter } from 'node:events'
import { postMessageToThread } from 'web:messaging/to_thread'
import { BroadcastChannel, MessageChannel, MessagePort, receiveMessageOnPort } from 'web:messaging'
import { markUncloneable, markUntransferable, isUntransferable } from 'web:clone'
import { NO_LIMITS, entryOf, limitsOf, startWorker, type Limits, type Started } from 'web:worker/core'
import * as inside from 'web:worker/inside'

const given = inside.given
export { BroadcastChannel, MessageChannel, MessagePort, receiveMessageOnPort }
export const isMainThread = given === undefined
export const isInternalThread = given?.kind === 'hooks'
export const parentPort = isInternalThread ? null : inside.parentPort
export const workerData: any = isInternalThread ? null : given?.workerData ?? null
export const threadId: number = given?.threadId ?? 0
export const threadName: string = given?.name ?? ''
export const resourceLimits: Limits | object = given === undefined ? {} : given.limits ?? NO_LIMITS
export const SHARE_ENV = Symbol.for('nodejs.worker_threads.SHARE_ENV')

let environmentData: Map<unknown, unknown> = given?.environmentData ?? new Map()
export function setEnvironmentData(key: unknown, value?: unknown): void {
  if (value === undefined) environmentData.delete(key)
  else environmentData.set(key, value)
}
export function getEnvironmentData(key: unknown): unknown {
  return environmentData.get(key)
}
export function markAsUntransferable(value: unknown): void {
  if (typeof value === 'object' && value !== null || typeof value === 'function') markUntransferable(value as object)
}
export function isMarkedAsUntransferable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && isUntransferable(value)
}
export function markAsUncloneable(value: unknown): void {
  if (typeof value === 'object' && value !== null || typeof value === 'function') markUncloneable(value as object)
}
const marked = <T extends object>(value: T): T => Object.defineProperty(value, Symbol.for('bao.notImplemented'), { value: true })
function absent(name: string): any {
  return marked({ [name](): never { throw new codes.ERR_NOT_IMPLEMENTED(`worker_threads.${name}`) } }[name]!)
}
export const moveMessagePortToContext = absent('moveMessagePortToContext')
export const locks = marked({ request: absent('locks.request'), query: absent('locks.query') })
export { postMessageToThread } from 'web:messaging/to_thread'

function streamsOf(): any {
  return import.meta.builtin('node:stream').default
}

export class Worker extends EventEmitter {
  #started: Started | undefined
  #threadId = -1
  #port: any
  threadName: string
  resourceLimits: object
  stdin: any = null
  #outputs: any[] = []

  constructor(filename: string | URL, options: any = {}) {
    super()
    if (options === null || options === undefined) options = {}
    validateObject(options, 'options')
    if (options.execArgv !== undefined && options.execArgv !== null) validateArray(options.execArgv, 'options.execArgv')
    if (options.argv !== undefined && options.argv !== null) validateArray(options.argv, 'options.argv')
    if (options.name !== undefined) validateString(options.name, 'options.name')
    const limits = this.resourceLimits = limitsOf(options.resourceLimits)
    const process = import.meta.builtin('node:process').default
    const env = options.env
    if (env !== undefined && env !== null && env !== SHARE_ENV && typeof env !== 'object') {
      throw new codes.ERR_INVALID_ARG_TYPE('options.env', ['object', 'undefined', 'null', 'worker_threads.SHARE_ENV'], env)
    }
    let form: 'file' | 'text' = 'text', entry: string, shown: string
    if (options.eval) {
      if (typeof filename !== 'string') throw new codes.ERR_INVALID_ARG_VALUE('options.eval', options.eval, 'must be false when \'filename\' is not a string')
      entry = filename
      shown = `${process.cwd()}/[worker eval]`
    } else {
      if (typeof filename !== 'string' && !(filename instanceof URL)) throw new codes.ERR_INVALID_ARG_TYPE('filename', ['string', 'URL'], filename);
      [form, entry, shown] = entryOf(filename, () => process.cwd(), true)
    }
    this.threadName = options.name ?? 'WorkerThread'
    this.#started = startWorker({
      kind: 'node', form, entry, shown, name: options.name ?? '', workerData: options.workerData, transfer: options.transferList,
      argv: [...options.argv ?? []].map(String), execArgv: [...options.execArgv ?? process.execArgv].map(String),
      env: env === SHARE_ENV ? undefined : strings(env ?? process.env), environmentData,
      limits, stdin: !!options.stdin, stdout: !!options.stdout, stderr: !!options.stderr,
    }, {
      online: () => this.emit('online'),
      error: (error) => this.emit('error', error),
      output: (fd, chunk) => this.#output(fd).push(Buffer.from(chunk)),
      ended: (code, isOutOfMemory) => {
        this.#started = undefined
        this.#threadId = -1
        this.resourceLimits = {}
        if (isOutOfMemory) this.emit('error', new codes.ERR_WORKER_OUT_OF_MEMORY('JS heap out of memory'))
        for (const stream of this.#outputs) stream?.push(null)
        this.emit('exit', code)
      },
    })
    const started = this.#started
    this.#threadId = started.threadId
    if (options.stdin) {
      this.stdin = new (streamsOf().Writable)({
        write: (chunk: Uint8Array, _encoding: string, done: () => void) => { started.input(chunk), done() },
        final: (done: () => void) => { started.input(null), done() },
      })
    }
    const port: any = this.#port = started.port
    port.on('message', (value: unknown) => this.emit('message', value))
    port.on('messageerror', (error: unknown) => this.emit('messageerror', error))
    port.unref()                     // the thread keeps the program, not the port
    process.nextTick(() => process.emit('worker', this))
  }

  /** Made when first asked for: streams cost more than a thread. */
  #output(fd: number): any {
    if (this.#outputs[fd] !== undefined) return this.#outputs[fd]
    const stream = this.#outputs[fd] = new (streamsOf().Readable)({ read() {} })
    if (this.#started === undefined) stream.push(null)
    return stream
  }
  get stdout(): any { return this.#output(1) }
  get stderr(): any { return this.#output(2) }
  get threadId(): number { return this.#threadId }
  postMessage(value: unknown, options?: any): void {
    if (this.#started !== undefined) this.#port.postMessage(value, options)
  }
  terminate(): Promise<number | undefined> {
    if (this.#started === undefined) return Promise.resolve(undefined)
    const ended = new Promise<number>((resolve) => this.once('exit', resolve))
    this.ref()
    this.#started.stop()
    return ended
  }
  async [Symbol.asyncDispose](): Promise<void> { await this.terminate() }
  ref(): void { this.#started?.ref(true) }
  unref(): void { this.#started?.ref(false) }
  get performance(): any { return { eventLoopUtilization: absent('Worker.performance.eventLoopUtilization') } }
}
for (const name of ['getHeapSnapshot', 'getHeapStatistics', 'cpuUsage', 'startCpuProfile', 'startHeapProfile']) {
  Object.defineProperty(Worker.prototype, name, { value: absent(`Worker.${name}`), writable: true, configurable: true })
}

function strings(env: object): Record<string, string> {
  const made: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) if (value !== undefined) made[name] = `${value}`
  return made
}

export default {
  BroadcastChannel, MessageChannel, MessagePort, SHARE_ENV, Worker, getEnvironmentData, isInternalThread, isMainThread, isMarkedAsUntransferable, locks,
  markAsUncloneable, markAsUntransferable, moveMessagePortToContext, parentPort, postMessageToThread, receiveMessageOnPort, resourceLimits,
  setEnvironmentData, threadId, threadName, workerData,
}
