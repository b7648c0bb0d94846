// node:querystring.

import { ERR_INVALID_URI } from 'internal:errors'

type Query = Record<string, string | string[]>

function hexOf(c: number): number {
  if (c >= 48 && c <= 57) return c - 48
  c |= 32
  return c >= 97 && c <= 102 ? c - 87 : -1
}

/** The bytes of the text; what cannot be an escape stays as it is. */
function unescapeBuffer(text: any, decodeSpaces?: any): any {
  text = `${text}`
  const { Buffer } = import.meta.builtin('node:buffer')
  const bytes = Buffer.allocUnsafe(text.length)
  let n = 0
  for (let i = 0; i < text.length; i++) {
    let c = text.charCodeAt(i)
    if (c === 43 && decodeSpaces) {
      c = 32
    } else if (c === 37 && i + 2 < text.length) {
      const high = hexOf(text.charCodeAt(i + 1)), low = hexOf(text.charCodeAt(i + 2))
      if (high >= 0 && low >= 0) {
        c = high * 16 + low
        i += 2
      }
    }
    bytes[n++] = c
  }
  return n === bytes.length ? bytes : bytes.slice(0, n)
}

function unescape(text: any, decodeSpaces?: any): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return querystring.unescapeBuffer(text, decodeSpaces).toString()
  }
}

function escape(text: any): string {
  if (typeof text !== 'string') {
    if (typeof text === 'object') text = String(text)
    else text += ''
  }
  try {
    return encodeURIComponent(text)
  } catch {
    throw new ERR_INVALID_URI()
  }
}

function encodeValue(value: any, encode: (text: string) => string): string {
  switch (typeof value) {
    case 'string': return value.length ? encode(value) : ''
    case 'number': return !isFinite(value) ? '' : Math.abs(value) < 1e21 ? `${value}` : encode(`${value}`)
    case 'bigint': return `${value}`
    case 'boolean': return value ? 'true' : 'false'
  }
  return ''
}

function encodePrimitive(value: any, encode: (text: string) => string): string {
  return encode(typeof value === 'string' ? value : encodeValue(value, text => text))
}

function stringify(object: any, separator?: any, equals?: any, options?: any): string {
  separator ||= '&'
  equals ||= '='
  let encode: (text: string) => string = querystring.escape
  let write = encodeValue
  if (options && typeof options.encodeURIComponent === 'function') {
    encode = options.encodeURIComponent
    write = encodePrimitive
  } else if (encode !== escape) {
    write = encodePrimitive
  }
  if (object === null || typeof object !== 'object') return ''
  let text = ''
  for (const key of Object.keys(object)) {
    const value = object[key], start = write(key, encode) + equals
    if (!Array.isArray(value)) {
      text += `${text ? separator : ''}${start}${write(value, encode)}`
    } else {
      for (const one of value) text += `${text ? separator : ''}${start}${write(one, encode)}`
    }
  }
  return text
}

// What Node takes for a sign of an escape: a plus sign inside of one does not count in values, and two escapes in a key stand for
// one in its value as well. It matters where a malformed escape is beside characters that are not ASCII.
const keyHasEscape = /%[0-9a-fA-F]{2}/
const keyHasTwo = /%[0-9a-fA-F]{2}.*%[0-9a-fA-F]{2}/s
const valueHasEscape = /%\+*[0-9a-fA-F]\+*[0-9a-fA-F]/

function parse(text: any, separator?: any, equals?: any, options?: any): Query {
  const query: Query = { __proto__: null } as any
  if (typeof text !== 'string' || text.length === 0) return query
  const sep = separator ? `${separator}` : '&', eq = equals ? `${equals}` : '='
  let left = 1000
  if (options && typeof options.maxKeys === 'number') left = options.maxKeys > 0 ? options.maxKeys : -1
  let decode: (text: string) => string = querystring.unescape
  if (options && typeof options.decodeURIComponent === 'function') decode = options.decodeURIComponent
  const isCustom = decode !== unescape

  const read = (part: string, isEncoded: boolean): string => {
    if (part.includes('+')) part = part.replaceAll('+', isCustom ? '%20' : ' ')
    if (part.length === 0 || !(isCustom || isEncoded)) return part
    try {
      return decode(part)
    } catch {
      return querystring.unescape(part, true)
    }
  }

  for (let start = 0; start <= text.length && left !== 0;) {
    let end = text.indexOf(sep, start)
    if (end < 0) end = text.length
    if (end > start) {
      const at = text.indexOf(eq, start), has = at >= 0 && at + eq.length <= end
      const rawKey = text.slice(start, has ? at : end), rawValue = has ? text.slice(at + eq.length, end) : ''
      const mayBeEncoded = rawKey.includes('%') || rawValue.includes('%')
      const key = read(rawKey, mayBeEncoded && keyHasEscape.test(rawKey))
      const value = read(rawValue, mayBeEncoded && (valueHasEscape.test(rawValue) || keyHasTwo.test(rawKey)))
      const old = query[key]
      if (old === undefined) query[key] = value
      else if (typeof old === 'string') query[key] = [old, value]
      else old.push(value)
    }
    left--                            // empty pairs count as well
    start = end + sep.length
  }
  return query
}

const querystring: any = { unescapeBuffer, unescape, escape, stringify, encode: stringify, parse, decode: parse }

export { escape, parse, stringify, unescape, unescapeBuffer }
export default querystring
