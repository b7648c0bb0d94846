// bun: the global `Bun` (also `Bao`) and the module 'bun'. Members are made when they are first asked for.

const errors = () => import.meta.builtin('internal:errors')

const Bun: any = {}
const load = (face: string) => import.meta.builtin(face)
const proc = () => load('node:process').default

/** A member that is made at first use and stays. */
function lazy(name: string, make: () => unknown): void {
  Object.defineProperty(Bun, name, {
    get() {
      const value = make()
      Object.defineProperty(Bun, name, { value, writable: true, enumerable: true, configurable: true })
      return value
    },
    set(value) { Object.defineProperty(Bun, name, { value, writable: true, enumerable: true, configurable: true }) },
    enumerable: true, configurable: true,
  })
}
const from = (name: string, face: string, as = name) => lazy(name, () => load(face)[as])

from('serve', 'bun:serve')
from('file', 'bun:file')
from('write', 'bun:file')
from('plugin', 'bun:tools/plugin')
from('stdin', 'bun:file')
from('stdout', 'bun:file')
from('stderr', 'bun:file')
for (const name of ['sleep', 'sleepSync', 'nanoseconds', 'which', 'gc', 'peek', 'escapeHTML', 'resolve', 'resolveSync', 'fileURLToPath',
  'pathToFileURL', 'randomUUIDv7', 'randomUUIDv5', 'inspect', 'deepEquals', 'deepMatch', 'stringWidth', 'stripANSI', 'concatArrayBuffers',
  'readableStreamToText', 'readableStreamToJSON', 'readableStreamToArray', 'readableStreamToArrayBuffer', 'readableStreamToBytes',
  'readableStreamToBlob', 'isMainThread', 'indexOfLine', 'shrink', 'generateHeapSnapshot', 'openInEditor', 'gzipSync', 'gunzipSync',
  'deflateSync', 'inflateSync', 'main', 'embeddedFiles', 'ArrayBufferSink', 'allocUnsafe', 'cwd'] as const) {
  from(name, 'bun:tools')
}
for (const name of ['TOML', 'YAML', 'JSON5', 'JSONC', 'JSONL', 'semver', 'hash', 'Glob'] as const) from(name, 'bun:formats')
from('Transpiler', 'bun:transpiler')
lazy('version', () => proc().versions.bun)
lazy('version_with_sha', () => `v${proc().versions.bun} (bao ${proc().versions.bao})`)
lazy('revision', () => proc().versions.bao)
lazy('env', () => proc().env)
lazy('argv', () => proc().argv)
lazy('origin', () => '')
lazy('enableANSIColors', () => !proc().env.NO_COLOR && proc().stdout.isTTY === true)
lazy('fetch', () => (globalThis as any).fetch)
lazy('unsafe', () => ({ gcAggressionLevel: () => 0, arrayBufferToString: (b: any) => load('web:blob').decodeUtf8(b) }))

/** What Bun has and this does not yet: using it says so. They are found behind the object, so that making it costs nothing. */
const MISSING = new Set(['$', 'Archive', 'CSRF', 'Cookie', 'CookieMap', 'CryptoHasher', 'FFI', 'FileSystemRouter', 'Image',
  'MD4', 'MD5', 'RedisClient', 'S3Client', 'SHA1', 'SHA224', 'SHA256', 'SHA384', 'SHA512', 'SHA512_256', 'SQL', 'Terminal',
  'WebView', 'build', 'color', 'connect', 'cron', 'dns', 'jest', 'listen', 'markdown', 'mmap', 'openTCP', 'password',
  'postgres', 'redis', 's3', 'secrets', 'sha', 'spawn', 'spawnSync', 'sql', 'udpSocket', 'zstdCompress', 'zstdCompressSync',
  'zstdDecompress', 'zstdDecompressSync', 'wrapAnsi', 'sliceAnsi', 'registerMacro'])
function missing(name: string): unknown {
  const refuse = () => { throw new (errors().ERR_NOT_IMPLEMENTED)(`Bun.${name}`) }
  return new Proxy(Object.assign(function missing() {}, { [Symbol.for('bao.notImplemented')]: true }), {
    apply: refuse,
    construct: refuse,
    get(target, key) {
      if (typeof key === 'symbol' || key === 'prototype' || key === 'name' || key === 'length' || key === 'then') return Reflect.get(target, key)
      throw new (errors().ERR_NOT_IMPLEMENTED)(`Bun.${name}.${key}`)
    },
  })
}
Object.setPrototypeOf(Bun, new Proxy(Object.create(Object.prototype), {
  get(target, key, receiver) { return typeof key === 'string' && MISSING.has(key) ? missing(key) : Reflect.get(target, key, receiver) },
  has(target, key) { return typeof key === 'string' && MISSING.has(key) || Reflect.has(target, key) },
}))
Object.defineProperty(Bun, Symbol.toStringTag, { value: 'Bun', configurable: true })

export default Bun
