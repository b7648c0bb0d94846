// test/install/commands.mjs [part of a name]: the commands that change package.json or ask a registry: add, remove, update, outdated,
// info, x, publish, pm trust, whoami. Only Bao is asked: what bun prints is written down here where it matters.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { startRegistry } from '../harness/registry.mjs'
import { integrity, packageTarball, shasum } from '../harness/tarball.mjs'
import { counter, difference, everyFile, inParallel, install, sandbox, writeFiles } from './lib.mjs'

const some = {
  a: { '1.0.0': { dependencies: { b: '^1.0.0' } }, '1.1.0': { dependencies: { b: '^1.0.0' } }, '2.0.0': {}, '3.0.0-beta.1': {}, $tags: { latest: '2.0.0', next: '3.0.0-beta.1' } },
  b: { '1.0.0': {}, '1.2.0': {} },
  '@s/tool': { '1.0.0': { bin: { tool: 'cli.sh', other: 'cli.sh' }, $files: { 'cli.sh': '#!/bin/sh\necho "tool $*"\n' } } },
  only: { '1.0.0': { bin: 'cli.sh', $files: { 'cli.sh': '#!/bin/sh\necho "only $*"\nexit 3\n' } } },
  built: { '1.0.0': { scripts: { postinstall: 'echo built > made.txt' } } },
}
const DAY = 86400e3, ago = days => new Date(Date.now() - days * DAY).toISOString()

const cases = {
  async 'add writes the range of the latest version'({ bao, manifest, says }) {
    await bao(['add', 'a'], 0)
    says('installed a@2.0.0')
    return [manifest().dependencies.a, '^2.0.0']
  },
  async 'add takes tags, ranges, versions and other names'({ bao, manifest }) {
    await bao(['add', 'a@next', 'b@1.0.0', 'c@npm:a@^1', 'd@npm:b'], 0)
    return [manifest().dependencies, { a: '^3.0.0-beta.1', b: '1.0.0', c: 'npm:a@^1', d: 'npm:b@^1.2.0' }]
  },
  async 'add -d moves, --exact pins, groups stay without a flag'({ bao, manifest }) {
    await bao(['add', 'a', 'b'], 0)
    await bao(['add', '-D', 'b', '--exact'], 0)
    await bao(['add', 'b'], 0)
    return [manifest(), { name: 'app', dependencies: { a: '^2.0.0' }, devDependencies: { b: '^1.2.0' } }]
  },
  async 'add keeps package.json when the version is not there'({ bao, text, says }) {
    const before = text()
    await bao(['add', 'a@9'], 1)
    says(/a@9|9/)
    await bao(['add', 'nowhere'], 1)
    says('nowhere')
    return [text(), before]
  },
  async 'add --catalog writes into the catalog'({ bao, manifest }) {
    await bao(['add', '--catalog', 'a'], 0)
    await bao(['add', '--catalog=old', 'b@1.0.0'], 0)
    const { dependencies, catalog, catalogs } = manifest()
    return [{ dependencies, catalog, catalogs }, { dependencies: { a: 'catalog:', b: 'catalog:old' }, catalog: { a: '^2.0.0' }, catalogs: { old: { b: '1.0.0' } } }]
  },
  async 'add leaves young versions alone that minimumReleaseAge excludes'({ bao, manifest, registry }) {
    registry.packages.a.$time = { '1.0.0': ago(90), '1.1.0': ago(30), '2.0.0': ago(1), '3.0.0-beta.1': ago(1) }
    await bao(['add', 'a', '--minimum-release-age', '7d'], 0)
    return [manifest().dependencies.a, '^1.1.0']
  },
  async 'remove takes the package out of everything'({ bao, manifest, has }) {
    await bao(['add', 'a@1', 'only'], 0)
    await bao(['remove', 'a'], 0)
    return [[manifest().dependencies, has('node_modules/a'), has('node_modules/b'), has('node_modules/only')], [{ only: '^1.0.0' }, false, false, true]]
  },
  async 'update stays in the range, --latest does not'({ bao, manifest, lock, write }) {
    write({ name: 'app', dependencies: { a: '1.0.0' } })
    await bao(['install'], 0)
    write({ name: 'app', dependencies: { a: '^1.0.0' } })
    await bao(['install'], 0)
    const seen = [/"a@(.*?)"/.exec(lock())[1]]
    await bao(['update'], 0)
    seen.push(/"a@(.*?)"/.exec(lock())[1], manifest().dependencies.a)
    await bao(['update', '--latest'], 0)
    seen.push(/"a@(.*?)"/.exec(lock())[1], manifest().dependencies.a)
    return [seen, ['1.0.0', '1.1.0', '^1.1.0', '2.0.0', '^2.0.0']]
  },
  async 'outdated lists what is newer'({ bao, write }) {
    write({ name: 'app', dependencies: { a: '^1.0.0' }, devDependencies: { b: '1.0.0' } })
    await bao(['install'], 0)
    const all = (await bao(['outdated'], 0)).out.split('\n').filter(line => /\| (a|b)/.test(line)).map(line => line.replace(/ +/g, ' '))
    const json = JSON.parse((await bao(['outdated', '--json', 'b'], 0)).out)
    return [[all, json.b.latest, json.a], [['| a | 1.1.0 | 1.1.0 | 2.0.0 |', '| b (dev) | 1.0.0 | 1.0.0 | 1.2.0 |'], '1.2.0', undefined]]
  },
  async 'info prints what is asked for'({ bao, says }) {
    const version = (await bao(['info', 'a', 'version'], 0)).out, one = (await bao(['info', 'a@^1', 'dependencies'], 0)).out
    const several = JSON.parse((await bao(['info', 'a', 'version', 'dist-tags.next', '--json'], 0)).out)
    await bao(['info', 'a@7'], 1)
    says('a@7 is not in the registry; newest is 2.0.0')
    await bao(['info', 'nowhere'], 1)
    return [[version, JSON.parse(one), several], ['2.0.0\n', { b: '^1.0.0' }, { version: '2.0.0', 'dist-tags.next': '3.0.0-beta.1' }]]
  },
  async 'x installs once, and runs with the arguments'({ bao, registry, says }) {
    const first = await bao(['x', 'only', '--flag', 'x'], 3)
    const asked = registry.requests.length
    const second = await bao(['x', 'only', 'y'], 3)
    await bao(['x', '@s/tool'], 0)
    await bao(['x', '-p', '@s/tool', 'other', 'z'], 0)
    says('tool z')
    await bao(['x', 'b'], 1)
    says('b has no program')
    return [[first.out, second.out, registry.requests.slice(asked).some(r => r.path.includes('only'))], ['only --flag x\n', 'only y\n', false]]
  },
  async 'scripts are blocked until they are trusted'({ bao, manifest, has, says }) {
    await bao(['add', 'built'], 0)
    says('Blocked 1 postinstall')
    const before = has('node_modules/built/made.txt')
    await bao(['pm', 'untrusted'], 0)
    says('./node_modules/built')
    await bao(['pm', 'trust', 'b'], 1)
    await bao(['pm', 'trust', 'built'], 0)
    return [[before, has('node_modules/built/made.txt'), manifest().trustedDependencies], [false, true, ['built']]]
  },
  async 'publish sends the tarball and its sums, with the token of that host only'({ bao, box, registry, write }) {
    let sent, headers
    registry.handlers['@me/pub'] = (request, response) => {
      const parts = []
      headers = request.headers
      request.on('data', part => parts.push(part)).on('end', () => { sent = JSON.parse(Buffer.concat(parts)); response.writeHead(201).end('{"ok":true}') })
    }
    writeFileSync(path.join(box.home, '.npmrc'), `registry=${registry.url}\n//${registry.host}/:_authToken=secret\n`)
    write({ name: '@me/pub', version: '1.2.3', files: ['index.js'] })
    writeFileSync(path.join(box.project, 'index.js'), 'export default 1\n')
    await bao(['publish', '--access', 'public', '--tag', 'next', '--otp', '123456'], 0)
    const file = sent._attachments['@me/pub-1.2.3.tgz'], tarball = Buffer.from(file.data, 'base64'), version = sent.versions['1.2.3']
    return [
      [headers.authorization, headers['npm-otp'], sent['dist-tags'], sent.access, file.length, version.dist.integrity, version.dist.shasum,
        version.dist.tarball, gunzipSync(tarball).includes('export default 1')],
      ['Bearer secret', '123456', { next: '1.2.3' }, 'public', tarball.length, integrity(tarball), shasum(tarball),
        `${registry.url}@me/pub/-/pub-1.2.3.tgz`, true],
    ]
  },
  async 'publish says what the registry says, and needs credentials'({ bao, box, registry, write, says }) {
    write({ name: 'pub', version: '1.0.0' })
    await bao(['publish'], 1)
    says('credentials')
    writeFileSync(path.join(box.home, '.npmrc'), `registry=${registry.url}\n//${registry.host}/:_authToken=secret\n`)
    registry.handlers.pub = (request, response) => request.resume().on('end', () => response.writeHead(403).end('{"error":"You cannot publish over the previously published versions"}'))
    await bao(['publish'], 1)
    says('You cannot publish over')
    await bao(['publish', '--tolerate-republish'], 0)
    return [0, 0]
  },
  async 'whoami asks with the token'({ bao, box, registry }) {
    registry.handlers['-/whoami'] = (request, response) => response.end(JSON.stringify({ username: request.headers.authorization === 'Bearer secret' ? 'me' : 'nobody' }))
    await bao(['pm', 'whoami'], 1)
    writeFileSync(path.join(box.home, '.npmrc'), `registry=${registry.url}\n//${registry.host}/:_authToken=secret\n`)
    return [(await bao(['pm', 'whoami'], 0)).out, 'me\n']
  },
  async 'an install with nothing to do maps neither the engine nor OpenSSL, and asks nobody'({ bao, box, registry, write, says }) {
    write({ name: 'app', dependencies: { a: '1', only: '1' } })
    await bao(['install'], 0)
    registry.requests.length = 0
    await bao(['install'], 0, { LD_DEBUG: 'files', LD_DEBUG_OUTPUT: path.join(box.tmp, 'ld') })
    says('Checked 3 installs across 4 packages (no changes)')
    const mapped = readdirSync(box.tmp).filter(name => name.startsWith('ld.')).map(name => readFileSync(path.join(box.tmp, name), 'utf8')).join('')
    return [[mapped.includes('libc.so'), /libcrypto|libssl|javascriptcore/.test(mapped), registry.requests.length], [true, false, 0]]
  },
  async 'a package that was deleted from node_modules comes back'({ bao, box, has, write }) {
    write({ name: 'app', dependencies: { a: '1' } })
    await bao(['install'], 0)
    rmSync(path.join(box.project, 'node_modules/b'), { recursive: true })
    await bao(['install'], 0)
    const first = has('node_modules/b/package.json')
    rmSync(path.join(box.project, 'node_modules/a/package.json'))
    await bao(['install'], 0)
    return [[first, has('node_modules/a/package.json')], [true, true]]
  },
  async 'what an isolated node_modules holds is found there, and kept'({ bao, box, has, write, says, registry }) {
    registry.packages['@s/hook'] = { '1.0.0': { scripts: { postinstall: 'echo built > made.txt' } } }
    registry.packages.user = { '1.0.0': { dependencies: { '@s/hook': '1' } } }
    const repository = path.join(box.tmp, 'repository')
    writeFiles(repository, { 'package.json': { name: 'cloned', version: '1.0.0' } })
    const git = (...args) => execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'init.defaultBranch=main', ...args], { cwd: repository })
    git('init', '-q'), git('add', '.'), git('commit', '-qm', 'first')
    write({ name: 'app', dependencies: { user: '1', cloned: `git+file://${repository}` } })
    await bao(['install', '--linker', 'isolated'], 0)
    const hook = 'node_modules/.bun/@s+hook@1.0.0/node_modules/@s/hook'
    await bao(['pm', 'untrusted'], 0)
    says(`./${hook} @1.0.0`)
    mkdirSync(path.join(box.project, 'node_modules/.bun/gone@1.0.0'))
    await bao(['prune'], 0)
    says('- gone@1.0.0\n1 package removed')
    const kept = has('node_modules/cloned/package.json')
    await bao(['pm', 'trust', '@s/hook'], 0)
    return [[kept, has(`${hook}/made.txt`)], [true, true]]
  },
  async "yarn's patches are applied, and one that cannot be kept is an error"({ bao, box, write, manifest, says, registry }) {
    registry.packages.c = { '1.0.0': {} }
    const patch = from => `--- a/index.js\n+++ b/index.js\n@@ -1 +1 @@\n-module.exports = "${from}"\n+module.exports = "patched ${from}"\n`
    writeFiles(box.project, { '.yarn/patches/a.patch': patch('a@1.0.0'), 'c.patch': patch('c@1.0.0') })
    write({ name: 'app', dependencies: { a: 'patch:a@npm%3A1.0.0#~/.yarn/patches/a.patch', c: 'patch:c@npm%3A1.0.0#optional!builtin<compat/c>' } })
    await bao(['install'], 0)
    const first = [readFileSync(path.join(box.project, 'node_modules/a/index.js'), 'utf8'), manifest()]
    says('package.json: note: patches that yarn has built in are for its own way to install, and left out')
    await bao(['install', '--frozen-lockfile'], 0)
    await bao(['add', 'c@patch:c@npm%3A1.0.0#./c.patch'], 1)
    for (const [spec, why] of [['#../outside/evil', 'no file inside of the project'], ['#a&b', 'several patches'], ['#~/gone.patch', 'the patch "gone.patch" of c@1.0.0 is not there']]) {
      write({ name: 'app', dependencies: { c: `patch:c@npm%3A1.0.0${spec}` } })
      const before = [readFileSync(path.join(box.project, 'package.json'), 'utf8'), readFileSync(path.join(box.project, 'bun.lock'), 'utf8')]
      await bao(['install'], 1)
      says(why)
      if (before.join() !== [readFileSync(path.join(box.project, 'package.json'), 'utf8'), readFileSync(path.join(box.project, 'bun.lock'), 'utf8')].join()) throw new Error(`${spec}: something was written`)
    }
    return [first, ['module.exports = "patched a@1.0.0"\n', { name: 'app', dependencies: { a: '1.0.0', c: '1.0.0' }, patchedDependencies: { 'a@1.0.0': '.yarn/patches/a.patch' } }]]
  },
  async 'files that a loss of power cut short come back, in the store and in node_modules'({ bao, box, write, registry }) {
    write({ name: 'app', dependencies: { a: '1', only: '1', built: '1' }, trustedDependencies: ['built'] })
    await bao(['install'], 0)
    const before = everyFile(box.project), store = path.join(box.home, '.cache/bao/packages')
    const ofStore = readdirSync(store).map(name => path.join(store, name, 'index')), state = path.join(box.project, 'node_modules/.bao.state')
    // As if all had been written before the machine was started: what was noted under another start (os_boot), 36 and 20 bytes from the begin.
    const another = () => {
      for (const [file, at] of [...ofStore.map(file => [file, 36]), [state, 20]]) {
        const bytes = readFileSync(file)
        bytes.writeUInt32LE(7, at)
        writeFileSync(file, bytes)
      }
      const note = path.join(box.project, 'node_modules/.bao.fresh')
      writeFileSync(note, readFileSync(note, 'utf8').replace(/^(.*\n.* )([0-9a-f]+)\n/, '$11\n'))
    }
    const boots = () => [...ofStore.map(file => readFileSync(file).readUInt32LE(36)), readFileSync(state).readUInt32LE(20)].map(Boolean)
    registry.requests.length = 0
    another()
    await bao(['install'], 0)
    const seen = [difference(before, everyFile(box.project)), registry.requests.length, boots()]
    truncateSync(path.join(box.project, 'node_modules/b/index.js'), 3)     // a link into the store: short there too
    truncateSync(path.join(box.project, 'node_modules/built/made.txt'), 0) // what a script made
    truncateSync(path.join(box.project, 'node_modules/only/cli.sh'), 0)
    await bao(['install'], 0)
    seen.push(everyFile(box.project).filter(line => !before.includes(line)).length)
    another()
    await bao(['install'], 0)
    seen.push(difference(before, everyFile(box.project)), registry.requests.map(one => one.path).sort())
    return [seen, ['', 0, [true, true, true, true, false], 3, '', ['/b/-/b-1.2.0.tgz', '/only/-/only-1.0.0.tgz']]]
  },
  async 'audit fix --latest rewrites the ranges of package.json, catalogs and overrides'({ bao, box, manifest, write, lock, says, registry }) {
    for (const name of ['bad', 'own', 'cat', 'over', 'deep']) registry.packages[name] = { '1.0.0': {}, '1.0.1': {}, '2.0.0': {}, '3.0.0': {} }
    registry.packages.user = { '1.0.0': { dependencies: { deep: '1.0.0', over: '1.0.0' }, peerDependencies: { own: '1' } } }
    const database = path.join(box.project, 'known.json')
    const known = range => (name, id) => [name, [{ id, title: 't', severity: 'high', vulnerable_versions: range }]]
    writeFileSync(database, JSON.stringify(Object.fromEntries([known('<1.0.1')('bad', 1), known('<2')('own', 2), known('<2')('cat', 3), known('<2')('over', 4), known('<2')('deep', 5)])))
    write({ name: 'app', dependencies: { bad: '1.0.0', own: '~1.0.0', cat: 'catalog:', user: '1' }, overrides: { over: '1.0.0' }, catalog: { cat: '^1.0.0' } })
    await bao(['install', '--lockfile-only'], 0)
    const flags = ['--lockfile-only', `--database=${database}`]
    await bao(['audit', 'fix', ...flags], 1)
    says('Fixed 1 of 5')
    const first = [manifest().dependencies.bad, /"bad@(.*?)"/.exec(lock())[1]]
    await bao(['audit', 'fix', '--latest', '--dry-run', ...flags], 1)
    says('^ own 1.0.1 -> 2.0.0')
    first.push(manifest().dependencies.own)
    await bao(['audit', 'fix', '--latest', ...flags], 1)
    says('Fixed 3 of 4')
    says('deep@1.0.0')
    const { dependencies, overrides, catalog } = manifest()
    await bao(['install', '--frozen-lockfile'], 0)
    return [[first, dependencies, overrides, catalog, ['own', 'cat', 'over', 'deep'].map(name => new RegExp(`"${name}@(.*?)"`).exec(lock())[1])],
      [['1.0.1', '1.0.1', '~1.0.0'], { bad: '1.0.1', own: '~2.0.0', cat: 'catalog:', user: '1' }, { over: '2.0.0' }, { cat: '^2.0.0' }, ['2.0.0', '2.0.0', '2.0.0', '1.0.0']]]
  },
  async 'create makes projects from folders and repositories, and writes over nothing unasked'({ bao, box, has, says, registry }) {
    const template = { 'package.json': { name: 't', version: '1.0.0', dependencies: { a: '1' }, scripts: { hello: 'echo hello > hello.txt' },
      'bun-create': { preinstall: 'echo before > before.txt', postinstall: ['hello', 'ls node_modules > after.txt'], start: 'bao start' } }, 'src/a.txt': 'a', gitignore: 'node_modules\n', 'node_modules/z/index.js': '' }
    writeFiles(path.join(box.home, '.bun-create/one'), template)
    writeFiles(path.join(box.project, '.bun-create/two'), { 'package.json': { name: 'two' } })
    const file = name => existsSync(path.join(box.project, name)) && readFileSync(path.join(box.project, name), 'utf8')
    await bao(['create', 'one', 'new', '--no-git'], 0)
    says('bao start')
    const seen = [JSON.parse(file('new/package.json')), file('new/hello.txt'), file('new/before.txt'), file('new/after.txt'), file('new/.gitignore'), has('new/node_modules/z'), has('new/.git')]
    writeFileSync(path.join(box.project, 'new/src/a.txt'), 'mine')
    await bao(['create', 'one', 'new', '--no-git'], 1)
    says('src/a.txt')
    seen.push(file('new/src/a.txt'))
    symlinkSync(path.join(box.outside, 'file'), path.join(box.project, 'linked'))
    await bao(['create', 'one', 'linked', '--no-git', '--force'], 1)
    mkdirSync(path.join(box.project, 'other'))
    symlinkSync(box.outside, path.join(box.project, 'other/src'))
    await bao(['create', 'one', 'other', '--no-install', '--force', '--no-git'], 0)
    seen.push(file('other/src/a.txt'), has('other/hello.txt'))
    await bao(['create', 'two'], 0)
    await bao(['create', './nowhere'], 1)
    says('no folder "./nowhere"')
    const asked = []
    registry.handlers['repos/user/repo/tarball/'] = (request, response) => {
      asked.push(request.headers.authorization)
      response.end(packageTarball({ 'package.json': '{"name":"x"}', 'index.js': '1' }))
    }
    await bao(['create', 'user/repo', '--no-git'], 0, { GITHUB_API_URL: registry.url, GITHUB_TOKEN: 't' })
    await bao(['create', 'https://github.com/user/gone', '--no-git'], 1, { GITHUB_API_URL: registry.url })
    says('user/gone')
    seen.push(JSON.parse(file('repo/package.json')), file('repo/index.js'), has('repo/.bun-tag'), asked)
    return [seen, [{ name: 'new', version: '1.0.0', dependencies: { a: '1' }, scripts: template['package.json'].scripts }, 'hello\n', 'before\n', 'a\nb\n', 'node_modules\n', false, false,
      'mine', 'a', false, { name: 'repo' }, '1', false, ['Bearer t']]]
  },
  async 'a security scanner sees all before anything is written, and may forbid it'({ bao, box, has, says, write, registry }) {
    const scanner = `export const scanner = { version: process.env.AS ?? '1', async scan({ packages }) {
      if (process.env.THROWS) throw new Error('oh no')
      console.log(JSON.stringify([process.cwd(), packages]))
      return JSON.parse(process.env.FOUND ?? '[]') } }`
    registry.packages.scan = { '1.0.0': { type: 'module', exports: { import: './index.js' }, $files: { 'index.js': scanner } } }
    writeFiles(box.project, { 'bunfig.toml': '[install.security]\nscanner = "scan"\n' })
    write({ name: 'app', dependencies: { a: '^1.0.0' }, devDependencies: { scan: '1' } })
    const found = (level, more = {}) => ({ FOUND: JSON.stringify([{ level, package: 'b', url: 'https://x.test/1', description: 'bad thing', ...more }]) })
    const ends = []
    for (const env of [found('fatal'), found('warn'), found('other'), found('warn', { package: null }), { FOUND: '{}' }, { AS: '2' }, { THROWS: '1' }]) {
      await bao(['install'], 1, env)
      ends.push(has('node_modules') || has('bun.lock'))
      if (env.FOUND?.includes('fatal')) says('FATAL: b\n    via app › a › b\n    bad thing\n    https://x.test/1\n')
      if (env.AS) says('is of version 2; 1 is understood')
      if (env.THROWS) says('failed: oh no')
    }
    const first = (await bao(['install'], 0)).out.split('\n')[1]
    await bao(['install', '--frozen-lockfile'], 1, found('fatal'))       // also when there is nothing to do
    await bao(['add', 'only'], 1, found('fatal'))
    const kept = readFileSync(path.join(box.project, 'package.json'), 'utf8').includes('only')
    await bao(['pm', 'scan'], 1, found('warn'))
    await bao(['pm', 'scan'], 0)
    says('No advisories found')
    writeFiles(box.project, { 'bunfig.toml': '[install.security]\nscanner = "nowhere"\n' })
    await bao(['install'], 1)
    says('the security scanner nowhere of bunfig.toml is not installed')
    writeFiles(box.project, { 'own.ts': scanner, 'bunfig.toml': '[install.security]\nscanner = "./own.ts"\n' })
    await bao(['install'], 0)
    says('"name":"scan"')
    const told = (name, version, requestedRange) => ({ name, version, requestedRange, tarball: `${registry.url}${name}/-/${name}-${version}.tgz` })
    return [[ends.some(Boolean), kept, JSON.parse(first)], [false, false, [box.project, [told('scan', '1.0.0', '1'), told('a', '1.1.0', '^1.0.0'), told('b', '1.2.0', '^1.0.0')]]]]
  },
  async 'what npm, pnpm and yarn call otherwise is understood, behind scripts of that name'({ bao, box, write, manifest, says, has, registry }) {
    registry.packages.picky = { '1.0.0': { peerDependencies: { b: '7' } } }
    write({ name: 'app', version: '1.0.0', workspaces: ['packages/*'], dependencies: { a: '^1.0.0' }, devDependencies: { only: '1' }, scripts: { version: 'echo as a script' } })
    writeFiles(box.project, { 'packages/x/package.json': { name: 'x', version: '1.0.0' }, 'packages/y/package.json': { name: 'y', version: '1.0.0' } })
    const x = () => JSON.parse(readFileSync(path.join(box.project, 'packages/x/package.json'), 'utf8'))
    for (const words of ['install --legacy-peer-deps --no-audit --no-fund --loglevel=error', 'install -r --shamefully-hoist --reporter append-only', 'i --node-linker=hoisted',
      'install --package-import-method copy --foreground-scripts', 'install --omit=dev', 'install --omit=dev --include=dev']) await bao(words.split(' '), 0)
    const seen = [has('node_modules/only')]
    await bao(['add', '-D', '-w', 'b'], 0)                     // pnpm: the root
    seen.push(manifest().devDependencies.b)
    await bao(['add', 'b', '-w', 'x'], 0)                      // npm: a workspace, by its name or its folder
    await bao(['add', '-w', 'packages/x', 'built'], 0)
    seen.push(x().dependencies)
    await bao(['un', 'b', '--filter', 'x'], 0)
    await bao(['uninstall', '-D', 'b'], 0)
    seen.push(x().dependencies, manifest().devDependencies.b)
    await bao(['ls', '--json'], 0)
    await bao(['list', '--all'], 0)
    says('built@1.0.0')
    await bao(['pkg', 'set', 'license=MIT'], 0)
    await bao(['pkg', 'get', 'license'], 0)
    says('MIT')
    await bao(['version'], 0)
    says('as a script')
    const packed = JSON.parse((await bao(['pack', '--json', '--dry-run'], 0)).out)[0]
    seen.push([packed.id, packed.filename, packed.files[0].path, packed.entryCount === packed.files.length])
    seen.push((await bao(['show', 'a', 'version'], 0)).out, (await bao(['dlx', 'only', 'x'], 3)).out)
    for (const [words, what] of [['query .x', 'another package manager'], ['login', '_authToken'], ['fund', 'Bao has none like it'], ['run -w x hi', 'Script "hi" not found in package "x"'], ['nothing', 'Script not found']]) {
      await bao(words.split(' '), 1)
      says(what)
    }
    await bao(['add', 'picky', '--strict-peer-deps'], 1)
    says('incorrect peer dependency: picky wants b@7')
    seen.push(manifest().dependencies.picky)
    await bao(['add', 'picky'], 0)
    await bao(['publish', '--provenance', '--dry-run'], 1)
    says('ERR_NOT_IMPLEMENTED')
    await bao(['publish', '--provenance=false', '--dry-run'], 0)
    return [seen, [true, '^1.2.0', { b: '^1.2.0', built: '^1.0.0' }, { built: '^1.0.0' }, null, ['app@1.0.0', 'app-1.0.0.tgz', 'package.json', true], '2.0.0\n', 'only x\n', null]]
  },
  async 'pm diff shows what changed between versions, folders and tarballs'({ bao, box, write, says, registry }) {
    const text = n => Array.from({ length: n }, (_, i) => `line ${i}\n`).join('')
    registry.packages.d = {
      '1.0.0': { scripts: { postinstall: 'x' }, dependencies: { a: '1' }, $files: { 'lib/x.js': text(20), gone: 'gone\n', 'bin.dat': Buffer.from([0, 1]), end: 'a\nb' } },
      '1.1.0': { scripts: { postinstall: 'y' }, dependencies: { a: '2', b: '1' }, $files: { 'lib/x.js': text(20).replace('line 5\n', 'five\nsix\n'), 'bin.dat': Buffer.from([0, 2]), end: 'a\nb\n', 'run.sh': { data: '#!/bin/sh\n', mode: 0o755 } } },
    }
    write({ name: 'app', dependencies: { d: '1.0.0' } })
    await bao(['install', '--ignore-scripts'], 0)
    const { out } = await bao(['pm', 'diff', 'd'], 0)
    says('d@1.0.0 → d@1.1.0\n')
    says('@@ -3,7 +3,8 @@\n line 2\n line 3\n line 4\n-line 5\n+five\n+six\n line 6\n line 7\n line 8\n')
    says('--- a/gone\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-gone\n')
    says(' a\n-b\n\\ No newline at end of file\n+b\n')
    says('new file mode 100755\n--- /dev/null\n+++ b/run.sh\n')
    says('postinstall script changed: y\n  ! dependencies added: b@1\n  ! dependencies a: 1 → 2\n  ! new executable file run.sh (755)')
    says('5 files changed, 1 added, 1 removed  (+9 -7 lines)')
    writeFileSync(path.join(box.project, 'd.patch'), out)
    const names = (await bao(['pm', 'diff', 'd@1.0.0:lib', '1.1.0', 'run.sh', '--name-only'], 0)).out.split('\n').filter(l => /^[AMD] /.test(l))
    await bao(['pm', 'diff', 'd@1', 'd@1.0.0', '--stat', '-U', '0'], 0)
    says('bin   2 → 2 bytes')
    const json = JSON.parse((await bao(['pm', 'diff', 'd@1.0.0', '1.1.0', '--json'], 0)).out)
    await bao(['pm', 'diff', 'd@1.0.0', './node_modules/d'], 0)
    says(/No differences \(\d+ files\)/)
    writeFileSync(path.join(box.project, 't.tgz'), packageTarball({ 'package.json': '{"name":"d"}' }))
    await bao(['pm', 'diff', './t.tgz', 'd@1', '--name-only'], 0)
    says('A lib/x.js')
    await bao(['pm', 'diff', 'd@9', '1'], 1)
    says('recent versions: 1.1.0, 1.0.0')
    await bao(['pm', 'diff', 'nowhere'], 1)
    says('not in this project')
    await bao(['pm', 'diff', 'd', './nowhere'], 1)
    await bao(['pm', 'diff', 'd', '-U', 'x'], 1)
    return [[names, json.files.map(f => f.path), json.totals.linesAdded], [['M lib/x.js', 'A run.sh'], ['bin.dat', 'end', 'gone', 'index.js', 'lib/x.js', 'package.json', 'run.sh'], 9]]
  },
  async 'a filter that fits nothing is told, and pm licenses goes by one'({ bao, box, write, says }) {
    writeFiles(box.project, { 'p/x/package.json': { name: 'x', version: '1.0.0', dependencies: { a: '1' } }, 'p/y/package.json': { name: 'y', version: '1.0.0', dependencies: { only: '1' } } })
    write({ name: 'app', workspaces: ['p/*'] })
    await bao(['install'], 0)
    const names = async (...args) => Object.values(JSON.parse((await bao(['pm', 'licenses', '--json', ...args], 0)).out)).flat().map(k => k.name).sort()
    const seen = [await names(), await names('--filter', 'x'), await names('--filter', '!x'), await names('--filter', './p/*')]
    for (const words of ['pm licenses', 'update', 'prune', 'add a', 'remove a']) {
      await bao([...words.split(' '), '--filter', 'zz'], 1)
      says('No workspace packages matched the filter "zz"')
    }
    await bao(['outdated', '--filter', 'zz', '--filter', 'x'], 0)
    says('note: No workspace packages matched the filter "zz"')
    await bao(['pm', 'hash', '--gzip-level', '1'], 0)
    says('--gzip-level means nothing to `bao pm hash`')
    await bao(['pm', 'licences'], 1)
    says('did you mean `bao pm licenses`?')
    return [seen, [['a', 'b', 'only'], ['a', 'b'], ['only'], ['a', 'b', 'only']]]
  },
  async 'production, and a frozen lockfile of bunfig.toml, keep bun.lock from add, remove and update'({ bao, box, has, write, text, lock, says }) {
    write({ name: 'app', dependencies: { a: '1' }, devDependencies: { only: '1' } })
    await bao(['add', 'b', '--production'], 0)
    const seen = [[text().includes('"b"'), has('bun.lock'), has('node_modules/b'), has('node_modules/only')]]
    await bao(['install'], 0)
    const before = text() + lock()
    const refused = async (...args) => {
      await bao(args, 1)
      says('lockfile had changes, but lockfile is frozen')
      says('try again with --no-frozen-lockfile and commit the new bun.lock')
      seen.push(text() + lock() === before && has('node_modules/only'))
    }
    await refused('add', 'built', '--production')
    await refused('remove', 'a', '-p')
    for (const setting of ['frozenLockfile', 'production']) {
      writeFiles(box.project, { 'bunfig.toml': `[install]\n${setting} = true\n` })
      for (const words of ['add built', 'remove a', 'install built', 'update --latest']) await refused(...words.split(' '))
    }
    await bao(['add', 'built', '--no-frozen-lockfile'], 0)
    seen.push(/"built"/.test(lock()))
    writeFiles(box.project, { 'bunfig.toml': null })
    await bao(['update', 'a', '--latest', '--production'], 0)
    seen.push(/"a@2\.0\.0"/.test(lock()))
    return [seen, [[true, false, true, false], ...Array(12).fill(true)]]
  },
  async 'programs of a linked package follow its package.json, and a frozen install goes by the lockfile'({ bao, box, has, write, lock, says }) {
    writeFiles(box.project, { 'lib/package.json': { name: 'lib', version: '1.0.0', bin: { one: 'run.sh' } }, 'lib/run.sh': '#!/bin/sh\n' })
    writeFiles(box.dir, { 'home/reg/package.json': { name: 'reg', version: '1.0.0', bin: 'run.sh' }, 'home/reg/run.sh': '#!/bin/sh\n' })
    await bao(['link', '--cwd', path.join(box.home, 'reg')], 0)
    write({ name: 'app', dependencies: { lib: 'link:./lib', reg: 'link:reg' } })
    const seen = [], look = () => seen.push(['one', 'two', 'reg'].map(name => +has(`node_modules/.bin/${name}`)).join('') + (/"bin": { "(.*?)"/.exec(lock()) ?? [])[1])
    for (const linker of ['hoisted', 'isolated']) {
      await bao(['install', '--linker', linker], 0)
      look()
    }
    writeFiles(box.project, { 'lib/package.json': { name: 'lib', version: '2.0.0', bin: { two: 'run.sh' } } })
    await bao(['install', '--frozen-lockfile'], 0)
    await bao(['install'], 0)
    look()
    write({ name: 'app', dependencies: { lib: 'link:./lib', reg: 'link:unheard' } })
    await bao(['install'], 1)
    says('no package "unheard" is linked; `bao link` in its folder makes it so')
    return [seen, ['101one', '101one', '011two']]
  },
  async 'foreground-scripts shows what scripts of packages print, one after the other; verbose does as they run'({ bao, box, write, says, registry }) {
    const slow = name => ({ '1.0.0': { scripts: { preinstall: `echo ${name} begins; sleep 0.2; echo ${name} ends`, postinstall: `echo ${name} is heard >&2; exit ${name === 's3' ? 5 : 0}` } } })
    Object.assign(registry.packages, { s1: slow('s1'), s2: slow('s2'), s3: slow('s3') })
    write({ name: 'app', dependencies: { s1: '1', s2: '1' }, trustedDependencies: ['s1', 's2', 's3'] })
    const seen = [], again = () => rmSync(path.join(box.project, 'node_modules'), { recursive: true })
    const lines = async (args, code, env) => {
      const { out, err } = await bao(args, code, env)
      return [out.split('\n').filter(line => /^s\d/.test(line)), err.split('\n').filter(line => /^s\d/.test(line)).map(line => line.replace(/\$.*/, '$'))]
    }
    const inTurn = [['s1 begins', 's1 ends', 's2 begins', 's2 ends'], ['s1 preinstall $', 's1 postinstall $', 's1 is heard', 's2 preinstall $', 's2 postinstall $', 's2 is heard']]
    seen.push(await lines(['install', '--foreground-scripts'], 0))
    again()
    seen.push(await lines(['install'], 0, { npm_config_foreground_scripts: 'true' }))
    again()
    seen.push(await lines(['install'], 0))
    again()
    seen.push((await lines(['install', '--verbose'], 0)).map(list => list.sort()))
    write({ name: 'app', dependencies: { s3: '1' }, trustedDependencies: ['s3'] })
    seen.push((await lines(['install', '--foreground-scripts', '--silent'], 5)))
    says('error: postinstall script of "s3" exited with 5')
    return [seen, [inTurn, inTurn, [[], []], inTurn.map(list => [...list].sort()), [['s3 begins', 's3 ends'], ['s3 is heard']]]]
  },
  async 'what fails leaves package.json and bun.lock as they were; a script of the project sees both as they become'({ bao, box, has, write, text, lock, says, registry }) {
    registry.packages.fails = { '1.0.0': { scripts: { postinstall: 'exit 3' } } }
    registry.faults = [{ at: 'only', of: 'tarball', act: (request, response) => response.writeHead(404).end() }]
    const left = () => readdirSync(box.project).sort().join(' ')
    write({ name: 'app', dependencies: { only: '1', b: '1' } })
    await bao(['install', '--yarn'], 1)
    says('only-1.0.0.tgz - 404')
    const seen = [left()]
    write({ name: 'app', dependencies: { b: '1.0.0' }, trustedDependencies: ['fails'] })
    await bao(['install'], 0)
    const before = text() + lock()
    for (const [name, code] of [['only', 1], ['fails', 3]]) {
      await bao(['add', name], code)
      seen.push(text() + lock() === before, left())
    }
    write({ name: 'app', dependencies: { b: '1.0.0' }, scripts: { preinstall: 'grep -c a@ bun.lock > seen.txt; grep -c \'"a"\' package.json >> seen.txt; exit 4' } })
    await bao(['add', 'a@2'], 4)
    seen.push(readFileSync(path.join(box.project, 'seen.txt'), 'utf8'), /"a"/.test(text()))
    return [seen, ['package.json', ...Array(2).fill([true, 'bun.lock node_modules package.json']).flat(), '1\n1\n', true]]
  },
  async 'a filter is for what is installed and run too, and leaves the rest of node_modules as it is'({ bao, box, has, write, says }) {
    const package_ = (name, more) => ({ name, version: '1.0.0', scripts: { postinstall: `echo ${name} >> ../../ran.txt` }, ...more })
    const files = { 'p/x/package.json': package_('x', { dependencies: { b: '^1.0.0' } }), 'p/y/package.json': package_('y', { dependencies: { only: '1', x: 'workspace:*' } }), 'p/z/package.json': package_('z') }
    const seen = [], own = ['p/x/node_modules/b', 'p/x/node_modules/a', 'p/y/node_modules/only', 'p/y/node_modules/.bin/only', 'node_modules/built']
    const look = () => {
      const ran = has('ran.txt') ? readFileSync(path.join(box.project, 'ran.txt'), 'utf8').split('\n').filter(Boolean).sort().join(' ') : ''
      rmSync(path.join(box.project, 'ran.txt'), { force: true })
      seen.push(own.map(name => +has(name)).join('') + ' ' + ran)
    }
    writeFiles(box.project, files)
    write({ name: 'app', workspaces: ['p/*'], dependencies: { built: '1' }, scripts: { postinstall: 'echo root >> ran.txt' } })
    for (const words of ['install --filter zz', 'install --filter x', 'install --filter y', 'add a --filter x', 'install', 'remove b --filter x', 'update --filter y', 'install --filter zz', 'install']) {
      await bao(words.split(' '), 0)
      if (words.endsWith('zz')) says('No workspace packages matched the filter "zz"')
      look()
    }
    rmSync(path.join(box.project, 'node_modules'), { recursive: true }), rmSync(path.join(box.project, 'bun.lock'))
    for (const name of ['x', 'y']) rmSync(path.join(box.project, 'p', name, 'node_modules'), { recursive: true })
    writeFiles(box.project, files)
    own.splice(0, 4, 'node_modules/b', 'node_modules/a', 'node_modules/only', 'node_modules/.bin/only')
    for (const words of ['install --filter x', 'install', 'add a --filter x', 'remove b --filter x', 'install --filter y']) {
      await bao([...words.split(' '), '--linker', 'hoisted'], 0)
      look()
    }
    return [seen, ['00000 ', '10000 x', '10110 x y', '11110 x', '11111 root x y z', '01111 x', '01111 x y', '01111 ', '01111 root x y z',
      '10000 x', '10111 root x y z', '11111 x', '01111 x', '01111 x y']]
  },
  async '--analyze adds what files import, and what their files import'({ bao, box, manifest, write, says }) {
    writeFiles(box.project, {
      'src/index.ts': "import type { T } from 'unused'\nimport a from 'a'\nimport fs from 'fs'\nimport 'bun:test'\nimport { x } from '@s/tool/deep'\nimport '../lib/other'\nimport '#own'\nimport { z } from '@/alias'\n",
      'lib/other.js': "const b = require('b/sub'); try { require('only') } catch {}; export * from './third'\n", 'lib/third.mjs': "await import('built')\nimport './third.mjs'\n",
      'lib/own.js': "import 'app'\n", 'lib/alias.ts': 'export const z: number = 1\n', 'tsconfig.json': { compilerOptions: { paths: { '@/*': ['./lib/*'] } } }, 'bad.ts': 'import from from\nlet let', 'lost.js': "import './nowhere'\n",
    })
    write({ name: 'app', imports: { '#own': './lib/own.js' }, dependencies: { a: '1.0.0' } })
    await bao(['install', '--analyze', 'src/index.ts'], 0)
    const first = manifest()
    await bao(['add', '-a', 'src/index.ts', 'lib/other.js', '-d'], 0)
    await bao(['add', '-a', 'lost.js'], 0)
    says('./nowhere leads nowhere')
    await bao(['add', '-a', 'bad.ts'], 1)
    says('bad.ts:2:1: error')
    await bao(['add', '-a', 'no.ts'], 1)
    says('there is no file no.ts')
    await bao(['ci', '-a', 'src/index.ts'], 1)
    return [[first.dependencies, manifest()], [{ '@s/tool': '^1.0.0', a: '1.0.0', b: '^1.2.0', built: '^1.0.0', only: '^1.0.0' }, first]]
  },
  async 'update names what is not locked, unlink has nothing to do, waits are bounded by a flag'({ bao, says, write, registry }) {
    await bao(['add', 'a@1'], 0)
    await bao(['update', 'zz'], 1)
    says('"zz" is not in bun.lock')
    await bao(['update', 'b'], 0)
    await bao(['unlink'], 0)
    says('not globally linked')
    registry.faults = [{ at: 'only', of: 'packument', act: () => {} }]
    write({ name: 'app', dependencies: { only: '1' } })
    await bao(['install', '--fetch-timeout=300'], 1, { npm_config_fetch_retries: '0' })
    says('nothing came for 0.3 seconds')
    await bao(['install', '--network-timeout', 'soon'], 1)
    says('milliseconds are wanted')
    return [true, true]
  },
  async 'pm ls --json is npm\'s tree, a name that nothing has is an error; a tag is no range'({ bao, says, write, registry }) {
    registry.packages.c = { '1.0.0': { dependencies: { b: '1.0.0' } } }
    write({ name: 'app', version: '1.0.0', dependencies: { b: '1.2.0', c: '1' } })
    await bao(['install'], 0)
    const tree = async (...args) => JSON.parse((await bao(['pm', 'ls', '--json', ...args], 0)).out).dependencies
    const seen = [await tree(), await tree('--all'), await tree('b')]
    await bao(['pm', 'ls', 'zz'], 1)
    says('no package is called "zz"')
    await bao(['publish', '--dry-run', '--tag', '1.x'], 1)
    says('could be taken for a version or a range')
    const b = { version: '1.2.0' }, whole = { b, c: { version: '1.0.0', dependencies: { b: { version: '1.0.0' } } } }
    return [seen, [{ b, c: { version: '1.0.0' } }, whole, whole]]
  },
  async 'engine-strict makes an error of packages for another Node, a note of optional ones'({ bao, write, has, says, registry }) {
    registry.packages.old = { '1.0.0': { engines: { node: '<20' } } }
    write({ name: 'app', dependencies: { old: '1', a: '1' } })
    await bao(['install'], 0)
    await bao(['install', '--engine-strict'], 1)
    says('error: old@1.0.0 is made for node <20; this is 26.10.0 (engine-strict)')
    await bao(['install', '--frozen-lockfile'], 1, { npm_config_engine_strict: 'true' })
    await bao(['install', '--engine-strict', '--ignore-engines'], 0)
    write({ name: 'app', optionalDependencies: { old: '1' }, engines: { node: '>=26' } })
    await bao(['install', '--engine-strict'], 0)
    says('old@1.0.0 is made for node <20')
    write({ name: 'app', engines: { node: '24' } })
    await bao(['install', '--engine-strict'], 1)
    says('the project is made for node 24')
    return [has('node_modules/old/package.json'), true]
  },
  async 'no-bin-links leaves node_modules/.bin out, ignore-platform takes all systems'({ bao, write, has, says, registry }) {
    registry.packages.mac = { '1.0.0': { os: ['darwin'], cpu: ['arm64'] } }
    write({ name: 'app', dependencies: { only: '1' }, optionalDependencies: { mac: '1' } })
    const seen = []
    const look = () => seen.push([has('node_modules/.bin/only'), has('node_modules/mac')])
    for (const args of [[], ['--no-bin-links'], ['--ignore-platform'], []]) { await bao(['install', ...args], 0); look() }
    await bao(['install'], 0, { npm_config_bin_links: 'false' })
    look()
    await bao(['install', '--use-bundled-ca'], 0)
    says('those of this system are trusted')
    return [seen, [[true, false], [false, false], [true, true], [true, false], [false, false]]]
  },
  async 'pm cache pack and unpack carry what a lockfile needs to another machine'({ bao, box, write, says, registry }) {
    registry.packages['@s/lib'] = { '1.0.0': { $files: { 'lib/deep/a.js': 'a', 'lib/run.sh': '#!/bin/sh\n', empty: '' } } }
    write({ name: 'app', dependencies: { a: '1', '@s/lib': '1', only: '1' } })
    await bao(['install'], 0)
    const before = everyFile(box.project), cache = path.join(box.home, '.cache'), pack = path.join(box.project, 'x.pack')
    await bao(['pm', 'cache', 'pack', 'x.pack', '--dry-run'], 0)
    says('Would pack 4 packages')
    const dry = existsSync(pack)
    await bao(['pm', 'cache', 'pack', 'x.pack'], 0)
    says('Packed 4 packages')
    await bao(['pm', 'cache', 'unpack', 'x.pack'], 0)
    says('0 new, 4 already cached')
    const bytes = readFileSync(pack)
    rmSync(cache, { recursive: true }), rmSync(path.join(box.project, 'node_modules'), { recursive: true })
    for (const bad of [Buffer.alloc(0), bytes.subarray(0, bytes.length - 1), Buffer.concat([bytes, Buffer.from('x')]), Buffer.from(bytes).fill(7, 100, 101), bytes.subarray(0, 60), Buffer.from('BaoPack1')]) {
      writeFileSync(pack, bad)
      await bao(['pm', 'cache', 'unpack', 'x.pack'], 1)
      says('damaged, or no pack')
    }
    const sealed = body => Buffer.concat([body, createHash('sha256').update(body).digest()])
    for (const [from, to] of [['lib/deep', '../x/y.'], ['run.sh', '../.sh'], ['@s+lib', '../lib']]) {    // with a right sum
      const body = Buffer.from(bytes.subarray(0, -32)), at = body.indexOf(from)
      body.write(to.padEnd(from.length, '_'), at, 'latin1')
      writeFileSync(pack, sealed(body))
      await bao(['pm', 'cache', 'unpack', 'x.pack'], 1)
    }
    const left = everyFile(cache).filter(line => /escape|\.\./.test(line)).length
    rmSync(cache, { recursive: true })
    writeFileSync(pack, bytes)
    await bao(['pm', 'cache', 'unpack', 'x.pack', '--dry-run'], 0)
    says('Would unpack 4 packages (4 new')
    await bao(['pm', 'cache', 'unpack', 'x.pack'], 0)
    says('Unpacked 4 packages (4 new')
    rmSync(pack)
    registry.requests.length = 0
    await bao(['install', '--frozen-lockfile', '--offline'], 0)
    const seen = [dry, left, difference(before, everyFile(box.project)), registry.requests.length]
    await bao(['pm', 'cache', 'pack'], 1)
    rmSync(cache, { recursive: true })
    await bao(['pm', 'cache', 'pack', 'x.pack'], 0)
    says('a@1.1.0 is not in the cache, and left out')
    return [seen, [false, 0, '', 0]]
  },
}

async function play(job) {
  const registry = await startRegistry({ packages: structuredClone(some) })
  const box = sandbox({ 'package.json': { name: 'app' } })
  const faults = []
  let last
  const file = path.join(box.project, 'package.json')
  const tools = {
    registry, box,
    async bao(args, code, env = {}) {
      last = await install('bao', box, registry, args, { env })
      if (last.code !== code) faults.push(`bao ${args.join(' ')}: exit ${last.code ?? last.signal}, not ${code}: ${last.err}${last.out}`)
      return last
    },
    says(what) {
      const said = last.out + last.err
      if (typeof what === 'string' ? !said.includes(what) : !what.test(said)) faults.push(`it does not say ${what}: ${said}`)
    },
    text: () => readFileSync(file, 'utf8'),
    manifest: () => JSON.parse(readFileSync(file, 'utf8')),
    write: value => writeFileSync(file, JSON.stringify(value, null, 2) + '\n'),
    lock: () => readFileSync(path.join(box.project, 'bun.lock'), 'utf8'),
    has: name => existsSync(path.join(box.project, name)),
  }
  try {
    const [got, wanted] = await job(tools)
    if (JSON.stringify(got) !== JSON.stringify(wanted)) faults.push(`wanted ${JSON.stringify(wanted)}\ngot    ${JSON.stringify(got)}`)
    if (!box.untouched()) faults.push('something outside was touched')
  } catch (error) {
    faults.push(error.stack)
  } finally {
    await registry.close()
    box.remove()
  }
  return faults.join('\n')
}

const args = process.argv.slice(2), parts = args.filter((arg, i) => !arg.startsWith('--') && args[i - 1] !== '--client')
const count = counter()
if (!args.includes('--client')) {
  const names = Object.keys(cases).filter(name => parts.every(part => name.includes(part)))
  await inParallel(names, 2, async name => count.check(`commands: ${name}`, await play(cases[name])))
}
count.done()
