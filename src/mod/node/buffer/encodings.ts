// The encodings of text that Buffer knows, and text in and out of bytes by each. Short plain text never crosses the border.

import * as native from 'native:buffer'

// The same numbers are in native.c.
export const UTF8 = 0
export const LATIN1 = 1
export const ASCII = 2
export const UTF16LE = 3
export const BASE64 = 4
export const BASE64URL = 5
export const HEX = 6

const SHORT = 24                      // characters up to which a loop here is faster than a call into C

const kinds: Record<string, number> = {
  __proto__: null as any,
  'utf8': UTF8, 'utf-8': UTF8, 'ucs2': UTF16LE, 'ucs-2': UTF16LE, 'utf16le': UTF16LE, 'utf-16le': UTF16LE,
  'latin1': LATIN1, 'binary': LATIN1, 'ascii': ASCII, 'base64': BASE64, 'base64url': BASE64URL, 'hex': HEX,
}

export const kindNames = ['utf8', 'latin1', 'ascii', 'utf16le', 'base64', 'base64url', 'hex']

/** The number of an encoding; -1 when there is none of that name. */
export function kindOf(encoding: any): number {
  switch (encoding) {
    case 'utf8': return UTF8
    case 'hex': return HEX
    case 'base64': return BASE64
    case 'latin1': return LATIN1
  }
  encoding = `${encoding}`
  return kinds[encoding] ?? kinds[encoding.toLowerCase()] ?? -1
}

/** Bytes that `text` may need: exact, but for base64 with anything in it that is no digit. */
export function lengthOf(text: string, kind: number): number {
  const n = text.length
  switch (kind) {
    case UTF8: return utf8Length(text)
    case UTF16LE: return n * 2
    case HEX: return n >>> 1
    case BASE64:
    case BASE64URL: {
      let digits = n
      if (digits > 0 && text.charCodeAt(digits - 1) === 61) digits--
      if (digits > 1 && text.charCodeAt(digits - 1) === 61) digits--
      return Math.floor(digits * 3 / 4)
    }
  }
  return n
}

function utf8Length(text: string): number {
  const n = text.length
  if (n <= SHORT * 2) {
    let i = 0
    while (i < n && text.charCodeAt(i) < 0x80) i++
    if (i === n) return n
  }
  return native.utf8Length(text)
}

/** Writes what fits of `text` into `length` bytes at `offset`; only whole characters. Gives the bytes that were written. */
export function writeText(into: Uint8Array, text: string, kind: number, offset: number, length: number): number {
  const n = text.length
  if (n <= SHORT && n <= length && kind <= ASCII) {
    let i = 0
    for (; i < n; i++) {
      const c = text.charCodeAt(i)
      if (c >= 0x80) break
      into[offset + i] = c
    }
    if (i === n) return n
  }
  return native.write(into, text, kind, offset, length)
}

/** The text of bytes [start, end). */
export function readText(from: Uint8Array, kind: number, start: number, end: number): string {
  if (end <= start) return ''
  if (end - start <= SHORT && kind <= ASCII) {
    let text = '', i = start
    for (; i < end; i++) {
      const c = from[i]
      if (c >= 0x80) break
      text += String.fromCharCode(c)
    }
    if (i === end) return text
  }
  return native.text(from, kind, start, end)
}
