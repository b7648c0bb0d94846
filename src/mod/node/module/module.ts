// node:module: class Module (rt:modules/cjs holds it) with the functions around it.
import { codes } from 'internal:errors'
import { validateBoolean, validateFunction, validateObject, validateString } from 'internal:validate'
import { SourceMap, findSourceMap, getSourceMapsSupport, setSourceMapsSupport } from 'internal:source_map'
import { Module, blankTypes, findPackage, isBuiltin } from 'rt:modules/cjs'
import { syncBuiltins } from 'rt:modules'

const { ERR_INVALID_ARG_TYPE } = codes
const M = Module as any

function notThere(what: string): never {
  const error: any = new Error(`${what} is not implemented`)
  error.code = 'ERR_NOT_IMPLEMENTED'
  throw error
}

/** The package.json of a package, or the nearest one of a file. */
export function findPackageJSON(specifier: string | URL, base?: string | URL): string | undefined {
  if (specifier === undefined) throw new codes.ERR_MISSING_ARGS('specifier')
  const isUrl = typeof specifier === 'object' && specifier !== null && 'href' in specifier
  if (!isUrl) validateString(specifier, 'specifier')
  if (base !== undefined && typeof base !== 'string' && !(base instanceof URL)) throw new ERR_INVALID_ARG_TYPE('base', ['string', 'URL'], base)
  const text = isUrl ? (specifier as URL).href : (specifier as string)
  if (base === undefined && /^\.{0,2}\//.test(text)) {
    const error: any = new TypeError(`Failed to resolve module specifier "${text}" from "data:": Invalid relative URL or base scheme is not hierarchical.`)
    error.code = 'ERR_UNSUPPORTED_RESOLVE_REQUEST'
    throw error
  }
  return findPackage(text, base === undefined ? undefined : `${base}`)
}

/** Named exports of builtins follow what was assigned to their default export. */
export function syncBuiltinESMExports(): void {
  syncBuiltins()
}


export const constants = Object.freeze({
  __proto__: null,
  compileCacheStatus: Object.freeze({ __proto__: null, FAILED: 0, ENABLED: 1, ALREADY_ENABLED: 2, DISABLED: 3 }),
})

// The engine keeps no compiled code on disk: the cache says that it is off.
export const enableCompileCache = (cacheDir?: string): object => ({ status: constants.compileCacheStatus.DISABLED })
export const getCompileCacheDir = (): string | undefined => undefined
export const flushCompileCache = (): void => {}

let isWarned = false
/** Hooks in a module of their own, which may answer with promises. */
export function register(specifier: string | URL, parentURL: any = 'data:', options: any = undefined): void {
  if (!isWarned) {
    isWarned = true
    process.emitWarning('`module.register()` is deprecated. Use `module.registerHooks()` instead.', 'DeprecationWarning', 'DEP0205')
  }
  if (parentURL !== null && typeof parentURL === 'object' && !(parentURL instanceof URL)) {
    options = parentURL
    parentURL = options.parentURL ?? 'data:'
  }
  import.meta.builtin(import.meta.builtin('rt:modules/hooks').registrar()).register(`${specifier}`, `${parentURL}`, options?.data, options?.transferList)
}

/** Hooks that run in this thread, for import, import() and require; the last registered is asked first. */
export class ModuleHooks {
  declare resolve: any
  declare load: any
  #remove: () => void
  constructor(resolve: any, load: any) {
    this.resolve = resolve
    this.load = load
    this.#remove = import.meta.builtin('rt:modules/hooks').add({ resolve, load })
  }
  deregister(): void {
    this.#remove()
  }
}
export function registerHooks(hooks: any): ModuleHooks {
  const { resolve, load } = hooks
  if (resolve) validateFunction(resolve, 'hooks.resolve')
  if (load) validateFunction(load, 'hooks.load')
  return new ModuleHooks(resolve, load)
}

/** Types become blanks; what has a value at run time (enums and the like) is refused. */
export function stripTypeScriptTypes(code: string, options: any = {}): string {
  validateString(code, 'code')
  validateObject(options, 'options')
  const { mode = 'strip', sourceMap, sourceUrl = '' } = options
  if (mode !== 'strip') throw new codes.ERR_INVALID_ARG_VALUE('options.mode', mode, "must be one of: 'strip'")
  if (sourceMap) throw new codes.ERR_INVALID_ARG_VALUE('options.sourceMap', sourceMap, 'must be one of: false, undefined')
  validateString(sourceUrl, 'options.sourceUrl')
  const text = blankTypes(code)
  if (typeof text === 'string') return sourceUrl ? `${text}\n\n//# sourceURL=${sourceUrl}` : text
  const error: any = new SyntaxError(text === 1 ? 'The text is not TypeScript' : 'Syntax with a value at run time cannot be stripped')
  error.code = text === 1 ? 'ERR_INVALID_TYPESCRIPT_SYNTAX' : 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX'
  throw error
}

Object.assign(M, {
  constants,
  enableCompileCache,
  findPackageJSON,
  findSourceMap,
  flushCompileCache,
  getCompileCacheDir,
  getSourceMapsSupport,
  register,
  registerHooks,
  setSourceMapsSupport,
  SourceMap,
  stripTypeScriptTypes,
  syncBuiltinESMExports,
})

export { isBuiltin, SourceMap, findSourceMap, getSourceMapsSupport, setSourceMapsSupport }
export default M
