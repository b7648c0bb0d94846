// Deep equality as expect() means it: `toEqual` (recursive, ignores undefined properties and types), `toStrictEqual`
// (also types, undefined properties and array holes), subset for `toMatchObject`. Asymmetric matchers may stand on either side.

export type Mode = 'equal' | 'strict' | 'subset'
export type CustomTester = (this: { equals: typeof equals }, a: unknown, b: unknown, testers: CustomTester[]) => boolean | undefined

export const asymmetric = Symbol.for('jest.asymmetricMatcher')
export const isAsymmetric = (x: any): boolean => x !== null && typeof x === 'object' && x.$$typeof === asymmetric && typeof x.asymmetricMatch === 'function'

let customTesters: CustomTester[] = []
export const addEqualityTesters = (testers: CustomTester[]): void => void (customTesters = [...customTesters, ...testers])

const tag = (x: unknown): string => Object.prototype.toString.call(x)
const isTyped = (x: unknown): x is Uint8Array => ArrayBuffer.isView(x) && !(x instanceof DataView)
const bytesOf = (x: ArrayBufferView | ArrayBufferLike): Uint8Array =>
  ArrayBuffer.isView(x) ? new Uint8Array(x.buffer, x.byteOffset, x.byteLength) : new Uint8Array(x)

function ownKeys(o: object): PropertyKey[] {
  const keys: PropertyKey[] = Object.keys(o)
  for (const s of Object.getOwnPropertySymbols(o)) if (Object.prototype.propertyIsEnumerable.call(o, s)) keys.push(s)
  return keys
}

/** Are `a` (received) and `b` (expected) equal in the sense of `mode`? */
export function equals(a: unknown, b: unknown, mode: Mode = 'equal'): boolean {
  return same(a, b, mode, [], [])
}

function same(a: any, b: any, mode: Mode, seenA: object[], seenB: object[]): boolean {
  const left = isAsymmetric(a), right = isAsymmetric(b)
  if (left !== right) return left ? a.asymmetricMatch(b) : b.asymmetricMatch(a)
  for (const t of customTesters) {
    const said = t.call({ equals }, a, b, customTesters)
    if (said !== undefined) return said
  }
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (tag(a) !== tag(b)) return false
  if (mode === 'strict' && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b) && a.constructor !== b.constructor) return false
  for (let i = seenA.length; i-- > 0;) {
    if (seenA[i] === a) return seenB[i] === b
    if (seenB[i] === b) return false
  }
  seenA.push(a)
  seenB.push(b)
  const result = sameObjects(a, b, mode, seenA, seenB)
  seenA.pop()
  seenB.pop()
  return result
}

function sameObjects(a: any, b: any, mode: Mode, seenA: object[], seenB: object[]): boolean {
  switch (tag(a)) {
    case '[object Boolean]': case '[object Number]': case '[object String]': case '[object BigInt]': case '[object Symbol]':
      if (!Object.is(a.valueOf(), b.valueOf())) return false
      break
    case '[object Date]':
      if (!Object.is(+a, +b)) return false
      break
    case '[object RegExp]':
      return a.source === b.source && a.flags === b.flags
    case '[object ArrayBuffer]': case '[object SharedArrayBuffer]': case '[object DataView]':
      return sameBytes(bytesOf(a), bytesOf(b))
    case '[object Promise]': case '[object WeakMap]': case '[object WeakSet]': case '[object WeakRef]':
      return false
  }
  if (a instanceof Error && b instanceof Error) return sameErrors(a, b, mode, seenA, seenB)
  if (isTyped(a) && isTyped(b)) {
    if (a.length !== b.length) return false
    for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false
    return true
  }
  if (typeof URL === 'function' && a instanceof URL && b instanceof URL) return a.href === b.href
  if (a instanceof Set && b instanceof Set) { if (!sameSets(a, b, mode, seenA, seenB)) return false }
  else if (a instanceof Map && b instanceof Map) { if (!sameMaps(a, b, mode, seenA, seenB)) return false }
  if (Array.isArray(a)) {
    if (a.length !== b.length) return false
    if (mode === 'strict') for (let i = 0; i < a.length; i++) if (i in a !== i in b) return false
  }
  return sameProperties(a, b, mode, seenA, seenB)
}

function sameProperties(a: any, b: any, mode: Mode, seenA: object[], seenB: object[]): boolean {
  const subset = mode === 'subset' && !Array.isArray(b)
  for (const key of ownKeys(b)) {
    const has = mode === 'equal' ? b[key] === undefined || Object.hasOwn(a, key) : mode === 'subset' ? key in a : Object.hasOwn(a, key)
    if (!has && !isAsymmetric(b[key])) return false
    if (!same(a[key], b[key], mode, seenA, seenB)) return false
  }
  if (subset) return true
  for (const key of ownKeys(a)) {
    if (Object.hasOwn(b, key)) continue
    if (mode === 'strict' || a[key] !== undefined) return false
  }
  return true
}

function sameErrors(a: Error, b: Error, mode: Mode, seenA: object[], seenB: object[]): boolean {
  if (a.message !== b.message || a.name !== b.name) return false
  if (!same(a.cause, b.cause, mode, seenA, seenB)) return false
  if (a instanceof AggregateError && b instanceof AggregateError && !same(a.errors, b.errors, mode, seenA, seenB)) return false
  return mode !== 'strict' || Object.getPrototypeOf(a) === Object.getPrototypeOf(b)
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

// Members are matched by identity first; objects that are left are paired by equality, each used once.
function sameSets(a: Set<unknown>, b: Set<unknown>, mode: Mode, seenA: object[], seenB: object[]): boolean {
  if (a.size !== b.size) return false
  const left = [...a].filter((x) => !b.has(x))
  const right = [...b].filter((x) => !a.has(x))
  return left.every((x) => {
    const i = right.findIndex((y) => same(x, y, mode, seenA, seenB))
    if (i >= 0) right.splice(i, 1)
    return i >= 0
  })
}

function sameMaps(a: Map<unknown, unknown>, b: Map<unknown, unknown>, mode: Mode, seenA: object[], seenB: object[]): boolean {
  if (a.size !== b.size) return false
  const right = new Map(b)
  for (const [key, value] of a) {
    let match: unknown = key
    if (!right.has(key) || !same(value, right.get(key), mode, seenA, seenB)) {
      const found = [...right].find(([k, v]) => same(key, k, mode, seenA, seenB) && same(value, v, mode, seenA, seenB))
      if (!found) return false
      match = found[0]
    }
    right.delete(match)
  }
  return true
}
