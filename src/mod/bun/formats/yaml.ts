// bun:formats/yaml: what Bun.YAML.stringify prints. Objects that occur more than once get an anchor, so that cycles can be written.

import { gapOf, isVisible, unbox } from './values.ts'

const WORDS = /^(?:~|null|Null|NULL|true|True|TRUE|false|False|FALSE|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|[yYnN]|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/
// Anything that a reader of YAML 1.1 or 1.2 might take for a number.
const NUMBER = /^(?:\+?0[xX][\da-fA-F]+|\+?0[oO][\deE+]+|(?:[\d.]|\+[\d.eE+-])[\d.eE+-]*)$/
const NO_NUMBER = /\..*\.|-.*-|[eE].*[eE]/
// Signs that mean something at the start, at the end, or everywhere.
const SIGNS = /^$|[\0-\x1f\x7f\x85\xa0\u2028\u2029"'#,[\]`{}]|^[ !%&*\-:<>?@|\ufeff]| $|:(?: |$)|(?:---|\.\.\.)(?: |$)/
const ESCAPED = /["\\\0-\x1f\x7f\x85\xa0\u2028\u2029]/g
const NAMES: Record<string, string> = {
  '"': '\\"', '\\': '\\\\', '\0': '\\0', '\x07': '\\a', '\b': '\\b', '\t': '\\t', '\n': '\\n', '\v': '\\v', '\f': '\\f', '\r': '\\r',
  '\x1b': '\\e', '\x85': '\\N', '\xa0': '\\_', '\u2028': '\\L', '\u2029': '\\P',
}

function escape(c: string): string {
  return NAMES[c] ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`
}

function text(s: string): string {
  const isPlain = !SIGNS.test(s) && !WORDS.test(s) && !(NUMBER.test(s) && !NO_NUMBER.test(s))
  return isPlain ? s : `"${s.replace(ESCAPED, escape)}"`
}

function scalar(value: any): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return text(value)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (typeof value === 'bigint') throw new Error('YAML.stringify cannot serialize BigInt')
  if (value === Infinity) return '.inf'
  if (value === -Infinity) return '-.inf'
  return Number.isNaN(value) ? '.nan' : Object.is(value, -0) ? '-0' : `${value}`
}

const isCollection = (value: any): value is object => value !== null && typeof value === 'object'

class Printer {
  #gap: string
  #shared = new Set<object>()
  #anchors = new Map<object, string>()
  #taken = new Set<string>(['root'])
  #counts = new Map<string, number>([['root', 1]])

  constructor(gap: string, root: object) {
    this.#gap = gap
    const seen = new Set<object>()
    const open: object[] = [root]
    for (let value: any; (value = open.pop());) {
      if (seen.has(value)) {
        this.#shared.add(value)
        continue
      }
      seen.add(value)
      if (Array.isArray(value)) {
        for (const item of value) if (isCollection(item) && isCollection(unbox(item))) open.push(item)
      } else {
        for (const key of Object.keys(value)) {
          const member = value[key]
          if (isCollection(member) && isCollection(unbox(member))) open.push(member)
        }
      }
    }
  }

  /** A name that tells where the object is; `at` is its key, an item's index, or undefined for the root. */
  #name(at: string | number | undefined): string {
    if (at === undefined) return 'root'
    const isName = typeof at === 'string' && /^[\w.-]+$/.test(at) && !/^(?:item|value)\d*$/.test(at)
    const base = isName ? at as string : typeof at === 'number' ? 'item' : 'value'
    let name = base
    do {
      const count = this.#counts.get(base) ?? 0
      this.#counts.set(base, count + 1)
      name = count || !isName ? `${base}${count}` : base
    } while (at !== undefined && this.#taken.has(name))
    this.#taken.add(name)
    return name
  }

  /** "*name" when it was printed before; else "&name" or "". */
  #mark(value: object, at: string | number | undefined): string {
    if (!this.#shared.has(value)) return ''
    const known = this.#anchors.get(value)
    if (known) return `*${known}`
    const name = this.#name(at)
    this.#anchors.set(value, name)
    return `&${name}`
  }

  flow(given: unknown, at?: string | number): string {
    const value = unbox(given)
    if (!isCollection(value)) return scalar(value)
    const mark = this.#mark(value, at)
    if (mark[0] === '*') return mark
    let out = mark && `${mark} `, before = ''
    if (Array.isArray(value)) {
      out += '['
      for (let i = 0; i < value.length; i++) {
        if (!isVisible(value[i])) continue
        out += before + this.flow(value[i], i)
        before = ','
      }
      return `${out}]`
    }
    out += '{'
    for (const key of Object.keys(value)) {
      const member = (value as any)[key]
      if (!isVisible(member)) continue
      out += `${before}${text(key)}: ${this.flow(member, key)}`
      before = ','
    }
    return `${out}}`
  }

  /** `line`: a line's end and the indentation of the value's own lines. */
  block(given: unknown, gaps = 0, items = 0): string {
    const value = unbox(given)
    if (!isCollection(value)) return scalar(value)
    const mark = this.#mark(value, undefined), line = this.#line(gaps, items)
    return (mark && mark + line) + this.#content(value, gaps, items)
  }

  #line(gaps: number, items: number): string { return `\n${this.#gap.repeat(gaps)}${'  '.repeat(items)}` }

  #content(value: object, gaps: number, items: number): string {
    const line = this.#line(gaps, items)
    let out = ''
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        const item = unbox(value[i])
        if (!isVisible(item)) continue
        out += out ? `${line}- ` : '- '
        if (!isCollection(item)) {
          out += scalar(item)
          continue
        }
        const mark = this.#mark(item, i)
        out += mark[0] === '*' ? mark : (mark && mark + this.#line(gaps, items + 1)) + this.#content(item, gaps, items + 1)
      }
      return out || '[]'
    }
    for (const key of Object.keys(value)) {
      const member = unbox((value as any)[key])
      if (!isVisible(member)) continue
      if (out) out += line
      out += `${text(key)}:`
      if (!isCollection(member)) {
        out += ` ${scalar(member)}`
        continue
      }
      const mark = this.#mark(member, key), inner = this.#line(gaps + 1, items)
      if (mark[0] === '*') {
        out += inner + mark
        continue
      }
      const content = this.#content(member, gaps + 1, items)
      out += mark ? inner + mark + inner + content : content === '[]' || content === '{}' ? ` ${content}` : inner + content
    }
    return out || '{}'
  }
}

export function stringify(value: any, replacer?: any, space?: any): string | undefined {
  if (replacer !== undefined && replacer !== null) throw new Error('YAML.stringify does not support the replacer argument')
  const root = unbox(value), gap = gapOf(space)
  if (!isVisible(root)) return undefined
  if (!isCollection(root)) return scalar(root)
  const printer = new Printer(gap, root)
  return gap ? printer.block(root) : printer.flow(root)
}
