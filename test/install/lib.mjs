// What every suite of test/install needs: a folder of its own with a project, a home and things that nobody may touch; an installer
// run in it; the tree that it left, as text that can be compared.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const packages = path.join(ROOT, 'test/packages/node_modules')
export const BAO = path.resolve(process.env.BAO ?? path.join(ROOT, 'build/bao'))
export const BUN = process.env.BUN ?? path.join(packages, '@oven/bun-linux-x64/bin/bun')
export const NODE = process.execPath
export const CLIENTS = { bao: BAO, bun: BUN }

/** A folder with project/, home/, tmp/ and outside/, whose files nobody may change. */
export function sandbox(files = {}, base = process.env.INSTALL_TMP ?? os.tmpdir()) {
  const dir = mkdtempSync(path.join(base, 'install-'))
  const box = {
    dir, project: path.join(dir, 'project'), home: path.join(dir, 'home'), tmp: path.join(dir, 'tmp'), outside: path.join(dir, 'outside'),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
  for (const folder of [box.project, box.home, box.tmp, box.outside]) mkdirSync(folder)
  for (const name of ['passwd', 'x', 'evil', 'file']) writeFileSync(path.join(box.outside, name), 'as it was\n')
  box.untouched = () => everyFile(box.outside).join('\n') === 'evil file passwd x'.split(' ').map(name => `${name} f ${digest('as it was\n')}`).join('\n')
    && readdirSync(dir).sort().join(' ') === 'home outside project tmp'
  writeFiles(box.project, files)
  return box
}

export function writeFiles(dir, files) {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(dir, name)
    if (content === null) { rmSync(file, { recursive: true, force: true }); continue }
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content, null, 2) + '\n')
    if (typeof content === 'string' && content.startsWith('#!')) chmodSync(file, 0o755)
  }
}

export function environment(box, more = {}) {
  return {
    PATH: `${path.dirname(NODE)}:/usr/local/bin:/usr/bin:/bin`, HOME: box.home, TMPDIR: box.tmp, NO_COLOR: '1', LANG: 'C.UTF-8', TZ: 'Etc/UTC',
    ...(process.env.ASAN_OPTIONS ? { ASAN_OPTIONS: process.env.ASAN_OPTIONS } : {}), ...more,
  }
}

/** What the threads of a process wait for: a line each of name, state, kernel function, system call. */
function threadsOf(pid) {
  const say = (task, file) => { try { return readFileSync(`/proc/${pid}/task/${task}/${file}`, 'utf8').trim() } catch { return '?' } }
  const tasks = existsSync(`/proc/${pid}/task`) ? readdirSync(`/proc/${pid}/task`) : []
  return tasks.map(task => `${say(task, 'comm')}: ${say(task, 'stat').split(') ').at(-1)[0]}, ${say(task, 'wchan')}, ${say(task, 'syscall')}`).join('\n')
}

/** Resolves to { code, signal, out, err, ms }. It is ended after `timeout` ms, which counts as a hang: code is null then, and
 * what its threads waited for is the end of `err`. */
export function run(bin, args, { cwd, env, timeout = 60000, started } = {}) {
  return new Promise((resolve, reject) => {
    const begin = performance.now()
    const child = spawn(bin, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let out = '', err = ''
    child.stdout.on('data', data => { out += data })
    child.stderr.on('data', data => { err += data })
    // Counted in steps: while this process itself stands still (it removes folders, say), its registries answer nobody.
    const step = Math.min(timeout, 250)
    let left = timeout
    const timer = setInterval(() => {
      if ((left -= step) > 0) return
      clearInterval(timer)
      err += `\n${threadsOf(child.pid)}\n`
      child.kill('SIGKILL')
    }, step)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearInterval(timer)
      resolve({ code, signal, out, err, ms: performance.now() - begin })
    })
    started?.(child)
  })
}

/** Runs `bao install ...` or its like in the box's project against the registry. */
export function install(client, box, registry, args = ['install'], { cwd = box.project, env = {}, ...options } = {}) {
  if (registry && !existsSync(path.join(box.home, '.npmrc'))) writeFileSync(path.join(box.home, '.npmrc'), `registry=${registry.url}\n`)
  return run(CLIENTS[client] ?? client, args, { cwd, env: environment(box, env), ...options })
}

export function digest(bytes) { return createHash('sha256').update(bytes).digest('hex').slice(0, 12) }

// Notes of an installer to itself, no part of what was installed. The fallback links of the isolated layout are bun's habit alone.
const IGNORED = /(^|\/)node_modules\/(\.cache|\.bao[^/]*)(\/|$)/

/** Every file and link below a folder, sorted, one a line: path, kind, content. Executable files have an x. */
export function everyFile(dir, { ignore = IGNORED, keep = () => true } = {}) {
  const lines = []
  const walk = at => {
    for (const entry of readdirSync(path.join(dir, at), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = at ? `${at}/${entry.name}` : entry.name
      if (ignore.test(name)) continue
      const full = path.join(dir, name)
      if (entry.isSymbolicLink()) lines.push(`${name} -> ${readlinkSync(full)}`)
      else if (entry.isDirectory()) walk(name)
      else if (entry.isFile()) {
        if (keep(name)) lines.push(`${name} ${lstatSync(full).mode & 0o100 ? 'x' : 'f'} ${digest(readFileSync(full))}`)
      } else lines.push(`${name} special`)
    }
  }
  if (existsSync(dir)) walk('')
  return lines
}

/** What is installed: name@version of every folder below a node_modules, links with their targets. */
export function treeOf(dir) {
  const lines = []
  const walk = (at, inModules) => {
    const full = path.join(dir, at)
    for (const entry of readdirSync(full, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = at ? `${at}/${entry.name}` : entry.name
      if (IGNORED.test(name)) continue
      if (entry.isSymbolicLink()) { if (inModules) lines.push(`${name} -> ${readlinkSync(path.join(dir, name))}`) }
      else if (entry.isDirectory()) {
        const manifest = path.join(dir, name, 'package.json')
        const inside = inModules || entry.name === 'node_modules'
        if (inside && existsSync(manifest)) {
          let what
          try { what = JSON.parse(readFileSync(manifest, 'utf8')) } catch { what = { name: '?', version: '?' } }
          lines.push(`${name} = ${what.name}@${what.version}`)
        }
        walk(name, inside)
      }
    }
  }
  if (existsSync(dir)) walk('', false)
  return lines
}

export function lockOf(box, registry) {
  const file = path.join(box.project, 'bun.lock')
  if (!existsSync(file)) return undefined
  const text = readFileSync(file, 'utf8')
  return registry ? text.replaceAll(registry.url, '<registry>/').replaceAll(registry.host, '<host>') : text
}

/** A short account of how two lists of lines differ, "" when they do not. */
export function difference(wanted, got, limit = 14) {
  const [left, right] = [wanted, got].map(side => (Array.isArray(side) ? side : (side ?? '(none)').split('\n')))
  if (left.join('\n') === right.join('\n')) return ''
  const counts = new Map()
  for (const line of left) counts.set(line, (counts.get(line) ?? 0) + 1)
  const more = []
  for (const line of right) if (counts.get(line)) counts.set(line, counts.get(line) - 1); else more.push(`  + ${line}`)
  let less = [...counts].filter(([, count]) => count > 0).map(([line]) => `  - ${line}`)
  const pairs = [] // long lines that begin alike: what differs in them
  less = less.filter(line => {
    const key = line.slice(4, line.indexOf('": [') + 4)
    const at = key.length > 8 && line.length > 90 ? more.findIndex(other => other.slice(4, 4 + key.length) === key) : -1
    if (at < 0) return true
    const other = more.splice(at, 1)[0]
    let from = 4, to = 0
    while (line[from] === other[from]) from++
    while (to < Math.min(line.length, other.length) - from && line.at(-1 - to) === other.at(-1 - to)) to++
    const part = text => text.slice(Math.max(from - 20, 4), text.length - to + 10).slice(0, 200)
    pairs.push(`  ~ ${key} ...${part(line)}\n  ~ ${' '.repeat(key.length)} ...${part(other)}`)
    return false
  })
  const all = [...pairs, ...less, ...more]
  if (!all.length) return '  the same lines in another order'
  return all.slice(0, limit).join('\n') + (all.length > limit ? `\n  ... ${all.length - limit} more` : '')
}

// What is known to differ from bun today, a line each: its name, two spaces, why. It is printed, and does not fail; --known counts it.
const known = new Set(readFileSync(path.join(ROOT, 'test/install/known.txt'), 'utf8').split('\n').filter(line => line && line[0] !== '#').map(line => line.split('  ')[0]))
const countsKnown = process.argv.includes('--known')

/** Counts and prints: `check(name, '')` passes, any other text is why it failed. */
export function counter() {
  const state = { passed: 0, failed: 0 }
  return {
    state,
    check(name, fault) {
      if (fault && known.has(name) && !countsKnown) console.log(`known: ${name}`)
      else if (!fault) state.passed++
      else { state.failed++; console.log(`(fail) ${name}\n${String(fault).split('\n').map(line => '    ' + line).join('\n')}`) }
      return !fault
    },
    done() {
      console.log(`${state.passed} passed, ${state.failed} failed`)
      process.exitCode = state.failed ? 1 : 0
    },
  }
}

/** Does jobs of an array, so many at a time. */
export async function inParallel(list, width, job) {
  const left = [...list]
  await Promise.all(Array.from({ length: width }, async () => { while (left.length) await job(left.shift()) }))
}

/** Random numbers that a seed repeats: (n) => 0 .. n-1 */
export function random(seed) {
  let a = seed >>> 0
  return n => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * n)
  }
}
