// The global `crypto` (Web Cryptography API). Of `subtle` the digests are there; the rest throws and says its name.
import { codes } from 'internal:errors'

const DIGESTS: Record<string, string> = { __proto__: null as any, 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512', 'SHA3-256': 'sha3-256', 'SHA3-384': 'sha3-384', 'SHA3-512': 'sha3-512' }
const key = Symbol('made by Bao')
const node = (): any => import.meta.builtin('node:crypto').default

export class SubtleCrypto {
  constructor(by?: symbol) { if (by !== key) throw new codes.ERR_ILLEGAL_CONSTRUCTOR() }
  async digest(algorithm: any, data: any): Promise<ArrayBuffer> {
    const wanted = String(typeof algorithm === 'object' && algorithm !== null ? algorithm.name : algorithm).toUpperCase()
    if (!ArrayBuffer.isView(data) && !(data instanceof ArrayBuffer)) throw new codes.ERR_INVALID_ARG_TYPE('data', ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], data)
    if (!(wanted in DIGESTS)) throw new (globalThis as any).DOMException('Unrecognized algorithm name', 'NotSupportedError')
    const bytes = node().hash(DIGESTS[wanted], data instanceof ArrayBuffer ? new Uint8Array(data) : data, 'buffer')
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  }
}
for (const name of ['decrypt', 'deriveBits', 'deriveKey', 'encrypt', 'exportKey', 'generateKey', 'importKey', 'sign', 'unwrapKey', 'verify', 'wrapKey']) {
  Object.defineProperty(SubtleCrypto.prototype, name, {
    writable: true, enumerable: true, configurable: true,
    value: { async [name](): Promise<never> { throw new codes.ERR_NOT_IMPLEMENTED(`crypto.subtle.${name}`) } }[name],
  })
}
Object.defineProperty(SubtleCrypto.prototype, Symbol.toStringTag, { value: 'SubtleCrypto', configurable: true })

const subtle = new SubtleCrypto(key)
export class Crypto {
  constructor(by?: symbol) { if (by !== key) throw new codes.ERR_ILLEGAL_CONSTRUCTOR() }
  get subtle(): SubtleCrypto { return subtle }
  getRandomValues<T>(view: T): T { return node().getRandomValues(view) }
  randomUUID(): string { return node().randomUUID() }
}
for (const name of ['subtle', 'getRandomValues', 'randomUUID']) Object.defineProperty(Crypto.prototype, name, { enumerable: true })
Object.defineProperty(Crypto.prototype, Symbol.toStringTag, { value: 'Crypto', configurable: true })
export class CryptoKey {
  constructor() { throw new codes.ERR_ILLEGAL_CONSTRUCTOR() }
}
export const crypto = new Crypto(key)
