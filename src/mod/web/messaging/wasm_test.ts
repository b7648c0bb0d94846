import { afterAll, describe, expect, test } from 'bun:test'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Worker } from 'node:worker_threads'

const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 6, 1, 4, 0, 65, 42, 11])
const f = (module: WebAssembly.Module): unknown => (new WebAssembly.Instance(module).exports as any).f()
const refusal = (value: unknown): string => {
  try {
    structuredClone(value)
  } catch (error: any) {
    return `${error.name}: ${error.message}`
  }
  return 'cloned'
}
const dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'wasm-')))
afterAll(() => fs.rmSync(dir, { recursive: true }))

describe('objects of WebAssembly in messages', () => {
  test('modules are cloned, however they were made, and again', async () => {
    const changed = bytes.slice(), given = new WebAssembly.Module(changed)
    changed.fill(0)
    const made = [given, await WebAssembly.compile(bytes), (await WebAssembly.instantiate(bytes.buffer)).module]
    for (const module of made) {
      const clone = structuredClone(structuredClone({ module })).module
      expect([clone instanceof WebAssembly.Module, clone === module, f(clone)]).toEqual([true, false, 42])
    }
  })
  test('and arrive in other threads', async () => {
    const file = path.join(dir, 'worker.mjs')
    fs.writeFileSync(file, `import { parentPort, workerData } from 'node:worker_threads'
      parentPort.postMessage([new WebAssembly.Instance(workerData).exports.f(), workerData])`)
    const worker = new Worker(file, { workerData: new WebAssembly.Module(bytes) })
    const [n, module] = await new Promise<any>((resolve, reject) => worker.on('message', resolve).on('error', reject))
    expect([n, f(module)]).toEqual([42, 42])
  })
  test('others are refused', () => {
    expect(refusal(new WebAssembly.Instance(new WebAssembly.Module(bytes)))).toBe('DataCloneError: #<Instance> could not be cloned.')
    expect(refusal([new WebAssembly.Memory({ initial: 1 })])).toBe('DataCloneError: #<Memory> could not be cloned.')
    expect(refusal(new WebAssembly.Global({ value: 'i32' }, 4))).toBe('DataCloneError: #<Global> could not be cloned.')
    expect(refusal({ [Symbol.toStringTag]: 'WebAssembly.Memory' })).toBe('cloned')
  })
  test.skipIf(!process.versions.bao)('memory that the engine shows to one thread alone is refused by name', () => {
    const { port1 } = new MessageChannel(), refused = (value: unknown): string => {
      try {
        port1.postMessage(value)
      } catch (error: any) {
        return error.code
      }
      return 'sent'
    }
    expect(refused(new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true }))).toBe('ERR_NOT_IMPLEMENTED')
    expect(refused(new (SharedArrayBuffer as any)(8, { maxByteLength: 16 }))).toBe('ERR_NOT_IMPLEMENTED')
    port1.close()
  })
})

describe('streaming', () => {
  const response = (type: string, init?: ResponseInit): Response => new Response(bytes, { headers: { 'content-type': type }, ...init })
  const why = (source: unknown): Promise<string> => WebAssembly.compileStreaming(source as any).then(() => 'compiled', (error) => `${error.code}: ${error.message}`)
  test('compiles a response', async () => {
    expect(f(await WebAssembly.compileStreaming(response('application/wasm')))).toBe(42)
    expect(((await WebAssembly.instantiateStreaming(Promise.resolve(response('application/wasm')))).instance.exports as any).f()).toBe(42)
  })
  test('of the right type, that went well', async () => {
    expect(await why(response('text/html'))).toBe("ERR_WEBASSEMBLY_RESPONSE: WebAssembly response has unsupported MIME type 'text/html'")
    expect(await why(response('application/wasm', { status: 404, headers: { 'content-type': 'application/wasm' } }))).toBe('ERR_WEBASSEMBLY_RESPONSE: WebAssembly response has status code 404')
    expect(await why(bytes)).toStartWith('ERR_INVALID_ARG_TYPE')
  })
})
