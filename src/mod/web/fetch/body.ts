// web:fetch: what Request and Response share: a body that is read once. Text stays text and bytes stay bytes until somebody
// asks for another form; streams are made (and their face loaded) only when `body` is asked for.

import { Blob, adoptBytes, bytesOf, decodeUtf8, encodeUtf8, isBlob, lazyOf } from 'web:blob'

/** A body that is still outside: of a server's request, of a fetched response. Each is asked for at most one of these. */
export interface OuterBody {
  /** Its text, when all of it is there already: saves the promises. */
  textNow?(): string | undefined
  text(): Promise<string>
  bytes(): Promise<Uint8Array<ArrayBuffer>>
  stream(): ReadableStream
  drop(): void
}
export type Source = string | Uint8Array<ArrayBuffer> | Blob | ReadableStream | OuterBody | null

export const JSON_TYPE = 'application/json;charset=utf-8'
export const TEXT_TYPE = 'text/plain;charset=utf-8'

const tagOf = (value: any): string | undefined => value[Symbol.toStringTag]
const isStream = (value: any): value is ReadableStream => typeof value === 'object' && value !== null && tagOf(value) === 'ReadableStream'
const isOuter = (value: any): value is OuterBody => typeof value.drop === 'function' && typeof value.getReader !== 'function'

/** The content type that came with the source of the latest `extract`. */
export const extracted: { type: string | null } = { type: null }

export function extract(body: any): Source {
  extracted.type = null
  if (typeof body === 'string') {
    extracted.type = TEXT_TYPE
    return body
  }
  if (body === null || body === undefined) return null
  if (typeof body === 'object' || typeof body === 'function') {
    if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice() as Uint8Array<ArrayBuffer>
    if (body instanceof ArrayBuffer || tagOf(body) === 'SharedArrayBuffer') return new Uint8Array(body).slice()
    if (isBlob(body)) {
      extracted.type = body.type || null
      return body
    }
    switch (tagOf(body)) {
      case 'URLSearchParams':
        extracted.type = 'application/x-www-form-urlencoded;charset=UTF-8'
        return String(body)
      case 'FormData': {
        const blob: Blob = import.meta.builtin('web:blob/form').encodeForm(body)
        extracted.type = blob.type
        return blob
      }
      case 'ReadableStream':
        if (body.locked) throw new TypeError('Response body object should not be disturbed or locked')
        return body
    }
    if (typeof body === 'function' && tagOf(body) === 'AsyncGeneratorFunction') body = body()
    if (typeof body[Symbol.asyncIterator] === 'function') return import.meta.builtin('web:streams').streamOfIterable(body)
  }
  extracted.type = TEXT_TYPE
  return `${body as string}`
}

const unusable = () => new TypeError('Body is unusable: Body has already been read')
const illegal = () => {
  const error: any = new TypeError('Illegal invocation')
  error.code = 'ERR_INVALID_THIS'
  return error
}

async function collect(stream: ReadableStream): Promise<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader(), list: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    const bytes = chunkBytes(value)
    list.push(bytes)
    size += bytes.length
  }
  const out = new Uint8Array(size)
  let at = 0
  for (const bytes of list) {
    out.set(bytes, at)
    at += bytes.length
  }
  return out
}

/** The bytes of one chunk of a body's stream; text is allowed, as Bun does. */
export function chunkBytes(value: any): Uint8Array {
  if (value instanceof Uint8Array) return value
  if (typeof value === 'string') return encodeUtf8(value)
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  throw new TypeError('Received non-Uint8Array chunk')
}

export let sourceOf: (body: Body) => Source
export let isUsed: (body: Body) => boolean
/** Marks it read and gives what it was. */
export let takeSource: (body: Body) => Source
export let setSource: (body: Body, source: Source) => void

export class Body {
  #source: Source
  #stream: ReadableStream | null = null
  #used = false

  static {
    sourceOf = (b) => b.#stream ?? b.#source
    isUsed = (b) => b.#isUsed()
    takeSource = (b) => b.#take()
    setSource = (b, source) => { b.#source = source }
  }

  constructor(source: Source) { this.#source = source }

  #isUsed(): boolean {
    if (this.#used) return true
    const stream = this.#stream ?? (isStream(this.#source) ? this.#source : null)
    return stream !== null && import.meta.builtin('web:streams').isDisturbed(stream)
  }

  #take(): Source {
    const stream = this.#stream ?? (isStream(this.#source) ? this.#source : null)
    if (this.#used || (stream !== null && (stream.locked || this.#isUsed()))) throw unusable()
    if (this.#source === null) return null
    this.#used = true
    return stream ?? this.#source
  }

  get body(): ReadableStream | null {
    if (this.#stream !== null) return this.#stream
    const source = this.#source
    if (source === null) return null
    if (isStream(source)) return this.#stream = source
    const streams = import.meta.builtin('web:streams')
    if (this.#used) {
      const empty: ReadableStream = streams.streamOfBytes(new Uint8Array(0))
      empty.getReader()                                  // it has been read: locked for good
      return this.#stream = empty
    }
    if (typeof source === 'string') return this.#stream = streams.streamOfBytes(encodeUtf8(source))
    if (source instanceof Uint8Array) return this.#stream = streams.streamOfBytes(source)
    return this.#stream = source.stream() as ReadableStream
  }

  get bodyUsed(): boolean { return this.#isUsed() }

  async text(): Promise<string> {
    if (!isBody(this)) throw illegal()
    const source = this.#take()
    if (typeof source === 'string') return source.isWellFormed() ? source : source.toWellFormed()
    if (source === null) return ''
    if (source instanceof Uint8Array) return decodeUtf8(source)
    if (isStream(source)) return decodeUtf8(await collect(source))
    return source.text()
  }

  json(): Promise<any> {
    if (!isBody(this)) return Promise.reject(illegal())
    let text: string | undefined, source: Source
    try {
      source = this.#take()
      text = typeof source === 'string' ? source : (source as any)?.textNow?.()
      if (text !== undefined) return Promise.resolve(JSON.parse(text))
    } catch (error) {
      return Promise.reject(error)
    }
    return Body.#parse(source)
  }

  static async #parse(source: Source): Promise<any> {
    const text = typeof source === 'string' ? source : source === null ? '' : source instanceof Uint8Array ? decodeUtf8(source)
      : isStream(source) ? decodeUtf8(await collect(source)) : await source.text()
    return JSON.parse(text)
  }

  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    if (!isBody(this)) throw illegal()
    const source = this.#take()
    if (typeof source === 'string') return encodeUtf8(source)
    if (source === null) return new Uint8Array(0)
    if (source instanceof Uint8Array) return source.slice()
    if (isStream(source)) return collect(source)
    return source.bytes()
  }

  async arrayBuffer(): Promise<ArrayBuffer> { return (await Body.prototype.bytes.call(this)).buffer }

  async blob(): Promise<Blob> {
    if (!isBody(this)) throw illegal()
    const type = contentTypeOf(this) ?? '', source = this.#source
    if (isBlob(source) && lazyOf(source) !== null) {
      this.#take()
      return source
    }
    return adoptBytes(isBlob(source) ? (this.#take(), bytesOf(source)) : await Body.prototype.bytes.call(this), type.toLowerCase())
  }

  async formData(): Promise<FormData> {
    if (!isBody(this)) throw illegal()
    const type = contentTypeOf(this), essence = (type ?? '').split(';', 1)[0].trim().toLowerCase()
    if (essence !== 'multipart/form-data' && essence !== 'application/x-www-form-urlencoded') {
      throw new TypeError('Content-Type was not one of "multipart/form-data" or "application/x-www-form-urlencoded".')
    }
    const bytes = await Body.prototype.bytes.call(this)
    return import.meta.builtin('web:blob/form').parseForm(bytes, type)
  }

  /** The source of a clone; streams are split in two. */
  static clone(from: Body, what: string): Source {
    const stream = from.#stream ?? (isStream(from.#source) || (from.#source !== null && isOuterSource(from.#source)) ? from.body : null)
    if (from.#isUsed() || stream?.locked) throw new TypeError(`${what}.clone: Body has already been consumed.`)
    if (stream === null) return from.#source
    const [mine, theirs] = stream.tee()
    from.#stream = mine
    return theirs
  }
}

const isOuterSource = (s: Source) => typeof s === 'object' && s !== null && !(s instanceof Uint8Array) && !isBlob(s) && !isStream(s) && isOuter(s)
const isBody = (value: unknown): value is Body => value instanceof Body
const contentTypeOf = (b: any): string | null => b.headers.get('content-type')

const METHODS = ['body', 'bodyUsed', 'text', 'json', 'bytes', 'arrayBuffer', 'blob', 'formData'] as const
/** The classes show these as their own, as the standard has it. */
export function mixBody(into: Function): void {
  for (const name of METHODS) {
    const shape = Object.getOwnPropertyDescriptor(Body.prototype, name)!
    shape.enumerable = true
    Object.defineProperty(into.prototype, name, shape)
  }
}
