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
// The engine cannot import by itself: code that is made at run time is lowered where it speaks of it.
$C.import = (specifier: unknown, options: unknown) => import.meta.builtin('rt:modules').importFromText(specifier, options)
$C.e = (text: unknown) => typeof text === 'string' && text.includes('import') ? import.meta.builtin('rt:modules').lowerScript(text) ?? text : text
const Native = Function, construct = Reflect.construct
const made = {
  Function: function (body: string): unknown {
    const fn = construct(Native, arguments, new.target === undefined || new.target === made ? Native : new.target)
    body = arguments[arguments.length - 1]
    return typeof body === 'string' && body.includes('import') ? import.meta.builtin('rt:modules').remade(fn, arguments) : fn
  } as any,
}.Function
Object.defineProperty(made, 'prototype', { value: Native.prototype, writable: false })
Object.defineProperty(Native.prototype, 'constructor', { value: made, writable: true, configurable: true })
Object.defineProperty(globalThis, 'Function', { value: made, writable: true, configurable: true })
installLowering()
installGlobals()
if (native.isWorker()) import.meta.builtin('web:worker/inside').begin()
if (native.exposesGc()) {
  Object.defineProperty(globalThis, 'gc', { value: function gc() { native.collect() }, writable: true, configurable: true, enumerable: false })
}
