// web:fetch: Headers. Names are kept as they were first written (they go to the wire so) and found by their lower-case form.
// A server's request hands over its head as text: it is taken apart when the headers are first asked for.

const customInspect = Symbol.for('nodejs.util.inspect.custom')

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const WIDE = /[^\0-\xff]/
const BAD_VALUE = /[\0\r\n]/
const OUTER_SPACE = /^[\t\n\r ]+|[\t\n\r ]+$/g

export type Guard = 'none' | 'request' | 'response' | 'immutable'
interface Entry { name: string; value: string; cookies: string[] | null }

/** As Web IDL turns a value into a ByteString. */
export function byteString(value: unknown): string {
  const text = typeof value === 'string' ? value : `${value as string}`
  if (!WIDE.test(text)) return text
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 255) {
      throw new TypeError('Cannot convert argument to a ByteString because the character at ' +
        `index ${i} has a value of ${text.charCodeAt(i)} which is greater than 255.`)
    }
  }
  return text
}

export function need(count: number, wanted: number, what: string): void {
  if (count >= wanted) return
  throw new TypeError(`${what}: ${wanted} argument${wanted === 1 ? '' : 's'} required, but${wanted > 1 && count ? ' only' : ''} ${count} found.`)
}

/** Names that were found good, and their lower-case forms: there are few of them in a program. */
const known = new Map<string, string>()
function lowerName(name: string, what: string): string {
  const had = known.get(name)
  if (had !== undefined) return had
  if (!TOKEN.test(name)) throw new TypeError(`${what}: "${name}" is an invalid header name.`)
  const lower = name.toLowerCase()
  if (known.size < 500) known.set(name, lower)
  return lower
}

/** One header out of a head's text, without taking the rest apart. */
function findIn(head: string, lower: string): string | null {
  let found: string | null = null, at = head.indexOf('\r\n') + 2
  const size = lower.length
  while (at < head.length) {
    let end = head.indexOf('\r\n', at)
    if (end < 0) end = head.length
    if (head.charCodeAt(at + size) === 58 && head.slice(at, at + size).toLowerCase() === lower) {
      const value = head.slice(at + size + 1, end).trim()
      found = found === null ? value : found + (lower === 'cookie' ? '; ' : ', ') + value
    }
    at = end + 2
  }
  return found
}

function cleanValue(value: string, what: string): string {
  const clean = value.charCodeAt(0) > 32 && value.charCodeAt(value.length - 1) > 32 ? value : value.replace(OUTER_SPACE, '')
  if (BAD_VALUE.test(clean)) throw new TypeError(`${what}: "${clean}" is an invalid header value.`)
  return clean
}

let listOf: (h: Headers) => Map<string, Entry>
let setGuard: (h: Headers, guard: Guard) => void
let fromHead: (head: string) => Headers

export class Headers {
  #list: Map<string, Entry> | null = null
  #guard: Guard = 'none'
  #head: string | null = null
  #sorted: [string, string][] | null = null

  static {
    listOf = (h) => h.#all()
    setGuard = (h, guard) => { h.#guard = guard }
    fromHead = (head) => {
      const h = new Headers()
      h.#head = head
      return h
    }
  }

  constructor(init?: HeadersInit | Iterable<[string, string]> | Record<string, string> | null) {
    if (init === undefined) return
    if (typeof init !== 'object' && typeof init !== 'function' || init === null) {
      throw new TypeError('Headers constructor: Argument 1 could not be converted to one of: ' +
        'sequence<sequence<ByteString>>, record<ByteString, ByteString>.')
    }
    fill(this, init)
  }

  #all(): Map<string, Entry> {
    if (this.#list === null) {
      this.#list = new Map()
      if (this.#head !== null) {
        const head = this.#head
        this.#head = null
        let at = head.indexOf('\r\n') + 2
        while (at < head.length) {
          let end = head.indexOf('\r\n', at)
          if (end < 0) end = head.length
          const colon = head.indexOf(':', at), name = head.slice(at, colon)
          this.#put(name.toLowerCase(), name, head.slice(colon + 1, end).trim())
          at = end + 2
        }
      }
    }
    return this.#list
  }

  #put(lower: string, name: string, value: string): void {
    this.#sorted = null
    const list = this.#all(), had = list.get(lower)
    if (had === undefined) list.set(lower, { name, value, cookies: lower === 'set-cookie' ? [value] : null })
    else {
      had.value += (lower === 'cookie' ? '; ' : ', ') + value
      if (had.cookies !== null) had.cookies.push(value)
    }
  }

  #check(): void {
    if (this.#guard === 'immutable') throw new TypeError('immutable')
  }

  append(name: string, value: string): void {
    need(arguments.length, 2, 'Headers.append')
    name = byteString(name)
    value = cleanValue(byteString(value), 'Headers.append')
    const lower = lowerName(name, 'Headers.append')
    this.#check()
    this.#put(lower, name, value)
  }

  delete(name: string): void {
    need(arguments.length, 1, 'Headers.delete')
    const lower = lowerName(byteString(name), 'Headers.delete')
    this.#check()
    this.#sorted = null
    this.#all().delete(lower)
  }

  get(name: string): string | null {
    need(arguments.length, 1, 'Headers.get')
    const lower = lowerName(byteString(name), 'Headers.get')
    if (this.#head !== null) return findIn(this.#head, lower)
    return this.#all().get(lower)?.value ?? null
  }

  has(name: string): boolean {
    need(arguments.length, 1, 'Headers.has')
    return this.#all().has(lowerName(byteString(name), 'Headers.has'))
  }

  set(name: string, value: string): void {
    need(arguments.length, 2, 'Headers.set')
    name = byteString(name)
    value = cleanValue(byteString(value), 'Headers.set')
    const lower = lowerName(name, 'Headers.set')
    this.#check()
    this.#sorted = null
    const list = this.#all(), had = list.get(lower)
    if (had === undefined) list.set(lower, { name, value, cookies: lower === 'set-cookie' ? [value] : null })
    else {
      had.value = value
      if (had.cookies !== null) had.cookies = [value]
    }
  }

  getSetCookie(): string[] {
    return this.#all().get('set-cookie')?.cookies?.slice() ?? []
  }

  /** Bun's: all values of a name that may come more than once. */
  getAll(name: string): string[] {
    const lower = byteString(name).toLowerCase()
    if (lower !== 'set-cookie') throw new TypeError('Only "set-cookie" is supported.')
    return this.getSetCookie()
  }

  toJSON(): Record<string, string | string[]> {
    const out: Record<string, string | string[]> = {}
    for (const [lower, entry] of this.#all()) out[lower] = entry.cookies !== null ? entry.cookies.slice() : entry.value
    return out
  }

  get count(): number { return this.#all().size }

  #pairs(): [string, string][] {
    if (this.#sorted !== null) return this.#sorted
    const pairs: [string, string][] = []
    for (const lower of [...this.#all().keys()].sort()) {
      const entry = this.#list!.get(lower)!
      if (entry.cookies !== null) for (const cookie of entry.cookies) pairs.push([lower, cookie])
      else pairs.push([lower, entry.value])
    }
    return this.#sorted = pairs
  }

  keys(): IterableIterator<string> { return iterate(() => this.#pairs(), (pair) => pair[0]) }
  values(): IterableIterator<string> { return iterate(() => this.#pairs(), (pair) => pair[1]) }
  entries(): IterableIterator<[string, string]> { return iterate(() => this.#pairs(), (pair) => [pair[0], pair[1]]) }

  forEach(callback: (value: string, key: string, parent: Headers) => void, thisArg?: unknown): void {
    need(arguments.length, 1, 'Headers.forEach')
    if (typeof callback !== 'function') {
      throw new TypeError("Failed to execute 'forEach' on 'Headers': parameter 1 is not of type 'Function'.")
    }
    for (let i = 0; i < this.#pairs().length; i++) {
      const pair = this.#pairs()[i]
      callback.call(thisArg, pair[1], pair[0], this)
    }
  }

  [customInspect](depth: number, options: any, inspect: any): string {
    const plain: Record<string, string> = {}
    for (const [name, value] of this.#pairs()) plain[name] = name in plain ? `${plain[name]}, ${value}` : value
    return `Headers ${inspect(plain, { ...options, depth: options.depth ?? depth })}`
  }
}

const ITERATOR = Object.create(Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())), {
  next: { value: function next(this: any) { return this[STEP]() }, writable: true, enumerable: true, configurable: true },
  [Symbol.toStringTag]: { value: 'Headers Iterator', configurable: true },
})
const STEP = Symbol('step')
function iterate<T>(pairs: () => [string, string][], pick: (pair: [string, string]) => T): IterableIterator<T> {
  let i = 0
  const it = Object.create(ITERATOR)
  Object.defineProperty(it, STEP, {
    value: () => {
      const all = pairs()
      return i < all.length ? { value: pick(all[i++]), done: false } : { value: undefined, done: true }
    },
  })
  return it
}

function fill(h: Headers, init: any): void {
  const iterator = init[Symbol.iterator]
  if (iterator !== undefined && iterator !== null) {
    if (typeof iterator !== 'function') throw new TypeError('Headers constructor: Argument 1 is not iterable.')
    for (const pair of init) {
      if (pair === null || typeof pair !== 'object' || typeof pair[Symbol.iterator] !== 'function') {
        throw new TypeError('Headers constructor: Argument 1 could not be converted to one of: ' +
          'sequence<sequence<ByteString>>, record<ByteString, ByteString>.')
      }
      const both = Array.isArray(pair) ? pair : [...pair]
      if (both.length !== 2) {
        throw new TypeError(`Headers constructor: expected name/value pair to be length 2, found ${both.length}.`)
      }
      h.append(both[0], both[1])
    }
    return
  }
  for (const key of Reflect.ownKeys(init)) {
    if (typeof key === 'symbol') throw new TypeError('Headers constructor: a symbol is not a header name.')
    if (!Object.prototype.propertyIsEnumerable.call(init, key)) continue
    h.append(key, init[key])
  }
}

Object.defineProperties(Headers.prototype, {
  append: { enumerable: true }, delete: { enumerable: true }, get: { enumerable: true }, has: { enumerable: true },
  set: { enumerable: true }, getSetCookie: { enumerable: true }, keys: { enumerable: true }, values: { enumerable: true },
  entries: { enumerable: true }, forEach: { enumerable: true },
  [Symbol.iterator]: { value: Headers.prototype.entries, writable: true, configurable: true },
  [Symbol.toStringTag]: { value: 'Headers', configurable: true },
})

export { fromHead as headersFromHead, setGuard as guardHeaders }

export const enum_HAS = { date: 1, 'content-length': 2, 'transfer-encoding': 4, connection: 8, 'content-type': 16 } as const

/** The header block of a message as it goes to the wire, and bits of `enum_HAS` for what it holds. */
export const wire = { flags: 0 }
export function headerBlock(h: Headers): string {
  let out = ''
  wire.flags = 0
  for (const [lower, entry] of listOf(h)) {
    const bit = (enum_HAS as Record<string, number>)[lower]
    if (bit !== undefined) {
      if (bit === 4) continue                            // the coding is the printer's business
      wire.flags |= bit
      if (bit === 8 && /\bclose\b/i.test(entry.value)) wire.flags |= 256
    }
    if (entry.cookies !== null) for (const cookie of entry.cookies) out += `${entry.name}: ${cookie}\r\n`
    else out += `${entry.name}: ${entry.value}\r\n`
  }
  return out
}

/** A copy, with everything but the guard. */
export function copyHeaders(from: Headers): Headers {
  const to = new Headers(), list = listOf(to)
  for (const [lower, e] of listOf(from)) list.set(lower, { name: e.name, value: e.value, cookies: e.cookies && e.cookies.slice() })
  return to
}
