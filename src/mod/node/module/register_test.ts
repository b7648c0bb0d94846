import { afterAll, describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import Module, { createRequire, register, SourceMap } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { MessageChannel } from 'node:worker_threads'

const dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'register-')))
afterAll(() => fs.rmSync(dir, { recursive: true }))
const put = (name: string, text: string): string => {
  fs.writeFileSync(path.join(dir, name), text)
  return pathToFileURL(path.join(dir, name)).href
}
const failure = async (run: () => unknown): Promise<any> => {
  try {
    await run()
  } catch (error) {
    return error
  }
}

describe('register', () => {
  test('hooks that answer with promises', async () => {
    const hooks = put('hooks.mjs', `let data
      export async function initialize(given) { await new Promise(resolve => setTimeout(resolve, 5)); data = given }
      export async function resolve(specifier, context, nextResolve) {
        if (specifier.startsWith('virtual:')) return { url: specifier, shortCircuit: true }
        if (specifier === 'bad:answer') return 5
        if (specifier === 'bad:chain') return { url: 'bad:chain' }
        return nextResolve(specifier, context)
      }
      export async function load(url, context, nextLoad) {
        if (url === 'virtual:module') return { format: 'module', source: 'export default ' + JSON.stringify(data) + '; export { v } from "virtual:inner"', shortCircuit: true }
        if (url === 'virtual:inner') return { format: 'module', source: 'export const v = await 7', shortCircuit: true }
        if (url === 'virtual:json') return { format: 'json', source: '{"a":1}', shortCircuit: true }
        if (url === 'virtual:commonjs') return { format: 'commonjs', source: 'module.exports = typeof require', shortCircuit: true }
        if (url === 'virtual:wrong') return { format: 'none', source: '', shortCircuit: true }
        const result = await nextLoad(url, context)
        if (!url.includes('changed')) return result
        return { ...result, source: String(result.source).replace('file', 'hook') }
      }`)
    const before = (process as any).noDeprecation
    ;(process as any).noDeprecation = true              // register() itself is deprecated
    expect(register(hooks, import.meta.url, { data: { n: 1 } })).toBe(undefined)
    ;(process as any).noDeprecation = before
    const open = (specifier: string): Promise<any> => import(specifier)
    const made = await open('virtual:module')
    expect([made.default, made.v]).toEqual([{ n: 1 }, 7])
    expect((await import('virtual:json' as string, { with: { type: 'json' } })).default).toEqual({ a: 1 })
    expect((await open('virtual:commonjs')).default).toBe('function')
    put('inner_changed.mjs', 'export const v = "inner file"')
    expect((await open(put('changed.mjs', 'export { v } from "./inner_changed.mjs"; export default "file"'))).v).toBe('inner hook')
    expect(import.meta.resolve('virtual:x')).toBe('virtual:x')
    expect((await failure(() => open('virtual:wrong'))).code).toBe('ERR_UNKNOWN_MODULE_FORMAT')
    expect((await failure(() => open('bad:answer'))).code).toBe('ERR_INVALID_RETURN_VALUE')
    expect((await failure(() => open('bad:chain'))).code).toBe('ERR_LOADER_CHAIN_INCOMPLETE')
    expect((await failure(() => open('./nowhere.mjs'))).code).toBe('ERR_MODULE_NOT_FOUND')
    expect((await failure(() => register('./nowhere.mjs', import.meta.url))).code).toBe('ERR_MODULE_NOT_FOUND')
  })
})

describe('the thread of the hooks', () => {
  const hooks = (text: string): string => `data:text/javascript,${encodeURIComponent(text)}`
  const quietly = <T>(run: () => T): T => {
    const before = (process as any).noDeprecation
    ;(process as any).noDeprecation = true
    try {
      return run()
    } finally {
      (process as any).noDeprecation = before
    }
  }
  test('is one of its own', async () => {
    const { port1, port2 } = new MessageChannel()
    ;(globalThis as any).ofTheProgram = 1
    const told = new Promise<any>((resolve) => port1.once('message', resolve))
    quietly(() => register(hooks(`import { isMainThread, isInternalThread } from 'node:worker_threads'
      globalThis.ofTheHooks = 1
      export async function initialize({ port }) {
        await 1
        port.postMessage([isMainThread, isInternalThread, typeof ofTheProgram])
      }
      export function resolve(specifier, context, next) {
        if (specifier === 'apart:count') return { url: 'apart:' + globalThis.ofTheHooks, shortCircuit: true }
        return next(specifier, context)
      }
      export async function load(url, context, next) {
        if (!url.startsWith('apart:')) return next(url, context)
        const end = Date.now() + 5
        while (Date.now() < end);
        return { format: 'module', source: new TextEncoder().encode('export default ' + url.slice(6)), shortCircuit: true }
      }`), { data: { port: port2 }, transferList: [port2] }))
    expect(await told).toEqual([false, true, 'undefined'])
    port1.close()
    expect('ofTheHooks' in globalThis).toBe(false)
    expect([(await import('apart:count' as string)).default, import.meta.resolve('apart:count')]).toEqual([1, 'apart:1'])
    expect(createRequire(import.meta.url)(fileURLToPath(put('required.mjs', 'export { default } from "apart:5"'))).default).toBe(5)
  })
  test('what it throws is thrown here', async () => {
    const wrong = (text: string): any => {
      try {
        quietly(() => register(hooks(text)))
      } catch (error) {
        return error
      }
    }
    const thrown = wrong('throw Object.assign(new TypeError("top"), { code: "ERR_OWN", more: [1] })')
    expect([thrown instanceof TypeError, thrown.message, thrown.code, thrown.more]).toEqual([true, 'top', 'ERR_OWN', [1]])
    expect(wrong('export function initialize() { throw new RangeError("begun") }') instanceof RangeError).toBe(true)
    expect(wrong('export async function initialize() { await 1; throw 5 }')).toBe(5)
    quietly(() => register(hooks(`export function load(url, context, next) {
      if (url === 'thrown:x') throw Object.assign(new RangeError('loaded'), { code: 'ERR_LOADED' })
      return next(url, context)
    }
    export const resolve = (specifier, context, next) => specifier === 'thrown:x' ? { url: specifier, shortCircuit: true } : next(specifier, context)`)))
    const loaded = await failure(() => import('thrown:x' as string))
    expect([loaded instanceof RangeError, loaded.message, loaded.code]).toEqual([true, 'loaded', 'ERR_LOADED'])
  })
  test('hooks that come later are loaded through those before', async () => {
    quietly(() => register(hooks(`export const resolve = (specifier, context, next) => specifier === 'hooks:second' ? { url: specifier, shortCircuit: true } : next(specifier, context)
      export const load = (url, context, next) => url !== 'hooks:second' ? next(url, context) : { format: 'module', shortCircuit: true,
        source: 'export const resolve = (s, c, next) => s === "second:x" ? { url: "data:text/javascript,export default 22", shortCircuit: true } : next(s, c)' }`)))
    quietly(() => register('hooks:second'))
    expect((await import('second:x' as string)).default).toBe(22)
  })
  // Node is ended by a signal where nobody catches an error.
  test.each([
    ['an exit of it is the program\'s', 'if (s === "exit:x") process.exit(3)', 3],
    ['and so is an error that nobody catches', 'if (s === "exit:x") { setTimeout(() => { throw new Error("nobody") }); await new Promise(() => {}) }', 1],
  ])('%s', (_: string, text: string, status: number) => {
    const program = put('ends.mjs', `import { register } from 'node:module'
      register('data:text/javascript,' + encodeURIComponent('export async function resolve(s, c, n) { ${text}; return n(s, c) }'))
      setTimeout(() => {}, 60000)
      await import('exit:x')`)
    expect(spawnSync(process.execPath, [fileURLToPath(program)]).status ?? 1).toBe(status)
  }, 60000)
  test('it keeps nothing alive', () => {
    const program = put('ends.mjs', `import { register } from 'node:module'
      register('data:text/javascript,export function initialize() { setInterval(() => {}, 1000) }')
      console.log((await import('node:os')).EOL === '\\n')`)
    expect(spawnSync(process.execPath, [fileURLToPath(program)], { encoding: 'utf8' }).stdout).toBe('true\n')
  }, 60000)
})

describe('Module', () => {
  test('extensions of its own are tried behind the known ones', () => {
    const require: any = createRequire(path.join(dir, 'x.js'))
    const extensions = (Module as any)._extensions
    put('word.txt', 'text')
    extensions['.txt'] = (module: any, file: string) => { module.exports = fs.readFileSync(file, 'utf8') }
    expect(require('./word')).toBe('text')
    delete extensions['.txt']
    expect([(Module as any)._stat(dir), (Module as any)._stat(path.join(dir, 'word.txt'))]).toEqual([1, 0])
  })
  test('a text that is an ES module is compiled as one', () => {
    const module: any = new (Module as any)(path.join(dir, 'made.js'))
    module._compile('export const a = 1', path.join(dir, 'made.js'))
    expect(module.exports.a).toBe(1)
  })
  test('SourceMap finds places', () => {
    const map: any = new SourceMap({ version: 3, sources: ['a.ts'], names: ['n'], mappings: 'AAAA,IAAIA;AACN;', file: 'x' } as any)
    expect(map.findEntry(0, 5)).toEqual({ generatedLine: 0, generatedColumn: 4, originalSource: 'a.ts', originalLine: 0, originalColumn: 4, name: 'n' })
    expect(map.findOrigin(1, 6)).toEqual({ name: 'n', fileName: 'a.ts', lineNumber: 1, columnNumber: 6 })
    expect(map.findEntry(-1, 0)).toEqual({})
  })
})
