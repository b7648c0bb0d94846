// bun:formats/jsonl: JSON values, each on a line of its own or over several; the last one may still be on its way.

import * as native from 'native:formats'

interface Chunk { values: any[]; read: number; done: boolean; error: SyntaxError | null }

const SPACE = /[ \t\n\r]*/y
const STRING = /"(?:[^"\\\0-\x1f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y
// What more text could make one of them of.
const BEGUN = /(?:"(?:[^"\\\0-\x1f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*(?:\\(?:u[\da-fA-F]{0,3})?)?|-?(?:0|[1-9]\d*)?(?:\.\d*)?(?:[eE][+-]?)?|t(?:ru?)?|f(?:a(?:ls?)?)?|n(?:ul?)?)$/y

const INCOMPLETE = -1, MALFORMED = -2
const FEW = 200                                     // characters that are read sooner line by line

function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : -1
}

function scalarEnd(text: string, at: number): number {
  const c = text[at]
  const end = match(c === '"' ? STRING : c === '-' || (c! >= '0' && c! <= '9') ? NUMBER : WORD, text, at)
  if (end >= 0 && !(end < text.length && /[.eE\d]/.test(text[end]!) && c !== '"')) return end
  return match(BEGUN, text, at) === text.length ? INCOMPLETE : MALFORMED
}

/** Where the value that begins at `at` ends. */
function valueEnd(text: string, at: number): number {
  const open: string[] = []
  for (let needsKey = false; ;) {
    at = match(SPACE, text, at)
    if (at === text.length) return INCOMPLETE
    if (needsKey) {
      if (text[at] !== '"') return MALFORMED
      at = scalarEnd(text, at)
      if (at < 0) return at
      at = match(SPACE, text, at)
      if (at === text.length) return INCOMPLETE
      if (text[at++] !== ':') return MALFORMED
      needsKey = false
      continue
    }
    const c = text[at]!
    if (c === '[' || c === '{') {
      const closer = c === '[' ? ']' : '}'
      at = match(SPACE, text, at + 1)
      if (at === text.length) return INCOMPLETE
      if (text[at] !== closer) {
        open.push(closer)
        needsKey = c === '{'
        continue
      }
      at++
    } else {
      at = scalarEnd(text, at)
      if (at < 0) return at
    }
    for (; ;) {
      if (!open.length) return at
      at = match(SPACE, text, at)
      if (at === text.length) return INCOMPLETE
      const sign = text[at++]
      if (sign === ',') {
        needsKey = open.at(-1) === '}'
        break
      }
      if (sign !== open.pop()) return MALFORMED
    }
  }
}

function endOfValues(text: string): number {
  let end = text.length
  while (' \n\r\t'.includes(text[end - 1]!)) end--
  return end
}

function readAll(text: string, from: number, to: number): Chunk {
  const whole = to === text.length ? text : text.slice(0, to)
  const lines = to - from < FEW ? undefined : native.jsonl(from === 0 ? whole : whole.slice(from))
  if (lines !== undefined) return { values: lines, read: lines.length ? endOfValues(whole) : from, done: true, error: null }
  const values: any[] = []
  let read = from, error: SyntaxError | null = null
  for (let at = match(SPACE, whole, from); at < to; at = match(SPACE, whole, at)) {
    let line = whole.indexOf('\n', at)
    if (line < 0) line = to
    try {
      const piece = whole.slice(at, line).trimEnd()
      values.push(JSON.parse(piece))
      read = at += piece.length
      continue
    } catch {}
    const end = valueEnd(whole, at)
    if (end === INCOMPLETE) return { values, read, done: false, error }
    if (end !== MALFORMED) {
      values.push(JSON.parse(whole.slice(at, end)))
      read = end
      at = match(/[ \t\r]*/y, whole, end)
      if (at === to || whole[at] === '\n') continue
    }
    error = new SyntaxError('Failed to parse JSONL')
    return { values, read, done: false, error }
  }
  return { values, read, done: true, error }
}

const bound = (n: unknown, otherwise: number, most: number) =>
  typeof n === 'number' && n >= 0 ? Math.min(Math.trunc(n), most) : otherwise

function read(input: any, name: string, start?: unknown, end?: unknown): Chunk {
  if (input === undefined || input === null) throw new TypeError(`JSONL.${name} requires a string argument`)
  if (!ArrayBuffer.isView(input)) {
    const text = `${input}`, to = bound(end, text.length, text.length)
    return readAll(text, bound(start, 0, to), to)
  }
  const bytes = new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
  const to = bound(end, bytes.length, bytes.length), from = bound(start, 0, to)
  const mark = from === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  const { decodeUtf8, encodeUtf8 } = import.meta.builtin('web:blob')
  const text = decodeUtf8(bytes.subarray(from + mark, to)), chunk = readAll(text, 0, text.length)
  const isAscii = text.length === to - from - mark
  if (chunk.read || chunk.values.length) chunk.read = mark + (isAscii ? chunk.read : encodeUtf8(text.slice(0, chunk.read)).length)
  chunk.read += from
  return chunk
}

export const JSONL = {
  parse(input: any): any[] {
    const { values, error } = read(input, 'parse')
    if (error && !values.length) throw error
    return values
  },
  parseChunk(input: any, start?: number, end?: number): Chunk { return read(input, 'parseChunk', start, end) },
}
Object.defineProperty(JSONL, Symbol.toStringTag, { value: 'JSONL', configurable: true })
