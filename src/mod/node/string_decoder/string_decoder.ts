// node:string_decoder: bytes in pieces, text in whole characters.

import { ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_UNKNOWN_ENCODING } from 'internal:errors'
import { Buffer } from 'node:buffer'

const kState = Symbol('kNativeDecoder')

type State = { kind: string; held: any; need: number }      // held: bytes of a character that is not whole; need: how many it lacks

const KINDS: Record<string, string> = {
  __proto__: null as any,
  'utf8': 'utf8', 'utf-8': 'utf8', 'ucs2': 'utf16le', 'ucs-2': 'utf16le', 'utf16le': 'utf16le', 'utf-16le': 'utf16le',
  'latin1': 'latin1', 'binary': 'latin1', 'base64': 'base64', 'base64url': 'base64url', 'hex': 'hex', 'ascii': 'ascii',
}

function StringDecoder(this: any, encoding?: any): any {
  const kind = encoding == null || encoding === '' ? 'utf8' : KINDS[`${encoding}`.toLowerCase()]
  if (kind === undefined) throw new ERR_UNKNOWN_ENCODING(encoding)
  this.encoding = kind
  this[kState] = { kind, held: undefined, need: 0 } satisfies State
}

function bytesOf(view: any): any {
  if (view instanceof Uint8Array) return view instanceof Buffer ? view : Buffer.from(view.buffer, view.byteOffset, view.byteLength)
  if (ArrayBuffer.isView(view)) return Buffer.from(view.buffer, view.byteOffset, view.byteLength)
  throw new ERR_INVALID_ARG_TYPE('buf', ['Buffer', 'TypedArray', 'DataView'], view)
}

/** [bytes at the end that are no whole character, bytes that one lacks] */
function cutUtf8(bytes: any): [number, number] {
  const n = bytes.length
  for (let back = 1; back <= 3 && back <= n; back++) {
    const c = bytes[n - back]
    if ((c & 0xc0) === 0x80) continue
    const size = (c & 0xe0) === 0xc0 ? 2 : (c & 0xf0) === 0xe0 ? 3 : (c & 0xf8) === 0xf0 ? 4 : 1
    if (size <= back) break
    return [back, size - back]
  }
  return [0, 0]
}

/** `held` of the bytes were there before: they are completed first. */
function cutUtf16(bytes: any, held: number): [number, number] {
  const n = bytes.length, isHigh = (at: number): boolean => (bytes[at + 1] & 0xfc) === 0xd8
  let start = 0
  if (held > 0) {
    start = held === 1 ? 2 : 4
    if (n < start) return [n, start - n]
  }
  if ((n - start) % 2 === 1) return [1, 1]
  return n > start && isHigh(n - 2) ? [2, 2] : [0, 0]
}

function cut(kind: string, bytes: any, held: number): [number, number] {
  switch (kind) {
    case 'utf8': return bytes.length > 0 && bytes[bytes.length - 1] < 0x80 ? [0, 0] : cutUtf8(bytes)
    case 'utf16le': return cutUtf16(bytes, held)
    case 'base64':
    case 'base64url': {
      const rest = bytes.length % 3
      return [rest, rest && 3 - rest]
    }
  }
  return [0, 0]
}

function stateOf(decoder: any): State {
  const state = decoder?.[kState]
  if (state === undefined) throw new ERR_INVALID_THIS('StringDecoder')
  return state
}

function decode(state: State, bytes: any): string {
  const before = state.held === undefined ? 0 : state.held.length
  if (state.held !== undefined) {
    bytes = Buffer.concat([state.held, bytes])
    state.held = undefined
  }
  const [back, need] = cut(state.kind, bytes, before)
  state.need = need
  if (back === 0) return bytes.toString(state.kind)
  state.held = Buffer.from(bytes.subarray(bytes.length - back))
  return bytes.toString(state.kind, 0, bytes.length - back)
}

StringDecoder.prototype.write = function write(this: any, view: any): string {
  if (typeof view === 'string') return view
  const bytes = bytesOf(view)
  return decode(stateOf(this), bytes)
}

StringDecoder.prototype.end = function end(this: any, view?: any): string {
  const text = view === undefined ? '' : this.write(view)
  const state = stateOf(this), held = state.held
  if (held === undefined) return text
  state.held = undefined
  state.need = 0
  return text + held.toString(state.kind)
}

StringDecoder.prototype.text = function text(this: any, view: any, offset: any): string {
  const state = stateOf(this)
  state.held = undefined
  state.need = 0
  return this.write(view.slice(offset))
}

Object.defineProperties(StringDecoder.prototype, {
  lastChar: {
    configurable: true, enumerable: true,
    get(this: any) {
      const last = Buffer.alloc(4)
      stateOf(this).held?.copy(last)
      return last
    },
  },
  lastNeed: { configurable: true, enumerable: true, get(this: any) { return stateOf(this).need } },
  lastTotal: {
    configurable: true, enumerable: true,
    get(this: any) {
      const { held, need } = stateOf(this)
      return held === undefined ? 0 : held.length + need
    },
  },
})

export { StringDecoder }
export default { StringDecoder }
