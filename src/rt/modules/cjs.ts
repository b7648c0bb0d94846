// rt:modules/cjs: CommonJS: class Module with everything that tools patch (_load, _resolveFilename, _extensions, _compile, wrap).
import * as native from 'native:modules'

const { create, defineProperty, keys: keysOf } = Object
const hasOwn = Object.prototype.hasOwnProperty
const COMPILED_ESM = 1
const COMPILED_JSON = 2
const COMPILED_VALUE = 3
const COMPILED_ADDON = 4
const COMPILED_PATH = 5

function folderOf(path: string): string {
  const at = path.lastIndexOf('/')
  return at > 0 ? path.slice(0, at) : at === 0 ? '/' : '.'
}

function coded(error: any, code: string): any {
  error.code = code
  return error
}

function checkText(value: unknown, name: string): asserts value is string {
  if (typeof value !== 'string') {
    const { ERR_INVALID_ARG_TYPE } = import.meta.builtin('internal:errors').codes
    throw new ERR_INVALID_ARG_TYPE(name, 'string', value)
  }
  if (value === '') {
    const { ERR_INVALID_ARG_VALUE } = import.meta.builtin('internal:errors').codes
    throw new ERR_INVALID_ARG_VALUE(name, value, 'must be a non-empty string')
  }
}

function updateChildren(parent: any, child: any, scan: boolean): void {
  const children = parent?.children
  if (children && !(scan && children.includes(child))) children.push(child)
}

export function Module(this: any, id = '', parent?: any): void {
  this.id = id
  this.path = folderOf(id)
  this.exports = {}
  updateChildren(parent, this, false)
  this.filename = null
  this.loaded = false
  this.children = []
  defineProperty(this, 'parent', { value: parent, writable: true, enumerable: false, configurable: true })
}
const M = Module as any

M._cache = create(null)
M._pathCache = create(null)
M._extensions = create(null)
M.globalPaths = []
M.Module = M
defineProperty(M, 'isBuiltin', { value: isBuiltin, writable: true, enumerable: true, configurable: true })

// --- wrapping: patched by some tools; then texts are wrapped by the patch and evaluated as they are

const wrapper = ['(function (exports, require, module, __filename, __dirname) { ', '\n});']
let isPatched = false
let wrap = (script: string) => wrapper[0] + script + wrapper[1]
defineProperty(M, 'wrap', {
  get: () => wrap,
  set(value) {
    isPatched = true
    wrap = value
  },
  enumerable: true,
  configurable: true,
})
let wrapperSeen: any
defineProperty(M, 'wrapper', {
  get: () =>
    (wrapperSeen ??= new Proxy(wrapper, {
      set(target, name, value) {
        isPatched = true
        return Reflect.set(target, name, value)
      },
    })),
  set(value) {
    isPatched = true
    wrapperSeen = value
    wrap = (script: string) => value[0] + script + value[1]
  },
  enumerable: true,
  configurable: true,
})

// --- resolving

let names: string[] | undefined
export const builtinModules = (): string[] => (names ??= native.names())
export function isBuiltin(name: string): boolean {
  return typeof name === 'string' && native.builtinId(name) !== undefined
}

function loadBuiltin(id: string): unknown {
  if (!native.hasBuiltin(id)) return import.meta.builtin('rt:modules').absentBinding(id).default
  const made = native.builtin(id)
  return hasOwn.call(made, 'default') ? made.default : made
}

// Nearly all files of a folder ask for the same list; each gets its own, because programs push to it.
const pathsOf = new Map<string, string[]>()
M._nodeModulePaths = function (from: string): string[] {
  let paths = pathsOf.get(from)
  if (paths === undefined) pathsOf.set(from, (paths = native.nodeModules(from)))
  return paths.slice()
}

/** Whether a request can only be a file: it then needs no look at the names of builtins. */
function isPath(request: string): boolean {
  const first = request.charCodeAt(0)
  return first === 46 || first === 47
}

M._resolveLookupPaths = function (request: string, parent: any): string[] | null {
  if (native.builtinId(request) !== undefined) return null
  if (request[0] !== '.' || (request.length > 1 && request[1] !== '.' && request[1] !== '/')) {
    const paths = M.globalPaths
    return parent?.paths?.length ? parent.paths.concat(paths) : paths.slice()
  }
  return parent?.id && parent.filename ? [folderOf(parent.filename)] : ['.']
}

function requireStack(parent: any): string[] {
  const stack: string[] = []
  for (let at = parent; at && !stack.includes(at.filename || at.id); at = at.parent) stack.push(at.filename || at.id)
  return stack
}

function notFound(found: any, parent: any): any {
  if (found.code !== 'MODULE_NOT_FOUND') return found
  if (found.path !== undefined) return found
  const stack = requireStack(parent)
  const text = stack.length ? `${found.message}\nRequire stack:\n- ${stack.join('\n- ')}` : found.message
  const error: any = new Error(text)
  error.code = 'MODULE_NOT_FOUND'
  error.requireStack = stack
  return error
}

// Where a module's requests start from; the working directory when there is no file.
function originOf(parent: any): string {
  return parent?.filename ?? (parent?.path && parent.path !== '.' ? `${parent.path}/noname` : `${native.cwd()}/noname`)
}

function resolveIn(paths: string[], request: string, parent: any): string {
  const isRelative = request.startsWith('./') || request.startsWith('../') || request === '.' || request === '..'
  let first: any
  for (const path of paths) {
    checkText(path, 'options.paths')
    const folder = path[0] === '/' ? path : `${native.cwd()}/${path}`
    const found = native.resolve(`${folder}/noname`, request, true)
    if (typeof found === 'string') return found
    if (found.code !== 'MODULE_NOT_FOUND' && !isRelative) throw found
    first ??= found
  }
  throw notFound(first ?? coded(new Error(`Cannot find module '${request}'`), 'MODULE_NOT_FOUND'), parent)
}

// M._findPath and M._resolveLookupPaths are here for those who call them; resolution itself does not go through them.
M._findPath = function (request: string, paths: string[] | null): string | false {
  if (request[0] === '/') {
    const found = native.resolve(`${request}/..`, request, true)
    return typeof found === 'string' ? found : false
  }
  for (const path of paths ?? []) {
    const found = native.resolve('/noname', `${path}/${request}`, true)
    if (typeof found === 'string') return found
  }
  return false
}

M._resolveFilename = function (request: string, parent: any, isMain?: boolean, options?: any): string {
  if (request === '') throw notFound(coded(new Error("Cannot find module ''"), 'MODULE_NOT_FOUND'), parent)
  if (!isPath(request) && native.builtinId(request) !== undefined) return request
  if (isMain && request === native.entry()) return request // found already, links and all as the flags say
  if (options !== null && typeof options === 'object' && Array.isArray(options.paths)) return resolveIn(options.paths, request, parent)
  const found = native.resolve(originOf(parent), request, true)
  if (typeof found === 'string') return found
  // Paths that a program added to module.paths.
  if (found.code === 'MODULE_NOT_FOUND' && parent?.paths && request[0] !== '.' && request[0] !== '/') {
    const own = parent.path ? M._nodeModulePaths(parent.path) : []
    for (const path of parent.paths.concat(M.globalPaths)) {
      if (own.includes(path)) continue
      const more = native.resolve('/noname', `${path}/${request}`, true)
      if (typeof more === 'string') return more
    }
  }
  if (found.code === 'MODULE_NOT_FOUND') {
    const more = byOwnExtension(request, parent)
    if (more !== undefined) return more
  }
  throw notFound(found, parent)
}

const EXTENSIONS = new Set(['.js', '.json', '.node'])
/** Extensions that a program added are tried behind what the resolver knows. */
function byOwnExtension(request: string, parent: any): string | undefined {
  const own = keysOf(M._extensions).filter((ext) => !EXTENSIONS.has(ext))
  if (own.length === 0) return undefined
  const folders = isPath(request) ? [request[0] === '/' ? '' : `${folderOf(originOf(parent))}/`] : (parent?.paths ?? []).map((path: string) => `${path}/`)
  for (const folder of folders) {
    for (const ending of ['', '/index']) {
      for (const ext of own) {
        const found = native.resolve('/noname', `${folder}${request}${ending}${ext}`, true)
        if (typeof found === 'string') return found
      }
    }
  }
  return undefined
}

/** 0: a file, 1: a folder, negative: neither. */
M._stat = function (path: string): number {
  const { statSync } = import.meta.builtin('node:fs').default
  try {
    return statSync(path).isDirectory() ? 1 : 0
  } catch (error: any) {
    return error.errno ?? -1
  }
}
M._readPackage = function (folder: string): unknown {
  const file = native.packageFile(folder.replace(/\/?$/, ''))
  return file === undefined ? { exists: false, pjsonPath: `${folder}/package.json` } : { ...JSON.parse(native.readText(file)), exists: true, pjsonPath: file }
}

// --- loading

let depth = 0
let hooks: any // rt:modules/hooks, while any are registered
export const setHooks = (all: unknown): void => {
  hooks = all
}

M._load = function (request: string, parent: any, isMain?: boolean): unknown {
  const hooked = hooks?.resolveRequire(request, parent)
  if (hooked?.builtin) return hooks.requireBuiltin(hooked.filename, loadBuiltin)
  if (hooked === undefined && request.startsWith('node:')) {
    const id = native.builtinId(request)
    if (id === undefined) throw coded(new Error(`No such built-in module: ${request}`), 'ERR_UNKNOWN_BUILTIN_MODULE')
    return loadBuiltin(id)
  }
  const filename = hooked ? hooked.filename : M._resolveFilename(request, parent, isMain)
  const cached = M._cache[filename]
  if (cached !== undefined) {
    updateChildren(parent, cached, true)
    return cached.exports
  }
  if (hooked === undefined && !isPath(filename)) {
    const id = native.builtinId(filename)
    if (id !== undefined) return loadBuiltin(id)
  }
  const module = new M(filename, parent)
  if (isMain) {
    main = module
    module.id = '.'
  }
  M._cache[filename] = module
  let threw = true
  try {
    module.load(filename)
    threw = false
  } finally {
    if (threw) {
      delete M._cache[filename]
      if (parent !== undefined) native.forget(filename)   // an import keeps what it threw
      const children = parent?.children
      const at = children ? children.indexOf(module) : -1
      if (at >= 0) children.splice(at, 1)
    }
  }
  return module.exports
}

function extensionOf(filename: string): string {
  let at = filename.lastIndexOf('/') + 1
  while ((at = filename.indexOf('.', at + 1)) > 0) if (M._extensions[filename.slice(at)]) return filename.slice(at)
  return '.js'
}

M.prototype.load = function (filename: string): void {
  this.filename = filename
  this.paths ??= M._nodeModulePaths(folderOf(filename))
  if (hooks === undefined || !hooks.loadRequire(this, filename)) M._extensions[extensionOf(filename)](this, filename)
  this.loaded = true
}

let tracing: any // of node:diagnostics_channel, while somebody listens
export function setTracing(given: unknown): void {
  tracing = given
}

M.prototype.require = function (id: string): unknown {
  checkText(id, 'id')
  if (depth++ === 0) native.fresh()
  try {
    if (tracing !== undefined) return tracing.traceSync(M._load, { __proto__: null, parentFilename: this.filename, id }, M, id, this, false)
    return M._load(id, this, false)
  } finally {
    depth--
  }
}

let main: any
/** process.mainModule */
export const mainModule = (): any => main

function makeRequire(module: any): any {
  const require: any = function require(path: string) {
    return module.require(path)
  }
  require.resolve = function resolve(request: string, options?: any) {
    if (typeof request !== 'string') checkText(request, 'request')
    return hooks && !options ? hooks.resolveRequire(request, module).filename : M._resolveFilename(request, module, false, options)
  }
  require.resolve.paths = function paths(request: string) {
    if (typeof request !== 'string') checkText(request, 'request')
    return M._resolveLookupPaths(request, module)
  }
  require.main = main
  require.extensions = M._extensions
  require.cache = M._cache
  return require
}

export function call(module: any, made: any, filename: string): unknown {
  const require = makeRequire(module)
  const exports = module.exports
  if (typeof made === 'function') return made.call(exports, exports, require, module, filename, folderOf(filename))
  const more: unknown[] = []
  const { importer, makeMeta } = import.meta.builtin('rt:modules')
  if (made[1]) more.push(importer(filename))
  if (made[2]) more.push(makeMeta(filename, native.toUrl(filename), true))
  return made[0].call(exports, exports, require, module, filename, folderOf(filename), ...more)
}

/** What require() gives for an ES module: its export named 'module.exports', else the namespace, marked when it has a default. */
export function exportsOf(ns: any): unknown {
  if ('module.exports' in ns) return ns['module.exports']
  if (!('default' in ns) || '__esModule' in ns) return ns
  const { emptyNamespace, fillNamespace } = import.meta.builtin('rt:modules')
  const names = keysOf(ns)
  const fixed = names.map((name: string) => !Object.getOwnPropertyDescriptor(ns, name)!.get)
  const binding = create(null)
  names.forEach((name: string, i: number) => {
    defineProperty(binding, name, fixed[i] ? { value: ns[name], enumerable: true } : { get: () => ns[name], enumerable: true })
  })
  binding.__esModule = true
  return fillNamespace(emptyNamespace(), binding, [...names, '__esModule'], [...fixed, true])
}

let isPreloading = false
defineProperty(M.prototype, 'isPreloading', { get: () => isPreloading, enumerable: false, configurable: true })
export function setPreloading(on: boolean): void {
  isPreloading = on
}

M.prototype._compile = function (content: string, filename: string): unknown {
  if (isPatched) {
    const fn = native.evalText(wrap(content.replace(/^#!.*/, '')), filename)
    return fn.call(this.exports, this.exports, makeRequire(this), this, filename, folderOf(filename))
  }
  let made
  try {
    made = native.compileText(content, filename)
  } catch (error) {
    if (!compileModule(this, content, filename)) throw error
    return undefined
  }
  return call(this, made, filename)
}
/** A text that is no CommonJS may be an ES module, as its syntax tells. */
function compileModule(module: any, content: string, filename: string): boolean {
  const ext = extname(filename)
  if (ext === '.cjs' || ext === '.cts' || filename[0] !== '/') return false
  let number
  try {
    number = native.openText(native.toUrl(filename), filename, '', content, /^\.m?ts$/.test(ext) ? 2 : ext === '.tsx' ? 3 : 0, true)
  } catch {
    return false
  }
  module.exports = exportsOf(native.requireNumber(number, module.parent?.filename ?? filename))
  return true
}
const extname = (filename: string): string => /\.[^./]*$/.exec(filename)?.[0] ?? ''

/** By name and package alone: what changes texts on their way in leaves ES modules alone. */
function isModuleFile(filename: string): boolean {
  const ext = extname(filename)
  if (ext === '.mjs' || ext === '.mts') return true
  if (ext !== '.js' && ext !== '.ts') return false
  const scope = native.scopeFile(filename)
  try {
    return scope !== undefined && JSON.parse(native.readText(scope)).type === 'module'
  } catch {
    return false
  }
}
const compile = M.prototype._compile

function loadScript(module: any, filename: string): void {
  if ((isPatched || module._compile !== compile) && !isModuleFile(filename)) {
    module._compile(native.readText(filename), filename)
    return
  }
  const made: any = native.compile(filename)
  if (typeof made !== 'number') call(module, made, filename)
  else if (made === COMPILED_ESM) {
    const load = (): unknown => native.requireModule(filename, module.parent?.filename ?? filename)
    module.exports = exportsOf(hooks ? hooks.atOnce(load) : load())
  }
  else if (made === COMPILED_JSON) loadJson(module, filename)
  else if (made === COMPILED_VALUE) {
    const ns: any = native.requireModule(filename, filename)
    module.exports = 'default' in ns ? ns.default : ns
  }
  else if (made === COMPILED_PATH) module.exports = filename
  else if (made === COMPILED_ADDON) M._extensions['.node'](module, filename)
}

function loadJson(module: any, filename: string): void {
  if (filename.endsWith('/tsconfig.json') || filename.endsWith('/jsconfig.json')) {
    module.exports = (native.requireModule(filename, filename) as any).default
    return
  }
  const text = native.readText(filename)
  try {
    module.exports = JSON.parse(text)
  } catch (error: any) {
    throw import.meta.builtin('rt:modules').jsonMistake(error, text, filename)
  }
}

M._extensions['.js'] = loadScript
M._extensions['.json'] = loadJson
M._extensions['.node'] = function (module: any, filename: string): void {
  const process = (globalThis as any).process
  if (typeof process?.dlopen !== 'function')
    throw coded(new Error(`Loading the addon '${filename}' is not implemented`), 'ERR_NOT_IMPLEMENTED')
  process.dlopen(module, filename)
}

/** What a hint about a failure looks at (internal:module_hints). */
export const lookups = {
  builtins: () => builtinModules(),
  exportNames: (from: string, specifier: string): string[] | undefined => native.exportNames(from, specifier),
  join: (folder: string, path: string): string => import.meta.builtin('node:path').default.resolve(folder, path),
}

// --- entries

export function runMain(path: string): boolean {
  M._load(path, null, true)
  return true
}

/** An ES module imports a CommonJS file. */
export const importFile = (path: string): unknown => M._load(path, undefined, false)

export function throwMissing(path: string): never {
  const error: any = new Error(`Cannot find module '${path}'`)
  error.code = 'MODULE_NOT_FOUND'
  error.requireStack = []
  throw error
}

/** -e and -p: builtin modules are there by their names, loaded when they are used. */
export function nameBuiltins(): boolean {
  for (const name of builtinModules()) {
    if (name[0] === '_' || name.includes('/') || name.includes(':') || name in globalThis) continue
    const set = (value: unknown): void => { defineProperty(globalThis, name, { value, writable: true, enumerable: true, configurable: true }) }
    const get = (): unknown => {
      const value = loadBuiltin(native.builtinId(name))
      defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true })
      return value
    }
    defineProperty(globalThis, name, { get, set, enumerable: false, configurable: true })
  }
  return true
}

/** -e and -p: the text runs as a script that finds these as globals. */
export function beginText(path: string): boolean {
  const module = new M(path.slice(path.lastIndexOf('/') + 1), undefined)
  module.filename = path
  module.path = folderOf(path)
  module.paths = M._nodeModulePaths(module.path)
  const set = (name: string, value: unknown) =>
    defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true })
  set('module', module)
  set('exports', module.exports)
  set('require', makeRequire(module))
  set('__filename', module.id)
  set('__dirname', '.')
  return true
}

/** What --preload, --require and --import name: found as `require` finds it from the working directory, as a URL. */
export function preloadPath(specifier: string): string {
  const parent = new M('internal/preload', null)
  parent.path = native.cwd()
  parent.paths = M._nodeModulePaths(parent.path)
  const found = M._resolveFilename(specifier, parent, false)
  return found[0] === '/' ? native.toUrl(found) : found
}

export function createRequire(from: string | URL): any {
  let path: string | undefined
  if (typeof from === 'object' && from !== null && typeof (from as URL).href === 'string') path = native.fromUrl((from as URL).href)
  else if (typeof from === 'string') path = from[0] === '/' ? from : native.fromUrl(from)
  if (path === undefined) {
    const { ERR_INVALID_ARG_VALUE } = import.meta.builtin('internal:errors').codes
    throw new ERR_INVALID_ARG_VALUE('filename', from, 'must be a file URL object, file URL string, or absolute path string')
  }
  const isFolder = path.endsWith('/')
  const name = isFolder ? `${path}noop.js` : path
  const module = new M(name)
  module.filename = name
  module.paths = M._nodeModulePaths(folderOf(name))
  return makeRequire(module)
}

/** module.findPackageJSON: `specifier` is a url, a path or a package's name; `base` a path or a url. */
export function findPackage(specifier: string, base?: string): string | undefined {
  const from = base === undefined ? undefined : (native.fromUrl(base) ?? base)
  const path = native.fromUrl(specifier) ?? specifier
  if (path[0] === '/') return native.scopeFile(path)
  if (from === undefined) {
    const { ERR_INVALID_ARG_TYPE } = import.meta.builtin('internal:errors').codes
    throw new ERR_INVALID_ARG_TYPE('base', ['string', 'URL'], base)
  }
  if (path[0] === '.') return native.scopeFile(`${folderOf(from)}/${path}`)
  const name = path.split('/', path[0] === '@' ? 2 : 1).join('/')
  for (const folder of native.nodeModules(folderOf(from))) {
    const file = native.packageFile(`${folder}/${name}`)
    if (file !== undefined) return file
  }
  throw coded(new Error(`Cannot find package '${name}' imported from ${from}`), 'ERR_MODULE_NOT_FOUND')
}

export const blankTypes = (text: string): string | number => native.blankTypes(text)

M.createRequire = createRequire
M.runMain = function (path = (globalThis as any).process.argv[1]): void {
  M._load(path, null, true)
}
M._initPaths = function (): void {}
M._preloadModules = function (requests: string[]): void {
  for (const request of requests ?? []) native.importModule('/noname', preloadPath(request), '')
}
defineProperty(M, 'builtinModules', { get: () => builtinModules().slice(), enumerable: true, configurable: true })
