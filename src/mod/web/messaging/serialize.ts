// web:messaging/serialize: values as bytes for another realm and back (HTML 2.7, StructuredSerialize). The bytes never leave the process:
// what cannot be bytes (memory that moves or is shared, ports) goes beside them. What a value is, is decided as structuredClone does.

import {
  bigintValue, booleanValue, bufferDetached, bufferLength, bufferMost, bufferResizable, bufferTransfer, dataBuffer, dataCloneError, dataLength,
  dataOffset, dateValue, errorTypes, hidden, isBigInt, isBoolean, isBuffer, isDataView, isDate, isError, isGrowable, isMap, isNumber, isPlatform, isPromise,
  isRegExp, isSet, isShared, isSharedMemory, isString, isSymbol, isUncloneable, isWeakMap, isWeakRef, isWeakSet, kClone, kTransfer, mapEach, numberValue, put, refused,
  regexpFlags, regexpSource, setEach, stringValue, transferable, viewBuffer, viewLength, viewOffset, viewTag, views, wasmClass, wasmModule, wasmSources,
} from 'web:clone'
import { codes } from 'internal:errors'
import { foreign } from './shared.ts'

export interface Sent { bytes: Uint8Array; length: number; buffers: ArrayBuffer[]; shared: boolean[]; ports: object[] }

const apply = Reflect.apply
const UNDEFINED = 0, NULL = 1, TRUE = 2, FALSE = 3, INT = 4, DOUBLE = 5, BIGINT = 6, LATIN1 = 7, UTF16 = 8, SEEN = 9, OBJECT = 10, END = 11
const DENSE = 12, SPARSE = 13, DATE = 14, REGEXP = 15, MAP = 16, SET = 17, ERROR = 18, BUFFER = 19, RESIZABLE = 20, BESIDE = 21, VIEW = 22
const DATA_VIEW = 23, BOXED = 24, PORT = 25, EXCEPTION = 26, HOLE = 27, WASM = 28
const VIEW_NAMES = Object.keys(views)

class Writer {
  bytes = new Uint8Array(256)
  data = new DataView(this.bytes.buffer)
  at = 0
  seen = new Map<object, number>()
  buffers: ArrayBuffer[] = []
  shared: boolean[] = []
  ports: object[] = []

  room(n: number): void {
    if (this.at + n <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.at + n))
    grown.set(this.bytes)
    this.bytes = grown
    this.data = new DataView(grown.buffer)
  }
  tag(n: number): void {
    this.room(16)
    this.bytes[this.at++] = n
  }
  /** 7 bits a byte, the lowest first. */
  count(n: number): void {
    this.room(8)
    while (n > 127) {
      this.bytes[this.at++] = n % 128 | 128
      n = Math.floor(n / 128)
    }
    this.bytes[this.at++] = n
  }
  double(n: number): void {
    this.room(8)
    this.data.setFloat64(this.at, n, true)
    this.at += 8
  }
  /** Behind its tag: how long it is and its units, one byte each where they all fit. */
  text(s: string): void {
    const n = s.length
    this.room(n + 10)
    const start = this.at
    this.bytes[this.at++] = LATIN1
    this.count(n)
    let at = this.at
    for (let i = 0; i < n; i++) {
      const unit = s.charCodeAt(i)
      if (unit > 255) {
        this.at = start
        this.wide(s)
        return
      }
      this.bytes[at++] = unit
    }
    this.at = at
  }
  wide(s: string): void {
    const n = s.length
    this.room(n * 2 + 10)
    this.bytes[this.at++] = UTF16
    this.count(n)
    for (let i = 0; i < n; i++) {
      this.data.setUint16(this.at, s.charCodeAt(i), true)
      this.at += 2
    }
  }
  raw(from: Uint8Array): void {
    this.room(from.length)
    this.bytes.set(from, this.at)
    this.at += from.length
  }

  value(value: any): void {
    switch (typeof value) {
      case 'undefined': return this.tag(UNDEFINED)
      case 'boolean': return this.tag(value ? TRUE : FALSE)
      case 'string': return this.text(value)
      case 'number':
        if ((value | 0) === value && !Object.is(value, -0)) {
          this.tag(INT)
          return this.count(value < 0 ? -2 * value - 1 : 2 * value)
        }
        this.tag(DOUBLE)
        return this.double(value)
      case 'bigint':
        this.tag(BIGINT)
        return this.text(value.toString(36))
      case 'object':
        if (value === null) return this.tag(NULL)
        return this.object(value)
      default: refused(value)
    }
  }

  object(value: any): void {
    const before = this.seen.get(value)
    if (before !== undefined) {
      this.tag(SEEN)
      return this.count(before)
    }
    if (isUncloneable(value)) refused(value)
    this.seen.set(value, this.seen.size)
    const prototype = Reflect.getPrototypeOf(value)
    if ((prototype === Object.prototype || prototype === null) && value[kClone] === undefined && Object.prototype.toString.call(value) === '[object Object]') {
      return this.plain(value)
    }
    if (Array.isArray(value)) return this.array(value)
    if (typeof value[kTransfer] === 'function' || value[kClone] !== undefined) return this.platform(value)
    const tag = apply(viewTag, value, [])
    if (tag !== undefined) {
      this.tag(VIEW)
      this.count(VIEW_NAMES.indexOf(tag))
      const buffer = apply(viewBuffer, value, [])
      const tracks = isBuffer(buffer) && buffer.resizable && value.byteOffset + value.byteLength === buffer.byteLength && buffer.byteLength !== buffer.maxByteLength
      this.value(buffer)
      this.count(apply(viewOffset, value, []))
      return this.count(tracks ? 0 : apply(viewLength, value, []) + 1)
    }
    if (isDate(value)) {
      this.tag(DATE)
      return this.double(apply(dateValue, value, []))
    }
    if (isMap(value)) return this.map(value)
    if (isSet(value)) return this.set(value)
    if (isRegExp(value)) {
      this.tag(REGEXP)
      this.text(apply(regexpSource, value, []))
      return this.text(apply(regexpFlags, value, []))
    }
    if (isError(value)) return this.error(value)
    if (isBuffer(value)) return this.buffer(value)
    if (isGrowable(value)) throw new codes.ERR_NOT_IMPLEMENTED('a SharedArrayBuffer that grows, in a message')
    if (isShared(value)) return this.beside(value, true)
    if (isDataView(value)) {
      this.tag(DATA_VIEW)
      this.value(apply(dataBuffer, value, []))
      this.count(apply(dataOffset, value, []))
      return this.count(apply(dataLength, value, []))
    }
    const boxed = isBoolean(value) ? booleanValue : isNumber(value) ? numberValue : isString(value) ? stringValue : isBigInt(value) ? bigintValue : undefined
    if (boxed !== undefined) {
      this.tag(BOXED)
      return this.value(apply(boxed, value, []))
    }
    if (isSymbol(value) || isWeakMap(value) || isWeakSet(value) || isWeakRef(value) || isPromise(value) || isPlatform(value)) refused(value)
    const wasm = wasmClass(value)
    return wasm === undefined ? this.plain(value) : this.wasm(value, wasm)
  }

  /** A module is compiled again where it arrives. */
  wasm(value: object, kind: string): void {
    const source = wasmSources.get(value)
    if (source === undefined) {
      if (kind === 'Memory' && isSharedMemory(value)) throw new codes.ERR_NOT_IMPLEMENTED('a shared WebAssembly.Memory in a message')
      return refused(value)
    }
    this.tag(WASM)
    this.count(source.length)
    this.raw(source)
  }

  plain(value: any): void {
    this.tag(OBJECT)
    this.members(value)
  }
  members(value: any): void {
    for (const key of Object.keys(value)) {
      if (!Object.prototype.propertyIsEnumerable.call(value, key)) continue            // a getter may have removed it
      this.text(key)
      this.value(value[key])
    }
    this.tag(END)
  }
  array(value: any[]): void {
    const n = value.length
    const keys = Object.keys(value)
    if (keys.length !== n || n > 0 && keys[n - 1] !== `${n - 1}`) {
      this.tag(SPARSE)
      this.count(n)
      return this.members(value)
    }
    this.tag(DENSE)
    this.count(n)
    for (let i = 0; i < n; i++) {
      if (i < value.length) this.value(value[i])
      else this.tag(HOLE)
    }
  }
  map(value: object): void {
    const entries: unknown[] = []
    apply(mapEach, value, [(item: unknown, key: unknown) => { entries.push(key, item) }])
    this.tag(MAP)
    this.count(entries.length)
    for (const part of entries) this.value(part)
  }
  set(value: object): void {
    const items: unknown[] = []
    apply(setEach, value, [(item: unknown) => { items.push(item) }])
    this.tag(SET)
    this.count(items.length)
    for (const item of items) this.value(item)
  }
  error(value: any): void {
    const name = value.name === undefined ? 'Error' : String(value.name)
    const message = Object.getOwnPropertyDescriptor(value, 'message'), cause = Object.getOwnPropertyDescriptor(value, 'cause')
    const stack = value.stack
    this.tag(ERROR)
    this.text(name)
    this.value(message !== undefined && 'value' in message ? String(message.value) : undefined)
    this.value(typeof stack === 'string' ? stack : undefined)
    if (cause !== undefined && 'value' in cause) this.value(cause.value)
    else this.tag(HOLE)
  }
  buffer(value: any): void {
    if (apply(bufferDetached, value, [])) throw dataCloneError('An ArrayBuffer is detached and could not be cloned.')
    const length = apply(bufferLength, value, [])
    if (apply(bufferResizable, value, [])) {
      this.tag(RESIZABLE)
      this.count(apply(bufferMost, value, []))
    } else this.tag(BUFFER)
    this.count(length)
    this.raw(new Uint8Array(value))
  }
  /** Memory that is not copied into the bytes. */
  beside(value: ArrayBuffer, shared: boolean): void {
    this.tag(BESIDE)
    this.count(this.buffers.length)
    this.buffers.push(value)
    this.shared.push(shared)
  }
  platform(value: any): void {
    const DOMException = (globalThis as any).DOMException
    if (value instanceof DOMException) {
      this.tag(EXCEPTION)
      this.text(value.message)
      this.text(value.name)
      return this.value(value.stack)
    }
    if (typeof value[kTransfer] === 'function') throw dataCloneError('Object that needs transfer was found in message but not listed in transferList')
    refused(value)
  }
}

/** `isPort` says which things of the transfer list are ports; they are moved by the caller. */
export function serialize(value: unknown, transfer: Iterable<any> | undefined, isPort: (item: any) => boolean): Sent {
  const w = new Writer()
  const items = transfer === undefined ? [] : transferable(transfer)
  const moved: ArrayBuffer[] = []
  for (const item of items) {
    w.seen.set(item, w.seen.size)
    if (isPort(item)) w.ports.push(item)
    else if (isBuffer(item)) moved.push(item)
    else throw dataCloneError('Value could not be transferred: it is not transferable between threads.')
  }
  // What is listed has the first numbers, whether the value holds it or not.
  w.count(items.length)
  let port = 0, buffer = 0
  for (const item of items) {
    w.tag(isPort(item) ? PORT : BESIDE)
    w.count(isPort(item) ? port++ : buffer++)
  }
  w.buffers.push(...moved)
  w.shared.push(...moved.map(() => false))
  w.value(value)
  // Only after everything could be read: until then nothing was taken away. What is given away is a buffer of its own.
  for (let i = 0; i < moved.length; i++) w.buffers[i] = apply(bufferTransfer, moved[i], [])
  return { bytes: w.bytes, length: w.at, buffers: w.buffers, shared: w.shared, ports: w.ports }
}

class Reader {
  data: DataView
  at = 0
  seen: unknown[] = []
  constructor(public bytes: Uint8Array, public buffers: ArrayBuffer[], public shared: boolean[], public ports: unknown[]) {
    this.data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  count(): number {
    let n = 0, scale = 1
    for (;;) {
      const byte = this.bytes[this.at++]
      n += (byte & 127) * scale
      if (byte < 128) return n
      scale *= 128
    }
  }
  double(): number {
    this.at += 8
    return this.data.getFloat64(this.at - 8, true)
  }
  text(tag = this.bytes[this.at++]): string {
    const n = this.count()
    let out = ''
    for (let done = 0; done < n;) {
      const units: number[] = [], end = Math.min(n, done + 4096)
      for (; done < end; done++) {
        units.push(tag === LATIN1 ? this.bytes[this.at] : this.data.getUint16(this.at, true))
        this.at += tag === LATIN1 ? 1 : 2
      }
      out += String.fromCharCode.apply(null, units)
    }
    return out
  }
  keep<T>(made: T): T {
    this.seen.push(made)
    return made
  }
  later(): (made: unknown) => any {
    const at = this.seen.push(undefined) - 1
    return (made) => this.seen[at] = made
  }

  value(): any {
    const tag = this.bytes[this.at++]
    switch (tag) {
      case UNDEFINED: case HOLE: return undefined
      case NULL: return null
      case TRUE: return true
      case FALSE: return false
      case INT: {
        const n = this.count()
        return n % 2 ? -(n + 1) / 2 : n / 2
      }
      case DOUBLE: return this.double()
      case BIGINT: return bigOf(this.text())
      case LATIN1: case UTF16: return this.text(tag)
      case SEEN: return this.seen[this.count()]
      case OBJECT: return this.members(this.keep({}))
      case DENSE: {
        const n = this.count(), made = this.keep(new Array(n))
        for (let i = 0; i < n; i++) {
          if (this.bytes[this.at] === HOLE) this.at++
          else made[i] = this.value()
        }
        return made
      }
      case SPARSE: return this.members(this.keep(new Array(this.count())))
      case DATE: return this.keep(new Date(this.double()))
      case REGEXP: {
        const source = this.text()
        return this.keep(new RegExp(source, this.text()))
      }
      case MAP: {
        const made = this.keep(new Map())
        for (let n = this.count(); n > 0; n -= 2) {
          const key = this.value()
          made.set(key, this.value())
        }
        return made
      }
      case SET: {
        const made = this.keep(new Set())
        for (let n = this.count(); n > 0; n--) made.add(this.value())
        return made
      }
      case ERROR: return this.error()
      case BUFFER: return this.filled(this.count(), undefined)
      case RESIZABLE: {
        const most = this.count()
        return this.filled(this.count(), most)
      }
      case BESIDE: return this.keep(this.beside(this.count()))
      case PORT: return this.keep(this.ports[this.count()])
      case VIEW: {
        const set = this.later(), View = views[VIEW_NAMES[this.count()]], buffer = this.value(), offset = this.count(), length = this.count()
        return set(new View(buffer, offset, length === 0 ? undefined : length - 1))
      }
      case DATA_VIEW: {
        const set = this.later(), buffer = this.value(), offset = this.count()
        return set(new DataView(buffer, offset, this.count()))
      }
      case BOXED: {
        const set = this.later()
        return set(Object(this.value()))
      }
      case WASM: {
        const length = this.count(), source = this.bytes.slice(this.at, this.at + length)
        this.at += length
        return this.keep(wasmModule(source as Uint8Array<ArrayBuffer>))
      }
      case EXCEPTION: {
        const set = this.later(), message = this.text(), made = new (globalThis as any).DOMException(message, this.text())
        hidden(made, 'stack', this.value())
        return set(made)
      }
    }
    throw dataCloneError('The message could not be read.')
  }
  members(made: any): any {
    while (this.bytes[this.at] !== END) {
      const key = this.text()
      put(made, key, this.value())
    }
    this.at++
    return made
  }
  error(): Error {
    const set = this.later(), name = this.text(), message = this.value(), stack = this.value()
    const made: any = set(new (errorTypes[name] ?? Error)())
    delete made.message
    if (message !== undefined) hidden(made, 'message', message)
    hidden(made, 'stack', stack)
    if (this.bytes[this.at] === HOLE) this.at++
    else hidden(made, 'cause', this.value())
    return made
  }
  filled(length: number, most: number | undefined): ArrayBuffer {
    const made = this.keep(most === undefined ? new ArrayBuffer(length) : new (ArrayBuffer as any)(length, { maxByteLength: most }))
    new Uint8Array(made).set(this.bytes.subarray(this.at, this.at + length))
    this.at += length
    return made
  }
  beside(i: number): ArrayBuffer {
    return this.shared[i] ? foreign(this.buffers[i]) : this.buffers[i]
  }
}

function bigOf(text: string): bigint {
  const negative = text[0] === '-'
  let n = 0n
  for (let i = negative ? 1 : 0; i < text.length; i += 8) {
    const part = text.slice(i, i + 8)
    n = n * 36n ** BigInt(part.length) + BigInt(parseInt(part, 36))
  }
  return negative ? -n : n
}

export function deserialize(bytes: Uint8Array, buffers: ArrayBuffer[], shared: boolean[], ports: unknown[]): unknown {
  const r = new Reader(bytes, buffers, shared, ports)
  for (let n = r.count(); n > 0; n--) r.value()
  return r.value()
}
