// rt:modules: what linking and evaluation need of JavaScript: namespaces, import(), import.meta, promises. The rest is C.
import { addDeferred } from 'internal:namespaces'
import * as native from 'native:modules'

const { create, defineProperty, freeze, getOwnPropertyDescriptor, keys: keysOf } = Object
const hasOwn = Object.prototype.hasOwnProperty

type Binding = Record<string, any>
type Settled = [Promise<void> | undefined, number]

// --- namespace objects

export const emptyNamespace = (): object => create(null)

// A name whose value can still change is an accessor, others are values: they read as fast as a plain object's.
export function fillNamespace(ns: any, binding: Binding, names: string[], fixed: boolean[]): object {
  const isFixed = new Map<string, boolean>()
  for (let i = 0; i < names.length; i++) isFixed.set(names[i], fixed[i])
  for (const name of names.sort()) {
    if (isFixed.get(name)) ns[name] = binding[name]
    else defineProperty(ns, name, { get: () => binding[name], enumerable: true })
  }
  defineProperty(ns, Symbol.toStringTag, { value: 'Module' })
  return freeze(ns)
}

/** The namespace of `import defer`: asked for a name it evaluates its module, and is that module's names from then on. */
export function deferredNamespace(number: number): object {
  const names = create(null)
  let isOpen = true
  const run = (): boolean => {
    if (!isOpen) return true
    const ns = native.runDeferred(number)
    for (const name of keysOf(ns)) if (name !== 'then') defineProperty(names, name, getOwnPropertyDescriptor(ns, name)!)
    freeze(names)
    isOpen = false
    return true
  }
  const asks = (key: PropertyKey): boolean => typeof key === 'string' && key !== 'then' && run()
  defineProperty(names, Symbol.toStringTag, { value: 'Deferred Module' })
  const ns = new Proxy(names, {
    get: (_, key) => (asks(key), names[key]),
    has: (_, key) => (asks(key), key in names),
    getOwnPropertyDescriptor: (_, key) => (asks(key), getOwnPropertyDescriptor(names, key)),
    ownKeys: () => (run(), Reflect.ownKeys(names)),
    defineProperty: (_, key, descriptor) => (asks(key), run() && Reflect.defineProperty(names, key, descriptor)),
    deleteProperty: (_, key) => (asks(key), run() && Reflect.deleteProperty(names, key)),
    preventExtensions: run,
    set: () => false,
  })
  addDeferred(ns)
  return ns
}

// --- bindings

const put = (binding: Binding, name: string, value: unknown) =>
  defineProperty(binding, name, { value, writable: true, enumerable: true, configurable: true })

/** Members of a cycle: reading before the declaration is evaluated throws, the declaration itself makes it a value. */
export function tdz(binding: Binding, names: string[]): boolean {
  for (const name of names)
    defineProperty(binding, name, {
      get() {
        throw new ReferenceError(`Cannot access '${name}' before initialization`)
      },
      set: (value) => put(binding, name, value),
      enumerable: true,
      configurable: true,
    })
  return true
}

export function forward(binding: Binding, name: string, from: Binding, fromName: string): boolean {
  defineProperty(binding, name, {
    get: () => from[fromName],
    set: (value) => put(binding, name, value),
    enumerable: true,
    configurable: true,
  })
  return true
}

export function forwardAll(binding: Binding, names: string[], from: Binding[], fromNames: string[], fixed: boolean[]): boolean {
  for (let i = 0; i < names.length; i++) {
    if (fixed[i]) binding[names[i]] = from[i][fromNames[i]]
    else forward(binding, names[i], from[i], fromNames[i])
  }
  return true
}

export const has = (binding: Binding, name: string): boolean => hasOwn.call(binding, name)
export const keys = (binding: Binding): string[] => keysOf(binding)

// --- builtins: named exports are the own enumerable keys of what `require` gives

const exposed: [Binding, any][] = []

function copyNames(binding: Binding, value: any): void {
  for (const name of keysOf(value)) {
    if (name === 'default') continue
    const descriptor = getOwnPropertyDescriptor(value, name)!
    if (descriptor.get) defineProperty(binding, name, { get: () => value[name], enumerable: true, configurable: true })
    else put(binding, name, descriptor.value)
  }
}

export function expose(made: Binding): Binding {
  if (!hasOwn.call(made, 'default')) return made
  const value = made.default
  const binding = create(null)
  if (value !== null && (typeof value === 'object' || typeof value === 'function')) {
    copyNames(binding, value)
    exposed.push([binding, value])
  }
  binding.default = value
  return binding
}

const absent = new Map<string, Binding>()

/** A builtin of Node's that has no face: its names are there, using one says that it is not implemented. */
export function absentBinding(id: string): Binding {
  let binding = absent.get(id)
  if (binding !== undefined) return binding
  const value = import.meta.builtin('rt:modules/absent').absentModule(id)
  if (value === undefined) {
    const error: any = new Error(`The module '${id}' is not implemented`)
    error.code = 'ERR_NOT_IMPLEMENTED'
    throw error
  }
  absent.set(id, (binding = expose({ default: value })))
  return binding
}

export function syncBuiltins(): void {
  for (const [binding, value] of exposed) {
    for (const name of keysOf(binding)) if (name !== 'default' && !(name in value)) delete binding[name]
    copyNames(binding, value)
  }
}

// --- CommonJS and JSON seen from ES modules

/** Fills the binding; gives a second one for importers that read `default` through __esModule, as Bun has it. */
export function fillCommonJS(binding: Binding, exports: any, names: string[]): Binding | boolean {
  const isObject = exports !== null && (typeof exports === 'object' || typeof exports === 'function')
  const put = (name: string) => {
    if (name === 'default' || name === 'module.exports') return
    try {
      binding[name] = exports[name]
    } catch {
      binding[name] = undefined
    }
  }
  if (isObject) {
    for (const name of keysOf(exports)) put(name)
    for (const name of names) if (!hasOwn.call(binding, name) && name !== '__esModule') put(name)
    if ('__esModule' in exports) put('__esModule')
  }
  binding.default = exports
  binding['module.exports'] = exports
  if (!isObject || !exports.__esModule || !('default' in exports)) return true
  const loose = create(null)
  for (const name of keysOf(binding)) loose[name] = binding[name]
  loose.default = exports.default
  return loose
}

/** What JSON.parse threw, with the file and the place: the engine does not tell where. */
export function jsonMistake(error: Error, text: string, path: string): Error {
  let place = ''
  try {
    import.meta.builtin('bun:formats').JSONC.parse(text)
    const comma = /,\s*[}\]]/.exec(text)?.index
    if (comma !== undefined) place = ` (line ${text.slice(0, comma).split('\n').length}, column ${comma - text.lastIndexOf('\n', comma)})`
  } catch (found: any) {
    place = / \(line \d+, column \d+\)$/.exec(found.message)?.[0] ?? ''
  }
  error.message = `${path}: ${error.message}${place}`
  return error
}

/** `fixes`: what the file has and JSON has not. */
export function fillJson(binding: Binding, text: string, path: string, fixes?: string): boolean {
  let value
  try {
    value = fixes ? import.meta.builtin('bun:formats').fix(JSON.parse(text), fixes) : JSON.parse(text)
  } catch (error: any) {
    const isData = /^data:(text|application)\/javascript/.test(path)
    if (!isData && !/\.[mc]?[jt]sx?$/.test(path)) throw jsonMistake(error, text, path)
    const wrong: any = new TypeError(`Module "${isData ? path : native.toUrl(path)}" is not of type "json"`)
    wrong.code = 'ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE'
    throw wrong
  }
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) for (const name of keysOf(value)) binding[name] = value[name]
  binding.default = value
  return true
}

export function compileWasm(bytes: Uint8Array<ArrayBuffer>, path: string): WebAssembly.Module {
  import.meta.builtin('rt:wasm')                          // what it is made of is kept
  try {
    return new WebAssembly.Module(bytes)
  } catch (error: any) {
    error.message = `${path}: ${error.message}`
    throw error
  }
}

/** As Node has it: its imports are modules, its exports names, globals by their values. Where something that it imports cannot be found
 * it is only its path, the default export that Bun gives. */
export function fillWasm(binding: Binding, module: WebAssembly.Module, path: string): boolean {
  const imports: Record<string, any> = {}
  for (const { module: name } of WebAssembly.Module.imports(module)) {
    if (hasOwn.call(imports, name)) continue
    if (typeof native.resolve(path, name, false) !== 'string') {
      binding.default = path
      return true
    }
    const [promise, number] = native.importModule(path, name, '')
    if (promise !== undefined) {
      const error: any = new Error(`${path} cannot wait for '${name}', which waits at its top level: import that first`)
      error.code = 'ERR_REQUIRE_ASYNC_MODULE'
      throw error
    }
    imports[name] = native.namespaceOf(number)
  }
  const { exports } = new WebAssembly.Instance(module, imports)
  for (const name of keysOf(exports)) put(binding, name, exports[name] instanceof WebAssembly.Global ? (exports[name] as any).value : exports[name])
  if (!hasOwn.call(binding, 'default')) defineProperty(binding, 'default', { value: path, writable: true, enumerable: false, configurable: true })
  return true
}

// --- cycles and top-level await

export function step(generator: Generator): unknown {
  const result: any = generator.next()
  return typeof result.then === 'function' ? result : true
}

export function whenSettled(promise: Promise<unknown>, number: number): boolean {
  promise.then(
    () => native.settled(number),
    (error) => native.failed(number, error),
  )
  return true
}

export const rejected = (error: unknown): Promise<never> => Promise.reject(error)

// --- import()

let hooks: any // rt:modules/hooks, while any are registered
export const setHooks = (all: unknown): void => {
  hooks = all
}

// The first promise of a process costs half a millisecond: none is made before one is needed.
let resolved: Promise<void> | undefined
const later = <T>(run: () => T | Promise<T>): Promise<T> => (resolved ??= Promise.resolve()).then(run)

const finish = ([promise, number]: Settled): object | Promise<object> =>
  promise ? promise.then(() => native.namespaceOf(number)) : native.namespaceOf(number)

function typeOf(options: any): string {
  if (options === undefined) return ''
  if (options === null || typeof options !== 'object') throw new TypeError('The second argument to import() must be an object')
  const attributes = options.with
  if (attributes === undefined) return ''
  if (attributes === null || typeof attributes !== 'object')
    throw new TypeError("The 'with' option must be an object")
  for (const name of keysOf(attributes))
    if (typeof attributes[name] !== 'string') throw new TypeError('Import attribute value must be a string')
  return attributes.type ?? ''
}

let tracing: any // of node:diagnostics_channel, while somebody listens
export function setTracing(given: unknown): void {
  tracing = given
}

type Phase = 'defer' | 'source' | undefined

export function dynamicImport(from: string, specifier: unknown, options?: unknown, phase?: Phase): Promise<any> {
  if (tracing === undefined) return importNow(from, specifier, options, phase)
  const context = { __proto__: null, parentURL: from[0] === '/' ? native.toUrl(from) : from, url: `${specifier as string}` }
  return tracing.tracePromise(importNow, context, undefined, from, specifier, options, phase)
}

/** What import.source() and import.defer() give of a module. */
function inPhase(number: number, phase: Phase): unknown {
  if (phase === 'source') return native.sourceOf(number)
  const [ns, waits] = native.deferModule(number)
  return waits.length > 0 ? Promise.all(waits).then(() => ns) : ns
}

function importNow(from: string, specifier: unknown, options?: unknown, phase?: Phase): Promise<any> {
  let name: string, type: string
  try {
    name = `${specifier as string}`
    type = typeOf(options)
  } catch (error) {
    return Promise.reject(error)
  }
  return later((): any => {
    if (hooks !== undefined) {
      const done = (number: number) => (phase === undefined ? finish(native.evaluateNumber(number)) : inPhase(number, phase))
      return hooks.importHooked(from, name, (options as any)?.with, done)
    }
    return phase === undefined ? finish(native.importModule(from, name, type)) : inPhase(native.openModule(from, name, type), phase)
  })
}

/** import, import.defer and import.source of the text `from`. */
export function importer(from: string): any {
  const all: any = (specifier: unknown, options?: unknown) => dynamicImport(from, specifier, options)
  all.defer = (specifier: unknown, options?: unknown) => dynamicImport(from, specifier, options, 'defer')
  all.source = (specifier: unknown, options?: unknown) => dynamicImport(from, specifier, options, 'source')
  return all
}

/** For `bao test`: a file by its path; `fresh` evaluates it anew. */
export function load(path: string, fresh?: boolean): Promise<any> {
  const open = () => finish(fresh ? native.importFresh(path) : native.importModule(path, native.toUrl(path), ''))
  return later(() => (hooks === undefined ? open() : hooks.patiently(open)))
}

// --- import.meta

const cjs = () => import.meta.builtin('rt:modules/cjs')

function folderOf(path: string): string {
  const at = path.lastIndexOf('/')
  return at > 0 ? path.slice(0, at) : '/'
}

function lazy(target: object, name: string, make: () => unknown): void {
  defineProperty(target, name, {
    get() {
      const value = make()
      defineProperty(target, name, { value, writable: true, configurable: true })
      return value
    },
    set(value) {
      defineProperty(target, name, { value, writable: true, configurable: true })
    },
    configurable: true,
  })
}

export function makeMeta(path: string, url: string, isFile: boolean): object {
  const meta = create(null)
  const isMain = isFile && native.entry() === path
  if (isFile) {
    meta.dirname = folderOf(path)
    meta.filename = path
  }
  meta.main = isMain
  meta.resolve = (specifier: unknown, parent?: unknown) => {
    if (hooks !== undefined) return hooks.atOnce(() => hooks.resolveImport(parent === undefined ? url : `${parent}`, `${specifier as string}`, {}).url)
    const from = parent === undefined ? path : (native.fromUrl(`${parent}`) ?? `${parent}`)
    return native.resolveUrl(from, `${specifier as string}`)
  }
  meta.url = url
  if (!isFile) return meta
  const hide = (name: string, value: unknown) => defineProperty(meta, name, { value, writable: true, configurable: true })
  hide('dir', meta.dirname)
  hide('path', path)
  hide('file', path.slice(path.lastIndexOf('/') + 1))
  lazy(meta, 'env', () => (globalThis as any).process.env)
  lazy(meta, 'require', () => cjs().createRequire(path))
  hide('resolveSync', (specifier: string, parent?: string) => {
    const found = native.resolve(parent === undefined ? path : (native.fromUrl(parent) ?? parent), `${specifier}`, false)
    if (typeof found !== 'string') throw found
    return found
  })
  return meta
}

// --- CommonJS, made when the first such file runs

export const runCommonJS = (path: string): unknown => cjs().importFile(path)

/** Each after the one before, also when one waits at its top level; then the entry. */
export function runPreloaded(specifiers: string[], at = 0): unknown {
  for (let i = at; i < specifiers.length; i++) {
    cjs().setPreloading(true)
    const found = cjs().preloadPath(specifiers[i])
    const from = `${native.cwd()}/noname`
    const promise: any = hooks === undefined ? native.importModule(from, found, '')[0]
      : hooks.importHooked(from, found, {}, (number: number) => native.evaluateNumber(number)[0])
    if (promise) return promise.then(() => runPreloaded(specifiers, i + 1))
  }
  cjs().setPreloading(false)
  return native.runEntry()
}

/** Names that every module sees and globalThis does not have: what a script declares stands beside the global object. */
export function declareNames(values: Record<string, unknown>): void {
  const names = Object.keys(values).join(',')
  native.evalText(`let ${names};(o=>{({${names}}=o)})`, 'bao:names')(values)
}

/** Text for eval as files are lowered; undefined when it does not parse. */
export const lowerScript = (text: string, names: string[] = []): string | undefined => native.lowerScript(text, names)
/** import() of text that belongs to no file. */
export const importFromText = (specifier: unknown, options: unknown): Promise<any> => dynamicImport(`${native.cwd()}/[eval]`, specifier, options)
export const importerOfText = (): any => importer(`${native.cwd()}/[eval]`)
/** The value of a lowered text that belongs to no file. */
export const evaluate = (text: string): unknown => native.evalText(text, 'anonymous')
