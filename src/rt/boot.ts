// rt:boot: the first JS of a realm: natives to internal:rt, the globals, the shape of error stacks. Everything else is
// loaded when it is first used: what stands here is paid by every start.
import * as native from 'native:rt'
import { install, setRejectionMode } from 'internal:rt'
import { installGlobals } from './globals.ts'
import { installLowering } from './lowering.ts'

declare const $C: any

install(native as any)
// Reads of `.stack` are lowered to $C.stack(o), which gives texts to $C.format: the engine's raw text becomes V8's.
$C.format = (object: unknown, text: unknown) => import.meta.builtin('internal:stack').format(object, text)
installLowering()
installGlobals()
const options = native.options()
if (options & 1) {
  Object.defineProperty(globalThis, 'gc', { value: function gc() { native.collect() }, writable: true, configurable: true, enumerable: false })
}
if (options & 2) setRejectionMode(native.rejectionMode().replace(/code$/, 'codes'))
