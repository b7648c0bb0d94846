// node:url: what the URL class lacks: file paths, options for http, and (in legacy.ts, loaded when wanted) the old parser.

import {
  ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_FILE_URL_HOST, ERR_INVALID_FILE_URL_PATH, ERR_INVALID_URL_SCHEME, ERR_MISSING_ARGS,
} from 'internal:errors'
import { validateObject, validateString } from 'internal:validate'
import { domainToASCII as toASCII, domainToUnicode as toUnicode, isURLObject, URL, urlOfPath, URLSearchParams } from 'web:url'

let old: any
function legacy(): any {
  return old ??= import.meta.builtin('node:url/legacy')
}

function parse(url: any, parseQueryString?: any, slashesDenoteHost?: any): any {
  return legacy().parse(url, parseQueryString, slashesDenoteHost)
}

function resolve(source: any, relative: any): string {
  return legacy().resolve(source, relative)
}

function resolveObject(source: any, relative: any): any {
  return legacy().resolveObject(source, relative)
}

function format(urlObject: any, options?: any): string {
  if (!isURLObject(urlObject)) return legacy().formatLegacy(urlObject)
  let fragment = true, unicode = false, search = true, auth = true
  if (options) {
    validateObject(options, 'options')
    if (options.fragment != null) fragment = Boolean(options.fragment)
    if (options.unicode != null) unicode = Boolean(options.unicode)
    if (options.search != null) search = Boolean(options.search)
    if (options.auth != null) auth = Boolean(options.auth)
  }
  if (fragment && !unicode && search && auth) return urlObject.href
  const copy = new URL(urlObject.href)
  if (!fragment) copy.hash = ''
  if (!search) copy.search = ''
  if (!auth) copy.username = copy.password = ''
  if (!unicode || !copy.hostname.includes('xn--')) return copy.href
  const at = copy.href.indexOf(copy.hostname, copy.protocol.length + 2 + copy.username.length + copy.password.length)
  return copy.href.slice(0, at) + toUnicode(copy.hostname) + copy.href.slice(at + copy.hostname.length)
}

function domainToASCII(domain: any): string {
  if (arguments.length < 1) throw new ERR_MISSING_ARGS('domain')
  return toASCII(`${domain}`)
}

function domainToUnicode(domain: any): string {
  if (arguments.length < 1) throw new ERR_MISSING_ARGS('domain')
  return toUnicode(`${domain}`)
}

function isWindows(options: any): boolean {
  return options?.windows ?? false
}

/** How the path of a file URL is spelled for the system. */
function pathOf(url: any, windows: boolean, decode: (text: string) => any): any {
  const { hostname, pathname } = url
  if (windows) {
    if (/%2f|%5c/i.test(pathname)) throw new ERR_INVALID_FILE_URL_PATH('must not include encoded \\ or / characters', url.input)
    const path = decode(pathname.replaceAll('/', '\\'))
    if (hostname !== '') return `\\\\${toUnicode(hostname)}${path}`
    const letter = pathname.codePointAt(1) | 32
    if (letter < 97 || letter > 122 || pathname.charAt(2) !== ':') throw new ERR_INVALID_FILE_URL_PATH('must be absolute', url.input)
    return path.slice(1)
  }
  if (hostname !== '') throw new ERR_INVALID_FILE_URL_HOST(process.platform)
  if (/%2f/i.test(pathname)) throw new ERR_INVALID_FILE_URL_PATH('must not include encoded / characters', url.input)
  return decode(pathname)
}

function fileUrl(path: any): any {
  if (typeof path === 'string') path = new URL(path)
  else if (!isUrlLike(path)) throw new ERR_INVALID_ARG_TYPE('path', ['string', 'URL'], path)
  if (path.protocol !== 'file:') throw new ERR_INVALID_URL_SCHEME('file')
  return path
}

function isUrlLike(value: any): boolean {
  return Boolean(value?.href && value.protocol && value.auth === undefined && value.path === undefined)
}

function fileURLToPath(path: any, options?: any): string {
  return pathOf(fileUrl(path), isWindows(options), text => text.includes('%') ? decodeURIComponent(text) : text)
}

function fileURLToPathBuffer(path: any, options?: any): any {
  const { Buffer } = import.meta.builtin('node:buffer')
  const { unescapeBuffer } = import.meta.builtin('node:querystring')
  const windows = isWindows(options)
  if (windows) return Buffer.from(fileURLToPath(path, options))
  return pathOf(fileUrl(path), false, text => unescapeBuffer(text))
}

function pathToFileURL(path: any, options?: any): URL {
  validateString(path, 'path')
  const node = import.meta.builtin('node:path').default
  if (!isWindows(options)) {
    let absolute = node.posix.resolve(path)
    if (path.charCodeAt(path.length - 1) === 47 && absolute.charCodeAt(absolute.length - 1) !== 47) absolute += '/'
    return urlOfPath(absolute)
  }
  if (path.startsWith('\\\\')) {
    const isLong = path.startsWith('\\\\?\\UNC\\'), start = isLong ? 8 : 2
    const end = path.indexOf('\\', start)
    if (end === -1) throw new ERR_INVALID_ARG_VALUE('path', path, 'Missing UNC resource path')
    if (end === 2) throw new ERR_INVALID_ARG_VALUE('path', path, 'Empty UNC servername')
    const url = urlOfPath(path.slice(end).replaceAll('\\', '/'))
    url.hostname = path.slice(start, end)
    return url
  }
  let absolute = node.win32.resolve(path)
  const last = path.charAt(path.length - 1)
  if ((last === '/' || last === '\\') && absolute.charAt(absolute.length - 1) !== '\\') absolute += '\\'
  return urlOfPath(`/${absolute.replaceAll('\\', '/')}`)
}

function urlToHttpOptions(url: any): any {
  const { hostname, pathname, port, username, password, search } = url
  const options: any = {
    __proto__: null,
    ...url,
    protocol: url.protocol,
    hostname: hostname && hostname[0] === '[' ? hostname.slice(1, -1) : hostname,
    hash: url.hash,
    search,
    pathname,
    path: `${pathname || ''}${search || ''}`,
    href: url.href,
  }
  if (port !== '') options.port = Number(port)
  if (username || password) options.auth = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return options
}

const exported: any = {
  parse, resolve, resolveObject, format, URL, URLSearchParams, domainToASCII, domainToUnicode, pathToFileURL, fileURLToPath,
  fileURLToPathBuffer, urlToHttpOptions,
}

Object.defineProperty(exported, 'Url', {
  enumerable: true, configurable: true,
  get() { return legacy().Url },
  set(value) { Object.defineProperty(exported, 'Url', { value, writable: true, enumerable: true, configurable: true }) },
})

export { fileURLToPath, format, parse, pathToFileURL, resolve, urlToHttpOptions }
export default exported
