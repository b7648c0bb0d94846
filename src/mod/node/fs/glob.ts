// node:fs, glob: names that match patterns. `**` goes through folders (not through links), `*`, `?`, `[a-z]`, `{a,b}` and
// `@(a|b)` and its kin match within a name; a name that begins with a dot is matched only by a part that begins with one.

import { validateFunction, validateObject, validateString } from 'internal:validate'
import { callbackOf } from './check.ts'
import fs from './fs.ts'
import { Dirent } from './stat.ts'

const path = import.meta.builtin('node:path').default

/** `a{b,c{d,e}}` -> ab, acd, ace. */
function braces(pattern: string): string[] {
  let depth = 0, start = -1
  const commas: number[] = []
  for (let i = 0; i < pattern.length; i++) {
    const ch = pattern[i]
    if (ch === '\\') i++
    else if (ch === '{') {
      if (depth++ === 0) {
        start = i
        commas.length = 0
      }
    } else if (ch === ',' && depth === 1) commas.push(i)
    else if (ch === '}' && depth > 0 && --depth === 0) {
      const before = pattern.slice(0, start), rest = pattern.slice(i + 1), inner = pattern.slice(start + 1, i)
      const range = /^(-?\d+)\.\.(-?\d+)$/.exec(inner)
      let parts: string[]
      if (range) {
        const from = Number(range[1]), to = Number(range[2]), step = from <= to ? 1 : -1
        parts = []
        for (let n = from; step > 0 ? n <= to : n >= to; n += step) parts.push(String(n))
      } else if (commas.length > 0) {
        parts = []
        let at = start + 1
        for (const comma of [...commas, i]) {
          parts.push(pattern.slice(at, comma))
          at = comma + 1
        }
      } else {
        continue
      }
      return parts.flatMap(part => braces(before + part + rest))
    }
  }
  return [pattern]
}

/** The text of a regular expression for one name. */
function expression(part: string): string {
  let text = '', closers: string[] = []
  for (let i = 0; i < part.length; i++) {
    const ch = part[i]!
    if ('?*+@!'.includes(ch) && part[i + 1] === '(') {
      text += ch === '!' ? '(?!(?:' : '(?:'
      closers.push(ch === '!' ? ')$)[^/]*' : ch === '@' ? ')' : `)${ch}`)
      i++
    } else if (ch === ')' && closers.length > 0) text += closers.pop()
    else if (ch === '|' && closers.length > 0) text += '|'
    else if (ch === '*') {
      while (part[i + 1] === '*') i++
      text += '[^/]*'
    } else if (ch === '?') text += '[^/]'
    else if (ch === '[') {
      const end = part.indexOf(']', i + (part[i + 1] === '!' || part[i + 1] === '^' ? 3 : 2))
      if (end < 0) {
        text += '\\['
        continue
      }
      const inner = part.slice(i + 1, end)
      text += `[${inner.replace(/^!/, '^').replace(/\\/g, '\\\\')}]`
      i = end
    } else if (ch === '\\' && i + 1 < part.length) text += `\\${part[++i]}`.replace(/\\([a-zA-Z0-9])/, '$1')
    else text += /[\\^$.()|{}+\]]/.test(ch) ? `\\${ch}` : ch
  }
  return text
}

type Part = '**' | string | RegExp
function compile(pattern: string): { root: string; parts: Part[]; wantsFolder: boolean } {
  const isAbsolute = pattern.startsWith('/')
  const parts: Part[] = []
  for (const part of pattern.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '**') {
      if (parts.at(-1) !== '**') parts.push('**')
    } else {
      parts.push(/[*?[\\]|[+@!]\(/.test(part) ? new RegExp(`^${part.startsWith('.') ? '' : '(?!\\.)'}${expression(part)}$`, 's') : part)
    }
  }
  return { root: isAbsolute ? '/' : '', parts, wantsFolder: pattern.endsWith('/') }
}
function regexOf(pattern: string): RegExp[] {
  return braces(pattern).map(one => {
    const { root, parts } = compile(one)
    let text = root
    parts.forEach((part, i) => {
      const isLast = i === parts.length - 1
      if (part === '**') text += isLast ? '.*' : '(?:[^/]+/)*'
      else text += (typeof part === 'string' ? expression(part) : part.source.slice(1, -1)) + (isLast ? '' : '/')
    })
    return new RegExp(`^${text}$`, 's')
  })
}

function check(patterns: any, options: any): any {
  validateObject(options, 'options')
  const list = Array.isArray(patterns) ? patterns : [patterns]
  for (const one of list) validateString(one, 'patterns')
  let { cwd = '.', exclude, withFileTypes = false, followSymlinks = false } = options
  if (cwd instanceof URL) cwd = import.meta.builtin('node:url').default.fileURLToPath(cwd)
  let isOut = (_name: string, _entry: any): boolean => false
  if (exclude !== undefined && exclude !== null) {
    if (Array.isArray(exclude)) {
      const out = exclude.flatMap((one: string) => regexOf(one))
      isOut = name => out.some((r: RegExp) => r.test(name))
    } else {
      validateFunction(exclude, 'options.exclude')
      isOut = (name, entry) => Boolean(exclude(withFileTypes ? entry : name))
    }
  }
  return { list, cwd: path.resolve(cwd), withFileTypes, isOut, followSymlinks }
}

/** Yields a folder to read (answered by its entries) as { read }, and what was found as { found }. */
function* walk(o: any): Generator<any, void, any> {
  const seen = new Set<string>(), folders = new Map<string, any[]>()
  const open = function* (at: string): Generator<any, any[], any> {
    let list = folders.get(at)
    if (list === undefined) folders.set(at, list = (yield { read: at }) as any[])
    return list
  }
  const stack: { at: string; name: string; parts: Part[]; entry: any; wantsFolder: boolean }[] = []
  for (const pattern of o.list) {
    for (const one of braces(pattern)) {
      const { root, parts, wantsFolder } = compile(one)
      stack.unshift({ at: root || o.cwd, name: root, parts, entry: undefined, wantsFolder })
    }
  }
  const joined = (name: string, part: string): string => name === '' ? part : name.endsWith('/') ? name + part : `${name}/${part}`
  while (stack.length > 0) {
    const { at, name, parts, entry, wantsFolder } = stack.pop()!
    if (parts.length === 0) {
      const shown = name === '' ? '.' : name
      if (seen.has(shown)) continue
      seen.add(shown)
      let found = entry
      if (!found || wantsFolder) {
        const stat = fs.lstatSync(at, { throwIfNoEntry: false })
        if (!stat || (wantsFolder && !stat.isDirectory())) continue
        found ??= new Dirent(path.basename(at), path.dirname(at), stat.isDirectory() ? 2 : stat.isSymbolicLink() ? 3 : 1)
      }
      yield { found: o.withFileTypes ? found : shown }
      continue
    }
    const [part, ...rest] = parts as [Part, ...Part[]]
    if (typeof part === 'string' && part !== '**') {
      const to = path.join(at, part)
      if (part !== '..' && (!fs.existsSync(to) && !fs.lstatSync(to, { throwIfNoEntry: false }))) continue
      const next = joined(name, part)
      if (o.isOut(next, new Dirent(part, at, 0))) continue
      stack.push({ at: to, name: next, parts: rest, entry: undefined, wantsFolder })
      continue
    }
    const entries = yield* open(at)
    const later: typeof stack = []
    if (part === '**' && (rest.length > 0 || name === '' || entry === undefined || entry.isDirectory())) {
      later.push({ at, name, parts: rest, entry, wantsFolder })
    }
    for (const inner of entries) {
      const next = joined(name, inner.name)
      if (o.isOut(next, inner)) continue
      const to = path.join(at, inner.name)
      if (part === '**') {
        if (inner.name.startsWith('.')) continue
        if (inner.isDirectory() || (o.followSymlinks && inner.isSymbolicLink())) later.push({ at: to, name: next, parts, entry: inner, wantsFolder })
        else if (rest.length === 0) later.push({ at: to, name: next, parts: [], entry: inner, wantsFolder })
      } else if ((part as RegExp).test(inner.name) && (rest.length === 0 || !inner.isFile())) {
        later.push({ at: to, name: next, parts: rest, entry: inner, wantsFolder })
      }
    }
    for (let i = later.length - 1; i >= 0; i--) stack.push(later[i]!)
  }
}
function list(at: string): any[] {
  try {
    return fs.readdirSync(at, { withFileTypes: true })
  } catch {
    return []
  }
}

export function globSync(patterns: any, options: any = {}): any[] {
  const found: any[] = [], way = walk(check(patterns, options))
  for (let step = way.next(); !step.done;) {
    if (step.value.read !== undefined) step = way.next(list(step.value.read))
    else {
      found.push(step.value.found)
      step = way.next()
    }
  }
  return found
}
export async function* globLater(patterns: any, options: any = {}): AsyncGenerator<any> {
  const way = walk(check(patterns, options))
  for (let step = way.next(); !step.done;) {
    if (step.value.read !== undefined) {
      step = way.next(await fs.promises.readdir(step.value.read, { withFileTypes: true }).catch(() => []))
    } else {
      yield step.value.found
      step = way.next()
    }
  }
}
export function glob(patterns: any, options: any, callback?: any): void {
  if (typeof options === 'function') [options, callback] = [{}, options]
  callbackOf(callback)
  check(patterns, options ?? {})
  ;(async () => {
    const found: any[] = []
    for await (const one of globLater(patterns, options)) found.push(one)
    return found
  })().then(found => process.nextTick(callback, null, found), error => process.nextTick(callback, error))
}
