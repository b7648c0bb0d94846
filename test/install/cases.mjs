// test/install/cases.mjs [--record] [--client bun] [part of a name]: every case of cases/*.mjs is installed, and its exit code, tree,
// lockfile (and package.json, and every file, where the case says so) are those that bun left: expect/*.txt, which --record writes.
// `wider`: Bao takes what bun refuses.
// After each that succeeds: a second install changes no byte, a frozen one passes.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { startRegistry } from '../harness/registry.mjs'
import { counter, difference, everyFile, inParallel, install, lockOf, sandbox, treeOf, writeFiles } from './lib.mjs'

const here = import.meta.dirname

const normal = step => (Array.isArray(step) ? { args: step } : step)

/** Runs the case's steps and tells what is there after each, as lines. `after` is told of each step's box. */
export async function play(client, one, { after } = {}) {
  const registry = await startRegistry()
  const packages = typeof one.packages === 'function' ? one.packages(registry) : one.packages
  registry.packages = structuredClone(packages)
  const box = sandbox(typeof one.files === 'function' ? one.files(registry) : one.files)
  const told = []
  try {
    for (const step of (one.steps ?? [['install']]).map(normal)) {
      for (const [name, versions] of Object.entries(step.packages ?? {})) Object.assign(registry.packages[name] ??= {}, versions)
      if (step.packages) registry.forget()
      for (const name of step.remove ?? []) rmSync(name === '~' ? box.home : path.join(box.project, name), { recursive: true, force: true })
      if (step.remove?.includes('~')) { writeFiles(box.dir, { 'home/.npmrc': `registry=${registry.url}\n` }) }
      if (step.files) writeFiles(box.project, step.files)
      const result = await install(client, box, registry, step.args, { cwd: path.join(box.project, step.cwd ?? '') })
      const fails = step.fails ?? one.fails
      const lines = [`exit ${one.anyCode ? 'any' : result.code}`]
      if (one.tree !== false) {
        if (one.manifest) lines.push('package.json:', ...readFileSync(path.join(box.project, 'package.json'), 'utf8').split('\n').map(line => '  ' + line))
        lines.push('tree:', ...treeOf(box.project).map(line => '  ' + line))
        if (one.whole) lines.push('files:', ...everyFile(box.project, { keep: name => !/(^|\/)(package\.json|bun\.lock|index\.js)$/.test(name) }).map(line => '  ' + line))
        if (result.code === 0 || !fails) lines.push('bun.lock:', ...(lockOf(box, registry) ?? '(none)').split('\n').map(line => '  ' + line))
      }
      told.push(lines.map(line => line.trimEnd().replaceAll(registry.url, '<registry>/').replaceAll(registry.host, '<host>')))
      await after?.({ box, registry, result, step, fails })
    }
  } finally {
    await registry.close()
    box.remove()
  }
  return told
}

/** The text of an expectation file as name -> steps -> lines. */
export function readExpectations(file) {
  const all = new Map()
  if (!existsSync(file)) return all
  let steps
  for (const line of readFileSync(file, 'utf8').replace(/\n$/, '').split('\n')) {
    if (line.startsWith('@@ case ')) all.set(line.slice(8), steps = [])
    else if (line.startsWith('@@ after ')) steps.push([])
    else if (steps?.length) steps.at(-1).push(line)
  }
  return all
}

async function main(argv) {
  const record = argv.includes('--record')
  const client = record ? 'bun' : argv.includes('--client') ? argv[argv.indexOf('--client') + 1] : 'bao'
  const only = argv.find((word, at) => !word.startsWith('--') && argv[at - 1] !== '--client')
  const { check, done } = counter()
  for (const group of ['resolve', 'project', 'migrate']) {
    const file = path.join(here, 'expect', `${group}.txt`)
    const cases = (await import(`./cases/${group}.mjs`)).default
    const expected = readExpectations(file)
    const told = new Map()
    const seen = new Set()
    for (const { name } of cases) if (seen.has(name)) throw new Error(`two cases are called ${name}`); else seen.add(name)
    await inParallel(cases.filter(one => !only || one.name.includes(only)), 3, async one => {
      const faults = []
      const after = async ({ box, registry, result, step, fails }) => {
        if (result.signal) faults.push(`ended by ${result.signal}: ${result.err}`)
        if (!box.untouched()) faults.push('something outside of the project and the home was touched')
        if (fails && !one.anyCode) {
          if (result.code === 0) faults.push('it should have failed')
          else if (client === 'bao' && !(result.err + result.out).includes(fails)) faults.push(`the error does not name ${fails}: ${result.err}`)
        }
        if (result.code === 0 && step.args[0] === 'install' && !step.args.some(word => /dry-run|no-save|lockfile-only/.test(word)) && !step.cwd) {
          const before = everyFile(box.project)
          const again = await install(client, box, registry, step.args)
          if (again.code !== 0) faults.push(`a second ${step.args.join(' ')} fails: ${again.err}`)
          const changed = difference(before, everyFile(box.project))
          if (changed && !one.runsAgain) faults.push(`a second install changed\n${changed}`)
          if (existsSync(path.join(box.project, 'bun.lock'))) {
            const frozen = await install(client, box, registry, [...step.args, '--frozen-lockfile'])
            if (frozen.code !== 0) faults.push(`a frozen install fails: ${frozen.err}`)
          }
        }
      }
      const steps = await play(client, one, { after }).catch(error => [[`could not be run: ${error.stack}`]])
      told.set(one.name, steps)
      if (record) { check(one.name, [...faults, ...steps.flat().filter(line => line.startsWith('could not'))].join('\n')); return }
      const want = expected.get(one.name)
      if (!want) faults.push('no expectation is recorded')
      else if (!one.wider) steps.forEach((lines, at) => {
        const diff = difference((want[at] ?? ['(nothing)']).join('\n').trimEnd(), lines.join('\n').trimEnd())
        if (diff) faults.push(`after step ${at + 1}:\n${diff}`)
      })
      check(`${group}: ${one.name}`, faults.join('\n'))
    })
    if (record && told.size) {
      const known = cases.map(({ name }) => ({ name, steps: told.get(name) ?? expected.get(name) })).filter(one => one.steps)
      const text = known.flatMap(({ name, steps }) => [`@@ case ${name}`, ...steps.flatMap((lines, at) => [`@@ after ${at + 1}`, ...lines])])
      writeFileSync(file, text.join('\n') + '\n')
    }
  }
  done()
}

if (import.meta.main) await main(process.argv.slice(2))
