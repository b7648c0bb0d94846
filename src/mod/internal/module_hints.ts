// internal:module_hints: what to do about a module that was not found: a line below an error that nobody caught.

import { framesOf } from 'internal:stack'

const MOST = 8
const fs = (): any => import.meta.builtin('node:fs').default
const natives = (): any => import.meta.builtin('rt:modules/cjs').lookups

function readJson(path: string): any {
  try {
    return JSON.parse(fs().readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 1))
const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
const pathOf = (url: string): string => url.startsWith('file://') ? decodeURIComponent(url.slice(7)) : url

/** How many letters must change, be there or not, or swap with the next; more than two are not counted. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3
  let above: number[] = [], row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let k = 1; k <= b.length; k++) {
      next[k] = Math.min(row[k]! + 1, next[k - 1]! + 1, row[k - 1]! + (a[i - 1] === b[k - 1] ? 0 : 1))
      if (i > 1 && k > 1 && a[i - 1] === b[k - 2] && a[i - 2] === b[k - 1]) next[k] = Math.min(next[k]!, above[k - 2]! + 1)
    }
    above = row
    row = next
  }
  return row[b.length]!
}
/** The name that was meant, most likely. */
export function nearest(name: string, names: string[]): string | undefined {
  const lower = name.toLowerCase()
  let best: string | undefined, least = name.length < 7 ? 2 : 3
  for (const each of names) {
    const d = each.toLowerCase() === lower ? 0 : distance(name, each)
    if (d < least) [best, least] = [each, d]
  }
  return best
}
const listed = (names: string[]): string => names.slice(0, MOST).map((name) => `"${name}"`).join(', ') + (names.length > MOST ? ` and ${names.length - MOST} more` : '')

function aboutFile(path: string): string | undefined {
  const folder = folderOf(path)
  let names: string[]
  try {
    names = fs().readdirSync(folder)
  } catch {
    return `the folder ${folder} is not there`
  }
  const base = baseOf(path), stem = base.replace(/\.[^.]*$/, '')
  const meant = names.find((each) => each.replace(/\.[^.]*$/, '') === stem && each !== base) ?? nearest(base, names)
  return meant === undefined ? undefined : `did you mean ${folder === '/' ? '' : folder}/${meant}?`
}

function aboutPackage(specifier: string, from: string | undefined): string {
  const name = specifier.split('/', specifier[0] === '@' ? 2 : 1).join('/')
  let known: string[] = []
  for (let folder = from === undefined ? process.cwd() : folderOf(from); ; folder = folderOf(folder)) {
    const manifest = readJson(`${folder}/package.json`)
    if (manifest !== undefined) {
      known = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].flatMap((key) => Object.keys(manifest[key] ?? {}))
      if (known.includes(name)) return `${name} is listed in ${folder}/package.json but not installed: run \`bao install\``
      break
    }
    if (folder === '/') break
  }
  const meant = nearest(name, [...known, ...natives().builtins()])
  return meant === undefined ? `install it with \`bao add ${name}\`` : `did you mean "${meant}"? If not, install it with \`bao add ${name}\``
}

function aboutExports(message: string): string | undefined {
  const file = / in (\/.*?package\.json)/.exec(message)?.[1] ?? /"exports" main defined in (\/.*?package\.json)/.exec(message)?.[1]
  const manifest = file === undefined ? undefined : readJson(file)
  if (manifest?.exports === undefined) return undefined
  const { exports } = manifest
  const keys = typeof exports === 'object' && exports !== null && !Array.isArray(exports) ? Object.keys(exports) : ['.']
  if (keys.some((key) => key[0] === '.')) return `its package.json exports ${listed(keys)}`
  return keys[0] === '.' ? 'its package.json exports "." alone' : `its package.json exports "." alone, for the conditions ${listed(keys)}`
}

function aboutImports(message: string): string | undefined {
  const file = / in package (\/.*?package\.json)/.exec(message)?.[1]
  const names = Object.keys((file === undefined ? undefined : readJson(file))?.imports ?? {})
  return file === undefined ? undefined : names.length > 0 ? `${file} has ${listed(names)}` : `${file} has no "imports"`
}

function aboutName(error: Error): string | undefined {
  const [, specifier, name] = /^The requested module '(.*)' does not provide an export named '(.*)'/.exec(error.message) ?? []
  if (specifier === undefined) return undefined
  const frame = framesOf(error)[0]
  const names: string[] | undefined = frame && natives().exportNames(pathOf(frame.url), specifier)
  if (names === undefined) return undefined
  const meant = nearest(name!, names)
  if (meant !== undefined) return `did you mean "${meant}"?`
  if (name === 'default') return names.length > 0 ? `it has no default export; it exports ${listed(names)}` : 'it exports nothing'
  return names.length > 0 ? `it exports ${listed(names)}` : 'it exports nothing'
}

/** A sentence that says what to do, when one is known. */
export function hintOf(error: any): string | undefined {
  const message: string = typeof error?.message === 'string' ? error.message : ''
  switch (error?.code) {
    case 'MODULE_NOT_FOUND':
    case 'ERR_MODULE_NOT_FOUND': {
      const [, kind, target, importer] = /^Cannot find (module|package) '([^'\n]+)'(?: imported from (.+))?/.exec(message) ?? []
      const from = importer === undefined ? error.requireStack?.find((by: string) => by.startsWith('/')) : pathOf(importer)
      if (target === undefined) return undefined
      if (kind === 'package' || !/^\.{0,2}\//.test(target)) return target[0] === '#' ? undefined : aboutPackage(target, from)
      const path = target[0] === '/' ? target : from === undefined ? undefined : natives().join(folderOf(from), target)
      return path && aboutFile(path)
    }
    case 'ERR_PACKAGE_PATH_NOT_EXPORTED': return aboutExports(message)
    case 'ERR_PACKAGE_IMPORT_NOT_DEFINED': return aboutImports(message)
    case 'ERR_INVALID_PACKAGE_TARGET': return 'this is a mistake in that package.json: targets begin with "./" and stay inside the package'
    case 'ERR_UNSUPPORTED_DIR_IMPORT': return 'name the file that is meant, such as index.js in it'
    case 'ERR_UNSUPPORTED_ESM_URL_SCHEME': return 'modules are loaded from files: save it beside the program and import the file'
    case 'ERR_IMPORT_ATTRIBUTE_UNSUPPORTED': return 'the types are json, jsonc, json5, toml, yaml, text, file, wasm, js, jsx, ts, tsx and macro'
    case 'ERR_UNKNOWN_BUILTIN_MODULE': {
      const meant = nearest(/node:.*$/.exec(message)?.[0] ?? '', natives().builtins().map((name: string) => name.includes(':') ? name : `node:${name}`))
      return meant && `did you mean "${meant}"?`
    }
  }
  return error?.name === 'SyntaxError' ? aboutName(error) : undefined
}
