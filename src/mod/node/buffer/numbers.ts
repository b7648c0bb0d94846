// Numbers in and out of bytes: the read* and write* methods of Buffer. A byte past the end reads as undefined, which is the only bounds check
// that a good call pays for.

import { ERR_BUFFER_OUT_OF_BOUNDS, ERR_OUT_OF_RANGE } from 'internal:errors'
import { validateNumber } from 'internal:validate'

type Bytes = Uint8Array & Record<string, any>

const f32 = new Float32Array(1)
const f64 = new Float64Array(1)
const f32Word = new Int32Array(f32.buffer)              // words, as a number that was stored in bytes is slow to load whole
const f64Words = new Int32Array(f64.buffer)

function checkOffset(value: number, last: number, name = 'offset'): never {
  if (Math.floor(value) !== value) {
    validateNumber(value, name)
    throw new ERR_OUT_OF_RANGE(name, 'an integer', value)
  }
  if (last < 0) throw new ERR_BUFFER_OUT_OF_BOUNDS()
  throw new ERR_OUT_OF_RANGE(name, `>= ${name === 'byteLength' ? 1 : 0} and <= ${last}`, value)
}

function outside(bytes: Bytes, offset: any, size: number): never {
  validateNumber(offset, 'offset')
  return checkOffset(offset, bytes.length - size)
}

function badLength(byteLength: any): never {
  validateNumber(byteLength, 'byteLength')
  return checkOffset(byteLength, 6, 'byteLength')
}

// --- unsigned

function readUInt8(this: Bytes, offset: any = 0): number {
  if (typeof offset !== 'number') outside(this, offset, 1)
  const value = this[offset]
  if (value === undefined) outside(this, offset, 1)
  return value
}

function readUInt16LE(this: Bytes, offset: any = 0): number {
  checkPlace(this, offset, 2)
  return this[offset] | this[offset + 1] << 8
}

function readUInt16BE(this: Bytes, offset: any = 0): number {
  checkPlace(this, offset, 2)
  return this[offset] << 8 | this[offset + 1]
}

function readUInt32LE(this: Bytes, offset: any = 0): number {
  checkPlace(this, offset, 4)
  return (this[offset] | this[offset + 1] << 8 | this[offset + 2] << 16 | this[offset + 3] << 24) >>> 0
}

function readUInt32BE(this: Bytes, offset: any = 0): number {
  checkPlace(this, offset, 4)
  return (this[offset] << 24 | this[offset + 1] << 16 | this[offset + 2] << 8 | this[offset + 3]) >>> 0
}

function readUIntLE(this: Bytes, offset: any, byteLength: any): number {
  if (offset === undefined) outside(this, offset, byteLength)
  if (!(byteLength >= 1 && byteLength <= 6) || byteLength !== Math.floor(byteLength)) badLength(byteLength)
  if (typeof offset !== 'number') outside(this, offset, byteLength)
  if (this[offset] === undefined || this[offset + byteLength - 1] === undefined) outside(this, offset, byteLength)
  let value = 0
  for (let i = byteLength; --i >= 0;) value = value * 256 + this[offset + i]
  return value
}

function readUIntBE(this: Bytes, offset: any, byteLength: any): number {
  if (offset === undefined) outside(this, offset, byteLength)
  if (!(byteLength >= 1 && byteLength <= 6) || byteLength !== Math.floor(byteLength)) badLength(byteLength)
  if (typeof offset !== 'number') outside(this, offset, byteLength)
  if (this[offset] === undefined || this[offset + byteLength - 1] === undefined) outside(this, offset, byteLength)
  let value = 0
  for (let i = 0; i < byteLength; i++) value = value * 256 + this[offset + i]
  return value
}

// --- signed

function readInt8(this: Bytes, offset: any = 0): number {
  if (typeof offset !== 'number') outside(this, offset, 1)
  const value = this[offset]
  if (value === undefined) outside(this, offset, 1)
  return value << 24 >> 24
}

function readInt16LE(this: Bytes, offset: any = 0): number {
  checkPlace(this, offset, 2)
  return (this[offset] | this[offset + 1] << 8) << 16 >> 16
}

function readInt16BE(this: Bytes, offset: any = 0): number {
  checkPlace(this, offset, 2)
  return (this[offset] << 8 | this[offset + 1]) << 16 >> 16
}

function readInt32LE(this: Bytes, offset: any = 0): number {
  checkPlace(this, offset, 4)
  return this[offset] | this[offset + 1] << 8 | this[offset + 2] << 16 | this[offset + 3] << 24
}

function readInt32BE(this: Bytes, offset: any = 0): number {
  checkPlace(this, offset, 4)
  return this[offset] << 24 | this[offset + 1] << 16 | this[offset + 2] << 8 | this[offset + 3]
}

function signed(value: number, byteLength: number): number {
  const half = 2 ** (8 * byteLength - 1)
  return value >= half ? value - 2 * half : value
}

function readIntLE(this: Bytes, offset: any, byteLength: any): number {
  return signed(readUIntLE.call(this, offset, byteLength), byteLength)
}

function readIntBE(this: Bytes, offset: any, byteLength: any): number {
  return signed(readUIntBE.call(this, offset, byteLength), byteLength)
}

// --- 64 bits and floating point

function readBigUInt64LE(this: Bytes, offset: any = 0): bigint {
  checkPlace(this, offset, 8)
  const low = (this[offset] | this[offset + 1] << 8 | this[offset + 2] << 16 | this[offset + 3] << 24) >>> 0
  const high = (this[offset + 4] | this[offset + 5] << 8 | this[offset + 6] << 16 | this[offset + 7] << 24) >>> 0
  return (BigInt(high) << 32n) + BigInt(low)
}

function readBigUInt64BE(this: Bytes, offset: any = 0): bigint {
  checkPlace(this, offset, 8)
  const high = (this[offset] << 24 | this[offset + 1] << 16 | this[offset + 2] << 8 | this[offset + 3]) >>> 0
  const low = (this[offset + 4] << 24 | this[offset + 5] << 16 | this[offset + 6] << 8 | this[offset + 7]) >>> 0
  return (BigInt(high) << 32n) + BigInt(low)
}

function readBigInt64LE(this: Bytes, offset: any = 0): bigint {
  return BigInt.asIntN(64, readBigUInt64LE.call(this, offset))
}

function readBigInt64BE(this: Bytes, offset: any = 0): bigint {
  return BigInt.asIntN(64, readBigUInt64BE.call(this, offset))
}

function readFloatLE(this: Bytes, offset: any = 0): number {
  checkPlace(this, offset, 4)
  f32Word[0] = this[offset] | this[offset + 1] << 8 | this[offset + 2] << 16 | this[offset + 3] << 24
  return f32[0]
}

function readFloatBE(this: Bytes, offset: any = 0): number {
  checkPlace(this, offset, 4)
  f32Word[0] = this[offset] << 24 | this[offset + 1] << 16 | this[offset + 2] << 8 | this[offset + 3]
  return f32[0]
}

function readDoubleLE(this: Bytes, offset: any = 0): number {
  checkPlace(this, offset, 8)
  f64Words[0] = this[offset] | this[offset + 1] << 8 | this[offset + 2] << 16 | this[offset + 3] << 24
  f64Words[1] = this[offset + 4] | this[offset + 5] << 8 | this[offset + 6] << 16 | this[offset + 7] << 24
  return f64[0]
}

function readDoubleBE(this: Bytes, offset: any = 0): number {
  checkPlace(this, offset, 8)
  f64Words[1] = this[offset] << 24 | this[offset + 1] << 16 | this[offset + 2] << 8 | this[offset + 3]
  f64Words[0] = this[offset + 4] << 24 | this[offset + 5] << 16 | this[offset + 6] << 8 | this[offset + 7]
  return f64[0]
}

// --- writing

function badValue(value: any, min: any, max: any, byteLength: number): never {
  const n = typeof min === 'bigint' ? 'n' : ''
  let range: string
  if (byteLength > 4) {
    const bits = byteLength * 8
    range = min == 0 ? `>= 0${n} and < 2${n} ** ${bits}${n}` : `>= -(2${n} ** ${bits - 1}${n}) and < 2${n} ** ${bits - 1}${n}`
  } else {
    range = `>= ${min}${n} and <= ${max}${n}`
  }
  throw new ERR_OUT_OF_RANGE('value', range, value)
}

function checkPlace(bytes: Bytes, offset: any, byteLength: number): void {
  if (typeof offset !== 'number') outside(bytes, offset, byteLength)
  if (bytes[offset] === undefined || bytes[offset + byteLength - 1] === undefined) outside(bytes, offset, byteLength)
}

function write8(bytes: Bytes, value: any, offset: any, min: number, max: number): number {
  value = +value
  if (typeof offset !== 'number') outside(bytes, offset, 1)
  if (value > max || value < min) badValue(value, min, max, 1)
  if (bytes[offset] === undefined) outside(bytes, offset, 1)
  bytes[offset] = value
  return offset + 1
}

function write16LE(bytes: Bytes, value: any, offset: any, min: number, max: number): number {
  value = +value
  if (value > max || value < min) badValue(value, min, max, 2)
  checkPlace(bytes, offset, 2)
  bytes[offset] = value
  bytes[offset + 1] = value >>> 8
  return offset + 2
}

function write16BE(bytes: Bytes, value: any, offset: any, min: number, max: number): number {
  value = +value
  if (value > max || value < min) badValue(value, min, max, 2)
  checkPlace(bytes, offset, 2)
  bytes[offset] = value >>> 8
  bytes[offset + 1] = value
  return offset + 2
}

function write32LE(bytes: Bytes, value: any, offset: any, min: number, max: number): number {
  value = +value
  if (value > max || value < min) badValue(value, min, max, 4)
  checkPlace(bytes, offset, 4)
  return putLE(bytes, value, offset)
}

function write32BE(bytes: Bytes, value: any, offset: any, min: number, max: number): number {
  value = +value
  if (value > max || value < min) badValue(value, min, max, 4)
  checkPlace(bytes, offset, 4)
  return putBE(bytes, value, offset)
}

function writeMany(bytes: Bytes, value: any, offset: any, byteLength: any, isSigned: boolean, isBig: boolean): number {
  if (!(byteLength >= 1 && byteLength <= 6) || byteLength !== Math.floor(byteLength)) badLength(byteLength)
  const span = 2 ** (8 * byteLength)
  const min = isSigned ? -span / 2 : 0, max = isSigned ? span / 2 - 1 : span - 1
  value = +value
  if (value > max || value < min) badValue(value, min, max, byteLength)
  checkPlace(bytes, offset, byteLength)
  value = Math.trunc(value) || 0
  if (value < 0) value += span
  for (let i = 0; i < byteLength; i++) {
    bytes[isBig ? offset + byteLength - 1 - i : offset + i] = value
    value = Math.floor(value / 256)
  }
  return offset + byteLength
}

function writeUInt8(this: Bytes, value: any, offset: any = 0): number { return write8(this, value, offset, 0, 0xff) }
function writeInt8(this: Bytes, value: any, offset: any = 0): number { return write8(this, value, offset, -0x80, 0x7f) }
function writeUInt16LE(this: Bytes, value: any, offset: any = 0): number { return write16LE(this, value, offset, 0, 0xffff) }
function writeUInt16BE(this: Bytes, value: any, offset: any = 0): number { return write16BE(this, value, offset, 0, 0xffff) }
function writeInt16LE(this: Bytes, value: any, offset: any = 0): number { return write16LE(this, value, offset, -0x8000, 0x7fff) }
function writeInt16BE(this: Bytes, value: any, offset: any = 0): number { return write16BE(this, value, offset, -0x8000, 0x7fff) }
function writeUInt32LE(this: Bytes, value: any, offset: any = 0): number { return write32LE(this, value, offset, 0, 0xffffffff) }
function writeUInt32BE(this: Bytes, value: any, offset: any = 0): number { return write32BE(this, value, offset, 0, 0xffffffff) }
function writeInt32LE(this: Bytes, value: any, offset: any = 0): number { return write32LE(this, value, offset, -0x80000000, 0x7fffffff) }
function writeInt32BE(this: Bytes, value: any, offset: any = 0): number { return write32BE(this, value, offset, -0x80000000, 0x7fffffff) }
function writeUIntLE(this: Bytes, value: any, offset: any, byteLength: any): number { return writeMany(this, value, offset, byteLength, false, false) }
function writeUIntBE(this: Bytes, value: any, offset: any, byteLength: any): number { return writeMany(this, value, offset, byteLength, false, true) }
function writeIntLE(this: Bytes, value: any, offset: any, byteLength: any): number { return writeMany(this, value, offset, byteLength, true, false) }
function writeIntBE(this: Bytes, value: any, offset: any, byteLength: any): number { return writeMany(this, value, offset, byteLength, true, true) }

function write64(bytes: Bytes, value: any, offset: any, min: bigint, max: bigint, isBig: boolean): number {
  if (value > max || value < min) badValue(value, min, max, 8)
  if (typeof value !== 'bigint') BigInt.asUintN(64, 0n) + value          // throws the engine's own TypeError
  checkPlace(bytes, offset, 8)
  const low = Number(value & 0xffffffffn), high = Number(value >> 32n & 0xffffffffn)
  return isBig ? putBE(bytes, low, putBE(bytes, high, offset)) : putLE(bytes, high, putLE(bytes, low, offset))
}

const MAX_U64 = 0xffffffffffffffffn
const MAX_I64 = 0x7fffffffffffffffn
const MIN_I64 = -0x8000000000000000n

function writeBigUInt64LE(this: Bytes, value: any, offset: any = 0): number { return write64(this, value, offset, 0n, MAX_U64, false) }
function writeBigUInt64BE(this: Bytes, value: any, offset: any = 0): number { return write64(this, value, offset, 0n, MAX_U64, true) }
function writeBigInt64LE(this: Bytes, value: any, offset: any = 0): number { return write64(this, value, offset, MIN_I64, MAX_I64, false) }
function writeBigInt64BE(this: Bytes, value: any, offset: any = 0): number { return write64(this, value, offset, MIN_I64, MAX_I64, true) }

function putLE(bytes: Bytes, word: number, offset: number): number {
  bytes[offset] = word
  bytes[offset + 1] = word >>> 8
  bytes[offset + 2] = word >>> 16
  bytes[offset + 3] = word >>> 24
  return offset + 4
}

function putBE(bytes: Bytes, word: number, offset: number): number {
  bytes[offset] = word >>> 24
  bytes[offset + 1] = word >>> 16
  bytes[offset + 2] = word >>> 8
  bytes[offset + 3] = word
  return offset + 4
}

function writeFloatLE(this: Bytes, value: any, offset: any = 0): number {
  value = +value
  checkPlace(this, offset, 4)
  f32[0] = value
  return putLE(this, f32Word[0], offset)
}

function writeFloatBE(this: Bytes, value: any, offset: any = 0): number {
  value = +value
  checkPlace(this, offset, 4)
  f32[0] = value
  return putBE(this, f32Word[0], offset)
}

function writeDoubleLE(this: Bytes, value: any, offset: any = 0): number {
  value = +value
  checkPlace(this, offset, 8)
  f64[0] = value
  return putLE(this, f64Words[1], putLE(this, f64Words[0], offset))
}

function writeDoubleBE(this: Bytes, value: any, offset: any = 0): number {
  value = +value
  checkPlace(this, offset, 8)
  f64[0] = value
  return putBE(this, f64Words[0], putBE(this, f64Words[1], offset))
}

/** In Node's order, which people see when they list the prototype. Every *UInt* has a twin named *Uint*. */
export function addNumberMethods(proto: any): void {
  const both = (methods: Record<string, Function>): void => {
    Object.assign(proto, methods)
    for (const name of Object.keys(methods)) proto[name.replace('UInt', 'Uint')] = methods[name]
  }
  const put = (methods: Record<string, Function>): void => {
    Object.assign(proto, methods)
  }
  both({ readBigUInt64LE, readBigUInt64BE })
  put({ readBigInt64LE, readBigInt64BE })
  both({ writeBigUInt64LE, writeBigUInt64BE })
  put({ writeBigInt64LE, writeBigInt64BE })
  both({ readUIntLE, readUInt32LE, readUInt16LE, readUInt8, readUIntBE, readUInt32BE, readUInt16BE })
  put({ readIntLE, readInt32LE, readInt16LE, readInt8, readIntBE, readInt32BE, readInt16BE })
  both({ writeUIntLE, writeUInt32LE, writeUInt16LE, writeUInt8, writeUIntBE, writeUInt32BE, writeUInt16BE })
  put({ writeIntLE, writeInt32LE, writeInt16LE, writeInt8, writeIntBE, writeInt32BE, writeInt16BE })
  put({ readFloatLE, readFloatBE, readDoubleLE, readDoubleBE, writeFloatLE, writeFloatBE, writeDoubleLE, writeDoubleBE })
}
