// node:assert. Comparing is internal:equal's, wording assertion_error.ts's.

import {
  ERR_AMBIGUOUS_ARGUMENT, ERR_CONSTRUCT_CALL_REQUIRED, ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_RETURN_VALUE, ERR_MISSING_ARGS,
} from 'internal:errors'
import { format, inspect } from 'internal:inspect'
import { isNativeError, isPromise, isRegExp } from 'internal:types'
import { validateFunction, validateOneOf } from 'internal:validate'
import { AssertionError } from './assertion_error.ts'

const kOptions = Symbol('options')

function equal(): any {
  return import.meta.builtin('internal:equal')
}

const isError = (value: any): boolean => isNativeError(value) || value instanceof Error

interface Failure {
  actual?: any
  expected?: any
  message: any
  operator: string
  stackStartFn: Function
  diff?: string
  generatedMessage?: boolean
}

/** The message as it was given: a string with formats, an error to throw, or a function. */
function wordsOf(failure: Failure): string | undefined {
  const given: any[] = failure.message
  if (given.length === 0) return undefined
  const [first] = given
  if (typeof first === 'string') return given.length > 1 ? format(...given) : first
  if (isError(first)) {
    if (given.length > 1) {
      throw new ERR_AMBIGUOUS_ARGUMENT('message', `The error message was passed as error object "${
        Error.prototype.toString.call(first)}" has trailing arguments that would be ignored.`)
    }
    throw first
  }
  if (typeof first === 'function') {
    if (given.length > 1) {
      throw new ERR_AMBIGUOUS_ARGUMENT('message', `The error message with function "${
        first.name || 'anonymous'}" has trailing arguments that would be ignored.`)
    }
    try {
      const words = first(failure.actual, failure.expected)
      return typeof words === 'string' ? words : undefined
    } catch {
      return undefined
    }
  }
  throw new ERR_INVALID_ARG_TYPE('message', ['string', 'function'], first)
}

function fails(failure: Failure): never {
  const error = new AssertionError({ ...failure, message: wordsOf(failure) })
  if (failure.generatedMessage !== undefined) error.generatedMessage = failure.generatedMessage
  throw error
}

function checkTruth(fn: Function, args: any[]): void {
  if (args[0]) return
  let generatedMessage = false
  let message = args.slice(1)
  if (args.length === 0) {
    generatedMessage = true
    message = ['No value argument passed to `assert.ok()`']
  } else if (args.length === 1 || args[1] == null) {
    generatedMessage = true
    message = [import.meta.builtin('node:assert/source').falsyMessage(fn) ?? 'The expression evaluated to a falsy value']
  }
  fails({ actual: args[0], expected: true, message, operator: '==', stackStartFn: fn, generatedMessage })
}

export function Assert(this: any, options?: any): void {
  if (!new.target) throw new ERR_CONSTRUCT_CALL_REQUIRED('Assert')
  options = Object.assign({ __proto__: null, strict: true, skipPrototype: false }, options)
  if (options.diff !== undefined) validateOneOf(options.diff, 'options.diff', ['simple', 'full'])
  this.AssertionError = AssertionError
  Object.defineProperty(this, kOptions, { value: options, enumerable: false })
  if (options.strict) {
    this.equal = this.strictEqual
    this.deepEqual = this.deepStrictEqual
    this.notEqual = this.notStrictEqual
    this.notDeepEqual = this.notDeepStrictEqual
  }
}

const proto: any = Assert.prototype
const optionsOf = (self: any): any => self?.[kOptions]

proto.fail = function fail(message: any): never {
  if (isError(message)) throw message
  const error = new AssertionError({
    operator: 'fail', stackStartFn: fail, message: message === undefined ? 'Failed' : message, diff: optionsOf(this)?.diff,
  })
  if (message === undefined) error.generatedMessage = true
  throw error
}

proto.ok = function ok(...args: any[]): void {
  checkTruth(ok, args)
}

/** A method (actual, expected, ...message) that fails unless `holds`. */
function comparing(name: string, operator: string, holds: (a: any, b: any, options: any) => boolean): void {
  const method = {
    [name](this: any, actual: any, expected: any, ...message: any[]): void {
      if (arguments.length < 2) throw new ERR_MISSING_ARGS('actual', 'expected')
      const options = optionsOf(this)
      if (!holds(actual, expected, options)) {
        fails({ actual, expected, message, operator, stackStartFn: proto[name], diff: options?.diff })
      }
    },
  }
  proto[name] = method[name]
}

const isNaN = Number.isNaN
comparing('equal', '==', (a, b) => a == b || (isNaN(a) && isNaN(b)))
comparing('notEqual', '!=', (a, b) => a != b && !(isNaN(a) && isNaN(b)))
comparing('deepEqual', 'deepEqual', (a, b) => equal().isDeepEqual(a, b))
comparing('notDeepEqual', 'notDeepEqual', (a, b) => !equal().isDeepEqual(a, b))
comparing('deepStrictEqual', 'deepStrictEqual', (a, b, options) => equal().isDeepStrictEqual(a, b, options?.skipPrototype))
comparing('notDeepStrictEqual', 'notDeepStrictEqual', (a, b, options) => !equal().isDeepStrictEqual(a, b, options?.skipPrototype))
comparing('strictEqual', 'strictEqual', (a, b) => Object.is(a, b))
comparing('notStrictEqual', 'notStrictEqual', (a, b) => !Object.is(a, b))
comparing('partialDeepStrictEqual', 'partialDeepStrictEqual', (a, b) => equal().isPartialStrictEqual(a, b))

// --- errors -------------------------------------------------------------------------------------------------------------

const NOTHING = {}

/** Some fields of an error, to be compared and shown; a RegExp that matches stands for what it matches. */
class Comparison {
  [key: string]: any
  constructor(object: any, keys: string[], actual?: any) {
    for (const key of keys) {
      if (!(key in object)) continue
      const matches = actual !== undefined && typeof actual[key] === 'string' && isRegExp(object[key]) && object[key].exec(actual[key]) !== null
      this[key] = matches ? actual[key] : object[key]
    }
  }
}

function checkField(actual: any, expected: any, key: string, message: any, keys: string[], fn: Function): void {
  if (key in actual && equal().isDeepStrictEqual(actual[key], expected[key])) return
  if (message) fails({ actual, expected, message: [message], operator: fn.name, stackStartFn: fn })
  const error = new AssertionError({
    actual: new Comparison(actual, keys), expected: new Comparison(expected, keys, actual), operator: 'deepStrictEqual', stackStartFn: fn,
  })
  throw Object.assign(error, { actual, expected, operator: fn.name })
}

function checkShape(actual: any, expected: any, message: any, fn: Function): void {
  if (typeof actual !== 'object' || actual === null) {
    const error = new AssertionError({ actual, expected, message, operator: 'deepStrictEqual', stackStartFn: fn })
    error.operator = fn.name
    throw error
  }
  const keys = Object.keys(expected)
  if (expected instanceof Error) keys.push('name', 'message')
  else if (keys.length === 0) throw new ERR_INVALID_ARG_VALUE('error', expected, 'may not be an empty object')
  for (const key of keys) {
    if (typeof actual[key] === 'string' && isRegExp(expected[key]) && expected[key].exec(actual[key]) !== null) continue
    checkField(actual, expected, key, message, keys, fn)
  }
}

/** What is wrong with the error, in words; undefined when it is what was expected. */
function mismatch(actual: any, expected: any): string | undefined {
  if (isRegExp(expected)) {
    const text = String(actual)
    if (expected.exec(text) !== null) return undefined
    return `The input did not match the regular expression ${inspect(expected)}. Input:\n\n${inspect(text)}\n`
  }
  if (expected.prototype !== undefined && actual instanceof expected) return undefined
  if (Object.prototype.isPrototypeOf.call(Error, expected)) {
    const head = `The error is expected to be an instance of "${expected.name}". Received `
    if (!isError(actual)) return `${head}"${inspect(actual, { depth: -1 })}"`
    const name = actual.constructor?.name || actual.name
    const what = expected.name === name ? 'an error with identical name but a different prototype.' : `"${name}"`
    return `${head}${what}${actual.message ? `\n\nError message:\n\n${actual.message}` : ''}`
  }
  const result = expected.call({}, actual)
  if (result === true) return undefined
  const name = expected.name ? `"${expected.name}" ` : ''
  return `The ${name}validation function is expected to return "true". Received ${inspect(result)}${
    isError(actual) ? `\n\nCaught error:\n\n${actual}` : ''}`
}

function checkException(actual: any, expected: any, message: any, fn: Function): void {
  if (typeof expected !== 'function' && !isRegExp(expected)) return checkShape(actual, expected, message, fn)
  const wrong = mismatch(actual, expected)
  if (wrong === undefined) return
  const error = new AssertionError({ actual, expected, message: message || wrong, operator: fn.name, stackStartFn: fn })
  error.generatedMessage = !message
  throw error
}

function expectsError(fn: Function, actual: any, args: any[]): void {
  let [error, message] = args
  if (typeof error === 'string') {
    if (args.length >= 2) throw new ERR_INVALID_ARG_TYPE('error', ['Object', 'Error', 'Function', 'RegExp'], error)
    if (typeof actual === 'object' && actual !== null) {
      if (actual.message === error) {
        throw new ERR_AMBIGUOUS_ARGUMENT('error/message', `The error message "${actual.message}" is identical to the message.`)
      }
    } else if (actual === error) {
      throw new ERR_AMBIGUOUS_ARGUMENT('error/message', `The error "${actual}" is identical to the message.`)
    }
    message = error
    error = undefined
  } else if (error != null && typeof error !== 'object' && typeof error !== 'function') {
    throw new ERR_INVALID_ARG_TYPE('error', ['Object', 'Error', 'Function', 'RegExp'], error)
  }
  if (actual === NOTHING) {
    const details = `${error?.name ? ` (${error.name})` : ''}${message ? `: ${message}` : '.'}`
    const kind = fn === proto.rejects ? 'rejection' : 'exception'
    fails({ actual: undefined, expected: error, operator: fn.name, message: [`Missing expected ${kind}${details}`], stackStartFn: fn })
  }
  if (error) checkException(actual, error, message, fn)
}

function expectsNoError(fn: Function, actual: any, args: any[]): void {
  if (actual === NOTHING) return
  let [error, message] = args
  if (typeof error === 'string') {
    message = error
    error = undefined
  }
  if (error && typeof error !== 'function' && !isRegExp(error)) {
    throw new ERR_INVALID_ARG_TYPE('expected', ['Function', 'RegExp'], error)
  }
  if (error && mismatch(actual, error) !== undefined) throw actual
  const kind = fn === proto.doesNotReject ? 'rejection' : 'exception'
  fails({
    actual, expected: error, operator: fn.name, stackStartFn: fn,
    message: [`Got unwanted ${kind}${message ? `: ${message}` : '.'}\nActual message: "${actual?.message}"`],
  })
}

function thrownBy(fn: any): any {
  validateFunction(fn, 'fn')
  try {
    fn()
  } catch (error) {
    return error
  }
  return NOTHING
}

function isThenable(value: any): boolean {
  return isPromise(value) || (value !== null && typeof value === 'object' && typeof value.then === 'function' && typeof value.catch === 'function')
}

async function rejectedBy(given: any): Promise<any> {
  let promise = given
  if (typeof given === 'function') {
    promise = given()
    if (!isThenable(promise)) throw new ERR_INVALID_RETURN_VALUE('instance of Promise', 'promiseFn', promise)
  } else if (!isThenable(given)) {
    throw new ERR_INVALID_ARG_TYPE('promiseFn', ['Function', 'Promise'], given)
  }
  try {
    await promise
  } catch (error) {
    return error
  }
  return NOTHING
}

proto.throws = function throws(fn: any, ...args: any[]): void {
  expectsError(throws, thrownBy(fn), args)
}

proto.rejects = async function rejects(promise: any, ...args: any[]): Promise<void> {
  expectsError(rejects, await rejectedBy(promise), args)
}

proto.doesNotThrow = function doesNotThrow(fn: any, ...args: any[]): void {
  expectsNoError(doesNotThrow, thrownBy(fn), args)
}

proto.doesNotReject = async function doesNotReject(promise: any, ...args: any[]): Promise<void> {
  expectsNoError(doesNotReject, await rejectedBy(promise), args)
}

proto.ifError = function ifError(given: any): void {
  if (given === null || given === undefined) return
  let message = 'ifError got unwanted exception: '
  if (typeof given === 'object' && typeof given.message === 'string') {
    message += given.message.length === 0 && given.constructor ? given.constructor.name : given.message
  } else {
    message += inspect(given)
  }
  const error = new AssertionError({
    actual: given, expected: null, operator: 'ifError', message, stackStartFn: ifError, diff: optionsOf(this)?.diff,
  })
  const { stack } = given
  if (typeof stack === 'string') {
    // The frames of the first error go on where the two meet.
    const start = stack.indexOf('\n    at')
    if (start !== -1) {
      const frames = stack.slice(start + 1).split('\n')
      let own = error.stack!.split('\n')
      for (const frame of frames) {
        const at = own.indexOf(frame)
        if (at !== -1) {
          own = own.slice(0, at)
          break
        }
      }
      error.stack = `${own.join('\n')}\n${frames.join('\n')}`
    }
  }
  throw error
}

function checkMatch(fn: Function, string: any, regexp: any, message: any[], self: any): void {
  if (!isRegExp(regexp)) throw new ERR_INVALID_ARG_TYPE('regexp', 'RegExp', regexp)
  const wanted = fn === proto.match
  if (typeof string === 'string' && (regexp.exec(string) !== null) === wanted) return
  const generatedMessage = message.length === 0
  if (!message[0]) {
    message[0] = typeof string !== 'string'
      ? `The "string" argument must be of type string. Received type ${typeof string} (${inspect(string)})`
      : `${wanted ? 'The input did not match the regular expression ' : 'The input was expected to not match the regular expression '}${
        inspect(regexp)}. Input:\n\n${inspect(string)}\n`
  }
  fails({ actual: string, expected: regexp, message, operator: fn.name, stackStartFn: fn, generatedMessage, diff: optionsOf(self)?.diff })
}

proto.match = function match(string: any, regexp: any, ...message: any[]): void {
  checkMatch(match, string, regexp, message, this)
}

proto.doesNotMatch = function doesNotMatch(string: any, regexp: any, ...message: any[]): void {
  checkMatch(doesNotMatch, string, regexp, message, this)
}

function assert(...args: any[]): void {
  checkTruth(assert, args)
}

function strict(...args: any[]): void {
  checkTruth(strict, args)
}

const METHODS = ['ok', 'fail', 'equal', 'notEqual', 'deepEqual', 'notDeepEqual', 'deepStrictEqual', 'notDeepStrictEqual', 'strictEqual',
  'notStrictEqual', 'partialDeepStrictEqual', 'match', 'doesNotMatch', 'throws', 'rejects', 'doesNotThrow', 'doesNotReject', 'ifError']

const face: any = assert
face.AssertionError = AssertionError
for (const name of METHODS) face[name] = proto[name]
face.strict = Object.assign(strict, face, {
  equal: proto.strictEqual, deepEqual: proto.deepStrictEqual, notEqual: proto.notStrictEqual, notDeepEqual: proto.notDeepStrictEqual,
})
face.strict.Assert = Assert
face.strict.strict = face.strict
face.Assert = Assert

export { AssertionError }
export default face
