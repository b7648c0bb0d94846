import { describe, test, expect } from 'bun:test'

const Transpiler = (globalThis as any).Bun?.Transpiler
const has = Transpiler ? test : test.skip                  // Node has none
const make = (options: object) => new Transpiler(options)
const url = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`

describe('Bun.Transpiler', () => {
  has('text with import and export kept runs as a module', async () => {
    const code = make({ loader: 'ts' }).transformSync(`
      import { sep, type ParsedPath } from 'node:path'
      import type { Stats } from 'node:fs'
      export type Q = string
      export interface I { a: number }
      export enum E { A = 1, B }
      export enum E { C = 7 }
      export namespace N { export const z = 2 }
      export abstract class K<T> { constructor(public y: T) {} abstract f(): void }
      class L extends K<number> { f(): void {} }
      export { L as default, type Q as R }
      export const s: string = sep, n = <number>new L(5).y
      export declare const none: number`)
    const m = await import(url(code))
    expect(Object.keys(m)).toEqual(['E', 'K', 'N', 'default', 'n', 's'])
    expect([m.E.A, m.E.B, m.E.C, m.E[7], m.N.z, m.n, m.s]).toEqual([1, 2, 7, 'C', 2, 5, '/'])
    expect(code.includes('node:fs')).toBe(false)
  })

  has('transform does the same on another thread', async () => {
    const t = make({ loader: 'ts' })
    expect(await t.transform('let x: number = 1')).toBe(t.transformSync('let x: number = 1'))
    expect(await t.transform(new TextEncoder().encode('let x: number = 1'))).toBe(t.transformSync('let x: number = 1'))
    let name = ''
    try { await t.transform('let x = ;') } catch (e: any) { name = e.name + e.position.line + e.position.column }
    expect(name).toBe('BuildMessage19')
  })

  has('older decorators bring what they need', async () => {
    const t = make({ loader: 'ts', tsconfig: { compilerOptions: { experimentalDecorators: true } } })
    const m = await import(url(t.transformSync(`
      const seen: unknown[] = []
      function p(target: any, key: string) { seen.push(key) }
      function c(target: any) { target.seen = seen }
      export default @c class { @p x = 1; @p get y() { return 2 } }`)))
    expect(m.default.seen).toEqual(['x', 'y'])
  })

  has('standard decorators bring what they need', async () => {
    const t = make({ loader: 'ts' })
    const code = t.transformSync(`
      export const seen: unknown[] = []
      const d = (value: any, context: any) => { seen.push(context.kind + ' ' + context.name) }
      const twice = (value: any, context: any) => function (this: any) { return value.call(this) * 2 }
      @d export class A { @d static x = 1; @twice #y() { return 2 } @d accessor z = this.#y() }
      export default @d class { @twice m() { return 4 } }
      export const f = async () => @d class { @twice async [await 'k']() { return 3 } }`)
    const m = await import(url(code))
    expect(new m.A().z).toBe(4)
    expect(new m.default().m()).toBe(8)
    expect(new (await m.f())().k()).toBeNaN()
    expect(m.seen).toEqual(['accessor z', 'field x', 'class A', 'class default', 'class '])
    expect(t.scan(code).exports).toEqual(['A', 'default', 'f', 'seen'])
    expect(() => t.transformSync('class A { m(@d x) {} }')).toThrow('experimentalDecorators')
  })

  has('define', () => {
    const t = make({ loader: 'js', define: { 'process.env.NODE_ENV': '"production"', X: 'Y.z', 'user.id': '5', obj: '{"a":1}' } })
    expect(t.transformSync('a(process.env.NODE_ENV, X, {X}, user.id)')).toBe('a("production", Y.z, {X:Y.z}, (5))')
    expect(t.transformSync('function f(X) { return X }\nobj.a\nprocess.env.NODE_ENV = 1'))
      .toBe('function f(X) { return X }\n0,({"a":1}).a\nprocess.env.NODE_ENV = 1')
    expect(() => make({ define: { a: 1 } })).toThrow('define "a" must be a JSON string')
  })

  has('unused imports stay unless they are trimmed', () => {
    const code = 'import x from "x"; import {z, y as w} from "z"; w'
    expect(make({ loader: 'ts' }).scanImports(code).map((i: any) => i.path)).toEqual(['x', 'z'])
    expect(make({ loader: 'ts', trimUnusedImports: true }).scanImports(code).map((i: any) => i.path)).toEqual(['z'])
    expect(make({ loader: 'js', trimUnusedImports: true, minifyWhitespace: true }).transformSync(code)).toContain('import{y as w}from"z"')
  })

  has('scan and scanImports', () => {
    const code = `import "a"; import {x} from "b"; import type k from "t"; import {type z} from "u"; require("c"); import("d")
      export * from "e"; export {k} from "f"; import u = require("g"); require.resolve("h"); import "a"
      export default 5; export type T = 1; export {x}; export namespace N { export let a = 1 }; export declare const dd: number`
    const t = make({ loader: 'ts' })
    const { exports, imports } = t.scan(code)
    expect(exports).toEqual(['N', 'default', 'k', 'x'])
    expect(imports.map((i: any) => `${i.kind} ${i.path}`)).toEqual(['import-statement a', 'import-statement b', 'import-statement e',
      'import-statement f', 'import-statement a', 'dynamic-import d', 'require-resolve h'])
    expect(t.scanImports(code).map((i: any) => `${i.kind} ${i.path}`)).toEqual(['import-statement a', 'import-statement b',
      'require-call c', 'dynamic-import d', 'import-statement e', 'import-statement f', 'require-call g', 'import-statement a'])
  })

  has('JSX', () => {
    const classic = make({ loader: 'tsx', tsconfig: { compilerOptions: { jsx: 'react', jsxFactory: 'h', jsxFragmentFactory: 'F' } } })
    expect(classic.transformSync('x=<><a b/></>').replaceAll(' ', '')).toBe('x=h(F,null,h("a",{b:true}))')
    const automatic = make({ loader: 'tsx', tsconfig: '{"compilerOptions": {"jsx": "react-jsx", "jsxImportSource": "preact"}}' })
    expect(automatic.transformSync('export default <a b="c"/>')).toContain('from"preact/jsx-runtime"')
    expect(automatic.scanImports('export default <a/>').map((i: any) => i.path)).toEqual(['preact/jsx-runtime', 'preact'])
  })

  has('what is wrong or not there is said', () => {
    expect(() => make({ loader: 'zz' })).toThrow('invalid loader')
    expect(() => make({ loader: 'css' })).toThrow('only JavaScript-like loaders')
    expect(() => make({}).transformSync(5)).toThrow("Expected code to be a string or Uint8Array for 'transformSync'.")
    expect(Transpiler.length).toBe(0)
  })
  test('target tells process.browser, a wrong target or logLevel is refused', () => {
    const of = (options: any) => new Bun.Transpiler(options).transformSync('f(process.browser)').trim().replace(/;$/, '')
    expect([of({}), of({ target: 'browser' }), of({ target: 'node' }), of({ define: { 'process.browser': '"mine"' } })])
      .toEqual(['f(true)', 'f(true)', 'f(false)', 'f("mine")'])
    expect(() => of({ target: 5 })).toThrow('TranspilerOptions.target must be a string')
    expect(() => of({ logLevel: 'loud' })).toThrow('logLevel must be one of')
    expect(of({ logLevel: 'error' })).toBe('f(true)')
  })
})
