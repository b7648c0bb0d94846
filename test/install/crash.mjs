// test/install/crash.mjs [kills, 20] [--client bun] [--seed n]: an install that is killed (-9) at a random moment, that runs out of disk, that runs
// twice at once. The next one completes it: the project is, file by file, that of an undisturbed install, and so is another project
// that is installed from the same store. 200 kills take some minutes.
import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { startRegistry } from '../harness/registry.mjs'
import { counter, difference, everyFile, inParallel, install, random, sandbox, writeFiles } from './lib.mjs'

const argv = process.argv.slice(2)
const client = argv.includes('--client') ? argv[argv.indexOf('--client') + 1] : 'bao'
const seed = argv.includes('--seed') ? Number(argv[argv.indexOf('--seed') + 1]) : Date.now() % 100000
const kills = Number(argv.find((word, at) => /^\d+$/.test(word) && argv[at - 1] !== '--seed') ?? 20)
const { check, done } = counter()

/** Forty packages of some thirty files each, two versions; conflicts, bins, a megabyte here and there. */
function world() {
  const pick = random(5)
  const packages = {}
  for (let i = 0; i < 40; i++) {
    const name = i % 7 === 0 ? `@s/p${i}` : `p${i}`
    packages[name] = {}
    for (const version of ['1.0.0', '2.0.0']) {
      const $files = {}
      for (let f = 0; f < 10 + pick(30); f++) $files[`${'abc'[f % 3]}/${'xyz'[pick(3)]}/f${f}.js`] = `// ${name} ${version} ${f}\n`.repeat(1 + pick(40))
      if (i % 13 === 0) $files['big.bin'] = Buffer.from(Array.from({ length: 300000 }, () => pick(256)))
      const dependencies = {}
      for (const to of [i + 9, i + 14, i + 23]) if (to < 40) dependencies[to % 7 === 0 ? `@s/p${to}` : `p${to}`] = pick(6) ? `^${version}` : '^1.0.0'
      packages[name][version] = { dependencies, $files, ...(i % 6 === 0 ? { bin: { [`tool${i}`]: 'cli.js' } } : {}) }
    }
  }
  return packages
}

const project = version => ({ 'package.json': { name: 'app', version: '1.0.0', dependencies: { '@s/p0': version, p1: version, p2: '^1.0.0', p3: version, p4: version, p5: version, p6: version, p8: version, p39: version } } })
const registry = await startRegistry({ packages: world() })
const snapshot = box => [...everyFile(box.project), ...readdirSync(path.join(box.project, 'node_modules')).filter(name => name.startsWith('.bao')).sort()]

const reference = {}
let usual = 0
for (const version of ['^1.0.0', '^2.0.0']) {
  const box = sandbox(project(version))
  const result = await install(client, box, registry)
  if (result.code !== 0) { console.log(`(fail) an undisturbed install: ${result.err}\n0 passed, 1 failed`); process.exit(1) }
  usual = Math.max(usual, result.ms)
  reference[version] = snapshot(box)
  box.remove()
}
console.log(`seed ${seed}; an undisturbed install takes ${usual.toFixed(0)} ms and leaves ${reference['^2.0.0'].length} files`)

async function verify(box, version) {
  const faults = []
  const result = await install(client, box, registry)
  if (result.code !== 0) return `the next install fails (${result.signal ?? result.code}): ${result.err}`
  const diff = difference(reference[version], snapshot(box))
  if (diff) faults.push(`the tree is not that of an undisturbed install:\n${diff}`)
  rmSync(path.join(box.project, 'node_modules'), { recursive: true, force: true })
  const again = await install(client, box, registry)
  const store = again.code === 0 ? difference(reference[version], snapshot(box)) : again.err
  if (store) faults.push(`what the store has is not right:\n${store}`)
  if (!box.untouched()) faults.push('something outside was touched')
  return faults.join('\n')
}

// kill -9. Every third goes on with the store of the one before; every fourth moves an installed tree to another version.
const pick = random(seed)
let shared, hits = 0
await inParallel(Array.from({ length: kills }, (_, i) => i), 1, async i => {
  const box = sandbox(project('^1.0.0'))
  if (i % 3 === 2 && shared) { rmSync(box.home, { recursive: true }); spawnSync('cp', ['-a', shared.home, box.home]) }
  let version = '^1.0.0'
  if (i % 4 === 3) {
    await install(client, box, registry)
    version = '^2.0.0'
    writeFiles(box.project, project(version))
  }
  const moment = pick(Math.ceil(usual * 1.05))
  const result = await install(client, box, registry, ['install'], { started: child => setTimeout(() => child.kill('SIGKILL'), moment) })
  if (result.signal === 'SIGKILL') hits++
  else usual = (usual + 2 * Math.min(usual, result.ms)) / 3 // the machine has more time than it had
  check(`killed after ${moment} ms (${i})`, await verify(box, version))
  shared?.remove()
  shared = box
})
shared?.remove()
check(`most kills hit a running install (${hits} of ${kills})`, hits < kills / 3 ? `only ${hits} did` : '')

// several at once: in one project, and in projects that share a store
for (let round = 0; round < Math.max(3, kills / 10); round++) {
  const box = sandbox(project('^1.0.0'))
  const both = await Promise.all([0, 1, 2].map(() => install(client, box, registry)))
  check(`three installs at once in one project (${round})`, both.some(result => result.code !== 0) ? both.map(result => `${result.signal ?? result.code} ${result.err}`).join('\n') : await verify(box, '^1.0.0'))
  box.remove()
  const first = sandbox(project('^1.0.0'))
  const second = sandbox(project('^2.0.0'))
  rmSync(second.home, { recursive: true })
  const shares = { ...second, home: first.home }
  const results = await Promise.all([install(client, first, registry), install(client, shares, registry)])
  check(`two projects and one store at once (${round})`, results.some(result => result.code !== 0) ? results.map(result => result.err).join('\n')
    : difference(reference['^1.0.0'], snapshot(first)) || difference(reference['^2.0.0'], snapshot(shares)))
  first.remove()
  second.remove()
}

// a disk that is full: a small file system in memory, where one can be mounted
const mounts = sandbox()
const mount = (...args) => spawnSync('mount', args).status === 0
if (mount('-t', 'tmpfs', '-o', 'size=64m', 'bao-test', mounts.project)) {
  try {
    const whole = sandbox(project('^1.0.0'), mounts.project)
    await install(client, whole, registry)
    const used = Number(spawnSync('df', ['-k', '--output=used', mounts.project]).stdout.toString().trim().split('\n').pop())
    whole.remove()
    for (let i = 0; i < Math.max(6, kills / 5); i++) {
      const size = Math.floor(used * (0.05 + (i / Math.max(6, kills / 5)) * 0.9))
      const box = sandbox(project('^1.0.0'), mounts.project)
      mount('-o', `remount,size=${size}k`, mounts.project)
      const result = await install(client, box, registry)
      let fault = result.signal ? `ended by ${result.signal}: ${result.err}` : result.code === 0 ? '' : /space|ENOSPC|disk/i.test(result.err) ? '' : `the error does not speak of space: ${result.err}`
      mount('-o', 'remount,size=64m', mounts.project)
      fault ||= await verify(box, '^1.0.0')
      check(`a disk of ${size} of ${used} kB (exit ${result.code})`, fault)
      box.remove()
    }
  } finally { spawnSync('umount', [mounts.project]) }
} else console.log('disk full: skipped, no file system can be mounted here')
mounts.remove()
await registry.close()
done()
