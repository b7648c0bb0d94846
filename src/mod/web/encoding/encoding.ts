// web:encoding: TextEncoder, TextDecoder, atob, btoa. Short plain text is done here, all else in one crossing.

import { codes, ERR_ENCODING_NOT_SUPPORTED, ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_MISSING_ARGS } from 'internal:errors'
import { validateObject } from 'internal:validate'
import * as native from 'native:encoding'

const SHORT = 24                      // up to here a loop is faster than a call into C
const inspectName = Symbol.for('nodejs.util.inspect.custom')
const counts = new Uint32Array(2)     // what encodeInto read and wrote
native.share(counts)

class TextEncoder {
  #brand = true

  get encoding(): string {
    if (!(#brand in this)) throw new TypeError('Receiver must be an instance of class TextEncoder')
    return 'utf-8'
  }

  encode(input: any = ''): Uint8Array {
    if (!(#brand in this)) throw new TypeError('Receiver must be an instance of class TextEncoder')
    const text = `${input}`, n = text.length
    let bytes = new Uint8Array(n)                             // right for plain text, which most of it is
    if (n <= SHORT) {
      let i = 0
      for (; i < n; i++) {
        const c = text.charCodeAt(i)
        if (c >= 0x80) break
        bytes[i] = c
      }
      if (i === n) return bytes
    }
    const missing = native.encode(bytes, text)
    if (missing === 0) return bytes
    bytes = new Uint8Array(missing)
    native.encode(bytes, text)
    return bytes
  }

  encodeInto(src: any, dest: any): { read: number; written: number } {
    if (!(#brand in this)) throw new TypeError('Receiver must be an instance of class TextEncoder')
    if (typeof src !== 'string') throw new ERR_INVALID_ARG_TYPE('src', 'string', src)
    if (!(dest instanceof Uint8Array)) throw new ERR_INVALID_ARG_TYPE('dest', 'Uint8Array', dest)
    native.encodeInto(dest, src)
    return { read: counts[0], written: counts[1] }
  }

  [inspectName](depth: any, options: any, inspect: any): string {
    if (typeof depth === 'number' && depth < 0) return this as any
    return inspect({ encoding: this.encoding }, options)
  }
}

// How an encoding is read; the same numbers are in native.c.
const UTF8 = 0
const UTF16LE = 1
const UTF16BE = 2
const SINGLE = 3
const USER_DEFINED = 4
const DOUBLE = 5

const FATAL = 1
const KEEP_BOM = 2
const MULTIBYTE = ['gbk', 'gb18030', 'big5', 'euc-jp', 'iso-2022-jp', 'shift_jis', 'euc-kr']

function encodingOf(label: any): string {
  switch (label) {
    case 'utf-8': case 'utf8': case 'UTF-8': return 'utf-8'
    case 'utf-16le': return 'utf-16le'
  }
  const text = `${label}`
  const encoding = import.meta.builtin('web:encoding/labels').encodingOf(text)
  if (encoding === undefined || encoding === 'replacement') throw new ERR_ENCODING_NOT_SUPPORTED(text)
  return encoding
}

function kindOf(encoding: string): number {
  switch (encoding) {
    case 'utf-8': return UTF8
    case 'utf-16le': return UTF16LE
    case 'utf-16be': return UTF16BE
    case 'x-user-defined': return USER_DEFINED
  }
  return MULTIBYTE.includes(encoding) ? DOUBLE : SINGLE
}

function bytesOf(input: any): Uint8Array {
  if (input instanceof Uint8Array) return input
  if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
  if (input instanceof ArrayBuffer || (typeof SharedArrayBuffer !== 'undefined' && input instanceof SharedArrayBuffer)) return new Uint8Array(input as ArrayBuffer)
  const tag = input !== null && typeof input === 'object' ? Object.prototype.toString.call(input) : ''
  if (tag === '[object ArrayBuffer]' || tag === '[object SharedArrayBuffer]') return new Uint8Array(input)
  throw new ERR_INVALID_ARG_TYPE('list', ['SharedArrayBuffer', 'ArrayBuffer', 'ArrayBufferView'], input)
}

/** How many bytes at the end begin a character that is not there whole. */
function unfinishedUtf8(bytes: Uint8Array): number {
  const n = bytes.length
  for (let back = 1; back <= 3 && back <= n; back++) {
    const c = bytes[n - back]
    if ((c & 0xc0) === 0x80) continue
    const needed = c >= 0xf0 && c <= 0xf4 ? 4 : c >= 0xe0 && c <= 0xef ? 3 : c >= 0xc2 && c <= 0xdf ? 2 : 1
    if (needed <= back) return 0
    if (back > 1) {
      const next = bytes[n - back + 1]
      const low = c === 0xe0 ? 0xa0 : c === 0xf0 ? 0x90 : 0x80, high = c === 0xed ? 0x9f : c === 0xf4 ? 0x8f : 0xbf
      if (next < low || next > high) return 0
    }
    return back
  }
  return 0
}

function unfinishedUtf16(bytes: Uint8Array, isBig: boolean): number {
  const odd = bytes.length & 1, at = bytes.length - odd - 2
  if (at < 0) return odd
  return (bytes[isBig ? at : at + 1] & 0xfc) === 0xd8 ? odd + 2 : odd
}

class TextDecoder {
  #encoding: string
  #kind: number
  #flags: number
  #pending: Uint8Array | undefined      // bytes of a character that the next chunk goes on with
  #isInside = false                     // a chunk of this stream was read, so a BOM is none any more
  #state: any                           // of the multi-byte encodings

  constructor(label: any = 'utf-8', options: any = undefined) {
    this.#encoding = encodingOf(label)
    this.#kind = kindOf(this.#encoding)
    let flags = 0
    if (options != null) {
      validateObject(options, 'options', 6)
      if (options.fatal) flags |= FATAL
      if (options.ignoreBOM) flags |= KEEP_BOM
    }
    this.#flags = flags
  }

  get encoding(): string {
    if (!(#kind in this)) throw new ERR_INVALID_THIS('TextDecoder')
    return this.#encoding
  }

  get fatal(): boolean {
    if (!(#kind in this)) throw new ERR_INVALID_THIS('TextDecoder')
    return (this.#flags & FATAL) !== 0
  }

  get ignoreBOM(): boolean {
    if (!(#kind in this)) throw new ERR_INVALID_THIS('TextDecoder')
    return (this.#flags & KEEP_BOM) !== 0
  }

  decode(input: any = undefined, options: any = undefined): string {
    if (!(#kind in this)) throw new ERR_INVALID_THIS('TextDecoder')
    if (options === undefined && this.#pending === undefined && !this.#isInside && input instanceof Uint8Array && this.#kind === UTF8) {
      const n = input.length
      if (n <= SHORT) {
        let text = '', i = 0
        for (; i < n; i++) {
          const c = input[i]
          if (c >= 0x80) break
          text += String.fromCharCode(c)
        }
        if (i === n) return text
      }
      return native.decodeUtf8(input, this.#flags) ?? this.#invalid()
    }
    const bytes = input === undefined ? new Uint8Array(0) : bytesOf(input)
    let isStream = false
    if (options != null) {
      validateObject(options, 'options', 6)
      isStream = !!options.stream
    }
    return this.#decode(bytes, isStream)
  }

  #invalid(): never {
    this.#pending = undefined
    this.#isInside = false
    this.#state = undefined
    throw new codes.ERR_ENCODING_INVALID_ENCODED_DATA(this.#encoding, undefined)
  }

  #decode(bytes: Uint8Array, isStream: boolean): string {
    const pending = this.#pending
    if (pending !== undefined) {
      const all = new Uint8Array(pending.length + bytes.length)
      all.set(pending)
      all.set(bytes, pending.length)
      bytes = all
      this.#pending = undefined
    }
    const kind = this.#kind
    if (isStream && kind <= UTF16BE) {
      const held = kind === UTF8 ? unfinishedUtf8(bytes) : unfinishedUtf16(bytes, kind === UTF16BE)
      if (held) {
        this.#pending = bytes.slice(bytes.length - held)
        bytes = bytes.subarray(0, bytes.length - held)
      }
    }
    const flags = this.#isInside ? this.#flags | KEEP_BOM : this.#flags
    if (bytes.length > 0) this.#isInside = isStream
    else if (!isStream) this.#isInside = false
    let text: string | null
    if (kind === UTF8) text = native.decodeUtf8(bytes, flags)
    else if (kind <= UTF16BE) text = native.decodeUtf16(bytes, flags, kind === UTF16BE)
    else if (kind === DOUBLE) text = this.#decodeMultibyte(bytes, isStream)
    else text = native.decodeSingle(bytes, flags, this.#encoding)
    return text ?? this.#invalid()
  }

  #decodeMultibyte(bytes: Uint8Array, isStream: boolean): string | null {
    const { reader } = import.meta.builtin('web:encoding/multibyte')
    const read = this.#state ??= reader(this.#encoding, (this.#flags & FATAL) !== 0)
    const text = read(bytes, isStream)
    if (!isStream) this.#state = undefined
    return text
  }

  [inspectName](depth: any, options: any, inspect: any): string {
    if (!(#kind in this)) throw new ERR_INVALID_THIS('TextDecoder')
    if (typeof depth === 'number' && depth < 0) return options.stylize('[TextDecoder]', 'special')
    return `${this.constructor?.name ?? 'TextDecoder'} ${inspect({ encoding: this.encoding, fatal: this.fatal, ignoreBOM: this.ignoreBOM }, options)}`
  }
}

for (const [Class, names, tag] of [[TextEncoder, ['encoding', 'encode', 'encodeInto'], 'TextEncoder'], [TextDecoder, ['decode', 'encoding', 'fatal', 'ignoreBOM'], 'TextDecoder']] as const) {
  for (const name of names) Object.defineProperty(Class.prototype, name, { enumerable: true })
  Object.defineProperty(Class.prototype, inspectName, { enumerable: false })
  Object.defineProperty(Class.prototype, Symbol.toStringTag, { value: tag, configurable: true })
}

function invalidCharacter(message: string): Error {
  return new (import.meta.builtin('web:exception').DOMException)(message, 'InvalidCharacterError')
}

function atob(input: any): string {
  if (arguments.length === 0) throw new ERR_MISSING_ARGS('input')
  const text = `${input}`
  const bytes = native.atob(text)
  if (bytes !== null) return bytes
  const plain = text.replace(/[\t\n\f\r ]/g, '')
  const digits = plain.length % 4 === 0 ? plain.replace(/={1,2}$/, '') : plain
  throw invalidCharacter(/[^A-Za-z0-9+/]/.test(digits) ? 'Invalid character' : 'The string to be decoded is not correctly encoded.')
}

function btoa(input: any): string {
  if (arguments.length === 0) throw new ERR_MISSING_ARGS('input')
  const text = native.btoa(`${input}`)
  if (text === null) throw invalidCharacter('Invalid character')
  return text
}

export { atob, btoa, TextDecoder, TextEncoder }
