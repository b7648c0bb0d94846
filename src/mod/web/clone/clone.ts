// web:clone: structuredClone. A copy is made directly, value by value, as StructuredSerialize and StructuredDeserialize would
// in one go (HTML 2.7): what is shared or cyclic stays so, getters are read once, unknown things throw DataCloneError.

const apply = Reflect.apply
const getPrototypeOf = Reflect.getPrototypeOf
const isArray = Array.isArray
const keys = Object.keys

type Guard = (value: object) => boolean

/** A brand check by calling a method that throws for strangers. */
function branded(method: Function, ...args: unknown[]): Guard {
  return (value) => {
    try {
      apply(method, value, args)
      return true
    } catch {
      return false
    }
  }
}
function getter(prototype: object, name: PropertyKey): Function {
  return Object.getOwnPropertyDescriptor(prototype, name)!.get!
}

const mapSize = getter(Map.prototype, 'size'), setSize = getter(Set.prototype, 'size')
export const mapEach = Map.prototype.forEach, setEach = Set.prototype.forEach
export const bufferLength = getter(ArrayBuffer.prototype, 'byteLength')
export const bufferResizable = getter(ArrayBuffer.prototype, 'resizable'), bufferMost = getter(ArrayBuffer.prototype, 'maxByteLength')
export const bufferDetached = getter(ArrayBuffer.prototype, 'detached')
export const bufferSlice = ArrayBuffer.prototype.slice, bufferTransfer = (ArrayBuffer.prototype as any).transfer
const sharedLength = getter(SharedArrayBuffer.prototype, 'byteLength')
const TypedArray = getPrototypeOf(Uint8Array.prototype) as object
export const viewTag = getter(TypedArray, Symbol.toStringTag)
export const viewBuffer = getter(TypedArray, 'buffer'), viewOffset = getter(TypedArray, 'byteOffset'), viewLength = getter(TypedArray, 'length')
export const dataBuffer = getter(DataView.prototype, 'buffer'), dataOffset = getter(DataView.prototype, 'byteOffset')
export const dataLength = getter(DataView.prototype, 'byteLength')
export const dateValue = Date.prototype.getTime
export const regexpSource = getter(RegExp.prototype, 'source'), regexpFlags = getter(RegExp.prototype, 'flags')
export const numberValue = Number.prototype.valueOf, stringValue = String.prototype.valueOf, booleanValue = Boolean.prototype.valueOf
export const bigintValue = BigInt.prototype.valueOf, symbolValue = Symbol.prototype.valueOf
export const isError: Guard = (Error as any).isError
export const isMap = branded(mapSize), isSet = branded(setSize), isDate = branded(dateValue)
/** Memory shared with other realms, which the engine takes for an ArrayBuffer: web:messaging/shared makes them. */
export const foreignShared = new WeakSet<object>()
const isOwnBuffer = branded(bufferLength), isOwnShared = branded(sharedLength)
export const isBuffer: Guard = (value) => isOwnBuffer(value) && !foreignShared.has(value)
export const isShared: Guard = (value) => foreignShared.has(value) || isOwnShared(value)
const sharedGrows = getter(SharedArrayBuffer.prototype, 'growable')
export const isGrowable: Guard = (value) => isOwnShared(value) && apply(sharedGrows, value, [])
export const isDataView = branded(dataLength)
export const isNumber = branded(numberValue), isString = branded(stringValue), isBoolean = branded(booleanValue)
export const isBigInt = branded(bigintValue), isSymbol = branded(symbolValue)
export const isWeakMap = branded(WeakMap.prototype.has, {}), isWeakSet = branded(WeakSet.prototype.has, {})
export const isWeakRef = branded(WeakRef.prototype.deref)
export const isPromise = (value: object) => value instanceof Promise
const regexpExec = getter(RegExp.prototype, 'source')
const regexpPrototype = RegExp.prototype
export const isRegExp: Guard = (value) => {
  if (value === regexpPrototype) return false
  try {
    apply(regexpExec, value, [])
    return true
  } catch {
    return false
  }
}
export const errorTypes: Record<string, ErrorConstructor> = {
  __proto__: null as any, Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError,
}
export const views: Record<string, any> = {
  __proto__: null, Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
  Float16Array: (globalThis as any).Float16Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array,
}

/** What each WebAssembly.Module was made of (rt:wasm tells): the engine does not give it back. */
export const wasmSources = new WeakMap<object, Uint8Array<ArrayBuffer>>()
const toText = Object.prototype.toString
/** The name of its class when it is an object of WebAssembly. */
export function wasmClass(value: object): string | undefined {
  const tag: string = apply(toText, value, [])
  if (!tag.startsWith('[object WebAssembly.')) return undefined
  const name = tag.slice(20, -1), Class = (WebAssembly as any)[name]
  return typeof Class === 'function' && value instanceof Class ? name : undefined
}
export function wasmModule(source: Uint8Array<ArrayBuffer>): object {
  const made = new WebAssembly.Module(source)
  wasmSources.set(made, source)
  return made
}
export const isSharedMemory = (value: any): boolean => isShared(value.buffer)

const untransferable = new WeakSet<object>(), uncloneable = new WeakSet<object>()
export const markUntransferable = (value: object): void => { untransferable.add(value) }
export const isUntransferable = (value: object): boolean => untransferable.has(value)
export const markUncloneable = (value: object): void => { uncloneable.add(value) }
export const isUncloneable = (value: object): boolean => uncloneable.has(value)

/** Objects of a platform class (Blob, MessagePort ...) carry these under the two symbols: how they are cloned and moved. */
export const kClone = Symbol.for('bao.clone')
export const kTransfer = Symbol.for('bao.transfer')

export function dataCloneError(message: string): Error {
  const DOMException = (globalThis as any).DOMException
  return new DOMException(message, 'DataCloneError')
}

export function refused(value: unknown): never {
  let shown = '#<Object>'
  if (typeof value === 'symbol') shown = String(value)
  else if (typeof value === 'function') shown = String(value)
  else {
    const name = (value as any)?.constructor?.name
    shown = typeof name === 'string' && name !== '' ? `#<${name}>` : '#<Object>'
  }
  throw dataCloneError(shown + ' could not be cloned.')
}

class Cloner {
  memory = new Map<object, object>()

  clone(value: any): any {
    if (typeof value === 'function' || typeof value === 'symbol') return refused(value)
    if (typeof value !== 'object' || value === null) return value
    return this.memory.get(value) ?? this.object(value)
  }

  object(value: any): object {
    if (uncloneable.has(value)) return refused(value)
    // Plain objects and arrays first: they are nearly all of them, and need no questions.
    const prototype = getPrototypeOf(value)
    if (prototype === Object.prototype || prototype === null) {
      if (value[kClone] === undefined && !isExotic(value)) return this.plain(value)
    }
    if (isArray(value)) return this.array(value)
    if (typeof value[kClone] === 'function') return this.keep(value, value[kClone]((part: unknown) => this.clone(part)))
    const tag = apply(viewTag, value, [])
    if (tag !== undefined) return this.view(value, tag)
    if (isDate(value)) return this.keep(value, new Date(apply(dateValue, value, [])))
    if (isMap(value)) return this.map(value)
    if (isSet(value)) return this.set(value)
    if (isRegExp(value)) return this.keep(value, new RegExp(apply(regexpSource, value, []), apply(regexpFlags, value, [])))
    if (isError(value)) return this.error(value)
    if (isBuffer(value)) return this.buffer(value)
    if (isShared(value)) return this.keep(value, value)
    if (isDataView(value)) return this.dataView(value)
    if (isBoolean(value)) return this.keep(value, Object(apply(booleanValue, value, [])))
    if (isNumber(value)) return this.keep(value, Object(apply(numberValue, value, [])))
    if (isString(value)) return this.keep(value, Object(apply(stringValue, value, [])))
    if (isBigInt(value)) return this.keep(value, Object(apply(bigintValue, value, [])))
    if (isSymbol(value) || isWeakMap(value) || isWeakSet(value) || isWeakRef(value) || isPromise(value) || isPlatform(value)) {
      return refused(value)
    }
    const wasm = wasmClass(value)
    return wasm === undefined ? this.plain(value) : this.wasm(value, wasm)
  }

  wasm(value: object, kind: string): object {
    const source = wasmSources.get(value)
    if (source !== undefined) return this.keep(value, wasmModule(source))
    return kind === 'Memory' && isSharedMemory(value) ? this.keep(value, value) : refused(value)
  }

  keep<T extends object>(value: object, copy: T): T {
    this.memory.set(value, copy)
    return copy
  }

  plain(value: any): object {
    const copy: any = this.keep(value, {})
    for (const key of keys(value)) {
      if (!(Object.prototype.propertyIsEnumerable as any).call(value, key)) continue      // a getter may have removed it
      put(copy, key, this.clone(value[key]))
    }
    return copy
  }

  array(value: any): object {
    const copy: any[] = this.keep(value, [])
    copy.length = value.length
    for (const key of keys(value)) put(copy, key, this.clone(value[key]))
    return copy
  }

  map(value: object): object {
    const copy = this.keep(value, new Map())
    const entries: unknown[] = []
    apply(mapEach, value, [(item: unknown, key: unknown) => { entries.push(key, item) }])
    for (let i = 0; i < entries.length; i += 2) copy.set(this.clone(entries[i]), this.clone(entries[i + 1]))
    return copy
  }

  set(value: object): object {
    const copy = this.keep(value, new Set())
    const items: unknown[] = []
    apply(setEach, value, [(item: unknown) => { items.push(item) }])
    for (const item of items) copy.add(this.clone(item))
    return copy
  }

  error(value: any): object {
    const name = value.name === undefined ? 'Error' : String(value.name)
    const Made = errorTypes[name] ?? Error
    const message = Object.getOwnPropertyDescriptor(value, 'message')
    const stack = value.stack
    const made = this.keep(value, new Made())
    delete (made as any).message
    if (message !== undefined && 'value' in message) hidden(made, 'message', String(message.value))
    hidden(made, 'stack', typeof stack === 'string' ? stack : undefined)
    const cause = Object.getOwnPropertyDescriptor(value, 'cause')
    if (cause !== undefined && 'value' in cause) hidden(made, 'cause', this.clone(cause.value))
    return made
  }

  buffer(value: any): object {
    if (apply(bufferDetached, value, [])) throw dataCloneError('An ArrayBuffer is detached and could not be cloned.')
    const length = apply(bufferLength, value, [])
    if (!apply(bufferResizable, value, [])) return this.keep(value, apply(bufferSlice, value, [0, length]))
    const copy = new (ArrayBuffer as any)(length, { maxByteLength: apply(bufferMost, value, []) })
    new Uint8Array(copy).set(new Uint8Array(value))
    return this.keep(value, copy)
  }

  view(value: any, tag: string): object {
    const from = apply(viewBuffer, value, [])
    const buffer = this.clone(from), offset = apply(viewOffset, value, [])
    return this.keep(value, new views[tag](buffer, offset, this.tracks(from, value) ? undefined : apply(viewLength, value, [])))
  }

  dataView(value: any): object {
    const from = apply(dataBuffer, value, [])
    const buffer = this.clone(from), offset = apply(dataOffset, value, [])
    return this.keep(value, new DataView(buffer, offset, apply(dataLength, value, [])))
  }

  /** Views of resizable buffers without a length of their own cannot be told from outside: those that reach the end are taken so. */
  tracks(buffer: any, value: any): boolean {
    return isBuffer(buffer) && buffer.resizable && value.byteOffset + value.byteLength === buffer.byteLength &&
      value.byteLength % value.BYTES_PER_ELEMENT === 0 && buffer.byteLength !== buffer.maxByteLength
  }
}

export function put(target: any, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
  else target[key] = value
}
export function hidden(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: false, configurable: true })
}
/** With a plain prototype but not plain inside: maps, dates, proxies of nothing; a tag or a brand tells. */
export function isExotic(value: any): boolean {
  return Object.prototype.toString.call(value) !== '[object Object]' || apply(viewTag, value, []) !== undefined || isMap(value) || isSet(value)
}
/** Instances of native classes of ours that have no kClone. */
export function isPlatform(value: any): boolean {
  return value[kTransfer] !== undefined
}

/** The transfer list, each checked: a buffer that is attached, or something with kTransfer; none twice. */
export function transferable(list: Iterable<any>): any[] {
  const items = [...list]
  const seen = new Set<object>()
  for (const item of items) {
    if (typeof item !== 'object' || item === null || !(isBuffer(item) || typeof item[kTransfer] === 'function')) {
      throw dataCloneError('Value could not be transferred: it is not transferable.')
    }
    if (untransferable.has(item)) throw dataCloneError('Value could not be transferred: it is marked as untransferable.')
    if (seen.has(item)) throw dataCloneError('ArrayBuffer occurs in the transfer list more than once')
    if (isBuffer(item) && apply(bufferDetached, item, [])) {
      throw dataCloneError('An ArrayBuffer is detached and could not be cloned.')
    }
    seen.add(item)
  }
  return items
}

function transferAll(list: Iterable<any>, cloner: Cloner): () => void {
  const items = transferable(list)
  // The old ones are detached only after everything could be read: until then nothing was taken away.
  const late: (() => void)[] = []
  for (const item of items) {
    if (isBuffer(item)) {
      const copy = apply(bufferSlice, item, [0])
      cloner.memory.set(item, copy)
      late.push(() => { apply(bufferTransfer, item, []) })
    } else {
      cloner.memory.set(item, item[kTransfer]())
    }
  }
  return () => { for (const end of late) end() }
}

export function structuredClone(value: unknown, options?: { transfer?: Iterable<object> } | null): unknown {
  if (arguments.length === 0) {
    throw new (import.meta.builtin('internal:errors').codes.ERR_MISSING_ARGS)('The "value" argument must be specified')
  }
  if (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol' || value === null) {
    if (options?.transfer === undefined) return value
  }
  const cloner = new Cloner()
  const transfer = options?.transfer
  const end = transfer === undefined ? undefined : transferAll(transfer, cloner)
  const copy = cloner.clone(value)
  end?.()
  return copy
}
