// test/install/scripts.mjs [part of a name]: one command that runs many scripts: --filter, --workspaces, --parallel, --sequential.
// What bun prints of the same is compared line by line where it is to be had; the rest is written down here.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { BAO, BUN, counter, difference, environment, inParallel, sandbox, writeFiles } from './lib.mjs'

const json = value => JSON.stringify(value)
const project = {
  'package.json': json({ name: 'root', workspaces: ['packages/*'], scripts: {
    build: 'echo root', one: 'echo 1', two: 'echo 2', bad: 'exit 7', slow: 'sleep 20', prehook: 'echo pre', hook: 'echo hook', posthook: 'echo post',
    cr: "printf 'a\\nb\\n\\nlast'", gone: 'kill -TERM $$', colours: 'echo x' } }),
  'packages/a/package.json': json({ name: '@x/a', version: '1.0.0', scripts: {
    build: 'echo a1; sleep 0.1; echo a2 >&2', only: 'echo only', fail: 'sleep 0.05', env: 'echo $npm_package_name $npm_lifecycle_event $PWD; cat',
    prehook: 'echo pre', hook: 'echo hook', posthook: 'echo post', prestop: 'exit 6', stop: 'echo no', poststop: 'echo no',
    long: 'trap "echo got; exit 5" TERM INT; echo up; while :; do sleep 0.05; done' } }),
  'packages/b/package.json': json({ name: 'b', version: '1.0.0', dependencies: { '@x/a': 'workspace:*' }, scripts: {
    build: 'echo b1', fail: 'echo bf; exit 3', hook: 'echo hook-b', long: 'echo never' } }),
  'packages/c/package.json': json({ name: 'c', version: '1.0.0', devDependencies: { b: 'workspace:*' }, scripts: {
    build: 'echo c1', fail: 'sleep 0.2; echo c', hook: 'echo hook-c' } }),
  'packages/d/package.json': json({ name: 'd', version: '1.0.0', dependencies: { b: '*' } }),
  'packages/e/package.json': json({ name: 'e', version: '1.0.0', dependencies: { d: '*' }, scripts: { late: 'echo e' } }),
}
// e needs b by way of d, which has no such script
project['packages/b/package.json'] = project['packages/b/package.json'].replace('"build"', '"late":"sleep 0.2; echo b","build"')

function start(bin, box, args, { cwd = box.project, when, then, env = {} } = {}) {
  return new Promise(resolve => {
    const child = spawn(bin, args, { cwd, env: environment(box, env), stdio: ['ignore', 'pipe', 'pipe'] })
    let out = '', err = '', done = false
    const look = () => { if (!done && when?.test(out + err)) { done = true; then(child) } }
    child.stdout.on('data', d => { out += d; look() })
    child.stderr.on('data', d => { err += d; look() })
    const late = setTimeout(() => child.kill('SIGKILL'), 15000)
    child.on('close', (code, signal) => { clearTimeout(late); resolve({ code: code ?? signal, out, err }) })
  })
}
const plain = text => text.replace(/Done in [\d.]+ ?m?s/g, 'Done').split('\n').filter(Boolean)
const lines = async (box, ...args) => plain((await start(BAO, box, args)).out)

// Lines of different packages come in any order; those of one in theirs. A note is bao's own, a warning there a note here.
function sorted({ code, out, err }) {
  const by = text => plain(text).filter(l => !l.startsWith('note: `')).map(l => l.replace(/^warn: /, 'note: '))
    .map((l, i) => [/^(.*?)(: | \| )/.exec(l)?.[1] ?? '', i, l]).sort((x, y) => x[0] < y[0] ? -1 : x[0] > y[0] ? 1 : x[1] - y[1]).map(x => x[2])
  return { code, out: by(out), err: by(err) }
}

const same = [
  ['run', '--filter', '*', 'build'], ['--filter', '*', 'build'], ['run', '-F', 'b', '--filter', 'c', 'build', 'extra', 'two words'], ['run', '--filter', '*', '--', 'build'],
  ['run', '--filter', 'nope', 'build'], ['run', '--filter', '*', 'nope'], ['run', '--filter', '*', '--if-present', 'nope'], ['run', '--filter', 'nope', '--if-present', 'x'],
  ['run', '--filter', 'd', 'nope'], ['run', '--filter', 'x', '--filter', 'y', 'z'], ['run', '--filter', '*', '--filter', '!b', '--filter', 'zzz', 'build'],
  ['run', '--filter', '*', 'fail'], ['run', '--filter', '*', 'hook'], ['run', '--filter', '@x/a', 'stop'], ['run', '--workspaces', '--if-present', 'only'],
  ['run', '--filter', './packages/a', 'build'], ['run', '--filter', './packages', 'build'], ['run', '--filter', '{packages}', 'only'], ['run', '--filter', 'b...', 'build'],
  ['run', '--filter', '...b', 'build'], ['run', '--filter', '!b', 'build'], ['run', '--filter', 'root', 'build'], ['run', '--filter', '*', '--elide-lines=1', 'build'],
  ['run', '--filter', '*', '--workspaces', '--if-present', 'build'],
  ['run', '--parallel', 'one', 'two'], ['--parallel', 'one', 'two'], ['run', '--sequential', 'one', 'two'], ['run', '--parallel', 'o*', 't*'], ['run', '--parallel', '--no-exit-on-error', 'one', 'bad', 'two'],
  ['run', '--sequential', 'bad', 'one'], ['run', '--sequential', '--no-exit-on-error', 'bad', 'one'], ['run', '--sequential', 'nowhere', 'one'], ['run', '--parallel', 'echo hi'],
  ['run', '--parallel', 'hook', 'one'], ['run', '--parallel', 'cr'], ['run', '--parallel', 'gone'], ['run', '--parallel'], ['run', '--parallel', 'zz*'], ['run', '--parallel', '--sequential', 'one'],
  ['run', '--parallel', '--filter', '*', 'build'], ['run', '--sequential', '--filter', '*', 'build', 'only'], ['run', '--parallel', '--filter', '*', 'hook'],
  ['run', '--parallel', '--filter', '*', 'o*', 'h*'], ['run', '--parallel', '--filter', '*', 'zz*'], ['run', '--parallel', '--filter', '*', 'nope'],
  ['run', '--parallel', '--workspaces', 'only'], ['run', '--parallel', '--workspaces', '--if-present', 'only'], ['run', '--sequential', '--filter', '@x/a', 'stop'],
  ['run', '--parallel', '--no-exit-on-error', '--filter', '*', 'fail'],
]

const cases = {
  async 'what a package needs is done before it, also by way of others'({ box }) {
    const said = await lines(box, 'run', '--filter', '*', 'late')
    return [said, ['b late: b', 'b late: Exited with code 0', 'e late: e', 'e late: Exited with code 0']]
  },
  async 'one after the other is in the order of needs'({ box }) {
    writeFiles(box.project, { 'packages/a/package.json': project['packages/a/package.json'].replace('"version"', '"dependencies":{"c":"*"},"version"'), 'packages/b/package.json': json({ name: 'b', scripts: { build: 'echo b' } }) })
    return [await lines(box, 'run', '--sequential', '--filter', '*', 'build'), ['b:build    | b', 'c:build    | c1', '@x/a:build | a1']]
  },
  async 'a script knows its own package, and has no input'({ box }) {
    return [await lines(box, 'run', '--filter', '@x/a', 'env'), [`@x/a env: @x/a env ${box.project}/packages/a`, '@x/a env: Exited with code 0']]
  },
  async 'a circle of needs runs all the same'({ box }) {
    writeFiles(box.project, { 'packages/a/package.json': json({ name: '@x/a', dependencies: { c: '*' }, scripts: { build: 'echo a' } }) })
    return [(await lines(box, 'run', '--filter', '*', 'build')).sort(), ['@x/a build: Exited with code 0', '@x/a build: a', 'b build: Exited with code 0', 'b build: b1', 'c build: Exited with code 0', 'c build: c1']]
  },
  async 'a failure ends the others at once, with what they started'({ box }) {
    const began = Date.now(), { code, err } = await start(BAO, box, ['run', '--parallel', 'slow', 'bad'])
    return [[code, plain(err), Date.now() - began < 8000], [7, ['bad  | Exited with code 7', 'slow | Signaled: SIGINT'], true]]
  },
  async 'a workspace that cannot be read is passed over'({ box }) {
    writeFiles(box.project, { 'packages/d/package.json': '{' })
    const { code, out, err } = await start(BAO, box, ['run', '--filter', 'c', 'build'])
    return [[code, plain(out), /packages\/d\/package.json: note: .*passed over/.test(err)], [0, ['c build: c1', 'c build: Exited with code 0'], true]]
  },
  async 'a package without a name is known by its folder'({ box }) {
    writeFiles(box.project, { 'packages/u/package.json': json({ scripts: { build: 'echo u' } }) })
    return [await lines(box, 'run', '--filter', './packages/u', 'build'), ['packages/u build: u', 'packages/u build: Exited with code 0']]
  },
  async 'SIGTERM is passed on, nothing more is started, and the code tells of it'({ box }) {
    const { code, out } = await start(BAO, box, ['run', '--filter', '*', 'long'], { when: /up\n/, then: child => child.kill('SIGTERM') })
    return [[code, plain(out).filter(l => !l.includes('Terminated'))], [143, ['@x/a long: up', '@x/a long: got', '@x/a long: Exited with code 5', 'b long: Skipped']]]
  },
  async 'SIGINT is passed on to those at once'({ box }) {
    const { code, out } = await start(BAO, box, ['run', '--parallel', '--filter', '*', 'long'], { when: /up\n/, then: child => child.kill('SIGINT') })
    return [[code, plain(out).includes('@x/a:long | got')], [130, true]]
  },
  async 'pnpm\'s -r means every workspace that has it, and stops at a failure'({ box }) {
    const all = ['@x/a only: only', '@x/a only: Exited with code 0']
    const said = [await lines(box, '-r', 'only'), await lines(box, '-r', 'run', 'only'), await lines(box, 'run', '-r', 'only'), await lines(box, 'run', '--recursive', 'only')]
    const { code, out } = await start(BAO, box, ['-r', '--if-present', 'fail'])
    return [[said, code, plain(out)], [[all, all, all, all], 3, ['@x/a fail: Exited with code 0', 'b fail: bf', 'b fail: Exited with code 3', 'c fail: Skipped']]]
  },
  async 'npm\'s --workspace, -w and -ws, and pnpm\'s -w for the root'({ box }) {
    const said = []
    for (const args of [['run', '--workspace=packages/a', 'only'], ['run', '-w', '@x/a', 'only'], ['run', '-ws', '--if-present', 'only'], ['-w', 'run', 'build'], ['-w', 'build'], ['run', '-w', 'one'], ['--filter', '@x/a', 'run', 'only']])
      said.push(await lines(box, ...args))
    const a = ['@x/a only: only', '@x/a only: Exited with code 0']
    return [said, [a, a, a, ['root'], ['root'], ['1'], a]]
  },
  async 'a word that is a script is one, whatever command has its name'({ box }) {
    writeFiles(box.project, { 'packages/c/package.json': json({ name: 'c', scripts: { test: 'echo tested', why: 'echo because' } }) })
    return [[await lines(box, '--filter', 'c', 'test'), await lines(box, '--filter', '*', 'why')], [['c test: tested', 'c test: Exited with code 0'], ['c why: because', 'c why: Exited with code 0']]]
  },
  async 'a flag of many packages is never ignored by a command that knows none'({ box }) {
    const { code, err } = await start(BAO, box, ['--filter', 'c', 'why', 'x'])
    return [[code, plain(err)], [1, ['error: --filter means nothing to `bao why`']]]
  },
  async 'the engine is not mapped'({ box }) {
    writeFiles(box.project, { 'packages/d/package.json': json({ name: 'd', scripts: { maps: 'grep -ci javascriptcore /proc/$PPID/maps; true' } }) })
    return [await lines(box, 'run', '--filter', 'd', 'maps'), ['d maps: 0', 'd maps: Exited with code 0']]
  },
  async 'no-orphans leaves nothing behind, not even of sessions of their own, and ends with who started it'({ box }) {
    const alive = () => readdirSync('/proc').filter(pid => { try { return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`ORPHANS=${box.dir}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1')) } catch { return false } })
    const gone = async () => { for (let i = 0; i < 400 && alive().length; i++) await new Promise(wake => setTimeout(wake, 50)); return alive().length }
    const env = { ORPHANS: box.dir }, told = []
    const left = 'sleep 100 & setsid sleep 100 & (setsid sleep 100 &) '
    writeFiles(box.project, { 'package.json': json({ name: 'o', scripts: { leaves: `${left}; exit 3`, stays: `${left}; echo up; sleep 100` } }), 'stays.js': `require('child_process').spawn('sh', ['-c', '${left}; sleep 100'], { stdio: 'ignore' }); console.log('up ' + process.env.BAO_GUARDED)` })
    for (const [args, more] of [[['run', '--no-orphans', 'leaves'], {}], [['leaves'], { BUN_FEATURE_FLAG_NO_ORPHANS: '1' }]])
      told.push((await start(BAO, box, args, { env: { ...env, ...more } })).code, alive().length)
    writeFiles(box.project, { 'bunfig.toml': '[run]\nnoOrphans = true\n' })
    for (const words of [['stays'], ['stays.js']]) {
      const { code, out } = await start(BAO, box, words, { env, when: /^up/m, then: child => child.kill('SIGTERM') })
      told.push(code, out.includes('up undefined') || out.startsWith('up\n'), await gone())
      const shell = await start('/bin/sh', box, ['-c', `"$0" ${words} & wait`, BAO], { env, when: /^up/m, then: child => child.kill('SIGKILL') })
      told.push(shell.code, await gone())
    }
    return [told, [3, 0, 3, 0, ...Array(2).fill(['SIGTERM', true, 0, 'SIGKILL', 0]).flat()]]
  },
  async '--workspace-concurrency bounds how many run'({ box }) {
    const { out } = await start(BAO, box, ['run', '--parallel', '--workspace-concurrency=1', 'cr', 'one', 'two'])
    return [plain(out).map(l => l.slice(0, 3)), ['cr ', 'cr ', 'cr ', 'cr ', 'one', 'two']]
  },
}
if (existsSync(BUN))
  for (const args of same)
    cases[`as bun: ${args.join(' ')}`] = async ({ box }) => [sorted(await start(BAO, box, args)), sorted(await start(BUN, box, args))]

async function play(job) {
  const box = sandbox(project)
  try {
    const [got, wanted] = (await job({ box })).map(value => JSON.stringify(value, null, 1))
    return difference(wanted, got)
  } catch (error) { return error.stack } finally { box.remove() }
}

const args = process.argv.slice(2), parts = args.filter(arg => !arg.startsWith('--'))
const count = counter()
if (!args.includes('--client')) {
  const names = Object.keys(cases).filter(name => parts.every(part => name.includes(part)))
  await inParallel(names, 2, async name => count.check(`scripts: ${name}`, await play(cases[name])))
}
count.done()
