// node:vm: texts evaluated here, or in global objects of their own.
//
// A context is a global object of the engine that asks the sandbox first: names that a text reads, sets or deletes are the sandbox's at
// once. What it declares by `var` and `function` stands on the global object, which the engine does not let go: that is carried over at
// both ends of each run.

import {
  ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_NOT_IMPLEMENTED,
} from 'internal:errors'
import {
  kValidateObjectAllowObjects, validateArray, validateBoolean, validateBuffer, validateFunction, validateInt32, validateObject, validateString, validateStringArray, validateUint32,
} from 'internal:validate'
import * as native from 'native:vm'

const { ownKeys, has, set, defineProperty, getOwnPropertyDescriptor } = Reflect

interface Context { global: any; known: Set<PropertyKey>; carried: Map<PropertyKey, unknown>; declared: Record<string, true> }
const NOTHING = Object.freeze(Object.create(null))
const contexts = new WeakMap<object, Context>()

const USE_MAIN_CONTEXT_DEFAULT_LOADER = Symbol('vm_dynamic_import_main_context_default')
const DONT_CONTEXTIFY = Symbol('vm_context_no_contextify')
export const constants: any = Object.freeze({ __proto__: null, USE_MAIN_CONTEXT_DEFAULT_LOADER, DONT_CONTEXTIFY } as any)

// --- contexts

declare const $C: any

const kNames = Symbol('names')

function newGlobal(): any {
  const global = native.another()
  // What lowered text asks for, as names beside the global object.
  global.$$ = $C
  native.evaluate(global, 'const $C=globalThis.$$,$C_=$C,$import=(s,o)=>$C.import(s,o);delete globalThis.$$', 'bao:context', 1)
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
  if (codeGeneration !== undefined) validateObject(codeGeneration, 'options.codeGeneration')
  if (codeGeneration?.strings === false || codeGeneration?.wasm === false) throw new ERR_NOT_IMPLEMENTED('vm: options.codeGeneration')
  if (microtaskMode !== undefined) {
    if (microtaskMode !== 'afterEvaluate') throw new ERR_INVALID_ARG_VALUE('options.microtaskMode', microtaskMode, "must be one of: 'afterEvaluate', undefined")
    throw new ERR_NOT_IMPLEMENTED('vm: options.microtaskMode')
  }
  const global = newGlobal()
  const context: Context = { global, known: new Set(ownKeys(global)), carried: new Map(), declared: Object.create(null) }
  // Node's contexts have one; the engine's is for inspectors only.
  Object.defineProperty(global, 'console', { value: console, writable: true, enumerable: false, configurable: true })
  global[kNames] = [sandbox, context.declared]            // alive as long as the global object
  context.known.add(kNames)
  native.names(global, sandbox, context.declared)
  contexts.set(sandbox, context)
  return sandbox
}

// --- running

function checkRunning(options: any): void {
  if (options === undefined) return
  validateObject(options, 'options')
  const { breakOnSigint, displayErrors, timeout } = options
  if (timeout !== undefined) validateUint32(timeout, 'options.timeout', true)
  if (breakOnSigint !== undefined) validateBoolean(breakOnSigint, 'options.breakOnSigint')
  if (displayErrors !== undefined) validateBoolean(displayErrors, 'options.displayErrors')
  // The engine ends what runs only together with all that called it.
  if (timeout !== undefined) throw new ERR_NOT_IMPLEMENTED('vm: options.timeout')
  if (breakOnSigint) throw new ERR_NOT_IMPLEMENTED('vm: options.breakOnSigint')
}

/** The text that is evaluated, and the names that it declares. */
function partsOf(code: string, filename: string, line: number): string[] {
  const parts = native.lower(code)
  if (parts !== undefined) return parts
  // The engine words what is wrong; nothing runs.
  native.evaluate(null, `(async function(){${code}\n})`, filename, line)
  return [code]
}

function checkImport(given: unknown): void {
  if (given === undefined || given === USE_MAIN_CONTEXT_DEFAULT_LOADER) return
  validateFunction(given, 'options.importModuleDynamically')
  throw new ERR_NOT_IMPLEMENTED('vm: options.importModuleDynamically as a function')
}

export class Script {
  declare sourceURL: string | undefined
  declare sourceMapURL: string | undefined
  declare cachedDataRejected: boolean | undefined
  #text: string
  #names: string[]
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
    checkImport(importModuleDynamically)
    this.#filename = filename
    this.#line = lineOffset + 1
    const [text, ...names] = partsOf(code, filename, this.#line)
    this.#text = text!
    this.#names = names
    this.sourceURL = undefined
    this.sourceMapURL = /\/\/[#@] ?sourceMappingURL=(\S+)\s*$/.exec(code)?.[1]
    if (cachedData !== undefined) this.cachedDataRejected = true
  }

  /** The engine cannot store compiled code. */
  createCachedData(): never {
    throw new ERR_NOT_IMPLEMENTED('vm: script.createCachedData()')
  }

  runInThisContext(options?: any): unknown {
    checkRunning(options)
    return native.evaluate(null, this.#text, this.#filename, this.#line)
  }
  runInContext(sandbox: any, options?: any): unknown {
    const context = checkContext(sandbox)
    checkRunning(options)
    if (sandbox === context.global) return native.evaluate(context.global, this.#text, this.#filename, this.#line)
    enter(context, sandbox, this.#names)
    try {
      return native.evaluate(context.global, this.#text, this.#filename, this.#line)
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
  if (contextCodeGeneration !== undefined) out.codeGeneration = contextCodeGeneration
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
  checkImport(importModuleDynamically)
  const context = parsingContext === undefined ? undefined : contexts.get(parsingContext)!
  const names = contextExtensions.map((_: unknown, i: number) => `$extension${i}`)
  const inner = `(function (${(params ?? []).join(',')}) {${code}\n})`
  const text = names.length === 0 ? inner : `(function (${names.join()}) {${names.map((name: string) => `with(${name})`).join('')}return ${inner}})`
  if (context !== undefined && parsingContext !== context.global) enter(context, parsingContext, [])
  const made: any = native.evaluate(context === undefined ? null : context.global, partsOf(text, filename, lineOffset + 1)[0]!, filename, lineOffset + 1)
  return names.length === 0 ? made : made(...contextExtensions)
}

export function measureMemory(options: any = {}): Promise<never> {
  validateObject(options, 'options')
  return Promise.reject(new ERR_NOT_IMPLEMENTED('vm.measureMemory()'))
}

export default {
  Script, createContext, createScript, runInContext, runInNewContext, runInThisContext, isContext, compileFunction, measureMemory, constants,
}
