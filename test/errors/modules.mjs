// Every way in which a module is not found, not allowed or not what was said: codes and messages as Node words them. Not here: what
// Bao takes as Bun does (folders, JSON without an attribute, files of unknown extensions, further attributes), and the wording of
// syntax errors.
import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'module-errors-')))
const w = (name, text) => {
  fs.mkdirSync(path.dirname(path.join(dir, name)), { recursive: true })
  fs.writeFileSync(path.join(dir, name), text)
}
const json = (name, value) => w(name, JSON.stringify(value))
json('node_modules/exp/package.json', {
  name: 'exp', exports: {
    '.': './i.js', './ok': './ok.js', './null': null, './dir/*': './dir/*.js', './bad': '../out.js', './bad2': '/abs', './bad3': 5,
    './missing': './missing.js', './cond': { nope: './x.js' }, './slash': './node_modules/x.js', './d/': './d/',
  },
})
w('node_modules/exp/i.js', 'export const a = 1')
w('node_modules/exp/ok.js', '')
w('node_modules/exp/dir/a.js', '')
json('node_modules/noexp/package.json', { name: 'noexp', main: './nope.js' })
w('node_modules/noexp/sub/index.js', '')
w('node_modules/badjson/package.json', '{"name":')
json('node_modules/empty/package.json', { name: 'empty' })
json('node_modules/mixed/package.json', { exports: { '.': './a.js', import: './b.js' } })
json('node_modules/str/package.json', { exports: 'nodot.js' })
json('node_modules/fallback/package.json', { exports: ['./nope.js', './i.js'] })
w('node_modules/fallback/i.js', 'export default 1')
json('package.json', {
  name: 'self',
  imports: { '#ok': './ok.mjs', '#null': null, '#bad': '../x', '#pkg': 'exp', '#cond': { nope: './x' }, '#star/*': './s/*.mjs', '#num': 5 },
})
w('ok.mjs', 'export const ok = 1; export default 2')
w('s/a.mjs', '')
w('noext', 'export const x = 1')
w('noext2', 'exports.x = 1')
w('c.cjs', 'exports.named = 1')
w('j.json', '{"a":1}')
w('thr.mjs', 'throw new Error("thrown")')
w('star.mjs', 'export * from "./s1.mjs"; export * from "./s2.mjs"')
w('s1.mjs', 'export const z = 1')
w('s2.mjs', 'export const z = 2')
w('ambiguous.mjs', 'import { z } from "./star.mjs"')
w('cyc1.mjs', 'import { b } from "./cyc2.mjs"; export const a = 1; b')
w('cyc2.mjs', 'import { a } from "./cyc1.mjs"; export const b = a')
w('tla.mjs', 'await 1; export const t = 1')
w('tla2.mjs', 'import "./tla.mjs"')
w('req_tla.cjs', 'require("./tla2.mjs")')
json('dirp/package.json', { main: 'x.js' })
w('inner.mjs', '\n\nimport { nothere } from "./ok.mjs"')
w('inner2.mjs', 'export { nothere as q } from "./ok.mjs"')
w('inner3.mjs', 'import d from "./s1.mjs"')
w('inner4.mjs', 'import { nothere } from "./c.cjs"')
w('inner5.mjs', 'import { nothere } from "node:fs"')
w('inner6.mjs', 'import { nothere } from "./j.json" with { type: "json" }')
w('dep_missing.mjs', 'import "./zz.mjs"')

w('main.mjs', `export const open = (name, options) => import(name, options), resolve = specifier => import.meta.resolve(specifier)`)
const { open, resolve } = await import(pathToFileURL(path.join(dir, 'main.mjs')))
const require = createRequire(path.join(dir, 'main.mjs'))
const specifiers = [
  './nope.mjs', './nope', 'nope', 'nope/sub', '@s/nope', '@bad', 'exp/ok', 'exp', 'exp/nope', 'exp/null', 'exp/bad', 'exp/bad2', 'exp/bad3',
  'exp/missing', 'exp/cond', 'exp/slash', 'exp/d/x', 'exp/dir/a', 'exp/dir/b', 'exp/ok.js', 'exp/package.json', 'noexp', 'noexp/x.js',
  'badjson', 'empty', 'mixed', 'str', 'fallback', '#ok', '#null', '#bad', '#pkg', '#cond', '#nope', '#star/a', '#star/b', '#num', '#', '#/x',
  './noext', './noext2', './a%2fb.mjs', './a%5cb.mjs', 'node:nope', 'node:', 'http://x.y/z.mjs', 'https://x.y/', 'ftp:x', 'data:text/plain,x',
  'data:text/javascript,export default 1', 'data:text/javascript,throw 5', 'blob:x', 'file:///nope.mjs', './thr.mjs', './star.mjs',
  './inner.mjs', './inner2.mjs', './inner3.mjs', './inner4.mjs', './inner5.mjs', './inner6.mjs', './dep_missing.mjs',
  './ambiguous.mjs', './dirp', './cyc1.mjs', 'self', 'self/x', 'exp/dir/../x', 'exp//x',
  'fs/nope', 'fs/promises', 'test', 'sqlite', '.', '..', '/', '/nope/x.mjs', './ok.mjs?q#h', "a\\b", 'exp/dir/a/../b',
]
const clean = text => String(text).replaceAll(dir, '<dir>').replaceAll(`'${path.dirname(dir)}/'`, "'/tmp/'").split('\n')[0]
async function row(name, run) {
  try {
    console.log(name, clean(await run()))
  } catch (error) {
    const isWorded = error?.name !== 'SyntaxError' || /provide an export|conflicting/.test(error.message)   // others word themselves
    console.log(name, error?.name, error?.code, isWorded ? clean(error?.message ?? error) : '',
      error?.url?.replace(`file://${dir}`, '<dir>').replace(`file://${path.dirname(dir)}/`, 'file:///tmp/') ?? '')
  }
}
const fine = () => 'fine'
for (const each of specifiers) await row(`import ${JSON.stringify(each)}`, () => open(each).then(fine))
await row('require ./req_tla.cjs', () => require('./req_tla.cjs'))
await row('import ./req_tla.cjs', () => open('./req_tla.cjs'))
for (const each of specifiers) await row(`require ${JSON.stringify(each)}`, () => fine(require(each)))
for (const [each, options] of [
  ['./j.json', { with: { type: 'json' } }], ['./j.json', { with: { type: 'nope' } }], ['./ok.mjs', { with: { type: 'json' } }],
  ['./j.json', { with: { type: 5 } }], ['./j.json', { with: 5 }], ['./j.json', 5], ['./ok.mjs', { with: {} }],
  ['node:fs', { with: { type: 'json' } }],
  ['./c.cjs', { with: { type: 'json' } }], ['data:application/json,{}', { with: { type: 'json' } }]])
  await row(`${each} ${JSON.stringify(options)}`, () => open(each, options).then(fine))
for (const each of ['./nope.mjs', 'nope', 'exp/nope', '#nope', 'node:nope', 'http://x/y', '#null', 'exp/bad'])
  await row(`resolve ${each}`, () => resolve(each))
fs.rmSync(dir, { recursive: true })
