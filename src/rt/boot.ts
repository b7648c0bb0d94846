// rt:boot: the first JS of a realm: the globals, and who is asked when something happens. Everything else is loaded when it is
// first used: what stands here is paid by every start.
import * as native from 'native:rt'
import { installGlobals } from './globals.ts'
import { installLowering } from './lowering.ts'

declare const $C: any
export { native }

const core = (): any => import.meta.builtin('internal:rt')
const REJECTED = 1, UNCAUGHT = 2, ENTRY = 7
// internal:rt puts its own functions in the place of these when it is loaded.
native.hook(REJECTED, (promise: Promise<unknown>, reason: unknown) => core().rejected(promise, reason))
native.hook(UNCAUGHT, (error: unknown, isModule: boolean) => core().reportUncaught(error, 'uncaughtException', isModule))
native.hook(ENTRY, (...result: unknown[]) => core().entryRan(...result))
// Reads of `.stack` are lowered to $C.stack(o), which gives texts to $C.format: the engine's raw text becomes V8's.
$C.format = (object: unknown, text: unknown) => import.meta.builtin('internal:stack').format(object, text)
// Functions show their source ($C.show is made by internal:source); $C.text is the engine's own.
$C.text = Function.prototype.toString
Function.prototype.toString = { toString(this: unknown) { return ($C.show ?? import.meta.builtin('internal:source').show)(this) } }.toString
// Code that is made at run time is lowered where it says what the engine does not read, or awaits (internal:made_code).
$C.import = (specifier: unknown, options: unknown) => import.meta.builtin('rt:modules').importFromText(specifier, options)
const modern = /\b(?:await|using|accessor|import|stack)\b|@/
$C.e = (text: unknown, ...names: string[]) => typeof text === 'string' && (names.length > 0 || modern.test(text)) ? import.meta.builtin('internal:made_code').lowered(text, names) : text
const nativeEval = globalThis['eval']                          // spelled so that it is not lowered itself
const indirect = { eval: (text: unknown): unknown => nativeEval($C.e(text)) }.eval
$C.v = (scope?: any) => scope !== undefined && scope !== globalThis ? $C.evalOf(scope) : globalThis['eval'] === nativeEval ? indirect : globalThis['eval']
const { construct, defineProperty, getPrototypeOf } = Reflect
for (const [head, proto] of [['function', Function.prototype], ['async function', getPrototypeOf(async () => {})], ['function*', getPrototypeOf(function* () {})],
  ['async function*', getPrototypeOf(async function* () {})]] as any[]) {
  const Native = proto.constructor
  const made = {
    [Native.name]: function (...words: unknown[]): unknown {
      const target = new.target === undefined || new.target === made ? Native : new.target
      for (let i = 0; i < words.length; i++) {
        if (modern.test(words[i] as string)) return import.meta.builtin('internal:made_code').make(Native, head, words, target)
      }
      return construct(Native, words, target)
    } as any,
  }[Native.name]
  defineProperty(made, 'length', { value: 1 })
  defineProperty(made, 'prototype', { value: proto, writable: false })
  Object.setPrototypeOf(made, getPrototypeOf(Native) === Function.prototype ? Function.prototype : Function)
  defineProperty(proto, 'constructor', { value: made, writable: proto === Function.prototype, configurable: true })
  if (proto === Function.prototype) defineProperty(globalThis, 'Function', { value: made, writable: true, configurable: true })
}
installLowering()
installGlobals()
if (native.isWorker()) import.meta.builtin('web:worker/inside').begin()
if (native.exposesGc()) {
  Object.defineProperty(globalThis, 'gc', { value: function gc() { native.collect() }, writable: true, configurable: true, enumerable: false })
}
