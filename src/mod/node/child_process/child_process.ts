// node:child_process: spawn and all that is made of it.

import { Buffer } from 'node:buffer'
import {
  AbortError, codes, ERR_CHILD_PROCESS_IPC_REQUIRED, ERR_CHILD_PROCESS_STDIO_MAXBUFFER, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE, ERR_UNKNOWN_SIGNAL,
  errnoException, genericNodeError, uvError,
} from 'internal:errors'
import { validateAbortSignal, validateBoolean, validateFunction, validateObject, validateString } from 'internal:validate'
import * as native from 'native:child_process'
import { ChildProcess, kStart } from './child.ts'

const MOST = 1024 * 1024

function isIterableOrNot(value: any): void {
  if (value !== undefined && value !== null && !Array.isArray(value)) throw new ERR_INVALID_ARG_TYPE('args', 'Array', value)
}
function noNull(value: string, name: string): void {
  if (value.includes('\0')) throw new ERR_INVALID_ARG_VALUE(name, value, 'must be a string without null bytes')
}
function signalNumber(signal: any): number {
  const { signals } = import.meta.builtin('node:os').constants
  if (typeof signal === 'number') {
    for (const name of Object.keys(signals)) if (signals[name] === signal) return signal
  } else if (typeof signal === 'string') {
    const number = signals[signal] ?? signals[signal.toUpperCase()]
    if (number) return number
  }
  throw new ERR_UNKNOWN_SIGNAL(signal)
}
function killSignalOf(signal: any): number {
  if (signal === undefined || signal === null) return 15
  if (typeof signal !== 'string' && typeof signal !== 'number') throw new ERR_INVALID_ARG_TYPE('options.killSignal', ['string', 'number'], signal)
  return signalNumber(signal)
}

/** (file, args?, options?) made whole, as all forms take it. */
function normalize(file: any, args: any, options: any): any {
  validateString(file, 'file')
  noNull(file, 'file')
  if (file.length === 0) throw new ERR_INVALID_ARG_VALUE('file', file, 'cannot be empty')
  if (args !== null && typeof args === 'object' && !Array.isArray(args)) {
    options = args
    args = []
  } else {
    isIterableOrNot(args)
    args = args ? args.map((one: any) => `${one}`) : []
  }
  for (const [i, one] of args.entries()) noNull(one, `args[${i}]`)
  if (options === undefined) options = {}
  else validateObject(options, 'options')
  options = { __proto__: null, ...options }
  let { cwd, shell } = options
  if (cwd != null) {
    if (cwd instanceof URL) cwd = import.meta.builtin('node:url').default.fileURLToPath(cwd)
    if (typeof cwd !== 'string') throw new ERR_INVALID_ARG_TYPE('options.cwd', ['string', 'Buffer', 'URL'], cwd)
    noNull(cwd, 'options.cwd')
  }
  if (options.detached != null) validateBoolean(options.detached, 'options.detached')
  for (const name of ['uid', 'gid']) if (options[name] != null && (options[name] | 0) !== options[name]) throw new ERR_INVALID_ARG_TYPE(`options.${name}`, 'int32', options[name])
  if (shell != null && typeof shell !== 'boolean' && typeof shell !== 'string') throw new ERR_INVALID_ARG_TYPE('options.shell', ['boolean', 'string'], shell)
  if (options.argv0 != null) validateString(options.argv0, 'options.argv0')
  if (options.timeout != null && !(Number.isInteger(options.timeout) && options.timeout >= 0)) {
    throw new ERR_OUT_OF_RANGE('options.timeout', 'an unsigned integer', options.timeout)
  }
  if (shell) {
    const command = args.length > 0 ? `${file} ${args.join(' ')}` : file
    file = typeof shell === 'string' ? shell : '/bin/sh'
    args = [options.argv0 ?? file, '-c', command]
  } else {
    args = [options.argv0 ?? file, ...args]
  }
  let env: string[] | null = null
  if (options.env != null) {
    env = []
    for (const name in options.env) {
      const value = options.env[name]
      if (value === undefined) continue
      noNull(name, `options.env['${name}']`)
      noNull(`${value}`, `options.env['${name}']`)
      env.push(`${name}=${value}`)
    }
  }
  return { ...options, file, args, cwd: cwd ?? null, envPairs: env, uid: options.uid ?? -1, gid: options.gid ?? -1, detached: Boolean(options.detached) }
}

export function spawn(file: any, args?: any, options?: any): any {
  const all = normalize(file, args, options)
  const { signal, timeout } = all
  validateSignal(signal)
  const killSignal = killSignalOf(all.killSignal)
  const child: any = new (ChildProcess as any)()
  child[kStart](all)
  if (timeout > 0) {
    const timer = setTimeout(() => child.kill(killSignal), timeout)
    child.once('exit', () => clearTimeout(timer))
  }
  if (signal) {
    const end = (): void => {
      if (child.kill(killSignal)) child.emit('error', new AbortError(undefined, { cause: signal.reason }))
    }
    if (signal.aborted) process.nextTick(end)
    else {
      signal.addEventListener('abort', end, { once: true })
      child.once('exit', () => signal.removeEventListener('abort', end))
    }
  }
  return child
}
function validateSignal(signal: any): void {
  if (signal !== undefined) validateAbortSignal(signal, 'options.signal')
}

// --- collected: execFile and exec

const customPromise = Symbol.for('nodejs.util.promisify.custom')
function promised(fn: any): void {
  Object.defineProperty(fn, customPromise, {
    enumerable: false,
    value: (...args: any[]) => {
      const { promise, resolve, reject } = (Promise as any).withResolvers()
      promise.child = fn(...args, (error: any, stdout: any, stderr: any) => {
        if (error !== null) reject(Object.assign(error, { stdout, stderr }))
        else resolve({ stdout, stderr })
      })
      return promise
    },
  })
}

export function execFile(file: any, args?: any, options?: any, callback?: any): any {
  if (args != null && typeof args === 'function') [args, options, callback] = [[], {}, args]
  else if (args !== null && typeof args === 'object' && !Array.isArray(args)) [args, options, callback] = [[], args, options]
  if (typeof options === 'function') [options, callback] = [{}, options]
  if (callback != null) validateFunction(callback, 'callback')
  if (args !== undefined && args !== null && !Array.isArray(args)) throw new ERR_INVALID_ARG_TYPE('args', 'Array', args)
  options = { encoding: 'utf8', timeout: 0, maxBuffer: MOST, killSignal: 'SIGTERM', cwd: null, env: null, shell: false, ...options }
  if (!(Number.isInteger(options.timeout) && options.timeout >= 0)) throw new ERR_OUT_OF_RANGE('timeout', 'an unsigned integer', options.timeout)
  if (typeof options.maxBuffer !== 'number' || options.maxBuffer < 0) throw new ERR_OUT_OF_RANGE('options.maxBuffer', 'a positive number', options.maxBuffer)
  const killSignal = killSignalOf(options.killSignal)
  const { encoding, maxBuffer } = options
  const child = spawn(file, args, { ...options, timeout: 0, killSignal: undefined, env: options.env ?? undefined, cwd: options.cwd ?? undefined, stdio: undefined })
  const asText = encoding && encoding !== 'buffer' && Buffer.isEncoding(encoding)
  const parts: any[][] = [[], []], lengths = [0, 0]
  let isKilled = false, failure: any = null, isOver = false, timer: any
  const value = (i: number): any => asText ? parts[i].join('') : Buffer.concat(parts[i])

  function end(code: any, signal: any): void {
    if (isOver) return
    isOver = true
    clearTimeout(timer)
    if (!callback) return
    const stdout = value(0), stderr = value(1)
    if (!failure && code === 0 && signal === null) {
      callback(null, stdout, stderr)
      return
    }
    const command = args?.length ? `${file} ${args.join(' ')}` : file
    failure ??= genericNodeError(`Command failed: ${command}\n${stderr}`, {
      code: code < 0 ? uvError(code)[0] : code, killed: child.killed || isKilled, signal,
    })
    failure.cmd = command
    callback(failure, stdout, stderr)
  }
  function kill(): void {
    child.stdout?.destroy()
    child.stderr?.destroy()
    isKilled = true
    try {
      child.kill(killSignal)
    } catch (error) {
      failure ??= error
      end(null, null)
    }
  }
  if (options.timeout > 0) {
    timer = setTimeout(() => {
      kill()
      timer = undefined
    }, options.timeout)
  }
  for (const [i, name] of ['stdout', 'stderr'].entries()) {
    const stream = child[name]
    if (!stream) continue
    if (asText) stream.setEncoding(encoding)
    stream.on('data', (chunk: any) => {
      const room = maxBuffer - lengths[i]
      lengths[i] += chunk.length
      if (lengths[i] > maxBuffer) {
        parts[i].push(chunk.slice(0, room))
        failure = new ERR_CHILD_PROCESS_STDIO_MAXBUFFER(name)
        kill()
      } else {
        parts[i].push(chunk)
      }
    })
  }
  child.on('close', end)
  child.on('error', (error: any) => {
    failure = error
    child.stdout?.destroy()
    child.stderr?.destroy()
    end(null, null)
  })
  return child
}
promised(execFile)

function shellForm(command: any, options: any, callback?: any): any {
  validateString(command, 'command')
  noNull(command, 'command')
  if (typeof options === 'function') [options, callback] = [undefined, options]
  options = { ...options }
  options.shell = typeof options.shell === 'string' ? options.shell : true
  return { file: command, options, callback }
}
export function exec(command: any, options?: any, callback?: any): any {
  const form = shellForm(command, options, callback)
  return execFile(form.file, form.options, form.callback)
}
promised(exec)

// --- to the end, at once

/** What each descriptor is, for a program that runs to its end: its fd, and whether it is a pipe to us. */
function syncStdio(stdio: any): { fds: number[]; pipes: boolean[] } {
  if (stdio === undefined || stdio === null) stdio = 'pipe'
  const list = typeof stdio === 'string' ? [stdio, stdio, stdio] : stdio
  if (!Array.isArray(list)) throw new ERR_INVALID_ARG_VALUE('stdio', stdio)
  const fds: number[] = [], pipes: boolean[] = []
  for (let i = 0; i < Math.max(3, list.length); i++) {
    const one = list[i]
    const isPipe = one === 'pipe' || one === 'overlapped' || one == null && i < 3
    pipes.push(isPipe)
    if (isPipe || one === 'ignore' || one == null) fds.push(-1)
    else if (one === 'inherit') fds.push(i)
    else if (typeof one === 'number') fds.push(one)
    else if (typeof one?.fd === 'number') fds.push(one.fd)
    else throw new ERR_INVALID_ARG_VALUE('stdio', one)
  }
  return { fds, pipes }
}

export function spawnSync(file: any, args?: any, options?: any): any {
  const all = normalize(file, args, { maxBuffer: MOST, ...(args !== null && typeof args === 'object' && !Array.isArray(args) ? args : options) })
  if (typeof all.maxBuffer !== 'number' || all.maxBuffer < 0) throw new ERR_OUT_OF_RANGE('options.maxBuffer', 'a positive number', all.maxBuffer)
  const killSignal = killSignalOf(all.killSignal)
  const { fds, pipes } = syncStdio(all.stdio)
  let { input } = all
  if (typeof input === 'string') input = Buffer.from(input, all.encoding && all.encoding !== 'buffer' ? all.encoding : 'utf8')
  else if (input != null && !ArrayBuffer.isView(input)) throw new ERR_INVALID_ARG_TYPE('options.stdio[0]', ['Buffer', 'TypedArray', 'DataView', 'string'], input)
  const given = pipes[0] ? input ?? new Uint8Array(0) : null
  const got = native.run(all.file, all.args, all.envPairs, all.cwd, fds, all.detached, all.uid, all.gid,
    given && new Uint8Array(given.buffer, given.byteOffset, given.byteLength), (pipes[1] ? 1 : 0) | (pipes[2] ? 2 : 0), all.timeout ?? 0, killSignal, all.maxBuffer)
  const fail = (errno: number): Error => {
    const error: any = errnoException(errno, `spawnSync ${all.file}`)
    error.path = all.file
    error.spawnargs = all.args.slice(1)
    return error
  }
  if (typeof got === 'number') {
    return { error: fail(got), status: null, signal: null, output: null, pid: 0, stdout: null, stderr: null }
  }
  const [pid, code, signal, out, err, isLate, isTooMuch] = got
  const as = (data: any): any => {
    if (data === null) return null
    const buffer = Buffer.from(data)
    return all.encoding && all.encoding !== 'buffer' ? buffer.toString(all.encoding) : buffer
  }
  const result: any = { pid, status: signal ? null : code, signal: null, output: [null, as(out), as(err)] }
  if (signal) result.signal = nameOf(signal)
  result.stdout = result.output[1]
  result.stderr = result.output[2]
  if (isLate) result.error = fail(-110)
  else if (isTooMuch) result.error = fail(-105)
  return result
}
function nameOf(number: number): string {
  const { signals } = import.meta.builtin('node:os').constants
  for (const name of Object.keys(signals)) if (signals[name] === number) return name
  return String(number)
}

function checked(result: any, command: string | undefined, args: string[] | undefined): void {
  let error: any
  if (result.error) {
    error = result.error
    Object.assign(error, result)
  } else if (result.status !== 0) {
    let text = `Command failed: ${command ?? args!.join(' ')}`
    if (result.stderr && result.stderr.length > 0) text += `\n${result.stderr.toString()}`
    error = genericNodeError(text, result)
  }
  if (error) throw error
}
export function execFileSync(file: any, args?: any, options?: any): any {
  if (args !== null && typeof args === 'object' && !Array.isArray(args)) [args, options] = [[], args]
  const inherits = !options?.stdio
  const result = spawnSync(file, args, options)
  if (inherits && result.stderr) process.stderr.write(result.stderr)
  checked(result, undefined, [file, ...args ?? []])
  return result.stdout
}
export function execSync(command: any, options?: any): any {
  const form = shellForm(command, options)
  const inherits = !form.options.stdio
  const result = spawnSync(form.file, [], form.options)
  if (inherits && result.stderr) process.stderr.write(result.stderr)
  checked(result, command, undefined)
  return result.stdout
}

export function fork(modulePath: any, args?: any, options?: any): any {
  if (modulePath instanceof URL) modulePath = import.meta.builtin('node:url').default.fileURLToPath(modulePath)
  validateString(modulePath, 'modulePath')
  noNull(modulePath, 'modulePath')
  if (args == null) args = []
  else if (typeof args === 'object' && !Array.isArray(args)) [args, options] = [[], args]
  else if (!Array.isArray(args)) throw new ERR_INVALID_ARG_TYPE('args', 'Array', args)
  if (options != null) validateObject(options, 'options')
  options = { ...options, shell: false }
  if (options.serialization === 'advanced') throw new codes.ERR_NOT_IMPLEMENTED("child_process.fork with serialization 'advanced'")
  options.execPath ||= process.execPath
  // A text that was given with -e is not the child's program.
  let execArgv = options.execArgv
  if (execArgv === undefined) {
    execArgv = process.execArgv.slice()
    for (const flag of ['-e', '--eval', '-p', '--print']) {
      const at = execArgv.indexOf(flag)
      if (at >= 0) execArgv.splice(at, 2)
    }
  }
  if (typeof options.stdio === 'string') options.stdio = [options.stdio, options.stdio, options.stdio, 'ipc']
  else if (!Array.isArray(options.stdio)) {
    const one = options.silent ? 'pipe' : 'inherit'
    options.stdio = [one, one, one, 'ipc']
  } else if (!options.stdio.includes('ipc')) {
    throw new ERR_CHILD_PROCESS_IPC_REQUIRED('options.stdio')
  }
  return spawn(options.execPath, [...execArgv, modulePath, ...args], options)
}
function _forkChild(fd: number): void {
  import.meta.builtin('./channel.ts').openChannel(fd, process, true)
}

export default { _forkChild, ChildProcess, exec, execFile, execFileSync, execSync, fork, spawn, spawnSync }
