import { afterAll, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'macros-')))
afterAll(() => fs.rmSync(dir, { recursive: true }))
const put = (name: string, text: string): string => {
  const file = path.join(dir, name)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, text)
  return file
}
put('macro.ts', `
  console.log('macros are evaluated')
  let n = 0
  export const count = () => ++n
  export function given(...all: any[]) { return all }
  export default async function later(value: unknown) { await new Promise(resolve => setTimeout(resolve, 5)); return { value, list: [1, null] } }
  export const reply = () => new Response('{"a":1}', { headers: { 'content-type': 'application/json' } })
  export const blob = async () => new Blob(['text'])
  export const fn = () => () => 1
  export const map = () => new Map
  export const round = () => { const o: any = {}; o.o = o; return o }
  export const thrower = () => { throw new Error('mine') }
  export const five = 5
`)
const run = (name: string, text: string, ...flags: string[]) => {
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, put(name, text)], { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } })
  return { lines: stdout.trim().split('\n').filter(Boolean), error: /^\w*Error.*$/m.exec(stderr)?.[0], place: /:(\d+:\d+)\b/.exec(stderr.split('\n    at ')[1] ?? '')?.[1] }
}
const importing = (names: string, body: string): string => `import ${names} from './macro.ts' with { type: 'macro' }\n${body}`

test('each place is run once, before the file', () => {
  const { lines } = run('once.ts', importing('{ count, given }', `console.log('body'); for (let i = 0; i < 2; i++) console.log(count(), count()); const f = () => given(1); console.log(f()[0], f() === f())`))
  expect(lines).toEqual(['macros are evaluated', 'body', '1 2', '1 2', '1 false'])
})
test('arguments are known beforehand', () => {
  const { lines } = run('args.ts', importing('{ given }', 'console.log(JSON.stringify(given(1, -2, "a" + "b", `t`, null, undefined, [true, { k: [1n < 2], "q-r": 3 }])))'))
  expect(lines[1]).toBe('[1,-2,"ab","t",null,null,[true,{"k":[true],"q-r":3}]]')
})
test('promises, replies and blobs are waited for', () => {
  const { lines } = run('later.mts', importing('later, { reply, blob }', 'console.log(JSON.stringify([later("x"), reply(), blob()]))'))
  expect(lines[1]).toBe('[{"value":"x","list":[1,null]},{"a":1},"text"]')
})
test('a namespace of macros, and a file that does not call them', () => {
  expect(run('star.ts', importing('* as all', 'console.log(all.given(3)[0])')).lines).toEqual(['macros are evaluated', '3'])
  expect(run('unused.ts', importing('{ count }', 'console.log(1)')).lines.at(-1)).toBe('1')
})
test.each([
  ['fn', 'fn()', 'TypeError [ERR_MACRO]: macro fn: a function cannot stand in a text: a macro gives null, booleans, numbers, texts, and arrays and objects of them'],
  ['map', 'map()', 'TypeError [ERR_MACRO]: macro map: a Map cannot stand in a text: a macro gives null, booleans, numbers, texts, and arrays and objects of them'],
  ['round', 'round()', 'TypeError [ERR_MACRO]: macro round: an object that is in itself cannot stand in a text'],
  ['thrower', 'thrower()', 'Error [ERR_MACRO]: macro thrower threw: mine'],
  ['five', 'five()', 'TypeError [ERR_MACRO]: macro five: a macro must be a function'],
  ['nothing', 'nothing()', `TypeError [ERR_MACRO]: macro nothing: it is not exported by '${dir}/macro.ts'`],
  ['given', 'given(x)', 'SyntaxError: what a macro is given must be known beforehand: literals, and arrays and objects of them'],
  ['given', 'given(...[1])', 'SyntaxError: what a macro is given must be known beforehand: literals, and arrays and objects of them'],
  ['given', 'given', 'SyntaxError: a macro can only be called: it has run before the program does'],
  ['given', 'given`x`', 'SyntaxError: a macro can only be called: it has run before the program does'],
])('%s in %s', (name, use, error) => {
  const result = run(`${name}_wrong.ts`, importing(`{ ${name} }`, `export const v = ${use}`))
  expect(result.error).toBe(error)
  expect(result.place).toBe('2:18')
})
test('packages run none, nor does anybody with --no-macros', () => {
  put('node_modules/pack/index.mjs', importing('{ count }', 'export default count()').replace('./macro', '../../macro'))
  put('node_modules/pack/package.json', '{"exports":"./index.mjs"}')
  expect(run('foreign.ts', 'import "pack"')).toEqual({ lines: [], error: 'SyntaxError: for security reasons, macros cannot be run from node_modules', place: '2:16' })
  expect(run('off.ts', importing('{ count }', 'count()'), '--no-macros')).toEqual({ lines: [], error: 'SyntaxError: macros are disabled: --no-macros was given', place: '2:1' })
})
