// test/install/projects.mjs [--client bun] [--cache folder] [--jobs n] [--keep] [part of a name...]: the projects of projects/, installed by bun and by bao
// from the registry that npm is configured with, through one that keeps every answer (so both get the same ones). The lockfiles are the
// same to the byte, each takes the other's frozen, a second run changes nothing, both trees hold the same files, and Node runs the
// project's smoke program from Bao's tree, where it prints what it prints from bun's. With --client bun: that bun installs them all.
// Needs a network the first time; not part of `make test`.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { startRegistry } from '../harness/registry.mjs'
import { counter, difference, environment, everyFile, inParallel, install, lockOf, NODE, run, sandbox, treeOf } from './lib.mjs'

const argv = process.argv.slice(2)
const option = name => (argv.includes(name) ? argv[argv.indexOf(name) + 1] : undefined)
const options = ['--client', '--cache', '--jobs']
const wanted = argv.filter((word, at) => !word.startsWith('--') && !options.includes(argv[at - 1]))
const clients = option('--client') ? [option('--client')] : ['bun', 'bao']
const cache = option('--cache') ?? path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'bao-test-registry')
const folder = path.join(import.meta.dirname, 'projects')
const FLAGS = ['--ignore-scripts', '--no-progress']

const upstream = execFileSync('npm', ['config', 'get', 'registry'], { cwd: '/' }).toString().trim()
const registry = await startRegistry({ upstream, cache, port: Number(process.env.REGISTRY_PORT ?? 0) })
const { check, done } = counter()
const homes = Object.fromEntries(clients.map(client => [client, sandbox()]))
for (const box of Object.values(homes)) writeFileSync(path.join(box.home, '.npmrc'), `registry=${registry.url}\n`)

const fileSizes = dir => everyFile(dir, { keep: () => false }).concat(sizes(dir, ''))
function sizes(dir, at) { // name, x, size: hashing some hundred thousand files would take minutes
  return readdirSync(path.join(dir, at), { withFileTypes: true }).flatMap(entry => {
    const name = at ? `${at}/${entry.name}` : entry.name
    if (/(^|\/)node_modules\/(\.cache|\.bao[^/]*)$/.test(name) || /^node_modules\/\.bun\/.*\/\.bin$/.test(name)) return []
    if (entry.isDirectory()) return sizes(dir, name)
    if (!entry.isFile() || name === 'bun.lock') return []
    const { size, mode } = statSync(path.join(dir, name))
    return [`${name} ${mode & 0o100 ? 'x' : 'f'} ${size}`]
  }).sort()
}

async function project(name) {
  const faults = []
  const source = path.join(folder, name)
  const smoke = readdirSync(source).find(file => file.startsWith('smoke.'))
  const seen = {}
  const boxes = []
  const make = client => {
    const box = { ...sandbox(), home: homes[client].home }
    cpSync(source, box.project, { recursive: true })
    boxes.push(box)
    return box
  }
  const go = (client, box, more = []) => install(client, box, registry, ['install', ...FLAGS, ...more], { timeout: 600000 })
  try {
    for (const client of clients) {
      const box = seen[client] = make(client)
      const result = await go(client, box)
      box.ms = result.ms
      if (result.code !== 0) { faults.push(`${client} install: exit ${result.signal ?? result.code}\n${result.err.split('\n').filter(line => /error|warn|install:/.test(line)).slice(0, 10).join('\n')}`); continue }
      box.lock = readFileSync(path.join(box.project, 'bun.lock'), 'utf8')
      const ran = await run(NODE, [smoke], { cwd: box.project, env: environment(box), timeout: 120000 })
      box.printed = ran.out
      if (ran.code !== 0) faults.push(`${smoke} from ${client}'s tree: exit ${ran.signal ?? ran.code}\n${ran.err.split('\n').filter(line => !/^\s+at /.test(line)).slice(0, 8).join('\n')}`)
      else if (!ran.out.trim()) faults.push(`${smoke} from ${client}'s tree prints nothing`)
    }
    const { bun, bao } = seen
    if (bao?.lock && bun?.lock) {
      const lock = difference(bun.lock, bao.lock)
      if (lock) faults.push(`bun.lock (- bun, + bao):\n${lock}`)
      const tree = difference(treeOf(bun.project), treeOf(bao.project))
      if (tree) faults.push(`tree:\n${tree}`)
      else {
        const files = difference(fileSizes(bun.project), fileSizes(bao.project))
        if (files) faults.push(`files:\n${files}`)
      }
      if (bao.printed !== bun.printed) faults.push(`${smoke} prints something else from bao's tree:\n${difference(bun.printed, bao.printed)}`)
      const again = await go('bao', bao)
      if (again.code !== 0) faults.push(`bao a second time: ${again.err}`)
      if (readFileSync(path.join(bao.project, 'bun.lock'), 'utf8') !== bao.lock) faults.push('a second run of bao changes bun.lock')
      const frozen = await go('bao', bao, ['--frozen-lockfile'])
      if (frozen.code !== 0) faults.push(`bao, frozen, its own lockfile: ${frozen.err}`)
      for (const [client, lockfile, whose] of [['bun', bao.lock, 'bao'], ['bao', bun.lock, 'bun']]) {
        const box = make(client)
        writeFileSync(path.join(box.project, 'bun.lock'), lockfile)
        const result = await go(client, box, ['--frozen-lockfile'])
        if (result.code !== 0) faults.push(`${client} does not take ${whose}'s lockfile frozen: ${result.err}`)
        if (readFileSync(path.join(box.project, 'bun.lock'), 'utf8') !== lockfile) faults.push(`${client} --frozen-lockfile changes ${whose}'s lockfile`)
      }
    }
    const packages = (bao ?? bun)?.lock?.match(/^ {4}"/gm)?.length ?? 0
    console.log(`${name}: ${packages} packages, ${clients.map(client => `${client} ${(seen[client].ms / 1000).toFixed(1)} s`).join(', ')}`)
  } finally {
    if (!argv.includes('--keep')) for (const box of boxes) rmSync(box.dir, { recursive: true, force: true })
    else console.log(`${name}: ${boxes.map(box => box.project).join(' ')}`)
  }
  check(name, faults.join('\n'))
}

mkdirSync(cache, { recursive: true })
const names = readdirSync(folder).filter(name => existsSync(path.join(folder, name, 'package.json')) && (!wanted.length || wanted.some(part => name.includes(part))))
await inParallel(names, Number(option('--jobs') ?? 2), project)
await registry.close()
for (const box of Object.values(homes)) box.remove()
done()
