// node:crypto: digests, HMAC and random numbers so far; what is not there yet throws and says its name.
import { codes } from 'internal:errors'
import { createHash, createHmac, getHashes, Hash, hash, Hmac } from './hash.ts'
import { getRandomValues, randomBytes, randomFill, randomFillSync, randomInt, randomUUID, randomUUIDv7, timingSafeEqual } from './random.ts'

const LATER = [
  'createCipheriv', 'createDecipheriv', 'createDiffieHellman', 'createDiffieHellmanGroup', 'createECDH', 'createPrivateKey', 'createPublicKey', 'createSecretKey', 'createSign', 'createVerify',
  'diffieHellman', 'generateKey', 'generateKeyPair', 'generateKeyPairSync', 'generateKeySync', 'generatePrime', 'generatePrimeSync', 'getCipherInfo', 'getCiphers', 'getCurves', 'getDiffieHellman',
  'hkdf', 'hkdfSync', 'pbkdf2', 'pbkdf2Sync', 'privateDecrypt', 'privateEncrypt', 'publicDecrypt', 'publicEncrypt', 'scrypt', 'scryptSync', 'sign', 'verify', 'checkPrime', 'checkPrimeSync', 'argon2', 'argon2Sync',
]
const later = (name: string): Function => Object.defineProperties(
  function (): never { throw new codes.ERR_NOT_IMPLEMENTED(`crypto.${name}`) }, { name: { value: name }, [Symbol.for('bao.notImplemented')]: { value: true } })

const crypto: Record<string, any> = {
  createHash, createHmac, getHashes, hash, Hash, Hmac,
  getRandomValues, randomBytes, randomFill, randomFillSync, randomInt, randomUUID, randomUUIDv7, timingSafeEqual,
  rng: randomBytes, pseudoRandomBytes: randomBytes, prng: randomBytes,
  getFips: () => 0,
  secureHeapUsed: () => ({ total: 0, used: 0, utilization: 0, min: 0 }),
  constants: { TLS1_VERSION: 769, TLS1_1_VERSION: 770, TLS1_2_VERSION: 771, TLS1_3_VERSION: 772 },
}
for (const name of LATER) crypto[name] = later(name)
const lazily = (name: string, get: () => unknown): void => void Object.defineProperty(crypto, name, { get, enumerable: true, configurable: true })
lazily('webcrypto', () => import.meta.builtin('web:crypto').crypto)
lazily('subtle', () => import.meta.builtin('web:crypto').crypto.subtle)

export { getRandomValues, hash, randomBytes, randomUUID, randomUUIDv7 }
export default crypto
