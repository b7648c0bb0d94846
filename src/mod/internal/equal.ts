// internal:equal: are two values alike? Node's rules in four strengths; assert and util.isDeepStrictEqual ask here.

import { nonIndexKeys } from 'internal:inspect'
import * as types from 'internal:types'

export const LOOSE = 0
export const PARTIAL = 1
export const STRICT = 2
/** STRICT, but the classes may differ. */
export const STRICT_WITHOUT_PROTOTYPES = 3

const { getPrototypeOf, getOwnPropertyDescriptor, getOwnPropertySymbols, hasOwn, keys: keysOf, is } = Object
const objectToString = Object.prototype.toString
const toText = (value: unknown): string => objectToString.call(value)
const isEnumerable = Function.prototype.call.bind(Object.prototype.propertyIsEnumerable) as (o: object, k: PropertyKey) => boolean

// An own `constructor` that is one of these, or an inherited one, stands for the class.
const known = new Set<unknown>([
  Array, ArrayBuffer, BigInt, BigInt64Array, BigUint64Array, Boolean, DataView, Date, Error, Float32Array, Float64Array, Function,
  Int16Array, Int32Array, Int8Array, Map, Number, Object, Promise, RegExp, Set, String, Symbol, Uint16Array, Uint32Array,
  Uint8Array, Uint8ClampedArray, WeakMap, WeakSet, (globalThis as any).Float16Array,
])

const NONE: PropertyKey[] = []

/** Compares in one mode. Past a depth the pairs on the way are kept, so that circles end. */
class Comparer {
  #mode: number
  #depth = 0
  #open: Set<unknown> | undefined

  constructor(mode: number) {
    this.#mode = mode
  }

  equal(a: any, b: any): boolean {
    if (a === b) return a !== 0 || this.#mode === LOOSE || is(a, b)
    if (this.#mode !== LOOSE) {
      if (typeof a === 'number') return a !== a && b !== b
      if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
    } else {
      const isPlainA = a === null || typeof a !== 'object'
      const isPlainB = b === null || typeof b !== 'object'
      // eslint-disable-next-line eqeqeq
      if (isPlainA) return isPlainB && (a == b || (a !== a && b !== b))
      if (isPlainB) return false
    }
    return this.objects(a, b)
  }

  /** Two objects, not the same one. */
  objects(a: any, b: any): boolean {
    const mode = this.#mode
    if (mode === STRICT) {
      if (known.has(a.constructor) || (a.constructor !== undefined && !hasOwn(a, 'constructor'))) {
        if (a.constructor !== b.constructor) return false
      } else if (getPrototypeOf(a) !== getPrototypeOf(b)) {
        return false
      }
    }
    if (Array.isArray(a)) {
      if (!Array.isArray(b) || !this.#sizesFit(a.length, b.length) || tagsDiffer(a, b)) return false
      const keys = this.#indexedKeys(a, b)
      return keys !== undefined && this.#inside(a, b, undefined, keys, b.length === 0 ? undefined : (a, b) => this.#arrays(a, b))
    }
    const tag = a[Symbol.toStringTag] === undefined ? toText(a) : undefined
    if (tag === '[object Object]') return !deepTagsDiffer(tag, a, b) && this.#keyed(a, b)
    const kind = types.kindOf(a)
    const other = types.kindOf(b)
    switch (kind) {
      case types.SET:
        if (other !== kind || !this.#sizesFit(a.size, b.size) || tagsDiffer(a, b)) return false
        return this.#keyed(a, b, b.size === 0 ? undefined : (a, b) => this.#sets(a, b))
      case types.MAP:
        if (other !== kind || !this.#sizesFit(a.size, b.size) || tagsDiffer(a, b)) return false
        return this.#keyed(a, b, b.size === 0 ? undefined : (a, b) => this.#maps(a, b))
      case types.TYPED_ARRAY:
      case types.DATA_VIEW: {
        if (other !== kind || types.typedArrayName(a) !== types.typedArrayName(b) || !this.#views(a, b)) return false
        const keys = this.#indexedKeys(a, b)
        return keys !== undefined && this.#inside(a, b, undefined, keys)
      }
      case types.DATE:
        if (other !== kind || tagsDiffer(a, b) || !is(Date.prototype.getTime.call(a), Date.prototype.getTime.call(b))) return false
        break
      case types.REGEXP:
        if (other !== kind || a.source !== b.source || a.flags !== b.flags || a.lastIndex !== b.lastIndex || tagsDiffer(a, b)) return false
        break
      case types.ARRAY_BUFFER:
      case types.SHARED_ARRAY_BUFFER:
        if (!types.isAnyArrayBuffer(b) || tagsDiffer(a, b) || !this.#bytes(new Uint8Array(a), new Uint8Array(b))) return false
        break
      default:
        if (deepTagsDiffer(tag ?? toText(a), a, b) || Array.isArray(b) || isContainer(other)) return false
        if (!this.#others(a, b, kind, other)) return false
    }
    return this.#keyed(a, b)
  }

  #sizesFit(a: number, b: number): boolean {
    return a === b || (this.#mode === PARTIAL && a > b)
  }

  /** Errors, boxed primitives, URLs, keys, and what is never alike. */
  #others(a: any, b: any, kind: number, other: number): boolean {
    if (kind === types.ERROR || a instanceof Error) {
      if (!(other === types.ERROR || b instanceof Error)) return false
      for (const key of ['message', 'name', 'cause', 'errors']) if (!this.#field(a, b, key)) return false
      const has = hasOwn(b, 'cause')
      return has === hasOwn(a, 'cause') || (this.#mode === PARTIAL && !has)
    }
    if (kind >= types.NUMBER_OBJECT && kind <= types.BIGINT_OBJECT) return kind === other && is(unboxed(a, kind), unboxed(b, kind))
    if (isURL(a)) return isURL(b) && a.href === b.href
    const keyed = a.constructor?.name === 'KeyObject' || a.constructor?.name === 'CryptoKey'
    if (keyed && typeof a.equals === 'function') return b.constructor === a.constructor && a.equals(b)
    if (other >= types.NUMBER_OBJECT && other <= types.BIGINT_OBJECT) return false
    return !(other === types.ERROR || b instanceof Error || kind === types.WEAK_MAP || kind === types.WEAK_SET || kind === types.PROMISE)
  }

  #field(a: any, b: any, key: string): boolean {
    if (isEnumerable(b, key)) return true       // as one of the keys
    if (this.#mode === PARTIAL && (b[key] === undefined || (key === 'message' && b[key] === ''))) return true
    return this.equal(a[key], b[key])
  }

  #views(a: any, b: any): boolean {
    const mode = this.#mode
    if (mode === LOOSE && types.typedArrayName(a)?.startsWith('Float')) {
      if (a.byteLength !== b.byteLength) return false
      for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
      return true
    }
    return this.#bytes(new Uint8Array(a.buffer, a.byteOffset, a.byteLength), new Uint8Array(b.buffer, b.byteOffset, b.byteLength))
  }

  #bytes(a: Uint8Array, b: Uint8Array): boolean {
    if (this.#mode === PARTIAL && a.length !== b.length) {
      let at = 0
      for (let i = 0; i < b.length; i++, at++) {
        while (at < a.length && a[at] !== b[i]) at++
        if (at >= a.length) return false
      }
      return true
    }
    if (a.length !== b.length) return false
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
    return true
  }

  /** The keys of an array that are no elements; undefined when their number already differs. */
  #indexedKeys(a: any, b: any): PropertyKey[] | undefined {
    if (Array.isArray(a) && types.isBareArray(a) && types.isBareArray(b)) return NONE
    let keys = nonIndexKeys(b, false)
    let count = this.#mode === PARTIAL ? keys.length : nonIndexKeys(a, false).length
    if (this.#mode === LOOSE) {
      keys = keys.filter(key => typeof key !== 'symbol')
      count = nonIndexKeys(a, false).filter(key => typeof key !== 'symbol').length
    }
    return keys.length === count ? keys : undefined
  }

  #keyed(a: any, b: any, rest?: (a: any, b: any) => boolean): boolean {
    const mode = this.#mode
    const keysB: PropertyKey[] = keysOf(b)
    let keysA: PropertyKey[] | undefined
    if (mode === PARTIAL) {
      for (const key of getOwnPropertySymbols(b)) if (isEnumerable(b, key)) keysB.push(key)
    } else {
      keysA = keysOf(a)
      if (keysA.length !== keysB.length) return false
      if (mode !== LOOSE) {
        for (const key of getOwnPropertySymbols(a)) if (isEnumerable(a, key)) keysA.push(key)
        for (const key of getOwnPropertySymbols(b)) if (isEnumerable(b, key)) keysB.push(key)
        if (keysA.length !== keysB.length) return false
      }
    }
    return this.#inside(a, b, keysA, keysB, rest)
  }

  #inside(a: any, b: any, keysA: PropertyKey[] | undefined, keysB: PropertyKey[], rest?: (a: any, b: any) => boolean): boolean {
    if (keysB.length === 0 && rest === undefined) return true
    if (++this.#depth <= 64) {
      const same = this.#fields(a, b, keysA, keysB) && (rest === undefined || rest(a, b))
      this.#depth--
      return same
    }
    const open = this.#open ??= new Set()
    const before = open.size
    open.add(a)
    open.add(b)
    if (open.size !== before + 2) {
      // One of the two is being compared further up: alike only if both are.
      const both = open.size === before
      if (!both && open.size === before + 1) open.delete([...open][open.size - 1])
      this.#depth--
      return both
    }
    const same = this.#fields(a, b, keysA, keysB) && (rest === undefined || rest(a, b))
    open.delete(a)
    open.delete(b)
    this.#depth--
    return same
  }

  #fields(a: any, b: any, keysA: PropertyKey[] | undefined, keysB: PropertyKey[]): boolean {
    let i = 0
    if (keysA !== undefined) {
      for (; i < keysB.length && keysA[i] === keysB[i]; i++) if (!this.equal(a[keysB[i]!], b[keysB[i]!])) return false
    }
    for (; i < keysB.length; i++) {
      const key = keysB[i]!
      if (!isEnumerable(a, key)) return false
      const own = getOwnPropertyDescriptor(a, key)!
      if (!this.equal('value' in own ? own.value : a[key], b[key])) return false
    }
    return true
  }

  #arrays(a: any[], b: any[]): boolean {
    if (this.#mode === PARTIAL) return this.#partialArrays(a, b)
    const loose = this.#mode === LOOSE
    for (let i = 0; i < a.length; i++) {
      const item = b[i]
      if (item === undefined) {
        if (!hasOwn(b, i)) return this.#sparse(a, b, i)
        if ((a[i] !== undefined || !hasOwn(a, i)) && !(loose && a[i] === null)) return false
      } else if ((a[i] === undefined || !this.equal(a[i], item)) && !(loose && item === null && a[i] === undefined)) {
        return false
      }
    }
    return true
  }

  #sparse(a: any, b: any, from: number): boolean {
    const keys = keysOf(b)
    if (keysOf(a).length !== keys.length) return false
    for (let i = from; i < keys.length; i++) {
      const key = keys[i]!
      if ((a[key] === undefined && !hasOwn(a, key)) || !this.equal(a[key], b[key])) return false
    }
    return true
  }

  /** Every element of b is found in a, in the same order. */
  #partialArrays(a: any[], b: any[]): boolean {
    const isWhole = (array: any[]): boolean => keysOf(array).length >= array.length
    const itemsA = isWhole(a) ? a : Object.values(a)
    const itemsB = isWhole(b) ? b : Object.values(b)
    let at = 0
    for (let i = 0; i < itemsB.length; i++, at++) {
      while (at < itemsA.length && !this.equal(itemsA[at], itemsB[i])) at++
      if (at >= itemsA.length) return false
    }
    return true
  }

  #sets(a: Set<any>, b: Set<any>): boolean {
    const loose = this.#mode === LOOSE
    const left: any[] = []
    for (const item of b) {
      if (a.has(item)) continue
      if ((typeof item !== 'object' || item === null) && !(loose && mayLooselyBe(item, other => a.has(other) && !b.has(other)))) return false
      left.push(item)
    }
    if (left.length === 0) return true
    const items: any[] = []
    for (const item of a) {
      if (b.has(item)) continue
      if ((typeof item !== 'object' || item === null) && !loose && this.#mode !== PARTIAL) return false
      items.push(item)
    }
    return this.#paired(items, left, (item, other) => this.equal(item, other))
  }

  #maps(a: Map<any, any>, b: Map<any, any>): boolean {
    const mode = this.#mode
    const left: any[] = []
    for (const [key, item] of b) {
      if (typeof key === 'object' && key !== null) {
        left.push(key)
        continue
      }
      const own = a.get(key)
      if ((own !== undefined || a.has(key)) && this.equal(own, item)) continue
      if (mode !== LOOSE || !mayLooselyBe(key, other => {
        return (a.get(other) !== undefined || a.has(other)) && !b.has(other) && this.equal(a.get(other), item)
      })) return false
      left.push(key)
    }
    if (left.length === 0) return true
    const keys: any[] = []
    for (const [key, item] of a) {
      if (typeof key !== 'object' || key === null) {
        if (mode === PARTIAL) continue
        if (b.has(key)) {
          if (mode !== LOOSE || this.equal(item, b.get(key))) continue
        } else if (mode !== LOOSE) {
          return false
        }
      }
      keys.push(key)
    }
    return this.#paired(keys, left, (key, other) => this.equal(key, other) && this.equal(a.get(key), b.get(other)))
  }

  /** Every one of `left` finds a partner of its own. Tried are the first that is left, the last, then from the last down:
   *  equal order and reversed order are found at once. */
  #paired(items: any[], left: any[], test: (item: any, other: any) => boolean): boolean {
    const partial = this.#mode === PARTIAL
    let start = 0
    let end = left.length - 1
    let forward = true
    for (const item of items) {
      let from = start
      if (forward) {
        if (test(item, left[start])) {
          if (start++ === end) return true
          continue
        }
        if (start === end) {
          if (!partial) return false
          continue
        }
        forward = false
        from++
      }
      let found = true
      if (!test(item, left[end])) {
        forward = true
        let i = end - 1
        while (i >= from && !test(item, left[i])) i--
        found = i >= from
        if (found) left[i] = left[end]
        else if (!partial) return false
      }
      if (found && start === end--) return true
    }
    return false
  }
}

/** Could a primitive loosely equal one that is not itself? null and undefined only each other. */
function mayLooselyBe(value: unknown, hasOther: (other: unknown) => boolean): boolean {
  switch (typeof value) {
    case 'undefined': return hasOther(null)
    case 'object': return hasOther(undefined)
    case 'symbol': return false
    case 'string': return !Number.isNaN(+(value as string))
    case 'number': return !Number.isNaN(value as number)
    default: return true
  }
}

function isContainer(kind: number): boolean {
  switch (kind) {
    case types.SET: case types.MAP: case types.DATE: case types.REGEXP: case types.TYPED_ARRAY: case types.DATA_VIEW:
    case types.ARRAY_BUFFER: case types.SHARED_ARRAY_BUFFER: return true
    default: return false
  }
}

function unboxed(value: any, kind: number): unknown {
  switch (kind) {
    case types.NUMBER_OBJECT: return Number.prototype.valueOf.call(value)
    case types.STRING_OBJECT: return String.prototype.valueOf.call(value)
    case types.BOOLEAN_OBJECT: return Boolean.prototype.valueOf.call(value)
    case types.BIGINT_OBJECT: return BigInt.prototype.valueOf.call(value)
    default: return Symbol.prototype.valueOf.call(value)
  }
}

function isURL(value: any): boolean {
  return typeof value.href === 'string' && typeof (globalThis as any).URL === 'function' && value instanceof (globalThis as any).URL
}

function tagsDiffer(a: any, b: any): boolean {
  return a[Symbol.toStringTag] !== b[Symbol.toStringTag]
}

function deepTagsDiffer(tag: string, a: any, b: any): boolean {
  if (a[Symbol.toStringTag] !== undefined && b[Symbol.toStringTag] !== undefined) return tagsDiffer(a, b)
  return tag !== toText(b)
}

export function compare(a: unknown, b: unknown, mode: number): boolean {
  return new Comparer(mode).equal(a, b)
}

export function isDeepEqual(a: unknown, b: unknown): boolean {
  return compare(a, b, LOOSE)
}

export function isDeepStrictEqual(a: unknown, b: unknown, skipPrototype?: boolean): boolean {
  return compare(a, b, skipPrototype ? STRICT_WITHOUT_PROTOTYPES : STRICT)
}

export function isPartialStrictEqual(a: unknown, b: unknown): boolean {
  return compare(a, b, PARTIAL)
}
