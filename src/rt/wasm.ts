// rt:wasm: compiling WebAssembly ends on the engine's own run loop, which keeps nothing alive: these calls are counted. What modules
// are made of is kept, for messages that take them to other threads. Loaded when the first module is evaluated that names WebAssembly.
import { beginPending, endPending } from 'internal:rt'
import { codes } from 'internal:errors'
import { isBuffer, isShared, wasmSources } from 'web:clone'

const { apply, construct } = Reflect
const Native = WebAssembly.Module

/** A copy, which later changes do not reach; undefined: it is a module, or nothing that one can be made of. */
function sourceOf(value: any): Uint8Array<ArrayBuffer> | undefined {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice() as Uint8Array<ArrayBuffer>
  if (typeof value === 'object' && value !== null && (isBuffer(value) || isShared(value))) return new Uint8Array(value).slice()
}
function keep(module: unknown, source: Uint8Array<ArrayBuffer> | undefined): void {
  if (source !== undefined) wasmSources.set(module as object, source)
}

function counted(name: 'compile' | 'instantiate'): void {
  const original: Function = (WebAssembly as any)[name]
  const wrapped = {
    [name](this: unknown, ...args: unknown[]) {
      const source = args[0] instanceof Native ? undefined : sourceOf(args[0])
      const promise: Promise<any> = apply(original, this, args)
      beginPending()
      promise.then((made) => {
        keep(made.module ?? made, source)
        endPending()
      }, endPending)
      return promise
    },
  }[name]!
  Object.defineProperty(wrapped, 'length', { value: original.length, configurable: true })
  Object.defineProperty(WebAssembly, name, { value: wrapped, writable: true, enumerable: true, configurable: true })
}

function Module(this: unknown, bytes: BufferSource): unknown {
  if (new.target === undefined) return apply(Native, this, [bytes])
  const made = construct(Native, [bytes], new.target)
  keep(made, sourceOf(bytes))
  return made
}
for (const name of Reflect.ownKeys(Native)) Object.defineProperty(Module, name, Object.getOwnPropertyDescriptor(Native, name)!)
Object.defineProperty(Native.prototype, 'constructor', { value: Module, writable: true, enumerable: false, configurable: true })
Object.defineProperty(WebAssembly, 'Module', { value: Module, writable: true, enumerable: false, configurable: true })

counted('compile')
counted('instantiate')

/** The bytes of a response, which Node asks for its type and status. */
async function bytesOf(given: any): Promise<ArrayBuffer> {
  const response = await given
  if (!(response instanceof Response)) throw new codes.ERR_INVALID_ARG_TYPE('source', ['Response', 'Promise resolving to Response'], response)
  const type = response.headers.get('Content-Type')
  if (type !== 'application/wasm') throw new codes.ERR_WEBASSEMBLY_RESPONSE(`has unsupported MIME type '${type}'`)
  if (!response.ok) throw new codes.ERR_WEBASSEMBLY_RESPONSE(`has status code ${response.status}`)
  if (response.bodyUsed) throw new codes.ERR_WEBASSEMBLY_RESPONSE('body has already been used')
  return response.arrayBuffer()
}
const streaming = {
  async compileStreaming(source: unknown) {
    return WebAssembly.compile(await bytesOf(source))
  },
  async instantiateStreaming(source: unknown, imports?: WebAssembly.Imports) {
    return WebAssembly.instantiate(await bytesOf(source), imports)
  },
}
Object.defineProperty(streaming.instantiateStreaming, 'length', { value: 1, configurable: true })
for (const name of ['compileStreaming', 'instantiateStreaming'] as const) {
  Object.defineProperty(WebAssembly, name, { value: streaming[name], writable: true, enumerable: true, configurable: true })
}
