// The matchers of expect(). Each tells whether its claim holds and how to say that it does not.
import { equals } from './equal.ts'
import { diffText } from './diff.ts'
import { print, printShort, propertyPath } from './print.ts'
import { colours } from './colours.ts'
import { matchInlineSnapshot, matchSnapshot, matchThrownInline, matchThrownSnapshot } from './snapshot.ts'
import { mockMatchers } from './mock_matchers.ts'

export type Verdict = { pass: boolean; message?: string | (() => string) }
export type Context = {
  name: string; isNot: boolean; promise: '' | 'resolves' | 'rejects'; argsText?: string
  equals: (a: unknown, b: unknown, mode?: unknown) => boolean
  utils: any; expand: boolean; currentTestName?: string; testPath?: string; customTesters: unknown[]; error: Function
}
export type MatcherTable = Record<string, (this: Context, received: any, ...args: any[]) => Verdict | Promise<Verdict>>

const { red, green, dim } = colours
export function head(c: Context, args: string): string {
  c.argsText = args
  return `${dim('expect(')}${red('received')}${dim(')')}${c.promise && !c.isNot ? '' : ''}${c.isNot ? '.not' : ''}.${c.name}${dim('(')}${green(args)}${dim(')')}`
}
const lines = (...l: (string | false | undefined)[]): string => l.filter((x) => x !== false && x !== undefined).join('\n')
const wrong = (text: string): never => { throw new TypeError(text) }

/** A claim with one expected value: `Expected: <prefix>x` and `Received: y`. */
function claim(c: Context, pass: boolean, received: unknown, expected: unknown, prefix = '', args = 'expected'): Verdict {
  return { pass, message: () => lines(head(c, args), '', `Expected: ${c.isNot ? 'not ' : ''}${prefix}${green(print(expected))}`, !c.isNot && `Received: ${red(printShort(received))}`, c.isNot && prefix && `Received: ${red(printShort(received))}`) }
}
/** A claim about the received value alone. */
function about(c: Context, pass: boolean, received: unknown): Verdict {
  return { pass, message: () => lines(head(c, ''), '', `Received: ${red(printShort(received))}`) }
}

const paintSide = (side: 'expected' | 'received', s: string): string => (side === 'expected' ? green(s) : red(s))
function compared(c: Context, pass: boolean, received: unknown, expected: unknown): Verdict {
  return {
    pass,
    message() {
      const e = print(expected), r = print(received)
      if (c.isNot) return lines(head(c, 'expected'), '', `Expected: not ${green(e)}`)
      if (!e.includes('\n') && !r.includes('\n') || e === r) {
        return lines(head(c, 'expected'), '', `Expected: ${green(e)}`, `Received: ${red(r)}`, e === r && c.name === 'toBe' && typeof received === 'object' && '\nIf this test should pass, replace "toBe" with "toEqual" or "toStrictEqual"', e === r && c.name !== 'toBe' && '\nThe values look the same but are of different types or hold different hidden values')
      }
      return lines(head(c, 'expected'), '', diffText(e, r, paintSide))
    },
  }
}

const isNumber = (x: unknown): x is number | bigint => typeof x === 'number' || typeof x === 'bigint'
function order(c: Context, a: any, b: any, sign: string, holds: boolean): Verdict {
  if (!isNumber(a) || !isNumber(b)) wrong(`${c.name}() expects numbers or bigints, and got ${print(a)} and ${print(b)}`)
  return claim(c, holds, a, b, `${sign} `)
}
function typeTest(test: (x: any) => boolean) {
  return function (this: Context, x: any): Verdict { return about(this, test(x), x) }
}
function stringTest(what: string, test: (s: string, part: string) => boolean) {
  return function (this: Context, s: any, part: any): Verdict {
    if (typeof part !== 'string') wrong(`${this.name}() requires the first argument to be a string`)
    return { pass: typeof s === 'string' && test(s, part), message: () => lines(head(this, 'expected'), '', `Expected to ${this.isNot ? 'not ' : ''}${what}: ${green(print(part))}`, `Received: ${red(print(s))}`) }
  }
}

function contains(haystack: any, needle: unknown): boolean {
  if (typeof haystack === 'string') return typeof needle === 'string' ? haystack.includes(needle) : wrong('toContain() on a string expects a string')
  if (haystack === null || haystack === undefined || typeof haystack[Symbol.iterator] !== 'function') wrong('Received value must be an array type, or both received and expected values must be strings.')
  if (Array.isArray(haystack)) return haystack.includes(needle)
  for (const x of haystack) if (Object.is(x, needle)) return true
  return false
}
function listTest(what: string, list: (x: any) => unknown[], holds: (has: (v: unknown) => boolean, wanted: unknown[]) => boolean, many: boolean) {
  return function (this: Context, x: any, wanted: any): Verdict {
    if (x === null || typeof x !== 'object') wrong(`${this.name}() expects the received value to be an object`)
    if (many && !Array.isArray(wanted)) wrong(`${this.name}() expects an array`)
    const all = list(x)
    const pass = holds((v) => all.some((y) => equals(y, v)), many ? wanted : [wanted])
    return { pass, message: () => lines(head(this, 'expected'), '', `Expected to ${this.isNot ? 'not ' : ''}contain${what}: ${green(printShort(wanted))}`, `Received: ${red(printShort(x))}`) }
  }
}
const keysOf = (x: any): unknown[] => (x instanceof Map ? [...x.keys()] : Object.keys(x))
const valuesOf = (x: any): unknown[] => (x instanceof Map ? [...x.values()] : Object.values(x))
const every = (has: (v: unknown) => boolean, wanted: unknown[]): boolean => wanted.every(has)
const some = (has: (v: unknown) => boolean, wanted: unknown[]): boolean => wanted.some(has)

function pathParts(path: unknown): PropertyKey[] {
  if (Array.isArray(path)) return path as PropertyKey[]
  if (typeof path !== 'string') return wrong('toHaveProperty() expects the path to be a string or an array')
  if (path === '') return ['']
  return [...path.matchAll(/\[(?:(["'])(.*?)\1|([^\]]*))\]|(?:^|\.)([^.[]*)/g)].map((m) => m[2] ?? m[3] ?? m[4] ?? '')
}

function thrown(c: Context, received: any): { did: boolean; value: any } {
  if (c.promise === 'rejects') return { did: true, value: received }
  if (typeof received !== 'function') wrong(`${head(c, 'expected')}\n\nReceived value must be a function\nReceived: ${print(received)}`)
  try {
    received()
    return { did: false, value: undefined }
  } catch (value) {
    return { did: true, value }
  }
}
const messageOf = (x: any): string => (x !== null && typeof x === 'object' && 'message' in x ? String(x.message) : String(x))

function toThrow(this: Context, received: any, expected?: any): Verdict {
  const { did, value } = thrown(this, received)
  const none = arguments.length < 2 || expected === undefined
  const message = did ? messageOf(value) : undefined
  const got = did ? `Received message: ${red(print(message))}` : `\nReceived function did not throw\nReceived value: ${red('undefined')}`
  if (none) {
    return { pass: did, message: () => this.isNot
      ? lines(head(this, ''), '', value instanceof Error ? `Error name: ${red(print(value.name))}\nError message: ${red(print(value.message))}` : `Thrown value: ${red(print(value))}`)
      : lines(head(this, ''), '', 'Received function did not throw', `Received value: ${red('undefined')}`) }
  }
  const say = (what: string, text: string): (() => string) => () => lines(head(this, 'expected'), '', `Expected ${what}: ${this.isNot ? 'not ' : ''}${green(text)}`, got)
  if (typeof expected === 'string') return { pass: did && message!.includes(expected), message: say('substring', print(expected)) }
  if (expected instanceof RegExp) return { pass: did && new RegExp(expected).test(message!), message: say('pattern', String(expected)) }
  if (typeof expected === 'function') return { pass: did && value instanceof expected, message: () => lines(head(this, 'expected'), '', `Expected constructor: ${this.isNot ? 'not ' : ''}${green(expected.name)}`, did ? `Received constructor: ${red(value?.constructor?.name ?? print(value))}\n\nReceived message: ${red(print(message))}` : got) }
  if (expected !== null && typeof expected === 'object' && typeof expected.asymmetricMatch === 'function') return { pass: did && expected.asymmetricMatch(value), message: say('value', print(expected)) }
  if (expected !== null && typeof expected === 'object') return { pass: did && messageOf(value) === messageOf(expected), message: say('message', print(messageOf(expected))) }
  return wrong('Expected value must be a string, a regular expression, a class or an error')
}

export const matchers: MatcherTable = {
  toBe(a, b) { return compared(this, Object.is(a, b), a, b) },
  toEqual(a, b) { return compared(this, equals(a, b, 'equal'), a, b) },
  toStrictEqual(a, b) { return compared(this, equals(a, b, 'strict'), a, b) },
  toMatchObject(a, b) {
    if (b === null || typeof b !== 'object') wrong('toMatchObject() expects an object')
    return compared(this, a !== null && typeof a === 'object' && equals(a, b, 'subset'), a, b)
  },
  toBeTruthy: typeTest(Boolean),
  toBeFalsy: typeTest((x) => !x),
  toBeNull: typeTest((x) => x === null),
  toBeUndefined: typeTest((x) => x === undefined),
  toBeDefined: typeTest((x) => x !== undefined),
  toBeNaN: typeTest(Number.isNaN),
  toBeNil: typeTest((x) => x === null || x === undefined),
  toBeTrue: typeTest((x) => x === true),
  toBeFalse: typeTest((x) => x === false),
  toBeBoolean: typeTest((x) => typeof x === 'boolean'),
  toBeNumber: typeTest((x) => typeof x === 'number'),
  toBeInteger: typeTest(Number.isInteger),
  toBeFinite: typeTest(Number.isFinite),
  toBePositive: typeTest((x) => isNumber(x) && x > 0 && x !== Infinity),
  toBeNegative: typeTest((x) => isNumber(x) && x < 0 && x !== -Infinity),
  toBeEven: typeTest((x) => (typeof x === 'bigint' ? x % 2n === 0n : Number.isInteger(x) && x % 2 === 0)),
  toBeOdd: typeTest((x) => (typeof x === 'bigint' ? x % 2n !== 0n : Number.isInteger(x) && x % 2 !== 0)),
  toBeString: typeTest((x) => typeof x === 'string' || x instanceof String),
  toBeSymbol: typeTest((x) => typeof x === 'symbol'),
  toBeFunction: typeTest((x) => typeof x === 'function'),
  toBeObject: typeTest((x) => typeof x === 'object' && x !== null || typeof x === 'function'),
  toBeArray: typeTest(Array.isArray),
  toBeDate: typeTest((x) => x instanceof Date),
  toBeValidDate: typeTest((x) => x instanceof Date && !Number.isNaN(+x)),
  toBeEmptyObject: typeTest((x) => x !== null && typeof x === 'object' && Object.keys(x).length === 0),
  toBeEmpty(x) {
    const size = typeof x === 'string' || Array.isArray(x) ? x.length : x === null || typeof x !== 'object' ? wrong('Expected value to be a string, object, or iterable')
      : typeof x.size === 'number' ? x.size : typeof x[Symbol.iterator] === 'function' ? [...x].length : Object.keys(x).length
    return about(this, size === 0, x)
  },
  toBeArrayOfSize(x, n) { return claim(this, Array.isArray(x) && x.length === n, x, n, 'array of size ') },
  toBeWithin(x, from, to) { return { pass: isNumber(x) && x >= from && x < to, message: () => lines(head(this, 'start, end'), '', `Expected: ${this.isNot ? 'not ' : ''}between ${green(print(from))} ${dim('(inclusive)')} and ${green(print(to))} ${dim('(exclusive)')}`, `Received: ${red(print(x))}`) } },
  toBeOneOf(x, list) { return claim(this, [...list].some((y: unknown) => equals(x, y)), x, list, 'one of ') },
  toBeTypeOf(x, type) { return claim(this, typeof x === type, typeof x, type, 'type ') },
  toBeInstanceOf(x, type) {
    if (typeof type !== 'function') wrong('Expected value must be a function')
    return { pass: x instanceof type, message: () => lines(head(this, 'expected'), '', `Expected constructor: ${this.isNot ? 'not ' : ''}${green(print(type))}`, `Received value: ${red(printShort(x))}`) }
  },
  toBeGreaterThan(a, b) { return order(this, a, b, '>', a > b) },
  toBeGreaterThanOrEqual(a, b) { return order(this, a, b, '>=', a >= b) },
  toBeLessThan(a, b) { return order(this, a, b, '<', a < b) },
  toBeLessThanOrEqual(a, b) { return order(this, a, b, '<=', a <= b) },
  toBeCloseTo(a, b, digits = 2) {
    if (typeof a !== 'number' || typeof b !== 'number' || typeof digits !== 'number') wrong('toBeCloseTo() expects numbers')
    const most = 10 ** -digits / 2, gap = a === b ? 0 : Math.abs(a - b)
    return { pass: gap < most, message: () => lines(head(this, 'expected, precision'), '', `Expected: ${this.isNot ? 'not ' : ''}${green(print(b))}`, `Received: ${red(print(a))}`, '', `Expected precision: ${digits}`, `Expected difference: ${this.isNot ? 'not ' : ''}< ${green(String(+most.toPrecision(1)))}`, `Received difference: ${red(String(gap))}`) }
  },
  toMatch(s, pattern) {
    if (typeof s !== 'string') wrong(`Received value must be a string: ${print(s)}`)
    if (typeof pattern !== 'string' && !(pattern instanceof RegExp)) wrong('Expected value must be a string or regular expression')
    return { pass: typeof pattern === 'string' ? s.includes(pattern) : new RegExp(pattern).test(s), message: () => lines(head(this, 'expected'), '', `Expected substring or pattern: ${this.isNot ? 'not ' : ''}${green(typeof pattern === 'string' ? print(pattern) : String(pattern))}`, `Received: ${red(print(s))}`) }
  },
  toInclude: stringTest('include', (s, p) => s.includes(p)),
  toStartWith: stringTest('start with', (s, p) => s.startsWith(p)),
  toEndWith: stringTest('end with', (s, p) => s.endsWith(p)),
  toEqualIgnoringWhitespace(s, expected) { return claim(this, typeof s === 'string' && s.replace(/\s+/g, '') === String(expected).replace(/\s+/g, ''), s, expected) },
  toIncludeRepeated(s, part, times) {
    if (typeof s !== 'string' || typeof part !== 'string') wrong('toIncludeRepeated() expects strings')
    let n = 0
    for (let i = s.indexOf(part); i >= 0 && part; i = s.indexOf(part, i + part.length)) n++
    return { pass: n === times, message: () => lines(head(this, 'expected'), '', `Expected to ${this.isNot ? 'not ' : ''}include: ${green(print(part))} ${times} time${times === 1 ? '' : 's'}`, `Received: ${red(print(s))}`) }
  },
  toContain(x, part) { return { pass: contains(x, part), message: () => lines(head(this, 'expected'), '', `Expected to ${this.isNot ? 'not ' : ''}contain: ${green(print(part))}`, `Received: ${red(printShort(x))}`) } },
  toContainEqual(x, part) {
    const pass = typeof x === 'string' ? contains(x, part) : [...x].some((y: unknown) => equals(y, part))
    return { pass, message: () => lines(head(this, 'expected'), '', `Expected to ${this.isNot ? 'not ' : ''}contain: ${green(print(part))}`, `Received: ${red(printShort(x))}`) }
  },
  toContainKey: listTest('', keysOf, every, false),
  toContainKeys: listTest('', keysOf, every, true),
  toContainAllKeys(x, keys) { return claim(this, keysOf(x).length === keys.length && equals([...keysOf(x)].sort(), [...keys].sort()), x, keys, 'all keys ') },
  toContainAnyKeys: listTest('', keysOf, some, true),
  toContainValue: listTest(' value', valuesOf, every, false),
  toContainValues: listTest(' values', valuesOf, every, true),
  toContainAllValues(x, values) { return claim(this, valuesOf(x).length === values.length && values.every((v: unknown) => valuesOf(x).some((y) => equals(y, v))), x, values, 'all values ') },
  toContainAnyValues: listTest(' any value', valuesOf, some, true),
  toHaveLength(x, n) {
    if (typeof n !== 'number') wrong('toHaveLength() expects a number')
    if (x === null || x === undefined || typeof x.length !== 'number') wrong(`Received value does not have a length property: ${print(x)}`)
    return { pass: x.length === n, message: () => lines(head(this, 'expected'), '', `Expected length: ${this.isNot ? 'not ' : ''}${green(String(n))}`, `Received length: ${red(String(x.length))}`) }
  },
  toHaveProperty(x, path, value) {
    if (x === null || x === undefined) wrong(`Received value must not be ${x}`)
    const withValue = arguments.length > 2
    let at: any = x, found = true
    for (const part of pathParts(path)) {
      if (at === null || at === undefined || !(part in Object(at))) { found = false; break }
      at = at[part]
    }
    const pass = found && (!withValue || equals(at, value))
    return { pass, message: () => lines(head(this, withValue ? 'path, value' : 'path'), '', `Expected path: ${this.isNot ? 'not ' : ''}${green(propertyPath(path))}`, withValue && `\nExpected value: ${this.isNot ? 'not ' : ''}${green(print(value))}`, !this.isNot && (found ? `Received value: ${red(print(at))}` : '\nUnable to find property')) }
  },
  toThrow, toThrowError: toThrow,
  toSatisfy(x, test) {
    if (typeof test !== 'function') wrong('toSatisfy() argument must be a function')
    return { pass: Boolean(test(x)), message: () => lines(head(this, 'expected'), '', `Expected to ${this.isNot ? 'not ' : ''}satisfy: ${green(print(test))}`, `Received: ${red(printShort(x))}`) }
  },
  pass(_x, message = 'passes by .pass() assertion') { return { pass: true, message: () => lines(head(this, ''), '', message) } },
  fail(_x, message = 'fails by .fail() assertion') { return { pass: false, message: () => lines(head(this, ''), '', message) } },
  toMatchSnapshot(x, ...args) { return matchSnapshot(this, x, args) },
  toMatchInlineSnapshot(x, ...args) { return matchInlineSnapshot(this, x, args) },
  toThrowErrorMatchingSnapshot(x, hint) { const t = thrown(this, x); return matchThrownSnapshot(this, t.did, t.value, hint) },
  toThrowErrorMatchingInlineSnapshot(x, text) { const t = thrown(this, x); return matchThrownInline(this, t.did, t.value, text) },
  ...mockMatchers,
}
