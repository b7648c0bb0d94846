// bun:transpiler: Bun.Transpiler. Types go, TypeScript and JSX are lowered, import and export stay.
import * as native from 'native:transpiler'
import { ERR_NOT_IMPLEMENTED } from 'internal:errors'

const LOADERS = ['js', 'jsx', 'ts', 'tsx']
const OTHER_LOADERS = ['css', 'json', 'jsonc', 'json5', 'toml', 'yaml', 'xml', 'text', 'wasm', 'md',
  'file', 'napi', 'base64', 'dataurl', 'html', 'sqlite', 'sh']
const LEVELS = ['verbose', 'debug', 'info', 'warn', 'error']
const MINIFY = 1, TRIM = 2, VERBATIM = 4, LEGACY = 8, METADATA = 16, ASSIGN = 32, CLASSIC = 64, PRESERVE = 128, DEV = 256   // native.c

function typeError(message: string): Error {
  const error: any = new TypeError(message)
  error.code = 'ERR_INVALID_ARG_TYPE'
  return error
}

/** What is wrong with a text, as Bun tells it. */
class BuildMessage extends Error {
  declare position: object | null
  declare level: string
  constructor(facts: any[]) {
    const [text, file, line, column, lineText, length] = facts
    super(text)
    Object.defineProperty(this, 'name', { value: 'BuildMessage', configurable: true })
    this.position = line ? { lineText, file, namespace: 'file', line, column, length } : null
    this.level = 'error'
  }
}

function dialectOf(loader: unknown, constructing: boolean): number {
  const at = LOADERS.indexOf(loader as string)
  if (at >= 0) return at
  if (typeof loader !== 'string' || !OTHER_LOADERS.includes(loader)) {
    throw typeError('invalid loader - must be js, jsx, tsx, ts, css, json, jsonc, json5, toml, yaml, xml, text, wasm, or md')
  }
  if (constructing) throw typeError('only JavaScript-like loaders supported for now')
  throw new (ERR_NOT_IMPLEMENTED as any)(`Bun.Transpiler with the loader "${loader}"`)
}

const isObject = (value: unknown): value is Record<string, any> => typeof value === 'object' && value !== null
const PATH = /^[\p{ID_Start}$_][\p{ID_Continue}$]*(\.[\p{ID_Start}$_][\p{ID_Continue}$]*)*$/u

/** The text that stands for a defined name: JSON or a name. */
function defineText(name: string, value: unknown): string {
  if (typeof value !== 'string') throw typeError(`define "${name}" must be a JSON string`)
  if (PATH.test(value)) return value
  let made: unknown
  try { made = JSON.parse(value) } catch { throw typeError(`define "${name}" must be a JSON string or a name`) }
  return typeof made === 'object' || typeof made === 'number' ? `(${value})` : JSON.stringify(made)
}

function readDefines(define: unknown, target: unknown): string[] {
  const all: Record<string, string> = Object.create(null)
  all['process.browser'] = target === 'node' || target === 'bun' || target === 'macro' ? 'false' : 'true'
  all['process.env.NODE_ENV'] = JSON.stringify(process.env.NODE_ENV || 'development')
  if (define !== undefined && define !== null) {
    if (!isObject(define)) throw typeError('define must be an object')
    for (const name of Object.keys(define)) {
      if (!PATH.test(name)) throw typeError(`define "${name}" must be a name, or names joined by dots`)
      all[name] = defineText(name, define[name])
    }
  }
  return Object.entries(all).flat()
}

function compilerOptions(tsconfig: unknown): Record<string, any> {
  if (tsconfig === undefined || tsconfig === null) return {}
  let config: any = tsconfig
  if (typeof tsconfig === 'string') config = import.meta.builtin('bun:formats').JSONC.parse(tsconfig)
  if (!isObject(config)) throw typeError('tsconfig must be a string or object')
  return isObject(config.compilerOptions) ? config.compilerOptions : {}
}

function jsxFlags(jsx: unknown): number {
  switch (jsx) {
    case 'react': return CLASSIC
    case 'preserve': return PRESERVE
    case 'react-jsx': return 0
    default: return process.env.NODE_ENV === 'production' ? 0 : DEV
  }
}

/** Throws for what would change the text and is not there. */
function refuse(o: Record<string, any>): void {
  const not = (what: string) => { throw new (ERR_NOT_IMPLEMENTED as any)(`Bun.Transpiler: ${what}`) }
  if (o.target !== undefined && typeof o.target !== 'string') throw typeError('TranspilerOptions.target must be a string')
  // No warning is ever made: a level that is known has nothing to hold back.
  if (o.logLevel !== undefined && o.logLevel !== null && !LEVELS.includes(o.logLevel)) {
    throw typeError('logLevel must be one of "verbose", "debug", "info", "warn", or "error"')
  }
  if (o.exports !== undefined && !isObject(o.exports)) throw typeError('TranspilerExports must be an object')
  if (o.exports?.eliminate?.length) not('exports.eliminate')
  if (isObject(o.exports?.replace) && Object.keys(o.exports.replace).length) not('exports.replace')
  if (o.macro && !isObject(o.macro)) throw typeError('macro must be an object')
  if (isObject(o.macro) && Object.keys(o.macro).length) not('macro')
  if (o.inline === true) not('inline')
  if (o.jsxOptimizationInline === true) not('jsxOptimizationInline')
  if (o.treeShaking === true) not('treeShaking')
  if (o.deadCodeElimination === true) not('deadCodeElimination')
  if (o.autoImportJSX === false) not('autoImportJSX: false')
  if (o.minify !== undefined && typeof o.minify !== 'boolean' && !isObject(o.minify)) {
    throw typeError('TranspilerMinifyOptions must be an object')
  }
  if (o.minify === true || o.minify?.syntax) not('minify.syntax')
  if (o.minify?.identifiers) not('minify.identifiers')
}

function settingsOf(o: Record<string, any>): { dialect: number, flags: number, rest: [string, string, string, string[]] } {
  const dialect = o.loader === undefined ? 1 : dialectOf(o.loader, true)
  refuse(o)
  const c = compilerOptions(o.tsconfig)
  let flags = jsxFlags(c.jsx)
  if (o.minifyWhitespace || o.minify?.whitespace) flags |= MINIFY
  if (o.trimUnusedImports) flags |= TRIM
  if (c.verbatimModuleSyntax || c.preserveValueImports) flags |= VERBATIM
  if (c.experimentalDecorators) flags |= LEGACY
  if (c.emitDecoratorMetadata && c.experimentalDecorators) flags |= METADATA
  if (c.useDefineForClassFields === false) flags |= ASSIGN
  const text = (value: unknown) => typeof value === 'string' ? value : ''
  return { dialect, flags, rest: [text(c.jsxFactory), text(c.jsxFragmentFactory), text(c.jsxImportSource), readDefines(o.define, o.target)] }
}

function checkCode(code: unknown, name: string): any {
  if (typeof code === 'string' || ArrayBuffer.isView(code) || code instanceof ArrayBuffer) return code
  throw typeError(`Expected code to be a string or Uint8Array for '${name}'.`)
}

export class Transpiler {
  #s: ReturnType<typeof settingsOf>

  constructor(...args: unknown[]) {
    const options = args[0]
    if (options !== undefined && options !== null && !isObject(options)) throw typeError('Expected an object')
    this.#s = settingsOf((options ?? {}) as Record<string, any>)
  }

  #dialect(loader: unknown): number {
    return loader === undefined || loader === null || isObject(loader) ? this.#s.dialect : dialectOf(loader, false)
  }

  transformSync(...args: any[]): string {
    const code = checkCode(args[0], 'transformSync'), dialect = this.#dialect(args[1])
    if (args[2] !== undefined && !isObject(args[2])) throw typeError("Expected context to be a object or loader for 'transformSync'.")
    const made = native.text(code, dialect, this.#s.flags, ...this.#s.rest)
    if (typeof made !== 'string') throw new BuildMessage(made)
    return made
  }

  transform(...args: any[]): Promise<string> {
    const code = checkCode(args[0], 'transform'), dialect = this.#dialect(args[1])
    return new Promise((resolve, reject) => {
      native.text_later(code, dialect, this.#s.flags, ...this.#s.rest, (error: unknown, made: any) => {
        if (error) reject(error)
        else if (typeof made === 'string') resolve(made)
        else reject(new BuildMessage(made))
      })
    })
  }

  #scan(code: any, loader: unknown): { exports: string[], calls: { kind: string, path: string }[], jsx: string } {
    const made = native.scan(code, this.#dialect(loader), this.#s.flags, ...this.#s.rest)
    if (!Array.isArray(made[0])) throw new BuildMessage(made)
    const calls = []
    for (let i = 0; i < made[1].length; i += 2) calls.push({ kind: made[1][i], path: made[1][i + 1] })
    return { exports: made[0], calls, jsx: made[2] }
  }

  scan(...args: any[]): { exports: string[], imports: { kind: string, path: string }[] } {
    const { exports, calls } = this.#scan(checkCode(args[0], 'scan'), args[1])
    const statements = calls.filter((c) => c.kind === 'import-statement')
    return { exports, imports: statements.concat(calls.filter((c) => c.kind === 'dynamic-import' || c.kind === 'require-resolve')) }
  }

  scanImports(...args: any[]): { kind: string, path: string }[] {
    const { calls, jsx } = this.#scan(checkCode(args[0], 'scanImports'), args[1])
    const imports = calls.filter((c) => c.kind !== 'require-resolve')
    if (jsx) for (const path of [jsx, jsx.slice(0, jsx.lastIndexOf('/'))]) imports.push({ kind: 'require-call', path })
    return imports
  }
}
Object.defineProperty(Transpiler.prototype, Symbol.toStringTag, { value: 'Transpiler', configurable: true })
