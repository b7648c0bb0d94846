// URL: an href and where its parts lie. All reading and changing is done in C, in one crossing; getters cut the href.

import { ERR_INVALID_THIS, ERR_INVALID_URL, ERR_MISSING_ARGS } from 'internal:errors'
import * as native from 'native:url'
import { paramsLinked, replaceParams, URLSearchParams, writeForm } from './search_params.ts'

const inspectName = Symbol.for('nodejs.util.inspect.custom')
const parts = new Uint32Array(7)      // struct url_parts of data/url.h
native.share(parts)

// enum url_part
const PROTOCOL = 0, USERNAME = 1, PASSWORD = 2, HOST = 3, HOSTNAME = 4, PORT = 5, PATHNAME = 6, SEARCH = 7, HASH = 8

// What may stand in each part of a URL that is already as it would be written.
const IN_HOST = 1, IN_PATH = 2, IN_QUERY = 4, IN_FRAGMENT = 8
const plain = new Uint8Array(128)
for (let c = 0x21; c < 0x7f; c++) {
  const char = String.fromCharCode(c)
  plain[c] = (/[a-z0-9.-]/.test(char) ? IN_HOST : 0) | (/[?#"<>`^{}\\]/.test(char) ? 0 : IN_PATH) | (/[#"<>']/.test(char) ? 0 : IN_QUERY)
    | (/["<>`]/.test(char) ? 0 : IN_FRAGMENT)
}

/**
 * Fills `parts` for an http or https URL that is as it would be written: the most frequent kind, which then costs no call into
 * C. False says nothing about the text.
 */
function isNormal(text: string): boolean {
  const n = text.length
  if (n < 10 || n > 2000 || text.charCodeAt(0) !== 104) return false
  const from = text.startsWith('https://') ? 8 : text.startsWith('http://') ? 7 : 0
  if (from === 0) return false
  let i = from, dot = from - 1, c = 0, before = 0
  for (; i < n; i++) {
    c = text.charCodeAt(i)
    if (c >= 128 || (plain[c] & IN_HOST) === 0) break
    if (c === 46) dot = i
    else if (c === 45 && before === 45) return false                    // may be Punycode
    before = c
  }
  if (i === from || dot === i - 1) return false
  const first = text.charCodeAt(dot + 1)
  if (first >= 48 && first <= 57) return false                          // may be an IPv4 address
  const hostEnd = i
  if (c === 58) {
    let port = 0
    for (i++; i < n; i++) {
      c = text.charCodeAt(i)
      if (c < 48 || c > 57) break
      port = port * 10 + c - 48
      if (port === 0 || port > 65535) return false
    }
    if (i === hostEnd + 1 || port === (from === 8 ? 443 : 80)) return false
  }
  if (i === n || c !== 47) return false
  const pathnameStart = i
  let searchStart = n, hashStart = n
  for (; i < n; i++) {
    c = text.charCodeAt(i)
    if (c >= 128 || (plain[c] & IN_PATH) === 0) break
    if (c === 47 && i + 1 < n) {
      const next = text.charCodeAt(i + 1)
      if (next === 46 || next === 37) return false                      // may be a dot segment
    }
  }
  if (i < n && c === 63) {
    searchStart = i
    for (i++; i < n; i++) {
      c = text.charCodeAt(i)
      if (c >= 128 || (plain[c] & IN_QUERY) === 0) break
    }
  }
  if (i < n && c === 35) {
    hashStart = i
    if (searchStart === n) searchStart = i
    for (i++; i < n; i++) {
      c = text.charCodeAt(i)
      if (c >= 128 || (plain[c] & IN_FRAGMENT) === 0) break
    }
  }
  if (i < n) return false
  parts[0] = from - 2
  parts[1] = from
  parts[2] = from
  parts[3] = hostEnd
  parts[4] = pathnameStart
  parts[5] = searchStart
  parts[6] = hashStart
  return true
}

let lastBase: string | undefined, lastFront: string | undefined

/** `text` behind the host of `base`, for the paths that a server resolves one after another; undefined when that is not so simple. */
function pathOn(text: string, base: string): string | undefined {
  if (base !== lastBase) {
    lastBase = base
    lastFront = undefined
    return
  }
  if (text.charCodeAt(0) !== 47 || text.charCodeAt(1) === 47) return
  if (lastFront === undefined) {
    const href = native.parse(base)
    lastFront = typeof href === 'boolean' ? (href ? base.slice(0, parts[4]) : '') : href.slice(0, parts[4])
  }
  const whole = lastFront + text
  return isNormal(whole) ? whole : undefined
}

class URL {
  #href: string = ''
  #protocolEnd = 0
  #usernameEnd = 0
  #hostStart = 0
  #hostEnd = 0
  #pathnameStart = 0
  #searchStart = 0
  #hashStart = 0
  #params: URLSearchParams | undefined

  constructor(input: any, base: any = undefined) {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('url')
    const text = `${input}`
    let href: string | boolean | undefined
    if (base === undefined) {
      href = isNormal(text) || native.parse(text)
    } else {
      base = `${base}`
      href = pathOn(text, base) ?? native.parse(text, base)
    }
    if (href === false) throw base === undefined ? new ERR_INVALID_URL(text) : new ERR_INVALID_URL(text, base)
    this.#href = href === true ? text : href
    this.#protocolEnd = parts[0]
    this.#usernameEnd = parts[1]
    this.#hostStart = parts[2]
    this.#hostEnd = parts[3]
    this.#pathnameStart = parts[4]
    this.#searchStart = parts[5]
    this.#hashStart = parts[6]
  }

  static parse(input: any, base: any = undefined): URL | null {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('url')
    const text = `${input}`
    if (base !== undefined) base = `${base}`
    return (base === undefined && isNormal(text)) || native.canParse(text, base) ? new URL(text, base) : null
  }

  static canParse(input: any, base: any = undefined): boolean {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('url')
    const text = `${input}`
    return (base === undefined && isNormal(text)) || native.canParse(text, base === undefined ? undefined : `${base}`)
  }

  static createObjectURL(object: any): string {
    return import.meta.builtin('web:url/object_url').createObjectURL(object)
  }

  static revokeObjectURL(url: any): void {
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('url')
    import.meta.builtin('web:url/object_url').revokeObjectURL(`${url}`)
  }

  static is(value: any): value is URL {
    return typeof value === 'object' && value !== null && #href in value
  }

  /** The file URL of an absolute path. */
  static ofPath(path: string): URL {
    return new URL(native.ofPath(path) as string)
  }

  #take(href: string | boolean): void {
    if (typeof href === 'string') this.#href = href
    this.#protocolEnd = parts[0]
    this.#usernameEnd = parts[1]
    this.#hostStart = parts[2]
    this.#hostEnd = parts[3]
    this.#pathnameStart = parts[4]
    this.#searchStart = parts[5]
    this.#hashStart = parts[6]
  }

  #set(part: number, value: any): void {
    this.#take(native.set(this.#href, part, `${value}`))
  }

  /** A query that needs no encoding is put in place here, without a call into C. */
  #setSearch(value: any): void {
    const text = `${value}`, front = this.#searchStart
    let i = text.charCodeAt(0) === 63 ? 1 : 0
    for (; i < text.length; i++) {
      const c = text.charCodeAt(i)
      if (c >= 128 || (plain[c] & IN_QUERY) === 0) break
    }
    if (i < text.length || this.#hostEnd === this.#protocolEnd) {
      this.#set(SEARCH, text)
      return
    }
    const search = text === '' ? '' : text.charCodeAt(0) === 63 ? text : `?${text}`
    this.#href = this.#href.slice(0, front) + search + this.#href.slice(this.#hashStart)
    this.#hashStart = front + search.length
  }

  #query(): string {
    return this.#href.slice(this.#searchStart + 1, Math.max(this.#hashStart, this.#searchStart + 1))
  }

  toString(): string {
    if (!(#href in this)) throw new ERR_INVALID_THIS('URL')
    return this.#href
  }

  get href(): string {
    if (!(#href in this)) throw receiver()
    return this.#href
  }

  set href(value: any) {
    const text = `${value}`
    const href = native.parse(text)
    if (href === false) throw new ERR_INVALID_URL(text)
    this.#href = text
    this.#take(href)
    if (this.#params !== undefined) replaceParams(this.#params, this.#query())
  }

  get origin(): string {
    const protocol = this.protocol
    switch (protocol) {
      case 'http:': case 'https:': case 'ws:': case 'wss:': case 'ftp:':
        return `${protocol}//${this.host}`
      case 'blob:': {
        const inner = URL.parse(this.pathname)
        return inner !== null && (inner.protocol === 'http:' || inner.protocol === 'https:') ? inner.origin : 'null'
      }
    }
    return 'null'
  }

  get protocol(): string {
    if (!(#href in this)) throw receiver()
    return this.#href.slice(0, this.#protocolEnd)
  }

  set protocol(value: any) {
    this.#set(PROTOCOL, value)
  }

  get username(): string {
    return this.#protocolEnd + 2 < this.#usernameEnd ? this.#href.slice(this.#protocolEnd + 2, this.#usernameEnd) : ''
  }

  set username(value: any) {
    this.#set(USERNAME, value)
  }

  get password(): string {
    return this.#hostStart > this.#usernameEnd ? this.#href.slice(this.#usernameEnd + 1, this.#hostStart) : ''
  }

  set password(value: any) {
    this.#set(PASSWORD, value)
  }

  #hostFrom(): number {
    return this.#hostStart < this.#hostEnd && this.#href.charCodeAt(this.#hostStart) === 64 ? this.#hostStart + 1 : this.#hostStart
  }

  /** Where the port ends: a path without a host may have a "/." before it. */
  #portEnd(): number {
    return this.#hostEnd === this.#protocolEnd ? this.#hostEnd : this.#pathnameStart
  }

  get host(): string {
    return this.#href.slice(this.#hostFrom(), this.#portEnd())
  }

  set host(value: any) {
    this.#set(HOST, value)
  }

  get hostname(): string {
    return this.#href.slice(this.#hostFrom(), this.#hostEnd)
  }

  set hostname(value: any) {
    this.#set(HOSTNAME, value)
  }

  get port(): string {
    const end = this.#portEnd()
    return end > this.#hostEnd ? this.#href.slice(this.#hostEnd + 1, end) : ''
  }

  set port(value: any) {
    this.#set(PORT, value)
  }

  get pathname(): string {
    return this.#href.slice(this.#pathnameStart, this.#searchStart)
  }

  set pathname(value: any) {
    this.#set(PATHNAME, value)
  }

  get search(): string {
    return this.#hashStart - this.#searchStart > 1 ? this.#href.slice(this.#searchStart, this.#hashStart) : ''
  }

  set search(value: any) {
    this.#setSearch(value)
    if (this.#params !== undefined) replaceParams(this.#params, this.#query())
  }

  get searchParams(): URLSearchParams {
    if (!(#href in this)) throw receiver()
    return this.#params ??= paramsLinked(this.#query(), list => this.#setSearch(writeForm(list)))
  }

  get hash(): string {
    return this.#href.length - this.#hashStart > 1 ? this.#href.slice(this.#hashStart) : ''
  }

  set hash(value: any) {
    this.#set(HASH, value)
  }

  toJSON(): string {
    if (!(#href in this)) throw new ERR_INVALID_THIS('URL')
    return this.#href
  }

  [inspectName](depth: any, options: any, inspect: any): any {
    if (!(#href in this)) throw new ERR_INVALID_THIS('URL')
    if (typeof depth === 'number' && depth < 0) return this
    const shown: any = {}
    for (const name of INSPECTED) shown[name] = (this as any)[name]
    return `${this.constructor?.name ?? 'URL'} ${inspect(shown, options)}`
  }
}

function receiver(): TypeError {
  return new TypeError('Receiver must be an instance of class URL')
}

const INSPECTED = ['href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'searchParams', 'hash']
for (const name of ['toString', ...INSPECTED, 'toJSON']) Object.defineProperty(URL.prototype, name, { enumerable: true })
for (const name of ['parse', 'canParse', 'createObjectURL', 'revokeObjectURL']) Object.defineProperty(URL, name, { enumerable: true })
Object.defineProperty(URL.prototype, Symbol.toStringTag, { value: 'URL', configurable: true })

export const isURLObject = URL.is
export const urlOfPath = URL.ofPath
for (const name of ['is', 'ofPath']) delete (URL as any)[name]

export const { domainToASCII, domainToUnicode } = native
export { URL, URLSearchParams }
