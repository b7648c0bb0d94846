// path.win32: paths with drives, UNC shares and devices, on any system.

import { validateString } from 'internal:validate'
import { extensionOf, formatWith, trimmed } from 'node:path'
import type { Parsed } from './path.ts'

const RESERVED = /^(?:con|prn|aux|nul|(?:com|lpt)[1-9\xb9\xb2\xb3])$/i

const isSep = (path: string, at: number): boolean => path[at] === '\\' || path[at] === '/'
const isLetter = (path: string): boolean => /^[a-z]/i.test(path)
const isDrive = (path: string): boolean => /^[a-z]:/i.test(path)

/** `at` is the index of the colon; -1 cuts the last character, as slicing does. */
function isReserved(path: string, at: number): boolean {
  return RESERVED.test(path.slice(0, at))
}

/** \\server\share: the two names, and where the second ends. */
function uncOf(path: string): { server: string; share: string; end: number } | undefined {
  const match = /^[\\/]{2}([^\\/]+)[\\/]+([^\\/]+)/.exec(path)
  return match ? { server: match[1]!, share: match[2]!, end: match[0].length } : undefined
}

function tidy(path: string, above: boolean): string {
  const out: string[] = []
  for (const part of path.split(/[\\/]/)) {
    if (part === '' || part === '.') continue
    if (part !== '..') out.push(part)
    else if (out.length > 0 && out[out.length - 1] !== '..') out.pop()
    else if (above) out.push('..')
  }
  return out.join('\\')
}

function resolve(...parts: string[]): string {
  let device = ''
  let tail = ''
  let absolute = false
  for (let i = parts.length - 1; i >= -1; i--) {
    let path: string
    if (i >= 0) {
      path = parts[i]!
      validateString(path, `paths[${i}]`)
      if (path.length === 0) continue
    } else if (device.length === 0) {
      path = process.cwd()
      if (parts.length === 0 || (parts.length === 1 && (parts[0] === '' || parts[0] === '.') && isSep(path, 0))) {
        return path.replaceAll('/', '\\')
      }
    } else {
      // A drive may have a working directory of its own; otherwise its root.
      path = process.env[`=${device}`] || process.cwd()
      if (path === undefined || (path.slice(0, 2).toLowerCase() !== device.toLowerCase() && path[2] === '\\')) path = `${device}\\`
    }
    let rootEnd = 0
    let own = ''
    let rooted = false
    if (isSep(path, 0)) {
      rooted = true
      rootEnd = 1
      if (path.length > 1 && isSep(path, 1)) {
        const unc = uncOf(path)
        rootEnd = 0
        if (unc !== undefined) {
          const isDevice = unc.server === '.' || unc.server === '?'
          own = isDevice ? `\\\\${unc.server}` : `\\\\${unc.server}\\${unc.share}`
          rootEnd = isDevice ? 4 : unc.end
        }
      }
    } else if (isDrive(path)) {
      own = path.slice(0, 2)
      rootEnd = 2
      if (path.length > 2 && isSep(path, 2)) {
        rooted = true
        rootEnd = 3
      }
    }
    if (own.length > 0) {
      if (device.length === 0) device = own
      else if (own.toLowerCase() !== device.toLowerCase()) continue
    }
    if (absolute) {
      if (device.length > 0) break
    } else {
      tail = `${path.slice(rootEnd)}\\${tail}`
      absolute = rooted
      if (rooted && device.length > 0) break
    }
  }
  tail = tidy(tail, !absolute)
  return absolute ? `${device}\\${tail}` : `${device}${tail}` || '.'
}

function normalize(path: string): string {
  validateString(path, 'path')
  const length = path.length
  if (length === 0) return '.'
  if (length === 1) return path === '/' ? '\\' : path
  let rootEnd = 0
  let device: string | undefined
  let absolute = false
  const colon = path.indexOf(':')
  if (isSep(path, 0)) {
    absolute = true
    if (!isSep(path, 1)) {
      rootEnd = 1
    } else {
      const unc = uncOf(path)
      if (unc !== undefined && (unc.server === '.' || unc.server === '?')) {
        device = `\\\\${unc.server}`
        rootEnd = 4
        const possible = path.slice(4, colon + 1)
        if (isReserved(possible, possible.length - 1)) {
          device = `\\\\?\\${possible}`
          rootEnd = 4 + possible.length
        }
      } else if (unc !== undefined) {
        device = `\\\\${unc.server}\\${unc.share}`
        if (unc.end === length) return `${device}\\`
        rootEnd = unc.end
      }
    }
  } else if (colon === 1 && isLetter(path)) {
    device = path.slice(0, 2)
    rootEnd = 2
    if (length > 2 && isSep(path, 2)) {
      absolute = true
      rootEnd = 3
    }
  } else if (colon > 0 && isReserved(path, colon)) {
    device = path.slice(0, colon + 1)
    rootEnd = colon + 1
  }
  let tail = rootEnd < length ? tidy(path.slice(rootEnd), !absolute) : ''
  if (tail.length === 0 && !absolute) tail = '.'
  if (tail.length > 0 && isSep(path, length - 1)) tail += '\\'
  if (!absolute && device === undefined && colon !== -1) {
    // What was relative must not come out looking like a drive.
    if (isDrive(tail)) return `.\\${tail}`
    for (let at = colon; at !== -1; at = path.indexOf(':', at + 1)) {
      if (at === length - 1 || isSep(path, at + 1)) return `.\\${tail}`
    }
  }
  if (isReserved(path, colon)) return `.\\${device ?? ''}${tail}`
  return `${device ?? ''}${absolute ? '\\' : ''}${tail}`
}

function isAbsolute(path: string): boolean {
  validateString(path, 'path')
  return path.length > 0 && (isSep(path, 0) || (isDrive(path) && isSep(path, 2)))
}

function join(...parts: string[]): string {
  for (const part of parts) validateString(part, 'path')
  const given = parts.filter(part => part.length > 0)
  if (given.length === 0) return '.'
  let joined = given.join('\\')
  // Only a first part of exactly two slashes and a name is meant as a UNC path.
  if (!/^[\\/]{2}[^\\/]/.test(given[0]!)) joined = joined.replace(/^[\\/]{2,}/, '\\')
  const reserved = joined.split(/\\+/).some(part => part.includes(':') && isReserved(part, part.indexOf(':')))
  return reserved ? joined.replaceAll('/', '\\') : normalize(joined)
}

function relative(from: string, to: string): string {
  validateString(from, 'from')
  validateString(to, 'to')
  if (from === to) return ''
  const fromPath = resolve(from)
  const toPath = resolve(to)
  if (fromPath === toPath) return ''
  const a = fromPath.toLowerCase()
  const b = toPath.toLowerCase()
  if (a === b) return ''
  if (a.length !== fromPath.length || b.length !== toPath.length) return relativeByParts(fromPath, toPath)
  const fromStart = /^\\*/.exec(a)![0].length
  const toStart = /^\\*/.exec(b)![0].length
  let fromEnd = a.length
  let toEnd = b.length
  while (fromEnd - 1 > fromStart && a[fromEnd - 1] === '\\') fromEnd--
  while (toEnd - 1 > toStart && b[toEnd - 1] === '\\') toEnd--
  const fromLength = fromEnd - fromStart
  const toLength = toEnd - toStart
  const least = Math.min(fromLength, toLength)
  let shared = -1
  let i = 0
  for (; i < least && a[fromStart + i] === b[toStart + i]; i++) if (a[fromStart + i] === '\\') shared = i
  if (i !== least) {
    if (shared === -1) return toPath
  } else {
    if (toLength > least) {
      if (b[toStart + i] === '\\') return toPath.slice(toStart + i + 1)
      if (i === 2) return toPath.slice(toStart + i)
    }
    if (fromLength > least) {
      if (a[fromStart + i] === '\\') shared = i
      else if (i === 2) shared = 3
    }
    if (shared === -1) shared = 0
  }
  let out = ''
  for (i = fromStart + shared + 1; i <= fromEnd; i++) {
    if (i === fromEnd || a[i] === '\\') out += out === '' ? '..' : '\\..'
  }
  const start = toStart + shared
  if (out !== '') return out + toPath.slice(start, toEnd)
  return toPath.slice(toPath[start] === '\\' ? start + 1 : start, toEnd)
}

/** For the letters whose lower case has another length: part by part. */
function relativeByParts(from: string, to: string): string {
  const a = from.split('\\')
  const b = to.split('\\')
  if (a[a.length - 1] === '') a.pop()
  if (b[b.length - 1] === '') b.pop()
  const least = Math.min(a.length, b.length)
  let same = 0
  while (same < least && a[same]!.toLowerCase() === b[same]!.toLowerCase()) same++
  if (same === 0) return to
  if (same === least) {
    if (b.length > least) return b.slice(same).join('\\')
    return a.length > least ? `${'..\\'.repeat(a.length - 1 - same)}..` : ''
  }
  return '..\\'.repeat(a.length - same) + b.slice(same).join('\\')
}

function toNamespacedPath(path: string): string {
  if (typeof path !== 'string' || path.length === 0) return path
  const full = resolve(path)
  if (full.length <= 2) return path
  if (full.startsWith('\\\\')) return full[2] !== '?' && full[2] !== '.' ? `\\\\?\\UNC\\${full.slice(2)}` : full
  return isDrive(full) && full[2] === '\\' ? `\\\\?\\${full}` : full
}

/** The root as dirname and parse see it: its end, whether it is all there is. -1 without one. */
function rootEndOf(path: string): number {
  if (isSep(path, 0)) {
    const unc = uncOf(path)
    return unc === undefined ? 1 : unc.end === path.length ? unc.end : unc.end + 1
  }
  return isDrive(path) ? path.length > 2 && isSep(path, 2) ? 3 : 2 : -1
}

/** The last component after `from`: [start, end), end 0 when there is none. */
function lastOf(path: string, from: number): [number, number] {
  let end = path.length
  while (end > from && isSep(path, end - 1)) end--
  if (end <= from) return [from, 0]
  let start = end
  while (start > from && !isSep(path, start - 1)) start--
  return [start, end]
}

function dirname(path: string): string {
  validateString(path, 'path')
  if (path.length === 0) return '.'
  if (path.length === 1) return isSep(path, 0) ? path : '.'
  const root = rootEndOf(path)
  if (root === path.length && isSep(path, 0) && root > 1) return path
  const from = Math.max(root, 0)
  const [start, end] = lastOf(path, from)
  if (end === 0 || start === from) return root === -1 ? '.' : path.slice(0, root)
  return path.slice(0, start - 1)
}

function basename(path: string, suffix?: string): string {
  if (suffix !== undefined) validateString(suffix, 'suffix')
  validateString(path, 'path')
  const from = isDrive(path) ? 2 : 0
  const [start, end] = lastOf(path, from)
  return trimmed(path, start, end === 0 ? start : end, suffix)
}

function extname(path: string): string {
  validateString(path, 'path')
  const [start, end] = lastOf(path, isDrive(path) ? 2 : 0)
  return end === 0 ? '' : extensionOf(path.slice(start, end))
}

function parse(path: string): Parsed {
  validateString(path, 'path')
  if (path.length === 0) return { root: '', dir: '', base: '', ext: '', name: '' }
  const from = Math.max(path.length === 1 && !isSep(path, 0) ? -1 : rootEndOf(path), 0)
  const root = path.slice(0, from)
  const [start, end] = lastOf(path, from)
  const base = end === 0 ? '' : path.slice(start, end)
  const ext = extensionOf(base)
  const dir = start > 0 && start !== from ? path.slice(0, start - 1) : root
  return { root, dir, base, ext, name: ext === '' ? base : base.slice(0, -ext.length) }
}

const format: (parts: any) => string = formatWith.bind(null, '\\')

function matchesGlob(path: string, pattern: string): boolean {
  validateString(path, 'path')
  validateString(pattern, 'pattern')
  return import.meta.builtin('internal:glob').matches(path, pattern, true)
}

export const win32: any = {
  resolve, normalize, isAbsolute, join, relative, toNamespacedPath, dirname, basename, extname, format, parse, matchesGlob,
  sep: '\\',
  delimiter: ';',
  win32: null,
  posix: null,
  _makeLong: toNamespacedPath,
}
win32.win32 = win32
