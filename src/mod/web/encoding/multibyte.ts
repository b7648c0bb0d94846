// web:encoding/multibyte: the encodings of East Asia, which keep state between bytes.

import { codes } from 'internal:errors'

export function reader(encoding: string, _isFatal: boolean): (bytes: Uint8Array, isStream: boolean) => string | null {
  throw new codes.ERR_NOT_IMPLEMENTED(`TextDecoder('${encoding}')`)
}
