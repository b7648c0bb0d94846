import { afterAll, describe, expect, test } from 'bun:test'
import fs from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const made: string[] = []
afterAll(() => made.forEach((dir) => fs.rmSync(dir, { recursive: true })))
function tree(files: Record<string, string>): string {
  const dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'hooks-')))
  made.push(dir)
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(dir, name), text)
  return dir
}
const url = (dir: string, name: string) => pathToFileURL(path.join(dir, name)).href

async function withHooks<T>(hooks: any[], run: () => T | Promise<T>): Promise<T> {
  const all = hooks.map((each) => registerHooks(each))
  try {
    return await run()
  } finally {
    for (const each of all) each.deregister()
  }
}
const codeOf = async (run: () => unknown): Promise<unknown> => {
  try {
    await run()
  } catch (error: any) {
    return error.code
  }
}
const virtual = (texts: Record<string, any>) => ({
  resolve: (specifier: string, context: any, next: any) =>
    specifier.startsWith('virtual:') ? { url: specifier, shortCircuit: true } : next(specifier, context),
  load: (at: string, context: any, next: any) => (texts[at] ? { ...texts[at], shortCircuit: true } : next(at, context)),
})

describe('registerHooks', () => {
  test('what a context says', async () => {
    const dir = tree({ 'a.mjs': 'export default 1', 'b.cjs': 'module.exports = 2', 'j.json': '3' })
    const seen: any[] = []
    const hooks = {
      resolve(specifier: string, context: any, next: any) {
        const result = next(specifier, context)
        seen.push([specifier, context.conditions.includes('import'), context.importAttributes && { ...context.importAttributes }, result.url])
        return result
      },
      load(at: string, context: any, next: any) {
        const result = next(at, context)
        seen.push([at, result.format, String(result.source)])
        return result
      },
    }
    await withHooks([hooks], async () => {
      expect((await import(url(dir, 'a.mjs'))).default).toBe(1)
      expect((await import(url(dir, 'j.json'), { with: { type: 'json' } })).default).toBe(3)
      expect(createRequire(`${dir}/x.js`)('./b.cjs')).toBe(2)
    })
    // Node asks twice for what require() resolves.
    const asked = seen.filter((each, i) => JSON.stringify(each) !== JSON.stringify(seen[i - 1]))
    expect(asked).toEqual([
      [url(dir, 'a.mjs'), true, {}, url(dir, 'a.mjs')],
      [url(dir, 'a.mjs'), 'module', 'export default 1'],
      [url(dir, 'j.json'), true, { type: 'json' }, url(dir, 'j.json')],
      [url(dir, 'j.json'), 'json', '3'],
      ['./b.cjs', false, undefined, url(dir, 'b.cjs')],
      [url(dir, 'b.cjs'), 'commonjs', 'module.exports = 2'],
    ])
  })

  test('modules that are nowhere', async () => {
    const hooks = virtual({
      'virtual:a': {
        format: 'module',
        source: 'import b from "virtual:b" with { type: "json" }; import fs from "node:fs"; export default [b, typeof fs.statSync, import.meta.url]',
      },
      'virtual:b': { format: 'json', source: Buffer.from('{"b": 1}') },
      'virtual:t': { format: 'module-typescript', source: 'export const t: number = 4; export type T = string' },
    })
    await withHooks([{ resolve: hooks.resolve, load: hooks.load }], async () => {
      const t: any = await import('virtual:t' as string)
      expect(t.t).toBe(4)
      expect((await import('virtual:a' as string)).default).toEqual([{ b: 1 }, 'function', 'virtual:a'])
    })
  })

  test('texts are changed, the last hook first', async () => {
    const dir = tree({ 'a.mjs': 'export { v } from "./b.mjs"', 'b.mjs': 'export const v = "file"', 'c.cjs': 'exports.v = "file"' })
    const change = (word: string) => ({
      load(at: string, context: any, next: any) {
        const result = next(at, context)
        if (!at.startsWith(pathToFileURL(dir).href)) return result
        return { ...result, source: String(result.source).replace('"file"', `"file" + "${word}"`) }
      },
    })
    await withHooks([change('one'), change('two')], async () => {
      expect((await import(url(dir, 'a.mjs'))).v).toBe('filetwoone')
      expect(createRequire(`${dir}/x.js`)('./c.cjs').v).toBe('filetwoone')
    })
    expect((await import(url(dir, 'a.mjs'))).v).toBe('filetwoone')
    expect((await import(`${url(dir, 'b.mjs')}?again`)).v).toBe('file')
  })

  test('another file, a builtin, another format', async () => {
    const dir = tree({ 'a.mjs': 'export default "a"', 'c.cjs': '', 'd.cjs': 'x' })
    const hooks = {
      resolve(specifier: string, context: any, next: any) {
        if (specifier === 'alias') return { url: url(dir, 'a.mjs'), shortCircuit: true }
        if (specifier === 'files') return { url: 'node:fs', format: 'builtin', shortCircuit: true }
        return next(specifier, context)
      },
      load(at: string, context: any, next: any) {
        if (at === url(dir, 'c.cjs')) return { format: 'module', source: 'export default "module now"', shortCircuit: true }
        if (at === url(dir, 'd.cjs')) return { format: 'commonjs', source: 'module.exports = { common: 1 }', shortCircuit: true }
        return next(at, context)
      },
    }
    await withHooks([hooks], async () => {
      const require = createRequire(`${dir}/x.js`)
      expect((await import('alias' as string)).default).toBe('a')
      expect((await import('files' as string)).default === fs).toBe(true)
      expect(require('files') === fs).toBe(true)
      expect(require('./c.cjs').default).toBe('module now')
      expect((await import(url(dir, 'd.cjs'))).default).toEqual({ common: 1 })
    })
    expect(await codeOf(() => import('alias' as string))).toBe('ERR_MODULE_NOT_FOUND')
  })

  test('what is wrong', async () => {
    const dir = tree({ 'a.mjs': '', 'b.mjs': '', 'c.mjs': '', 'd.mjs': '' })
    const only = (key: string, result: any) => [{ [key]: () => result }]
    const code = (hooks: any, name: string) => withHooks(hooks, () => codeOf(() => import(url(dir, name))))
    expect(await code(only('resolve', { url: 'file:///x' }), 'a.mjs')).toBe('ERR_INVALID_RETURN_PROPERTY_VALUE')
    expect(await code(only('resolve', { shortCircuit: true }), 'a.mjs')).toBe('ERR_INVALID_RETURN_PROPERTY_VALUE')
    expect(await code(only('load', { format: 'module', source: '' }), 'a.mjs')).toBe('ERR_INVALID_RETURN_PROPERTY_VALUE')
    expect(await code(only('load', { format: 'module', source: 5, shortCircuit: true }), 'b.mjs')).toBe('ERR_INVALID_RETURN_PROPERTY_VALUE')
    expect(await code(only('load', { format: 'none', source: '', shortCircuit: true }), 'c.mjs')).toBe('ERR_UNKNOWN_MODULE_FORMAT')
    expect(await codeOf(() => registerHooks({ resolve: 1 as any }))).toBe('ERR_INVALID_ARG_TYPE')
    const thrower = { load: () => { throw Object.assign(new Error('mine'), { code: 'MINE' }) } }
    expect(await code([thrower], 'd.mjs')).toBe('MINE')
    expect(await codeOf(() => import(url(dir, 'd.mjs')))).toBe(undefined)
  })
})
