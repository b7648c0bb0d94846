import { afterAll, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import util from 'node:util'

// What node, asked with --js-defer-import-eval, does not survive: import.defer(). The rest is test/graphs/phases.txt.
const dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'phases-')))
afterAll(() => fs.rmSync(dir, { recursive: true }))
const wasm = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 6, 1, 4, 0, 65, 42, 11]
fs.writeFileSync(path.join(dir, 'm.wasm'), new Uint8Array(wasm))
const put = (name: string, text: string): string => (fs.writeFileSync(path.join(dir, name), text), path.join(dir, name))
const run = (name: string, text: string): string => {
  const made = spawnSync(process.execPath, [put(name, text)], { encoding: 'utf8' })
  return made.stdout + made.stderr
}
put('b.mjs', 'console.log("b"); export const x = 1')
put('waits.mjs', 'await 0; console.log("waits")')
put('c.mjs', 'import "./waits.mjs"; console.log("c"); export const c = 2')

test('import.defer gives a namespace that evaluates when it is asked', () => {
  expect(run('a.mjs', `const ns = await import.defer('./b.mjs'); console.log('before'); console.log(ns.x)
    console.log(await import.defer('./b.mjs') === ns, await import.defer('./nothing.mjs').catch((e) => e.code))`)).toBe('before\nb\n1\ntrue ERR_MODULE_NOT_FOUND\n')
})

test('import.defer waits for what waits at its top level', () => {
  expect(run('a.mjs', `const ns = await import.defer('./c.mjs'); console.log('before'); console.log(ns.c)`)).toBe('waits\nbefore\nc\n2\n')
})

test('phases are there in CommonJS and in texts made at run time', () => {
  expect(run('a.cjs', `import.defer('./b.mjs').then((ns) => { console.log('before'); console.log(ns.x) })`)).toBe('before\nb\n1\n')
  expect(run('d.mjs', `const name = import.meta.resolve('./m.wasm')
    console.log((await eval('import.source(name)')) instanceof WebAssembly.Module, typeof (await new Function("return import.defer('node:fs')")()).readFileSync)`)).toBe('true function\n')
})

test('hooks hear of them', () => {
  put('use.mjs', `import defer * as ns from 'virtual.mjs'\nimport source m from './m.wasm'
    console.log(m instanceof WebAssembly.Module); console.log(ns.x, (await import.source('./m.wasm')) === m)`)
  expect(run('hooks.mjs', `import { registerHooks } from 'node:module'
    registerHooks({ resolve: (name, context, next) => next(name.replace('virtual', './b'), context) })
    await import('./use.mjs')`)).toBe('true\nb\n1 true\n')
})

test('WebAssembly that a hook gives has a source, and is instantiated only when it is imported', () => {
  put('made.mjs', `import source m from 'made:x?1'; import source n from 'made:bad'
console.log(m instanceof WebAssembly.Module, (await import.source('made:x?1')) === m)
    console.log((await import('made:x?1')).f(), WebAssembly.Module.imports(n).length, await import('made:bad').catch((e) => e.name), await import('made:none').catch((e) => e.name))`)
  expect(run('given.mjs', `import { registerHooks } from 'node:module'
    const bytes = [${wasm}], head = bytes.slice(0, 8)
    const sources = { x: bytes, bad: [...head, 2, 16, 1, 7, ...Buffer.from('node:fs'), 3, ...Buffer.from('xyz'), 3, 127, 0], none: [1] }
    registerHooks({
      resolve: (name, context, next) => name.startsWith('made:') ? { url: name, shortCircuit: true } : next(name, context),
      load: (url, context, next) => url.startsWith('made:') ? { format: 'wasm', source: new Uint8Array(sources[url.split(/[:?]/)[1]]), shortCircuit: true } : next(url, context),
    })
    await import('./made.mjs')`)).toBe('true true\n42 1 LinkError CompileError\n')
})

test('require refuses what waits below a deferred import', () => {
  put('later.mjs', `import defer * as ns from './c.mjs'; export const go = () => ns.c`)
  expect(run('e.cjs', `try { require('./later.mjs') } catch (e) { console.log(e.code) }`)).toBe('ERR_REQUIRE_ASYNC_MODULE\n')
})

test('a deferred namespace is printed as one', async () => {
  put('plain.mjs', 'export const y = 1')
  const ns = await import.defer(path.join(dir, 'plain.mjs'))
  expect([util.types.isModuleNamespaceObject(ns), util.types.isProxy(ns)]).toEqual([true, false])
  expect(util.inspect(ns)).toBe('[Module: null prototype] [Deferred Module] { y: 1 }')
})
