// What Function.prototype.toString says where Node has no say: builtin modules, JSX, enums, decorators, sources that are gone. What
// Node says of everything else: test/source.
import { expect, test } from 'bun:test'
import fs from 'node:fs'
import { builtinModules, createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'

const require = createRequire(import.meta.url)
const show = Function.prototype.toString

/** Every function that hangs on a value, with where it was found. */
function* functionsOf(root: any, name: string, seen = new Set<unknown>()): Generator<[string, Function]> {
  const open: [string, any][] = [[name, root]]
  for (let at; (at = open.pop());) {
    const [where, value] = at
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue
    seen.add(value)
    if (typeof value === 'function') yield [where, value]
    for (const key of Reflect.ownKeys(value)) {
      const d = Object.getOwnPropertyDescriptor(value, key)!
      for (const part of [d.get, d.set, 'value' in d ? d.value : undefined]) open.push([`${where}.${String(key)}`, part])
    }
  }
}

async function inFolder(files: Record<string, string>, use: (folder: string) => Promise<void>): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bao-source-'))
  try {
    for (const name in files) {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
      fs.writeFileSync(path.join(folder, name), files[name]!)
    }
    await use(folder)
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
}

test('no function of a builtin module shows its text', () => {
  const bad: string[] = [], seen = new Set<unknown>()
  let n = 0
  for (const id of builtinModules) {
    let exports: any
    try { exports = require(id) } catch { continue }
    for (const [where, fn] of functionsOf(exports, id, seen)) {
      n++
      if (!/^function [^(]*\(\) \{ \[native code\] \}$/.test(show.call(fn))) bad.push(where)
    }
  }
  expect(bad).toEqual([])
  expect(n).toBeGreaterThan(1000)
})

test('globals, bound functions and Function itself show as natives', () => {
  expect([fetch, setTimeout, URL, structuredClone, Function, show, eval].map(String)).toEqual(
    ['fetch', 'setTimeout', 'URL', 'structuredClone', 'Function', 'toString', 'eval'].map((name) => `function ${name}() { [native code] }`))
  expect(String(Object.getOwnPropertyDescriptor(URL.prototype, 'href')!.get)).toBe('function get href() { [native code] }')
  expect(String(fetch.bind(null))).toBe('function () { [native code] }')
})

test('JSX and what TypeScript has values for are shown lowered', () => inFolder({
  'node_modules/react/jsx-dev-runtime.js': 'exports.jsxDEV = (...args) => args',
  'main.tsx': `enum E { A = 1 }
export async function f(x: E): Promise<E> { enum Inner { B } return await x === E.A ? Inner.B as any : x }
export const view = async (p: any) => { await p; return <a b="c"/> }
export class P { constructor(private a: number) { } async m() { await this.a } }`,
}, async (folder) => {
  const { f, view, P } = await import(path.join(folder, 'main.tsx'))
  expect(show.call(f)).toBe('async function f(x   )             { var Inner;(function(Inner){Inner[Inner["B"]=0]="B";})(Inner||(Inner={})); return await x === E.A ? Inner.B : x }')
  expect(show.call(view)).toStartWith('async (p     ) => { await p; return $j.jsxDEV("a",{b:"c"}')
  expect(show.call(P)).toBe('class P {a; constructor(        a        ) {this.a=a; } async m() { await this.a } }')
  expect(show.call(P.prototype.m)).toBe('async m() { await this.a }')
}))

test('decorators are shown where they stand; accessors of `accessor` have no text', () => inFolder({
  'main.ts': `const d = (..._: any[]): any => {}
@d export class A { @d m(x: number) { return x } @d static async s() { await 1 } @d accessor y = 1; @d [\`k\`]() { return async () => { await 1 } } }`,
}, async (folder) => {
  const { A } = await import(path.join(folder, 'main.ts'))
  expect(show.call(A)).toBe('class A { @d m(x        ) { return x } @d static async s() { await 1 } @d accessor y = 1; @d [`k`]() { return async () => { await 1 } } }')
  expect([A.prototype.m, A.s, A.prototype.k, A.prototype.k()].map((f) => show.call(f))).toEqual(
    ['m(x        ) { return x }', 'async s() { await 1 }', '[`k`]() { return async () => { await 1 } }', 'async () => { await 1 }'])
  expect(show.call(Object.getOwnPropertyDescriptor(A.prototype, 'y')!.get!)).toBe('function get y() { [native code] }')
}))

test('a source that is gone or another by now: the text that runs', () => inFolder({
  'gone.mjs': 'export async function f() { await 1 }; export const plain = () => 1',
  'other.mjs': 'export async function f() { await 1 }; export const plain = () => 1',
  'asked.mjs': 'export async function f() { await 1 }',
}, async (folder) => {
  const [gone, other, asked] = await Promise.all(['gone', 'other', 'asked'].map((name) => import(path.join(folder, `${name}.mjs`))))
  expect(show.call(asked.f)).toBe('async function f() { await 1 }')
  fs.unlinkSync(path.join(folder, 'gone.mjs'))
  fs.writeFileSync(path.join(folder, 'other.mjs'), 'export async function f() { await 2 }')
  fs.writeFileSync(path.join(folder, 'asked.mjs'), '')
  for (const { f, plain } of [gone, other]) {
    expect(show.call(f)).toContain('await')
    expect(show.call(f)).not.toContain('await 2')
    expect(show.call(plain)).toBe('() => 1')
  }
  expect(show.call(asked.f)).toBe('async function f() { await 1 }')
}))

test('many texts that were made at run time', () => {
  const all = Array.from({ length: 700 }, (_, i) => eval(`(async () => { await ${i} })`))
  expect(show.call(all[699])).toBe('async () => { await 699 }')
  expect(show.call(all[300])).toBe('async () => { await 300 }')
})
