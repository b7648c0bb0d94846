// node:path: the POSIX half, which is also the default. The Windows half is in win32.ts and is read at its first use.

import { ERR_INVALID_ARG_TYPE } from 'internal:errors'

const SLASH = 47
const DOT = 46

function wrong(name: string, value: unknown): never {
  throw new ERR_INVALID_ARG_TYPE(name, 'string', value)
}

/** The path without '.', '..' and doubled slashes, without a slash at either end. `above` keeps the '..' that lead out. */
function tidy(path: string, above: boolean): string {
  const n = path.length
  // While nothing was dropped the result is path[from, end); `out` is built only after that.
  let out: string | undefined
  let from = -1
  let end = -1
  let depth = 0
  let start = 0
  for (let i = 0; i <= n; i++) {
    if (i < n && path.charCodeAt(i) !== SLASH) continue
    const at = start
    const length = i - at
    start = i + 1
    if (length === 0) continue
    if (length <= 2 && path.charCodeAt(at) === DOT) {
      if (length === 1) continue
      if (path.charCodeAt(at + 1) === DOT) {
        if (depth > 0) {
          depth--
          if (out !== undefined) {
            const cut = out.lastIndexOf('/')
            out = cut < 0 ? '' : out.slice(0, cut)
          } else {
            end = path.lastIndexOf('/', end - 1)
            if (end <= from) from = end = -1
          }
          continue
        }
        if (!above) continue
        depth--
      }
    }
    depth++
    if (out === undefined) {
      if (from < 0) {
        from = at
        end = i
        continue
      }
      if (at === end + 1) {
        end = i
        continue
      }
      out = path.slice(from, end)
    }
    out = out === '' ? path.slice(at, i) : `${out}/${path.slice(at, i)}`
  }
  return out ?? (from < 0 ? '' : path.slice(from, end))
}

export function resolve(...parts: string[]): string {
  let path = ''
  for (let i = parts.length - 1; i >= 0; i--) {
    const part = parts[i]!
    if (typeof part !== 'string') wrong(`paths[${i}]`, part)
    if (part.length === 0) continue
    path = path === '' ? part : `${part}/${path}`
    if (part.charCodeAt(0) === SLASH) return `/${tidy(path, false)}`
  }
  const cwd = process.cwd()
  if (cwd.charCodeAt(0) === SLASH) return path === '' || path === '.' ? cwd : `/${tidy(`${cwd}/${path}`, false)}`
  return tidy(`${cwd}/${path}`, true) || '.'
}

export function normalize(path: string): string {
  if (typeof path !== 'string') wrong('path', path)
  return path === '' ? '.' : normalized(path)
}

function normalized(path: string): string {
  const absolute = path.charCodeAt(0) === SLASH
  const tail = path.charCodeAt(path.length - 1) === SLASH
  const body = tidy(path, !absolute)
  if (body === '') return absolute ? '/' : tail ? './' : '.'
  return absolute ? tail ? `/${body}/` : `/${body}` : tail ? `${body}/` : body
}

export function isAbsolute(path: string): boolean {
  if (typeof path !== 'string') wrong('path', path)
  return path.length > 0 && path.charCodeAt(0) === SLASH
}

export function join(...parts: string[]): string {
  let path = ''
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!
    if (typeof part !== 'string') wrong('path', part)
    if (part.length > 0) path = path === '' ? part : `${path}/${part}`
  }
  return path === '' ? '.' : normalized(path)
}

export function relative(from: string, to: string): string {
  if (typeof from !== 'string') wrong('from', from)
  if (typeof to !== 'string') wrong('to', to)
  if (from === to) return ''
  from = resolve(from)
  to = resolve(to)
  if (from === to) return ''
  // Both are absolute and tidy. `shared` is where their last common directory ends.
  const a = from === '/' ? 0 : from.length
  const b = to === '/' ? 0 : to.length
  const least = a < b ? a : b
  let shared = 0
  let i = 0
  for (; i < least; i++) {
    const code = from.charCodeAt(i)
    if (code !== to.charCodeAt(i)) break
    if (code === SLASH) shared = i
  }
  if (i === least) {
    if (b > least && to.charCodeAt(i) === SLASH) return to.slice(i + 1)
    if (a > least && from.charCodeAt(i) === SLASH) shared = i
  }
  let out = ''
  for (i = shared; i < a; i++) {
    if (from.charCodeAt(i) === SLASH) out += out === '' ? '..' : '/..'
  }
  return b > shared ? out + to.slice(shared) : out
}

export function toNamespacedPath(path: string): string {
  return path
}

/** Where the last component ends: before trailing slashes. 0 when there is none. */
function endOf(path: string): number {
  let end = path.length
  while (end > 0 && path.charCodeAt(end - 1) === SLASH) end--
  return end
}

export function dirname(path: string): string {
  if (typeof path !== 'string') wrong('path', path)
  if (path === '') return '.'
  const end = endOf(path)
  if (end === 0) return '/'
  const cut = path.lastIndexOf('/', end - 1)
  if (cut < 0) return '.'
  return cut === 0 ? '/' : cut === 1 && path.charCodeAt(0) === SLASH ? '//' : path.slice(0, cut)
}

export function basename(path: string, suffix?: string): string {
  if (suffix !== undefined && typeof suffix !== 'string') wrong('suffix', suffix)
  if (typeof path !== 'string') wrong('path', path)
  const end = endOf(path)
  const start = end === 0 ? 0 : path.lastIndexOf('/', end - 1) + 1
  return trimmed(path, start, end, suffix)
}

/** path[start, end) without the suffix, by Node's rules; also used by win32.ts. */
export function trimmed(path: string, start: number, end: number, suffix: string | undefined): string {
  const name = path.slice(start, end)
  if (suffix === undefined || suffix.length === 0 || suffix.length > path.length) return name
  if (suffix === path) return ''
  if (suffix.length < name.length) return name.endsWith(suffix) ? name.slice(0, -suffix.length) : name
  // A suffix that goes on past the name leaves the rest of the path as it is.
  return suffix.length > name.length && suffix.endsWith(name) ? path.slice(start) : name
}

/** The extension of one component. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot <= 0 || name === '..' ? '' : name.slice(dot)
}

export function extname(path: string): string {
  if (typeof path !== 'string') wrong('path', path)
  const end = endOf(path)
  return extensionOf(end === 0 ? '' : path.slice(path.lastIndexOf('/', end - 1) + 1, end))
}

function _format(sep: string, parts: any): string {
  if (parts === null || typeof parts !== 'object') throw new ERR_INVALID_ARG_TYPE('pathObject', 'Object', parts)
  const dir = parts.dir || parts.root
  const ext = parts.ext
  const base = parts.base || `${parts.name || ''}${ext ? `${ext[0] === '.' ? '' : '.'}${ext}` : ''}`
  if (!dir) return base
  return dir === parts.root ? `${dir}${base}` : `${dir}${sep}${base}`
}

export { _format as formatWith }
export const format: (parts: any) => string = _format.bind(null, '/')

export interface Parsed { root: string; dir: string; base: string; ext: string; name: string }

export function parse(path: string): Parsed {
  if (typeof path !== 'string') wrong('path', path)
  const root = path.charCodeAt(0) === SLASH ? '/' : ''
  const end = endOf(path)
  if (end === 0) return { root, dir: root, base: '', ext: '', name: '' }
  const start = path.lastIndexOf('/', end - 1) + 1
  const base = path.slice(start, end)
  const ext = extensionOf(base)
  const dir = start > 1 ? path.slice(0, start - 1) : start === 1 ? '/' : ''
  return { root, dir, base, ext, name: ext === '' ? base : base.slice(0, -ext.length) }
}

export function matchesGlob(path: string, pattern: string): boolean {
  if (typeof path !== 'string') wrong('path', path)
  if (typeof pattern !== 'string') wrong('pattern', pattern)
  return import.meta.builtin('internal:glob').matches(path, pattern, false)
}

export const sep = '/'
export const delimiter = ':'

const posix: any = {
  resolve, normalize, isAbsolute, join, relative, toNamespacedPath, dirname, basename, extname, format, parse, matchesGlob,
  sep, delimiter,
  get win32() {
    const win32 = import.meta.builtin('node:path/windows').win32
    win32.posix = posix
    Object.defineProperty(posix, 'win32', { value: win32, writable: true, enumerable: true, configurable: true })
    return win32
  },
  set win32(value) {
    Object.defineProperty(posix, 'win32', { value, writable: true, enumerable: true, configurable: true })
  },
  posix: null,
  _makeLong: toNamespacedPath,
}
posix.posix = posix

export default posix
