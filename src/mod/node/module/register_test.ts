import { describe, expect, test } from 'bun:test'
import fs from 'node:fs'
import Module, { createRequire, register, SourceMap } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'register-')))
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
