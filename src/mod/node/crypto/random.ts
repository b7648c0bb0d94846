// Random bytes, numbers and UUIDs. Small requests are cut from a pool that one crossing fills.
import { codes } from 'internal:errors'
import { validateFunction, validateObject } from 'internal:validate'
import { Buffer } from 'node:buffer'
import * as native from 'native:crypto'

const POOL = 4096
const pool = new Uint8Array(POOL)
let used = POOL
const MOST = 2 ** 31 - 1

function take(n: number): number {
  if (used + n > POOL) {
    native.randomFill(pool, 0, POOL)
    used = 0
  }
  used += n
  return used - n
}

const bytesOf = (x: any): Uint8Array => (x instanceof Uint8Array ? x : ArrayBuffer.isView(x) ? new Uint8Array(x.buffer, x.byteOffset, x.byteLength) : new Uint8Array(x))

export function fillRandom(bytes: Uint8Array, from: number, length: number): void {
  if (length > 256) return native.randomFill(bytes, from, length)
  const at = take(length)
  bytes.set(pool.subarray(at, at + length), from)
  pool.fill(0, at, at + length)                 // what was handed out is not kept
}

function sizeOf(value: any, name: string, element: number, most: number): number {
  if (typeof value !== 'number') throw new codes.ERR_INVALID_ARG_TYPE(name, 'number', value)
  const n = value * element
  if (Number.isNaN(value) || value < 0 || n > most) throw new codes.ERR_OUT_OF_RANGE(name, `>= 0 && <= ${most}`, value)
  return n >>> 0
}

export function randomBytes(size: number, callback?: (e: Error | null, b: any) => void): any {
  const n = sizeOf(size, 'size', 1, MOST)
  if (callback !== undefined) validateFunction(callback, 'callback')
  const bytes = Buffer.allocUnsafeSlow(n)
  fillRandom(bytes, 0, n)
  if (!callback) return bytes
  process.nextTick(callback, null, bytes)
}

function rangeOf(buffer: any, offset: any, size: any): [Uint8Array, number, number] {
  if (!(buffer instanceof ArrayBuffer) && !ArrayBuffer.isView(buffer)) throw new codes.ERR_INVALID_ARG_TYPE('buf', ['ArrayBuffer', 'ArrayBufferView'], buffer)
  const element = (buffer as any).BYTES_PER_ELEMENT ?? 1
  const from = sizeOf(offset ?? 0, 'offset', element, buffer.byteLength)
  const length = size === undefined ? buffer.byteLength - from : sizeOf(size, 'size', element, MOST)
  if (from + length > buffer.byteLength) throw new codes.ERR_OUT_OF_RANGE('size + offset', `<= ${buffer.byteLength}`, from + length)
  return [bytesOf(buffer), from, length]
}

export function randomFillSync(buffer: any, offset?: number, size?: number): any {
  fillRandom(...rangeOf(buffer, offset, size))
  return buffer
}

export function randomFill(buffer: any, offset: any, size?: any, callback?: any): void {
  if (typeof offset === 'function') [callback, offset, size] = [offset, 0, undefined]
  else if (typeof size === 'function') [callback, size] = [size, undefined]
  validateFunction(callback, 'callback')
  fillRandom(...rangeOf(buffer, offset, size))
  process.nextTick(callback, null, buffer)
}

const RANGE = 2 ** 48 - 1
export function randomInt(min: any, max?: any, callback?: any): any {
  if (max === undefined || typeof max === 'function') [callback, max, min] = [max, min, 0]
  if (callback !== undefined) validateFunction(callback, 'callback')
  if (!Number.isSafeInteger(min)) throw new codes.ERR_INVALID_ARG_TYPE('min', 'a safe integer', min)
  if (!Number.isSafeInteger(max)) throw new codes.ERR_INVALID_ARG_TYPE('max', 'a safe integer', max)
  if (max <= min) throw new codes.ERR_OUT_OF_RANGE('max', `greater than the value of "min" (${min})`, max)
  const range = max - min
  if (range > RANGE) throw new codes.ERR_OUT_OF_RANGE(min === 0 ? 'max' : 'max - min', `<= ${RANGE}`, range)
  // Numbers past the last whole multiple of the range would make the first ones likelier.
  const limit = RANGE - (RANGE % range)
  let x: number
  do {
    const at = take(6)
    x = pool[at]! * 2 ** 40 + pool[at + 1]! * 2 ** 32 + pool[at + 2]! * 2 ** 24 + pool[at + 3]! * 2 ** 16 + pool[at + 4]! * 256 + pool[at + 5]!
  } while (x >= limit)
  const n = (x % range) + min
  if (!callback) return n
  process.nextTick(callback, undefined, n)
}

const HEX = Array.from({ length: 256 }, (_, i) => (i < 16 ? '0' : '') + i.toString(16))
function uuidAt(b: Uint8Array, i: number): string {
  return `${HEX[b[i]!]! + HEX[b[i + 1]!]! + HEX[b[i + 2]!]! + HEX[b[i + 3]!]!}-${HEX[b[i + 4]!]! + HEX[b[i + 5]!]!}-${HEX[b[i + 6]!]! + HEX[b[i + 7]!]!}-${HEX[b[i + 8]!]! + HEX[b[i + 9]!]!}-${HEX[b[i + 10]!]! + HEX[b[i + 11]!]! + HEX[b[i + 12]!]! + HEX[b[i + 13]!]! + HEX[b[i + 14]!]! + HEX[b[i + 15]!]!}`
}

/** A random UUID (RFC 9562, version 4). */
export function randomUUID(options?: any): string {
  if (options !== undefined) validateObject(options, 'options')
  const at = take(16)
  pool[at + 6] = (pool[at + 6]! & 0x0f) | 0x40
  pool[at + 8] = (pool[at + 8]! & 0x3f) | 0x80
  return uuidAt(pool, at)
}

let lastTime = 0, counter = 0
/** A UUID that sorts by time (RFC 9562, version 7): milliseconds, then a counter within one of them. */
export function randomUUIDv7(_options?: any): string {
  const at = take(16)
  const now = Math.max(Date.now(), lastTime)
  counter = now === lastTime ? counter + 1 : ((pool[at + 6]! << 8) | pool[at + 7]!) & 0x7ff
  if (counter > 0xfff) {
    lastTime++
    counter = 0
  } else lastTime = now
  for (let i = 5, t = lastTime; i >= 0; i--, t = Math.floor(t / 256)) pool[at + i] = t % 256
  pool[at + 6] = 0x70 | (counter >> 8)
  pool[at + 7] = counter & 0xff
  pool[at + 8] = (pool[at + 8]! & 0x3f) | 0x80
  return uuidAt(pool, at)
}

const INTS = ['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'BigInt64Array', 'BigUint64Array']
/** crypto.getRandomValues of Web Cryptography, 10.1.1 */
export function getRandomValues<T>(view: T): T {
  const kind = ArrayBuffer.isView(view) ? Object.prototype.toString.call(view).slice(8, -1) : ''
  const fail = (message: string, name: string): never => { throw new (globalThis as any).DOMException(message, name) }
  if (!INTS.includes(kind)) fail('The data argument must be an integer-type TypedArray', 'TypeMismatchError')
  const bytes = bytesOf(view)
  if (bytes.byteLength > 65536) fail(`The requested length exceeds 65,536 bytes`, 'QuotaExceededError')
  fillRandom(bytes, 0, bytes.byteLength)
  return view
}

export function timingSafeEqual(a: any, b: any): boolean {
  for (const [name, x] of [['buf1', a], ['buf2', b]] as const) {
    if (!(x instanceof ArrayBuffer) && !ArrayBuffer.isView(x)) throw new codes.ERR_INVALID_ARG_TYPE(name, ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], x)
  }
  if (a.byteLength !== b.byteLength) {
    throw Object.assign(new RangeError('Input buffers must have the same byte length'), { code: 'ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH' })
  }
  return native.equal(bytesOf(a), bytesOf(b))
}
