// tools/compatibility.mjs <folder of lists>: run by bao; writes docs/compatibility.md: which names of Node 26 and Bun 1.4 are there.
//   build/bao tools/compatibility.mjs ../shared/api
// It tells presence; what a name does is what the tests tell.
import fs from 'node:fs'
import path from 'node:path'
import { createRequire } from 'node:module'

const lists = path.resolve(process.argv[2] ?? '../shared/api')
const require = createRequire(import.meta.url)
const lines = (name) => fs.readFileSync(path.join(lists, name), 'utf8').split('\n').map((l) => l.split('\t')[0].trim()).filter(Boolean)
// What throws ERR_NOT_IMPLEMENTED is marked so; a constant that is not there yet throws when it is read.
const later = Symbol.for('bao.notImplemented')
const has = (object, name) => { try { return object != null && name in Object(object) && !Object(object[name])[later] } catch { return false } }
const open = (id) => { try { return require(id) } catch { return undefined } }
const code = (names) => names.map((n) => `\`${n}\``).join(' ')

const out = ['# Compatibility', '', '<!-- made by tools/compatibility.mjs; do not change by hand -->', '',
  `Names that exist in Bao ${process.versions.bao}, against Node 26.10 and Bun 1.4.5. What is missing throws or is not there: nothing silently does nothing.`, '',
  '## node: modules', '', '| module | there | missing |', '|---|---|---|']
const { modules } = JSON.parse(fs.readFileSync(path.join(lists, 'node-modules.json'), 'utf8'))
let there = 0, all = 0
for (const [id, names] of Object.entries(modules)) {
  if (id.includes(':_')) continue
  const module = open(id)
  const missing = names.filter((n) => !has(module, n))
  there += names.length - missing.length
  all += names.length
  out.push(`| \`${id}\` | ${module === undefined || missing.length === names.length ? 'not there yet' : `${names.length - missing.length} of ${names.length}`} | ${module === undefined || missing.length === names.length ? '' : code(missing)} |`)
}
out.splice(6, 0, `${there} of ${all} names.`, '')
const section = (title, names, object) => {
  const missing = names.filter((n) => !has(object, n))
  out.push('', `## ${title}`, '', `${names.length - missing.length} of ${names.length} names.`, '', missing.length ? `Missing: ${code(missing)}` : 'None is missing.')
}
section('Globals', lines('web-globals.txt'), globalThis)
section('Bun', lines('bun-globals.txt'), globalThis.Bun)
const bunModules = JSON.parse(fs.readFileSync(path.join(lists, 'bun-modules.json'), 'utf8'))
for (const id of Object.keys(bunModules).filter((k) => k.startsWith('bun:'))) {
  const module = open(id)
  if (module === undefined) out.push('', `## ${id}`, '', 'Not there yet.')
  else section(id, Object.keys(bunModules[id]).filter((n) => n !== 'default'), module)
}
fs.writeFileSync('docs/compatibility.md', `${out.join('\n')}\n`)
console.log(`${there} of ${all} names of Node's modules`)
