// node:buffer. Buffer is a function for the sake of `Buffer(5)`; what it makes are instances of FastBuffer, whose prototype is Buffer's.

import {
  codes, ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE, ERR_UNKNOWN_ENCODING, genericNodeError,
} from 'internal:errors'
import { validateArray, validateInteger, validateNumber } from 'internal:validate'
import * as native from 'native:buffer'
import { ASCII, BASE64, BASE64URL, HEX, kindNames, kindOf, LATIN1, lengthOf, readText, UTF16LE, UTF8, writeText } from './encodings.ts'
import { addNumberMethods } from './numbers.ts'
import { compare, compareBytes, copy, equals, fill, fillWith, includes, indexOf, lastIndexOf, swap16, swap32, swap64 } from './search.ts'

type Bytes = Uint8Array & Record<string, any>

const kMaxLength = Number.MAX_SAFE_INTEGER
const kStringMaxLength = 536870888
const SOURCES = ['Buffer', 'ArrayBuffer', 'Array']
const customInspect = Symbol.for('nodejs.util.inspect.custom')
const POOLED = 4096                   // larger ones have memory of their own

export class FastBuffer extends Uint8Array {}

function makeBuffer(arg: any, encodingOrOffset?: any, length?: any): Bytes {
  if (typeof arg === 'number') {
    if (typeof encodingOrOffset === 'string') throw new ERR_INVALID_ARG_TYPE('string', 'string', arg)
    return alloc(arg)
  }
  return from(arg, encodingOrOffset, length)
}

export const Buffer: any = makeBuffer
Object.defineProperty(Buffer, 'name', { value: 'Buffer', configurable: true })
Object.setPrototypeOf(Buffer, Uint8Array)
Object.defineProperty(FastBuffer.prototype, 'constructor', { value: Buffer, writable: true, configurable: true, enumerable: false })
Object.defineProperty(Buffer, 'prototype', { value: FastBuffer.prototype, writable: true, configurable: false, enumerable: false })
Object.defineProperty(Buffer, Symbol.species, { get() { return FastBuffer }, enumerable: true, configurable: true })

// --- memory

let pool: Uint8Array | undefined
let poolUsed = 0

/** Room for `size` bytes in the pool, from `poolUsed` on. */
function needPool(size: number): Uint8Array {
  if (pool === undefined || size > pool.length - poolUsed) {
    pool = new Uint8Array(Math.max(Buffer.poolSize >>> 0, size))
    poolUsed = 0
  }
  return pool
}

function takePool(size: number): Bytes {
  const taken = new FastBuffer(pool!.buffer, poolUsed, size)
  poolUsed = poolUsed + size + 7 & ~7
  return taken
}

function isPooled(size: number): boolean {
  return size < POOLED && size < Buffer.poolSize >>> 1
}

function alloc(size: any, value?: any, encoding?: any): Bytes {
  if (!(typeof size === 'number' && size >= 0 && size <= kMaxLength)) validateNumber(size, 'size', 0, kMaxLength)
  const bytes: Bytes = new FastBuffer(size)
  if (value !== undefined && value !== 0 && size > 0) {
    return typeof value === 'string' ? fillWith(bytes, value, encoding, undefined, undefined) : fillWith(bytes, value, undefined, undefined, encoding)
  }
  return bytes
}

function allocUnsafe(size: any): Bytes {
  if (!(typeof size === 'number' && size >= 0 && size <= kMaxLength)) validateNumber(size, 'size', 0, kMaxLength)
  if (size === 0 || size !== size || !isPooled(size)) return new FastBuffer(size)
  size = Math.trunc(size)
  needPool(size)
  return takePool(size)
}

function allocUnsafeSlow(size: any): Bytes {
  validateNumber(size, 'size', 0, kMaxLength)
  return new FastBuffer(size)
}

// --- from

function isAnyArrayBuffer(value: any): boolean {
  if (value instanceof ArrayBuffer || (typeof SharedArrayBuffer !== 'undefined' && value instanceof SharedArrayBuffer)) return true
  if (value === null || typeof value !== 'object') return false
  const tag = value[Symbol.toStringTag]
  return (tag === 'ArrayBuffer' || tag === 'SharedArrayBuffer') && import.meta.builtin('node:util/types').isAnyArrayBuffer(value)
}

function from(value: any, encodingOrOffset?: any, length?: any): Bytes {
  if (typeof value === 'string') return fromString(value, encodingOrOffset)
  if (typeof value === 'object' && value !== null) {
    if (isAnyArrayBuffer(value)) return fromArrayBuffer(value, encodingOrOffset, length)
    const inner = value.valueOf && value.valueOf()
    if (inner != null && inner !== value && (typeof inner === 'string' || typeof inner === 'object')) return from(inner, encodingOrOffset, length)
    const made = fromObject(value)
    if (made) return made
    if (typeof value[Symbol.toPrimitive] === 'function') {
      const primitive = value[Symbol.toPrimitive]('string')
      if (typeof primitive === 'string') return fromString(primitive, encodingOrOffset)
    }
  }
  throw new ERR_INVALID_ARG_TYPE('first argument', ['string', ...SOURCES, 'Array-like Object'], value)
}

function fromString(text: string, encoding: any): Bytes {
  let kind = UTF8
  if (typeof encoding === 'string' && encoding.length !== 0) {
    kind = kindOf(encoding)
    if (kind < 0) throw new ERR_UNKNOWN_ENCODING(encoding)
  }
  const n = text.length
  if (n === 0) return new FastBuffer()
  const most = kind === UTF8 ? n * 3 : lengthOf(text, kind)
  if (isPooled(most)) {
    const written = writeText(needPool(most), text, kind, poolUsed, most)
    return takePool(written)
  }
  let bytes: Bytes
  if (kind === UTF8) {
    bytes = new FastBuffer(n)                                 // right for plain text, which most of it is
    const missing = native.writeWhole(bytes, text)
    if (missing === 0) return bytes
    bytes = new FastBuffer(missing)
    native.writeWhole(bytes, text)
    return bytes
  }
  bytes = new FastBuffer(most)
  const written = native.write(bytes, text, kind, 0, most)
  return written === most ? bytes : new FastBuffer(bytes.buffer, 0, written)
}

function fromArrayBuffer(memory: any, byteOffset: any, length: any): Bytes {
  if (byteOffset === undefined) {
    byteOffset = 0
  } else {
    byteOffset = +byteOffset
    if (byteOffset !== byteOffset) byteOffset = 0
  }
  const most = memory.byteLength - byteOffset
  if (most < 0) throw new ERR_BUFFER_OUT_OF_BOUNDS('offset')
  if (length === undefined) return new FastBuffer(memory, byteOffset)
  length = +length
  if (length > 0) {
    if (length > most) throw new ERR_BUFFER_OUT_OF_BOUNDS('length')
  } else {
    length = 0
  }
  return new FastBuffer(memory, byteOffset, length)
}

function fromArrayLike(values: any): Bytes {
  const n = values.length
  if (!(n > 0)) return new FastBuffer()
  const bytes = allocUnsafe(n)
  if (values instanceof Uint8Array || Array.isArray(values)) bytes.set(values as any)
  else for (let i = 0; i < bytes.length; i++) bytes[i] = values[i]
  return bytes
}

function fromObject(value: any): Bytes | undefined {
  if (value.length !== undefined || isAnyArrayBuffer(value.buffer)) {
    return typeof value.length === 'number' ? fromArrayLike(value) : new FastBuffer()
  }
  if (value.type === 'Buffer' && Array.isArray(value.data)) return fromArrayLike(value.data)
}

function of(...items: any[]): Bytes {
  const bytes = allocUnsafe(items.length)
  for (let i = 0; i < items.length; i++) bytes[i] = items[i]
  return bytes
}

function copyBytesFrom(view: any, offset?: any, length?: any): Bytes {
  if (!ArrayBuffer.isView(view) || view instanceof DataView) throw new ERR_INVALID_ARG_TYPE('view', ['TypedArray'], view)
  const array = view as any
  if (array.length === 0) return new FastBuffer()
  let start = 0, end = array.length
  if (offset !== undefined || length !== undefined) {
    if (offset !== undefined) {
      validateInteger(offset, 'offset', 0)
      if (offset >= array.length) return new FastBuffer()
      start = offset
    }
    if (length !== undefined) {
      validateInteger(length, 'length', 0)
      end = Math.min(start + length, array.length)
    }
  }
  const width = array.BYTES_PER_ELEMENT
  return fromArrayLike(new Uint8Array(array.buffer, array.byteOffset + start * width, (end - start) * width))
}

function concat(list: any, length?: any): Bytes {
  validateArray(list, 'list')
  if (list.length === 0) return new FastBuffer()
  if (length === undefined) {
    length = 0
    for (let i = 0; i < list.length; i++) {
      const part = list[i]
      if (!(part instanceof Uint8Array)) throw new ERR_INVALID_ARG_TYPE(`list[${i}]`, ['Buffer', 'Uint8Array'], part)
      length += part.byteLength
    }
  } else {
    validateInteger(length, 'length', 0)
    for (let i = 0; i < list.length; i++) {
      if (!(list[i] instanceof Uint8Array)) throw new ERR_INVALID_ARG_TYPE(`list[${i}]`, ['Buffer', 'Uint8Array'], list[i])
    }
  }
  const bytes = allocUnsafe(length)
  let at = 0
  for (let i = 0; i < list.length && at < length; i++) {
    const part = list[i], n = part.byteLength
    if (n > length - at) bytes.set(new Uint8Array(part.buffer, part.byteOffset, length - at), at)
    else bytes.set(part, at)
    at += n
  }
  if (at < length) bytes.fill(0, at, length)
  return bytes
}

function byteLength(text: any, encoding?: any): number {
  if (typeof text !== 'string') {
    if (ArrayBuffer.isView(text) || isAnyArrayBuffer(text)) return text.byteLength
    throw new ERR_INVALID_ARG_TYPE('string', ['string', 'Buffer', 'ArrayBuffer'], text)
  }
  if (text.length === 0) return 0
  const kind = encoding ? kindOf(encoding) : UTF8
  return lengthOf(text, kind < 0 ? UTF8 : kind)
}

function isBuffer(value: any): boolean {
  return value instanceof Buffer
}

function isEncoding(encoding: any): boolean {
  return typeof encoding === 'string' && encoding.length !== 0 && kindOf(encoding) >= 0
}

Buffer.poolSize = 64 * 1024
Object.assign(Buffer, {
  from, copyBytesFrom, of, alloc, allocUnsafe, allocUnsafeSlow, isBuffer, compare: compareBytes, isEncoding, concat, byteLength,
})
Object.defineProperty(from, 'length', { value: 3 })
Object.defineProperty(Buffer, 'length', { value: 3 })

// --- the prototype

const proto: any = FastBuffer.prototype

addNumberMethods(proto)

function sliceMethod(kind: number, name: string): Function {
  const method = { [name](this: Bytes, start?: any, end?: any): string {
    const length = this.byteLength
    if (length === 0) return ''
    start = start === undefined ? 0 : Math.trunc(+start) || 0
    end = end === undefined ? length : Math.trunc(+end) || 0
    if (start < 0 || end < 0) throw indexError()
    if (end <= start) return ''
    if (end > length) throw indexError()
    return readText(this, kind, start, end)
  } }
  return method[name]
}

function indexError(): Error {
  const error: any = new RangeError('Index out of range')
  error.code = 'ERR_OUT_OF_RANGE'
  return error
}

function notText(): Error {
  const error: any = new TypeError('argument must be a string')
  error.code = 'ERR_INVALID_ARG_TYPE'
  return error
}

function writeMethod(kind: number, name: string): Function {
  const method = { [name](this: Bytes, text: any, offset?: any, length?: any): number {
    if (typeof text !== 'string') throw notText()
    const size = this.byteLength
    offset = offset === undefined ? 0 : offset
    if (typeof offset !== 'number') validateNumber(offset, 'offset')
    if (!(offset >= 0 && offset <= size)) throw new ERR_BUFFER_OUT_OF_BOUNDS('offset')
    if (length !== undefined && !(length >= 0 && length <= size - offset)) throw new ERR_BUFFER_OUT_OF_BOUNDS('length')
    return writeText(this, text, kind, Math.trunc(offset), length === undefined ? size - offset : Math.trunc(length))
  } }
  return method[name]
}

for (const [name, kind] of [['ascii', ASCII], ['base64', BASE64], ['base64url', BASE64URL], ['latin1', LATIN1], ['hex', HEX], ['ucs2', UTF16LE], ['utf8', UTF8]] as [string, number][]) {
  proto[`${name}Slice`] = sliceMethod(kind, `${name}Slice`)
}
for (const [name, kind] of [['ascii', ASCII], ['base64', BASE64], ['base64url', BASE64URL], ['latin1', LATIN1], ['hex', HEX], ['ucs2', UTF16LE], ['utf8', UTF8]] as [string, number][]) {
  proto[`${name}Write`] = writeMethod(kind, `${name}Write`)
}

Object.defineProperty(proto, 'parent', { enumerable: true, get(this: any) { return this instanceof Buffer ? this.buffer : undefined } })
Object.defineProperty(proto, 'offset', { enumerable: true, get(this: any) { return this instanceof Buffer ? this.byteOffset : undefined } })

function toString(this: Bytes, encoding?: any, start?: any, end?: any): string {
  const length = this.length
  if (arguments.length === 0) return readText(this, UTF8, 0, length)
  if (start <= 0) start = 0
  else if (start >= length) return ''
  else start = Math.trunc(start) || 0
  if (end === undefined || end > length) end = length
  else end = Math.trunc(end) || 0
  if (end <= start) return ''
  const kind = encoding === undefined ? UTF8 : kindOf(encoding)
  if (kind < 0) throw new ERR_UNKNOWN_ENCODING(encoding)
  return readText(this, kind, start, end)
}

function write(this: Bytes, text: any, offset: any, length: any, encoding: any): number {
  const size = this.length
  if (offset === undefined) {
    offset = 0
    length = size
  } else if (length === undefined && typeof offset === 'string') {
    encoding = offset
    offset = 0
    length = size
  } else {
    validateInteger(offset, 'offset', 0, size)
    const left = size - offset
    if (length === undefined) {
      length = left
    } else if (typeof length === 'string') {
      encoding = length
      length = left
    } else {
      validateInteger(length, 'length', 0, size)
      if (length > left) length = left
    }
  }
  const kind = encoding ? kindOf(encoding) : UTF8
  if (typeof text !== 'string') throw notText()
  if (kind < 0) throw new ERR_UNKNOWN_ENCODING(encoding)
  return writeText(this, text, kind, offset, length)
}

function within(at: any, length: number): number {
  at = Math.trunc(at)
  if (at === 0 || at !== at) return 0
  if (at < 0) return Math.max(at + length, 0)
  return at < length ? at : length
}

function subarray(this: Bytes, start?: any, end?: any): Bytes {
  const length = this.length
  start = within(start, length)
  end = end === undefined ? length : within(end, length)
  return new FastBuffer(this.buffer, this.byteOffset + start, end > start ? end - start : 0)
}

function slice(this: Bytes, start?: any, end?: any): Bytes {
  return subarray.call(this, start, end)
}

function toJSON(this: Bytes): { type: 'Buffer'; data: number[] } {
  return { type: 'Buffer', data: this.length > 0 ? Array.from(this) : [] }
}

let inspectMaxBytes = 50

/** Keys that are no indices; only looked for where that does not mean listing a million of them. */
function extraKeys(bytes: Bytes, isShowingHidden: boolean): PropertyKey[] {
  if (bytes.length > 65536) return []
  const keys = isShowingHidden ? Object.getOwnPropertyNames(bytes) : Object.keys(bytes)
  const symbols = Object.getOwnPropertySymbols(bytes).filter(key => isShowingHidden || Object.prototype.propertyIsEnumerable.call(bytes, key))
  return [...keys.slice(bytes.length), ...symbols]
}

function inspect(this: Bytes, _depth?: any, options?: any): string {
  const shown = Math.min(inspectMaxBytes, this.length)
  let text = readText(this, HEX, 0, shown).replace(/(.{2})/g, '$1 ').trim()
  const more = this.length - shown
  if (more > 0) text += ` ... ${more} more byte${more > 1 ? 's' : ''}`
  if (options) {
    const keys = extraKeys(this, options.showHidden)
    if (keys.length) {
      const extras: any = { __proto__: null }
      for (const key of keys) extras[key] = this[key as string]
      if (this.length !== 0) text += ', '
      text += import.meta.builtin('internal:inspect').inspect(extras, { ...options, breakLength: Infinity, compact: true }).slice(27, -2)
    }
  }
  let name = 'Buffer'
  try {
    const { constructor } = this
    if (typeof constructor === 'function' && Object.hasOwn(constructor, 'name')) name = constructor.name
  } catch {}
  return `<${name} ${text}>`
}

proto[customInspect] = inspect
Object.assign(proto, {
  copy, toString, equals, inspect, compare, indexOf, lastIndexOf, includes, fill, write, toJSON, subarray, slice, swap16, swap32, swap64,
  toLocaleString: toString,
})

// --- what else the module has

const TRANSCODABLE = [UTF8, LATIN1, ASCII, UTF16LE]

/** For a character that an encoding lacks: nothing when nobody would see it. */
function standIn(character: string): string {
  return /\p{Default_Ignorable_Code_Point}/u.test(character) ? '' : '?'
}

function transcode(source: any, fromEncoding: any, toEncoding: any): Bytes {
  if (!(source instanceof Uint8Array)) throw new ERR_INVALID_ARG_TYPE('source', ['Buffer', 'Uint8Array'], source)
  if (source.length === 0) return Buffer.alloc(0)
  const fromKind = kindOf(fromEncoding), toKind = kindOf(toEncoding)
  if (!TRANSCODABLE.includes(fromKind) || !TRANSCODABLE.includes(toKind)) {
    throw genericNodeError('Unable to transcode Buffer [U_ILLEGAL_ARGUMENT_ERROR]', { code: 'U_ILLEGAL_ARGUMENT_ERROR', errno: 1 })
  }
  let text = readText(source, fromKind === ASCII ? LATIN1 : fromKind, 0, source.length)
  const isWide = fromKind === UTF16LE, wellFormed: boolean = !isWide || (text as any).isWellFormed()
  if ((toKind === UTF16LE && fromKind === UTF8 && !native.isUtf8(source)) || (toKind === UTF8 && (!wellFormed || text === ''))) {
    throw genericNodeError('Unable to transcode Buffer [U_INVALID_CHAR_FOUND]', { code: 'U_INVALID_CHAR_FOUND', errno: 10 })
  }
  if (!wellFormed) text = (text as any).toWellFormed()
  if (isWide && toKind === UTF16LE && source.length % 2) text += '\ufffd'
  if (fromKind === ASCII && toKind !== UTF16LE) text = text.replace(/[\x80-\xff]/g, '\ufffd')
  if (toKind === ASCII) text = text.replace(/[^\x00-\x7f]/gu, standIn)
  else if (toKind === LATIN1) text = text.replace(/[^\x00-\xff]/gu, standIn)
  return fromString(text, kindNames[toKind])
}

function viewOfAny(input: any): Uint8Array {
  if (ArrayBuffer.isView(input)) {
    return input instanceof Uint8Array ? input : new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
  }
  if (isAnyArrayBuffer(input)) {
    if (input.detached) throw new codes.ERR_INVALID_STATE('Cannot validate on a detached buffer')
    return new Uint8Array(input)
  }
  throw new ERR_INVALID_ARG_TYPE('input', ['ArrayBuffer', 'Buffer', 'TypedArray'], input)
}

function isUtf8(input: any): boolean {
  return native.isUtf8(viewOfAny(input))
}

function isAscii(input: any): boolean {
  return native.isAscii(viewOfAny(input))
}

function SlowBuffer(size: any): Bytes {
  validateNumber(size, 'size', 0, kMaxLength)
  return new FastBuffer(size)
}

const exported: any = { Buffer, SlowBuffer, transcode, isUtf8, isAscii, kMaxLength, kStringMaxLength }

/** A name of another face, looked up when it is first wanted. */
function lazy(name: string, face: string): void {
  Object.defineProperty(exported, name, {
    enumerable: true, configurable: true,
    get() {
      const value = import.meta.builtin(face)[name]
      Object.defineProperty(exported, name, { value, writable: true, enumerable: true, configurable: true })
      return value
    },
    set(value) {
      Object.defineProperty(exported, name, { value, writable: true, enumerable: true, configurable: true })
    },
  })
}

lazy('btoa', 'web:encoding')
lazy('atob', 'web:encoding')
Object.defineProperty(exported, 'constants', {
  value: { MAX_LENGTH: kMaxLength, MAX_STRING_LENGTH: kStringMaxLength }, enumerable: true, writable: false, configurable: false,
})
Object.defineProperty(exported, 'INSPECT_MAX_BYTES', {
  enumerable: true, configurable: true,
  get() { return inspectMaxBytes },
  set(value) {
    validateNumber(value, 'INSPECT_MAX_BYTES', 0)
    inspectMaxBytes = value
  },
})
lazy('Blob', 'web:blob')
lazy('resolveObjectURL', 'web:url/object_url')
lazy('File', 'web:blob')

export { isAscii, isUtf8, kMaxLength, kStringMaxLength, transcode }
export default exported
