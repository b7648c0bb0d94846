// web:worker/inside: the first thing of a worker: what its starter gave along becomes process, the port and the names of its realm.

import { setWorkerReporter } from 'internal:rt'
import { claimHandle, claimPort, listenTo, post, refHandle, take, type MessagePort } from 'web:messaging'
import { useForeign } from 'web:messaging/shared'
import { ERROR, INPUT, ONLINE, OUTPUT, type Limits } from './core.ts'

interface Given {
  kind: 'node' | 'web' | 'hooks'; threadId: number; name: string; shown: string; workerData: unknown; argv: string[]; execArgv: string[]
  env: Record<string, string> | undefined; stdin: boolean; stdout: boolean; stderr: boolean; environmentData: Map<unknown, unknown>
  limits?: Limits
}
/** Of this worker; undefined in the main thread. */
export let given: Given | undefined
export let parentPort: MessagePort | null = null
let control = 0

export function begin(): void {
  const [far, near] = import.meta.builtin('rt:worker').boot.split(',').map(Number)
  control = claimHandle(far)!
  given = take(control)!.value as Given
  parentPort = claimPort(near)
  useForeign()
  setWorkerReporter(tellError)
  changeProcess(given)
  if (given.kind === 'web') beWebWorker(given, parentPort)
  post(control, [ONLINE], undefined)
}

/** What cannot be copied is told as an error with the same text. */
function tellError(error: unknown): void {
  try {
    post(control, [ERROR, error], undefined)
  } catch {
    const told: any = new Error(import.meta.builtin('internal:inspect').inspect(error))
    if (typeof (error as any)?.stack === 'string') told.stack = (error as any).stack
    post(control, [ERROR, told], undefined)
  }
}

function unsupported(name: string): () => never {
  return () => {
    throw new (import.meta.builtin('internal:errors').codes.ERR_WORKER_UNSUPPORTED_OPERATION)(name)
  }
}

function changeProcess(o: Given): void {
  const process = import.meta.builtin('node:process').default
  const put = (name: string, value: unknown): void => {
    Object.defineProperty(process, name, { value, writable: true, enumerable: true, configurable: true })
  }
  if (o.env !== undefined) {
    put('env', new Proxy(o.env, {
      set(target: any, name, value) {
        if (typeof name === 'symbol') throw new TypeError('Cannot convert a Symbol value to a string')
        target[name] = `${value}`
        return true
      },
    }))
  }
  put('argv', [process.execPath, o.shown, ...o.argv])
  put('execArgv', o.execArgv)
  for (const name of ['chdir', 'abort', 'setuid', 'seteuid', 'setgid', 'setegid', 'setgroups', 'initgroups']) put(name, unsupported(`process.${name}()`))
  const { umask } = process
  put('umask', (mask?: unknown) => mask === undefined ? umask() : unsupported('Setting process.umask()')())
  lazy(process, 'stdin', () => makeStdin(o))
  if (o.stdout) lazy(process, 'stdout', () => makeWriter(1))
  if (o.stderr) lazy(process, 'stderr', () => makeWriter(2))
  // console writes past the streams: it must know of these before it is first used.
  if (o.stdout) void process.stdout
  if (o.stderr) void process.stderr
}

/** Streams cost a start more than all the rest: made when first asked for. */
function lazy(process: any, name: string, make: () => unknown): void {
  const put = (value: unknown): unknown => {
    Object.defineProperty(process, name, { value, writable: true, enumerable: true, configurable: true })
    return value
  }
  Object.defineProperty(process, name, { get: () => put(make()), set: put, enumerable: true, configurable: true })
}

function makeStdin(o: Given): unknown {
  const { Readable } = import.meta.builtin('node:stream').default
  // Who reads it waits for it: until its end it keeps the worker.
  const stdin = new Readable({ read() { if (o.stdin) refHandle(control, true) } })
  if (o.stdin) {
    const listen = (): void => {
      for (let message = take(control); message !== undefined; message = take(control)) {
        const [what, chunk] = message.value as [number, Uint8Array | null]
        if (what !== INPUT) continue
        refHandle(control, false)
        stdin.push(chunk === null ? null : Buffer.from(chunk))
      }
    }
    listenTo(control, listen, false)
  } else stdin.push(null)
  return stdin
}

function makeWriter(fd: number): unknown {
  const { Writable } = import.meta.builtin('node:stream').default
  const stream: any = new Writable({
    decodeStrings: true,
    write(chunk: Uint8Array, _encoding: string, done: () => void) {
      post(control, [OUTPUT, fd, chunk], undefined)
      done()
    },
  })
  stream.fd = fd
  return import.meta.builtin('internal:stdio').streams[fd] = stream
}

/** The names that a worker of the web finds: globalThis hears messages. */
function beWebWorker(o: Given, port: MessagePort): void {
  const { EventTarget, defineEventHandler } = import.meta.builtin('web:events')
  const target = new EventTarget(), scope: any = globalThis
  const put = (name: string, value: unknown): void => {
    Object.defineProperty(scope, name, { value, writable: true, enumerable: true, configurable: true })
  }
  let listens = false
  const listen = (type: string): void => {
    if (type !== 'message' || listens) return
    listens = true
    port.addEventListener('message', (event: any) => {
      const { MessageEvent } = import.meta.builtin('web:websocket')
      target.dispatchEvent(new MessageEvent('message', { data: event.data, ports: event.ports }))
    })
  }
  put('self', scope)
  put('name', o.name)
  put('postMessage', function postMessage(value: unknown, options?: any) { port.postMessage(value, options) })
  put('close', function close() { import.meta.builtin('node:process').default.exit(0) })
  put('addEventListener', function addEventListener(type: string, listener: any, options?: any) {
    target.addEventListener(type, listener, options)
    listen(type)
  })
  put('removeEventListener', function removeEventListener(type: string, listener: any, options?: any) { target.removeEventListener(type, listener, options) })
  put('dispatchEvent', function dispatchEvent(event: any) { return target.dispatchEvent(event) })
  const holder = Object.create(target)
  for (const name of ['message', 'error', 'messageerror']) {
    defineEventHandler(holder, name)
    const { get, set } = Object.getOwnPropertyDescriptor(holder, `on${name}`)!
    Object.defineProperty(scope, `on${name}`, {
      get: () => Reflect.apply(get!, target, []),
      set(value) {
        Reflect.apply(set!, target, [value])
        listen(name)
      },
      enumerable: true, configurable: true,
    })
  }
}
