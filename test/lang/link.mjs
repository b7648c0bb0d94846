// Runs lowered modules under node: a small linker that keeps to the contract of src/lang/lang.h. For tests of lowering alone.
//   node test/lang/link.mjs build/strip [strip options] entry.ts
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import vm from 'node:vm'

import { define } from '../../src/mod/internal/decorators.ts'

globalThis.define = define
const [strip, ...rest] = process.argv.slice(2)
const entry = path.resolve(rest.at(-1))
const options = rest.slice(0, -1)
const temp = fs.mkdtempSync(path.join(os.tmpdir(), 'link-'))
process.on('exit', () => fs.rmSync(temp, { recursive: true, force: true }))

vm.runInThisContext(`const $C = {
  x: undefined,
  live(m, o) { for (const k of Reflect.ownKeys(o)) Object.defineProperty(m, k, { get: Object.getOwnPropertyDescriptor(o, k).get, enumerable: true, configurable: true }) },
  w: (v) => v, stack: (e) => e.stack, stackq: (e) => e?.stack, fix: (e) => e,
  name(f, text) { return Object.defineProperty(f, 'name', { value: text, configurable: true }) },
}
$C.param = (i, d) => (t, k) => d(t, k, i)
$C.define = define
$C.metadata = (k, v) => Reflect.metadata?.(k, v)
$C.decorate = function (ds, t, k, d) {
  const n = arguments.length
  let r = n < 3 ? t : d === null ? Object.getOwnPropertyDescriptor(t, k) : d
  for (let i = ds.length - 1; i >= 0; i--) if (ds[i]) r = (n < 3 ? ds[i](r) : ds[i](t, k, r)) || r
  if (n > 2 && r) Object.defineProperty(t, k, r)
  return r
}
const $C_ = $C`)

const modules = new Map()
function resolve(specifier, from) {
  if (!specifier.startsWith('.') && !specifier.startsWith('/')) return specifier
  const base = path.resolve(path.dirname(from), specifier)
  for (const end of ['', '.ts', '.tsx', '.mts', '.js', '.mjs', '.cjs', '/index.ts']) {
    if (fs.existsSync(base + end) && fs.statSync(base + end).isFile()) return base + end
  }
  return base.replace(/\.js$/, '.ts')
}

async function load(id) {
  if (modules.has(id)) return modules.get(id)
  const mod = { id, $m: Object.create(null), deps: [], state: 'new' }
  modules.set(id, mod)
  if (!path.isAbsolute(id)) {
    Object.assign(mod.$m, await import(id))
    mod.state = 'done'
    mod.table = { kind: 'esm', exports: Object.keys(mod.$m).map((name) => ({ kind: 'lexical', name })), requests: [], imports: [] }
    return mod
  }
  const out = path.join(temp, modules.size + '.js')
  execFileSync(strip, ['--table', ...options, id, out], { stdio: ['ignore', 'inherit', 'inherit'] })
  mod.code = fs.readFileSync(out, 'utf8')
  mod.table = JSON.parse(fs.readFileSync(out + '.meta', 'utf8'))
  for (const r of mod.table.requests) mod.deps.push(await load(resolve(r.specifier, id)))
  return mod
}

const own = (mod, name) => mod.table.exports.find((x) => x.name === name && x.kind !== 'star')
function resolveExport(mod, name, seen = new Set()) {
  if (seen.has(mod.id + '\0' + name)) return null
  seen.add(mod.id + '\0' + name)
  if (mod.table.kind === 'cjs') return { mod, name }
  const x = own(mod, name)
  if (x?.kind === 'indirect') return resolveExport(mod.deps[x.request], x.imported, seen)
  if (x?.kind === 'namespace') return { mod: mod.deps[x.request], name: null }
  if (x) return { mod, name }
  if (name === 'default') return null
  let found = null
  for (const s of mod.table.exports.filter((e) => e.kind === 'star')) {
    const r = resolveExport(mod.deps[s.request], name, seen)
    if (r === 'ambiguous') return r
    if (r && found && (r.mod !== found.mod || r.name !== found.name)) return 'ambiguous'
    found ??= r
  }
  return found
}
function exportNames(mod, seen = new Set()) {
  if (seen.has(mod)) return new Set()
  seen.add(mod)
  const names = new Set(mod.table.kind === 'cjs' ? ['default', ...Object.keys(mod.$m)] : [])
  for (const x of mod.table.exports) {
    if (x.kind !== 'star') names.add(x.name)
    else for (const n of exportNames(mod.deps[x.request], seen)) if (n !== 'default') names.add(n)
  }
  return names
}
function namespace(mod) {
  if (mod.ns) return mod.ns
  mod.ns = Object.create(null)
  for (const name of [...exportNames(mod)].sort()) {
    const r = resolveExport(mod, name)
    if (r && r !== 'ambiguous') Object.defineProperty(mod.ns, name, { get: () => (r.name === null ? namespace(r.mod) : r.mod.$m[r.name]), enumerable: true })
  }
  Object.defineProperty(mod.ns, Symbol.toStringTag, { value: 'Module' })
  return Object.preventExtensions(mod.ns)
}

function link(mod, order, stack = []) {
  if (mod.linked) return
  mod.linked = true
  for (const dep of mod.deps) link(dep, order)
  order.push(mod)
}
function reaches(from, to, seen = new Set()) {
  for (const dep of from.deps) {
    if (dep === to) return true
    if (!seen.has(dep)) { seen.add(dep); if (reaches(dep, to, seen)) return true }
  }
  return false
}

async function dynamicImport(specifier, from) {
  const mod = await load(resolve(String(specifier), from))
  await run(mod)
  return namespace(mod)
}
function instantiate(mod) {
  if (mod.state !== 'new') return
  mod.state = 'linked'
  if (mod.table.kind === 'cjs') return
  for (const i of mod.table.imports) {
    const r = i.star || resolveExport(mod.deps[i.request], i.imported)
    if (!r || r === 'ambiguous') throw new SyntaxError(`${i.imported} is not exported by ${mod.deps[i.request].id}`)
  }
  for (const x of mod.table.exports) {
    if (x.kind === 'indirect' && !resolveExport(mod, x.name)) throw new SyntaxError(`no export ${x.imported}`)
  }
  mod.cyclic = reaches(mod, mod)
  for (const name of exportNames(mod)) {
    const x = own(mod, name)
    if (!x || x.kind === 'indirect' || x.kind === 'namespace') {
      const r = resolveExport(mod, name)
      if (r && r !== 'ambiguous') Object.defineProperty(mod.$m, name, { get: () => (r.name === null ? namespace(r.mod) : r.mod.$m[r.name]), enumerable: true, configurable: true })
    } else if (mod.cyclic && x.kind === 'lexical' && !x.live) {
      Object.defineProperty(mod.$m, name, { configurable: true, enumerable: true, get() { throw new ReferenceError(name + ' is not initialized') },
        set(value) { Object.defineProperty(mod.$m, name, { value, writable: true, enumerable: true, configurable: true }) } })
    } else if (x.kind === 'var' && !x.live) mod.$m[name] = undefined
  }
  let code = mod.code
  const [async, star, yields] = mod.table.slots
  const put = (at, text) => { code = code.slice(0, at) + text + code.slice(at + text.length) }
  if (mod.table.tla) put(async, 'async ')
  if (mod.cyclic) { put(star, '*'); put(yields, 'yield;') }
  const f = vm.runInThisContext(code, { filename: mod.id })
  const require = createRequire(mod.id)
  const meta = { url: 'file://' + mod.id, filename: mod.id, dirname: path.dirname(mod.id), require }
  const spaces = mod.table.requests.map((r, i) => [r, mod.deps[i]]).filter(([r]) => r.namespace).map(([, d]) => namespace(d))
  mod.start = () => f(mod.$m, meta, (s) => dynamicImport(s, mod.id), ...mod.deps.map((d) => d.$m), ...spaces)
  if (mod.cyclic) { mod.generator = mod.start(); mod.first = mod.generator.next() }
}
async function evaluate(mod) {
  if (mod.state === 'done') return
  mod.state = 'done'
  if (mod.table.kind === 'cjs') {
    const module = { exports: {} }
    const f = vm.runInThisContext(mod.code, { filename: mod.id })
    const extra = [mod.table.dynamic && ((s) => dynamicImport(s, mod.id)), mod.table.meta && { url: 'file://' + mod.id }].filter(Boolean)
    const require = (s) => {
      const id = resolve(s, mod.id)
      return modules.get(id)?.table.kind === 'cjs' ? modules.get(id).$m.default : createRequire(mod.id)(s)
    }
    f.call(module.exports, module.exports, require, module, mod.id, path.dirname(mod.id), ...extra)
    for (const k of Object.keys(Object(module.exports))) mod.$m[k] = module.exports[k]
    mod.$m.default = module.exports
    return
  }
  if (!mod.cyclic) return void (mod.table.tla ? await mod.start() : mod.start())
  await mod.first
  const r = mod.generator.next()
  if (mod.table.tla) await r
}
async function run(mod) {
  const order = []
  link(mod, order)
  for (const m of order) instantiate(m)
  for (const m of order) await evaluate(m)
}
await run(await load(entry))
