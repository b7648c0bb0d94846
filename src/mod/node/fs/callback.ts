// node:fs, the forms with a callback: arguments are checked at once, the work is done on the pool.

import { ERR_INVALID_ARG_TYPE } from 'internal:errors'
import { parseFileMode, validateBoolean, validateFd, validateFunction, validateInteger } from 'internal:validate'
import * as native from 'native:fs'
import {
  aborted, bufferOf, callbackOf, encoded, F_OK, flagsOf, isUtf8, optionsOf, pathOf, secondsOf, viewsOf, writable,
} from './check.ts'
import { makeStatFs, makeStats } from './stat.ts'
import {
  checkOwner, checkRmdir, copyMode, isDirectoryError, mkdirOptions, modeOfAccess, readdirFlags, readdirResult, readPlace,
  realpathError, retried, rmOptions, writePlace,
} from './sync.ts'

/** A callback that hears of nothing but failure. */
function plain(callback: any): (error: any) => void {
  callbackOf(callback)
  return error => error ? callback(error) : callback(null)
}

export function access(path: any, mode: any, callback?: any): void {
  if (typeof mode === 'function') [mode, callback] = [F_OK, mode]
  path = pathOf(path)
  native.access(path, modeOfAccess(mode), plain(callback))
}
export function exists(path: any, callback: any): void {
  validateFunction(callback, 'cb')
  try {
    path = pathOf(path)
  } catch {
    callback(false)
    return
  }
  native.access(path, F_OK, (error: any) => callback(!error))
}
Object.defineProperty(exists, Symbol.for('nodejs.util.promisify.custom'), {
  value: { exists: (path: any) => new Promise(resolve => exists(path, resolve)) }.exists,
})

export function open(path: any, flags: any, mode?: any, callback?: any): void {
  path = pathOf(path)
  if (arguments.length < 3) {
    callback = flags
    flags = 'r'
    mode = 0o666
  } else if (typeof mode === 'function') {
    callback = mode
    mode = 0o666
  } else {
    mode = parseFileMode(mode, 'mode', 0o666)
  }
  const number = flagsOf(flags)
  native.open(path, number, mode, callbackOf(callback))
}
function ignoreClose(error: any): void {
  if (error != null) throw error
}
export function close(fd: any, callback: any = ignoreClose): void {
  validateFd(fd)
  native.close(fd, plain(callback))
}

export function readFile(path: any, options: any, callback?: any): void {
  callback ||= options
  validateFunction(callback, 'cb')
  options = optionsOf(options, { flag: 'r' })
  const { signal, encoding } = options
  const asText = isUtf8(encoding) ? 1 : 0
  if (signal?.aborted) {
    process.nextTick(callback, aborted(signal))
    return
  }
  const done = (error: any, data: any): void => {
    if (signal?.aborted) callback(aborted(signal))
    else if (error) callback(error)
    else if (asText) callback(null, data ?? '')
    else {
      const buffer = bufferOf(data)
      callback(null, encoding && encoding !== 'buffer' ? buffer.toString(encoding) : buffer)
    }
  }
  if (typeof path === 'number' && Number.isInteger(path)) {
    native.readRest(path, asText, done)
    return
  }
  path = pathOf(path)
  const flags = flagsOf(options.flag, 'options.flag')
  if (flags === 0) {
    native.readFile(path, asText, done)
    return
  }
  native.open(path, flags, 0o666, (error: any, fd: number) => {
    if (error) return callback(error)
    native.readRest(fd, asText, (failed: any, data: any) => {
      // The slab is read before anything else can come through it.
      const kept = failed || asText ? data : bufferOf(data)
      native.close(fd, () => {
        if (failed) callback(failed)
        else callback(null, asText ? kept ?? '' : encoding && encoding !== 'buffer' ? kept.toString(encoding) : kept)
      })
    })
  })
}

export function writeFile(path: any, data: any, options: any, callback?: any): void {
  callback ||= options
  validateFunction(callback, 'cb')
  options = optionsOf(options, { encoding: 'utf8', mode: 0o666, flag: 'w', flush: false })
  const flush = options.flush ?? false
  validateBoolean(flush, 'options.flush')
  data = writable(data, options.encoding)
  const signal = options.signal
  const done = (error: any): void => callback(signal?.aborted ? aborted(signal) : error || null)
  if (signal?.aborted) {
    process.nextTick(callback, aborted(signal))
    return
  }
  if (typeof path === 'number' && Number.isInteger(path)) {
    native.writeRest(path, data, flush ? (error: any) => error ? done(error) : native.fsync(path, done) : done)
    return
  }
  const flags = flagsOf(options.flag ?? 'w'), mode = parseFileMode(options.mode, 'mode', 0o666)
  path = pathOf(path)
  if (!flush) {
    native.writeFile(path, data, flags, mode, done)
    return
  }
  native.open(path, flags, mode, (error: any, fd: number) => {
    if (error) return callback(error)
    native.writeRest(fd, data, (failed: any) => {
      if (failed) native.close(fd, () => callback(failed))
      else native.fsync(fd, (late: any) => native.close(fd, (last: any) => done(late || last)))
    })
  })
}
export function appendFile(path: any, data: any, options: any, callback?: any): void {
  callback ||= options
  validateFunction(callback, 'cb')
  options = optionsOf(options, { encoding: 'utf8', mode: 0o666, flag: 'a' })
  writeFile(path, data, { ...options, flag: options.flag ?? 'a' }, callback)
}

const kArgs = Symbol.for('nodejs.util.promisify.args')
export function read(fd: any, buffer: any, offset?: any, length?: any, position?: any, callback?: any): void {
  validateFd(fd)
  if (arguments.length <= 4) {
    // (fd, buffer, options, callback), (fd, options, callback), (fd, callback), (fd, buffer, callback)
    let options: any = {}
    if (arguments.length === 4) [options, callback] = [offset, length]
    else if (arguments.length === 3) {
      if (ArrayBuffer.isView(buffer)) callback = offset
      else [options, buffer, callback] = [buffer, buffer.buffer, offset]
    } else [buffer, callback] = [undefined, buffer]
    if (options !== undefined && options !== null && typeof options !== 'object') throw new ERR_INVALID_ARG_TYPE('options', 'Object', options)
    buffer ??= import.meta.builtin('node:buffer').Buffer.alloc(16384)
    ;({ offset = 0, length = buffer.byteLength - offset, position = null } = options ?? {})
  }
  validateFunction(callback, 'cb')
  const place = readPlace(buffer, offset, length, position)
  if (place.view.length === 0) {
    process.nextTick(callback, null, 0, buffer)
    return
  }
  native.read(fd, place.view, place.position, (error: any, n: number) => callback(error, error ? 0 : n, buffer))
}
Object.defineProperty(read, kArgs, { value: ['bytesRead', 'buffer'] })

export function readv(fd: any, buffers: any, position: any, callback?: any): void {
  validateFd(fd)
  const views = viewsOf(buffers)
  callback ||= position
  validateFunction(callback, 'cb')
  native.readv(fd, views, typeof position === 'number' ? position : -1, (error: any, n: number) => callback(error, error ? 0 : n, buffers))
}
Object.defineProperty(readv, kArgs, { value: ['bytesRead', 'buffers'] })

export function write(fd: any, buffer: any, offset?: any, length?: any, position?: any, callback?: any): void {
  validateFd(fd)
  callback ||= position || length || offset
  if (typeof offset === 'function') offset = undefined
  if (typeof length === 'function') length = undefined
  if (typeof position === 'function') position = undefined
  if (typeof buffer === 'string' && typeof length !== 'string') length = undefined
  validateFunction(callback, 'cb')
  const place = writePlace(buffer, offset, length, position)
  native.write(fd, place.data, place.position, (error: any, n: number) => callback(error, error ? 0 : n, buffer))
}
Object.defineProperty(write, kArgs, { value: ['bytesWritten', 'buffer'] })

export function writev(fd: any, buffers: any, position: any, callback?: any): void {
  validateFd(fd)
  const views = viewsOf(buffers)
  callback ||= position
  validateFunction(callback, 'cb')
  if (views.length === 0) {
    process.nextTick(callback, null, 0, buffers)
    return
  }
  native.writev(fd, views, typeof position === 'number' ? position : -1, (error: any, n: number) => callback(error, error ? 0 : n, buffers))
}
Object.defineProperty(writev, kArgs, { value: ['bytesWritten', 'buffers'] })

const isMissing = (error: any): boolean => error.code === 'ENOENT' || error.code === 'ENOTDIR'
export function stat(path: any, options: any, callback?: any): void {
  if (typeof options === 'function') [options, callback] = [undefined, options]
  validateFunction(callback, 'cb')
  native.stat(pathOf(path), (error: any) => {
    if (!error) callback(null, makeStats(options?.bigint))
    else if (options?.throwIfNoEntry === false && isMissing(error)) callback(null, undefined)
    else callback(error)
  })
}
export function lstat(path: any, options: any, callback?: any): void {
  if (typeof options === 'function') [options, callback] = [undefined, options]
  validateFunction(callback, 'cb')
  native.lstat(pathOf(path), (error: any) => {
    if (!error) callback(null, makeStats(options?.bigint))
    else if (options?.throwIfNoEntry === false && isMissing(error)) callback(null, undefined)
    else callback(error)
  })
}
export function fstat(fd: any, options: any, callback?: any): void {
  if (typeof options === 'function') [options, callback] = [undefined, options]
  validateFd(fd)
  validateFunction(callback, 'cb')
  native.fstat(fd, (error: any) => error ? callback(error) : callback(null, makeStats(options?.bigint)))
}
export function statfs(path: any, options: any, callback?: any): void {
  if (typeof options === 'function') [options, callback] = [undefined, options]
  validateFunction(callback, 'cb')
  native.statfs(pathOf(path), (error: any) => error ? callback(error) : callback(null, makeStatFs(options?.bigint)))
}

export function mkdir(path: any, options: any, callback?: any): void {
  if (typeof options === 'function') [options, callback] = [undefined, options]
  const { mode, recursive } = mkdirOptions(options)
  callbackOf(callback)
  native.mkdir(pathOf(path), mode, recursive, (error: any, first: any) => {
    if (error) callback(error)
    else if (recursive) callback(null, first)
    else callback(null)
  })
}
export function mkdtemp(prefix: any, options: any, callback?: any): void {
  callback = callbackOf(typeof options === 'function' ? options : callback)
  options = optionsOf(options)
  native.mkdtemp(pathOf(prefix, 'prefix') + 'XXXXXX', (error: any, path: string) => error ? callback(error) : callback(null, encoded(path, options.encoding)))
}
export function readdir(path: any, options: any, callback?: any): void {
  callback = callbackOf(typeof options === 'function' ? options : callback)
  options = optionsOf(options)
  const text = pathOf(path)
  native.readdir(text, readdirFlags(options), (error: any, list: string) =>
    error ? callback(error) : callback(null, readdirResult(list, text, path, options)))
}
export function readlink(path: any, options: any, callback?: any): void {
  callback = callbackOf(typeof options === 'function' ? options : callback)
  options = optionsOf(options)
  native.readlink(pathOf(path), (error: any, text: string) => error ? callback(error) : callback(null, encoded(text, options.encoding)))
}
export function realpath(path: any, options: any, callback?: any): void {
  callback = callbackOf(typeof options === 'function' ? options : callback)
  options = optionsOf(options)
  const text = pathOf(path)
  native.realpath(text === '' ? '.' : text, (error: any, real: string) =>
    error ? callback(realpathError(error, text)) : callback(null, encoded(real, options.encoding)))
}
realpath.native = function native_(path: any, options: any, callback?: any): void {
  callback = callbackOf(typeof options === 'function' ? options : callback)
  options = optionsOf(options)
  native.realpath(pathOf(path), (error: any, real: string) => error ? callback(error) : callback(null, encoded(real, options.encoding)))
}
Object.defineProperty(realpath.native, 'name', { value: 'native' })

export function rename(from: any, to: any, callback: any): void {
  callback = plain(callback)
  native.rename(pathOf(from, 'oldPath'), pathOf(to, 'newPath'), callback)
}
export function copyFile(from: any, to: any, mode: any, callback?: any): void {
  if (typeof mode === 'function') [mode, callback] = [0, mode]
  from = pathOf(from, 'src')
  to = pathOf(to, 'dest')
  callback = plain(callback)
  native.copy(from, to, copyMode(mode), callback)
}
export function link(there: any, path: any, callback: any): void {
  callback = plain(callback)
  native.link(pathOf(there, 'existingPath'), pathOf(path, 'newPath'), callback)
}
export function symlink(target: any, path: any, type: any, callback?: any): void {
  callback = plain(typeof type === 'function' ? type : callback)
  native.symlink(pathOf(target, 'target'), pathOf(path), callback)
}
export function unlink(path: any, callback: any): void {
  callback = plain(callback)
  native.unlink(pathOf(path), callback)
}
export function rmdir(path: any, options: any, callback?: any): void {
  if (typeof options === 'function') [options, callback] = [undefined, options]
  callback = plain(callback)
  path = pathOf(path)
  checkRmdir(options)
  native.rmdir(path, callback)
}
export function rm(path: any, options: any, callback?: any): void {
  if (typeof options === 'function') [options, callback] = [undefined, options]
  callback = plain(callback)
  const text = pathOf(path), all = rmOptions(options)
  let n = 0
  const attempt = (): void => native.remove(text, (error: any) => {
    if (!error || (error.code === 'ENOENT' && (all.force || n > 0))) callback(null)
    else if (n >= all.maxRetries || !retried.has(error.code)) callback(error)
    else setTimeout(attempt, ++n * all.retryDelay)
  })
  native.lstat(text, (error: any) => {
    if (error) callback(all.force && error.code === 'ENOENT' ? null : error)
    else if (!all.recursive && makeStats().isDirectory()) callback(isDirectoryError(text))
    else attempt()
  })
}

export function chmod(path: any, mode: any, callback: any): void {
  path = pathOf(path)
  mode = parseFileMode(mode, 'mode')
  native.chmod(path, mode, plain(callback))
}
export function fchmod(fd: any, mode: any, callback: any): void {
  validateFd(fd)
  mode = parseFileMode(mode, 'mode')
  native.fchmod(fd, mode, plain(callback))
}
export function chown(path: any, uid: any, gid: any, callback: any): void {
  callback = plain(callback)
  path = pathOf(path)
  checkOwner(uid, gid)
  native.chown(path, uid, gid, callback)
}
export function lchown(path: any, uid: any, gid: any, callback: any): void {
  callback = plain(callback)
  path = pathOf(path)
  checkOwner(uid, gid)
  native.lchown(path, uid, gid, callback)
}
export function fchown(fd: any, uid: any, gid: any, callback: any): void {
  validateFd(fd)
  checkOwner(uid, gid)
  native.fchown(fd, uid, gid, plain(callback))
}
export function utimes(path: any, atime: any, mtime: any, callback: any): void {
  callback = plain(callback)
  native.utimes(pathOf(path), secondsOf(atime, 'atime'), secondsOf(mtime, 'mtime'), callback)
}
export function lutimes(path: any, atime: any, mtime: any, callback: any): void {
  callback = plain(callback)
  native.lutimes(pathOf(path), secondsOf(atime, 'atime'), secondsOf(mtime, 'mtime'), callback)
}
export function futimes(fd: any, atime: any, mtime: any, callback: any): void {
  validateFd(fd)
  atime = secondsOf(atime, 'atime')
  mtime = secondsOf(mtime, 'mtime')
  native.futimes(fd, atime, mtime, plain(callback))
}
export function truncate(path: any, length: any, callback?: any): void {
  if (typeof length === 'function') [length, callback] = [0, length]
  else if (length === undefined) length = 0
  validateInteger(length, 'len')
  length = Math.max(0, length)
  callback = plain(callback)
  native.open(pathOf(path), 2, 0o666, (error: any, fd: number) => {
    if (error) return callback(error)
    native.ftruncate(fd, length, (failed: any) => native.close(fd, (late: any) => callback(failed || late)))
  })
}
export function ftruncate(fd: any, length: any = 0, callback?: any): void {
  if (typeof length === 'function') [length, callback] = [0, length]
  validateFd(fd)
  validateInteger(length, 'len')
  native.ftruncate(fd, Math.max(0, length), plain(callback))
}
export function fsync(fd: any, callback: any): void {
  validateFd(fd)
  native.fsync(fd, plain(callback))
}
export function fdatasync(fd: any, callback: any): void {
  validateFd(fd)
  native.fdatasync(fd, plain(callback))
}
