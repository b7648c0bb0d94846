// Finding, comparing, filling, swapping: the methods of Buffer that look at many bytes.

import { ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_BUFFER_SIZE, ERR_OUT_OF_RANGE, ERR_UNKNOWN_ENCODING } from 'internal:errors'
import { validateBuffer, validateInteger, validateNumber, validateString } from 'internal:validate'
import * as native from 'native:buffer'
import { kindOf, LATIN1, UTF16LE, UTF8, lengthOf, writeText } from './encodings.ts'

type Bytes = Uint8Array & Record<string, any>

const indexOfByte = Uint8Array.prototype.indexOf
const lastIndexOfByte = Uint8Array.prototype.lastIndexOf
const fillBytes = Uint8Array.prototype.fill
const BYTES = ['Buffer', 'Uint8Array']

function bytesOf(text: string, kind: number): Uint8Array {
  const bytes = new Uint8Array(lengthOf(text, kind))
  const n = writeText(bytes, text, kind, 0, bytes.length)
  return n === bytes.length ? bytes : bytes.subarray(0, n)
}

/** Where a search starts; -1 when it cannot find anything. */
function startOf(length: number, offset: number, needed: number, isForward: boolean): number {
  if (offset < 0) {
    if (offset + length >= 0) return length + offset
    return isForward || needed === 0 ? 0 : -1
  }
  if (offset + needed <= length) return offset
  if (needed === 0) return length
  return isForward ? -1 : length - 1
}

function find(bytes: any, value: any, byteOffset: any, encoding: any, isForward: boolean): number {
  validateBuffer(bytes)
  if (typeof byteOffset === 'string') {
    encoding = byteOffset
    byteOffset = undefined
  } else if (byteOffset > 0x7fffffff) {
    byteOffset = 0x7fffffff
  } else if (byteOffset < -0x80000000) {
    byteOffset = -0x80000000
  }
  byteOffset = Math.trunc(+byteOffset)
  const view = bytes as Uint8Array
  const length = view.length ?? view.byteLength
  if (byteOffset !== byteOffset) byteOffset = isForward ? 0 : length
  if (typeof value === 'number') {
    const at = startOf(length, byteOffset, 1, isForward)
    if (at < 0 || length === 0) return -1
    return isForward ? indexOfByte.call(bytes, value & 255, at) : lastIndexOfByte.call(bytes, value & 255, at)
  }
  const kind = encoding === undefined ? UTF8 : kindOf(encoding)
  let needle: Uint8Array
  if (typeof value === 'string') {
    if (kind < 0) throw new ERR_UNKNOWN_ENCODING(encoding)
    if (value.length === 1 && value.charCodeAt(0) < 0x80 && kind <= LATIN1) return find(bytes, value.charCodeAt(0), byteOffset, undefined, isForward)
    needle = bytesOf(value, kind)
  } else if (value instanceof Uint8Array) {
    needle = value
  } else {
    throw new ERR_INVALID_ARG_TYPE('value', ['number', 'string', ...BYTES], value)
  }
  const at = startOf(length, byteOffset, needle.length, isForward)
  if (needle.length === 0) return kind === UTF16LE ? Math.min(at, length & ~1) : at
  if (at < 0 || length === 0 || needle.length > length || (isForward && needle.length + at > length)) return -1
  if (kind === UTF16LE && (length < 2 || needle.length < 2)) return -1
  return native.find(bytes, needle, at, isForward, kind === UTF16LE ? 2 : 1)
}

function indexOf(this: Bytes, value: any, byteOffset?: any, encoding?: any): number {
  return find(this, value, byteOffset, encoding, true)
}

function lastIndexOf(this: Bytes, value: any, byteOffset?: any, encoding?: any): number {
  return find(this, value, byteOffset, encoding, false)
}

function includes(this: Bytes, value: any, byteOffset?: any, encoding?: any): boolean {
  return find(this, value, byteOffset, encoding, true) !== -1
}

/** -1, 0 or 1; the shorter one comes first when it is the start of the other. */
function order(a: Uint8Array, aStart: number, aEnd: number, b: Uint8Array, bStart: number, bEnd: number): number {
  const n = Math.min(aEnd - aStart, bEnd - bStart)
  if (n > 48) return native.compare(a, aStart, aEnd, b, bStart, bEnd)
  for (let i = 0; i < n; i++) {
    const x = a[aStart + i], y = b[bStart + i]
    if (x !== y) return x < y ? -1 : 1
  }
  return Math.sign(aEnd - aStart - (bEnd - bStart))
}

export function compareBytes(a: any, b: any): number {
  if (!(a instanceof Uint8Array)) throw new ERR_INVALID_ARG_TYPE('buf1', BYTES, a)
  if (!(b instanceof Uint8Array)) throw new ERR_INVALID_ARG_TYPE('buf2', BYTES, b)
  return a === b ? 0 : order(a, 0, a.length, b, 0, b.length)
}

function compare(this: Bytes, target: any, targetStart?: any, targetEnd?: any, sourceStart?: any, sourceEnd?: any): number {
  if (!(target instanceof Uint8Array)) throw new ERR_INVALID_ARG_TYPE('target', BYTES, target)
  if (targetStart === undefined) targetStart = 0
  else validateInteger(targetStart, 'targetStart', 0)
  if (targetEnd === undefined) targetEnd = target.length
  else validateInteger(targetEnd, 'targetEnd', 0, target.length)
  if (sourceStart === undefined) sourceStart = 0
  else validateInteger(sourceStart, 'sourceStart', 0)
  if (sourceEnd === undefined) sourceEnd = this.length
  else validateInteger(sourceEnd, 'sourceEnd', 0, this.length)
  if (sourceStart >= sourceEnd) return targetStart >= targetEnd ? 0 : -1
  if (targetStart >= targetEnd) return 1
  return order(this, sourceStart, sourceEnd, target, targetStart, targetEnd)
}

function equals(this: Bytes, otherBuffer: any): boolean {
  if (!(otherBuffer instanceof Uint8Array)) throw new ERR_INVALID_ARG_TYPE('otherBuffer', BYTES, otherBuffer)
  if (this === otherBuffer) return true
  const n = this.byteLength
  return n === otherBuffer.byteLength && (n === 0 || order(this, 0, n, otherBuffer, 0, n) === 0)
}

/** `pattern` again and again over [start, end). */
function repeat(bytes: Uint8Array, pattern: Uint8Array, start: number, end: number): void {
  const n = Math.min(pattern.length, end - start)
  if (n < pattern.length) pattern = pattern.subarray(0, n)
  bytes.set(pattern, start)
  for (let done = n; done < end - start; done *= 2) bytes.copyWithin(start + done, start, Math.min(start + done, end - done))
}

export function fillWith(bytes: Bytes, value: any, offset: any, end: any, encoding: any): Bytes {
  let kind = UTF8
  if (typeof value === 'string') {
    if (offset === undefined || typeof offset === 'string') {
      encoding = offset
      offset = undefined
    } else if (typeof end === 'string') {
      encoding = end
      end = undefined
    }
    if (encoding != null && encoding !== '') {
      kind = kindOf(encoding)
      if (kind < 0 || typeof encoding !== 'string') {
        validateString(encoding, 'encoding')
        throw new ERR_UNKNOWN_ENCODING(encoding)
      }
    }
    if (value.length === 0) {
      value = 0
    } else if (value.length === 1) {
      const code = value.charCodeAt(0)
      if ((kind === UTF8 && code < 0x80) || kind === LATIN1) value = code
    }
  }
  if (offset === undefined) {
    offset = 0
    end = bytes.length
  } else {
    validateNumber(offset, 'offset', 0, Number.MAX_SAFE_INTEGER)
    if (end === undefined) end = bytes.length
    else validateNumber(end, 'end', 0, bytes.length)
    if (offset >= end) return bytes
  }
  if (typeof value === 'number') {
    if (end > bytes.byteLength) throw new ERR_BUFFER_OUT_OF_BOUNDS()
    fillBytes.call(bytes, value & 255, offset, end)
  } else if (typeof value === 'string' || value instanceof Uint8Array || ArrayBuffer.isView(value)) {
    const pattern = typeof value === 'string' ? bytesOf(value, kind)
      : value instanceof Uint8Array ? value : new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    if (pattern.length === 0) throw new ERR_INVALID_ARG_VALUE('value', value)
    offset = Math.trunc(offset)
    end = Math.trunc(end)
    if (offset < end) repeat(bytes, pattern.buffer === bytes.buffer ? pattern.slice() : pattern, offset, end)
  } else {
    fillBytes.call(bytes, value & 255, offset, end)
  }
  return bytes
}

function fill(this: Bytes, value: any, offset: any, end: any, encoding: any): Bytes {
  return fillWith(this, value, offset, end, encoding)
}

function integerOr(value: any, otherwise: number): number {
  value = +value
  return value === value && value >= -Number.MAX_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Math.trunc(value) : otherwise
}

function copy(this: Bytes, target: any, targetStart?: any, sourceStart?: any, sourceEnd?: any): number {
  if (!ArrayBuffer.isView(target)) throw new ERR_INVALID_ARG_TYPE('target', BYTES, target)
  const length = this.byteLength
  if (targetStart === undefined) {
    targetStart = 0
  } else {
    targetStart = integerOr(targetStart, 0)
    if (targetStart < 0) throw new ERR_OUT_OF_RANGE('targetStart', '>= 0', targetStart)
  }
  if (sourceStart === undefined) {
    sourceStart = 0
  } else {
    sourceStart = integerOr(sourceStart, 0)
    if (sourceStart < 0 || sourceStart > length) throw new ERR_OUT_OF_RANGE('sourceStart', `>= 0 && <= ${length}`, sourceStart)
  }
  if (sourceEnd === undefined) {
    sourceEnd = length
  } else {
    sourceEnd = integerOr(sourceEnd, 0)
    if (sourceEnd < 0) throw new ERR_OUT_OF_RANGE('sourceEnd', '>= 0', sourceEnd)
  }
  if (targetStart >= target.byteLength || sourceStart >= sourceEnd) return 0
  const n = Math.min(sourceEnd - sourceStart, target.byteLength - targetStart, length - sourceStart)
  if (n <= 0) return 0
  const to = target instanceof Uint8Array ? target : new Uint8Array(target.buffer, target.byteOffset, target.byteLength)
  if (n <= 24 && to.buffer !== this.buffer) {
    for (let i = 0; i < n; i++) to[targetStart + i] = this[sourceStart + i]
  } else {
    to.set(n === length ? this : new Uint8Array(this.buffer, this.byteOffset + sourceStart, n), targetStart)
  }
  return n
}

function swap(bytes: Bytes, width: number): Bytes {
  const n = bytes.length
  if (n % width !== 0) throw new ERR_INVALID_BUFFER_SIZE(`${width * 8}-bits`)
  if (n > 128) {
    native.swap(bytes, width)
    return bytes
  }
  for (let start = 0; start < n; start += width) {
    for (let i = start, j = start + width - 1; i < j; i++, j--) {
      const byte = bytes[i]
      bytes[i] = bytes[j]
      bytes[j] = byte
    }
  }
  return bytes
}

function swap16(this: Bytes): Bytes { return swap(this, 2) }
function swap32(this: Bytes): Bytes { return swap(this, 4) }
function swap64(this: Bytes): Bytes { return swap(this, 8) }

export { compare, copy, equals, fill, includes, indexOf, lastIndexOf, swap16, swap32, swap64 }
