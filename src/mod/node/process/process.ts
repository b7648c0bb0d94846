// node:process. What every program touches is here; what few ask for is in rare.ts, the streams are in stdio.ts.

import { EventEmitter } from 'node:events'
import { codes, errnoException, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE, ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET } from 'internal:errors'
import { engineVersion, flags, leave, nodeVersion, queueTick, setProcessHooks, tracedHandle } from 'internal:rt'
import type { Handle } from 'internal:rt'
import * as native from 'native:process'

const EXITING = 7, EXIT_CODE = 8, HAS_EXIT_CODE = 9
const [execPath, argv0, script, args, execArgv, pid, baoVersion, arch, printsWarnings] = native.startedAs()

function process(this: any): void {}
Object.defineProperty(process.prototype, 'constructor', { value: process, writable: true, configurable: true, enumerable: false })
Object.setPrototypeOf(process.prototype, EventEmitter.prototype)
const self: any = Object.create(process.prototype, {
  [Symbol.toStringTag]: { configurable: true, enumerable: false, value: 'process' },
})
EventEmitter.call(self)

function rare(): any {
  return import.meta.builtin('./rare.ts')
}
/** A function of rare.ts, loaded at its first call. */
function later(name: string, length: number): any {
  const it = { [name](...all: any[]): any { return rare()[name](...all) } }[name]
  Object.defineProperty(it, 'length', { value: length, configurable: true })
  return it
}
function getter(name: string, get: () => any, set?: (value: any) => void): void {
  Object.defineProperty(self, name, { configurable: true, enumerable: true, get, set } as PropertyDescriptor)
}
/** Made when first asked for, then an ordinary property. */
function lazy(name: string, make: () => any): void {
  const put = (value: any): any => {
    Object.defineProperty(self, name, { configurable: true, enumerable: true, writable: true, value })
    return value
  }
  getter(name, () => put(make()), put)
}

self.version = nodeVersion
lazy('versions', () => Object.freeze({
  node: nodeVersion.slice(1), bao: baoVersion, bun: '1.4.5', webkit: engineVersion(), modules: '147', napi: '10', uv: '1.44.2',
  unicode: '17.0',
}))
self.arch = arch
self.platform = 'linux'
self.release = {
  name: 'node',
  sourceUrl: `https://nodejs.org/download/release/${nodeVersion}/node-${nodeVersion}.tar.gz`,
  headersUrl: `https://nodejs.org/download/release/${nodeVersion}/node-${nodeVersion}-headers.tar.gz`,
}
self.isBun = true
self.moduleLoadList = []
self.binding = later('binding', 1)
self._linkedBinding = later('_linkedBinding', 1)
self._rawDebug = function _rawDebug(...all: any[]): void {
  native.fdWrite(2, import.meta.builtin('internal:format').format(...all) + '\n')
}
self.domain = null
getter('_exiting', () => flags[EXITING] !== 0, value => { flags[EXITING] = value ? 1 : 0 })

// --- the end

let exitCodeGiven: any
function exitCodeOf(value: any): number {
  if (value === undefined || value === null) return 0
  let code = value
  if (typeof code === 'string' && code !== '') {
    const number = Number(code)
    if (Number.isInteger(number)) code = number
  }
  if (typeof code !== 'number') throw new ERR_INVALID_ARG_TYPE('code', 'number', value)
  if (!Number.isInteger(code)) throw new ERR_OUT_OF_RANGE('code', 'an integer', value)
  return code
}
getter('exitCode', () => flags[HAS_EXIT_CODE] && exitCodeGiven === undefined ? flags[EXIT_CODE] : exitCodeGiven, value => {
  const code = exitCodeOf(value)
  exitCodeGiven = value ?? undefined
  flags[HAS_EXIT_CODE] = value === undefined || value === null ? 0 : 1
  flags[EXIT_CODE] = code
})
self.exit = function exit(code?: any): never {
  if (arguments.length !== 0 && code !== undefined) self.exitCode = code
  return leave(flags[HAS_EXIT_CODE] ? flags[EXIT_CODE] : 0)
}
self.reallyExit = function reallyExit(code?: any): never {
  flags[EXITING] = 1
  return leave(code | 0)
}
self.abort = function abort(): never {
  return native.abort()
}

// --- time and measures

let pair: Float64Array | undefined
function hrtime(time?: any): [number, number] {
  if (pair === undefined) native.hrtimeShare(pair = new Float64Array(2))
  native.hrtime()
  if (time === undefined) return [pair[0], pair[1]]
  import.meta.builtin('internal:validate').validateArray(time, 'time')
  if (time.length !== 2) throw new ERR_OUT_OF_RANGE('time', 2, time.length)
  const seconds = pair[0] - time[0], rest = pair[1] - time[1]
  return rest < 0 ? [seconds - 1, rest + 1e9] : [seconds, rest]
}
hrtime.bigint = function bigint(): bigint {
  return native.hrtimeBig()
}
self.hrtime = hrtime
self.uptime = function uptime(): number { return native.uptime() }

function cpuUsageBy(ofThread: boolean, previous: any): { user: number; system: number } {
  if (previous) {
    const { validateObject, validateNumber } = import.meta.builtin('internal:validate')
    validateObject(previous, 'prevValue')
    for (const name of ['user', 'system']) {
      validateNumber(previous[name], `prevValue.${name}`)
      if (previous[name] < 0 || previous[name] > Number.MAX_SAFE_INTEGER) throw new ERR_INVALID_ARG_VALUE.RangeError(`prevValue.${name}`, previous[name])
    }
  }
  const usageRoom = new Float64Array(16)
  native.usage(usageRoom, ofThread)
  return { user: usageRoom[0] - (previous?.user ?? 0), system: usageRoom[1] - (previous?.system ?? 0) }
}
self.cpuUsage = function cpuUsage(previous?: any): any { return cpuUsageBy(false, previous) }
self.threadCpuUsage = function threadCpuUsage(previous?: any): any { return cpuUsageBy(true, previous) }
self.resourceUsage = later('resourceUsage', 0)
function memoryUsage(): any {
  return rare().memoryUsage()
}
memoryUsage.rss = function rss(): number { return native.resident() }
self.memoryUsage = memoryUsage
self.constrainedMemory = function constrainedMemory(): number { return native.memory()[1] }
self.availableMemory = function availableMemory(): number { return native.memory()[2] }

// --- the environment: a copy that writes through

const environment: any = {}
const all = native.envAll()
for (let i = 0; i < all.length; i += 2) environment[all[i]] = all[i + 1]

function textOf(value: any): string {
  if (typeof value === 'symbol') throw new TypeError('Cannot convert a Symbol value to a string')
  return `${value}`
}
self.env = new Proxy(environment, {
  set(target, key, value) {
    const name = textOf(key)
    value = textOf(value)
    target[name] = value
    native.envPut(name, value)
    return true
  },
  deleteProperty(target, key) {
    if (typeof key === 'string') {
      native.envPut(key)
      delete target[key]
    }
    return true
  },
  defineProperty(target, key, descriptor) {
    const { ERR_INVALID_OBJECT_DEFINE_PROPERTY } = codes
    if ('value' in descriptor) {
      if (!descriptor.configurable || !descriptor.writable || !descriptor.enumerable) {
        throw new ERR_INVALID_OBJECT_DEFINE_PROPERTY("'process.env' only accepts a configurable, writable, and enumerable data descriptor")
      }
      const name = textOf(key), value = textOf(descriptor.value)
      target[name] = value
      native.envPut(name, value)
      return true
    }
    if ('get' in descriptor || 'set' in descriptor) {
      throw new ERR_INVALID_OBJECT_DEFINE_PROPERTY("'process.env' does not accept an accessor(getter/setter) descriptor")
    }
    throw new ERR_INVALID_OBJECT_DEFINE_PROPERTY("'process.env' only accepts a configurable, writable, and enumerable data descriptor")
  },
})
self.loadEnvFile = later('loadEnvFile', 0)

// --- this process

self.argv = script === null ? [execPath, ...args] : [execPath, script, ...args]
self.execArgv = execArgv
self.execPath = execPath
self.argv0 = argv0
self.pid = pid
self.debugPort = 9229
getter('ppid', () => native.ppid())
getter('title', () => native.title(), value => { native.title(textOf(value)) })

let workingFolder: string | undefined
self.cwd = function cwd(): string {
  return workingFolder ??= native.cwd()
}
self.chdir = function chdir(directory: any): void {
  if (typeof directory !== 'string') throw new ERR_INVALID_ARG_TYPE('directory', 'string', directory)
  native.chdir(directory)
  workingFolder = undefined
}
self.umask = function umask(mask?: any): number {
  if (mask === undefined) return native.umask()
  return native.umask(import.meta.builtin('internal:validate').parseFileMode(mask, 'mask') & 0o777)
}
self.getuid = function getuid(): number { return native.id(0) }
self.geteuid = function geteuid(): number { return native.id(1) }
self.getgid = function getgid(): number { return native.id(2) }
self.getegid = function getegid(): number { return native.id(3) }
self.getgroups = function getgroups(): number[] { return native.groups() }
for (const name of ['initgroups', 'setgroups', 'setegid', 'seteuid', 'setgid', 'setuid', 'execve']) self[name] = later(name, name === 'initgroups' ? 2 : 1)
self.kill = later('kill', 2)
self._kill = function _kill(id: number, signal: number): number { return native.kill(id, signal) }
self.dlopen = later('dlopen', 0)
self.getBuiltinModule = later('getBuiltinModule', 1)
self.getActiveResourcesInfo = later('getActiveResourcesInfo', 0)
self._getActiveHandles = function _getActiveHandles(): any[] { return [] }
self._getActiveRequests = function _getActiveRequests(): any[] { return [] }
for (const name of ['config', 'features', 'finalization', 'allowedNodeEnvironmentFlags', 'report']) lazy(name, () => rare()[name])
self._preload_modules = []
getter('mainModule', () => import.meta.builtin('rt:modules/cjs').mainModule())
self.ref = function ref(maybe: any): void { maybe?.[Symbol.for('nodejs.ref')] ? maybe[Symbol.for('nodejs.ref')]() : maybe?.ref?.() }
self.unref = function unref(maybe: any): void { maybe?.[Symbol.for('nodejs.unref')] ? maybe[Symbol.for('nodejs.unref')]() : maybe?.unref?.() }

// --- ticks, warnings, errors

self.nextTick = function nextTick(callback: any, ...rest: any[]): void {
  if (typeof callback !== 'function') throw new ERR_INVALID_ARG_TYPE('callback', 'Function', callback)
  queueTick(callback, rest.length === 0 ? undefined : rest)
}
self._tickCallback = function runNextTicks(): void {}
self.emitWarning = later('emitWarning', 4)
self.openStdin = function openStdin(): any {
  self.stdin.resume()
  return self.stdin
}

let capture: any = null
const captures: any[] = []
self.setUncaughtExceptionCaptureCallback = function setUncaughtExceptionCaptureCallback(fn: any): void {
  if (fn === null) {
    capture = null
    return
  }
  if (typeof fn !== 'function') throw new ERR_INVALID_ARG_TYPE('fn', ['Function', 'null'], fn)
  if (capture !== null) throw new ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET()
  capture = fn
}
self.addUncaughtExceptionCaptureCallback = function addUncaughtExceptionCaptureCallback(fn: any): void {
  if (typeof fn !== 'function') throw new ERR_INVALID_ARG_TYPE('fn', 'Function', fn)
  captures.push(fn)
}
self.hasUncaughtExceptionCaptureCallback = function hasUncaughtExceptionCaptureCallback(): boolean {
  return capture !== null
}
self._fatalException = function (error: any, fromPromise: any): boolean {
  return uncaughtException(error, fromPromise ? 'unhandledRejection' : 'uncaughtException')
}
function uncaughtException(error: any, origin: string): boolean {
  for (const fn of captures) if (fn(error)) return true
  if (capture !== null) {
    capture(error)
    return true
  }
  self.emit('uncaughtExceptionMonitor', error, origin)
  return self.emit('uncaughtException', error, origin)
}

Object.defineProperty(self, 'sourceMapsEnabled', {
  get: () => import.meta.builtin('internal:stack').mapsSources(), enumerable: true, configurable: true,
})
self.setSourceMapsEnabled = function setSourceMapsEnabled(enabled: any): void {
  import.meta.builtin('internal:source_map').setSourceMapsSupport(enabled, { nodeModules: enabled, generatedCode: enabled })
}
self._debugProcess = function _debugProcess(): void { rare().notThere('process._debugProcess') }
self._debugEnd = function _debugEnd(): void { rare().notThere('process._debugEnd') }
self._startProfilerIdleNotifier = () => {}
self._stopProfilerIdleNotifier = () => {}

setProcessHooks({
  uncaughtException,
  unhandledRejection: (reason, promise) => self.emit('unhandledRejection', reason, promise),
  rejectionHandled: promise => { self.emit('rejectionHandled', promise) },
  warning: warning => { self.emitWarning(warning) },
  beforeExit: code => { self.emit('beforeExit', code) },
  exit: code => { self.emit('exit', code) },
})

// --- signals: watched from the first listener to the last

const watched = new Map<string, { handle: number; trace: Handle | undefined }>()
let signalNumbers: Record<string, number> | undefined
function signalNumber(name: any): number | undefined {
  if (typeof name !== 'string' || !name.startsWith('SIG')) return undefined
  return (signalNumbers ??= import.meta.builtin('node:os').constants.signals)![name]
}
function newListener(name: any): void {
  if (name === 'workerMessage') import.meta.builtin('web:messaging/to_thread').openInbox(self)
  const number = signalNumber(name)
  if (number === undefined || watched.has(name)) return
  const trace = tracedHandle('SIGNALWRAP'), told = (n: number): void => self.emit(name, name, n)
  const handle = native.signalOpen(number, trace === undefined ? told : n => trace.run(told, n))
  if (handle < 0) throw errnoException(handle, 'uv_signal_start')
  watched.set(name, { handle, trace })
}
function removeListener(name: any): void {
  if (!watched.has(name) || self.listenerCount(name) !== 0) return
  const { handle, trace } = watched.get(name)!
  native.signalClose(handle)
  trace?.close()
  watched.delete(name)
}
// What `on` would do, without running it: nobody has listened yet.
self._events.newListener = newListener
self._events.removeListener = removeListener
self._eventsCount = 2
if (printsWarnings) {
  self._events.warning = (warning: any) => rare().onWarning(warning)
  self._eventsCount = 3
}

// --- the standard streams

function standard(fd: number, name: string): void {
  let stream: any
  getter(name, () => stream ??= import.meta.builtin('./stdio.ts').open(fd), value => { stream = value })
}
// Started by fork: the channel is ours, and not the business of our own children.
if (environment.NODE_CHANNEL_FD !== undefined) {
  const fd = Number(environment.NODE_CHANNEL_FD)
  delete self.env.NODE_CHANNEL_FD
  delete self.env.NODE_CHANNEL_SERIALIZATION_MODE
  let isOpen = false
  // Streams need this module to be ready: the channel is opened when it is first touched, or after the program's first run.
  const open = (): void => {
    if (isOpen) return
    isOpen = true
    for (const name of ['send', 'disconnect', 'connected', 'channel']) delete self[name]
    import.meta.builtin('node:child_process/channel').openChannel(fd, self, true)
  }
  for (const name of ['send', 'disconnect', 'connected', 'channel']) {
    getter(name, () => {
      open()
      return self[name]
    })
  }
  queueTick(open)
}

standard(0, 'stdin')
standard(1, 'stdout')
standard(2, 'stderr')

export default self
