// tools/compatibility.mjs <folder of lists> [--check]: run by bao; writes (or compares) docs/compatibility.md: which names of Node 26 and Bun 1.4 are there.
//   build/bao tools/compatibility.mjs ../shared/api
// It tells presence; what a name does is what the tests tell. Below the names stands what is there and refuses a part of its work by
// ERR_NOT_IMPLEMENTED: read from the sources, where each such error is written.
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

/** All files below a folder, sorted. */
const filesOf = (folder) => fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  .flatMap((e) => (e.isDirectory() ? filesOf(`${folder}/${e.name}`) : [`${folder}/${e.name}`]))
/** "a ${b} %.*s" as a person reads it: "a <b> ..." */
const readable = (text) => text.replace(/\$\{(?:[^{}]*\.)?(\w+)\}/g, '<$1>').replace(/\$\{[^}]*\}|%[-.*\d]*[a-z]+/g, '...')
const row = (key, found) => { if (found.length) out.push(`| ${key} | ${[...new Set(found)].map((t) => `\`${t.replaceAll('|', '\\|').replaceAll('`', "'")}\``).join(' ')} |`) }
const roomOf = (file) => {
  const [, floor, name] = /^src\/(mod\/(?:node|web|bun)|rt)\/([^/.]+)/.exec(file) ?? []
  return floor === 'mod/node' ? `node:${name}` : floor === 'mod/bun' ? `Bun: ${name}` : floor === 'mod/web' ? `web: ${name}` : 'modules'
}
out.push('', '## Refused by name', '', 'What is there, but not for this: it throws `ERR_NOT_IMPLEMENTED` and says so.', '', '| where | what |', '|---|---|')
const refused = new Map()
for (const file of filesOf('src').filter((f) => /^src\/(mod|rt)\/.*(?<!_test)\.(ts|c)$/.test(f))) {
  const text = fs.readFileSync(file, 'utf8')
  const found = [...text.matchAll(/ERR_NOT_IMPLEMENTED(?: as any)?\)?\(\s*(?:'([^'\n]+)'|"([^"\n]+)"|`([^`\n]+)`)/g)].map((m) => m[1] ?? m[2] ?? m[3])
  found.push(...[...text.matchAll(/(?:\(|new Error\()(?:'([^'\n]+)'|`([^`\n]+)`|"ERR_NOT_IMPLEMENTED", "([^"\n]+)")[^\n]*/g)]
    .filter((m) => m[3] ?? (/is not implemented/.test(m[1] ?? m[2]))).map((m) => m[1] ?? m[2] ?? m[3]))
  found.push(...[...text.matchAll(/, "ERR_NOT_IMPLEMENTED", "([^"\n]+)"/g)].map((m) => m[1].replace(/ is not implemented: /, ': ')))
  if (found.length) found.push(...[...text.matchAll(/\b(?:not|absent|missing)\('([^'\n]+)'\)/g)].map((m) => m[1]))
  refused.set(roomOf(file), [...refused.get(roomOf(file)) ?? [], ...found.map((t) => readable(t).replace(/ is not implemented(?: in Bao yet)?$/, ''))])
}
refused.set('language', filesOf('src/lang').filter((f) => /(?<!_test)\.c$/.test(f))
  .flatMap((f) => [...fs.readFileSync(f, 'utf8').matchAll(/"([^"\n]+) (?:is|are) not there yet([^"\n]*)"/g)].map((m) => m[1] + m[2])))
for (const [room, found] of refused) row(room, found.filter((t) => !/^<\w+>$/.test(t)))
out.push('', '## Commands and flags that are known and refused', '', '| where | what |', '|---|---|')
const cli = (name) => fs.readFileSync(`src/cli/${name}`, 'utf8')
const flagsOf = (text) => [...text.matchAll(/\bLATER\((?:[A-Z_]+, )?"([^"]*)"(?:, '(\w)')?/g), ...text.matchAll(/\{"([^"]+)"[^{}]*FLAG_LATER/g)]
  .map((m) => (m[1] ? `--${m[1]}` : `-${m[2]}`))
row('`bao`', [...cli('commands.c').matchAll(/\{"(\w+)", (?:NULL|"\w+"), NULL\}/g)].map((m) => `bao ${m[1]}`))
row('`bao pm`', [...cli('cmd_pm.c').matchAll(/\{"([\w-]+)", [^{}]*, NULL\},/g)].map((m) => `bao pm ${m[1]}`))
row('`bao`, `bao run`', flagsOf(cli('flags.c')))
row('`bao build`', flagsOf(cli('cmd_build.c')))
row('`bao test`', flagsOf(cli('cmd_test.c')))
row('`bao init`', flagsOf(cli('cmd_init.c')))
row('package manager', flagsOf(cli('pm_flags.c')))
row('cases', filesOf('src/cli').concat(filesOf('src/pkg')).filter((f) => /(?<!_test)\.c$/.test(f)).flatMap((file) => {
  const text = fs.readFileSync(file, 'utf8')
  return [...text.matchAll(/cmd_later\("([^"]*[a-z][^"]*)"/g), ...text.matchAll(/"([\w.]+)", NOT_THERE/g), ...text.matchAll(/"([^"]*) is not read \(ERR_NOT_IMPLEMENTED\)/g)]
    .map((m) => readable(m[1])).filter((t) => /[a-z]{3}/.test(t.replaceAll('...', '')) && t !== "`bao ...`" && t !== 'pm ...')
}))
const text = `${out.join('\n')}\n`
if (process.argv[3] !== '--check') fs.writeFileSync('docs/compatibility.md', text)
else if (fs.readFileSync('docs/compatibility.md', 'utf8') !== text) {
  console.log('docs/compatibility.md is not what the program says of itself: build/bao tools/compatibility.mjs')
  process.exit(1)
}
console.log(`${there} of ${all} names of Node's modules`)
