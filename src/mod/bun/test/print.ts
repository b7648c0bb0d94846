// Values as expect's messages and snapshots show them: one property a line, double quotes, trailing commas.
import { isAsymmetric } from './equal.ts'

declare const $C: any

export type Serializer = {
  test(value: unknown): boolean
  print?(value: unknown, print: (v: unknown) => string): string
  serialize?(value: unknown, config: object, indent: string, depth: number, refs: unknown[], print: (v: unknown) => string): string
}
const serializers: Serializer[] = []
export const addSerializer = (s: Serializer): void => void serializers.unshift(s)

const isIdentifier = /^[A-Za-z_$][\w$]*$/
const MOST_DEPTH = 40

/** `value` over several lines. `indent` is what continuation lines start with. */
export function print(value: unknown, indent = ''): string {
  return show(value, indent, [])
}

/** On one line where it is short and flat, else as `print`. */
export function printShort(value: unknown): string {
  if (Array.isArray(value) && value.length < 20 && value.every((x) => x === null || typeof x !== 'object')) {
    const line = value.length ? `[ ${value.map((x) => print(x)).join(', ')} ]` : '[]'
    if (line.length <= 100) return line
  }
  return print(value)
}

function show(v: any, indent: string, seen: unknown[]): string {
  for (const s of serializers) {
    if (!s.test(v)) continue
    const inner = (x: unknown): string => show(x, indent, seen)
    if (s.serialize) return s.serialize(v, {}, indent, seen.length, seen, inner)
    return s.print!(v, inner)
  }
  switch (typeof v) {
    case 'string': return quote(v)
    case 'number': return Object.is(v, -0) ? '-0' : String(v)
    case 'bigint': return `${v}n`
    case 'symbol': return v.toString()
    case 'function': return /^class\b/.test($C.text.call(v)) ? `[class ${v.name || '(anonymous)'}]` : `[Function${v.name ? `: ${v.name}` : ''}]`
    case 'object': break
    default: return String(v)
  }
  if (v === null) return 'null'
  if (isAsymmetric(v)) return v.toAsymmetricMatcher?.() ?? String(v)
  if (seen.includes(v)) return '[Circular]'
  if (seen.length > MOST_DEPTH) return '[Object ...]'
  seen.push(v)
  const text = showObject(v, indent, seen)
  seen.pop()
  return text
}

// Line breaks stay line breaks, so that differences of long texts are seen line by line.
function quote(s: string): string {
  return `"${s.replace(/[\\"]/g, '\\$&').replace(/[\0-\x08\x0b-\x1f\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`
}

function block(open: string, lines: string[], close: string, indent: string): string {
  if (!lines.length) return open + close
  return `${open}\n${lines.map((l) => `${indent}  ${l},\n`).join('')}${indent}${close}`
}

function nameOf(v: object): string {
  const proto = Object.getPrototypeOf(v)
  if (proto === null) return '[Object: null prototype]'
  const name = typeof v.constructor === 'function' ? v.constructor.name : ''
  return name || 'Object'
}

function properties(v: any, indent: string, seen: unknown[], skip: (key: string) => boolean = () => false): string[] {
  const lines: string[] = []
  for (const key of Object.keys(v)) if (!skip(key)) lines.push(`${quote(key)}: ${show(v[key], `${indent}  `, seen)}`)
  for (const key of Object.getOwnPropertySymbols(v))
    if (Object.prototype.propertyIsEnumerable.call(v, key)) lines.push(`[${key.toString()}]: ${show(v[key], `${indent}  `, seen)}`)
  return lines
}

function showObject(v: any, indent: string, seen: unknown[]): string {
  const next = `${indent}  `
  const name = nameOf(v)
  if (Array.isArray(v)) {
    const items = Array.from(v, (x, i) => (i in v ? show(x, next, seen) : '<empty>'))
    return block(name === 'Array' ? '[' : `${name} [`, [...items, ...properties(v, indent, seen, (k) => String(+k >>> 0) === k)], ']', indent)
  }
  if (ArrayBuffer.isView(v) && !(v instanceof DataView)) return block(`${name} [`, Array.from(v as Uint8Array, (x) => show(x, next, seen)), ']', indent)
  if (v instanceof ArrayBuffer) return block('ArrayBuffer [', Array.from(new Uint8Array(v), String), ']', indent)
  if (v instanceof Date) return Number.isNaN(+v) ? 'Invalid Date' : v.toISOString()
  if (v instanceof RegExp) return String(v)
  if (v instanceof Map) return block('Map {', Array.from(v, ([k, x]) => `${show(k, next, seen)} => ${show(x, next, seen)}`), '}', indent)
  if (v instanceof Set) return block('Set {', Array.from(v, (x) => show(x, next, seen)), '}', indent)
  if (v instanceof Error) return `[${v.name}: ${v.message}]`
  if (v instanceof Promise) return 'Promise {}'
  if (v instanceof Number || v instanceof String || v instanceof Boolean || v instanceof BigInt || v instanceof Symbol)
    return `[${name}: ${show(v.valueOf(), next, seen)}]`
  if (typeof v.toJSON === 'function' && v instanceof URL) return quote(v.href)
  return block(name === 'Object' ? '{' : `${name} {`, properties(v, indent, seen), '}', indent)
}

export const propertyPath = (path: unknown): string => (Array.isArray(path) ? printShort(path) : quote(String(path)))
export const keyText = (key: string): string => (isIdentifier.test(key) ? key : quote(key))
