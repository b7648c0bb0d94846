// The URLs of before the URL Standard: url.parse, url.format, url.resolve.

import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_URL } from 'internal:errors'
import { validateString } from 'internal:validate'
import { domainToASCII } from 'web:url'
import { parse as parseQuery, stringify as writeQuery } from 'node:querystring'

const schemes = (...names: string[]): Set<any> => new Set(names.flatMap(name => [name, `${name}:`]))
const hostless = schemes('javascript')
const slashed = schemes('http', 'https', 'ftp', 'gopher', 'file', 'ws', 'wss')

const SPACES = '[\\s\\ufeff]'
const hasScheme = /^[a-z0-9.+-]+:/i
const simplePath = /^(\/\/?(?!\/)[^?\s]*)(\?[^\s]*)?$/
const hostWithUser = /^\/\/[^@/]+@[^@/]+/
const portAtEnd = /:[0-9]*$/
const notInHost = /[\0\t\n\r #%/:<>?@[\\\]^|]/
const notInIpv6 = /[\0\t\n\r #%/<>?@\\^|]/
const trimmed = new RegExp(`^${SPACES}+|${SPACES}+$`, 'g')

export class Url {
  protocol: any = null
  slashes: any = null
  auth: any = null
  host: any = null
  port: any = null
  hostname: any = null
  hash: any = null
  search: any = null
  query: any = null
  pathname: any = null
  path: any = null
  href: any = null
}

const proto: any = Url.prototype

/** Backslashes before the query are slashes. */
function withSlashes(text: string): string {
  const end = text.search(/[?#]/)
  const head = end < 0 ? text : text.slice(0, end)
  return head.includes('\\') ? head.replaceAll('\\', '/') + text.slice(head.length) : text
}

const escapes: Record<string, string> = {
  '\t': '%09', '\n': '%0A', '\r': '%0D', ' ': '%20', '"': '%22', "'": '%27', '<': '%3C', '>': '%3E', '\\': '%5C', '^': '%5E', '`': '%60',
  '{': '%7B', '|': '%7C', '}': '%7D',
}

function setQuery(url: any, search: string | null, isParsing: boolean): void {
  url.search = search
  if (search !== null) url.query = isParsing ? parseQuery(search.slice(1)) : search.slice(1)
  else if (isParsing) url.query = { __proto__: null }
}

function isIpv6(hostname: string): boolean {
  return hostname.charCodeAt(0) === 91 && hostname.charCodeAt(hostname.length - 1) === 93
}

/** Takes user and host from the start; gives the rest. */
function readAuthority(url: any, rest: string, whole: string): string {
  let at = -1, nonHost = -1
  scan: for (let i = 0; i < rest.length; i++) {
    switch (rest[i]) {
      case '\t': case '\n': case '\r':
        rest = rest.slice(0, i) + rest.slice(i + 1)
        i--
        break
      case ' ': case '"': case '%': case "'": case ';': case '<': case '>': case '\\': case '^': case '`': case '{': case '|': case '}':
        if (nonHost === -1) nonHost = i
        break
      case '#': case '/': case '?':
        if (nonHost === -1) nonHost = i
        break scan
      case '@':
        at = i
        nonHost = -1
    }
  }
  if (at !== -1) url.auth = decodeURIComponent(rest.slice(0, at))
  url.host = nonHost === -1 ? rest.slice(at + 1) : rest.slice(at + 1, nonHost)
  rest = nonHost === -1 ? '' : rest.slice(nonHost)
  url.parseHost()
  if (typeof url.hostname !== 'string') url.hostname = ''
  const hostname = url.hostname, isBracketed = isIpv6(hostname)
  if (!isBracketed) rest = cutHostname(url, rest, hostname, whole)
  url.hostname = url.hostname.length > 255 ? '' : url.hostname.toLowerCase()
  if (url.hostname !== '') {
    if (isBracketed) {
      if (notInIpv6.test(url.hostname)) throw new ERR_INVALID_URL(whole)
    } else {
      url.hostname = lenientASCII(url.hostname)
      if (url.hostname === '' || notInHost.test(url.hostname)) throw new ERR_INVALID_URL(whole)
    }
  }
  url.host = (url.hostname || '') + (url.port ? `:${url.port}` : '')
  if (isBracketed) {
    url.hostname = url.hostname.slice(1, -1)
    if (rest[0] !== '/') rest = `/${rest}`
  }
  return rest
}

function lenientASCII(hostname: string): string {
  return /^[\x00-\x7f]*$/.test(hostname) ? hostname : domainToASCII(hostname)
}

/** A colon that no port follows is an error; a slash and all behind it is path. */
function cutHostname(url: any, rest: string, hostname: string, whole: string): string {
  const at = hostname.search(/[/\\#?:]/)
  if (at < 0) return rest
  if (hostname[at] === ':') throw new ERR_INVALID_ARG_VALUE('url', 'Invalid port in url', whole)
  url.hostname = hostname.slice(0, at)
  return `/${hostname.slice(at)}${rest}`
}

proto.parse = function parse(this: any, url: any, parseQueryString?: any, slashesDenoteHost?: any): any {
  validateString(url, 'url')
  let rest = withSlashes(url.replace(trimmed, ''))
  if (!slashesDenoteHost && !rest.includes('#') && !rest.includes('@')) {
    const simple = simplePath.exec(rest)
    if (simple) {
      this.path = this.href = rest
      this.pathname = simple[1]
      setQuery(this, simple[2] || null, !!parseQueryString)
      return this
    }
  }
  const scheme = hasScheme.exec(rest)?.[0]
  let protocol: string | undefined
  if (scheme !== undefined) {
    protocol = this.protocol = scheme.toLowerCase()
    rest = rest.slice(scheme.length)
  }
  let hasSlashes: any
  if (slashesDenoteHost || scheme || hostWithUser.test(rest)) {
    hasSlashes = rest.startsWith('//')
    if (hasSlashes && !(scheme && hostless.has(protocol))) {
      rest = rest.slice(2)
      this.slashes = true
    }
  }
  if (!hostless.has(protocol) && (hasSlashes || (scheme && !slashed.has(scheme)))) rest = readAuthority(this, rest, url)
  if (!hostless.has(protocol)) rest = rest.replace(/[\t\n\r "'<>\\^`{|}]/g, found => escapes[found])
  const hash = rest.indexOf('#')
  if (hash >= 0) this.hash = rest.slice(hash)
  const head = hash >= 0 ? rest.slice(0, hash) : rest
  const question = head.indexOf('?')
  setQuery(this, question >= 0 ? head.slice(question) : null, !!parseQueryString)
  const path = question >= 0 ? head.slice(0, question) : head
  if (path) this.pathname = path
  if (slashed.has(protocol) && this.hostname && !this.pathname) this.pathname = '/'
  if (this.pathname || this.search) this.path = (this.pathname || '') + (this.search || '')
  this.href = this.format()
  return this
}

proto.format = function format(this: any): string {
  let auth = this.auth || ''
  if (auth) auth = `${encodeURIComponent(auth).replaceAll('%3A', ':')}@`
  let protocol = this.protocol || '', pathname = this.pathname || '', hash = this.hash || '', host = '', query = ''
  if (this.host) {
    host = auth + this.host
  } else if (this.hostname) {
    host = auth + (this.hostname.includes(':') && !isIpv6(this.hostname) ? `[${this.hostname}]` : this.hostname)
    if (this.port) host += `:${this.port}`
  }
  if (this.query !== null && typeof this.query === 'object') query = writeQuery(this.query)
  let search = this.search || (query && `?${query}`) || ''
  if (protocol && protocol.charCodeAt(protocol.length - 1) !== 58) protocol += ':'
  pathname = pathname.replace(/[#?]/g, (found: string) => found === '#' ? '%23' : '%3F')
  if (this.slashes || slashed.has(protocol)) {
    if (this.slashes || host) {
      if (pathname && pathname.charCodeAt(0) !== 47) pathname = `/${pathname}`
      host = `//${host}`
    } else if (protocol.startsWith('file')) {
      host = '//'
    }
  }
  search = search.replaceAll('#', '%23')
  if (hash && hash.charCodeAt(0) !== 35) hash = `#${hash}`
  if (search && search.charCodeAt(0) !== 63) search = `?${search}`
  return protocol + host + pathname + search + hash
}

proto.resolve = function resolve(this: any, relative: any): string {
  return this.resolveObject(parse(relative, false, true)).format()
}

function finished(url: any): any {
  url.href = url.format()
  return url
}

function setPath(url: any): void {
  if (url.pathname !== null || url.search !== null) url.path = (url.pathname ? url.pathname : '') + (url.search ? url.search : '')
}

/** A user may have come in with the first segment of a path that became a host. */
function splitAuth(url: any): void {
  const parts = url.host && url.host.indexOf('@') > 0 && url.host.split('@')
  if (!parts) return
  url.auth = parts.shift()
  url.host = url.hostname = parts.shift()
}

function withOtherScheme(result: any, relative: any): any {
  if (!slashed.has(relative.protocol)) {
    Object.assign(result, relative)
    return finished(result)
  }
  result.protocol = relative.protocol
  if (!relative.host && !/^file:?$/.test(relative.protocol) && !hostless.has(relative.protocol)) {
    const segments = (relative.pathname || '').split('/')
    while (segments.length && !(relative.host = segments.shift()));
    relative.host ||= ''
    relative.hostname ||= ''
    if (segments[0] !== '') segments.unshift('')
    if (segments.length < 2) segments.unshift('')
    result.pathname = segments.join('/')
  } else {
    result.pathname = relative.pathname
  }
  result.search = relative.search
  result.query = relative.query
  result.host = relative.host || ''
  result.auth = relative.auth
  result.hostname = relative.hostname || relative.host
  result.port = relative.port
  if (result.pathname || result.search) result.path = (result.pathname || '') + (result.search || '')
  result.slashes ||= relative.slashes
  return finished(result)
}

function intoPath(path: string[], host: string): void {
  if (path[0] === '') path[0] = host
  else path.unshift(host)
}

proto.resolveObject = function resolveObject(this: any, relative: any): any {
  if (typeof relative === 'string') relative = new Url().parse(relative, false, true)
  const result: any = Object.assign(new Url(), this)
  result.hash = relative.hash
  if (relative.href === '') return finished(result)
  if (relative.slashes && !relative.protocol) {
    for (const key of Object.keys(relative)) if (key !== 'protocol') result[key] = relative[key]
    if (slashed.has(result.protocol) && result.hostname && !result.pathname) result.path = result.pathname = '/'
    return finished(result)
  }
  if (relative.protocol && relative.protocol !== result.protocol) return withOtherScheme(result, relative)

  const isSourceAbsolute = result.pathname && result.pathname.charAt(0) === '/'
  const isRelativeAbsolute = relative.host || (relative.pathname && relative.pathname.charAt(0) === '/')
  let mustBeAbsolute = isRelativeAbsolute || isSourceAbsolute || (result.host && relative.pathname)
  const removesAllDots = mustBeAbsolute
  let path: string[] = (result.pathname && result.pathname.split('/')) || []
  const added: string[] = (relative.pathname && relative.pathname.split('/')) || []
  const isHostInPath = result.protocol && !slashed.has(result.protocol)
  if (isHostInPath) {
    result.hostname = ''
    result.port = null
    if (result.host) intoPath(path, result.host)
    result.host = ''
    if (relative.protocol) {
      relative.hostname = null
      relative.port = null
      result.auth = null
      if (relative.host) intoPath(added, relative.host)
      relative.host = null
    }
    mustBeAbsolute = mustBeAbsolute && (added[0] === '' || path[0] === '')
  }

  if (isRelativeAbsolute) {
    if (relative.host || relative.host === '') {
      if (result.host !== relative.host) result.auth = null
      result.host = relative.host
      result.port = relative.port
    }
    if (relative.hostname || relative.hostname === '') {
      if (result.hostname !== relative.hostname) result.auth = null
      result.hostname = relative.hostname
    }
    result.search = relative.search
    result.query = relative.query
    path = added
  } else if (added.length) {
    path.pop()
    path = path.concat(added)
    result.search = relative.search
    result.query = relative.query
  } else if (relative.search !== null && relative.search !== undefined) {
    if (isHostInPath) {
      result.hostname = result.host = path.shift()
      splitAuth(result)
    }
    result.search = relative.search
    result.query = relative.query
    setPath(result)
    return finished(result)
  }

  if (!path.length) {
    result.pathname = null
    result.path = result.search ? `/${result.search}` : null
    return finished(result)
  }

  const last = path[path.length - 1]
  const hasSlashAtEnd = ((result.host || relative.host || path.length > 1) && (last === '.' || last === '..')) || last === ''
  let up = 0
  for (let i = path.length - 1; i >= 0; i--) {
    if (path[i] === '.') path.splice(i, 1)
    else if (path[i] === '..') path.splice(i, 1), up++
    else if (up) path.splice(i, 1), up--
  }
  if (!mustBeAbsolute && !removesAllDots) while (up-- > 0) path.unshift('..')
  if (mustBeAbsolute && path[0] !== '' && (!path[0] || path[0].charAt(0) !== '/')) path.unshift('')
  if (hasSlashAtEnd && path.join('/').slice(-1) !== '/') path.push('')
  const isAbsolute = path[0] === '' || (path[0] && path[0].charAt(0) === '/')
  if (isHostInPath) {
    result.hostname = result.host = isAbsolute ? '' : path.length ? path.shift() : ''
    splitAuth(result)
  }
  mustBeAbsolute = mustBeAbsolute || (result.host && path.length)
  if (mustBeAbsolute && !isAbsolute) path.unshift('')
  if (!path.length) {
    result.pathname = null
    result.path = null
  } else {
    result.pathname = path.join('/')
  }
  setPath(result)
  result.auth = relative.auth || result.auth
  result.slashes = result.slashes || relative.slashes
  return finished(result)
}

proto.parseHost = function parseHost(this: any): void {
  let host = this.host
  const port = portAtEnd.exec(host)?.[0]
  if (port !== undefined) {
    if (port !== ':') this.port = port.slice(1)
    host = host.slice(0, host.length - port.length)
  }
  if (host) this.hostname = host
}

for (const name of ['parse', 'format', 'resolve', 'resolveObject', 'parseHost']) Object.defineProperty(proto, name, { enumerable: true })

export function parse(url: any, parseQueryString?: any, slashesDenoteHost?: any): any {
  if (url instanceof Url) return url
  return new (Url as any)().parse(url, parseQueryString, slashesDenoteHost)
}

export function resolve(source: any, relative: any): string {
  return parse(source, false, true).resolve(relative)
}

export function resolveObject(source: any, relative: any): any {
  return source ? parse(source, false, true).resolveObject(relative) : relative
}

export function formatLegacy(urlObject: any): string {
  if (typeof urlObject === 'string') return parse(urlObject).format()
  if (typeof urlObject !== 'object' || urlObject === null) throw new ERR_INVALID_ARG_TYPE('urlObject', ['Object', 'string'], urlObject)
  return proto.format.call(urlObject)
}
