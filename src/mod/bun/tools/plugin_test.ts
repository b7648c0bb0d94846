import { afterAll, afterEach, describe, expect, test } from 'bun:test'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const { plugin } = (globalThis as any).Bun
const dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'plugin-')))
afterAll(() => fs.rmSync(dir, { recursive: true }))
let count = 0
function file(ext: string, text: string): string {
  const name = path.join(dir, `f${count++}.${ext}`)
  fs.writeFileSync(name, text)
  return name
}
const messageOf = async (run: () => unknown): Promise<unknown> => {
  try {
    await run()
  } catch (error: any) {
    return error.message
  }
}
const onLoad = (filter: RegExp, run: any) => plugin({ name: 'test', setup: (build: any) => void build.onLoad({ filter }, run) })

describe('Bun.plugin', () => {
  afterEach(() => plugin.clearAll())

  test('onLoad: scripts', async () => {
    onLoad(/\.upper$/, ({ path }: any) => ({
      contents: `export default ${JSON.stringify(fs.readFileSync(path, 'utf8').toUpperCase())}`,
      loader: 'js',
    }))
    onLoad(/\.typed$/, ({ path }: any) => ({ contents: fs.readFileSync(path), loader: 'ts' }))
    const upper = file('upper', 'hello')
    expect((await import(upper)).default).toBe('HELLO')
    expect(require(file('upper', 'again')).default).toBe('AGAIN')
    expect((await import(file('typed', 'export const a: number = 5'))).a).toBe(5)
    const asks = file('mjs', `import text from ${JSON.stringify(file('upper', 'static'))}; export default text`)
    expect((await import(asks)).default).toBe('STATIC')
  })

  test('onLoad: objects', async () => {
    onLoad(/\.obj$/, () => ({ exports: { a: 1, default: 2 }, loader: 'object' }))
    const ns = await import(file('obj', ''))
    expect([ns.a, ns.default]).toEqual([1, 2])
    expect(require(file('obj', '')).a).toBe(1)
  })

  test('onLoad: asynchronous', async () => {
    onLoad(/\.later$/, async () => {
      await new Promise((resolve) => setTimeout(resolve, 1))
      return { contents: 'export default "later"', loader: 'js' }
    })
    expect((await import(file('later', ''))).default).toBe('later')
    const asks = file('mjs', `export { default } from ${JSON.stringify(file('later', ''))}`)
    expect((await import(asks)).default).toBe('later')
    expect(await messageOf(() => require(file('later', ''))) !== undefined).toBe(true)
  })

  test('onResolve', async () => {
    const target = file('js', 'export default "target"')
    plugin({
      name: 'resolve',
      setup(build: any) {
        build.onResolve({ filter: /^alias-of-it$/ }, () => ({ path: target }))
        build.onResolve({ filter: /.*/, namespace: 'own' }, ({ path }: any) => ({ path, namespace: 'own' }))
        build.onLoad({ filter: /.*/, namespace: 'own' }, ({ path }: any) => ({
          contents: `export default ${JSON.stringify(path)}`,
          loader: 'js',
        }))
      },
    })
    expect((await import('own:thing' as string)).default).toBe('thing')
  })

  test('module', async () => {
    plugin({
      name: 'modules',
      setup(build: any) {
        build.module('plugin-object', () => ({ exports: { m: 1, default: 9 }, loader: 'object' }))
        build.module('plugin-text', () => ({ contents: 'export const js = 1', loader: 'js' }))
        build.module('plugin-later', async () => ({ contents: 'export const js = 2', loader: 'js' }))
      },
    })
    expect((await import('plugin-object' as string)).m).toBe(1)
    expect((await import('plugin-later' as string)).js).toBe(2)
    expect(require('plugin-text').js).toBe(1)
  })

  test('what is wrong', async () => {
    expect(await messageOf(() => plugin())).toBe('plugin needs at least one argument (an object)')
    expect(await messageOf(() => plugin({}))).toBe('plugin needs a setup() function')
    expect(await messageOf(() => onLoad('x' as any, () => {}))).toBe('onLoad() expects first argument to be an object with a filter RegExp')
    expect(await messageOf(() => onLoad(/x/, 1))).toBe('onLoad() expects second argument to be a function')
    onLoad(/bad1$/, () => ({}))
    onLoad(/bad2$/, () => { throw new Error('mine') })
    expect(await messageOf(() => import(file('bad1', '')))).toBe('Expected "contents" to be a string or an ArrayBufferView')
    expect(await messageOf(() => import(file('bad2', '')))).toBe('mine')
    expect(await plugin({ name: 'z', setup: async () => 4 })).toBe(4)
  })

  test('clearAll', async () => {
    onLoad(/\.gone$/, () => ({ contents: 'export default 1', loader: 'js' }))
    plugin.clearAll()
    const name = file('gone', '')
    expect((await import(name)).default).toBe(name)
  })
})
