// node:os.

import { ERR_INVALID_ARG_TYPE, ERR_SYSTEM_ERROR } from 'internal:errors'
import { validateInt32 } from 'internal:validate'
import * as native from 'native:os'

const architecture = ((): string => {
  const machine = native.names()[3]
  return machine === 'x86_64' ? 'x64' : machine === 'aarch64' ? 'arm64' : machine
})()

const primitive = (fn: any): any => {
  fn[Symbol.toPrimitive] = fn
  return fn
}

const arch = primitive(() => architecture)
const availableParallelism = primitive(() => native.numbers()[6])
function cpus(): any[] {
  return native.cpus().map(([model, speed, user, nice, sys, idle, irq]) => ({ model, speed, times: { user, nice, sys, idle, irq } }))
}
const endianness = primitive(() => 'LE')
const freemem = primitive(() => native.numbers()[1])
const totalmem = primitive(() => native.numbers()[0])
const uptime = primitive(() => native.numbers()[2])
function loadavg(): number[] {
  return native.numbers().slice(3, 6)
}

function systemError(fn: () => any): any {
  try {
    return fn()
  } catch (error: any) {
    throw new ERR_SYSTEM_ERROR({ errno: error.errno, code: error.code, message: error.message.split(': ')[1]?.split(',')[0], syscall: error.syscall })
  }
}
function getPriority(pid?: any): number {
  if (pid === undefined) pid = 0
  else validateInt32(pid, 'pid')
  return systemError(() => native.priority(pid))
}
function setPriority(pid: any, priority?: any): void {
  if (priority === undefined) {
    priority = pid
    pid = 0
  }
  validateInt32(pid, 'pid')
  validateInt32(priority, 'priority', -20, 19)
  systemError(() => native.setPriority(pid, priority))
}

const homedir = primitive(() => native.homedir())
const hostname = primitive(() => native.hostname())
const platform = primitive(() => 'linux')
const release = primitive(() => native.names()[1])
const type = primitive(() => native.names()[0])
const version = primitive(() => native.names()[2])
const machine = primitive(() => native.names()[3])
const tmpdir = primitive(() => {
  const { env } = process
  const path = env.TMPDIR || env.TMP || env.TEMP || '/tmp'
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
})

function prefixLength(netmask: string, isSix: boolean): number {
  let bits = 0
  for (const part of netmask.split(isSix ? ':' : '.')) {
    for (let n = part === '' ? 0 : parseInt(part, isSix ? 16 : 10); n > 0; n >>= 1) bits += n & 1
  }
  return bits
}
function networkInterfaces(): Record<string, any[]> {
  const found: Record<string, any[]> = {}
  for (const [name, address, netmask, family, mac, internal, scope] of native.interfaces()) {
    const entry: any = { address, netmask, family, mac, internal, cidr: `${address}/${prefixLength(netmask, family === 'IPv6')}` }
    if (scope !== -1) entry.scopeid = scope
    ;(found[name] ??= []).push(entry)
  }
  return found
}

function userInfo(options?: any): any {
  if (options !== undefined && (options === null || typeof options !== 'object')) throw new ERR_INVALID_ARG_TYPE('options', 'Object', options)
  const [uid, gid, username, homedir, shell] = systemError(() => native.user())
  const as = (text: any): any => options?.encoding === 'buffer' && text !== null ? import.meta.builtin('node:buffer').Buffer.from(text) : text
  return Object.assign(Object.create(null), { uid, gid, username: as(username), homedir: as(homedir), shell: as(shell) })
}

const [dlopen, errno, signals, priority] = native.constants()
const constants = Object.assign(Object.create(null), { UV_UDP_REUSEADDR: 4, dlopen, errno, signals: Object.freeze(signals), priority })

const os: any = {
  arch, availableParallelism, cpus, endianness, freemem, getPriority, homedir, hostname, loadavg, networkInterfaces, platform, release,
  setPriority, tmpdir, totalmem, type, userInfo, uptime, version, machine,
}
for (const name of Object.keys(os)) Object.defineProperty(os[name], 'name', { value: name })
for (const [name, value] of [['constants', constants], ['EOL', '\n'], ['devNull', '/dev/null']] as const) {
  Object.defineProperty(os, name, { configurable: true, enumerable: true, writable: false, value })
}
export { constants }
export default os
