// internal:inspect: values as text, exactly as Node prints them. Errors (inspect_error.ts), colours (inspect_style.ts), the
// formats of printf (format.ts) and the width of letters (width.ts) are read when they are needed.

import { isStackOverflowError } from 'internal:errors'
import { hooks } from 'internal:stdio'
import { validateObject } from 'internal:validate'
import * as types from 'internal:types'

declare const $C: any

export interface Context {
  budget: Record<number, number>
  indentationLvl: number
  seen: unknown[]
  currentDepth: number
  stylize: (text: string, style?: string) => string
  showHidden: boolean
  depth: number | null
  colors: boolean
  customInspect: boolean
  showProxy: boolean
  maxArrayLength: number
  maxStringLength: number
  breakLength: number
  compact: number | boolean
  sorted: boolean | ((a: string, b: string) => number)
  getters: boolean | 'get' | 'set'
  numericSeparator: boolean
  circular?: Map<unknown, number>
  userOptions?: object
}

export const customInspect: unique symbol = Symbol.for('nodejs.util.inspect.custom') as any

export const defaultOptions: any = Object.seal({
  showHidden: false, depth: 2, colors: false, customInspect: true, showProxy: false, maxArrayLength: 100, maxStringLength: 10000,
  breakLength: 80, compact: 3, sorted: false, getters: false, numericSeparator: false,
})
hooks.inspects = defaultOptions

const { hasOwn, getPrototypeOf, getOwnPropertyDescriptor, getOwnPropertySymbols, getOwnPropertyNames, keys: keysOf } = Object
const isEnumerable = Function.prototype.call.bind(Object.prototype.propertyIsEnumerable) as (o: object, k: PropertyKey) => boolean
const hasInstance = Function.prototype.call.bind(Function.prototype[Symbol.hasInstance]) as (fn: Function, o: unknown) => boolean

function plain(text: string): string {
  return text
}

export function inspect(value: unknown, options?: any): string {
  const d = defaultOptions
  const ctx: Context = {
    budget: {}, indentationLvl: 0, seen: [], currentDepth: 0, stylize: plain,
    showHidden: d.showHidden, depth: d.depth, colors: d.colors, customInspect: d.customInspect, showProxy: d.showProxy,
    maxArrayLength: d.maxArrayLength, maxStringLength: d.maxStringLength, breakLength: d.breakLength, compact: d.compact,
    sorted: d.sorted, getters: d.getters, numericSeparator: d.numericSeparator,
  }
  if (arguments.length > 1) {
    // The signature of old: (value, showHidden, depth, colors).
    if (arguments[2] !== undefined) ctx.depth = arguments[2]
    if (arguments[3] !== undefined) ctx.colors = arguments[3]
    if (typeof options === 'boolean') {
      ctx.showHidden = options
    } else if (options) {
      for (const key of keysOf(options)) {
        if (key === 'stylize' || hasOwn(defaultOptions, key)) (ctx as any)[key] = options[key]
        else ctx.userOptions ??= options
      }
    }
  }
  if (ctx.colors) ctx.stylize = import.meta.builtin('internal:inspect_style').stylizeWithColor
  if (ctx.maxArrayLength === null) ctx.maxArrayLength = Infinity
  if (ctx.maxStringLength === null) ctx.maxStringLength = Infinity
  return formatValue(ctx, value, 0)
}

Object.defineProperty(inspect, 'custom', { value: customInspect, writable: true, enumerable: true, configurable: true })
for (const name of ['colors', 'styles']) {
  const set = (value: unknown): void => {
    Object.defineProperty(inspect, name, { value, writable: true, enumerable: true, configurable: true })
  }
  Object.defineProperty(inspect, name, {
    get() {
      const value = import.meta.builtin('internal:inspect_style')[name]
      set(value)
      return value
    },
    set, enumerable: true, configurable: true,
  })
}
Object.defineProperty(inspect, 'defaultOptions', {
  get: () => defaultOptions,
  set(options) {
    validateObject(options, 'options')
    return Object.assign(defaultOptions, options)
  },
})

/** What a custom inspector is given: the options as they were asked for. */
function optionsFor(ctx: Context, foreign: boolean): any {
  const options: any = {
    stylize: ctx.stylize, showHidden: ctx.showHidden, depth: ctx.depth, colors: ctx.colors, customInspect: ctx.customInspect,
    showProxy: ctx.showProxy, maxArrayLength: ctx.maxArrayLength, maxStringLength: ctx.maxStringLength,
    breakLength: ctx.breakLength, compact: ctx.compact, sorted: ctx.sorted, getters: ctx.getters,
    numericSeparator: ctx.numericSeparator, ...ctx.userOptions,
  }
  if (!foreign) return options
  // An object of another realm, or a proxy, gets nothing that leads into this one.
  Object.setPrototypeOf(options, null)
  for (const key of keysOf(options)) {
    if ((typeof options[key] === 'object' && options[key] !== null) || typeof options[key] === 'function') delete options[key]
  }
  options.stylize = Object.setPrototypeOf((value: string, style: string) => {
    let text: unknown
    try {
      text = `${ctx.stylize(value, style)}`
    } catch {
      // What cannot be styled stays as it is.
    }
    return typeof text === 'string' ? text : value
  }, null)
  return options
}

// --- strings and numbers ------------------------------------------------------------------------------------------------

const SUSPECT = /[\x00-\x1f'\\\x7f-\x9f\ud800-\udfff]/
const NAMED: Record<number, string> = { 8: '\\b', 9: '\\t', 10: '\\n', 12: '\\f', 13: '\\r', 92: '\\\\' }

function escaped(text: string, quote: number): string {
  let out = ''
  let last = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 31 && code !== quote && code !== 92 && (code < 127 || (code > 159 && (code < 0xd800 || code > 0xdfff)))) continue
    if (code >= 0xd800) {
      const next = text.charCodeAt(i + 1)
      if (code < 0xdc00 && next >= 0xdc00 && next <= 0xdfff) {
        i++
        continue
      }
    }
    out += text.slice(last, i)
    last = i + 1
    if (code === quote) out += "\\'"
    else if (code > 159) out += `\\u${code.toString(16)}`
    else out += NAMED[code] ?? `\\x${code < 16 ? '0' : ''}${code.toString(16).toUpperCase()}`
  }
  return out + text.slice(last)
}

/** The string as a literal: in single quotes, or in those that need no escape. */
export function quoted(text: string): string {
  if (!SUSPECT.test(text)) return `'${text}'`
  let mark = "'"
  if (text.includes("'")) {
    if (!text.includes('"')) mark = '"'
    else if (!text.includes('`') && !text.includes('${')) mark = '`'
  }
  return mark + escaped(text, mark === "'" ? 39 : -1) + mark
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(?:\d{3})+$)/g, '_')
}

function groupedEnd(digits: string): string {
  return digits.replace(/\d{3}(?=\d)/g, '$&_')
}

export function numberText(number: number, separator: boolean): string {
  if (Object.is(number, -0)) return '-0'
  const text = `${number}`
  if (!separator || !Number.isFinite(number) || text.includes('e')) return text
  const point = text.indexOf('.')
  return point < 0 ? grouped(text) : `${grouped(text.slice(0, point))}.${groupedEnd(text.slice(point + 1))}`
}

export function bigintText(bigint: bigint, separator: boolean): string {
  return `${separator ? grouped(`${bigint}`) : bigint}n`
}

function more(count: number, what: string): string {
  return `... ${count} more ${what}${count > 1 ? 's' : ''}`
}

function formatPrimitive(stylize: Context['stylize'], value: unknown, ctx: Context): string {
  switch (typeof value) {
    case 'string': {
      let text = value as string
      let rest = ''
      if (text.length > ctx.maxStringLength) {
        rest = more(text.length - ctx.maxStringLength, 'character')
        text = text.slice(0, ctx.maxStringLength)
      }
      if (ctx.compact !== true && text.length > 16 && text.length > ctx.breakLength - ctx.indentationLvl - 4) {
        const lines = text.split(/(?<=\n)/)
        if (lines.length > 1) {
          return lines.map(line => stylize(quoted(line), 'string')).join(` +\n${' '.repeat(ctx.indentationLvl + 2)}`) + rest
        }
      }
      return stylize(quoted(text), 'string') + rest
    }
    case 'number': return stylize(numberText(value as number, ctx.numericSeparator), 'number')
    case 'bigint': return stylize(bigintText(value as bigint, ctx.numericSeparator), 'bigint')
    case 'boolean': return stylize(value ? 'true' : 'false', 'boolean')
    case 'undefined': return stylize('undefined', 'undefined')
    default: return stylize(Symbol.prototype.toString.call(value), 'symbol')
  }
}

// --- names --------------------------------------------------------------------------------------------------------------

let builtins: Set<string> | undefined

/** Names of the constructors that belong to the language. */
export function isBuiltinName(name: string): boolean {
  builtins ??= new Set(('Object Function Array Number Boolean String Symbol Date Promise RegExp Error AggregateError EvalError ' +
    'RangeError ReferenceError SyntaxError TypeError URIError ArrayBuffer Uint8Array Int8Array Uint16Array Int16Array ' +
    'Uint32Array Int32Array Float16Array Float32Array Float64Array Uint8ClampedArray BigUint64Array BigInt64Array DataView Map BigInt Set ' +
    'Iterator WeakMap WeakSet WeakRef Proxy Reflect FinalizationRegistry Atomics JSON Math Intl ' +
    'NaN Infinity').split(' '))
  return builtins.has(name)
}

// These keep their names whatever becomes of their `constructor`.
const wellKnown = new Map<object, Function>([
  Array, ArrayBuffer, Function, Map, Set, Object, getPrototypeOf(Uint8Array), RegExp, Date, DataView, Error, AggregateError,
  RangeError, TypeError, Boolean, Number, String, Promise, WeakMap, WeakSet,
].map(fn => [fn.prototype, fn]))

const KIND_NAMES: Record<number, string> = {
  [types.MAP]: 'Map', [types.SET]: 'Set', [types.WEAK_MAP]: 'WeakMap', [types.WEAK_SET]: 'WeakSet', [types.DATE]: 'Date',
  [types.REGEXP]: 'RegExp', [types.PROMISE]: 'Promise', [types.MAP_ITERATOR]: 'Map Iterator',
  [types.SET_ITERATOR]: 'Set Iterator', [types.ERROR]: 'Error', [types.ARRAY_BUFFER]: 'ArrayBuffer', [types.DATA_VIEW]: 'DataView',
  [types.NUMBER_OBJECT]: 'Number', [types.STRING_OBJECT]: 'String', [types.BOOLEAN_OBJECT]: 'Boolean',
  [types.SYMBOL_OBJECT]: 'Symbol', [types.BIGINT_OBJECT]: 'BigInt', [types.FUNCTION]: 'Function', [types.ARRAY]: 'Array',
  [types.WEAK_REF]: 'WeakRef', [types.SHARED_ARRAY_BUFFER]: 'SharedArrayBuffer', [types.GENERATOR]: 'Generator',
}

/** The class that an object was made as, when its prototypes do not tell. */
function innateName(value: object): string {
  return types.typedArrayName(value) ?? KIND_NAMES[types.kindOf(value)] ?? 'Object'
}

function isInstance(value: unknown, fn: Function): boolean {
  try {
    return value instanceof fn
  } catch {
    return false
  }
}

function constructorName(value: object, ctx: Context, depth: number, protoProps: string[] | undefined): string | null {
  let first: object | null | undefined
  let at: any = value
  while (at) {
    const known = wellKnown.get(at)
    // What is found above the value makes it an instance; a prototype itself is none.
    if (known !== undefined && at !== value) {
      if (protoProps !== undefined && first !== at) addPrototypeProperties(ctx, value, first || value, depth, protoProps)
      return known.name
    }
    const own = hasOwn(at, 'constructor') ? getOwnPropertyDescriptor(at, 'constructor')!.value : undefined
    if (typeof own === 'function' && own.name !== '' && isInstance(value, own)) {
      if (protoProps !== undefined && (first !== at || !isBuiltinName(own.name))) {
        addPrototypeProperties(ctx, value, first || value, depth, protoProps)
      }
      return String(own.name)
    }
    at = getPrototypeOf(at)
    if (first === undefined) first = at
  }
  if (first === null) return null
  const name = innateName(value)
  if (ctx.depth !== null && depth > ctx.depth) return `${name} <Complex prototype>`
  const above = constructorName(first!, ctx, depth + 1, protoProps)
  return `${name} <${above === null ? inspect(first, { ...ctx, customInspect: false, depth: -1 }) : above}>`
}

/** With showHidden: what the user's own prototypes hold, up to three of them. */
function addPrototypeProperties(ctx: Context, main: object, object: object, depth: number, output: string[]): void {
  const above = new Set<PropertyKey>()
  let names: PropertyKey[] = []
  for (let level = 0; level < 3; level++) {
    if (level !== 0 || main === object) {
      const proto = getPrototypeOf(object)
      if (proto === null) return
      object = proto
      const own = getOwnPropertyDescriptor(object, 'constructor')?.value
      if (typeof own === 'function' && isBuiltinName(own.name)) return
    }
    for (const name of names) above.add(name)
    names = Reflect.ownKeys(object)
    ctx.seen.push(main)
    for (const key of names) {
      if (key === 'constructor' || hasOwn(main, key) || (level !== 0 && above.has(key))) continue
      const desc = getOwnPropertyDescriptor(object, key)!
      if (typeof desc.value === 'function') continue
      const text = formatProperty(ctx, object, depth, key, OBJECT, desc, main)
      output.push(ctx.colors ? `\u001b[2m${text}\u001b[22m` : text)
    }
    ctx.seen.pop()
  }
}

export function prefixOf(constructor: string | null, tag: string, fallback: string, size = ''): string {
  if (constructor === null) {
    return tag !== '' && fallback !== tag ? `[${fallback}${size}: null prototype] [${tag}] ` : `[${fallback}${size}: null prototype] `
  }
  if (tag === '') return `${constructor}${size} `
  const dot = tag.lastIndexOf('.')
  return constructor === (dot >= 1 ? tag.slice(dot + 1) : tag) ? `${tag}${size} ` : `${constructor}${size} [${tag}] `
}

/** The prefix of an object of no special kind. */
function ordinaryPrefix(value: object, constructor: string | null, tag: string): string {
  let fallback = ''
  if (constructor === null) {
    fallback = innateName(value)
    if (fallback === tag) fallback = 'Object'
  }
  return prefixOf(constructor, tag, fallback)
}

function keysToShow(value: object, showHidden: boolean): PropertyKey[] {
  const symbols = getOwnPropertySymbols(value)
  let keys: PropertyKey[]
  if (showHidden) {
    keys = getOwnPropertyNames(value)
    if (symbols.length !== 0) keys.push(...symbols)
    return keys
  }
  try {
    keys = keysOf(value)
  } catch (error) {
    // A namespace of a module that has not run yet.
    if (!types.isModuleNamespaceObject(value)) throw error
    keys = getOwnPropertyNames(value)
  }
  for (const symbol of symbols) if (isEnumerable(value, symbol)) keys.push(symbol)
  return keys
}

const isIndex = (key: PropertyKey): boolean =>
  typeof key === 'string' && /^(?:0|[1-9]\d{0,9})$/.test(key) && +key < 4294967295

/** The keys of an array or typed array that are no elements. */
export function nonIndexKeys(value: any, showHidden: boolean): PropertyKey[] {
  if (!showHidden && types.isBareArray(value)) return []
  const names: PropertyKey[] = showHidden ? getOwnPropertyNames(value) : keysOf(value)
  // Elements come first, in order, so what is left starts where they end.
  let at = names.length
  while (at > 0 && !isIndex(names[at - 1]!)) at--
  const keys = names.slice(at)
  for (const symbol of getOwnPropertySymbols(value)) if (showHidden || isEnumerable(value, symbol)) keys.push(symbol)
  return keys
}

// --- values -------------------------------------------------------------------------------------------------------------

const OBJECT = 0
const ELEMENT = 1
const ARRAY_EXTRA = 2

type Formatter = (ctx: Context, value: any, depth: number) => string[]

/** The caller adds to ctx.indentationLvl what it prints to the left. */
export function formatValue(ctx: Context, value: any, depth = 0, typed?: boolean): string {
  if (typeof value !== 'object' && typeof value !== 'function') return formatPrimitive(ctx.stylize, value, ctx)
  if (value === null) return ctx.stylize('null', 'null')
  const given = value
  let proxies = 0
  for (let proxy = types.proxyDetails(value); proxy !== undefined; proxy = types.proxyDetails(value)) {
    if (ctx.showProxy) return formatProxy(ctx, proxy, depth)
    proxies++
    if (proxy[0] === null) return wrapped(ctx, ctx.stylize('<Revoked Proxy>', 'special'), proxies - 1)
    value = proxy[0]
  }
  if (ctx.customInspect) {
    const custom = value[customInspect]
    // Not util.inspect itself, and not a prototype that only carries the method for its instances.
    if (typeof custom === 'function' && custom !== inspect &&
        getOwnPropertyDescriptor(value, 'constructor')?.value?.prototype !== value) {
      const left = ctx.depth === null ? null : ctx.depth - depth
      const result = Function.prototype.call.call(
        custom, given, left, optionsFor(ctx, proxies !== 0 || !hasInstance(Object, given)), inspect)
      if (result !== given) {
        if (typeof result !== 'string') return formatValue(ctx, result, depth)
        return result.replaceAll('\n', `\n${' '.repeat(ctx.indentationLvl)}`)
      }
    }
  }
  if (ctx.seen.includes(value)) {
    ctx.circular ??= new Map()
    let index = ctx.circular.get(value)
    if (index === undefined) {
      index = ctx.circular.size + 1
      ctx.circular.set(value, index)
    }
    return ctx.stylize(`[Circular *${index}]`, 'special')
  }
  return wrapped(ctx, formatRaw(ctx, value, depth, typed), proxies)
}

function wrapped(ctx: Context, text: string, proxies: number): string {
  for (; proxies > 0; proxies--) text = `${ctx.stylize('Proxy(', 'special')}${text}${ctx.stylize(')', 'special')}`
  return text
}

function tooDeep(ctx: Context, depth: number): boolean {
  return ctx.depth !== null && depth > ctx.depth
}

function formatProxy(ctx: Context, proxy: [any, any], depth: number): string {
  if (proxy[0] === null) return ctx.stylize('<Revoked Proxy>', 'special')
  if (tooDeep(ctx, depth)) return ctx.stylize('Proxy [Array]', 'special')
  ctx.indentationLvl += 2
  const parts = [formatValue(ctx, proxy[0], depth + 1), formatValue(ctx, proxy[1], depth + 1)]
  ctx.indentationLvl -= 2
  return joined(ctx, parts, '', 'Proxy [', ']', ARRAY_EXTRA, depth + 1)
}

function tagOf(value: any, showHidden: boolean): string {
  let tag: unknown
  try {
    tag = value[Symbol.toStringTag]
  } catch {
    return ''
  }
  if (typeof tag !== 'string' || tag === '') return ''
  // As a property of its own it is listed anyway.
  return (showHidden ? hasOwn : isEnumerable)(value, Symbol.toStringTag) ? '' : tag
}

/** How one kind of object is shown: filled in by describe, printed by formatRaw. */
interface Shape {
  done: string | undefined
  keys: PropertyKey[]
  open: string
  close: string
  base: string
  formatter: Formatter | undefined
  extras: number
  extraKeys: string[] | undefined
  typed: boolean | undefined
}

const NONE: PropertyKey[] = []
const ObjectPrototype = Object.prototype
const ArrayPrototype = Array.prototype

function formatRaw(ctx: Context, value: any, depth: number, typed: boolean | undefined): string {
  if (!ctx.showHidden) {
    // Plain objects and arrays, which most values are, need not be asked what they are.
    const proto = getPrototypeOf(value)
    if ((proto === ObjectPrototype || proto === ArrayPrototype) && !(Symbol.toStringTag in value) && !hasOwn(value, 'constructor')) {
      if (proto === ArrayPrototype) {
        if (Array.isArray(value)) {
          const isBare = types.isBareArray(value)
          const keys = isBare ? NONE : nonIndexKeys(value, false)
          if (value.length === 0 && keys.length === 0) return '[]'
          if (tooDeep(ctx, depth)) return ctx.stylize('[Array]', 'special')
          return formatInside(ctx, value, depth, keys, '', '[', ']', isBare ? formatBareArray : formatArray, ARRAY_EXTRA, 'Array')
        }
      } else if (typeof value === 'object' && !(Symbol.iterator in value) && !hasOwn(value, 'callee')) {
        const keys = keysToShow(value, false)
        if (keys.length === 0) return '{}'
        if (tooDeep(ctx, depth)) return ctx.stylize('[Object]', 'special')
        return formatInside(ctx, value, depth, keys, '', '{', '}', undefined, OBJECT, 'Object')
      }
    }
  }
  let protoProps: string[] | undefined = ctx.showHidden && !tooDeep(ctx, depth) ? [] : undefined
  const constructor = constructorName(value, ctx, depth, protoProps)
  if (protoProps?.length === 0) protoProps = undefined
  const tag = tagOf(value, ctx.showHidden)
  const shape: Shape = {
    done: undefined, keys: undefined as any, open: '{', close: '}', base: '', formatter: undefined, extras: OBJECT,
    extraKeys: undefined, typed,
  }
  const bare = protoProps === undefined
  if (!((Symbol.iterator in value || constructor === null) && describeIterable(ctx, value, constructor, tag, bare, shape))) {
    describeOther(ctx, value, depth, constructor, tag, bare, shape)
  }
  if (shape.done !== undefined) return shape.done
  const name = ordinaryPrefix(value, constructor, tag).slice(0, -1)
  if (tooDeep(ctx, depth)) return ctx.stylize(constructor === null ? name : `[${name}]`, 'special')
  return formatInside(ctx, value, depth, shape.keys, shape.base, shape.open, shape.close, shape.formatter, shape.extras, name, shape, protoProps)
}

/** What is in an object, one level further in, between its braces. */
function formatInside(
  ctx: Context, value: any, depth: number, keys: PropertyKey[], base: string, open: string, close: string,
  formatter: Formatter | undefined, extras: number, name: string, shape?: Shape, protoProps?: string[],
): string {
  depth += 1
  ctx.seen.push(value)
  ctx.currentDepth = depth
  const indentation = ctx.indentationLvl
  let output: string[]
  try {
    output = formatter === undefined ? [] : formatter(ctx, value, depth)
    if (shape !== undefined) {
      open = shape.open     // an iterator learns what it is by being read
      if (shape.extraKeys !== undefined) {
        for (const key of shape.extraKeys) output.push(formatExtra(ctx, value, depth, key, shape.typed))
      }
    }
    for (let i = 0; i < keys.length; i++) output.push(formatProperty(ctx, value, depth, keys[i]!, extras))
    if (protoProps !== undefined) output.push(...protoProps)
  } catch (error) {
    if (!isStackOverflowError(error)) throw error
    ctx.seen.pop()
    ctx.indentationLvl = indentation
    return ctx.stylize(`[${name}: Inspection interrupted prematurely. Maximum call stack size exceeded.]`, 'special')
  }
  if (ctx.circular !== undefined) {
    const index = ctx.circular.get(value)
    if (index !== undefined) {
      const reference = ctx.stylize(`<ref *${index}>`, 'special')
      if (ctx.compact === true) open = `${reference} ${open}`
      else base = base === '' ? reference : `${reference} ${base}`
    }
  }
  ctx.seen.pop()
  if (ctx.sorted) {
    const compare = ctx.sorted === true ? undefined : ctx.sorted
    if (extras === OBJECT) output.sort(compare)
    else if (keys.length > 1) output.push(...output.splice(output.length - keys.length).sort(compare))
  }
  const text = joined(ctx, output, base, open, close, extras, depth, value)
  // Past this much text only the names of further objects are printed.
  const spent = (ctx.budget[ctx.indentationLvl] || 0) + text.length
  ctx.budget[ctx.indentationLvl] = spent
  if (spent > 2 ** 27) ctx.depth = -1
  return text
}

function describeIterable(
  ctx: Context, value: any, constructor: string | null, tag: string, bare: boolean, shape: Shape,
): boolean {
  if (Array.isArray(value)) {
    const prefix = constructor !== 'Array' || tag !== '' ? prefixOf(constructor, tag, 'Array', `(${value.length})`) : ''
    shape.keys = nonIndexKeys(value, ctx.showHidden)
    shape.open = `${prefix}[`
    shape.close = ']'
    if (value.length === 0 && shape.keys.length === 0 && bare) shape.done = `${prefix}[]`
    shape.extras = ARRAY_EXTRA
    shape.formatter = formatArray
    return true
  }
  const kind = types.kindOf(value)
  switch (kind) {
    case types.SET:
    case types.MAP: {
      const isSet = kind === types.SET
      const size = isSet ? sizeOfSet(value) : sizeOfMap(value)
      const prefix = prefixOf(constructor, tag, isSet ? 'Set' : 'Map', `(${size})`)
      shape.keys = keysToShow(value, ctx.showHidden)
      const whole = constructor !== null ? value : isSet ? Set.prototype.values.call(value) : Map.prototype.entries.call(value)
      shape.formatter = isSet ? (ctx, _, depth) => formatSet(ctx, whole, size, depth) : (ctx, _, depth) => formatMap(ctx, whole, size, depth)
      if (size === 0 && shape.keys.length === 0 && bare) shape.done = `${prefix}{}`
      shape.open = `${prefix}{`
      return true
    }
    case types.TYPED_ARRAY: {
      shape.keys = nonIndexKeys(value, ctx.showHidden)
      const name = types.typedArrayName(value)!
      const bound = constructor === null ? new (globalThis as any)[name](value) : value
      const length = typedLength(value)
      const prefix = prefixOf(constructor, tag, constructor === null ? name : '', `(${length})`)
      shape.open = `${prefix}[`
      shape.close = ']'
      if (length === 0 && shape.keys.length === 0 && !ctx.showHidden) shape.done = `${prefix}[]`
      shape.formatter = ctx => formatTypedArray(ctx, bound, length)
      shape.extras = ARRAY_EXTRA
      if (ctx.showHidden) {
        shape.extraKeys = ['BYTES_PER_ELEMENT', 'length', 'byteLength', 'byteOffset', 'buffer']
        shape.typed = true
      }
      return true
    }
    case types.MAP_ITERATOR:
    case types.SET_ITERATOR: {
      const name = kind === types.MAP_ITERATOR ? 'Map Iterator' : 'Set Iterator'
      shape.keys = keysToShow(value, ctx.showHidden)
      shape.open = `[${tag === name ? name : tag === '' ? name : `${tag}] [${name}`}] {`
      shape.formatter = (ctx, value, depth) => formatIterator(ctx, value, depth, kind === types.MAP_ITERATOR, shape)
      return true
    }
    default: return false
  }
}

const sizeOfSet = Function.prototype.call.bind(getOwnPropertyDescriptor(Set.prototype, 'size')!.get!) as (s: any) => number
const sizeOfMap = Function.prototype.call.bind(getOwnPropertyDescriptor(Map.prototype, 'size')!.get!) as (m: any) => number
const typedLength = Function.prototype.call.bind(
  getOwnPropertyDescriptor(getPrototypeOf(Uint8Array.prototype), 'length')!.get!) as (a: any) => number

function describeOther(
  ctx: Context, value: any, depth: number, constructor: string | null, tag: string, bare: boolean, shape: Shape,
): void {
  const keys = shape.keys = keysToShow(value, ctx.showHidden)
  const empty = (): boolean => keys.length === 0 && bare
  if (typeof value === 'function') {
    shape.base = functionBase(ctx, value, constructor, tag)
    if (empty()) shape.done = ctx.stylize(shape.base, 'special')
    return
  }
  if (constructor === 'Object') {
    if (tag === '' ? isArguments(value) : types.kindOf(value) === types.ARGUMENTS) shape.open = '[Arguments] {'
    else if (tag !== '') shape.open = `${prefixOf(constructor, tag, 'Object')}{`
    if (empty()) shape.done = `${shape.open}}`
    return
  }
  const kind = types.kindOf(value)
  switch (kind) {
    case types.REGEXP: {
      shape.base = RegExp.prototype.toString.call(constructor === null ? new RegExp(value) : value)
      const prefix = prefixOf(constructor, tag, 'RegExp')
      if (prefix !== 'RegExp ') shape.base = `${prefix}${shape.base}`
      shape.base = ctx.stylize(shape.base, 'regexp')
      if (empty() || tooDeep(ctx, depth)) shape.done = shape.base
      return
    }
    case types.DATE: {
      const isNaN = Number.isNaN(Date.prototype.getTime.call(value))
      shape.base = isNaN ? Date.prototype.toString.call(value) : Date.prototype.toISOString.call(value)
      const prefix = prefixOf(constructor, tag, 'Date')
      if (prefix !== 'Date ') shape.base = `${prefix}${shape.base}`
      if (empty()) shape.done = ctx.stylize(shape.base, 'date')
      return
    }
    case types.ARRAY_BUFFER:
    case types.SHARED_ARRAY_BUFFER: {
      const prefix = prefixOf(constructor, tag, types.isSharedArrayBuffer(value) ? 'SharedArrayBuffer' : 'ArrayBuffer')
      if (shape.typed === undefined) {
        shape.formatter = formatArrayBuffer
      } else if (empty()) {
        shape.done = `${prefix}{ [byteLength]: ${ctx.stylize(`${value.byteLength}`, 'number')} }`
        return
      }
      shape.open = `${prefix}{`
      shape.extraKeys = ['byteLength']
      return
    }
    case types.DATA_VIEW:
      shape.open = `${prefixOf(constructor, tag, 'DataView')}{`
      shape.extraKeys = ['byteLength', 'byteOffset', 'buffer']
      return
    case types.PROMISE:
      shape.open = `${prefixOf(constructor, tag, 'Promise')}{`
      shape.formatter = formatPromise
      return
    case types.WEAK_SET:
    case types.WEAK_MAP:
      shape.open = `${prefixOf(constructor, tag, kind === types.WEAK_SET ? 'WeakSet' : 'WeakMap')}{`
      shape.formatter = ctx => [ctx.stylize('<items unknown>', 'special')]
      return
    case types.NUMBER_OBJECT:
    case types.STRING_OBJECT:
    case types.BOOLEAN_OBJECT:
    case types.SYMBOL_OBJECT:
    case types.BIGINT_OBJECT:
      shape.base = boxedBase(ctx, value, kind, keys, constructor, tag)
      if (empty()) shape.done = shape.base
      return
  }
  if (kind === types.ERROR || (constructor !== null && value instanceof Error)) {
    shape.base = import.meta.builtin('internal:inspect_error').formatError(ctx, value, constructor, tag, keys)
    if (ctx.showHidden) hideEngineKeys(keys, shape)
    if (empty() && shape.formatter === undefined) shape.done = shape.base
  } else if (types.isModuleNamespaceObject(value)) {
    shape.open = `${prefixOf(constructor, tag, 'Module')}{`
    shape.formatter = (ctx, value, depth) => formatNamespace(ctx, value, depth, keys)
  } else if (typeof value.href === 'string' && isURL(value) && !tooDeep(ctx, depth)) {
    shape.base = value.href
    if (empty()) shape.done = shape.base
  } else {
    const prefix = ordinaryPrefix(value, constructor, tag)
    if (empty()) shape.done = `${prefix}{}`
    shape.open = `${prefix}{`
  }
}

/** The engine keeps a stack as data, and its place beside it; Node shows an accessor alone. */
function hideEngineKeys(keys: PropertyKey[], shape: Shape): void {
  for (const name of ['line', 'column', 'sourceURL']) {
    const at = keys.indexOf(name)
    if (at !== -1) keys.splice(at, 1)
  }
  const at = keys.indexOf('stack')
  if (at === -1) return
  keys.splice(at, 1)
  const accessor: PropertyDescriptor = { get(this: Error) { return this.stack }, set() {}, enumerable: false }
  shape.formatter = (ctx, value, depth) => [formatProperty(ctx, value, depth, 'stack', OBJECT, accessor)]
}

function isURL(value: object): boolean {
  const URL = (globalThis as any).URL
  return typeof URL === 'function' && value instanceof URL
}

function isArguments(value: any): boolean {
  // Only `arguments` has both: a plain object seldom has either.
  return hasOwn(value, 'callee') && hasOwn(value, 'length') && types.kindOf(value) === types.ARGUMENTS
}

function boxedBase(
  ctx: Context, value: any, kind: number, keys: PropertyKey[], constructor: string | null, tag: string,
): string {
  const type = KIND_NAMES[kind]!
  const primitive = (globalThis as any)[type].prototype.valueOf.call(value)
  if (kind === types.STRING_OBJECT) keys.splice(0, primitive.length)
  let base = `[${type}`
  if (type !== constructor) base += constructor === null ? ' (null prototype)' : ` (${constructor})`
  base += `: ${formatPrimitive(plain, primitive, ctx)}]`
  if (tag !== '' && tag !== constructor) base += ` [${tag}]`
  return keys.length !== 0 || ctx.stylize === plain ? base : ctx.stylize(base, type.toLowerCase())
}

function classBase(value: any, constructor: string | null, tag: string): string {
  let base = `class ${(hasOwn(value, 'name') && value.name) || '(anonymous)'}`
  if (constructor !== 'Function' && constructor !== null) base += ` [${constructor}]`
  if (tag !== '' && constructor !== tag) base += ` [${tag}]`
  if (constructor === null) {
    base += ' extends [null prototype]'
  } else {
    const above = getPrototypeOf(value).name
    if (above) base += ` extends ${above}`
  }
  return `[${base}]`
}

function isClass(fn: Function): boolean {
  const text = $C.text.call(fn)
  if (!text.startsWith('class') || !text.endsWith('}')) return false
  const inner = text.slice(5, -1)
  const brace = inner.indexOf('{')
  if (brace === -1) return false
  // A function may be named class...; only a class has no parameter list before its first brace.
  return !inner.slice(0, brace).includes('(') || /^(\s+[^(]*?)\s*{/.test(inner.replace(/(\/\/.*?\n)|(\/\*(.|\n)*?\*\/)/g, ''))
}

function functionBase(ctx: Context, value: any, constructor: string | null, tag: string): string {
  if (isClass(value)) return classBase(value, constructor, tag)
  const flavour = types.functionFlavour(value)
  const type = `${flavour & 1 ? 'Async' : ''}${flavour & 2 ? 'Generator' : ''}Function`
  const { name } = value
  let base = `[${type}${constructor === null ? ' (null prototype)' : ''}${
    name === '' ? ' (anonymous)' : `: ${typeof name === 'string' ? name : formatValue(ctx, name)}`}]`
  if (constructor !== type && constructor !== null) base += ` ${constructor}`
  if (tag !== '' && constructor !== tag) base += ` [${tag}]`
  return base
}

// --- what is inside -----------------------------------------------------------------------------------------------------

function limitOf(ctx: Context, length: number): number {
  return Math.min(Math.max(0, ctx.maxArrayLength), length)
}

function formatArray(ctx: Context, value: any[], depth: number): string[] {
  const length = value.length
  const shown = limitOf(ctx, length)
  const output: string[] = []
  for (let i = 0; i < shown; i++) {
    const desc = getOwnPropertyDescriptor(value, i)
    if (desc === undefined) return formatSparse(ctx, value, depth, shown, output, i)
    output.push(formatProperty(ctx, value, depth, i as any, ELEMENT, desc))
  }
  if (length > shown) output.push(more(length - shown, 'item'))
  return output
}

/** Elements are data or holes. */
function formatBareArray(ctx: Context, value: any[], depth: number): string[] {
  const length = value.length
  const shown = limitOf(ctx, length)
  const output: string[] = []
  ctx.indentationLvl += 2
  for (let i = 0; i < shown; i++) {
    const item = value[i]
    if (item === undefined && !hasOwn(value, i)) {
      ctx.indentationLvl -= 2
      return formatSparse(ctx, value, depth, shown, output, i)
    }
    output.push(formatValue(ctx, item, depth))
  }
  ctx.indentationLvl -= 2
  if (length > shown) output.push(more(length - shown, 'item'))
  return output
}

function formatSparse(ctx: Context, value: any[], depth: number, most: number, output: string[], from: number): string[] {
  const keys = keysOf(value)
  const empty = (count: number): string => ctx.stylize(`<${count} empty item${count > 1 ? 's' : ''}>`, 'undefined')
  let index = from
  for (let i = from; i < keys.length && output.length < most; i++) {
    const key = keys[i]!
    if (!isIndex(key)) break
    if (`${index}` !== key) {
      output.push(empty(+key - index))
      index = +key
      if (output.length === most) break
    }
    output.push(formatProperty(ctx, value, depth, key, ELEMENT))
    index++
  }
  const left = value.length - index
  if (left > 0) output.push(output.length === most ? more(left, 'item') : empty(left))
  return output
}

function formatTypedArray(ctx: Context, value: any, length: number): string[] {
  const shown = limitOf(ctx, length)
  const output: string[] = new Array(shown)
  const isNumber = length > 0 && typeof value[0] === 'number'
  for (let i = 0; i < shown; i++) {
    output[i] = isNumber ? ctx.stylize(numberText(value[i], ctx.numericSeparator), 'number')
      : ctx.stylize(bigintText(value[i], ctx.numericSeparator), 'bigint')
  }
  if (length > shown) output[shown] = more(length - shown, 'item')
  return output
}

function formatArrayBuffer(ctx: Context, value: any): string[] {
  let bytes: Uint8Array
  try {
    bytes = new Uint8Array(value)
    if (value.detached) throw value
  } catch {
    return [ctx.stylize('(detached)', 'special')]
  }
  const shown = limitOf(ctx, bytes.length)
  const hex: string[] = []
  for (let i = 0; i < shown; i++) hex.push((bytes[i]! < 16 ? '0' : '') + bytes[i]!.toString(16))
  const rest = bytes.length - ctx.maxArrayLength
  return [`${ctx.stylize('[Uint8Contents]', 'special')}: <${hex.join(' ')}${rest > 0 ? ` ${more(rest, 'byte')}` : ''}>`]
}

function formatSet(ctx: Context, values: Iterable<unknown>, size: number, depth: number): string[] {
  const shown = limitOf(ctx, size)
  const output: string[] = []
  ctx.indentationLvl += 2
  for (const value of values) {
    if (output.length >= shown) break
    output.push(formatValue(ctx, value, depth))
  }
  if (size > shown) output.push(more(size - shown, 'item'))
  ctx.indentationLvl -= 2
  return output
}

function formatMap(ctx: Context, entries: Iterable<[unknown, unknown]>, size: number, depth: number): string[] {
  const shown = limitOf(ctx, size)
  const output: string[] = []
  ctx.indentationLvl += 2
  for (const { 0: key, 1: value } of entries) {
    if (output.length >= shown) break
    output.push(`${formatValue(ctx, key, depth)} => ${formatValue(ctx, value, depth)}`)
  }
  if (size > shown) output.push(more(size - shown, 'item'))
  ctx.indentationLvl -= 2
  return output
}

function formatIterator(ctx: Context, value: object, depth: number, isMap: boolean, shape: Shape): string[] {
  const rest = types.iteratorRest(value, isMap)
  if (rest === undefined) return [ctx.stylize('<items unknown>', 'special')]
  const { items, areEntries } = rest
  if (areEntries) shape.open = shape.open.replace(/ Iterator] {$/, ' Entries] {')
  const shown = limitOf(ctx, items.length)
  const output: string[] = []
  ctx.indentationLvl += 2
  for (let i = 0; i < shown; i++) {
    if (!areEntries) {
      output.push(formatValue(ctx, items[i], depth))
      continue
    }
    const [key, item] = items[i] as [unknown, unknown]
    output.push(joined(ctx, [formatValue(ctx, key, depth), formatValue(ctx, item, depth)], '', '[', ']', ARRAY_EXTRA, depth))
  }
  ctx.indentationLvl -= 2
  if (items.length > shown) output.push(more(items.length - shown, 'item'))
  return output
}

function formatPromise(ctx: Context, value: Promise<unknown>, depth: number): string[] {
  const details = types.promiseDetails(value)
  if (details === undefined) return [ctx.stylize('<state unknown>', 'special')]
  if (details[0] === types.PENDING) return [ctx.stylize('<pending>', 'special')]
  ctx.indentationLvl += 2
  const text = formatValue(ctx, details[1], depth)
  ctx.indentationLvl -= 2
  return [details[0] === types.REJECTED ? `${ctx.stylize('<rejected>', 'special')} ${text}` : text]
}

function formatNamespace(ctx: Context, value: object, depth: number, keys: PropertyKey[]): string[] {
  const output = keys.map(key => {
    try {
      // An export that may change is an accessor here; it is shown as the value that it is now.
      const now = { value: (value as any)[key], enumerable: isEnumerable(value, key) }
      return formatProperty(ctx, value, depth, key, OBJECT, now)
    } catch (error) {
      if (!(error instanceof ReferenceError)) throw error
      // An export that has no value yet.
      const text = formatProperty(ctx, { [key]: '' }, depth, key, OBJECT)
      return text.slice(0, text.lastIndexOf(' ') + 1) + ctx.stylize('<uninitialized>', 'special')
    }
  })
  keys.length = 0
  return output
}

function formatExtra(ctx: Context, value: any, depth: number, key: string, typed: boolean | undefined): string {
  let item: unknown
  try {
    item = value[key]
  } catch {
    item = value.buffer[key]
  }
  ctx.indentationLvl += 2
  const text = formatValue(ctx, item, depth, typed)
  ctx.indentationLvl -= 2
  return `${ctx.stylize(`[${key}]`, 'string')}: ${text}`
}

const NAME = /^[a-zA-Z_][a-zA-Z_0-9]*$/

function formatProperty(
  ctx: Context, value: any, depth: number, key: PropertyKey, type: number,
  desc: PropertyDescriptor = getOwnPropertyDescriptor(value, key)!, original: any = value,
): string {
  let text: string
  let gap = ' '
  if (desc.value !== undefined) {
    const diff = ctx.compact !== true || type !== OBJECT ? 2 : 3
    ctx.indentationLvl += diff
    text = formatValue(ctx, desc.value, depth)
    if (diff === 3 && ctx.breakLength < widthOf(text, ctx.colors)) gap = `\n${' '.repeat(ctx.indentationLvl)}`
    ctx.indentationLvl -= diff
  } else if (desc.get !== undefined) {
    text = formatGetter(ctx, desc, original, depth)
  } else if (desc.set !== undefined) {
    text = ctx.stylize('[Setter]', 'special')
  } else {
    text = ctx.stylize('undefined', 'undefined')
  }
  if (type === ELEMENT) return text
  let name: string
  if (typeof key === 'symbol') {
    const shown = Symbol.prototype.toString.call(key)
    name = ctx.stylize(SUSPECT.test(shown) ? escaped(shown, 39) : shown, 'symbol')
  } else if (NAME.test(key as string)) {
    name = key === '__proto__' ? "['__proto__']" : ctx.stylize(key as string, 'name')
  } else {
    name = ctx.stylize(quoted(`${key as string}`), 'string')
  }
  return `${desc.enumerable === false ? `[${name}]` : name}:${gap}${text}`
}

function formatGetter(ctx: Context, desc: PropertyDescriptor, original: any, depth: number): string {
  const label = desc.set !== undefined ? 'Getter/Setter' : 'Getter'
  const special = (text: string): string => ctx.stylize(text, 'special')
  const wants = ctx.getters
  if (!wants || !(wants === true || (wants === 'get') === (desc.set === undefined))) return special(`[${label}]`)
  ctx.indentationLvl += 2
  let text: string
  try {
    const value = desc.get!.call(original)
    if (value === null) text = `${special(`[${label}:`)} ${ctx.stylize('null', 'null')}${special(']')}`
    else if (typeof value === 'object' || typeof value === 'function') text = `${special(`[${label}]`)} ${formatValue(ctx, value, depth)}`
    else text = `${special(`[${label}:`)} ${formatPrimitive(ctx.stylize, value, ctx)}${special(']')}`
  } catch (error) {
    text = `${special(`[${label}:`)} <Inspection threw (${formatValue(ctx, error, depth)})>${special(']')}`
  }
  ctx.indentationLvl -= 2
  return text
}

// --- layout -------------------------------------------------------------------------------------------------------------

/** Columns of a text; escape sequences count only when there are none to be expected. */
export function widthOf(text: string, hasColors = true): number {
  if (hasColors) text = stripVTControlCharacters(text)
  let width = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code >= 127) return width + import.meta.builtin('internal:width').wideWidth(text.slice(i))
    if (code >= 32) width++
  }
  return width
}

/** Lines up many short entries in columns; the same array when that does not pay. */
function columnsOf(ctx: Context, output: string[], value: any): string[] {
  const limited = ctx.maxArrayLength < output.length
  const count = limited ? output.length - 1 : output.length
  const widths: number[] = new Array(count)
  let total = 0
  let widest = 0
  for (let i = 0; i < count; i++) {
    const width = widths[i] = widthOf(output[i]!, ctx.colors)
    total += width + 2
    if (width > widest) widest = width
  }
  const cell = widest + 2
  if (cell * 3 + ctx.indentationLvl >= ctx.breakLength || (total / cell <= 5 && widest > 6)) return output
  // A letter is about 2.5 times as high as wide: aim at a square.
  const bias = Math.sqrt(cell - total / output.length)
  const biased = Math.max(cell - 3 - bias, 1)
  const columns = Math.min(
    Math.round(Math.sqrt(2.5 * biased * count) / biased),
    Math.floor((ctx.breakLength - ctx.indentationLvl) / cell),
    (ctx.compact as number) * 4,
    15,
  )
  if (columns <= 1) return output
  const column: number[] = []
  for (let i = 0; i < columns; i++) {
    let most = 0
    for (let j = i; j < output.length; j += columns) if (widths[j]! > most) most = widths[j]!
    column.push(most + 2)
  }
  let toLeft = false
  if (value !== undefined) {
    for (let i = 0; i < output.length && !toLeft; i++) {
      const type = typeof value[i]
      toLeft = type !== 'number' && type !== 'bigint'
    }
  }
  const rows: string[] = []
  for (let i = 0; i < count; i += columns) {
    const last = Math.min(i + columns, count) - 1
    let row = ''
    for (let j = i; j < last; j++) {
      const text = `${output[j]!}, `
      const room = column[j - i]! + output[j]!.length - widths[j]!
      row += toLeft ? text.padEnd(room) : text.padStart(room)
    }
    const end = output[last]!
    rows.push(row + (toLeft ? end : end.padStart(column[last - i]! + end.length - widths[last]! - 2)))
  }
  if (limited) rows.push(output[count]!)
  return rows
}

function fitsOneLine(ctx: Context, output: string[], start: number, base: string): boolean {
  if (ctx.breakLength === Infinity) return !base.includes('\n') && !output.some(text => text.includes('\n'))
  let total = output.length + start
  if (total + output.length > ctx.breakLength) return false
  for (let i = 0; i < output.length; i++) {
    total += ctx.colors ? output[i]!.replace(/\u001b\[\d\d?m/g, '').length : output[i]!.length
    if (total > ctx.breakLength) return false
  }
  return base === '' || !base.includes('\n')
}

function joined(
  ctx: Context, output: string[], base: string, open: string, close: string, extras: number, depth: number, value?: unknown,
): string {
  const head = base === '' ? open : `${base} ${open}`
  if (ctx.compact !== true) {
    if (typeof ctx.compact === 'number' && ctx.compact >= 1) {
      const entries = output.length
      if (extras === ARRAY_EXTRA && entries > 6) output = columnsOf(ctx, output, value)
      // Up to `compact` inner levels go on one line, if they fit.
      if (ctx.currentDepth - depth < ctx.compact && entries === output.length) {
        const start = output.length + ctx.indentationLvl + open.length + base.length + 10
        if (fitsOneLine(ctx, output, start, base)) {
          const line = output.length === 1 ? output[0]! : output.join(', ')
          if (!line.includes('\n')) return `${head} ${line} ${close}`
        }
      }
    }
    const line = `\n${' '.repeat(ctx.indentationLvl)}`
    return `${head}${line}  ${output.join(`,${line}  `)}${line}${close}`
  }
  if (fitsOneLine(ctx, output, 0, base)) return `${open}${base ? ` ${base}` : ''} ${output.join(', ')} ${close}`
  const indentation = ' '.repeat(ctx.indentationLvl)
  const lead = base === '' && open.length === 1 ? ' ' : `${base ? ` ${base}` : ''}\n${indentation}  `
  return `${open}${lead}${output.join(`,\n${indentation}  `)} ${close}`
}

const ANSI = new RegExp(
  '(?:\\u001B\\][\\s\\S]*?(?:\\u0007|\\u001B\\u005C|\\u009C))' +      // OSC, up to its end
  '|[\\u001B\\u009B][[\\]()#;?]*(?:\\d{1,4}(?:[;:]\\d{0,4})*)?[\\dA-PR-TZcf-nq-uy=><~]', 'g')

export function stripVTControlCharacters(text: string): string {
  return text.includes('\u001B') || text.includes('\u009B') ? text.replace(ANSI, '') : text
}

/** {len, offset}: the first run of more than three lines of `a` that `b` has too, and where it starts in `a`. */
export function identicalSequenceRange(a: string[], b: string[]): { len: number; offset: number } {
  for (let i = 0; i < a.length - 3; i++) {
    const at = b.indexOf(a[i]!)
    if (at === -1 || b.length - at <= 3) continue
    const most = Math.min(a.length - i, b.length - at)
    let len = 1
    while (len < most && a[i + len] === b[at + len]) len++
    if (len > 3) return { len, offset: i }
  }
  return { len: 0, offset: 0 }
}

/** util.format: the printf half is in format.ts and is read when there is something to format. */
export function format(...args: unknown[]): string {
  if (args.length === 1 && typeof args[0] === 'string') return args[0]
  return import.meta.builtin('internal:format').formatAll(undefined, args)
}

export function formatWithOptions(options: object, ...args: unknown[]): string {
  validateObject(options, 'inspectOptions', 2)
  return import.meta.builtin('internal:format').formatAll(options, args)
}
