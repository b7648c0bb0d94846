// internal:validate: the checks of arguments, with Node's errors. A face checks, a door trusts.

import {
  ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_THIS, ERR_OUT_OF_RANGE, ERR_SOCKET_BAD_PORT, ERR_UNKNOWN_SIGNAL,
} from 'internal:errors'

export function isInt32(value: unknown): value is number {
  return value === ((value as number) | 0)
}

export function isUint32(value: unknown): value is number {
  return value === ((value as number) >>> 0)
}

export function validateString(value: unknown, name: string): asserts value is string {
  if (typeof value !== 'string') throw new ERR_INVALID_ARG_TYPE(name, 'string', value)
}

export function validateStringWithoutNullBytes(value: unknown, name: string): asserts value is string {
  validateString(value, name)
  if (value.includes('\u0000')) throw new ERR_INVALID_ARG_VALUE(name, value, 'must be a string without null bytes')
}

export function validateFunction(value: unknown, name: string): asserts value is Function {
  if (typeof value !== 'function') throw new ERR_INVALID_ARG_TYPE(name, 'Function', value)
}

export function validatePlainFunction(value: unknown, name: string): asserts value is Function {
  if (typeof value !== 'function' || import.meta.builtin('node:util/types').isAsyncFunction(value)) {
    throw new ERR_INVALID_ARG_TYPE(name, 'Function', value)
  }
}

export function validateBoolean(value: unknown, name: string): asserts value is boolean {
  if (typeof value !== 'boolean') throw new ERR_INVALID_ARG_TYPE(name, 'boolean', value)
}

export function validateUndefined(value: unknown, name: string): asserts value is undefined {
  if (value !== undefined) throw new ERR_INVALID_ARG_TYPE(name, 'undefined', value)
}

export function validateInteger(
  value: unknown, name: string, min: number = Number.MIN_SAFE_INTEGER, max: number = Number.MAX_SAFE_INTEGER,
): asserts value is number {
  if (typeof value !== 'number') throw new ERR_INVALID_ARG_TYPE(name, 'number', value)
  if (!Number.isInteger(value)) throw new ERR_OUT_OF_RANGE(name, 'an integer', value)
  if (value < min || value > max) throw new ERR_OUT_OF_RANGE(name, `>= ${min} && <= ${max}`, value)
}

export function validateInt32(value: unknown, name: string, min = -2147483648, max = 2147483647): asserts value is number {
  validateInteger(value, name, min, max)
}

export function validateUint32(value: unknown, name: string, positive = false): asserts value is number {
  validateInteger(value, name, positive ? 1 : 0, 4294967295)
}

export function validateNumber(value: unknown, name: string, min?: number, max?: number): asserts value is number {
  if (typeof value !== 'number') throw new ERR_INVALID_ARG_TYPE(name, 'number', value)
  if (min == null && max == null) return
  if ((min != null && value < min) || (max != null && value > max) || value !== value) {
    const bounds: string[] = []
    if (min != null) bounds.push(`>= ${min}`)
    if (max != null) bounds.push(`<= ${max}`)
    throw new ERR_OUT_OF_RANGE(name, bounds.join(' && '), value)
  }
}

/** False for undefined and NaN, true for a finite number; throws for everything else. */
export function validateFiniteNumber(value: unknown, name: string): value is number {
  if (value === undefined || value !== value) return false
  if (Number.isFinite(value)) return true
  validateNumber(value, name)
  throw new ERR_OUT_OF_RANGE(name, 'a finite number', value)
}

export function checkRangesOrGetDefault(value: unknown, name: string, lower: number, upper: number, fallback: number): number {
  if (!validateFiniteNumber(value, name)) return fallback
  if (value < lower || value > upper) throw new ERR_OUT_OF_RANGE(name, `>= ${lower} and <= ${upper}`, value)
  return value
}

export function validateOneOf(value: unknown, name: string, oneOf: readonly unknown[]): void {
  if (oneOf.includes(value)) return
  const allowed = oneOf.map(one => typeof one === 'string' ? `'${one}'` : String(one)).join(', ')
  throw new ERR_INVALID_ARG_VALUE(name, value, `must be one of: ${allowed}`)
}

export function validateUnion(value: unknown, name: string, union: readonly unknown[]): void {
  if (!union.includes(value)) throw new ERR_INVALID_ARG_TYPE(name, `('${union.join('|')}')`, value)
}

export const kValidateObjectNone = 0
export const kValidateObjectAllowNullable = 1
export const kValidateObjectAllowArray = 2
export const kValidateObjectAllowFunction = 4
export const kValidateObjectAllowObjects = kValidateObjectAllowArray | kValidateObjectAllowFunction
export const kValidateObjectAllowObjectsAndNull = kValidateObjectAllowObjects | kValidateObjectAllowNullable

export function validateObject(value: any, name: string, allow = kValidateObjectNone): asserts value is object {
  const type = typeof value
  if (type === 'object'
    ? (value !== null || allow & kValidateObjectAllowNullable) && (allow & kValidateObjectAllowArray || !Array.isArray(value))
    : type === 'function' && allow & kValidateObjectAllowFunction) return
  throw new ERR_INVALID_ARG_TYPE(name, 'Object', value)
}

export function validateDictionary(value: unknown, name: string): void {
  if (value != null && typeof value !== 'object' && typeof value !== 'function') {
    throw new ERR_INVALID_ARG_TYPE(name, 'a dictionary', value)
  }
}

export function validateArray(value: unknown, name: string, minLength = 0): asserts value is any[] {
  if (!Array.isArray(value)) throw new ERR_INVALID_ARG_TYPE(name, 'Array', value)
  if (value.length < minLength) throw new ERR_INVALID_ARG_VALUE(name, value, `must have a length of at least ${minLength}`)
}

export function validateStringArray(value: unknown, name: string): asserts value is string[] {
  validateArray(value, name)
  for (let i = 0; i < value.length; i++) {
    if (typeof value[i] !== 'string') throw new ERR_INVALID_ARG_TYPE(`${name}[${i}]`, 'string', value[i])
  }
}

export function validateBooleanArray(value: unknown, name: string): asserts value is boolean[] {
  validateArray(value, name)
  for (let i = 0; i < value.length; i++) {
    if (typeof value[i] !== 'boolean') throw new ERR_INVALID_ARG_TYPE(`${name}[${i}]`, 'boolean', value[i])
  }
}

export function validateAbortSignal(signal: any, name: string): void {
  if (signal !== undefined && (signal === null || typeof signal !== 'object' || !('aborted' in signal))) {
    throw new ERR_INVALID_ARG_TYPE(name, 'AbortSignal', signal)
  }
}

export function validateAbortSignalArray(value: unknown, name: string): void {
  validateArray(value, name)
  for (let i = 0; i < value.length; i++) {
    if (value[i] == null) throw new ERR_INVALID_ARG_TYPE(`${name}[${i}]`, 'AbortSignal', value[i])
    validateAbortSignal(value[i], `${name}[${i}]`)
  }
}

export function validateSignalName(signal: any, name = 'signal'): void {
  validateString(signal, name)
  const signals = import.meta.builtin('node:os').default.constants.signals
  if (signals[signal] !== undefined) return
  const hint = signals[signal.toUpperCase()] !== undefined ? ' (signals must use all capital letters)' : ''
  throw new ERR_UNKNOWN_SIGNAL(signal + hint)
}

export function validateBuffer(buffer: unknown, name = 'buffer'): asserts buffer is ArrayBufferView {
  if (!ArrayBuffer.isView(buffer)) throw new ERR_INVALID_ARG_TYPE(name, ['Buffer', 'TypedArray', 'DataView'], buffer)
}

/** The bytes of any view, without a copy. */
export function viewOf(view: unknown, name = 'buffer'): Uint8Array {
  validateBuffer(view, name)
  return view instanceof Uint8Array ? view : new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
}

export function validateEncoding(data: { length: number }, encoding: unknown): void {
  if (typeof encoding === 'string' && encoding.toLowerCase() === 'hex' && data.length % 2 !== 0) {
    throw new ERR_INVALID_ARG_VALUE('encoding', encoding, `is invalid for data of length ${data.length}`)
  }
}

export function validateFd(fd: unknown, name = 'fd'): asserts fd is number {
  validateInteger(fd, name, 0, 2147483647)
}

/** `length` bytes from `offset` lie inside `size`. */
export function validateRange(offset: unknown, length: unknown, size: number): void {
  validateInteger(offset, 'offset', 0, size)
  validateInteger(length, 'length', 0, size - (offset as number))
}

export function validatePort(port: any, name = 'Port', allowZero = true): number {
  const number = typeof port === 'string' && port.trim() === '' ? NaN : +port
  if ((typeof port !== 'number' && typeof port !== 'string') || number !== (number >>> 0) || number > 65535 || (number === 0 && !allowZero)) {
    throw new ERR_SOCKET_BAD_PORT(name, port, allowZero)
  }
  return number
}

/** A file mode: a number, or octal digits. */
export function parseFileMode(value: any, name: string, fallback?: number): number {
  value ??= fallback
  if (typeof value === 'string') {
    if (!/^[0-7]+$/.test(value)) {
      throw new ERR_INVALID_ARG_VALUE(name, value, 'must be a 32-bit unsigned integer or an octal string')
    }
    value = parseInt(value, 8)
  }
  validateUint32(value, name)
  return value + 0
}

export function validateThisInternalField(object: any, key: PropertyKey, className: string): void {
  if (typeof object !== 'object' || object === null || !Object.hasOwn(object, key)) throw new ERR_INVALID_THIS(className)
}

const LINK_FORMAT = 'must be an array or string of format "</styles.css>; rel=preload; as=style"'

/** The value of a Link header, from one link or a list of them. */
export function validateLinkHeaderValue(hints: any): string {
  if (typeof hints !== 'string' && !Array.isArray(hints)) throw new ERR_INVALID_ARG_VALUE('hints', hints, LINK_FORMAT)
  const links = typeof hints === 'string' ? [hints] : hints
  for (const link of links) {
    if (link === undefined || !/^(?:<[^>\r\n]*>)(?:\s*;\s*[^;"\s]+(?:=(")?[^;"\s]*\1)?)*$/.test(link)) {
      throw new ERR_INVALID_ARG_VALUE('hints', link, LINK_FORMAT)
    }
  }
  return links.join(', ')
}

export function validateIgnoreOption(value: unknown, name: string): void {
  if (value == null) return
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) validateIgnoreElement(value[i], `${name}[${i}]`)
  } else {
    validateIgnoreElement(value, name)
  }
}

function validateIgnoreElement(value: unknown, name: string): void {
  if (value === '') throw new ERR_INVALID_ARG_VALUE(name, value, 'must be a non-empty string')
  if (typeof value === 'string' || typeof value === 'function' || value instanceof RegExp) return
  throw new ERR_INVALID_ARG_TYPE(name, ['string', 'RegExp', 'Function'], value)
}
