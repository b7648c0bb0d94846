// internal:types: what an object is, whatever its prototype or Symbol.toStringTag say. The engine's own type number of a cell
// (one native call) is translated by a table that is filled at load by looking at one object of each kind.

import { isDeferred } from 'internal:namespaces'
import * as native from 'native:internal'

export const OTHER = 0
export const MAP = 1
export const SET = 2
export const WEAK_MAP = 3
export const WEAK_SET = 4
export const DATE = 5
export const REGEXP = 6
export const PROMISE = 7
export const MAP_ITERATOR = 8
export const SET_ITERATOR = 9
export const ERROR = 10
export const ARRAY_BUFFER = 11
export const DATA_VIEW = 12
export const PROXY = 13
export const NUMBER_OBJECT = 14
export const STRING_OBJECT = 15
export const BOOLEAN_OBJECT = 16
export const SYMBOL_OBJECT = 17
export const BIGINT_OBJECT = 18
export const GENERATOR = 19
export const ARGUMENTS = 20
export const TYPED_ARRAY = 21
export const FUNCTION = 22
export const ARRAY = 23
export const WEAK_REF = 24
export const SHARED_ARRAY_BUFFER = 25
const UNSURE = 255

// A program may put others in their places before they are needed here.
const { Map, Set, WeakMap, WeakSet, WeakRef, Date, Promise, Error, TypeError, Proxy, ArrayBuffer, DataView } = globalThis

const table = new Uint8Array(256)
const typeNumber = (value: unknown): number => native.header(value) & 255

const getOf = (proto: object, key: PropertyKey): ((this: any) => any) => Object.getOwnPropertyDescriptor(proto, key)!.get!
const callOf = <T extends Function>(fn: T): ((self: any, ...args: any[]) => any) => Function.prototype.call.bind(fn) as any
let brands: Record<number, (v: any) => unknown> | undefined

/** A test for each kind that throws when the value is of another: for engines whose numbers tell too little. */
function brandsOf(): Record<number, (v: any) => unknown> {
  if (brands !== undefined) return brands
  const weakMapHas = callOf(WeakMap.prototype.has)
  const weakSetHas = callOf(WeakSet.prototype.has)
  return brands = {
    [MAP]: callOf(getOf(Map.prototype, 'size')),
    [SET]: callOf(getOf(Set.prototype, 'size')),
    [WEAK_MAP]: v => weakMapHas(v, table),
    [WEAK_SET]: v => weakSetHas(v, table),
    [DATE]: callOf(Date.prototype.getTime),
    [ARRAY_BUFFER]: callOf(getOf(ArrayBuffer.prototype, 'byteLength')),
    [DATA_VIEW]: callOf(getOf(DataView.prototype, 'byteLength')),
    [NUMBER_OBJECT]: callOf(Number.prototype.valueOf),
    [STRING_OBJECT]: callOf(String.prototype.valueOf),
    [BOOLEAN_OBJECT]: callOf(Boolean.prototype.valueOf),
    [SYMBOL_OBJECT]: callOf(Symbol.prototype.valueOf),
    [BIGINT_OBJECT]: callOf(BigInt.prototype.valueOf),
    [SHARED_ARRAY_BUFFER]: callOf(getOf(SharedArrayBuffer.prototype, 'byteLength')),
  }
}

export const typedArrayName: (v: unknown) => string | undefined =
  callOf(getOf(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag))

function learn(kind: number, ...samples: object[]): void {
  for (const sample of samples) {
    const type = typeNumber(sample)
    table[type] = table[type] === OTHER || table[type] === kind ? kind : UNSURE
  }
}

let hasLearned = false

/** Looks at one object of each kind. Takes a millisecond, so not before it is needed. */
function learnKinds(): void {
  hasLearned = true
  const sloppyArguments = new Function('a', 'return arguments')
  learn(UNSURE, {}, Object.create(null), globalThis, Math)
  learn(MAP, new Map(), new (class extends Map {})())
  learn(SET, new Set())
  learn(WEAK_MAP, new WeakMap())
  learn(WEAK_SET, new WeakSet())
  learn(DATE, new Date(0))
  learn(REGEXP, /a/)
  learn(PROMISE, Promise.resolve(native))
  learn(MAP_ITERATOR, new Map().entries())
  learn(SET_ITERATOR, new Set().values())
  learn(ERROR, new Error(), new TypeError())
  learn(ARRAY_BUFFER, new ArrayBuffer(1))
  if (typeof SharedArrayBuffer === 'function') {
    const shared = typeNumber(new SharedArrayBuffer(1))
    if (table[shared] === OTHER) table[shared] = SHARED_ARRAY_BUFFER
  }
  learn(DATA_VIEW, new DataView(new ArrayBuffer(1)))
  learn(PROXY, new Proxy({}, {}), new Proxy(function () {}, {}))
  learn(NUMBER_OBJECT, Object(1))
  learn(STRING_OBJECT, Object('a'), new (class extends String {})('a'))
  learn(BOOLEAN_OBJECT, Object(true))
  learn(SYMBOL_OBJECT, Object(Symbol.iterator))
  learn(BIGINT_OBJECT, Object(1n))
  learn(GENERATOR, (function* () {})(), (async function* () {})())
  learn(ARGUMENTS, sloppyArguments(1), (function (..._: any[]) { return arguments })(1))
  for (const Typed of [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array,
    Float32Array, Float64Array, BigInt64Array, BigUint64Array]) learn(TYPED_ARRAY, new Typed(1))
  if (typeof (globalThis as any).Float16Array === 'function') learn(TYPED_ARRAY, new (globalThis as any).Float16Array(1))
  learn(FUNCTION, function () {}, class {}, Object, Map.prototype.get, (() => {}).bind(null))
  learn(ARRAY, [], new (class extends Array {})())
  learn(WEAK_REF, new WeakRef({}))
  // What an ordinary object shares its number with must be asked for one by one.
  const plain = typeNumber({})
  if (table[plain] === UNSURE && typeNumber(new Map()) !== plain) table[plain] = OTHER
}

// An array that has its elements and nothing else is of one of a few structures. Arrays in which an element could be an
// accessor are none of them.
let bareArrays: Set<number> | undefined
const bareOf = (value: unknown): number => Math.floor(native.header(value) / 256)
const pushed = (...items: unknown[]): unknown[] => {
  const list: unknown[] = []
  for (const item of items) list.push(item)
  return list
}

function learnBareArrays(): Set<number> {
  const found = new Set<number>()
  for (const list of [[], [1], [1.5], ['a'], [{}], pushed(1), pushed(1.5), pushed('a'), pushed(1, 1.5), pushed(1, {}), pushed(1.5, {}),
    new Array(3), new Array(1, 2), [1].slice(), ['a'].slice(), [1.5].slice(), [...'ab'], Array.from([1]), [1].map(String), [3, 1].sort(),
    JSON.parse('[1,"a"]'), JSON.parse('[1]'), JSON.parse('[1.5]'), Object.keys({ a: 1 }), [1].concat([2]), 'a b'.split(' '), [, 1], [1, , 'a']]) {
    found.add(bareOf(list))
  }
  const odd: any = pushed(1)
  odd.name = 1
  const getter = Object.defineProperty(pushed('a'), 0, { get: () => 1 })
  if (found.has(bareOf(odd)) || found.has(bareOf(getter))) found.clear()
  return found
}

/** An array without properties of its own but plain elements. False may also mean: not known. */
export function isBareArray(value: readonly unknown[]): boolean {
  return (bareArrays ??= learnBareArrays()).has(bareOf(value))
}

/** One of the numbers above, of any object or function. */
export function kindOf(value: object): number {
  if (!hasLearned) learnKinds()
  const kind = table[typeNumber(value)]!
  return kind !== UNSURE ? kind : unsureKind(value)
}

function unsureKind(value: any): number {
  if (typeof value === 'function') return FUNCTION
  if (Array.isArray(value)) return ARRAY
  if (ArrayBuffer.isView(value)) return typedArrayName(value) === undefined ? DATA_VIEW : TYPED_ARRAY
  if ((Error as any).isError?.(value)) return ERROR
  const name = Object.prototype.toString.call(value)
  if (name === '[object Object]' && !(Symbol.toStringTag in value)) return OTHER
  const tests = brandsOf()
  for (const kind in tests) {
    try {
      tests[kind]!(value)
      return +kind
    } catch {
      // Not this kind.
    }
  }
  if (value instanceof Promise) return PROMISE
  if (name === '[object RegExp]') return REGEXP
  return name === '[object Arguments]' ? ARGUMENTS : OTHER
}

// The engine keeps a promise as (flags, value), a proxy as (target, handler), both as its first internal fields. Whether that
// holds for the library that was loaded is asked once, by comparing words that are known.
let areFieldsKnown: boolean | undefined

function knowsFields(): boolean {
  const target = {}
  const handler = {}
  return areFieldsKnown ??= native.probe(Promise.resolve(native), native, new Proxy(target, handler), target, handler)
}

const proxyNumber = typeNumber(new Proxy({}, {}))

export const PENDING = 0
export const FULFILLED = 1
export const REJECTED = 2

/** [state, value]; undefined when the engine does not tell. */
export function promiseDetails(promise: Promise<unknown>): [number, unknown] | undefined {
  if (!knowsFields()) return undefined
  const state = native.promiseState(promise)
  return [state, state === PENDING ? undefined : native.field(promise, 1)]
}

export function isProxy(value: unknown): boolean {
  return isObject(value) && typeNumber(value) === proxyNumber && !isDeferred(value)
}

/** [target, handler], both null once revoked; undefined when it is no proxy or the engine does not tell. */
export function proxyDetails(value: object): [any, any] | undefined {
  if (typeNumber(value) !== proxyNumber || isDeferred(value) || !knowsFields()) return undefined
  // A revoked proxy keeps its target and loses its handler.
  const handler = native.field(value, 1) ?? null
  return handler === null ? [null, null] : [native.field(value, 0), handler]
}

const mapIteratorNext = callOf(Object.getPrototypeOf(new Map().entries()).next)
const setIteratorNext = callOf(Object.getPrototypeOf(new Set().values()).next)

/** What a Map or Set iterator would still give, without moving it; undefined when the engine does not tell. */
export function iteratorRest(iterator: object, isMap: boolean): { items: unknown[]; areEntries: boolean } | undefined {
  const source: any = isMap ? new Map([[1, 1]]) : new Set([1])
  const twin = source.entries()
  if (!native.copyIterator(iterator, twin)) return undefined
  const next = isMap ? mapIteratorNext : setIteratorNext
  const items: unknown[] = []
  for (let step = next(twin); !step.done; step = next(twin)) items.push(step.value)
  return { items, areEntries: native.iteratorKind(iterator) === native.iteratorKind(source.entries()) }
}

function isObject(value: unknown): value is object {
  return value !== null && (typeof value === 'object' || typeof value === 'function')
}

const is = (kind: number) => (value: unknown): boolean => value !== null && typeof value === 'object' && kindOf(value) === kind

export const isMap = is(MAP)
export const isSet = is(SET)
export const isWeakMap = is(WEAK_MAP)
export const isWeakSet = is(WEAK_SET)
export const isDate = is(DATE)
export const isRegExp = is(REGEXP)
export const isPromise = is(PROMISE)
export const isMapIterator = is(MAP_ITERATOR)
export const isSetIterator = is(SET_ITERATOR)
export const isNativeError = is(ERROR)
export const isDataView = is(DATA_VIEW)
export const isNumberObject = is(NUMBER_OBJECT)
export const isStringObject = is(STRING_OBJECT)
export const isBooleanObject = is(BOOLEAN_OBJECT)
export const isSymbolObject = is(SYMBOL_OBJECT)
export const isBigIntObject = is(BIGINT_OBJECT)
export const isGeneratorObject = is(GENERATOR)
export const isArgumentsObject = is(ARGUMENTS)

function isShared(value: any): boolean {
  if (value instanceof ArrayBuffer) return false
  try {
    brandsOf()[SHARED_ARRAY_BUFFER]!(value)
    return true
  } catch {
    return false
  }
}

export function isAnyArrayBuffer(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false
  const kind = kindOf(value)
  return kind === ARRAY_BUFFER || kind === SHARED_ARRAY_BUFFER
}

export function isSharedArrayBuffer(value: unknown): boolean {
  return isAnyArrayBuffer(value) && (kindOf(value as object) === SHARED_ARRAY_BUFFER || isShared(value))
}

export function isArrayBuffer(value: unknown): boolean {
  return isAnyArrayBuffer(value) && !isSharedArrayBuffer(value)
}

export function isTypedArray(value: unknown): boolean {
  return value !== null && typeof value === 'object' && typedArrayName(value) !== undefined
}

export function isBoxedPrimitive(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false
  const kind = kindOf(value)
  return kind >= NUMBER_OBJECT && kind <= BIGINT_OBJECT
}

/** `import * as` objects: made by the loader, sealed, without prototype. */
export function isModuleNamespaceObject(value: any): boolean {
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== null) return false
  if (isDeferred(value)) return true
  const tag = Object.getOwnPropertyDescriptor(value, Symbol.toStringTag)
  return tag !== undefined && tag.value === 'Module' && tag.writable === false && tag.configurable === false && !Object.isExtensible(value)
}

declare const $C: any
const Async = Object.getPrototypeOf(async function () {})
const Generator = Object.getPrototypeOf(function* () {})
const AsyncGenerator = Object.getPrototypeOf(async function* () {})

/** 0: neither; 1: async; 2: generator; 3: both. */
export function functionFlavour(fn: Function): number {
  const proto = Object.getPrototypeOf(fn)
  if (proto === Function.prototype) return 0
  if (proto === Async) return 1
  if (proto === Generator) return 2
  if (proto === AsyncGenerator) return 3
  const head = /^(?:static\s+)?(async\b(?!\s*(?:=>|[(=]\s*$)))?\s*(?:function\b)?\s*(\*)?/.exec($C.text.call(fn))
  return head === null ? 0 : (head[1] ? 1 : 0) | (head[2] ? 2 : 0)
}

export function isAsyncFunction(value: unknown): boolean {
  return typeof value === 'function' && (functionFlavour(value) & 1) !== 0
}

export function isGeneratorFunction(value: unknown): boolean {
  return typeof value === 'function' && (functionFlavour(value) & 2) !== 0
}

let externalType = -1

/** Told by whoever makes the first external value of a native addon. */
export function learnExternal(sample: object): void {
  externalType = typeNumber(sample)
}

export function isExternal(value: object): boolean {
  return externalType !== -1 && typeNumber(value) === externalType && Object.getPrototypeOf(value) === null
}
