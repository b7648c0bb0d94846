// node:util. What is long or rare stands in files of its own: args.ts, mime.ts, rate.ts, style.ts, env.ts, ../../internal.

import {
  ERR_FALSY_VALUE_REJECTION, ERR_INVALID_ARG_TYPE, ERR_NOT_IMPLEMENTED, ERR_OUT_OF_RANGE, errnoException, exceptionWithHostPort,
} from 'internal:errors'
import { format, formatWithOptions, inspect, stripVTControlCharacters as strip } from 'internal:inspect'
import { isPromise } from 'internal:types'
import { deprecate as deprecated, promisify } from 'internal:util'
import {
  validateBoolean, validateFunction, validateInteger, validateNumber, validateObject, validateOneOf, validateString,
} from 'internal:validate'
import types from 'node:util/types'

function _extend(target: any, source: any): any {
  return source === null || typeof source !== 'object' ? target : Object.assign(target, source)
}

function onRejected(reason: any, callback: Function): void {
  if (!reason) {
    reason = new ERR_FALSY_VALUE_REJECTION(reason)
    Error.captureStackTrace(reason, onRejected)
  }
  callback(reason)
}

function callbackify(original: any): any {
  validateFunction(original, 'original')
  function callbackified(this: any, ...args: any[]): void {
    const last = args.pop()
    validateFunction(last, 'last argument')
    const callback = last.bind(this)
    // By a tick: what the callback throws is an uncaught exception, not a rejection.
    Reflect.apply(original as any, this, args).then(
      (value: any) => process.nextTick(callback, null, value),
      (reason: any) => process.nextTick(onRejected, reason, callback))
  }
  const own: any = Object.getOwnPropertyDescriptors(original)
  if (typeof own.length.value === 'number') own.length.value++
  if (typeof own.name.value === 'string') own.name.value += 'Callbackified'
  if (!Object.hasOwn(callbackified, 'prototype')) delete own.prototype
  return Object.defineProperties(callbackified, own)
}

function convertProcessSignalToExitCode(signal: string): number {
  const { signals } = import.meta.builtin('node:os').default.constants
  validateOneOf(signal, 'signalCode', Object.keys(signals))
  return 128 + signals[signal]
}

let debugPattern: RegExp | null | undefined

function isDebugged(section: string): boolean {
  if (debugPattern === undefined) {
    const { NODE_DEBUG } = process.env
    const escaped = NODE_DEBUG?.replace(/[|\\{}()[\]^$+?.]/g, '\\$&').replaceAll('*', '.*').replaceAll(',', '$|^')
    debugPattern = escaped ? new RegExp(`^${escaped}$`, 'i') : null
  }
  return debugPattern !== null && debugPattern.test(section)
}

const debugs: Record<string, Function> = { __proto__: null } as any

function debugOf(section: string): Function {
  if (debugs[section] !== undefined) return debugs[section]!
  if (section === 'HTTP' || section === 'HTTP2') {
    process.emitWarning(`Setting the NODE_DEBUG environment variable to '${section.toLowerCase()}' can expose sensitive data ` +
      '(such as passwords, tokens and authentication headers) in the resulting log.')
  }
  return debugs[section] = (...args: any[]) => {
    const { stderr } = process as any
    const colors = Boolean(stderr.isTTY) && stderr.getColorDepth() > 2
    stderr.write(`${section} ${inspect(process.pid, { colors })}: ${formatWithOptions({ colors }, ...args)}\n`)
  }
}

function debuglog(section: string, callback?: (debug: Function) => void): any {
  let enabled: boolean | undefined
  let debug: Function | undefined
  const isEnabled = (): boolean => {
    if (enabled === undefined) {
      section = section.toUpperCase()
      enabled = isDebugged(section)
    }
    return enabled
  }
  const logger = (...args: any[]): void => {
    if (enabled === false && debug !== undefined) return
    if (debug === undefined) {
      debug = isEnabled() ? debugOf(section) : () => {}
      if (typeof callback === 'function') {
        Object.defineProperty(debug, 'enabled', { get: isEnabled, configurable: true, enumerable: true })
        callback(debug)
      }
    }
    debug(...args)
  }
  Object.defineProperty(logger, 'enabled', { get: isEnabled, configurable: true, enumerable: true })
  return logger
}

function deprecate(fn: any, message: string, code?: string, { modifyPrototype }: { modifyPrototype?: boolean } = {}): any {
  return deprecated(fn, message, code, modifyPrototype)
}

function styleText(style: any, text: string, options?: any): string {
  return import.meta.builtin('node:util/style').styleText(style, text, options)
}

function getCallSites(count: any = 10, options?: any): object[] {
  if (options === undefined && typeof count === 'object') {
    options = count
    count = 10
  }
  if (options !== undefined) {
    validateObject(options, 'options')
    if (options.sourceMap !== undefined) validateBoolean(options.sourceMap, 'options.sourceMap')
  }
  validateInteger(count, 'frameCount', 1, 200)
  const { prepareStackTrace, stackTraceLimit } = Error as any
  try {
    Error.stackTraceLimit = count
    Error.prepareStackTrace = (_, sites) => sites
    const holder: any = {}
    Error.captureStackTrace(holder, getCallSites)
    return holder.stack.map((site: any) => ({
      __proto__: null,
      functionName: site.getFunctionName() ?? '',
      scriptId: '0',
      scriptName: site.getFileName() ?? '',
      lineNumber: site.getLineNumber(),
      columnNumber: site.getColumnNumber(),
      column: site.getColumnNumber(),
    }))
  } finally {
    Error.prepareStackTrace = prepareStackTrace
    Error.stackTraceLimit = stackTraceLimit
  }
}

function errorTexts(): any {
  return import.meta.builtin('internal:error_text')
}

function checkErrno(err: number): void {
  validateNumber(err, 'err')
  if (err >= 0 || !Number.isSafeInteger(err)) throw new ERR_OUT_OF_RANGE('err', 'a negative integer', err)
}

function getSystemErrorMap(): Map<number, readonly [string, string]> {
  return errorTexts().uvMap()
}

function getSystemErrorName(err: number): string {
  checkErrno(err)
  return errorTexts().systemErrorName(err)
}

function getSystemErrorMessage(err: number): string {
  checkErrno(err)
  return errorTexts().uvMap().get(err)?.[1] ?? `Unknown system error ${err}`
}

function inherits(ctor: any, superCtor: any): void {
  if (ctor == null) throw new ERR_INVALID_ARG_TYPE('ctor', 'Function', ctor)
  if (superCtor == null) throw new ERR_INVALID_ARG_TYPE('superCtor', 'Function', superCtor)
  if (superCtor.prototype === undefined) throw new ERR_INVALID_ARG_TYPE('superCtor.prototype', 'Object', superCtor.prototype)
  Object.defineProperty(ctor, 'super_', { value: superCtor, writable: true, configurable: true })
  Object.setPrototypeOf(ctor.prototype, superCtor.prototype)
}

function isDeepStrictEqual(a: unknown, b: unknown, skipPrototype?: boolean): boolean {
  return import.meta.builtin('internal:equal').isDeepStrictEqual(a, b, skipPrototype)
}

function markPromiseAsHandled(promise: any): void {
  if (!isPromise(promise)) throw new ERR_INVALID_ARG_TYPE('promise', 'Promise', promise)
  Promise.prototype.then.call(promise, undefined, () => {})
}

function stripVTControlCharacters(str: string): string {
  validateString(str, 'str')
  return strip(str)
}

function toUSVString(input: any): string {
  return `${input}`.toWellFormed()
}

function parseEnv(content: string): Record<string, string> {
  validateString(content, 'content')
  return import.meta.builtin('node:util/env').parseEnv(content)
}

function setTraceSigInt(enable: boolean): void {
  validateBoolean(enable, 'enable')
  if (enable) throw new ERR_NOT_IMPLEMENTED('util.setTraceSigInt')
}

const util: any = {
  _errnoException: (...args: [number, string, string?]) => errnoException(...args),
  _exceptionWithHostPort: (...args: [any, string, string?, number?, string?]) => exceptionWithHostPort(...args),
  _extend: deprecated(_extend, 'The `util._extend` API is deprecated. Please use Object.assign() instead.', 'DEP0060'),
  callbackify,
  convertProcessSignalToExitCode,
  debug: debuglog,
  debuglog,
  deprecate,
  format,
  styleText,
  formatWithOptions,
  getCallSites,
  getSystemErrorMap,
  getSystemErrorName,
  getSystemErrorMessage,
  inherits,
  inspect,
  isArray: deprecated(Array.isArray, 'The `util.isArray` API is deprecated. Please use `Array.isArray()` instead.', 'DEP0044'),
  isDeepStrictEqual,
  markPromiseAsHandled,
  promisify,
  stripVTControlCharacters,
  toUSVString,
  get transferableAbortSignal() { return import.meta.builtin('web:abort').transferableAbortSignal },
  get transferableAbortController() { return import.meta.builtin('web:abort').transferableAbortController },
  get aborted() { return import.meta.builtin('web:abort').aborted },
  types,
  parseEnv,
  parseArgs: (config?: object): object => import.meta.builtin('node:util/args').parseArgs(config),
}

/** Properties that are read from another face when they are first asked for. */
function lazily(specifier: string, ...names: string[]): void {
  for (const name of names) {
    const set = (value: unknown): void => {
      Object.defineProperty(util, name, { value, writable: true, enumerable: true, configurable: true })
    }
    Object.defineProperty(util, name, {
      get() {
        const value = import.meta.builtin(specifier)[name]
        set(value)
        return value
      },
      set, enumerable: true, configurable: true,
    })
  }
}
lazily('web:encoding', 'TextDecoder', 'TextEncoder')
lazily('node:util/mime', 'MIMEType', 'MIMEParams')
lazily('internal:diff', 'diff')
lazily('node:util/rate', 'debounce', 'throttle')
util.setTraceSigInt = setTraceSigInt

export { inspect, format, formatWithOptions, promisify, deprecate, inherits, types, isDeepStrictEqual, debuglog, stripVTControlCharacters }
export default util
