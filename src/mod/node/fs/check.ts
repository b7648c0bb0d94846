// node:fs, arguments: paths, flags, options, times, as Node accepts and refuses them.

import { Buffer } from 'node:buffer'
import { AbortError, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_OUT_OF_RANGE, uvError, uvException } from 'internal:errors'
import { validateAbortSignal, validateFunction, validateInteger } from 'internal:validate'
import * as native from 'native:fs'

export const constants: Record<string, number> = native.constants()
export const { F_OK, O_APPEND, O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_SYNC, O_TRUNC, O_WRONLY } = constants as any

/** A path as text. Bytes are read as UTF-8. */
export function pathOf(path: any, name = 'path'): string {
  if (typeof path === 'string') {
    if (path.includes('\u0000')) throw nullBytes(path, name)
    return path
  }
  if (path !== null && typeof path === 'object') {
    if (path instanceof Uint8Array) {
      if (path.includes(0)) throw nullBytes(path, name)
      return Buffer.from(path.buffer, path.byteOffset, path.byteLength).toString()
    }
    if (isURL(path)) return pathOf(import.meta.builtin('node:url').default.fileURLToPath(path), name)
  }
  throw new ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'URL'], path)
}

function nullBytes(path: any, name: string): Error {
  return new ERR_INVALID_ARG_VALUE(name, path, 'must be a string, Uint8Array, or URL without null bytes')
}

export function isURL(value: any): boolean {
  return Boolean(value?.href && value.protocol && value.auth === undefined && value.path === undefined)
}

const flagNumbers: Record<string, number> = {
  __proto__: null,
  'r': O_RDONLY, 'rs': O_RDONLY | O_SYNC, 'sr': O_RDONLY | O_SYNC,
  'r+': O_RDWR, 'rs+': O_RDWR | O_SYNC, 'sr+': O_RDWR | O_SYNC,
  'w': O_TRUNC | O_CREAT | O_WRONLY, 'wx': O_TRUNC | O_CREAT | O_WRONLY | O_EXCL, 'xw': O_TRUNC | O_CREAT | O_WRONLY | O_EXCL,
  'w+': O_TRUNC | O_CREAT | O_RDWR, 'wx+': O_TRUNC | O_CREAT | O_RDWR | O_EXCL, 'xw+': O_TRUNC | O_CREAT | O_RDWR | O_EXCL,
  'a': O_APPEND | O_CREAT | O_WRONLY, 'ax': O_APPEND | O_CREAT | O_WRONLY | O_EXCL, 'xa': O_APPEND | O_CREAT | O_WRONLY | O_EXCL,
  'as': O_APPEND | O_CREAT | O_WRONLY | O_SYNC, 'sa': O_APPEND | O_CREAT | O_WRONLY | O_SYNC,
  'a+': O_APPEND | O_CREAT | O_RDWR, 'ax+': O_APPEND | O_CREAT | O_RDWR | O_EXCL, 'xa+': O_APPEND | O_CREAT | O_RDWR | O_EXCL,
  'as+': O_APPEND | O_CREAT | O_RDWR | O_SYNC, 'sa+': O_APPEND | O_CREAT | O_RDWR | O_SYNC,
} as any

export function flagsOf(flags: any, name = 'flags'): number {
  if (typeof flags === 'number') {
    validateInteger(flags, name, -2147483648, 2147483647)
    return flags
  }
  if (flags == null) return O_RDONLY
  const number = flagNumbers[flags]
  if (number === undefined) throw new ERR_INVALID_ARG_VALUE(name, flags)
  return number
}

export function checkEncoding(encoding: any): void {
  if (encoding && encoding !== 'utf8' && encoding !== 'buffer' && !Buffer.isEncoding(encoding)) {
    throw new ERR_INVALID_ARG_VALUE('encoding', encoding, 'is invalid encoding')
  }
}

/** Options that may be an encoding, absent, or a callback that stands in their place. */
export function optionsOf(options: any, otherwise: any = {}): any {
  if (options == null || typeof options === 'function') return otherwise
  if (typeof options === 'string') {
    checkEncoding(options)
    return { ...otherwise, encoding: options }
  }
  if (typeof options !== 'object') throw new ERR_INVALID_ARG_TYPE('options', ['string', 'Object'], options)
  checkEncoding(options.encoding)
  if (options.signal !== undefined) validateAbortSignal(options.signal, 'options.signal')
  return options
}

export function isUtf8(encoding: any): boolean {
  return encoding === 'utf8' || encoding === 'utf-8' || encoding === 'UTF-8' || encoding === 'UTF8'
}

/** A text that the disk gave, in the wanted encoding. */
export function encoded(text: string, encoding: any): any {
  if (!encoding || isUtf8(encoding)) return text
  const bytes = Buffer.from(text)
  return encoding === 'buffer' ? bytes : bytes.toString(encoding)
}

export function callbackOf(callback: any, name = 'cb'): any {
  validateFunction(callback, name)
  return callback
}

export function aborted(signal: any): Error {
  return new AbortError(undefined, { cause: signal.reason })
}

export function checkAborted(signal: any): void {
  if (signal?.aborted) throw aborted(signal)
}

/** Seconds since the epoch, of a number, a date or a numeric text. */
export function secondsOf(time: any, name = 'time'): number {
  if (typeof time === 'string' && +time == (time as any)) return +time
  if (Number.isFinite(time)) return time < 0 ? Date.now() / 1000 : time
  if (time instanceof Date) return time.getTime() / 1000
  throw new ERR_INVALID_ARG_TYPE(name, ['Date', 'Time in seconds'], time)
}

/** Where in a file: null and undefined and -1 mean where it stands. */
export function positionOf(position: any, name = 'position'): number {
  if (position == null) return -1
  if (typeof position === 'bigint') {
    if (position < -1n || position > 9223372036854775807n) throw new ERR_OUT_OF_RANGE(name, '>= -1 && <= 9223372036854775807', position)
    return Number(position)
  }
  if (typeof position !== 'number') throw new ERR_INVALID_ARG_TYPE(name, ['integer', 'bigint'], position)
  validateInteger(position, name, -1)
  return position
}

export function checkOffsetLengthRead(offset: number, length: number, size: number): void {
  if (offset < 0) throw new ERR_OUT_OF_RANGE('offset', '>= 0', offset)
  if (length < 0) throw new ERR_OUT_OF_RANGE('length', '>= 0', length)
  if (offset + length > size) throw new ERR_OUT_OF_RANGE('length', `<= ${size - offset}`, length)
}

export function checkOffsetLengthWrite(offset: number, length: number, size: number): void {
  if (offset > size) throw new ERR_OUT_OF_RANGE('offset', `<= ${size}`, offset)
  if (length > size - offset) throw new ERR_OUT_OF_RANGE('length', `<= ${size - offset}`, length)
  if (length < 0) throw new ERR_OUT_OF_RANGE('length', '>= 0', length)
  validateInteger(length, 'length', -2147483648, 2147483647)
}

export function viewsOf(buffers: any): ArrayBufferView[] {
  if (!Array.isArray(buffers)) throw new ERR_INVALID_ARG_TYPE('buffers', 'ArrayBufferView[]', buffers)
  for (const one of buffers) if (!ArrayBuffer.isView(one)) throw new ERR_INVALID_ARG_TYPE('buffers', 'ArrayBufferView[]', buffers)
  return buffers.slice()
}

/** What can be written: text stays text, views stay views. */
export function writable(data: any, encoding: any): any {
  if (typeof data === 'string') return !encoding || isUtf8(encoding) ? data : Buffer.from(data, encoding)
  if (ArrayBuffer.isView(data)) return data
  throw new ERR_INVALID_ARG_TYPE('data', ['string', 'Buffer', 'TypedArray', 'DataView'], data)
}

// Small files come through one array that C fills; larger ones arrive as an ArrayBuffer of their own.
export const numbers = new Float64Array(18)
export const integers = new BigInt64Array(14)
const slab = new Uint8Array(65536)
native.share(numbers, integers, slab)
const slabBuffer = slab.buffer

export function bufferOf(data: number | ArrayBuffer): any {
  if (typeof data !== 'number') return Buffer.from(data)
  return data === 0 ? Buffer.alloc(0) : Buffer.from(slabBuffer.slice(0, data))
}

/** The error of a system call, its fields in the order that Node's native ones have. */
export function failed(errno: number, syscall: string, path?: string): Error {
  return uvException({ errno, code: uvError(errno)[0], syscall, path } as any)
}
