// node:fs/promises.

import { Buffer } from 'node:buffer'
import { ERR_INVALID_ARG_TYPE, ERR_METHOD_NOT_IMPLEMENTED } from 'internal:errors'
import { traced } from 'internal:rt'
import { parseFileMode, validateBoolean, validateInteger } from 'internal:validate'
import * as native from 'native:fs'
import {
  bufferOf, checkAborted, constants, encoded, F_OK, flagsOf, isUtf8, optionsOf, pathOf, positionOf, secondsOf,
  viewsOf, writable,
} from './check.ts'
import { makeStatFs, makeStats } from './stat.ts'
import {
  checkOwner, checkRmdir, copyMode, isDirectoryError, mkdirOptions, modeOfAccess, readdirFlags, readdirResult, readPlace,
  realpathError, retried, rmOptions, writePlace,
} from './sync.ts'
import { FileHandle } from './handle.ts'

/** native.x(...args) on the pool, as a promise. */
function later(fn: any, ...args: any[]): Promise<any> {
  return new Promise((resolve, reject) => {
    fn(...args, traced('FSREQPROMISE', (error: any, value: any) => error ? reject(error) : resolve(value)))
  })
}


async function access(path: any, mode: any = F_OK): Promise<void> {
  return later(native.access, pathOf(path), modeOfAccess(mode))
}
async function open(path: any, flags?: any, mode?: any): Promise<any> {
  path = pathOf(path)
  const fd = await later(native.open, path, flagsOf(flags), parseFileMode(mode, 'mode', 0o666))
  return new (FileHandle as any)(fd)
}

/** Data that went through the slab is taken out of it in the same turn. */
function readAll(fn: any, target: any, encoding: any): Promise<any> {
  const asText = isUtf8(encoding) ? 1 : 0
  return new Promise((resolve, reject) => fn(target, asText, traced('FSREQPROMISE', (error: any, data: any) => {
    if (error) return reject(error)
    if (asText) return resolve(data ?? '')
    const buffer = bufferOf(data)
    resolve(encoding && encoding !== 'buffer' ? buffer.toString(encoding) : buffer)
  })))
}
async function readFile(path: any, options?: any): Promise<any> {
  options = optionsOf(options, { flag: 'r' })
  const { signal, encoding } = options
  checkAborted(signal)
  let result
  if (path instanceof FileHandle) {
    result = await readAll(native.readRest, openFd(path), encoding)
  } else {
    const text = pathOf(path), flags = flagsOf(options.flag ?? 'r')
    if (flags === 0) {
      result = await readAll(native.readFile, text, encoding)
    } else {
      const fd = await later(native.open, text, flags, 0o666)
      try {
        result = await readAll(native.readRest, fd, encoding)
      } finally {
        await later(native.close, fd)
      }
    }
  }
  checkAborted(signal)
  return result
}

function isIterable(data: any): boolean {
  return data !== null && typeof data === 'object' && !ArrayBuffer.isView(data) && (Symbol.asyncIterator in data || Symbol.iterator in data)
}
async function writeParts(fd: number, data: any, encoding: any, signal: any): Promise<void> {
  for await (const part of data) {
    checkAborted(signal)
    if (typeof part !== 'string' && !ArrayBuffer.isView(part)) throw new ERR_INVALID_ARG_TYPE('data', ['string', 'Buffer', 'TypedArray', 'DataView'], part)
    await later(native.writeRest, fd, writable(part, encoding))
  }
}
async function writeFile(path: any, data: any, options?: any): Promise<void> {
  options = optionsOf(options, { encoding: 'utf8', mode: 0o666, flag: 'w', flush: false })
  const flush = options.flush ?? false
  validateBoolean(flush, 'options.flush')
  const { signal } = options, parts = isIterable(data)
  if (!parts) data = writable(data, options.encoding)
  if (path instanceof FileHandle) {
    checkAborted(signal)
    const fd = openFd(path)
    await (parts ? writeParts(fd, data, options.encoding, signal) : later(native.writeRest, fd, data))
    if (flush) await later(native.fsync, fd)
    return
  }
  const text = pathOf(path), flags = flagsOf(options.flag ?? 'w'), mode = parseFileMode(options.mode, 'mode', 0o666)
  checkAborted(signal)
  if (!parts && !flush) {
    await later(native.writeFile, text, data, flags, mode)
    checkAborted(signal)
    return
  }
  const fd = await later(native.open, text, flags, mode)
  try {
    await (parts ? writeParts(fd, data, options.encoding, signal) : later(native.writeRest, fd, data))
    if (flush) await later(native.fsync, fd)
  } finally {
    await later(native.close, fd)
  }
}
async function appendFile(path: any, data: any, options?: any): Promise<void> {
  options = optionsOf(options, { encoding: 'utf8', mode: 0o666, flag: 'a' })
  return writeFile(path, data, { ...options, flag: options.flag ?? 'a' })
}

function statWith(fn: any, target: any, options: any): Promise<any> {
  return new Promise((resolve, reject) => fn(target, traced('FSREQPROMISE', (error: any) => {
    if (!error) resolve(makeStats(options?.bigint))
    else if (options?.throwIfNoEntry === false && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) resolve(undefined)
    else reject(error)
  })))
}
async function stat(path: any, options?: any): Promise<any> {
  return statWith(native.stat, pathOf(path), options)
}
async function lstat(path: any, options?: any): Promise<any> {
  return statWith(native.lstat, pathOf(path), options)
}
async function statfs(path: any, options?: any): Promise<any> {
  path = pathOf(path)
  return new Promise((resolve, reject) => {
    native.statfs(path, traced('FSREQPROMISE', (error: any) => error ? reject(error) : resolve(makeStatFs(options?.bigint))))
  })
}

async function mkdir(path: any, options?: any): Promise<string | undefined> {
  const { mode, recursive } = mkdirOptions(options)
  return later(native.mkdir, pathOf(path), mode, recursive)
}
async function mkdtemp(prefix: any, options?: any): Promise<any> {
  options = optionsOf(options)
  return encoded(await later(native.mkdtemp, pathOf(prefix, 'prefix') + 'XXXXXX'), options.encoding)
}
async function mkdtempDisposable(prefix: any, options?: any): Promise<any> {
  const path = await mkdtemp(prefix, options)
  const whole = import.meta.builtin('node:path').default.resolve(path)
  const remove = async (): Promise<void> => rm(whole, { maxRetries: 0, recursive: true, force: true, retryDelay: 0 })
  return { __proto__: null, path, remove, async [Symbol.asyncDispose]() { await remove() } }
}
async function readdir(path: any, options?: any): Promise<any[]> {
  options = optionsOf(options)
  const text = pathOf(path)
  return readdirResult(await later(native.readdir, text, readdirFlags(options)), text, path, options)
}
async function readlink(path: any, options?: any): Promise<any> {
  options = optionsOf(options)
  return encoded(await later(native.readlink, pathOf(path, 'oldPath')), options.encoding)
}
async function realpath(path: any, options?: any): Promise<any> {
  options = optionsOf(options)
  return encoded(await later(native.realpath, pathOf(path)), options.encoding)
}
async function rename(from: any, to: any): Promise<void> {
  return later(native.rename, pathOf(from, 'oldPath'), pathOf(to, 'newPath'))
}
async function copyFile(from: any, to: any, mode?: any): Promise<void> {
  return later(native.copy, pathOf(from, 'src'), pathOf(to, 'dest'), copyMode(mode))
}
async function link(there: any, path: any): Promise<void> {
  return later(native.link, pathOf(there, 'existingPath'), pathOf(path, 'newPath'))
}
async function symlink(target: any, path: any, _type?: any): Promise<void> {
  return later(native.symlink, pathOf(target, 'target'), pathOf(path))
}
async function unlink(path: any): Promise<void> {
  return later(native.unlink, pathOf(path))
}
async function rmdir(path: any, options?: any): Promise<void> {
  path = pathOf(path)
  checkRmdir(options)
  return later(native.rmdir, path)
}
async function rm(path: any, options?: any): Promise<void> {
  const text = pathOf(path), all = rmOptions(options)
  const found = await new Promise((resolve, reject) => native.lstat(text, traced('FSREQPROMISE', (error: any) => {
    if (error) all.force && error.code === 'ENOENT' ? resolve(undefined) : reject(error)
    else if (!all.recursive && makeStats().isDirectory()) reject(isDirectoryError(text))
    else resolve(true)
  })))
  if (!found) return
  for (let n = 0; ; n++) {
    try {
      return await later(native.remove, text)
    } catch (error: any) {
      if (error.code === 'ENOENT' && (all.force || n > 0)) return
      if (n >= all.maxRetries || !retried.has(error.code)) throw error
      await new Promise(resolve => setTimeout(resolve, (n + 1) * all.retryDelay))
    }
  }
}
async function chmod(path: any, mode: any): Promise<void> {
  return later(native.chmod, pathOf(path), parseFileMode(mode, 'mode'))
}
async function lchmod(_path: any, _mode: any): Promise<void> {
  throw new ERR_METHOD_NOT_IMPLEMENTED('lchmod()')
}
async function chown(path: any, uid: any, gid: any): Promise<void> {
  path = pathOf(path)
  checkOwner(uid, gid)
  return later(native.chown, path, uid, gid)
}
async function lchown(path: any, uid: any, gid: any): Promise<void> {
  path = pathOf(path)
  checkOwner(uid, gid)
  return later(native.lchown, path, uid, gid)
}
async function utimes(path: any, atime: any, mtime: any): Promise<void> {
  return later(native.utimes, pathOf(path), secondsOf(atime, 'atime'), secondsOf(mtime, 'mtime'))
}
async function lutimes(path: any, atime: any, mtime: any): Promise<void> {
  return later(native.lutimes, pathOf(path), secondsOf(atime, 'atime'), secondsOf(mtime, 'mtime'))
}
async function truncate(path: any, length: any = 0): Promise<void> {
  validateInteger(length, 'len')
  const fd = await later(native.open, pathOf(path), 2, 0o666)
  try {
    await later(native.ftruncate, fd, Math.max(0, length))
  } finally {
    await later(native.close, fd)
  }
}
async function opendir(path: any, options?: any): Promise<any> {
  return import.meta.builtin('./dir.ts').openLater(path, options)
}
async function cp(from: any, to: any, options?: any): Promise<void> {
  return import.meta.builtin('./cp.ts').cpLater(from, to, options)
}
function glob(pattern: any, options?: any): any {
  return import.meta.builtin('./glob.ts').globLater(pattern, options)
}
function watch(path: any, options: any = {}): any {
  return import.meta.builtin('./watch.ts').watchLater(path, options)
}

function openFd(handle: any): number {
  if (handle.fd === -1) {
    const error: any = new Error('file closed')
    error.code = 'EBADF'
    error.syscall = 'read'
    throw error
  }
  return handle.fd
}

// What FileHandle's methods do; the class itself is in handle.ts.
Object.assign(FileHandle.operations, {
  appendFile: (h: any, data: any, options: any) => appendFile(h, data, typeof options === 'object' ? options : { encoding: options }),
  readFile, writeFile,
  chmod: async (h: any, mode: any) => later(native.fchmod, openFd(h), parseFileMode(mode, 'mode')),
  chown: async (h: any, uid: any, gid: any) => {
    checkOwner(uid, gid)
    return later(native.fchown, openFd(h), uid, gid)
  },
  datasync: async (h: any) => later(native.fdatasync, openFd(h)),
  sync: async (h: any) => later(native.fsync, openFd(h)),
  read: async (h: any, buffer: any, offset: any, length: any, position: any) => {
    if (!ArrayBuffer.isView(buffer)) {
      // (options) or ()
      const options = buffer ?? {}
      if (typeof options !== 'object') throw new ERR_INVALID_ARG_TYPE('buffer', ['Buffer', 'TypedArray', 'DataView'], buffer)
      buffer = options.buffer ?? Buffer.alloc(16384)
      ;({ offset = 0, length = buffer.byteLength - offset, position = null } = options)
    }
    const place = readPlace(buffer, offset, length, position)
    const bytesRead = place.view.length === 0 ? 0 : await later(native.read, openFd(h), place.view, place.position)
    return { __proto__: null, bytesRead, buffer }
  },
  readv: async (h: any, buffers: any, position: any) => {
    const bytesRead = await later(native.readv, openFd(h), viewsOf(buffers), positionOf(position))
    return { __proto__: null, bytesRead, buffers }
  },
  stat: async (h: any, options: any) => statWith(native.fstat, openFd(h), options),
  truncate: async (h: any, length: any = 0) => {
    validateInteger(length, 'len')
    return later(native.ftruncate, openFd(h), Math.max(0, length))
  },
  utimes: async (h: any, atime: any, mtime: any) => later(native.futimes, openFd(h), secondsOf(atime, 'atime'), secondsOf(mtime, 'mtime')),
  write: async (h: any, buffer: any, offset: any, length: any, position: any) => {
    if (buffer?.byteLength === 0) return { __proto__: null, bytesWritten: 0, buffer }
    const place = writePlace(buffer, offset, length, position)
    return { __proto__: null, bytesWritten: await later(native.write, openFd(h), place.data, place.position), buffer }
  },
  writev: async (h: any, buffers: any, position: any) => {
    const views = viewsOf(buffers)
    const bytesWritten = views.length === 0 ? 0 : await later(native.writev, openFd(h), views, positionOf(position))
    return { __proto__: null, bytesWritten, buffers }
  },
  close: (fd: number) => new Promise<void>((resolve, reject) => {
    native.close(fd, traced('FILEHANDLECLOSEREQ', (error: any) => error ? reject(error) : resolve()))
  }),
})

const promises = {
  access, copyFile, cp, glob, open, opendir, rename, truncate, rm, rmdir, mkdir, readdir, readlink, symlink, lstat, stat, statfs,
  link, unlink, chmod, lchmod, lchown, chown, utimes, lutimes, realpath, mkdtemp, mkdtempDisposable, writeFile, appendFile, readFile,
  watch, constants,
}
export default promises
export { FileHandle, later }
