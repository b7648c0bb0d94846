import { afterAll, expect, test } from 'bun:test'
import fs from 'node:fs'
import { registerHooks } from 'node:module'
import os from 'node:os'
import path from 'node:path'

const dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'wasm-')))
afterAll(() => fs.rmSync(dir, { recursive: true }))
// (module (import <module> "f" (func (param i32) (result i32))) (func (export "run") (param i32) (result i32) local.get 0 call 0)
//   (global (export "g") i32 (i32.const 7)) (memory (export "mem") 1))
const bytes = (module: string): Buffer => Buffer.concat([
  Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 6, 1, 0x60, 1, 0x7f, 1, 0x7f, 2, module.length + 6, 1, module.length]), Buffer.from(module),
  Buffer.from([1, 0x66, 0, 0, 3, 2, 1, 0, 5, 3, 1, 0, 1, 6, 6, 1, 0x7f, 0, 0x41, 7, 0x0b, 7, 0x11, 3, 3]), Buffer.from('run'), Buffer.from([0, 1, 1]),
  Buffer.from('g'), Buffer.from([3, 0, 3]), Buffer.from('mem'), Buffer.from([2, 0, 10, 8, 1, 6, 0, 0x20, 0, 0x10, 0, 0x0b]),
])
const put = (name: string, content: string | Buffer): string => {
  fs.writeFileSync(path.join(dir, name), content)
  return path.join(dir, name)
}
put('env.mjs', 'export const f = x => x * 2')

test('imports are modules, exports are names', async () => {
  put('a.wasm', bytes('./env.mjs'))
  const made = await import(put('user.mjs', 'import { run, g } from "./a.wasm"; import * as all from "./a.wasm"; export default [run(4), g, Object.keys(all), all.mem]'))
  expect(made.default.slice(0, 3)).toEqual([8, 7, ['g', 'mem', 'run']])
  expect(made.default[3]).toBeInstanceOf(WebAssembly.Memory)
})
test('what it imports is not there: its path', async () => {
  const file = put('b.wasm', bytes('env'))
  expect((await import(file)).default).toBe(file)
  expect((await import(put('path.mjs', 'export { default } from "./a.wasm"'))).default).toBe(path.join(dir, 'a.wasm'))
})
test('bytes that are none', async () => {
  const error = await import(put('bad.wasm', 'bad')).catch((reason) => reason)
  expect([error.name, error.message.startsWith(path.join(dir, 'bad.wasm'))]).toEqual(['CompileError', true])
})
test('hooks give it', async () => {
  const hooks = registerHooks({
    resolve: (specifier: string, context: any, next: any) => specifier === 'virtual:wasm' ? { url: `file://${dir}/virtual.wasm`, format: 'wasm', shortCircuit: true } : next(specifier, context),
    load: (url: string, context: any, next: any) => url.endsWith('virtual.wasm') ? { format: 'wasm', source: bytes('./env.mjs'), shortCircuit: true } : next(url, context),
  } as any)
  try {
    expect((await import('virtual:wasm' as string)).run(21)).toBe(42)
  } finally {
    hooks.deregister()
  }
})
