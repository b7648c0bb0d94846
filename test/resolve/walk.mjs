// Resolves what the packages below a folder name, as their files and a project would ask. Run as asks.mjs of that folder (run.sh
// puts it there), because import.meta.resolve asks from where it stands; prints a line for each question.
// Node and bao must print the same. Left out, because bao follows Bun there: packages with the conditions `bun` or `module-sync`,
// and imports without an extension.
import fs from 'node:fs'
import { createRequire } from 'node:module'

const root = import.meta.dirname
const out = []
const say = (how, from, specifier, resolve) => {
  let answer
  try {
    answer = resolve()
  } catch (error) {
    answer = `${error.code} ${String(error.message).split('\n')[0]}`
  }
  out.push(`${how} ${from} ${specifier} -> ${answer}`.replaceAll(`file://${root}`, '').replaceAll(root, ''))
}

const packages = []
const findPackages = (folder) => {
  for (const name of fs.readdirSync(folder).sort()) {
    const at = `${folder}/${name}`
    if (name[0] === '@') findPackages(at)
    else if (name[0] !== '.' && fs.existsSync(`${at}/package.json`)) {
      packages.push(at)
      if (fs.existsSync(`${at}/node_modules`)) findPackages(`${at}/node_modules`)
    }
  }
}
findPackages(`${root}/node_modules`)

const left = new Set()
for (const folder of packages) {
  const text = fs.readFileSync(`${folder}/package.json`, 'utf8')
  const name = folder.slice(folder.lastIndexOf('/node_modules/') + 14)
  if (/"(bun|module-sync)"/.test(text)) {
    left.add(name)
    continue
  }
  const from = `${folder.slice(0, folder.lastIndexOf('/node_modules/'))}/asks.mjs`
  const require = createRequire(from)
  const asked = ['', '/package.json', '/absent', '/index', '/lib/index.js', '/../x', '/%2fx']
  const { exports } = JSON.parse(text)
  if (exports && typeof exports === 'object')
    for (const key of Object.keys(exports).slice(0, 80))
      if (key[0] === '.') asked.push(key.slice(1).replace('*', 'index'), key.slice(1).replace('*', 'a/b'), key.slice(1).replace('*', '../a'))
  for (const more of asked) {
    say('require', from, name + more, () => require.resolve(name + more))
    if (from === `${root}/asks.mjs` && more !== '/index') say('import', from, name + more, () => import.meta.resolve(name + more))
  }
}

let files = 0
const readFiles = (folder, depth) => {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const at = `${folder}/${entry.name}`
    if (entry.isDirectory()) depth < 5 && readFiles(at, depth + 1)
    if (!entry.isFile() || !/\.c?js$/.test(entry.name) || files > 5000 || fs.statSync(at).size > 200_000) continue
    files++
    const require = createRequire(at)
    for (const name of new Set([...fs.readFileSync(at, 'utf8').matchAll(/require\(["']([^"'\n]+)["']\)/g)].map((m) => m[1])))
      if (!left.has(name.split('/', name[0] === '@' ? 2 : 1).join('/'))) say('require', at, name, () => require.resolve(name))
  }
}
readFiles(`${root}/node_modules`, 0)
fs.writeSync(1, `${out.join('\n')}\n`)
