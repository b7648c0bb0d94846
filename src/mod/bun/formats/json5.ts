// bun:formats/json5: what Bun.JSON5.stringify prints.

import { gapOf, isVisible, unbox } from './values.ts'

const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u
const ESCAPED = /['\\\0-\x1f\x7f\u2028\u2029]/g
const NAMES: Record<string, string> = {
  '\'': '\\\'', '\\': '\\\\', '\b': '\\b', '\t': '\\t', '\n': '\\n', '\v': '\\v', '\f': '\\f', '\r': '\\r', '\u2028': '\\u2028', '\u2029': '\\u2029',
}

function text(s: string): string {
  const escaped = s.replace(ESCAPED, (c, i: number) => {
    if (c === '\0' && !/\d/.test(s[i + 1] ?? '')) return '\\0'
    return NAMES[c] ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
  return `'${escaped}'`
}

const keyText = (key: string) => NAME.test(key) && !/[\ud800-\udfff]/.test(key) ? key : text(key)

function scalar(value: any): string {
  if (typeof value === 'string') return text(value)
  if (typeof value === 'bigint') throw new Error('JSON5.stringify cannot serialize BigInt')
  return `${value}`
}

function print(given: any, gap: string, line: string, open: Set<object>): string {
  const value = unbox(given)
  if (value === null || typeof value !== 'object') return scalar(value)
  if (open.has(value)) throw new Error('Converting circular structure to JSON5')
  open.add(value)
  const inner = gap && line + gap, isArray = Array.isArray(value)
  let out = ''
  if (isArray) {
    for (const item of value) {
      if (out) out += ','
      out += inner + (isVisible(item) ? print(item, gap, inner, open) : 'null')
    }
  } else {
    for (const key of Object.keys(value)) {
      const member = value[key]
      if (!isVisible(member)) continue
      if (out) out += ','
      out += `${inner}${keyText(key)}:${gap && ' '}${print(member, gap, inner, open)}`
    }
  }
  open.delete(value)
  if (out && gap) out += `,${line}`
  return isArray ? `[${out}]` : `{${out}}`
}

export function stringify(value: any, replacer?: any, space?: any): string | undefined {
  if (replacer !== undefined && replacer !== null) throw new Error('JSON5.stringify does not support the replacer argument')
  if (!isVisible(value)) return undefined
  return print(value, gapOf(space), '\n', new Set())
}
