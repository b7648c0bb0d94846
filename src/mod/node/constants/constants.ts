// node:constants: the numbers of os, fs and crypto in one object, as of old.

import fs from 'node:fs'
import os from 'node:os'

const { dlopen, errno, priority, signals } = os.constants as any

function ofCrypto(): object {
  try {
    return import.meta.builtin('node:crypto').default.constants
  } catch {
    return {}
  }
}

export default Object.freeze(Object.assign({}, dlopen, errno, priority, signals, fs.constants, ofCrypto()))
