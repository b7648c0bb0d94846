// web:blob: Blob and File. A blob is its bytes, made once; slices share them. Bun.file makes lazy ones: they have a source
// that reads when it must.

import * as native from 'native:blob'

const customInspect = Symbol.for('nodejs.util.inspect.custom')
const errors = () => import.meta.builtin('internal:errors')

/** What stands behind a blob whose bytes are elsewhere (a file). `start` and `end` are offsets within it. */
export interface LazySource {
  size(): number
  bytes(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>
  stream(start: number, end: number): ReadableStream
  path?: string | undefined
  fd?: number | undefined
}

const EMPTY = new Uint8Array(0)
const concat = (parts: Uint8Array[], size: number): Uint8Array<ArrayBuffer> => {
  const out = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** A type that may stand in a header: lower case, printable ASCII; '' otherwise. */
export function cleanType(type: unknown): string {
  const text = `${type as string}`
  return /^[\x20-\x7e]*$/.test(text) ? text.toLowerCase() : ''
}

export const decodeUtf8 = native.text
export const encodeUtf8 = native.bytes
export const utf8Length = native.byteLength
export const findBytes = native.find

function partsOf(parts: any, native_endings: boolean): Uint8Array<ArrayBuffer> {
  if (parts === undefined) return EMPTY
  if (parts === null || (typeof parts !== 'object' && typeof parts !== 'function') || typeof parts[Symbol.iterator] !== 'function') {
    const error: any = new TypeError('Value cannot be converted to sequence.')
    error.code = 'ERR_INVALID_ARG_TYPE'
    throw error
  }
  const list: Uint8Array[] = []
  let size = 0
  for (const part of parts) {
    let bytes: Uint8Array
    if (ArrayBuffer.isView(part)) bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength)
    else if (part instanceof ArrayBuffer || isShared(part)) bytes = new Uint8Array(part)
    else if (isBlob(part)) bytes = bytesOf(part)
    else {
      let text = `${part as string}`
      if (native_endings) text = text.replace(/\r\n|\r/g, '\n')
      bytes = native.bytes(text)
    }
    list.push(bytes)
    size += bytes.length
  }
  return concat(list, size)
}

const isShared = (v: unknown): v is SharedArrayBuffer => typeof SharedArrayBuffer !== 'undefined' && v instanceof SharedArrayBuffer

export let isBlob: (value: unknown) => value is Blob
/** The bytes of a blob in memory, shared with it; throws for a lazy one. */
export let bytesOf: (blob: Blob) => Uint8Array<ArrayBuffer>
export let lazyOf: (blob: Blob) => { source: LazySource; start: number; end: number } | null
export let blobOver: (source: LazySource, type: string, into: new () => Blob) => Blob
/** A blob around bytes that nobody else will write to: no copy. */
export let adoptBytes: (bytes: Uint8Array<ArrayBuffer>, type: string) => Blob
let setType: (blob: Blob, type: string) => void

export class Blob {
  #bytes: Uint8Array<ArrayBuffer> = EMPTY
  #type = ''
  #lazy: LazySource | null = null
  #start = 0
  #end = -1                                              // of a lazy one: -1 = to its end

  static {
    isBlob = (value): value is Blob => value !== null && typeof value === 'object' && #type in value
    bytesOf = (blob) => {
      if (blob.#lazy !== null) throw new TypeError('A blob whose data is not in memory cannot be a part: await its bytes() first.')
      return blob.#bytes
    }
    lazyOf = (blob) => blob.#lazy && { source: blob.#lazy, start: blob.#start, end: blob.#end }
    blobOver = (source, type, into) => {
      const blob = new into()
      blob.#lazy = source
      blob.#type = type
      return blob
    }
    adoptBytes = (bytes, type) => {
      const blob = new Blob()
      blob.#bytes = bytes
      blob.#type = type
      return blob
    }
    setType = (blob, type) => { blob.#type = type }
  }

  constructor(parts?: BlobPart[], options?: BlobPropertyBag) {
    if (options !== undefined && options !== null && typeof options !== 'object' && typeof options !== 'function') {
      throw new (errors().ERR_INVALID_ARG_TYPE)('options', 'object', options)
    }
    const endings = options?.endings
    if (endings !== undefined && endings !== 'transparent' && endings !== 'native') {
      throw new (errors().ERR_INVALID_ARG_VALUE)('options.endings', endings)
    }
    if (parts !== undefined) this.#bytes = partsOf(parts, endings === 'native')
    if (options?.type !== undefined) this.#type = cleanType(options.type)
  }

  get size(): number {
    if (this.#lazy === null) return this.#bytes.length
    const size = this.#end >= 0 ? Math.min(this.#end, this.#lazy.size()) : this.#lazy.size()
    return Math.max(0, size - this.#start)
  }
  get type(): string { return this.#type }

  slice(start?: number, end?: number, type?: string): Blob {
    if (this.#lazy !== null && typeof start === 'string') return this.slice(undefined, undefined, start)
    if (this.#lazy !== null && typeof end === 'string') return this.slice(start, undefined, end)
    const size = this.size
    const at = (n: unknown, fallback: number) => {
      if (n === undefined) return fallback
      const i = Math.trunc(Number(n)) || 0
      return i < 0 ? Math.max(size + i, 0) : Math.min(i, size)
    }
    const from = at(start, 0), to = Math.max(at(end, size), from)
    const blob = new Blob()
    if (this.#lazy !== null) {
      blob.#lazy = this.#lazy
      blob.#start = this.#start + from
      blob.#end = this.#start + to
    } else blob.#bytes = this.#bytes.subarray(from, to)
    blob.#type = type === undefined ? (this.#lazy !== null ? this.#type : '') : cleanType(type)
    return blob
  }

  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#lazy !== null) return this.#lazy.bytes(this.#start, this.#end)
    return this.#bytes.slice()
  }
  async arrayBuffer(): Promise<ArrayBuffer> { return (await Blob.prototype.bytes.call(this)).buffer }
  async text(): Promise<string> {
    return native.text(this.#lazy !== null ? await this.#lazy.bytes(this.#start, this.#end) : this.#bytes)
  }
  /** Bun's. */
  async json(): Promise<any> { return JSON.parse(await Blob.prototype.text.call(this)) }
  /** Bun's. */
  async formData(): Promise<FormData> {
    return import.meta.builtin('web:blob/form').parseForm(await Blob.prototype.bytes.call(this), this.#type)
  }

  stream(): ReadableStream {
    if (this.#lazy !== null) return this.#lazy.stream(this.#start, this.#end)
    return import.meta.builtin('web:streams').streamOfBytes(this.#bytes)
  }

  [customInspect](depth: number, options: any, inspect: any): string {
    const shown = this.#lazy !== null ? { type: this.#type } : { size: this.size, type: this.#type }
    return `${this.constructor.name} ${inspect(shown, options)}`
  }
}

const shown = { enumerable: true }
Object.defineProperties(Blob.prototype, {
  size: shown, type: shown, slice: shown, stream: shown, text: shown, arrayBuffer: shown, bytes: shown,
  [Symbol.toStringTag]: { value: 'Blob', configurable: true },
})

export class File extends Blob {
  #name: string
  #lastModified: number

  constructor(parts: BlobPart[], name: string, options?: FilePropertyBag) {
    if (arguments.length < 2) throw new (errors().ERR_MISSING_ARGS)('fileBits', 'fileName')
    super(parts, options)
    this.#name = `${name}`.toWellFormed()
    const modified = options?.lastModified
    this.#lastModified = modified === undefined ? Date.now() : Math.trunc(Number(modified)) || 0
  }
  get name(): string { return this.#name }
  get lastModified(): number { return this.#lastModified }
  get webkitRelativePath(): string { return '' }

  [customInspect](depth: number, options: any, inspect: any): string {
    return `File ${inspect({ size: this.size, type: this.type, name: this.#name, lastModified: this.#lastModified }, options)}`
  }
}
Object.defineProperties(File.prototype, {
  name: shown, lastModified: shown,
  [Symbol.toStringTag]: { value: 'File', configurable: true },
})

/** A File with a blob's bytes. */
export function fileOf(blob: Blob, name: string, lastModified?: number): File {
  const file = new File([blob], name, lastModified === undefined ? undefined : { lastModified })
  setType(file, blob.type)
  return file
}
