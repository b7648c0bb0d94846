// rt:boot: the first JS of a realm: natives to internal:rt, the globals, the shape of error stacks. Everything else is
// loaded when it is first used: what stands here is paid by every start.
import * as native from 'native:rt'
import { install } from 'internal:rt'
import { installErrors } from './errors.ts'
import { installGlobals } from './globals.ts'

install(native as any)
installErrors()
installGlobals()
