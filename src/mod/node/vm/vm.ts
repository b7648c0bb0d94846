// node:vm: texts evaluated here, or in global objects of their own.
//
// A context is a global object of the engine that asks the sandbox first: names that a text reads, sets or deletes are the sandbox's at
// once. What it declares by `var` and `function` stands on the global object, which the engine does not let go: that is carried over at
// both ends of each run.

import {
  ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_NOT_IMPLEMENTED, codes,
} from 'internal:errors'
import {
  kValidateObjectAllowObjects, validateArray, validateBoolean, validateBuffer, validateFunction, validateInt32, validateObject, validateOneOf, validateString, validateStringArray, validateUint32,
} from 'internal:validate'
import { NO_FUNCTION, showsAs, showsNative } from 'internal:source'
import * as native from 'native:vm'

const { ownKeys, has, set, defineProperty, getOwnPropertyDescriptor } = Reflect

interface Context {
  global: any; known: Set<PropertyKey>; carried: Map<PropertyKey, unknown>; declared: Record<string, true>
  /** The promise jobs of its own (microtaskMode), unless they run. */
  jobs?: number | undefined
}
const NOTHING = Object.freeze(Object.create(null))
const contexts = new WeakMap<object, Context>()

const USE_MAIN_CONTEXT_DEFAULT_LOADER = Symbol('vm_dynamic_import_main_context_default')
const DONT_CONTEXTIFY = Symbol('vm_context_no_contextify')
export const constants: any = Object.freeze({ __proto__: null, USE_MAIN_CONTEXT_DEFAULT_LOADER, DONT_CONTEXTIFY } as any)

// --- contexts

declare const $C: any

const kNames = Symbol('names')

/** The eval of each global object, and the one that lowers what it is given. */
const evals = new WeakMap<object, [Function, Function]>()
$C.evalOf = (global: any): unknown => {
  const now = global['eval'], [own, lowering] = evals.get(global) ?? []
  return now === own ? lowering : now
}

const CONTEXT_TEXT = `const $C=globalThis.$$,$C_=$C,$import=$C.importFrom(0);delete globalThis.$$;Object.defineProperty(Error.prototype,$C.k,{get(){$C.fix(this)}});
Function.prototype.toString={toString(){if(typeof this!=='function')throw new TypeError("${NO_FUNCTION}");return $C.show(this)}}.toString`

function newGlobal(): any {
  const global = native.another()
  const own = global['eval']                              // lowered, it would be this realm's
  evals.set(global, [own, { eval: (text: unknown): unknown => own($C.e(text)) }.eval])
  // What lowered text asks for, as names beside the global object.
  global.$$ = $C
  showsNative(native.evaluate(global, CONTEXT_TEXT, 'bao:context', 1))
  if (Symbol.dispose) for (const name of ['dispose', 'asyncDispose'] as const)
    if (!(name in global.Symbol)) Object.defineProperty(global.Symbol, name, { value: Symbol[name], writable: false, enumerable: false, configurable: false })
  return global
}

/** What stands on both sides is made the same: before a run the sandbox counts, after it the global object. */
function enter({ global, carried, declared }: Context, sandbox: any, names: string[]): void {
  native.names(global, null, NOTHING)
  for (const [key, before] of carried) {
    if (!has(sandbox, key)) continue
    const value = sandbox[key]
    if (value === before) continue
    set(global, key, value)
    carried.set(key, value)
  }
  for (const name of names) {
    if (declared[name]) continue
    declared[name] = true
    // A name that the sandbox has is declared with its value.
    if (has(sandbox, name)) {
      set(global, name, sandbox[name])
      carried.set(name, sandbox[name])
    }
  }
  native.names(global, sandbox, declared)
}
function leave({ global, known, carried, declared }: Context, sandbox: any): void {
  native.names(global, null, NOTHING)
  for (const key of new Set([...ownKeys(global), ...Object.keys(declared)])) {
    const descriptor = known.has(key) ? undefined : getOwnPropertyDescriptor(global, key)
    if (descriptor === undefined) continue
    if (!('value' in descriptor)) {
      defineProperty(sandbox, key, { ...descriptor, configurable: true })
      continue
    }
    if (carried.has(key) && carried.get(key) === descriptor.value) continue
    if (carried.has(key) || descriptor.writable) set(sandbox, key, descriptor.value)
    else defineProperty(sandbox, key, { ...descriptor, configurable: true })
    carried.set(key, descriptor.value)
  }
  native.names(global, sandbox, declared)                 // callbacks may run at any time
}

function checkCodeGeneration(given: any, name: string): void {
  validateObject(given, name)
  for (const key of ['strings', 'wasm']) if (given[key] !== undefined) validateBoolean(given[key], `${name}.${key}`)
}

/** Evaluated in a context whose WebAssembly makes no code. */
const NO_WASM = `{
  const W = WebAssembly, deny = name => new W.CompileError('WebAssembly.' + name + '(): Wasm code generation disallowed by embedder')
  const put = (name, value) => Object.defineProperty(W, name, { value, writable: true, enumerable: false, configurable: true })
  const Module = function Module() { throw deny('Module') }
  Object.defineProperty(Module, 'prototype', { value: W.Module.prototype, writable: false })
  Object.defineProperty(W.Module.prototype, 'constructor', { value: Module, writable: true, enumerable: false, configurable: true })
  for (const name of ['exports', 'imports', 'customSections']) Module[name] = W.Module[name]
  put('Module', Module)
  const { instantiate } = W
  put('compile', { compile() { return Promise.reject(deny('compile')) } }.compile)
  put('instantiate', { instantiate(source, imports) {
    return ArrayBuffer.isView(source) || source instanceof ArrayBuffer ? Promise.reject(deny('instantiate')) : instantiate(source, imports)
  } }.instantiate)
}`

function cannot(what: string): Error {
  const error: any = new TypeError(`The installed JavaScriptCore cannot ${what}: install version 2.50`)
  error.code = 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM'
  return error
}

let forgotten: FinalizationRegistry<number> | undefined
function giveJobs(context: Context): void {
  context.jobs = native.jobs()
  if (context.jobs === undefined) throw cannot('keep promise jobs apart, as options.microtaskMode of vm asks')
  forgotten ??= new FinalizationRegistry(native.forgetJobs)
  forgotten.register(context, context.jobs)
}

export function isContext(object: any): boolean {
  validateObject(object, 'object', kValidateObjectAllowObjects)                    // arrays and functions too
  return contexts.has(object)
}

function checkContext(object: any): Context {
  const context = typeof object === 'object' && object !== null ? contexts.get(object) : undefined
  if (context === undefined) throw new ERR_INVALID_ARG_TYPE('contextifiedObject', 'vm.Context', object)
  return context
}

let lastName = 0
export function createContext(sandbox: any = {}, options: any = {}): any {
  if (sandbox === DONT_CONTEXTIFY) {
    const global = newGlobal()
    contexts.set(global, { global, known: new Set(ownKeys(global)), carried: new Map(), declared: NOTHING })
    return global
  }
  if (isContext(sandbox)) return sandbox
  validateObject(options, 'options')
  const { name = `VM Context ${++lastName}`, origin, codeGeneration, microtaskMode } = options
  validateString(name, 'options.name')
  if (origin !== undefined) validateString(origin, 'options.origin')
  if (codeGeneration !== undefined) checkCodeGeneration(codeGeneration, 'options.codeGeneration')
  if (microtaskMode !== undefined) validateOneOf(microtaskMode, 'options.microtaskMode', ['afterEvaluate', undefined])
  const global = newGlobal()
  const context: Context = { global, known: new Set(ownKeys(global)), carried: new Map(), declared: Object.create(null) }
  // Node's contexts have one; the engine's is for inspectors only.
  Object.defineProperty(global, 'console', { value: console, writable: true, enumerable: false, configurable: true })
  global[kNames] = [sandbox, context.declared]            // alive as long as the global object
  context.known.add(kNames)
  if (codeGeneration?.strings === false && !native.forbid(global, 'Code generation from strings disallowed for this context')) {
    throw cannot('forbid code of strings, as options.codeGeneration of vm asks')
  }
  if (codeGeneration?.wasm === false) native.evaluate(global, NO_WASM, 'bao:context', 1)
  if (microtaskMode !== undefined) giveJobs(context)
  native.names(global, sandbox, context.declared)
  contexts.set(sandbox, context)
  return sandbox
}

// --- running

function checkRunning(options: any): Limits | undefined {
  if (options === undefined) return undefined
  validateObject(options, 'options')
  const { breakOnSigint, displayErrors, timeout } = options
  if (timeout !== undefined) validateUint32(timeout, 'options.timeout', true)
  if (breakOnSigint !== undefined) validateBoolean(breakOnSigint, 'options.breakOnSigint')
  if (displayErrors !== undefined) validateBoolean(displayErrors, 'options.displayErrors')
  return timeout === undefined && !breakOnSigint ? undefined : options
}
interface Limits { timeout?: number; breakOnSigint?: boolean }

/** In a context; undefined is this one. A run within a run of the same context shares its promise jobs. */
function evaluate(context: Context | undefined, text: string, filename: string, line: number, limits: Limits | undefined): unknown {
  const global = context === undefined ? null : context.global, jobs = context?.jobs
  // The engine's own waits would not end.
  if (limits !== undefined) import.meta.builtin('web:messaging/shared').useAtomics(global ?? globalThis)
  if (jobs === undefined) return native.evaluate(global, text, filename, line, limits?.timeout, limits?.breakOnSigint)
  context!.jobs = undefined
  try {
    return native.evaluate(global, text, filename, line, limits?.timeout, limits?.breakOnSigint, jobs)
  } finally {
    context!.jobs = jobs
  }
}

/** A text, and how it is shown: in front of what was given stands `head`, on its first line. */
interface Text { code: string; head: string; filename: string; line: number; column: number; from: string }
const columnsOf = (t: Text): number => t.column - t.head.length

/** The text that is evaluated, and the names that it declares. */
function partsOf(t: Text): string[] {
  const { head, filename, line, from } = t, code = head + t.code
  const parts = native.lower(code, from, filename, line, columnsOf(t))
  if (typeof parts[0] === 'string') return parts as string[]
  // The engine words what is wrong; nothing runs.
  try {
    native.evaluate(null, `(async function(){${code}\n})`, filename, line)
  } catch (error) {
    tellPlace(error, t, parts as [number, number])
    throw error
  }
  return [code]
}
/** As Node: name and line, the line, a caret below what is wrong, before the stack. */
function tellPlace(error: any, t: Text, [line, column]: [number, number]): void {
  if (line === 0) return
  const text = t.code.split(/\r\n?|[\n\u2028\u2029]/)[line - 1] ?? ''
  const indent = text.slice(0, Math.max(0, column - 1 - (line === 1 ? t.head.length : 0))).replace(/[^\t]/g, ' ')
  Error.captureStackTrace(error, partsOf)
  error.stack = `${t.filename}:${line + t.line - 1}\n${text}\n${indent}^\n\n${error.stack}`
}

// --- import() in texts

const MISSING = '0', NO_FLAG = '1'

/** What texts ask (as a part of the program's own $C): 0 and 1 say why there is nothing, a name is a file of the program's loader. */
function importFrom(from: unknown): (specifier: unknown, options?: unknown) => Promise<any> {
  if (typeof from === 'string') return import.meta.builtin('rt:modules').importer(from)
  const Missing = from === 0 ? codes.ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING : codes.ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING_FLAG
  return () => Promise.reject(new Missing())
}
$C.importFrom = importFrom
/** How import() in a text asks importFrom. */
function sourceOfImport(given: unknown, filename: string): string {
  if (given === undefined) return MISSING
  if (given !== USE_MAIN_CONTEXT_DEFAULT_LOADER) {
    validateFunction(given, 'options.importModuleDynamically')
    return NO_FLAG
  }
  const { cwd } = import.meta.builtin('node:process').default, { isAbsolute, join } = import.meta.builtin('node:path').default
  return JSON.stringify(/^file:/.test(filename) ? import.meta.builtin('node:url').fileURLToPath(filename) : isAbsolute(filename) ? filename : join(cwd(), filename))
}

// --- stored texts: what was made of a text, so that it need not be read again. V8 stores code here, which the engine cannot.

const { stringify, parse } = JSON
const keyOf = (code: string, from: string): string => native.hash(stringify([import.meta.builtin('node:process').default.versions.bao, code, from]))

function store(code: string, from: string, parts: readonly string[]): Buffer {
  const body = stringify([keyOf(code, from), ...parts])
  return Buffer.from(native.hash(body) + body)
}
/** undefined: it is of another text or version, or no such thing. */
function restore(data: any, t: Text): string[] | undefined {
  const { head, filename, line, from } = t, code = head + t.code
  const text = Buffer.from(data.buffer ?? data, data.byteOffset ?? 0, data.byteLength).toString(), body = text.slice(16)
  if (native.hash(body) !== text.slice(0, 16)) return undefined
  const [key, ...parts] = parse(body)
  if (key !== keyOf(code, from)) return undefined
  native.keep(code, from, parts[0]!, filename, line, columnsOf(t))
  return parts
}

export class Script {
  declare sourceURL: string | undefined
  declare sourceMapURL: string | undefined
  declare cachedData: Buffer | undefined
  declare cachedDataProduced: boolean | undefined
  declare cachedDataRejected: boolean | undefined
  #code: string
  #parts: string[]
  #from: string
  #filename: string
  #line: number

  constructor(code: any, options: any = {}) {
    code = `${code}`
    if (typeof options === 'string') options = { filename: options }
    else validateObject(options, 'options')
    const { filename = 'evalmachine.<anonymous>', lineOffset = 0, columnOffset = 0, cachedData, produceCachedData = false, importModuleDynamically } = options
    validateString(filename, 'options.filename')
    validateInt32(lineOffset, 'options.lineOffset')
    validateInt32(columnOffset, 'options.columnOffset')
    if (cachedData !== undefined) validateBuffer(cachedData, 'options.cachedData')
    validateBoolean(produceCachedData, 'options.produceCachedData')
    this.#code = code
    this.#from = sourceOfImport(importModuleDynamically, filename)
    this.#filename = filename
    this.#line = lineOffset + 1
    const text = { code, head: '', filename, line: this.#line, column: columnOffset, from: this.#from }
    const stored = cachedData === undefined ? undefined : restore(cachedData, text)
    this.#parts = stored ?? partsOf(text)
    if (cachedData !== undefined) this.cachedDataRejected = stored === undefined
    if (produceCachedData) {
      this.cachedData = this.createCachedData()
      this.cachedDataProduced = true
    }
    this.sourceURL = /\/\/[#@] ?sourceURL=(\S+)\s*$/m.exec(code)?.[1]
    this.sourceMapURL = /\/\/[#@] ?sourceMappingURL=(\S+)\s*$/.exec(code)?.[1]
  }

  createCachedData(): Buffer {
    return store(this.#code, this.#from, this.#parts)
  }

  runInThisContext(options?: any): unknown {
    return evaluate(undefined, this.#parts[0]!, this.#filename, this.#line, checkRunning(options))
  }
  runInContext(sandbox: any, options?: any): unknown {
    const context = checkContext(sandbox), limits = checkRunning(options)
    if (sandbox === context.global) return evaluate(context, this.#parts[0]!, this.#filename, this.#line, limits)
    enter(context, sandbox, this.#parts.slice(1))
    try {
      return evaluate(context, this.#parts[0]!, this.#filename, this.#line, limits)
    } finally {
      leave(context, sandbox)
    }
  }
  runInNewContext(sandbox?: any, options: any = {}): unknown {
    return this.runInContext(createContext(sandbox, contextOptions(options)), options)
  }
}

function contextOptions(options: any): any {
  validateObject(options, 'options')
  const { contextName, contextOrigin, contextCodeGeneration, microtaskMode } = options
  const out: any = {}
  if (contextName !== undefined) out.name = contextName
  if (contextOrigin !== undefined) out.origin = contextOrigin
  if (contextCodeGeneration !== undefined) {
    checkCodeGeneration(contextCodeGeneration, 'options.contextCodeGeneration')
    out.codeGeneration = contextCodeGeneration
  }
  if (microtaskMode !== undefined) out.microtaskMode = microtaskMode
  return out
}

export function createScript(code: any, options?: any): Script {
  return new Script(code, options)
}
export function runInContext(code: any, sandbox: any, options?: any): unknown {
  checkContext(sandbox)
  if (typeof code !== 'string') return code
  if (typeof options === 'string') options = { filename: options }
  return new Script(code, options).runInContext(sandbox, options)
}
export function runInNewContext(code: any, sandbox?: any, options?: any): unknown {
  if (typeof options === 'string') options = { filename: options }
  return runInContext(code, createContext(sandbox, contextOptions(options ?? {})), options)
}
export function runInThisContext(code: any, options?: any): unknown {
  if (typeof options === 'string') options = { filename: options }
  return new Script(code, options).runInThisContext(options)
}

export function compileFunction(code: any, params?: readonly string[], options: any = {}): Function {
  validateString(code, 'code')
  validateObject(options, 'options')
  if (params !== undefined) validateStringArray(params, 'params')
  const { filename = '', columnOffset = 0, lineOffset = 0, cachedData, produceCachedData = false, parsingContext, contextExtensions = [],
    importModuleDynamically } = options
  validateString(filename, 'options.filename')
  validateInt32(columnOffset, 'options.columnOffset')
  validateInt32(lineOffset, 'options.lineOffset')
  if (cachedData !== undefined) validateBuffer(cachedData, 'options.cachedData')
  validateBoolean(produceCachedData, 'options.produceCachedData')
  if (parsingContext !== undefined && (typeof parsingContext !== 'object' || parsingContext === null || !contexts.has(parsingContext)))
    throw new ERR_INVALID_ARG_TYPE('options.parsingContext', 'Context', parsingContext)
  validateArray(contextExtensions, 'options.contextExtensions')
  contextExtensions.forEach((extension: any, i: number) => validateObject(extension, `options.contextExtensions[${i}]`, kValidateObjectAllowObjects))
  const from = sourceOfImport(importModuleDynamically, filename)
  const context = parsingContext === undefined ? undefined : contexts.get(parsingContext)!
  const names = contextExtensions.map((_: unknown, i: number) => `$extension${i}`)
  const inner = `(function (${(params ?? []).join(',')}) {`, line = lineOffset + 1
  const outer = names.length === 0 ? '' : `(function (${names.join()}) {${names.map((name: string) => `with(${name})`).join('')}return `
  const text = { code: `${code}\n})${outer === '' ? '' : '})'}`, head: outer + inner, filename, line, column: columnOffset, from }
  const stored = cachedData === undefined ? undefined : restore(cachedData, text)
  const parts = stored ?? partsOf(text)
  if (context !== undefined && parsingContext !== context.global) enter(context, parsingContext, [])
  let made: any = native.evaluate(context === undefined ? null : context.global, parts[0]!, filename, line)
  if (names.length > 0) made = made(...contextExtensions)
  if (cachedData !== undefined) made.cachedDataRejected = stored === undefined
  if (produceCachedData) {
    made.cachedDataProduced = true
    made.cachedData = store(text.head + text.code, from, parts)
  }
  showsAs(made, `function (${(params ?? []).join(', ')}) {\n${code}\n}`)
  return made
}

let hasWarned = false
/** All global objects share one heap, whose parts are not told apart: the estimate is of all of it, and each context has some of that. */
export function measureMemory(options: any = {}): Promise<object> {
  validateObject(options, 'options')
  const { mode = 'summary', execution = 'default' } = options
  validateOneOf(mode, 'options.mode', ['summary', 'detailed'])
  validateOneOf(execution, 'options.execution', ['default', 'eager'])
  return measure(mode, execution)
}
async function measure(mode: string, execution: string): Promise<object> {
  const process = import.meta.builtin('node:process').default
  if (!hasWarned) process.emitWarning('vm.measureMemory is an experimental feature and might change at any time', 'ExperimentalWarning')
  hasWarned = true
  if (mode === 'detailed') throw new ERR_NOT_IMPLEMENTED("vm.measureMemory with mode: 'detailed'")
  if (execution === 'eager') import.meta.builtin('rt:boot').native.collect()
  const { heapUsed, heapTotal } = process.memoryUsage()
  return { total: { jsMemoryEstimate: heapUsed, jsMemoryRange: [heapUsed, Math.max(heapUsed, heapTotal)] }, WebAssembly: { code: 0, metadata: 0 } }
}

export default {
  Script, createContext, createScript, runInContext, runInNewContext, runInThisContext, isContext, compileFunction, measureMemory, constants,
}
