// test/install/hostile.mjs [--client bun] [--slow] [part of a name]: every case of cases/hostile.mjs. Whatever the registry does: the installer ends by
// itself and in time, with an error that names the package or with everything installed; nothing outside is touched; and as soon as
// the registry answers well, the same installer with the same store makes the tree that it should.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { startRegistry } from '../harness/registry.mjs'
import cases from './cases/hostile.mjs'
import { counter, difference, everyFile, inParallel, install, sandbox, treeOf, writeFiles } from './lib.mjs'

const good = { good: { '1.0.0': {} } }
const usual = { 'package.json': { name: 'app', version: '1.0.0', dependencies: { evil: '1', good: '1' } } }

async function play(client, one) {
  const faults = []
  const check = (name, holds) => { if (!holds) faults.push(`not so: ${name}`) }
  const registry = await startRegistry()
  const other = await startRegistry()
  const box = sandbox(one.files ?? usual)
  try {
    const packages = typeof one.packages === 'function' ? one.packages(box, registry, other) : one.packages
    registry.packages = { evil: { '1.0.0': {} }, ...good, ...packages }
    other.packages = { evil: { '1.0.0': {} }, ...good, ...(typeof one.packages === 'function' ? {} : packages) }
    const npmrc = `registry=${registry.url}\nfetch-retry-mintimeout=20\n${(one.npmrc ?? '').replaceAll('<host>', registry.host).replaceAll('<other>', other.url).replaceAll('<otherhost>', other.host)}`
    writeFileSync(path.join(box.home, '.npmrc'), npmrc)
    if (one.lock) {
      const first = await install(client, box, registry)
      if (first.code !== 0) return [`there is no lockfile to change: ${first.err}`]
      const file = path.join(box.project, 'bun.lock')
      writeFileSync(file, one.lock(readFileSync(file, 'utf8')))
      rmSync(path.join(box.project, 'node_modules'), { recursive: true, force: true })
      rmSync(box.home, { recursive: true, force: true })
      writeFiles(box.dir, { 'home/.npmrc': npmrc })
      registry.requests.length = other.requests.length = 0
    }
    registry.faults = one.faults?.(registry, other, box) ?? []
    const within = (one.within ?? 60) * 1000
    const result = await install(client, box, registry, one.args, { timeout: within })
    const said = result.err + result.out
    if (result.signal) return [result.ms >= within - 50 ? `it hung (${within / 1000} s): ${said}` : `ended by ${result.signal}: ${said}`]
    if (one.end === 'error') check(`it fails (exit ${result.code}): ${said}`, result.code !== 0)
    if (one.end === 'ok') check(`it succeeds (exit ${result.code}): ${said}`, result.code === 0)
    if (result.code !== 0) for (const text of one.says ?? ['evil']) check(`the error says ${text}: ${said}`, said.includes(text))
    if (result.code > 1) check(`the exit code is 0 or 1, not ${result.code}: ${said}`, false)
    if (/Sanitizer|runtime error:/.test(said)) check(`no sanitizer speaks: ${said}`, false)
    check('nothing outside is touched', box.untouched())
    check('no special file, no link out', everyFile(box.project).every(line => !line.endsWith(' special') && !/ -> (\/|(\.\.\/){3})/.test(line)))
    check('nothing is left in the temporary folder', readdirSync(box.tmp).length === 0)
    one.look?.({ box, registry, other, result, check })
    if (one.then !== 'never') {
      registry.faults = []
      if (one.then === 'new') { registry.packages = { ...registry.packages, evil: { '1.0.0': {} } }; registry.forget() }
      rmSync(path.join(box.project, 'node_modules'), { recursive: true, force: true })
      if (one.then === 'new') rmSync(path.join(box.project, 'bun.lock'), { force: true })
      const again = await install(client, box, registry, ['install', ...(one.then === 'new' ? ['--no-cache'] : [])])
      check(`a good registry helps: ${again.err}`, again.code === 0)
      check('nothing outside is touched later', box.untouched())
      if (again.code === 0) {
        const clean = sandbox()
        writeFiles(clean.project, one.files ?? usual)
        const fresh = await install(client, clean, registry)
        check(`a fresh store works: ${fresh.err}`, fresh.code === 0)
        const diff = difference(everyFile(clean.project), everyFile(box.project))
        if (diff) faults.push(`the tree is not that of a fresh store\n${diff}`)
        check('the tree has what it should', existsSync(path.join(box.project, 'node_modules/good/index.js')) && treeOf(box.project).some(line => / = evil@1\./.test(line)))
        clean.remove()
      }
    }
  } finally {
    await Promise.all([registry.close(), other.close()])
    box.remove()
  }
  return faults
}

const argv = process.argv.slice(2)
const client = argv.includes('--client') ? argv[argv.indexOf('--client') + 1] : 'bao'
const only = argv.find((word, at) => !word.startsWith('--') && argv[at - 1] !== '--client')
const { check, done } = counter()
await inParallel(cases.filter(one => (!only || one.name.includes(only)) && (!one.slow || argv.includes('--slow'))), 4, async one => {
  const faults = await play(client, one).catch(error => [`could not be run: ${error.stack}`])
  check(`hostile: ${one.name}`, faults.join('\n').slice(0, 3000))
})
done()
