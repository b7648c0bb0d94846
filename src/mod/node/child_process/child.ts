// node:child_process, class ChildProcess: one program that runs.

import { listeners } from 'internal:channels'
import { bindContext, traced, tracedHandle } from 'internal:rt'
import { EventEmitter } from 'node:events'
import Stream from 'node:stream'
import { codes, ERR_INVALID_ARG_VALUE, ERR_UNKNOWN_SIGNAL, errnoException } from 'internal:errors'
import { FdReader } from 'node:process/fd_stream'
import * as native from 'native:child_process'

const { Writable } = Stream as any
export const kStart = Symbol('start')

function tell(name: string, message: object): void {
  if (listeners.child > 0) import.meta.builtin('node:diagnostics_channel').channel(name).publish(message)
}

/** Our end of a pipe that the child writes. */
class PipeReader extends FdReader {
  [key: string]: any
  _destroy(error: any, callback: any): void {
    super._destroy(error, (late: any) => {
      if (this.fd >= 0) native.close(this.fd)
      this.fd = -1
      callback(late)
    })
  }
}

/** Our end of a pipe that the child reads. */
class PipeWriter extends Writable {
  [key: string]: any
  constructor(fd: number) {
    super({ decodeStrings: true })
    this.fd = fd
    this.trace = tracedHandle('PIPEWRAP')
  }
  _write(chunk: any, _encoding: any, callback: any): void {
    if (this.fd < 0) return callback()
    const n = native.write(this.fd, chunk)
    if (n === chunk.length) return callback()
    if (n < 0 && n !== -11) return callback(errnoException(n, 'write'))
    const rest = n > 0 ? chunk.subarray(n) : chunk
    native.whenWritable(this.fd, error => error ? callback(error) : this._write(rest, 'buffer', callback))
  }
  _destroy(error: any, callback: any): void {
    if (this.fd >= 0) native.close(this.fd)
    this.fd = -1
    this.trace?.close()
    callback(error)
  }
  _final(callback: any): void {
    if (this.fd >= 0) native.close(this.fd)
    this.fd = -1
    callback()
  }
  ref(): this { return this }
  unref(): this { return this }
}

function listOf(stdio: any): any[] {
  if (stdio === undefined || stdio === null) stdio = 'pipe'
  if (typeof stdio === 'string') {
    if (!['ignore', 'pipe', 'inherit', 'overlapped'].includes(stdio)) throw new ERR_INVALID_ARG_VALUE('stdio', stdio)
    return [stdio, stdio, stdio]
  }
  if (!Array.isArray(stdio)) throw new ERR_INVALID_ARG_VALUE('stdio', stdio)
  const list = stdio.slice()
  while (list.length < 3) list.push(undefined)
  return list
}

class Child extends (EventEmitter as any) {
  [key: string]: any
  #handle: number | undefined
  #open = 1                                        // what must end before 'close': the program, and each pipe to us
  constructor() {
    super()
    this.connected = false
    this.signalCode = null
    this.exitCode = null
    this.killed = false
    this.spawnfile = null
  }

  [kStart](all: any): void {
    let channel: number | undefined
    const fds: number[] = [], theirs: number[] = [], ours: (number | null)[] = []
    listOf(all.stdio).forEach((one: any, i: number) => {
      let fd = -1, mine: number | null = null
      if (one === 'pipe' || one === 'overlapped' || (one == null && i < 3)) {
        const [a, b] = native.pipe(i === 0)
        mine = a
        theirs.push(fd = b)
      } else if (one === 'inherit') fd = i
      else if (one === 'ignore' || one == null) fd = -1
      else if (one === 'ipc') {
        if (channel !== undefined) throw new codes.ERR_IPC_ONE_PIPE()
        const [a, b] = native.channel()
        channel = a
        theirs.push(fd = b)
        all.envPairs = [...(all.envPairs ?? Object.entries(process.env).map(([name, value]) => `${name}=${value}`)), `NODE_CHANNEL_FD=${i}`,
          'NODE_CHANNEL_SERIALIZATION_MODE=json']
      }
      else if (typeof one === 'number') fd = one
      else if (typeof one?.fd === 'number') fd = one.fd
      else throw new ERR_INVALID_ARG_VALUE('stdio', one)
      fds.push(fd)
      ours.push(mine)
    })
    this.spawnfile = all.file
    this.spawnargs = all.args
    tell('child_process', { process: this })
    tell('tracing:child_process.spawn:start', { process: this, options: all })
    const started = native.spawn(all.file, all.args, all.envPairs, all.cwd, fds, all.detached, all.uid, all.gid,
      traced('PROCESSWRAP', bindContext((code: any, signal: any) => this.#ended(code, signal))))
    for (const fd of theirs) native.close(fd)
    const failed = typeof started === 'number' ? started : 0
    this.stdio = ours.map((fd, i) => {
      if (fd === null) return null
      const stream: any = i === 0 ? new PipeWriter(fd) : new PipeReader(fd, { emitClose: true })
      if (i > 0 && !failed) {
        this.#open++
        stream.once('close', () => this.#closed())
      }
      if (failed) stream.destroy()
      return stream
    })
    ;[this.stdin, this.stdout, this.stderr] = this.stdio
    if (failed) {
      if (channel !== undefined) native.close(channel)
      tell('tracing:child_process.spawn:error', { process: this, error: errnoException(failed, 'spawn') })
      process.nextTick(() => this.#failed(failed))
      return
    }
    const [handle, pid] = started
    this.#handle = handle
    this.pid = pid
    if (channel !== undefined) {
      this.#open++
      import.meta.builtin('./channel.ts').openChannel(channel, this, false)
      this.once('disconnect', () => this.#closed())
    }
    tell('tracing:child_process.spawn:end', { process: this })
    process.nextTick(() => this.emit('spawn'))
  }

  #failed(errno: number): void {
    const error: any = errnoException(errno, `spawn ${this.spawnfile}`)
    error.path = this.spawnfile
    error.spawnargs = this.spawnargs.slice(1)
    this.exitCode = errno
    this.emit('error', error)
    this.#closed()
  }
  #ended(code: number, signal: number): void {
    this.#handle = undefined
    if (signal) this.signalCode = signalName(signal)
    else this.exitCode = code
    this.stdin?.destroy()
    this.emit('exit', this.exitCode, this.signalCode)
    // Nobody reads them: then nobody would hear of their end either.
    process.nextTick(() => {
      for (const stream of this.stdio) if (stream instanceof PipeReader && !stream.readableFlowing && !(stream as any).listenerCount('readable')) (stream as any).resume()
    })
    this.#closed()
  }
  #closed(): void {
    if (--this.#open === 0) this.emit('close', this.exitCode, this.signalCode)
  }

  kill(signal?: any): boolean {
    const number = signal === 0 ? 0 : signalNumber(signal ?? 'SIGTERM')
    if (this.#handle === undefined) return false
    const code = native.kill(this.#handle, number)
    if (code === 0) {
      this.killed = true
      return true
    }
    if (code === -3) return false
    if (code === -22 || code === -38) throw errnoException(code, 'kill')
    this.emit('error', errnoException(code, 'kill'))
    return false
  }
  [Symbol.dispose](): void {
    if (!this.killed) this.kill()
  }
  ref(): void {
    if (this.#handle !== undefined) native.ref(this.#handle, true)
  }
  unref(): void {
    if (this.#handle !== undefined) native.ref(this.#handle, false)
  }
}

function signalNumber(signal: any): number {
  const { signals } = import.meta.builtin('node:os').constants
  if (typeof signal === 'number') return signal
  const number = signals[signal] ?? signals[`${signal}`.toUpperCase()]
  if (!number) throw new ERR_UNKNOWN_SIGNAL(signal)
  return number
}
function signalName(number: number): string {
  const { signals } = import.meta.builtin('node:os').constants
  for (const name of Object.keys(signals)) if (signals[name] === number) return name
  return String(number)
}

/** A function, as Node's. */
export function ChildProcess(this: any): any {
  return Reflect.construct(Child, [], new.target ?? ChildProcess)
}
ChildProcess.prototype = Child.prototype
Object.defineProperty(ChildProcess.prototype, 'constructor', { value: ChildProcess, writable: true, configurable: true })
Object.setPrototypeOf(ChildProcess, EventEmitter)
