// bun:formats/toml: what Bun.TOML.stringify prints: plain members first, then tables and arrays of tables under their headers.

import { isVisible, unbox } from './values.ts'

const ESCAPED = /["\\\0-\x1f\x7f]/g
const NAMES: Record<string, string> = { '"': '\\"', '\\': '\\\\', '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r' }

function text(s: string): string {
  return `"${s.toWellFormed().replace(ESCAPED, (c) => NAMES[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`
}

const keyText = (key: string) => /^[\w-]+$/.test(key) ? key : text(key)

function numberText(n: number): string {
  if (Number.isNaN(n)) return 'nan'
  if (!Number.isFinite(n)) return n < 0 ? '-inf' : 'inf'
  if (Object.is(n, -0)) return '-0.0'
  const digits = `${n}`
  return Number.isSafeInteger(n) || /[.e]/.test(digits) ? digits : `${digits}.0`
}

function dateText(date: Date): string {
  if (Number.isNaN(date.getTime())) throw new Error('TOML.stringify cannot serialize an invalid Date')
  return date.toISOString().replace('.000Z', 'Z')
}

const isTable = (value: any): value is object => value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date)
const isTables = (value: any): value is object[] => Array.isArray(value) && value.length > 0 && value.every((item) => isTable(unbox(item)))

function enter(value: object, open: Set<object>): void {
  if (open.has(value)) throw new Error('Converting circular structure to TOML')
  open.add(value)
}

/** A value behind its key, or in an array. */
function inline(given: unknown, key: string | undefined, open: Set<object>): string {
  const value = unbox(given)
  if (value === null)
    throw new Error(key === undefined ? 'TOML cannot represent null in an array'
      : `TOML cannot represent null (key '${key}'); remove the key or use a sentinel value`)
  if (!isVisible(value)) throw new Error(`TOML cannot represent ${value === undefined ? 'undefined' : `a ${typeof value}`} in an array`)
  if (typeof value === 'string') return text(value)
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'boolean') return `${value}`
  if (typeof value === 'bigint') throw new Error('TOML.stringify cannot serialize BigInt')
  if (value instanceof Date) return dateText(value)
  enter(value, open)
  let out = ''
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) out += (i ? ', ' : '') + inline(value[i], undefined, open)
    out = `[${out}]`
  } else {
    for (const name of Object.keys(value)) {
      const member = value[name]
      if (isVisible(member)) out += `${out && ', '}${keyText(name)} = ${inline(member, name, open)}`
    }
    out = out ? `{ ${out} }` : '{}'
  }
  open.delete(value)
  return out
}

class Printer {
  #out = ''
  #open = new Set<object>()

  #header(line: string): void {
    this.#out += `${this.#out && '\n'}${line}\n`
  }

  /** `path` is "" for the document; a header is left out where only those of inner tables are needed. */
  table(table: any, path: string, kind: 'document' | 'table' | 'element'): void {
    enter(table, this.#open)
    const inner: [string, any][] = []
    let plain = ''
    for (const name of Object.keys(table)) {
      const member = unbox(table[name])
      if (!isVisible(member)) continue
      if (isTable(member) || isTables(member)) inner.push([name, member])
      else plain += `${keyText(name)} = ${inline(member, name, this.#open)}\n`
    }
    if (kind === 'element') this.#header(`[[${path}]]`)
    else if (kind === 'table' && (plain || inner.length === 0)) this.#header(`[${path}]`)
    this.#out += plain
    for (const [name, member] of inner) {
      const to = path ? `${path}.${keyText(name)}` : keyText(name)
      if (!Array.isArray(member)) this.table(member, to, 'table')
      else {
        enter(member, this.#open)
        for (const item of member) this.table(unbox(item), to, 'element')
        this.#open.delete(member)
      }
    }
    this.#open.delete(table)
  }

  get text(): string { return this.#out }
}

export function stringify(value: any, replacer?: any): string | undefined {
  if (replacer !== undefined && replacer !== null) throw new Error('TOML.stringify does not support the replacer argument')
  if (!isVisible(value)) return undefined
  if (!isTable(unbox(value))) throw new Error('TOML.stringify expects an object at the top level (a TOML document is a table)')
  const printer = new Printer()
  printer.table(value, '', 'document')
  return printer.text
}
