// internal:util: promisify and deprecate, which faces need before any program asks for node:util.

import { validateFunction, validateString } from 'internal:validate'

export const kCustomPromisify: unique symbol = Symbol.for('nodejs.util.promisify.custom') as any
/** On a function whose callback gets several values: their names in the object that the promise gives. */
export const kPromisifyArgs: unique symbol = Symbol('customPromisifyArgs') as any

export function promisify(original: any): any {
  validateFunction(original, 'original')
  const own = (original as any)[kCustomPromisify]
  if (own) {
    validateFunction(own, 'util.promisify.custom')
    return Object.defineProperty(own, kCustomPromisify, { value: own, enumerable: false, writable: false, configurable: true })
  }
  const names: string[] | undefined = (original as any)[kPromisifyArgs]
  function promised(this: any, ...args: any[]): Promise<any> {
    return new Promise((resolve, reject) => {
      args.push((error: unknown, ...values: any[]) => {
        if (error) reject(error)
        else if (names !== undefined && values.length > 1) resolve(Object.fromEntries(names.map((name, i) => [name, values[i]])))
        else resolve(values[0])
      })
      if (Reflect.apply(original as any, this, args) instanceof Promise) {
        process.emitWarning('Calling promisify on a function that returns a Promise is likely a mistake.', 'DeprecationWarning', 'DEP0174')
      }
    })
  }
  Object.setPrototypeOf(promised, Object.getPrototypeOf(original))
  Object.defineProperty(promised, kCustomPromisify, { value: promised, enumerable: false, writable: false, configurable: true })
  const own_ = Object.getOwnPropertyDescriptors(original)
  // What a wrapper has of its own and cannot give up.
  if (!Object.hasOwn(promised, 'prototype')) delete (own_ as any).prototype
  return Object.defineProperties(promised, own_)
}
Object.defineProperty(promisify, 'custom', { value: kCustomPromisify, writable: true, enumerable: true, configurable: true })

const warnedCodes = new Set<string>()

/** The function, with a warning at its first call. A code warns once, whichever function has it. */
export function deprecate(fn: any, message: string, code?: string, modifyPrototype = true): any {
  if (code !== undefined) validateString(code, 'code')
  let warned = false
  function deprecated(this: any, ...args: any[]): any {
    if (!(process as any).noDeprecation && !warned) {
      warned = true
      if (code === undefined) {
        process.emitWarning(message, 'DeprecationWarning', deprecated)
      } else if (!warnedCodes.has(code)) {
        process.emitWarning(message, 'DeprecationWarning', code, deprecated)
        warnedCodes.add(code)
      }
    }
    return new.target ? Reflect.construct(fn, args, new.target) : Reflect.apply(fn, this, args)
  }
  if (modifyPrototype) {
    Object.setPrototypeOf(deprecated, fn)
    if (fn.prototype) deprecated.prototype = fn.prototype
    Object.defineProperty(deprecated, 'length', Object.getOwnPropertyDescriptor(fn, 'length')!)
  }
  return deprecated
}
