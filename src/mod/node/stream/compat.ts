// node:stream/compat: what the vendored streams get in the place of their own errors, checks and inspect (tools/vendor.sh).

import { AbortError, aggregateTwoErrors, codes, hideStackFrames } from 'internal:errors'
import * as validate from 'internal:validate'

export default {
  errors: { AbortError, aggregateTwoErrors, hideStackFrames, codes },
  validators: validate,
  inspect: {
    format: (...args: any[]): string => import.meta.builtin('internal:format').format(...args),
    inspect: (...args: any[]): string => import.meta.builtin('internal:inspect').inspect(...args),
  },
}
