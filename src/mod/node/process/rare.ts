// node:process, what few programs ask for.

import {
  codes, ERR_INVALID_ARG_TYPE, ERR_UNKNOWN_CREDENTIAL, ERR_UNKNOWN_SIGNAL, errnoException,
} from 'internal:errors'
import { memory } from 'internal:rt'
import { validateArray, validateString, validateUint32 } from 'internal:validate'
import * as native from 'native:process'
import process from './process.ts'

export function notThere(what: string): never {
  throw new codes.ERR_NOT_IMPLEMENTED(what)
}
export function binding(module: any): any {
  module = `${module}`
  return notThere(`process.binding('${module}')`)
}
export function _linkedBinding(module: any): any {
  return notThere(`process._linkedBinding('${module}')`)
}
export function execve(): any {
  return notThere('process.execve')
}

/** An addon, when the program was built with Node-API. */
export function dlopen(module: any, filename: any, _flags?: any): void {
  if (module === null || typeof module !== 'object') throw new ERR_INVALID_ARG_TYPE('module', 'Object', module)
  validateString(filename, 'filename')
  let napi
  try {
    napi = import.meta.builtin('internal:napi')
  } catch {
    return notThere(`process.dlopen (${filename}): native addons`)
  }
  return napi.dlopen(module, filename)
}

export function getBuiltinModule(id: any): any {
  validateString(id, 'id')
  const { isBuiltin } = import.meta.builtin('node:module').default
  if (!isBuiltin(id)) return undefined
  try {
    return import.meta.builtin(id.includes(':') || id === 'bun' ? id : `node:${id}`).default
  } catch {
    return undefined
  }
}

export function getActiveResourcesInfo(): string[] {
  return import.meta.builtin('web:timers').activeTimers()
}

export function resourceUsage(): any {
  const u = new Float64Array(16)
  native.usage(u, false)
  return {
    userCPUTime: u[0], systemCPUTime: u[1], maxRSS: u[2], sharedMemorySize: u[3], unsharedDataSize: u[4], unsharedStackSize: u[5],
    minorPageFault: u[6], majorPageFault: u[7], swappedOut: u[8], fsRead: u[9], fsWrite: u[10], ipcSent: u[11], ipcReceived: u[12],
    signalsCount: u[13], voluntaryContextSwitches: u[14], involuntaryContextSwitches: u[15],
  }
}
export function memoryUsage(): any {
  const [heapUsed, heapTotal, external] = memory()
  return { rss: native.resident(), heapTotal: Math.max(heapTotal, heapUsed), heapUsed, external, arrayBuffers: external }
}

export function kill(pid: any, signal?: any): true {
  if (pid != (pid | 0)) throw new ERR_INVALID_ARG_TYPE('pid', 'number', pid)
  let number = 0
  if (typeof signal === 'number') number = signal
  else {
    number = import.meta.builtin('node:os').constants.signals[signal || 'SIGTERM']
    if (number === undefined) throw new ERR_UNKNOWN_SIGNAL(signal)
  }
  const code = native.kill(pid | 0, number)
  if (code) throw errnoException(code, 'kill')
  return true
}

function idOf(id: any, name: string): void {
  if (typeof id === 'number') validateUint32(id, name)
  else if (typeof id !== 'string') throw new ERR_INVALID_ARG_TYPE(name, ['number', 'string'], id)
}
function setter(which: number, kind: string): (id: any) => void {
  return id => {
    idOf(id, 'id')
    if (!native.setId(which, id)) throw new ERR_UNKNOWN_CREDENTIAL(kind, id)
  }
}
export const setuid = setter(0, 'User')
export const seteuid = setter(1, 'User')
export const setgid = setter(2, 'Group')
export const setegid = setter(3, 'Group')
export function setgroups(groups: any): void {
  validateArray(groups, 'groups')
  for (let i = 0; i < groups.length; i++) idOf(groups[i], `groups[${i}]`)
  const at = native.setGroups(groups)
  if (at >= 0) throw new ERR_UNKNOWN_CREDENTIAL('Group', groups[at])
}
export function initgroups(user: any, extraGroup: any): void {
  idOf(user, 'user')
  idOf(extraGroup, 'extraGroup')
  notThere('process.initgroups')
}

export function loadEnvFile(path: any = '.env'): void {
  const text = import.meta.builtin('node:fs').default.readFileSync(path, 'utf8')
  const found = import.meta.builtin('node:util').default.parseEnv(text)
  for (const name of Object.keys(found)) if (process.env[name] === undefined) process.env[name] = found[name]
}

// --- warnings

function isOn(flag: string): boolean {
  return native.flag(flag) !== undefined
}
let hasHinted = false, traceHinted = false
const disabled = new Set(native.flag('disable-warning') ?? [])
const trace = isOn('trace-warnings'), traceDeprecation = isOn('trace-deprecation')
process.noDeprecation ??= isOn('no-deprecation') || undefined
process.throwDeprecation ??= isOn('throw-deprecation') || undefined

export function onWarning(warning: any): void {
  if (disabled.has(warning?.code) || disabled.has(warning?.name) || !(warning instanceof Error)) return
  const isDeprecation = warning.name === 'DeprecationWarning'
  if (isDeprecation && process.noDeprecation) return
  const withStack = trace || (isDeprecation && traceDeprecation)
  const code = (warning as any).code
  let text = `(${process.release.name}:${process.pid}) `
  if (code) text += `[${code}] `
  text += withStack && warning.stack ? warning.stack : typeof (warning as any).toString === 'function' ? `${warning.toString()}` : `${Error.prototype.toString.call(warning)}`
  if (typeof (warning as any).detail === 'string') text += `\n${(warning as any).detail}`
  if (!withStack && (isDeprecation ? !traceHinted : !hasHinted)) {
    const flag = isDeprecation ? '--trace-deprecation' : '--trace-warnings'
    const name = import.meta.builtin('node:path').default.basename(process.argv0 || 'bao', '.exe')
    if (!hasHinted && !traceHinted) text += `\n(Use \`${name} ${flag} ...\` to show where the warning was created)`
    hasHinted = traceHinted = true
  }
  const file = native.flag('redirect-warnings')?.at(-1) ?? process.env.NODE_REDIRECT_WARNINGS
  if (file) {
    try {
      import.meta.builtin('node:fs').default.appendFileSync(file, text + '\n')
      return
    } catch {}
  }
  native.fdWrite(2, text + '\n')
}

export function emitWarning(warning: any, type?: any, code?: any, ctor?: any): void {
  let detail
  if (type !== null && typeof type === 'object' && !Array.isArray(type)) {
    ctor = type.ctor
    code = type.code
    if (typeof type.detail === 'string') detail = type.detail
    type = type.type || 'Warning'
  } else if (typeof type === 'function') {
    ctor = type
    code = undefined
    type = 'Warning'
  }
  if (type !== undefined) validateString(type, 'type')
  if (typeof code === 'function') {
    ctor = code
    code = undefined
  } else if (code !== undefined) validateString(code, 'code')
  if (typeof warning === 'string') {
    const error: any = new Error(warning)
    error.name = String(type || 'Warning')
    if (code !== undefined) error.code = code
    if (detail !== undefined) error.detail = detail
    Error.captureStackTrace(error, ctor || process.emitWarning)
    warning = error
  } else if (!(warning instanceof Error)) {
    throw new ERR_INVALID_ARG_TYPE('warning', ['Error', 'string'], warning)
  }
  if (warning.name === 'DeprecationWarning') {
    if (process.noDeprecation) return
    if (process.throwDeprecation) {
      process.nextTick(() => { throw warning })
      return
    }
  }
  process.nextTick(() => process.emit('warning', warning))
}

// --- tables

export const features: any = {
  inspector: false, debug: false, uv: true, ipv6: true, tls_alpn: true, tls_sni: true, tls_ocsp: true, tls: true,
  openssl_is_boringssl: false, cached_builtins: true, require_module: true, dtls: false, quic: false, typescript: 'transform',
}
export const config: any = Object.freeze({
  target_defaults: Object.freeze({ cflags: [], default_configuration: 'Release', defines: [], include_dirs: [], libraries: [] }),
  variables: Object.freeze({ host_arch: process.arch, target_arch: process.arch, node_module_version: 147, napi_build_version: '10', shlib_suffix: 'so.147' }),
})

const names = [
  '--conditions', '-C', '--console-depth', '--disable-warning', '--dns-result-order', '--enable-source-maps', '--env-file', '--expose-gc',
  '--import', '--max-http-header-size', '--no-addons', '--no-deprecation', '--no-warnings', '--pending-deprecation', '--preserve-symlinks',
  '--preserve-symlinks-main', '--redirect-warnings', '--require', '-r', '--throw-deprecation', '--title', '--trace-deprecation',
  '--trace-uncaught', '--trace-warnings', '--unhandled-rejections', '--zero-fill-buffers',
]
class FlagSet extends Set<string> {
  constructor() {
    super(names)
  }
  override add(): this { return this }
  override delete(): boolean { return false }
  override clear(): void {}
  override has(key: any): boolean {
    if (typeof key !== 'string') return false
    key = key.replace(/=.*$/, '').replace(/_/g, '-')
    return super.has(key) || super.has(`--${key}`) || super.has(`-${key}`)
  }
}
// Set's constructor adds through `add`, which here does nothing.
const flagSet = new FlagSet()
for (const name of names) Set.prototype.add.call(flagSet, name)
export const allowedNodeEnvironmentFlags = Object.freeze(flagSet)

export const report: any = {
  writeReport(): never { return notThere('process.report.writeReport') },
  getReport(): never { return notThere('process.report.getReport') },
  directory: '', filename: '', compact: false, excludeNetwork: false, excludeEnv: false, signal: 'SIGUSR2',
  reportOnFatalError: false, reportOnSignal: false, reportOnUncaughtException: false,
}

// Callbacks for objects that are still alive at the end.
const refs = new Set<{ object: WeakRef<any>; fn: any; event: string }>()
let listens = false
function remember(object: any, fn: any, event: string): void {
  if (object === null || (typeof object !== 'object' && typeof object !== 'function')) throw new ERR_INVALID_ARG_TYPE('obj', 'Object', object)
  if (typeof fn !== 'function') throw new ERR_INVALID_ARG_TYPE('fn', 'Function', fn)
  refs.add({ object: new WeakRef(object), fn, event })
  if (listens) return
  listens = true
  for (const name of ['exit', 'beforeExit']) {
    process.on(name, () => {
      for (const one of [...refs]) {
        const alive = one.event === name ? one.object.deref() : undefined
        if (alive === undefined) continue
        refs.delete(one)
        one.fn(alive, name)
      }
    })
  }
}
export const finalization = {
  register(object: any, fn: any): void { remember(object, fn, 'exit') },
  registerBeforeExit(object: any, fn: any): void { remember(object, fn, 'beforeExit') },
  unregister(object: any): void { for (const one of [...refs]) if (one.object.deref() === object) refs.delete(one) },
}
