// rt:boot: the first JS of a realm: natives to internal:rt, the globals, the shape of error stacks. Everything else is
// loaded when it is first used: what stands here is paid by every start.
import * as native from 'native:rt'
import { install, setRejectionMode } from 'internal:rt'
import { installErrors } from './errors.ts'
import { installGlobals } from './globals.ts'
import { installLowering } from './lowering.ts'
import { installWasm } from './wasm.ts'

install(native as any)
installErrors()
installLowering()
installGlobals()
installWasm()
const options = native.options()
if (options & 1) {
  Object.defineProperty(globalThis, 'gc', { value: function gc() { native.collect() }, writable: true, configurable: true, enumerable: false })
}
if (options & 2) setRejectionMode(native.rejectionMode().replace(/code$/, 'codes'))
