// test/install/differential.mjs [count] [--from seed] [--shrink] [--only seed]: random projects against random registries, each a function
// of its seed, installed by bun and by bao: exit code, lockfile and tree (should bun make another one of its own lockfile, that one) are the same. Bao's lockfile is then the same again when
// the answers come in another order, bun takes it frozen, and Bao takes bun's frozen. Where bun itself answers differently when answers come
// in another order, only the latter claims are made. --shrink makes the first project that differs as small as it gets, and shows it.
import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { startRegistry } from '../harness/registry.mjs'
import { BUN, counter, difference, everyFile, inParallel, install, lockOf, random, sandbox, treeOf } from './lib.mjs'

/** { packages, files, args }: a project and what the registry has. */
export function generate(seed) {
  const pick = random(seed)
  for (let i = 0; i < 5; i++) pick(2)
  const chance = percent => pick(100) < percent
  const any = list => list[pick(list.length)]
  const names = Array.from({ length: 4 + pick(9) }, (_, i) => (chance(15) ? `@s/p${i}` : chance(10) ? `P${i}-x.y` : `p${i}`))
  const versions = {}
  for (const name of names) {
    const list = new Set(['1.0.0'])
    const count = pick(5)
    for (let i = 0; i < count; i++) list.add(`${any([0, 1, 1, 1, 2, 2, 3])}.${pick(4)}.${pick(3)}${chance(6) ? `-${any(['beta', 'rc'])}.${pick(3)}` : ''}`)
    versions[name] = [...list]
  }
  const range = name => {
    const version = any(versions[name])
    const [major, minor] = version.split('.')
    return any([`^${version}`, `^${version}`, `^${version}`, `^${version}`, `~${version}`, version, `>=${version}`, `${major}.x`, major, `${major}.${minor}`, '*', `^${major}.0.0`, `<=${version}`,
      `${version} || ^${any(versions[name])}`, 'latest', `>=${version} <${Number(major) + 2}`])
  }
  const some = (most, except, odd = true) => {
    const result = {}
    for (let i = pick(most + 1); i > 0; i--) {
      const name = any(names)
      if (name === except && !chance(5)) continue
      if (odd && chance(4)) result[`alias${pick(3)}`] = `npm:${name}@${range(name)}`
      else result[name] = range(name)
    }
    return result
  }
  const packages = {}
  for (const name of names) {
    packages[name] = {}
    for (const version of versions[name]) {
      const about = {}
      const add = (key, value) => { if (Object.keys(value).length) about[key] = value }
      add('dependencies', some(3, name))
      if (chance(20)) add('peerDependencies', some(2, name, false))
      if (about.peerDependencies && chance(50)) about.peerDependenciesMeta = Object.fromEntries(Object.keys(about.peerDependencies).filter(() => chance(60)).map(key => [key, { optional: true }]))
      if (chance(4)) about.peerDependenciesMeta = { ...about.peerDependenciesMeta, [any(names)]: { optional: true } }
      if (chance(12)) add('optionalDependencies', some(2, name))
      if (chance(3)) about.optionalDependencies = { ...about.optionalDependencies, missing: '1' }
      if (chance(8)) about.os = any([['linux'], ['darwin'], ['!linux'], ['!win32'], ['linux', 'darwin'], 'linux'])
      if (chance(6)) about.cpu = any([['x64'], ['arm64'], ['!arm64'], ['x64', 'ia32']])
      if (chance(4)) about.libc = any([['glibc'], ['musl']])
      if (chance(12)) about.bin = any(['cli.js', { [`tool${pick(3)}`]: './cli.js' }, { a: 'a.js', b: 'b.js' }])
      if (chance(4) && about.dependencies) {
        const inside = Object.keys(about.dependencies).filter(key => names.includes(key))[0]
        if (inside) {
          about.bundleDependencies = [inside]
          about.$files = { [`node_modules/${inside}/package.json`]: JSON.stringify({ name: inside, version: any(versions[inside]) }) }
        }
      }
      if (chance(4)) about.deprecated = 'old'
      packages[name][version] = about
    }
    if (chance(8)) packages[name].$tags = { latest: any(versions[name]) }
  }
  const groups = () => {
    const about = {}
    const add = (key, value) => { if (Object.keys(value).length) about[key] = value }
    add('dependencies', some(5))
    if (chance(40)) add('devDependencies', some(3))
    if (chance(12)) add('optionalDependencies', some(2))
    if (chance(10)) add('peerDependencies', some(2, undefined, false))
    return about
  }
  const root = { name: 'app', version: '1.0.0', ...groups() }
  const files = { 'package.json': root }
  const args = ['install', '--ignore-scripts']
  if (chance(25)) { // workspaces
    root.workspaces = ['packages/*']
    const members = Array.from({ length: 1 + pick(3) }, (_, i) => `${chance(20) ? '@w/' : ''}w${i}`)
    for (const [at, member] of members.entries()) {
      const about = { name: member, version: any(['1.0.0', '0.1.0', '2.0.0']), ...groups() }
      if (at && chance(60)) about.dependencies = { ...about.dependencies, [members[pick(at)]]: any(['workspace:*', 'workspace:^', '*']) }
      if (chance(10)) about.bin = 'cli.js'
      files[`packages/${member.replace(/.*\//, '')}/package.json`] = about
      if (about.bin) files[`packages/${member.replace(/.*\//, '')}/cli.js`] = '#!/usr/bin/env node\n'
    }
    if (chance(30)) {
      const name = any(names)
      root.workspaces = { packages: ['packages/*'], catalog: { [name]: range(name) } }
      for (const about of Object.values(files)) if (typeof about === 'object' && chance(50)) about.dependencies = { ...about.dependencies, [name]: 'catalog:' }
    }
    if (chance(60)) args.push('--linker', any(['hoisted', 'isolated']))
  } else if (chance(12)) args.push('--linker', 'isolated')
  if (chance(15)) {
    const name = any(names)
    const other = any(names)
    root[chance(70) ? 'overrides' : 'resolutions'] = any([{ [name]: any(versions[name]) }, { [name]: range(name) }, { [name]: { [other]: any(versions[other]) } }, { [`${name}@${range(name)}`]: any(versions[name]) }])
    if (root.resolutions && typeof Object.values(root.resolutions)[0] === 'object') { root.overrides = root.resolutions; delete root.resolutions }
  }
  return { packages, files, args }
}

const delays = seed => { const pick = random(seed); return () => pick(12) }

async function once(client, made, { latency, lock, args = made.args, port } = {}) {
  const registry = await startRegistry({ packages: structuredClone(made.packages), latency, port })
  const box = sandbox(made.files)
  if (lock) writeFileSync(path.join(box.project, 'bun.lock'), lock.replaceAll('<registry>/', registry.url).replaceAll('<host>', registry.host))
  try {
    const result = await install(client, box, registry, args, { timeout: 30000 })
    const sure = line => !/^node_modules\/\.bun\/.*\/\.bin\//.test(line) // which of these are there differs between two runs of bun
    return { code: result.signal ?? result.code, err: result.err + result.out, lock: lockOf(box, registry), tree: treeOf(box.project).filter(sure),
      files: everyFile(box.project, { keep: name => name !== 'bun.lock' }).filter(sure) }
  } finally { await registry.close(); box.remove() }
}

function compare(bun, bao) {
  if (bun.code !== bao.code) return `exit ${bun.code} of bun, ${bao.code} of bao\nbun: ${bun.err.trim()}\nbao: ${bao.err.trim()}`
  if (bun.code !== 0) return ''
  const lock = difference(bun.lock, bao.lock)
  const tree = difference(bun.tree, bao.tree)
  const files = difference(bun.files, bao.files)
  return [lock && `bun.lock (- bun, + bao):\n${lock}`, tree && `tree:\n${tree}`, !lock && !tree && files && `files:\n${files}`].filter(Boolean).join('\n')
}

/** Where bun makes another tree of its own lockfile, that one counts. */
const settle = (made, bun, bao) => (bun.code === 0 && bun.lock === bao.lock && difference(bun.tree, bao.tree) ? once('bun', made, { lock: bun.lock }) : bun)

async function judge(made, seed, counts) {
  const [bun, again] = [await once('bun', made), await once('bun', made, { latency: delays(seed) })]
  const bao = await once('bao', made)
  const stable = !compare(bun, again)
  if (!stable) counts.unstable++
  if (bun.code !== 0) counts.impossible++
  const faults = []
  const settled = stable ? await settle(made, bun, bao) : bun
  if (difference(bun.tree, settled.tree)) counts.twofold++
  if (stable) faults.push(compare(settled, bao))
  else if (typeof bao.code !== 'number') faults.push(`ended by ${bao.code}: ${bao.err}`)
  const moved = await once('bao', made, { latency: delays(seed + 1) })
  const order = compare(bao, moved)
  if (order) faults.push(`bao answers differently when answers come in another order:\n${order}`)
  if (bao.code === 0 && bao.lock) {
    const taken = await once('bun', made, { lock: bao.lock, args: [...made.args, '--frozen-lockfile'] })
    if (taken.code !== 0) faults.push(`bun does not take bao's lockfile frozen: ${taken.err}`)
    const back = await once('bao', made, { lock: bun.lock ?? bao.lock, args: [...made.args, '--frozen-lockfile'] })
    if (back.code !== 0 && bun.code === 0) faults.push(`bao does not take bun's lockfile frozen: ${back.err}`)
    else if (bun.code === 0 && bun.lock) {
      const same = await once('bun', made, { lock: bun.lock, args: [...made.args, '--frozen-lockfile'] })
      const diff = stable && difference(same.tree, back.tree)
      if (diff) faults.push(`bao makes another tree of bun's lockfile:\n${diff}`)
    }
  }
  return faults.filter(Boolean).join('\n')
}

/** Every member of a project that it may do without, those that hold most first. */
function parts(made) {
  const places = []
  const walk = (value, at) => {
    if (!value || typeof value !== 'object') return
    for (const key of Object.keys(value)) {
      const place = [...at, key]
      const stays = place.length < 2 || (place[0] === 'files' && (key === 'package.json' ? place.length === 2 : place.length === 3 && ['name', 'version', 'workspaces'].includes(key)))
      if (!stays) places.push(place)
      walk(value[key], place)
    }
  }
  walk({ packages: made.packages, files: made.files }, [])
  return places.sort((a, b) => a.length - b.length)
}

function without(made, places) {
  const candidate = structuredClone(made)
  for (const place of [...places].reverse()) {
    let at = candidate
    for (const key of place.slice(0, -1)) at = at?.[key]
    if (Array.isArray(at)) at.splice(place.at(-1), 1)
    else if (at) delete at[place.at(-1)]
  }
  return candidate
}

/** Smaller and smaller projects that still differ, and in the same way: by an exit code, the lockfile, or the tree alone. */
async function shrink(made) {
  const kind = why => /^exit/.exec(why)?.[0] ?? /^bun\.lock/.exec(why)?.[0] ?? (why && 'tree')
  const differs = async candidate => {
    const [bun, bao] = await Promise.all([once('bun', candidate), once('bao', candidate)])
    const why = compare(await settle(candidate, bun, bao), bao)
    return why && (!wanted || kind(why) === wanted) && !compare(bun, await once('bun', candidate, { latency: delays(7) })) ? why : ''
  }
  let wanted = ''
  let why = await differs(made)
  wanted = kind(why)
  for (let size = 16, progress = false; why; size = Math.max(1, size >> 1)) {
    progress = false
    for (let from = 0, list = parts(made); from < list.length;) {
      const candidate = without(made, list.slice(from, from + size))
      const now = await differs(candidate).catch(() => '')
      if (now) { made = candidate; why = now; progress = true; list = parts(made) } else from += size
    }
    if (size === 1 && !progress) break
  }
  return { made, why }
}

const argv = process.argv.slice(2)
const value = name => (argv.includes(name) ? Number(argv[argv.indexOf(name) + 1]) : undefined)
if (!existsSync(BUN)) { console.log('skipped: bun is not among the packages of the tests\n0 passed, 0 failed'); process.exit(0) }
const from = value('--only') ?? value('--from') ?? 1
const count = value('--only') !== undefined ? 1 : Number(argv.find(word => /^\d+$/.test(word) && !argv[argv.indexOf(word) - 1]?.startsWith('--')) ?? 25)
const { check, done, state } = counter()
const counts = { unstable: 0, impossible: 0, twofold: 0 }
let shrunk = false
await inParallel(Array.from({ length: count }, (_, i) => from + i), 3, async seed => {
  const made = generate(seed)
  const fault = await judge(made, seed, counts).catch(error => `could not be run: ${error.stack}`)
  if (!check(`seed ${seed}`, fault) && argv.includes('--shrink') && !shrunk) {
    shrunk = true
    const small = await shrink(made)
    console.log(`seed ${seed}, made small:\n${JSON.stringify(small.made, null, 1)}\n${small.why}`)
  }
})
console.log(`of ${count} projects ${counts.impossible} cannot be installed, ${counts.unstable} bun installs differently when answers come in another order, ${counts.twofold} from its own lockfile`)
done()
