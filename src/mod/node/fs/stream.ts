// node:fs, ReadStream and WriteStream. Functions rather than classes: packages call them on objects of their own.

import Stream from 'node:stream'
import { Buffer } from 'node:buffer'
import { ERR_INVALID_ARG_TYPE, ERR_METHOD_NOT_IMPLEMENTED, ERR_OUT_OF_RANGE, ERR_STREAM_DESTROYED } from 'internal:errors'
import { validateBoolean, validateFunction, validateInteger } from 'internal:validate'
import fs from './fs.ts'
import { flagsOf, optionsOf, pathOf } from './check.ts'
import { FileHandle } from './handle.ts'

const { Readable, Writable, finished } = Stream as any
const kIsPerformingIO = Symbol('kIsPerformingIO'), kIoDone = Symbol('kIoDone'), kHandle = Symbol('kHandle'), kFs = Symbol('kFs')

/** The file operations of a stream: fs, the user's `fs` option, or a FileHandle's. */
function operationsOf(stream: any, options: any, names: string[]): any {
  const { fd } = options
  if (fd instanceof FileHandle) {
    if (options.fs) throw new ERR_METHOD_NOT_IMPLEMENTED('FileHandle with fs')
    stream[kHandle] = fd
    fd.on('close', () => stream.close())
    const of = (promise: Promise<any>, pick: (r: any) => any, callback: any): void => {
      promise.then(result => process.nextTick(callback, null, pick(result)), error => process.nextTick(callback, error))
    }
    return {
      open: undefined,
      read: (_fd: any, buffer: any, offset: any, length: any, position: any, callback: any) =>
        of((fd as any).read(buffer, offset, length, position), r => r.bytesRead, callback),
      write: (_fd: any, buffer: any, offset: any, length: any, position: any, callback: any) =>
        of((fd as any).write(buffer, offset, length, position), r => r.bytesWritten, callback),
      writev: (_fd: any, buffers: any, position: any, callback: any) =>
        of((fd as any).writev(buffers, position), r => r.bytesWritten, callback),
      close: (_fd: any, callback: any) => of(fd.close(), () => undefined, callback),
    }
  }
  const operations = options.fs || fs
  if (options.fs) for (const name of names) validateFunction(operations[name], `options.fs.${name}`)
  return operations
}
function fdOf(stream: any, options: any): void {
  if (options.fd == null) {
    stream.fd = null
  } else if (typeof options.fd === 'number') {
    validateInteger(options.fd, 'fd', 0, 2147483647)
    stream.fd = options.fd
  } else if (options.fd instanceof FileHandle) {
    stream.fd = options.fd.fd
  } else {
    throw new ERR_INVALID_ARG_TYPE('fd', ['number', 'FileHandle'], options.fd)
  }
}

function openThen(stream: any, flags: any, mode: any, callback: (error?: any) => void): void {
  // A subclass of old may have an open() of its own, which tells by events.
  if (typeof stream.open === 'function' && stream.open !== openOld) {
    const before = stream.emit
    stream.emit = function (name: string, ...args: any[]): boolean {
      if (name === 'open') {
        this.emit = before
        callback()
        return before.call(this, name, ...args)
      }
      if (name === 'error') {
        this.emit = before
        callback(args[0])
        return true
      }
      return before.call(this, name, ...args)
    }
    stream.open()
    return
  }
  stream[kFs].open(stream.path, flags, mode, (error: any, fd: number) => {
    if (error) {
      callback(error)
      return
    }
    stream.fd = fd
    callback()
    stream.emit('open', fd)
    stream.emit('ready')
  })
}
function openOld(this: any): void {}

function construct(this: any, callback: any): void {
  if (typeof this.fd === 'number') {
    callback()
    return
  }
  openThen(this, this.flags, this.mode, callback)
}

function closeFd(stream: any, error: any, callback: any): void {
  const fd = stream.fd
  stream.fd = null
  stream[kFs].close(fd, (late: any) => callback(late || error))
}
function destroy(this: any, error: any, callback: any): void {
  const end = (): void => {
    if (this.fd === null || this.fd === undefined) callback(error)
    else closeFd(this, error, callback)
  }
  if (this[kIsPerformingIO]) {
    this.once(kIoDone, (late: any) => {
      error ??= late
      end()
    })
  }
  else end()
}
function close(this: any, callback: any): void {
  if (callback) finished(this, callback)
  this.destroy()
}

function place(stream: any, options: any): void {
  stream.start = options.start
  if (stream.start !== undefined) {
    validateInteger(stream.start, 'start', 0)
    stream.pos = stream.start
  } else {
    stream.pos = undefined
  }
}

export function ReadStream(this: any, path: any, given?: any): any {
  if (!(this instanceof ReadStream)) return new (ReadStream as any)(path, given)
  const options = { ...optionsOf(given, {}) }
  if (options.highWaterMark === undefined) options.highWaterMark = 64 * 1024
  if (options.autoDestroy === undefined) options.autoDestroy = false
  fdOf(this, options)
  this[kFs] = operationsOf(this, options, ['open', 'read', 'close'])
  if (this.fd === null) {
    this.path = path instanceof Uint8Array ? path : pathOf(path)
    this.flags = options.flags === undefined ? 'r' : options.flags
    this.mode = options.mode === undefined ? 0o666 : options.mode
    flagsOf(this.flags)
  }
  options.autoDestroy = options.autoClose === undefined ? true : options.autoClose
  validateBoolean(options.autoDestroy, 'options.autoClose')
  place(this, options)
  this.end = options.end ?? Infinity
  if (this.end !== Infinity) {
    validateInteger(this.end, 'end', 0)
    if (this.start !== undefined && this.start > this.end) throw new ERR_OUT_OF_RANGE('start', `<= "end" (here: ${this.end})`, this.start)
  }
  this.bytesRead = 0
  this[kIsPerformingIO] = false
  Readable.call(this, options)
  if (options.encoding) this.setEncoding(options.encoding)
}
Object.setPrototypeOf(ReadStream.prototype, Readable.prototype)
Object.setPrototypeOf(ReadStream, Readable)
const reading: any = ReadStream.prototype
Object.defineProperty(reading, 'autoClose', {
  get(this: any) { return this._readableState.autoDestroy },
  set(this: any, value: boolean) { this._readableState.autoDestroy = value },
  configurable: true,
})
reading.open = openOld
reading._construct = construct
reading._read = function (this: any, n: number): void {
  n = this.pos !== undefined ? Math.min(this.end - this.pos + 1, n) : Math.min(this.end - this.bytesRead + 1, n)
  if (n <= 0) {
    this.push(null)
    return
  }
  const buffer = Buffer.allocUnsafeSlow(n)
  this[kIsPerformingIO] = true
  this[kFs].read(this.fd, buffer, 0, n, this.pos, (error: any, bytesRead: number) => {
    this[kIsPerformingIO] = false
    if (this.destroyed) {
      this.emit(kIoDone, error)
      return
    }
    if (error) {
      this.destroy(error)
      return
    }
    if (bytesRead <= 0) {
      this.push(null)
      return
    }
    if (this.pos !== undefined) this.pos += bytesRead
    this.bytesRead += bytesRead
    this.push(bytesRead === buffer.length ? buffer : bytesRead < buffer.length >> 1 ? Buffer.from(buffer.subarray(0, bytesRead)) : buffer.subarray(0, bytesRead))
  })
}
reading._destroy = destroy
reading.close = close
Object.defineProperty(reading, 'pending', { get(this: any) { return this.fd === null }, configurable: true })

export function WriteStream(this: any, path: any, given?: any): any {
  if (!(this instanceof WriteStream)) return new (WriteStream as any)(path, given)
  const options = { ...optionsOf(given, {}) }
  options.decodeStrings = true
  fdOf(this, options)
  this[kFs] = operationsOf(this, options, ['open', 'close'])
  if (this.fd === null) {
    this.path = path instanceof Uint8Array ? path : pathOf(path)
    this.flags = options.flags === undefined ? 'w' : options.flags
    this.mode = options.mode === undefined ? 0o666 : options.mode
    flagsOf(this.flags)
  }
  options.autoDestroy = options.autoClose === undefined ? true : options.autoClose
  if (options.fs && !options.fs.write && !options.fs.writev) throw new ERR_INVALID_ARG_TYPE('options.fs.write', 'Function', options.fs.write)
  if (options.fs && options.fs.write && !options.fs.writev) this._writev = null
  this.flush = options.flush ?? false
  validateBoolean(this.flush, 'options.flush')
  place(this, options)
  this.bytesWritten = 0
  this[kIsPerformingIO] = false
  Writable.call(this, options)
  if (options.encoding) this.setDefaultEncoding(options.encoding)
}
Object.setPrototypeOf(WriteStream.prototype, Writable.prototype)
Object.setPrototypeOf(WriteStream, Writable)
const writing: any = WriteStream.prototype
Object.defineProperty(writing, 'autoClose', {
  get(this: any) { return this._writableState.autoDestroy },
  set(this: any, value: boolean) { this._writableState.autoDestroy = value },
  configurable: true,
})
writing.open = openOld
writing._construct = construct

/** Writes all of `views`, however the system cuts it up. */
function writeAll(stream: any, views: any[], size: number, callback: any): void {
  const operations = stream[kFs]
  const wrote = (error: any, n: number): void => {
    if (error?.code === 'EAGAIN') [error, n] = [null, 0]
    if (stream.destroyed || error) {
      callback(error || new ERR_STREAM_DESTROYED('write'))
      return
    }
    stream.bytesWritten += n
    if (stream.pos !== undefined) stream.pos += n
    size -= n
    if (size === 0) {
      callback()
      return
    }
    const rest = Buffer.concat(views).subarray(-size)
    writeAll(stream, [rest], size, callback)
  }
  if (views.length === 1 || !operations.writev) operations.write(stream.fd, views[0], 0, views[0].length, stream.pos, wrote)
  else operations.writev(stream.fd, views, stream.pos ?? null, wrote)
}
function during(stream: any, callback: any): (error?: any) => void {
  stream[kIsPerformingIO] = true
  return error => {
    stream[kIsPerformingIO] = false
    if (stream.destroyed) {
      callback(error)
      stream.emit(kIoDone, error)
      return
    }
    callback(error)
  }
}
writing._write = function (this: any, data: any, _encoding: any, callback: any): void {
  writeAll(this, [data], data.length, during(this, callback))
}
writing._writev = function (this: any, chunks: any[], callback: any): void {
  const views: any[] = []
  let size = 0
  for (const { chunk } of chunks) {
    views.push(chunk)
    size += chunk.length
  }
  const most = 1024
  const done = during(this, callback)
  if (views.length <= most) writeAll(this, views, size, done)
  else writeAll(this, [Buffer.concat(views)], size, done)
}
writing._destroy = function (this: any, error: any, callback: any): void {
  if (!this.flush || error || typeof this.fd !== 'number') return destroy.call(this, error, callback)
  fs.fsync(this.fd, (late: any) => destroy.call(this, late, callback))
}
writing.close = function (this: any, callback: any): void {
  if (callback) {
    if (this.closed) {
      process.nextTick(callback)
      return
    }
    this.on('close', callback)
  }
  // Without autoClose the end of writing must close it by itself.
  if (!this.autoClose) this.on('finish', this.destroy)
  this.end()
}
writing.destroySoon = writing.end
Object.defineProperty(writing, 'pending', { get(this: any) { return this.fd === null }, configurable: true })

export function createReadStream(path: any, options?: any): any {
  return new (ReadStream as any)(path, options)
}
export function createWriteStream(path: any, options?: any): any {
  return new (WriteStream as any)(path, options)
}
