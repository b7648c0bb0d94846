// Hash and Hmac: streams too, but the streams are loaded only when one is used as such.
import { codes } from 'internal:errors'
import { validateString, validateUint32 } from 'internal:validate'
import { Buffer } from 'node:buffer'
import * as native from 'native:crypto'

type Data = string | Uint8Array
const registry = new FinalizationRegistry<number>((handle) => native.hashDrop(handle))

/** What is hashed: strings by their encoding, bytes as they lie. */
export function dataOf(data: any, encoding: string | undefined, name: string): Data {
  if (typeof data === 'string') return encoding === undefined || encoding === 'utf8' || encoding === 'utf-8' || encoding === 'buffer' ? data : Buffer.from(data, encoding)
  if (ArrayBuffer.isView(data)) return data as Uint8Array
  throw new codes.ERR_INVALID_ARG_TYPE(name, ['string', 'Buffer', 'TypedArray', 'DataView'], data)
}

/** Bytes as a Buffer, or as text. */
export function shown(bytes: Uint8Array, encoding: string | undefined): any {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return encoding === undefined || encoding === 'buffer' ? buffer : buffer.toString(encoding)
}

abstract class Digest {
  handle: any
  isEnded = false
  constructor(handle: number | undefined) {
    this.handle = handle
    Object.defineProperty(this, 'handle', { enumerable: false })
    Object.defineProperty(this, 'isEnded', { enumerable: false })
    if (handle !== undefined) registry.register(this, handle, this)
  }
  protected finish(length: number): Uint8Array {
    if (this.isEnded) throw new codes.ERR_CRYPTO_HASH_FINALIZED()
    this.isEnded = true
    registry.unregister(this)
    return native.hashDigest(this.handle, length)
  }
  update(data: any, encoding?: string): this {
    if (this.isEnded) throw new codes.ERR_CRYPTO_HASH_FINALIZED()
    native.hashUpdate(this.handle, dataOf(data, encoding, 'data'))
    return this
  }
  _transform(chunk: any, encoding: string, done: (e?: unknown) => void): void {
    this.update(chunk, encoding)
    done()
  }
  _flush(done: (e?: unknown) => void): void {
    ;(this as any).push((this as any).digest())
    done()
  }
}

// The first use of any of them as a stream makes the prototype a Transform's; each object's states are made when they are first asked for.
const shims: PropertyKey[] = []
function becomeStreams(): void {
  const { Transform } = import.meta.builtin('node:stream').default
  for (const name of shims) delete (Digest.prototype as any)[name]
  Object.setPrototypeOf(Digest.prototype, Transform.prototype)
  for (const name of ['_readableState', '_writableState']) {
    Object.defineProperty(Digest.prototype, name, {
      configurable: true,
      get(this: any) {
        Transform.call(this, this.streamOptions)
        return this[name]
      },
      set(this: any, value: unknown) { Object.defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true }) },
    })
  }
}
function shim(name: PropertyKey, get: (self: any) => unknown): void {
  shims.push(name)
  Object.defineProperty(Digest.prototype, name, { configurable: true, get(this: any) { becomeStreams(); return get(this) } })
}
for (const name of ['write', 'end', 'pipe', 'unpipe', 'read', 'on', 'once', 'off', 'emit', 'addListener', 'removeListener', 'prependListener', 'destroy', 'resume', 'pause', 'setEncoding', 'listenerCount',
  'removeAllListeners', 'push', 'readable', 'writable', 'destroyed', 'readableEnded', 'writableEnded', 'writableFinished', '_readableState', '_writableState', Symbol.asyncIterator]) shim(name, (self) => self[name])

const SHAKE: Record<string, number> = { __proto__: null as any, shake128: 16, shake256: 32 }

export class Hash extends Digest {
  #length: number
  #done: any
  constructor(algorithm: any, options?: any) {
    if (algorithm instanceof Hash) {
      if (algorithm.isEnded) throw new codes.ERR_CRYPTO_HASH_FINALIZED()
      super(native.hashFork(algorithm.handle))
    } else {
      validateString(algorithm, 'algorithm')
      super(native.hashOpen(algorithm))
      if (this.handle === undefined) throw Object.assign(new Error('Digest method not supported'), { code: 'ERR_CRYPTO_INVALID_DIGEST' })
    }
    this.#length = lengthOf(typeof algorithm === 'string' ? algorithm : '', options?.outputLength, algorithm instanceof Hash ? algorithm.#length : -1)
  }
  copy(options?: any): Hash { return new Hash(this, options) }
  digest(encoding?: string): any {
    if (this.#done !== undefined && this.isEnded) throw new codes.ERR_CRYPTO_HASH_FINALIZED()
    this.#done = this.finish(this.#length)
    return shown(this.#done, encoding)
  }
}

function lengthOf(name: string, wanted: any, otherwise: number): number {
  const key = name.toLowerCase().replace('-', '')
  if (wanted === undefined) return key in SHAKE ? SHAKE[key]! : otherwise
  validateUint32(wanted, 'options.outputLength')
  if (key in SHAKE || otherwise >= 0) return wanted
  if (wanted === native.hashSize(name)) return -1
  throw Object.assign(new Error('Unsupported state or unable to create hash of that length'), { code: 'ERR_OSSL_EVP_NOT_XOF_OR_INVALID_LENGTH' })
}

export class Hmac extends Digest {
  #ended = false
  constructor(algorithm: any, key: any) {
    validateString(algorithm, 'hmac')
    if (key === undefined || key === null) throw new codes.ERR_INVALID_ARG_TYPE('key', ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView', 'string', 'KeyObject', 'CryptoKey'], key)
    const bytes = key instanceof ArrayBuffer ? new Uint8Array(key) : dataOf(key, undefined, 'key')
    super(native.hmacOpen(algorithm, bytes))
    if (this.handle === undefined) throw Object.assign(new Error(`Invalid digest: ${algorithm}`), { code: 'ERR_CRYPTO_INVALID_DIGEST' })
  }
  digest(encoding?: string): any {
    // Node gives nothing the second time.
    if (this.#ended) return shown(new Uint8Array(0), encoding)
    this.#ended = true
    return shown(this.finish(-1), encoding)
  }
}

export function createHash(algorithm: string, options?: object): Hash { return new Hash(algorithm, options) }
export function createHmac(algorithm: string, key: unknown): Hmac { return new Hmac(algorithm, key) }

/** crypto.hash(algorithm, data, outputEncoding = 'hex') */
export function hash(algorithm: string, data: any, options: any = 'hex'): any {
  validateString(algorithm, 'algorithm')
  const encoding = typeof options === 'string' ? options : options?.outputEncoding ?? 'hex'
  const bytes = native.hashOnce(algorithm, dataOf(data, undefined, 'input'))
  if (!bytes) throw Object.assign(new Error('Digest method not supported'), { code: 'ERR_CRYPTO_INVALID_DIGEST' })
  return shown(bytes, encoding)
}

const NAMES = ['RSA-MD5', 'RSA-RIPEMD160', 'RSA-SHA1', 'RSA-SHA224', 'RSA-SHA256', 'RSA-SHA3-224', 'RSA-SHA3-256', 'RSA-SHA3-384', 'RSA-SHA3-512', 'RSA-SHA384', 'RSA-SHA512', 'RSA-SHA512/224', 'RSA-SHA512/256', 'RSA-SM3', 'blake2b512', 'blake2s256', 'md5', 'md5-sha1', 'ripemd', 'ripemd160', 'sha1', 'sha224', 'sha256', 'sha3-224', 'sha3-256', 'sha3-384', 'sha3-512', 'sha384', 'sha512', 'sha512-224', 'sha512-256', 'shake128', 'shake256', 'sm3']
export const getHashes = (): string[] => NAMES.filter((n) => native.hashSize(n) > 0)
