// web:blob/form: FormData, and its two wire forms: multipart/form-data and application/x-www-form-urlencoded.

import { Blob, File, adoptBytes, decodeUtf8, encodeUtf8, fileOf, findBytes, isBlob } from './blob.ts'

const customInspect = Symbol.for('nodejs.util.inspect.custom')

type Value = string | File
const need = (count: number, wanted: number, what: string) => {
  if (count < wanted) {
    throw new TypeError(`${what}: ${wanted} argument${wanted === 1 ? '' : 's'} required, but${wanted > 1 && count ? ' only' : ''} ${count} found.`)
  }
}

let entriesOf: (form: FormData) => [string, Value][]
export class FormData {
  #entries: [string, Value][] = []

  static { entriesOf = (form) => form.#entries }

  constructor(form?: undefined) {
    if (form !== undefined) throw new TypeError('FormData constructor: Argument 1 could not be converted to: undefined.')
  }

  #value(what: string, value: any, args: ArrayLike<unknown>): Value {
    if (!isBlob(value)) {
      if (args.length > 2) throw new TypeError(`FormData.${what}: Expected value ("${JSON.stringify(value)}") to be an instance of Blob.`)
      return `${value as string}`.toWellFormed()
    }
    const name = args.length > 2 && args[2] !== undefined ? `${args[2] as string}`.toWellFormed() : undefined
    if (value instanceof File) return name === undefined ? value : fileOf(value, name, value.lastModified)
    return fileOf(value, name ?? (value as any).name ?? 'blob')
  }

  append(name: string, value: unknown, filename?: string): void {
    need(arguments.length, 2, 'FormData.append')
    this.#entries.push([`${name}`.toWellFormed(), this.#value('append', value, arguments)])
  }
  set(name: string, value: unknown, filename?: string): void {
    need(arguments.length, 2, 'FormData.set')
    name = `${name}`.toWellFormed()
    const made = this.#value('set', value, arguments)
    const i = this.#entries.findIndex((e) => e[0] === name)
    if (i < 0) {
      this.#entries.push([name, made])
      return
    }
    this.#entries[i] = [name, made]
    this.#entries = this.#entries.filter((e, at) => at <= i || e[0] !== name)
  }
  delete(name: string): void {
    need(arguments.length, 1, 'FormData.delete')
    name = `${name}`.toWellFormed()
    this.#entries = this.#entries.filter((e) => e[0] !== name)
  }
  get(name: string): Value | null {
    need(arguments.length, 1, 'FormData.get')
    name = `${name}`.toWellFormed()
    return this.#entries.find((e) => e[0] === name)?.[1] ?? null
  }
  getAll(name: string): Value[] {
    need(arguments.length, 1, 'FormData.getAll')
    name = `${name}`.toWellFormed()
    return this.#entries.filter((e) => e[0] === name).map((e) => e[1])
  }
  has(name: string): boolean {
    need(arguments.length, 1, 'FormData.has')
    name = `${name}`.toWellFormed()
    return this.#entries.some((e) => e[0] === name)
  }
  get length(): number { return this.#entries.length }
  forEach(callback: (value: Value, key: string, parent: FormData) => void, thisArg?: unknown): void {
    need(arguments.length, 1, 'FormData.forEach')
    if (typeof callback !== 'function') {
      throw new TypeError("Failed to execute 'forEach' on 'FormData': parameter 1 is not of type 'Function'.")
    }
    for (const [key, value] of this) callback.call(thisArg, value, key, this)
  }
  *entries(): IterableIterator<[string, Value]> {
    for (let i = 0; i < this.#entries.length; i++) yield [this.#entries[i][0], this.#entries[i][1]]
  }
  *keys(): IterableIterator<string> { for (const e of this.entries()) yield e[0] }
  *values(): IterableIterator<Value> { for (const e of this.entries()) yield e[1] }
  [Symbol.iterator](): IterableIterator<[string, Value]> { return this.entries() }

  toJSON(): Record<string, unknown> {
    const out: Record<string, unknown> = {}
    for (const [key, value] of this.#entries) {
      if (!Object.hasOwn(out, key)) out[key] = value
      else if (Array.isArray(out[key])) (out[key] as unknown[]).push(value)
      else out[key] = [out[key], value]
    }
    return out
  }

  [customInspect](depth: number, options: any, inspect: any): string {
    return `FormData ${inspect(this.toJSON(), { ...options, depth: options.depth ?? depth })}`
  }
}
const shown = { enumerable: true }
Object.defineProperties(FormData.prototype, {
  append: shown, delete: shown, get: shown, getAll: shown, has: shown, set: shown, keys: shown, values: shown, entries: shown,
  forEach: shown, [Symbol.iterator]: { value: FormData.prototype.entries },
  [Symbol.toStringTag]: { value: 'FormData', configurable: true },
})

const quote = (name: string) => name.replace(/\r\n|\r|\n/g, '%0D%0A').replace(/"/g, '%22')

/** The form as a blob of type multipart/form-data, with its boundary. */
export function encodeForm(form: FormData): Blob {
  let boundary = '----baoformboundary'
  for (let i = 0; i < 4; i++) boundary += Math.floor(Math.random() * 0x100000000).toString(16).padStart(8, '0')
  const parts: (string | Blob)[] = []
  for (const [name, value] of entriesOf(form)) {
    let head = `--${boundary}\r\nContent-Disposition: form-data; name="${quote(name.replace(/\r\n|\r|\n/g, '\r\n'))}"`
    if (typeof value === 'string') parts.push(`${head}\r\n\r\n${value.replace(/\r\n|\r|\n/g, '\r\n')}\r\n`)
    else {
      head += `; filename="${quote(value.name)}"\r\nContent-Type: ${value.type || 'application/octet-stream'}\r\n\r\n`
      parts.push(head, value, '\r\n')
    }
  }
  parts.push(`--${boundary}--\r\n`)
  const whole = new Blob(parts as BlobPart[])
  return whole.slice(0, whole.size, `multipart/form-data; boundary=${boundary}`)
}

const failed = () => new TypeError('Failed to parse body as FormData.')

function parameter(header: string, name: string): string | undefined {
  const m = new RegExp(`;\\s*${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]*))`, 'i').exec(header)
  return m ? m[1] ?? m[2] : undefined
}

function parseMultipart(bytes: Uint8Array<ArrayBuffer>, boundary: string): FormData {
  const form = new FormData(), entries = entriesOf(form)
  const mark = encodeUtf8(`--${boundary}`), between = encodeUtf8(`\r\n--${boundary}`), blank = encodeUtf8('\r\n\r\n')
  let at = findBytes(bytes, mark, 0)
  if (at < 0 || (at > 0 && !(bytes[at - 1] === 10 && bytes[at - 2] === 13))) throw failed()
  at += mark.length
  for (;;) {
    if (bytes[at] === 45 && bytes[at + 1] === 45) return form
    while (bytes[at] === 32 || bytes[at] === 9) at++
    if (bytes[at] !== 13 || bytes[at + 1] !== 10) throw failed()
    const headEnd = bytes[at + 2] === 13 && bytes[at + 3] === 10 ? at : findBytes(bytes, blank, at)
    if (headEnd < 0) throw failed()
    const head = decodeUtf8(bytes.subarray(at + 2, Math.max(at + 2, headEnd)))
    let name: string | undefined, filename: string | undefined, type = 'text/plain', disposed = false
    for (const line of head.split('\r\n')) {
      const colon = line.indexOf(':'), key = line.slice(0, colon).trim().toLowerCase(), value = line.slice(colon + 1).trim()
      if (key === 'content-disposition') {
        if (!/^form-data\s*(;|$)/i.test(value)) throw failed()
        disposed = true
        name = parameter(value, 'name')
        filename = parameter(value, 'filename')
      } else if (key === 'content-type') type = value
    }
    if (!disposed || name === undefined) throw failed()
    const start = headEnd + 4, end = findBytes(bytes, between, start - 2)
    if (end < 0) throw failed()
    const clean = (s: string) => s.replace(/%0A/gi, '\n').replace(/%0D/gi, '\r').replace(/%22/g, '"')
    const data = bytes.subarray(start, Math.max(start, end))
    if (filename !== undefined) entries.push([clean(name), new File([data], clean(filename), { type })])
    else entries.push([clean(name), decodeUtf8(data)])
    at = end + between.length
  }
}

/** What a body of this content type says, as FormData. */
export function parseForm(bytes: Uint8Array<ArrayBuffer>, contentType: string | null): FormData {
  const essence = (contentType ?? '').split(';', 1)[0].trim().toLowerCase()
  if (essence === 'multipart/form-data') {
    const boundary = parameter(contentType!, 'boundary')
    if (!boundary) throw failed()
    return parseMultipart(bytes, boundary)
  }
  if (essence === 'application/x-www-form-urlencoded') {
    const form = new FormData()
    for (const pair of decodeUtf8(bytes).split('&')) {
      if (!pair) continue
      const at = pair.indexOf('='), name = at < 0 ? pair : pair.slice(0, at)
      form.append(unescapeForm(name), at < 0 ? '' : unescapeForm(pair.slice(at + 1)))
    }
    return form
  }
  throw new TypeError('Content-Type was not one of "multipart/form-data" or "application/x-www-form-urlencoded".')
}

function unescapeForm(text: string): string {
  text = text.replaceAll('+', ' ')
  if (!text.includes('%')) return text
  const bytes = encodeUtf8(text), out = new Uint8Array(bytes.length)
  let n = 0
  for (let i = 0; i < bytes.length; i++) {
    const high = hex(bytes[i + 1]), low = hex(bytes[i + 2])
    if (bytes[i] === 37 && high >= 0 && low >= 0) {
      out[n++] = high * 16 + low
      i += 2
    } else out[n++] = bytes[i]
  }
  return decodeUtf8(out.subarray(0, n))
}
function hex(c: number): number {
  return c >= 48 && c <= 57 ? c - 48 : c >= 65 && c <= 70 ? c - 55 : c >= 97 && c <= 102 ? c - 87 : -1
}

export { adoptBytes }
