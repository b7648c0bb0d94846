// rt:modules/hooks: what stands between a request and a module: module.registerHooks and Bun.plugin. Loaded with the first
// hook; while none is registered nothing asks it.
import * as native from 'native:modules'

type Context = Record<string, any>
type Step = (what: string, context: Context) => any
export interface Hook {
  resolve?: (specifier: string, context: Context, next: Step) => any
  load?: (url: string, context: Context, next: Step) => any
  isPlugin?: boolean
  /** Stands for all that module.register named: its place in the list is never asked. */
  isRemote?: boolean
}

const IMPORT = ['node', 'import', 'module-sync', 'node-addons']
const REQUIRE = ['require', 'node', 'node-addons', 'module-sync']
const MODULE_CJS = 1
const DIALECTS: Record<string, number> = { js: 0, jsx: 1, ts: 2, tsx: 3 }

const list: Hook[] = []
let remote: any // who knows the hooks of module.register, while there are any
const numbers = new Map<string, number>() // url and type -> module
const ready = new Map<string, any>() // url -> what an asynchronous onLoad gave
const pending = new Map<string, any>() // file name -> what was loaded for a CommonJS module that an import found
const untouched = new WeakMap<object, { url: string; format: string }>() // what nextLoad made

const faces = () => [import.meta.builtin('rt:modules'), import.meta.builtin('rt:modules/cjs')]
function changed(): void {
  const on = list.length || numbers.size ? api : undefined // modules that hooks gave stay known when the hooks are gone
  native.setHooked(on !== undefined)
  for (const face of faces()) face.setHooks(on)
}

/** Where module.register leads: to the thread of the hooks, within which they are at home. */
export const registrar = (): string =>
  import.meta.builtin('web:worker/inside').given?.kind === 'hooks' ? 'rt:modules/remote' : 'rt:modules/hooks_thread'

/** The last one added is asked first; plugins are asked after all hooks. */
export function add(hook: Hook): () => void {
  if (hook.isRemote) remote = import.meta.builtin(registrar())
  if (hook.isPlugin) list.splice(list.filter((each) => each.isPlugin).length, 0, hook)
  else list.push(hook)
  changed()
  return () => {
    const at = list.indexOf(hook)
    if (at < 0) return
    list.splice(at, 1)
    changed()
  }
}

function fail(Kind: any, code: string, message: string): never {
  const error = new Kind(message)
  error.code = code
  throw error
}

export function received(value: any): string {
  if (value === null || value === undefined) return `${value}`
  if (typeof value === 'object' || typeof value === 'function') {
    const name = value.constructor?.name
    return name ? `an instance of ${name}` : `type ${typeof value}`
  }
  return `type ${typeof value} (${String(value)})`
}
const bad = (expected: string, hook: string, key: string, value: any): never =>
  fail(TypeError, 'ERR_INVALID_RETURN_PROPERTY_VALUE',
    `Expected ${expected} to be returned for the "${key}" from the "${hook}" hook but got ${received(value)}.`)

const isBytes = (value: any) => value instanceof ArrayBuffer || ArrayBuffer.isView(value) || value instanceof SharedArrayBuffer
function textOf(source: any): string {
  if (typeof source === 'string') return source
  if (source == null)
    fail(TypeError, 'ERR_INVALID_RETURN_PROPERTY_VALUE',
      `Expected string, array buffer, or typed array to be returned for the "source" from the "load" hook but got ${received(source)}.`)
  return new TextDecoder().decode(source)
}

// --- chains

function run(kind: 'resolve' | 'load', what: string, context: Context, last: Step, check: (result: any, context: Context) => any): any {
  let deepest = -1
  let next: Step = (arg, more) => {
    deepest = 0
    if (more && more !== context) Object.assign(context, more)
    return last(arg, context)
  }
  let index = 0
  for (const hook of list) {
    const step = hook[kind]
    if (!step) continue
    const [inner, here] = [next, ++index]
    next = (arg, more) => {
      deepest = here
      if (more && more !== context) Object.assign(context, more)
      const result = step(arg, context, inner)
      if (hook.isPlugin) return result
      if (deepest === here && !result?.shortCircuit) bad('true', kind, 'shortCircuit', result?.shortCircuit)
      return check(result, context)
    }
  }
  return next(what, context)
}

function checkResolved(result: any): any {
  if (typeof result?.url !== 'string' || !(result.url.startsWith('node:') || URL.canParse(result.url)))
    bad('a URL string', 'resolve', 'url', result?.url)
  return result
}

/** A hook may leave the text of CommonJS to its loader. */
const isLeft = (result: any): boolean => result.source == null && /^(builtin|commonjs(-typescript)?)$/.test(result.format)

function checkLoaded(result: any): any {
  if (result === null || typeof result !== 'object') bad('an object', 'load', 'result', result)
  if (untouched.has(result) || isLeft(result)) return result
  if (result.format === 'object') return result
  if (typeof result.source !== 'string' && !isBytes(result.source))
    bad('a string, an ArrayBuffer, or a TypedArray', 'load', 'source', result.source)
  return result
}

// --- files

function split(url: string): [string, string] {
  const at = url.search(/[?#]/)
  const suffix = at < 0 ? '' : url.slice(at)
  return [native.fromUrl(at < 0 ? url : url.slice(0, at)) ?? '', suffix]
}

/** As far as the name tells; the text tells the rest. */
function formatOf(url: string): string | null {
  if (native.builtinId(url) !== undefined) return 'builtin'
  const path = split(url)[0]
  const ext = /\.[^./]*$/.exec(path)?.[0] ?? ''
  switch (ext) {
    case '.mjs': return 'module'
    case '.cjs': return 'commonjs'
    case '.mts': return 'module-typescript'
    case '.cts': return 'commonjs-typescript'
    case '.json': return 'json'
    case '.wasm': return 'wasm'
    case '.node': return 'addon'
  }
  if (ext !== '.js' && ext !== '.ts') return null
  const scope = native.scopeFile(path)
  let type
  try {
    type = scope && JSON.parse(native.readText(scope)).type
  } catch {}
  if (type !== 'module' && type !== 'commonjs') return null
  return ext === '.ts' ? `${type}-typescript` : type
}

function formatByText(url: string, type: string): string | undefined {
  const [path, suffix] = split(url)
  try {
    const kind = native.kindOf(native.openFile(path, suffix, type)) === MODULE_CJS ? 'commonjs' : 'module'
    return /\.[mc]?tsx?$/.test(path) ? `${kind}-typescript` : kind
  } catch {
    return undefined
  }
}

function loadFile(url: string, context: Context, isRequire: boolean): any {
  const isBuiltin = native.builtinId(url) !== undefined
  const [path] = split(url)
  if (!isBuiltin && !path && !url.startsWith('data:')) {
    const scheme = url.slice(0, url.indexOf(':') + 1)
    fail(Error, 'ERR_UNSUPPORTED_ESM_URL_SCHEME', 'Only URLs with a scheme in: file, data, and node are supported by the default ESM loader. ' +
      `Received protocol '${scheme}'`)
  }
  const known = /\.([mc]?[jt]sx?)$/.test(path) || !/\.[^./]*$/.test(path)
  const isData = url.startsWith('data:')
  const format = isBuiltin ? 'builtin' : context.format ?? (isData ? dataFormat(url) : known ? formatByText(url, context.importAttributes?.type ?? '') : undefined)
  const result: any = { format }
  if (!isRequire) result.responseURL = url
  let source: any
  let isRead = false
  Object.defineProperty(result, 'source', {
    get() {
      if (!isRead && path) {
        const bytes = import.meta.builtin('node:fs').default.readFileSync(path)
        source = isRequire ? bytes.toString() : bytes
      } else if (!isRead && isData) source = dataBytes(url)
      isRead = true
      return source
    },
    set(value) {
      isRead = true
      source = value
      untouched.delete(result)
    },
    enumerable: true,
    configurable: true,
  })
  untouched.set(result, { url, format })
  return result
}
/** Is the result what the loader itself would have made of this URL? */
function isUntouched(url: string, result: any, asked: any): boolean {
  const made = untouched.get(result)
  if (made === undefined && isLeft(result) && split(url)[0] !== '') return true
  return made !== undefined && made.url === url && made.format === result.format && (asked == null || asked === result.format)
}

/** What a chain in another thread gave back as nextLoad made it. */
export function isAsLoaded(url: string, result: any): boolean {
  const made = untouched.get(result)
  return made !== undefined && made.url === url && made.format === result.format
}

function dataFormat(url: string): string | undefined {
  const type = /^data:([^,;]*)/.exec(url)![1]!
  return type === 'text/javascript' ? 'module' : type === 'application/json' ? 'json' : type === 'application/wasm' ? 'wasm' : undefined
}
function dataBytes(url: string): Uint8Array {
  const [, parameters, body] = /^data:([^,]*),([^]*)$/.exec(url) ?? [, '', '']
  const { Buffer } = import.meta.builtin('node:buffer')
  return Buffer.from(decodeURIComponent(body!), parameters!.endsWith(';base64') ? 'base64' : 'utf8')
}

// --- import

const typeOf = (attributes: any): string => attributes?.type ?? ''

export function resolveImport(parentURL: string | undefined, specifier: string, attributes: any): any {
  const context = { parentURL, importAttributes: { ...attributes }, conditions: [...IMPORT] }
  return run('resolve', specifier, context, (name, { parentURL: from }) => {
    const given = { conditions: context.conditions, importAttributes: context.importAttributes, parentURL: from }
    return remote === undefined ? resolveFile(name, given) : remote.ask('resolve', name, given, resolveFile)
  }, checkResolved)
}

export function resolveFile(name: string, { parentURL: from }: Context): any {
  // Schemes of hooks: who loads tells of those that are nobody's.
  if (/^[a-z][a-z\d+.-]+:/i.test(name) && !/^(file|data|node|bun):/.test(name) && native.builtinId(name) === undefined && URL.canParse(name)) return { url: new URL(name).href }
  const path = from === undefined ? undefined : split(from)[0] || from
  const url: any = native.resolveImport(path ?? `${native.cwd()}/noname`, name)
  if (typeof url !== 'string') throw url
  return remote !== undefined && (native.builtinId(url) !== undefined || url.startsWith('data:')) ? { url } : { url, format: formatOf(url) }
}

/** What an asynchronous hook still works at: import() waits and begins anew. */
export class Waiting extends Error {
  constructor(readonly url: string, readonly promise: Promise<unknown>, readonly stop?: () => void) {
    super(`A hook answers asynchronously for '${url}': only import() can wait for it`)
    ;(this as any).code = 'ERR_REQUIRE_ASYNC_MODULE'
  }
}

function open(url: string, result: any, asked: string | null, type: string): number {
  const [path, suffix] = split(url)
  if (isUntouched(url, result, asked)) {
    if (result.format === 'builtin') return native.openBuiltin(url)
    const number = native.openFile(path || url, suffix, type)
    if (native.kindOf(number) === MODULE_CJS) pending.set(path, result)
    return number
  }
  const format: string = result.format ?? 'undefined'
  const [kind, isTyped] = format.endsWith('-typescript') ? [format.slice(0, -11), true] : [format, false]
  switch (kind) {
    case 'builtin':
      return native.openBuiltin(url)
    case 'object':
      return native.openObject(Object.assign(Object.create(null), result.exports))
    case 'text':
      return native.openObject({ __proto__: null, default: textOf(result.source) } as any)
    case 'json': {
      const binding = Object.create(null)
      import.meta.builtin('rt:modules').fillJson(binding, textOf(result.source), path || url)
      return native.openObject(binding)
    }
    case 'wasm': {
      const { source } = result
      const bytes = ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : new Uint8Array(source)
      return native.openWasm(url, path, suffix, bytes)
    }
    case 'script': // a plugin's: ES module or CommonJS as its text says
    case 'module':
    case 'commonjs': {
      const dialect = result.dialect ?? (isTyped ? (path.endsWith('.tsx') ? 'tsx' : 'ts') : 'js')
      const isModule = kind === 'script' ? undefined : kind === 'module'
      const number = native.openText(url, path, suffix, textOf(result.source), DIALECTS[dialect], isModule)
      if (native.kindOf(number) === MODULE_CJS) pending.set((path || url) + (path ? suffix : ''), result)
      return number
    }
  }
  return fail(RangeError, 'ERR_UNKNOWN_MODULE_FORMAT', `Unknown module format: ${format} for URL ${url}`)
}

function loadChain(url: string, context: Context, isRequire: boolean): any {
  if (ready.has(url)) return ready.get(url)
  return run('load', url, context, (at, more) => {
    if (isRequire || remote === undefined) return loadFile(at, more, isRequire)
    return remote.ask('load', at, { format: more.format, importAttributes: more.importAttributes }, loadForRemote)
  }, checkLoaded)
}

/** What nextLoad gives: the text of CommonJS stays with the loader of CommonJS. */
export function loadForRemote(url: string, context: Context): any {
  const result = loadFile(url, context, false)
  if (result.format === 'builtin') return withSource(result, null)
  return result.format === 'commonjs' ? withSource(result, undefined) : result
}
function withSource(result: any, source: unknown): any {
  const made = { format: result.format, responseURL: result.responseURL, source }
  untouched.set(made, untouched.get(result)!)
  return made
}

function openUrl(resolved: any, attributes: any): number {
  const { url } = resolved
  const format = resolved.format ?? (remote !== undefined && /^(node|data):/.test(url) ? undefined : native.builtinId(url) === undefined ? null : 'builtin')
  const importAttributes = { ...(resolved.importAttributes ?? attributes) }
  const type = typeOf(importAttributes)
  const key = `${url}\n${type}`
  let number = numbers.get(key)
  if (number !== undefined) return number
  const [path, suffix] = split(url)
  number = path ? native.knownFile(path, suffix, type) : undefined
  if (number === undefined) {
    const context = { format, importAttributes, conditions: [...IMPORT] }
    const result = loadChain(url, context, false)
    if (typeof result.then === 'function') throw new Waiting(url, result)
    number = open(url, result, format, type)
  }
  numbers.set(key, number)
  return number
}

/** For who cannot wait: the thread stops until the answer is there; a plugin of this thread answers when promise jobs run. */
export function atOnce<T>(run: () => T): T {
  for (let left = 1000; ; left--) {
    try {
      return run()
    } catch (error) {
      if (!(error instanceof Waiting) || left === 0) throw error
      if (error.stop !== undefined) error.stop()
      else native.runJobs()
    }
  }
}

/** The number of the module that a request leads to. */
export const locate = (parentURL: string | undefined, specifier: string, attributes: any): number =>
  openUrl(resolveImport(parentURL, specifier, attributes), attributes)

function patiently(run: () => any): any {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof Waiting)) throw error
    return error.promise.then((result) => {
      if (result !== undefined) ready.set(error.url, checkLoaded(result))
      return patiently(run)
    })
  }
}

export function importHooked(from: string, specifier: string, attributes: any, done: (number: number) => any): any {
  const parentURL = from[0] === '/' ? native.toUrl(from) : from
  if (remote !== undefined) return reached(parentURL, specifier, attributes, done)
  return patiently(() => done(locate(parentURL, specifier, attributes)))
}

/** What the request leads to is found and loaded before it is linked, as far as hooks answer asynchronously. */
async function reached(parentURL: string | undefined, specifier: string, attributes: any, done: (number: number) => any): Promise<any> {
  const attempt = (from: string | undefined, name: string, its: any) => patiently(() => locate(from, name, its))
  const number = await attempt(parentURL, specifier, attributes)
  await reach(number, attempt)
  return patiently(() => done(locate(parentURL, specifier, attributes)))
}

/** The modules that a request leads to are found before they are linked: each waits for its own answers only. */
async function reach(number: number, attempt: (parent: string, specifier: string, attributes: any) => any, seen = new Set<number>()): Promise<void> {
  if (seen.has(number)) return
  seen.add(number)
  const [url, ...requests] = native.requestsOf(number) as any[]
  await Promise.all(requests.map(async ([specifier, attributes]: [string, any]) => {
    let found
    try {
      found = await attempt(url, specifier, attributes)
    } catch {
      return                        // linking meets it again, in its place
    }
    await reach(found, attempt, seen)
  }))
}

/** The entry goes through the hooks that preloaded modules registered. */
export const runEntry = (path: string): Promise<unknown> | undefined =>
  remote !== undefined ? reached(undefined, native.toUrl(path), {}, runNumber) : patiently(() => runNumber(locate(undefined, native.toUrl(path), {})))

function runNumber(number: number): Promise<unknown> | undefined {
  if (native.kindOf(number) !== MODULE_CJS) return native.evaluateNumber(number)[0]
  import.meta.builtin('rt:modules/cjs').runMain(native.entry())
}

// --- require

const formats = new Map<string, string | null>() // file name -> format that a resolve hook gave
const toUrl = (path: string) => (path[0] === '/' ? native.toUrl(path) : path)

export function resolveRequire(request: string, parent: any): any {
  if (pending.has(request)) return { filename: request }
  const from = parent?.filename
  const context = { parentURL: from ? toUrl(from) : undefined, conditions: [...REQUIRE] }
  const M = import.meta.builtin('rt:modules/cjs').Module as any
  const { url, format = null } = run('resolve', request, context, (name) => {
    const file = name.startsWith('file:') ? split(name)[0] : name
    const found = M._resolveFilename(file, parent, false)
    const id = native.builtinId(found)
    return { url: found[0] === '/' ? native.toUrl(found) : id ?? found }
  }, checkResolved)
  const id = native.builtinId(url)
  if (id !== undefined) return { filename: native.builtinId(request) === id ? request : id, builtin: true }
  const [path, suffix] = split(url)
  const filename = path ? path + suffix : url
  formats.set(filename, format)
  return { filename }
}

export function requireBuiltin(name: string, load: (id: string) => unknown): unknown {
  const id = native.builtinId(name)!
  loadChain(id, { format: 'builtin', conditions: [...REQUIRE] }, true)
  return load(id)
}

/** Loads a module of require() as the hooks say; false: as if there were none. */
export function loadRequire(module: any, filename: string): boolean {
  const url = toUrl(filename)
  let result = pending.get(filename)
  const isFound = result !== undefined
  const asked = formats.get(filename) ?? formatOf(url)
  if (isFound) pending.delete(filename)
  else result = loadChain(url, { format: asked, conditions: [...REQUIRE] }, true)
  if (typeof result.then === 'function')
    fail(TypeError, 'ERR_REQUIRE_ASYNC_MODULE', `require() of '${filename}' cannot wait for a plugin that answers asynchronously: use import()`)
  if (isUntouched(url, result, isFound ? undefined : asked)) return false
  const { exportsOf } = import.meta.builtin('rt:modules/cjs')
  const format = result.format ?? 'commonjs'
  if (format === 'commonjs') module._compile(textOf(result.source), filename)
  else if (format === 'json') module.exports = JSON.parse(textOf(result.source))
  else if (format === 'text') module.exports = textOf(result.source)
  else if (format === 'object') module.exports = result.exports
  else {
    const number = open(url, result, asked, '')
    if (native.kindOf(number) === MODULE_CJS) {
      pending.delete(filename)
      const made = native.compileNumber(number)
      import.meta.builtin('rt:modules/cjs').call(module, made, filename)
    } else {
      numbers.set(`${url}\n`, number)
      module.exports = exportsOf(atOnce(() => native.requireNumber(number, module.parent?.filename ?? filename)))
    }
  }
  return true
}

const api = { atOnce, patiently, locate, importHooked, resolveImport, resolveRequire, requireBuiltin, loadRequire }
