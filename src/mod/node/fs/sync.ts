// node:fs, the forms that block.

import { Buffer } from 'node:buffer'
import { ERR_FS_EISDIR, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } from 'internal:errors'
import { parseFileMode, validateBoolean, validateBuffer, validateFd, validateInteger, validateObject, validateInt32, validateUint32 } from 'internal:validate'
import * as native from 'native:fs'
import {
  bufferOf, checkOffsetLengthRead, checkOffsetLengthWrite, encoded, F_OK, failed, flagsOf, isUtf8, O_CREAT, O_TRUNC, O_WRONLY,
  optionsOf, pathOf, positionOf, secondsOf, viewsOf, writable,
} from './check.ts'
import { direntsOf, makeStatFs, makeStats, namesOf } from './stat.ts'

const W = O_TRUNC | O_CREAT | O_WRONLY

export function accessSync(path: any, mode: any = F_OK): void {
  path = pathOf(path)
  native.access(path, modeOfAccess(mode))
}
export function modeOfAccess(mode: any): number {
  if (mode == null) return F_OK
  validateInteger(mode, 'mode', 0, 7)
  return mode
}

export function existsSync(path: any): boolean {
  if (typeof path !== 'string' || path.includes('\u0000')) {
    try {
      path = pathOf(path)
    } catch (error: any) {
      if (error.code === 'ERR_INVALID_ARG_TYPE') {
        process.emitWarning('Passing invalid argument types to fs.existsSync is deprecated', 'DeprecationWarning', 'DEP0187')
      }
      return false
    }
  }
  return native.exists(path)
}

export function openSync(path: any, flags?: any, mode?: any): number {
  return native.open(pathOf(path), flagsOf(flags), parseFileMode(mode, 'mode', 0o666))
}
export function closeSync(fd: any): void {
  validateFd(fd)
  native.close(fd)
}

export function readFileSync(path: any, options?: any): any {
  options = optionsOf(options)
  const encoding = options.encoding
  const asText = isUtf8(encoding) ? 1 : 0
  if (options.flag !== undefined && options.flag !== 'r' && typeof path !== 'number') {
    const fd = openSync(path, options.flag, 0o666)
    try {
      return readFileSync(fd, encoding)
    } finally {
      native.close(fd)
    }
  }
  const data = typeof path === 'number' && Number.isInteger(path) ? native.readRest(path, asText) : native.readFile(pathOf(path), asText)
  if (asText) return data ?? ''
  const buffer = bufferOf(data)
  return encoding && encoding !== 'buffer' ? buffer.toString(encoding) : buffer
}

export function writeFileSync(path: any, data: any, options?: any): void {
  if (options === undefined && typeof data === 'string' && typeof path === 'string' && !path.includes('\u0000')) {
    native.writeFile(path, data, W, 0o666)
    return
  }
  options = optionsOf(options, { encoding: 'utf8', mode: 0o666, flag: 'w', flush: false })
  const flush = options.flush ?? false
  validateBoolean(flush, 'options.flush')
  data = writable(data, options.encoding)
  if (typeof path === 'number' && Number.isInteger(path)) {
    native.writeRest(path, data)
    if (flush) native.fsync(path)
    return
  }
  const flags = flagsOf(options.flag ?? 'w'), mode = parseFileMode(options.mode, 'mode', 0o666)
  path = pathOf(path)
  if (!flush) {
    native.writeFile(path, data, flags, mode)
    return
  }
  const fd = native.open(path, flags, mode)
  try {
    native.writeRest(fd, data)
    native.fsync(fd)
  } finally {
    native.close(fd)
  }
}

export function appendFileSync(path: any, data: any, options?: any): void {
  options = optionsOf(options, { encoding: 'utf8', mode: 0o666, flag: 'a' })
  writeFileSync(path, data, { ...options, flag: options.flag ?? 'a' })
}

/** (buffer, offset, length, position) or (buffer, options) or (buffer), as Node's read and write take them. */
export function readPlace(buffer: any, offset: any, length: any, position: any): { view: Uint8Array; position: number } {
  validateBuffer(buffer)
  if (offset !== null && typeof offset === 'object') {
    validateObject(offset, 'options')
    ;({ offset = 0, length = buffer.byteLength - offset, position = null } = offset)
  }
  if (offset == null) offset = 0
  else validateInteger(offset, 'offset', 0)
  length = length === undefined ? buffer.byteLength - offset : length | 0
  if (length !== 0 && buffer.byteLength === 0) {
      throw new ERR_INVALID_ARG_VALUE('buffer', buffer, 'is empty and cannot be written')
  }
  checkOffsetLengthRead(offset, length, buffer.byteLength)
  return { view: new Uint8Array(buffer.buffer, buffer.byteOffset + offset, length), position: positionOf(position) }
}

export function readSync(fd: any, buffer: any, offset?: any, length?: any, position?: any): number {
  validateFd(fd)
  const place = readPlace(buffer, offset, length, position)
  if (place.view.length === 0) return 0
  return native.read(fd, place.view, place.position)
}
export function readvSync(fd: any, buffers: any, position?: any): number {
  validateFd(fd)
  const views = viewsOf(buffers)
  return native.readv(fd, views, typeof position === 'number' ? position : -1)
}

export function writePlace(buffer: any, offset: any, length: any, position: any): { data: any; position: number } {
  if (typeof buffer === 'string') {
    // (text, position, encoding)
    const encoding = length
    if (encoding && !Buffer.isEncoding(encoding)) {
          throw new ERR_INVALID_ARG_VALUE('encoding', encoding, 'is invalid encoding')
    }
    return { data: isUtf8(encoding) || !encoding ? buffer : Buffer.from(buffer, encoding), position: typeof offset === 'number' || typeof offset === 'bigint' ? positionOf(offset) : -1 }
  }
  if (!ArrayBuffer.isView(buffer)) throw new ERR_INVALID_ARG_TYPE('buffer', ['string', 'Buffer', 'TypedArray', 'DataView'], buffer)
  if (offset !== null && typeof offset === 'object') {
    ;({ offset = 0, length = buffer.byteLength - offset, position = null } = offset)
  }
  if (offset == null) offset = 0
  else validateInteger(offset, 'offset', 0)
  if (typeof length !== 'number') length = buffer.byteLength - offset
  checkOffsetLengthWrite(offset, length, buffer.byteLength)
  return {
    data: new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset + offset, length),
    position: typeof position === 'number' || typeof position === 'bigint' ? Number(position) : -1,
  }
}

export function writeSync(fd: any, buffer: any, offset?: any, length?: any, position?: any): number {
  validateFd(fd)
  const place = writePlace(buffer, offset, length, position)
  return native.write(fd, place.data, place.position)
}
export function writevSync(fd: any, buffers: any, position?: any): number {
  validateFd(fd)
  const views = viewsOf(buffers)
  return views.length === 0 ? 0 : native.writev(fd, views, typeof position === 'number' ? position : -1)
}

// errno of ENOENT and ENOTDIR: the file is simply not there
const isMissing = (code: number): boolean => code === -2 || code === -20
export function statSync(path: any, options?: any): any {
  path = pathOf(path)
  const code = native.tryStat(path, false)
  if (code !== 0) {
    if (options?.throwIfNoEntry === false && isMissing(code)) return undefined
    throw failed(code, 'stat', path)
  }
  return makeStats(options?.bigint)
}
export function lstatSync(path: any, options?: any): any {
  path = pathOf(path)
  const code = native.tryStat(path, true)
  if (code !== 0) {
    if (options?.throwIfNoEntry === false && isMissing(code)) return undefined
    throw failed(code, 'lstat', path)
  }
  return makeStats(options?.bigint)
}
export function fstatSync(fd: any, options?: any): any {
  validateFd(fd)
  native.fstat(fd)
  return makeStats(options?.bigint)
}
export function statfsSync(path: any, options?: any): any {
  native.statfs(pathOf(path))
  return makeStatFs(options?.bigint)
}

export function mkdirOptions(options: any): { mode: number; recursive: number } {
  let mode: any = 0o777, recursive = false
  if (typeof options === 'number' || typeof options === 'string') {
    mode = parseFileMode(options, 'mode')
  } else if (options) {
    if (options.recursive !== undefined) {
      recursive = options.recursive
      validateBoolean(recursive, 'options.recursive')
    }
    if (options.mode !== undefined) mode = parseFileMode(options.mode, 'options.mode')
  }
  return { mode, recursive: recursive ? 1 : 0 }
}
export function mkdirSync(path: any, options?: any): string | undefined {
  const { mode, recursive } = mkdirOptions(options)
  return native.mkdir(pathOf(path), mode, recursive)
}
export function mkdtempSync(prefix: any, options?: any): any {
  options = optionsOf(options)
  return encoded(native.mkdtemp(pathOf(prefix, 'prefix') + 'XXXXXX'), options.encoding)
}
export function mkdtempDisposableSync(prefix: any, options?: any): any {
  const path = mkdtempSync(prefix, options)
  const whole = import.meta.builtin('node:path').default.resolve(path)
  const remove = (): void => rmSync(whole, { maxRetries: 0, recursive: true, force: true, retryDelay: 0 })
  return { path, remove, [Symbol.dispose]: remove }
}

export function readdirFlags(options: any): number {
  if (options.recursive != null) validateBoolean(options.recursive, 'options.recursive')
  return (options.withFileTypes ? 1 : 0) | (options.recursive ? 2 : 0)
}
export function readdirResult(list: string, path: string, given: any, options: any): any[] {
  return options.withFileTypes ? direntsOf(list, path, typeof given === 'object' && given instanceof Uint8Array ? given : path, options.encoding)
    : namesOf(list, options.encoding)
}
export function readdirSync(path: any, options?: any): any[] {
  options = optionsOf(options)
  const text = pathOf(path)
  return readdirResult(native.readdir(text, readdirFlags(options)), text, path, options)
}

export function readlinkSync(path: any, options?: any): any {
  options = optionsOf(options)
  return encoded(native.readlink(pathOf(path)), options.encoding)
}

/** Node walks a path by itself, and so names the first part that is missing. */
export function realpathError(error: any, path: string): any {
  if (error.syscall !== 'realpath') return error
  const nodePath = import.meta.builtin('node:path').default
  let missing = nodePath.resolve(path)
  for (;;) {
    const up = nodePath.dirname(missing)
    if (up === missing || native.tryStat(up, false) === 0) break
    missing = up
  }
  return failed(error.errno, error.code === 'ELOOP' ? 'stat' : 'lstat', missing)
}
export function realpathSync(path: any, options?: any): any {
  options = optionsOf(options)
  const text = pathOf(path)
  let real
  try {
    real = native.realpath(text === '' ? '.' : text)
  } catch (error) {
    throw realpathError(error, text)
  }
  return encoded(real, options.encoding)
}
realpathSync.native = function native_(path: any, options?: any): any {
  options = optionsOf(options)
  return encoded(native.realpath(pathOf(path)), options.encoding)
}
Object.defineProperty(realpathSync.native, 'name', { value: 'native' })

export function renameSync(from: any, to: any): void {
  native.rename(pathOf(from, 'oldPath'), pathOf(to, 'newPath'))
}
export function copyMode(mode: any): number {
  if (mode == null) return 0
  validateInteger(mode, 'mode', 0, 7)
  return mode
}
export function copyFileSync(from: any, to: any, mode?: any): void {
  native.copy(pathOf(from, 'src'), pathOf(to, 'dest'), copyMode(mode))
}
export function linkSync(there: any, path: any): void {
  native.link(pathOf(there, 'existingPath'), pathOf(path, 'newPath'))
}
export function symlinkSync(target: any, path: any, _type?: any): void {
  native.symlink(pathOf(target, 'target'), pathOf(path))
}
export function unlinkSync(path: any): void {
  native.unlink(pathOf(path))
}
export function rmdirSync(path: any, options?: any): void {
  path = pathOf(path)
  checkRmdir(options)
  native.rmdir(path)
}
export function checkRmdir(options: any): void {
  if (options?.recursive !== undefined) {
      throw new ERR_INVALID_ARG_VALUE('options.recursive', options.recursive, 'is no longer supported')
  }
  if (options !== undefined) validateObject(options, 'options')
}

export interface RmOptions { recursive: boolean; force: boolean; maxRetries: number; retryDelay: number }
export function rmOptions(options: any): RmOptions {
  const all = { recursive: false, force: false, maxRetries: 0, retryDelay: 100 }
  if (options === undefined) return all
  validateObject(options, 'options')
  Object.assign(all, options)
  validateBoolean(all.recursive, 'options.recursive')
  validateBoolean(all.force, 'options.force')
  validateInt32(all.retryDelay, 'options.retryDelay', 0)
  validateUint32(all.maxRetries, 'options.maxRetries')
  return all
}
export const retried = new Set(['EBUSY', 'EMFILE', 'ENFILE', 'ENOTEMPTY', 'EPERM'])
export function isDirectoryError(path: string): Error {
  return new ERR_FS_EISDIR({ code: 'EISDIR', message: 'is a directory', path, syscall: 'rm', errno: 21 })
}
export function rmSync(path: any, options?: any): void {
  path = pathOf(path)
  const all = rmOptions(options)
  const code = native.tryStat(path, true)
  if (code !== 0) {
    if (all.force && isMissing(code)) return
    throw failed(code, 'lstat', path)
  }
  if (makeStats().isDirectory() && !all.recursive) throw isDirectoryError(path)
  for (let n = 0; ; n++) {
    try {
      native.remove(path)
      return
    } catch (error: any) {
      if (error.code === 'ENOENT' && (all.force || n > 0)) return
      if (n >= all.maxRetries || !retried.has(error.code)) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, (n + 1) * all.retryDelay)
    }
  }
}

export function chmodSync(path: any, mode: any): void {
  native.chmod(pathOf(path), parseFileMode(mode, 'mode'))
}
export function fchmodSync(fd: any, mode: any): void {
  validateFd(fd)
  native.fchmod(fd, parseFileMode(mode, 'mode'))
}
export function checkOwner(uid: any, gid: any): void {
  validateInteger(uid, 'uid', -1, 4294967295)
  validateInteger(gid, 'gid', -1, 4294967295)
}
export function chownSync(path: any, uid: any, gid: any): void {
  path = pathOf(path)
  checkOwner(uid, gid)
  native.chown(path, uid, gid)
}
export function lchownSync(path: any, uid: any, gid: any): void {
  path = pathOf(path)
  checkOwner(uid, gid)
  native.lchown(path, uid, gid)
}
export function fchownSync(fd: any, uid: any, gid: any): void {
  validateFd(fd)
  checkOwner(uid, gid)
  native.fchown(fd, uid, gid)
}
export function utimesSync(path: any, atime: any, mtime: any): void {
  native.utimes(pathOf(path), secondsOf(atime, 'atime'), secondsOf(mtime, 'mtime'))
}
export function lutimesSync(path: any, atime: any, mtime: any): void {
  native.lutimes(pathOf(path), secondsOf(atime, 'atime'), secondsOf(mtime, 'mtime'))
}
export function futimesSync(fd: any, atime: any, mtime: any): void {
  validateFd(fd)
  native.futimes(fd, secondsOf(atime, 'atime'), secondsOf(mtime, 'mtime'))
}
export function truncateSync(path: any, length?: any): void {
  if (length === undefined) length = 0
  const fd = openSync(path, 'r+')
  try {
    ftruncateSync(fd, length)
  } finally {
    native.close(fd)
  }
}
export function ftruncateSync(fd: any, length: any = 0): void {
  validateFd(fd)
  validateInteger(length, 'len')
  native.ftruncate(fd, Math.max(0, length))
}
export function fsyncSync(fd: any): void {
  validateFd(fd)
  native.fsync(fd)
}
export function fdatasyncSync(fd: any): void {
  validateFd(fd)
  native.fdatasync(fd)
}
