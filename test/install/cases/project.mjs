// Workspaces, catalogs, folders, bins, scripts, and what happens to a lockfile over time. bun's answers: ../expect/project.txt.
import { packageTarball } from '../../harness/tarball.mjs'
const project = (members, more = {}) => ({ 'package.json': { name: 'app', version: '1.0.0', ...members }, ...more })
const deps = dependencies => project({ dependencies })
const v = (...versions) => Object.fromEntries(versions.map(version => [version, {}]))
const member = (name, members = {}) => ({ name, version: '1.0.0', ...members })
const abc = { a: { '1.0.0': { dependencies: { b: '^1.0.0' } }, '2.0.0': { dependencies: { b: '^2.0.0' } } }, b: v('1.0.0', '1.1.0', '2.0.0'), c: v('1.0.0') }
const hoisted = [['install', '--linker', 'hoisted']]
const monorepo = (members, root = {}) => ({ 'package.json': { name: 'mono', private: true, workspaces: ['packages/*'], ...root }, ...Object.fromEntries(Object.entries(members).map(([name, about]) => [`packages/${name.replace('@', '').replace('/', '-')}/package.json`, member(name, about)])) })

export default [
  // workspaces
  { name: 'two workspaces', packages: abc, files: monorepo({ x: { dependencies: { a: '1' } }, y: { dependencies: { c: '1' } } }) },
  { name: 'two workspaces, hoisted', packages: abc, files: monorepo({ x: { dependencies: { a: '1' } }, y: { dependencies: { c: '1' } } }), steps: hoisted },
  { name: 'workspaces that need each other', packages: abc, files: monorepo({ x: { dependencies: { y: 'workspace:*', a: '1' } }, y: { dependencies: { z: 'workspace:^' } }, z: { devDependencies: { x: 'workspace:~' } } }) },
  { name: 'workspaces that need each other, hoisted', packages: abc, files: monorepo({ x: { dependencies: { y: 'workspace:*', a: '1' } }, y: { dependencies: { z: 'workspace:^' } }, z: { devDependencies: { x: 'workspace:~' } } }), steps: hoisted },
  ...['y...', '...^z', '!x', '{packages/x}', './packages/* !z'].map(filter => ({
    name: `installed for ${filter}`, packages: abc,
    files: monorepo({ x: { dependencies: { a: '1', y: 'workspace:*' } }, y: { dependencies: { c: '1', z: 'workspace:*' } }, z: { dependencies: { b: '2' } } }, { devDependencies: { b: '1.0.0' } }),
    steps: [['install', '--linker', 'hoisted', ...filter.split(' ').flatMap(one => ['--filter', one])]],
  })),
  { name: 'a workspace by its version alone', packages: { y: v('1.0.0', '5.0.0') }, files: monorepo({ x: { dependencies: { y: '^1.0.0' } }, y: {} }), steps: hoisted },
  { name: 'a workspace of another version than wanted', packages: { y: v('1.0.0', '5.0.0') }, files: monorepo({ x: { dependencies: { y: '^5.0.0' } }, y: {} }), steps: hoisted },
  { name: 'workspaces that disagree, hoisted', packages: abc, files: monorepo({ x: { dependencies: { a: '1', b: '1' } }, y: { dependencies: { a: '2', b: '2' } } }), steps: hoisted },
  { name: 'workspaces that disagree, isolated', packages: abc, files: monorepo({ x: { dependencies: { a: '1', b: '1' } }, y: { dependencies: { a: '2', b: '2' } } }), steps: [['install', '--linker', 'isolated']] },
  { name: 'the root has one too', packages: abc, files: monorepo({ x: { dependencies: { a: '2' } } }, { dependencies: { a: '1' } }), steps: hoisted },
  { name: 'scoped workspaces', packages: abc, files: monorepo({ '@s/x': { dependencies: { '@s/y': 'workspace:*' } }, '@s/y': { dependencies: { c: '1' }, bin: 'cli.js' } }), steps: hoisted },
  { name: 'globs that leave some out', packages: abc, files: { 'package.json': { name: 'mono', workspaces: ['packages/**', '!packages/no/**', 'apps/web'] }, 'packages/x/package.json': member('x', { dependencies: { c: '1' } }), 'packages/deep/y/package.json': member('y'), 'packages/no/z/package.json': member('z', { dependencies: { a: '1' } }), 'apps/web/package.json': member('web', { dependencies: { x: 'workspace:*' } }), 'apps/other/package.json': member('other') }, steps: hoisted },
  { name: 'workspaces as an object', packages: abc, files: { 'package.json': { name: 'mono', workspaces: { packages: ['p/*'], nohoist: ['**'] } }, 'p/x/package.json': member('x', { dependencies: { c: '1' } }) }, steps: hoisted },
  { name: 'bins of workspaces', packages: abc, files: { ...monorepo({ x: { bin: { xx: 'cli.js', yy: './other.js' } }, y: { dependencies: { x: 'workspace:*' } } }), 'packages/x/cli.js': '#!/usr/bin/env node\n', 'packages/x/other.js': '#!/usr/bin/env node\n' }, steps: hoisted },
  { name: 'a workspace that is not there', packages: abc, files: monorepo({ x: { dependencies: { ghost: 'workspace:*' } } }), fails: 'ghost' },
  { name: 'install from within a workspace', packages: abc, files: monorepo({ x: { dependencies: { c: '1' } }, y: { dependencies: { a: '1' } } }), steps: [{ args: ['install', '--linker', 'hoisted'], cwd: 'packages/x' }] },
  { name: 'peers in workspaces, isolated', packages: { r: v('17.0.0', '18.0.0'), dom: { '17.0.0': { peerDependencies: { r: '17.0.0' } }, '18.0.0': { peerDependencies: { r: '^18.0.0' } } }, kit: { '1.0.0': { peerDependencies: { r: '*' }, dependencies: { c: '1' } } }, c: v('1.0.0') }, files: monorepo({ x: { dependencies: { r: '17', dom: '17', kit: '1' } }, y: { dependencies: { r: '18', dom: '18', kit: '1' } } }), steps: [['install', '--linker', 'isolated']] },
  { name: 'peers in workspaces, hoisted', packages: { r: v('17.0.0', '18.0.0'), dom: { '17.0.0': { peerDependencies: { r: '17.0.0' } }, '18.0.0': { peerDependencies: { r: '^18.0.0' } } }, kit: { '1.0.0': { peerDependencies: { r: '*' }, dependencies: { c: '1' } } }, c: v('1.0.0') }, files: monorepo({ x: { dependencies: { r: '17', dom: '17', kit: '1' } }, y: { dependencies: { r: '18', dom: '18', kit: '1' } } }), steps: hoisted },
  ...[['dependencies', 'devDependencies'], ['devDependencies', 'optionalDependencies'], ['dependencies', 'optionalDependencies'], ['dependencies', 'peerDependencies']].flatMap(([one, other]) =>
    ['hoisted', 'isolated'].map(linker => ({ name: `one name in ${one} and ${other} of a workspace, ${linker}`, packages: { c: v('1.0.0', '2.0.0') }, files: monorepo({ x: { [one]: { c: '1.0.0' }, [other]: { c: '2.0.0' } } }), steps: [{ args: ['install', '--linker', linker] }, { args: ['install', '--linker', linker], remove: ['node_modules', 'packages/x/node_modules'] }] }))),
  ...[['*', '1.0.0'], ['^2', '1.0.0'], ['*', '^1']].map(([peer, other]) => ({ name: `a workspace with the peer ${peer} of what another has as ${other}`, packages: { c: v('1.0.0', '1.2.0', '2.0.0', '2.1.0') }, files: monorepo({ x: { peerDependencies: { c: peer } }, y: { dependencies: { c: other } } }) })),
  ...[['^2', '1.0.0'], ['1.0.0', '*']].map(([one, other]) => ({ name: `workspaces with the peers ${one} and ${other}`, packages: { c: v('1.0.0', '1.2.0', '2.0.0', '2.1.0') }, files: monorepo({ x: { peerDependencies: { c: one } }, y: { peerDependencies: { c: other } } }) })),
  { name: 'a workspace whose peer its dependency wants otherwise', packages: { c: v('1.0.0', '2.1.0'), b: { '1.0.0': { peerDependencies: { c: '1.0.0' } } } }, files: monorepo({ x: { peerDependencies: { c: '^2' }, dependencies: { b: '1' } } }) },
  { name: 'production with workspaces', packages: abc, files: monorepo({ x: { dependencies: { c: '1' }, devDependencies: { a: '1' } } }), steps: [['install', '--linker', 'hoisted'], { remove: ['node_modules'], args: ['install', '--production', '--linker', 'hoisted'] }] },
  { name: 'a workspace comes, another goes', packages: abc, files: monorepo({ x: { dependencies: { c: '1' } }, y: { dependencies: { a: '1' } } }), steps: [['install', '--linker', 'hoisted'], { files: { 'packages/y': null, 'packages/z/package.json': member('z', { dependencies: { b: '1' } }) }, args: ['install', '--linker', 'hoisted'] }] },

  // catalogs
  { name: 'a catalog', packages: abc, files: { 'package.json': { name: 'mono', workspaces: { packages: ['packages/*'], catalog: { a: '^1.0.0', c: '1' } } }, 'packages/x/package.json': member('x', { dependencies: { a: 'catalog:' } }), 'packages/y/package.json': member('y', { devDependencies: { a: 'catalog:', c: 'catalog:' } }) }, steps: hoisted },
  { name: 'named catalogs', packages: abc, files: { 'package.json': { name: 'mono', workspaces: ['packages/*'], catalog: { c: '1' }, catalogs: { old: { a: '1' }, new: { a: '2' } } }, 'packages/x/package.json': member('x', { dependencies: { a: 'catalog:old', c: 'catalog:' } }), 'packages/y/package.json': member('y', { dependencies: { a: 'catalog:new' } }) }, steps: hoisted },
  { name: 'a catalog that lacks it', packages: abc, files: { 'package.json': { name: 'mono', workspaces: { packages: ['packages/*'], catalog: { c: '1' } } }, 'packages/x/package.json': member('x', { dependencies: { a: 'catalog:' } }) }, fails: 'a' },
  { name: 'a catalog in a single package', wider: true, packages: abc, files: project({ dependencies: { c: 'catalog:' }, catalog: { c: '^1.0.0', a: '1' } }) },
  { name: "an override by a catalog", wider: true, packages: abc, files: project({ dependencies: { a: '1' }, catalog: { b: '1.0.0' }, overrides: { b: 'catalog:' } }) },

  // folders, links, tarballs
  { name: 'a folder', packages: abc, files: { ...deps({ loc: 'file:vendor/loc' }), 'vendor/loc/package.json': member('loc', { dependencies: { c: '1' } }), 'vendor/loc/index.js': '1\n', 'vendor/loc/lib/deep.js': '2\n' } },
  { name: 'a folder with ./ and no protocol', packages: abc, files: { ...deps({ loc: './vendor/loc' }), 'vendor/loc/package.json': member('loc') } },
  { name: 'a folder with a bin', packages: abc, files: { ...deps({ loc: 'file:./loc' }), 'loc/package.json': member('loc', { bin: 'cli.js' }), 'loc/cli.js': '#!/usr/bin/env node\n' } },
  { name: 'a folder that needs another', packages: abc, files: { ...deps({ x: 'file:x', y: 'file:y' }), 'x/package.json': member('x', { dependencies: { y: 'file:../y' } }), 'y/package.json': member('y', { dependencies: { c: '1' } }) } },
  { name: 'a folder that is not there', packages: abc, files: deps({ loc: 'file:nowhere' }), fails: 'loc' },
  { name: 'a local tarball', packages: abc, files: { ...deps({ loc: 'file:loc-1.0.0.tgz' }), 'loc-1.0.0.tgz': packageTarball({ 'package.json': '{"name":"loc","version":"1.0.0","dependencies":{"c":"1"}}', 'index.js': '1\n' }) } },
  { name: 'a local tarball with ./', packages: abc, files: { ...deps({ loc: './loc.tgz' }), 'loc.tgz': packageTarball({ 'package.json': '{"name":"loc","version":"1.0.0"}' }) } },
  { name: 'local tarballs of a workspace', packages: abc, files: { ...monorepo({ x: { dependencies: { near: 'file:./near.tgz', far: '../../far.tgz' } } }), 'packages/x/near.tgz': packageTarball({ 'package.json': '{"name":"near","version":"1.0.0"}' }), 'far.tgz': packageTarball({ 'package.json': '{"name":"far","version":"1.0.0"}' }) }, steps: [['install'], { args: ['install', '--frozen-lockfile'], remove: ['~', 'node_modules', 'packages/x/node_modules'] }] },
  { name: 'an isolated local tarball, and one with a long name', packages: abc, files: { ...deps({ loc: './loc.tgz', long: `./${'long'.repeat(30)}.tgz` }), 'loc.tgz': packageTarball({ 'package.json': '{"name":"loc","version":"1.0.0"}' }), [`${'long'.repeat(30)}.tgz`]: packageTarball({ 'package.json': '{"name":"long","version":"1.0.0"}' }) }, steps: [['install', '--linker', 'isolated']] },
  { name: 'a tarball of a URL', packages: abc, files: registry => deps({ bee: `${registry.url}b/-/b-1.1.0.tgz` }) },
  { name: 'a tarball of a URL in a dependency', packages: registry => ({ t: { '1.0.0': { dependencies: { b: `${registry.url}b/-/b-1.0.0.tgz` }, $files: { 'package.json': '{"name":"t","version":"1.0.0"}' } } }, b: v('1.0.0', '2.0.0') }), files: deps({ t: '1', b: '2' }) },

  // bins
  { name: 'bins', packages: { a: { '1.0.0': { bin: './cli.js' } }, b: { '1.0.0': { bin: { one: 'one.js', two: 'bin/two.js' } } }, '@s/c': { '1.0.0': { bin: 'c.js' } }, d: { '1.0.0': { directories: { bin: 'tools' }, $files: { 'tools/hammer': '#!/bin/sh\n', 'tools/nail.js': '#!/usr/bin/env node\n' } } } }, files: deps({ a: '1', b: '1', '@s/c': '1', d: '1' }) },
  { name: 'bins of nested packages', packages: { a: { '1.0.0': { dependencies: { b: '2' } } }, b: { '1.0.0': { bin: 'b.js' }, '2.0.0': { bin: 'b.js' } } }, files: deps({ a: '1', b: '1' }) },
  { name: 'two that want one bin', packages: { a: { '1.0.0': { bin: { tool: 'a.js' } } }, b: { '1.0.0': { bin: { tool: 'b.js' } } } }, files: deps({ b: '1', a: '1' }) },
  { name: 'a bin that is not in the package', packages: { a: { '1.0.0': { bin: { tool: 'lib/gone.js' }, $files: { 'lib/gone.js': '' } } } }, files: deps({ a: '1' }) },
  { name: 'a bin with a carriage return', packages: { a: { '1.0.0': { bin: 'cli.js', $files: { 'cli.js': '#!/usr/bin/env node\r\nconsole.log(1)\r\n' } } } }, files: deps({ a: '1' }), whole: true },
  { name: 'programs of workspaces become executable', packages: {}, whole: true,
    files: { 'package.json': { name: 'app', workspaces: ['packages/*'], bin: 'own.js' }, 'own.js': 'x', 'packages/a/package.json': { name: 'a', version: '1.0.0', bin: 'cli.js', dependencies: { b: 'workspace:*' } }, 'packages/a/cli.js': 'x', 'packages/a/other.js': 'x',
      'packages/b/package.json': { name: 'b', version: '1.0.0', directories: { bin: 'bins' } }, 'packages/b/bins/t': 'x' }, steps: [['install', '--linker', 'hoisted'], { args: ['install', '--linker', 'isolated'], remove: ['node_modules', 'packages/a/node_modules'] }] },
  { name: 'files keep their content and their x', packages: { a: { '1.0.0': { $files: { 'run.sh': { data: '#!/bin/sh\n', mode: 0o755 }, 'plain.txt': { data: 'text\n', mode: 0o600 }, 'ro.txt': { data: 'text\n', mode: 0o444 }, 'empty': '', 'deep/er/file': 'x', [`${'long/'.repeat(40)}file.js`]: 'far\n', 'ünï/cödé.js': 'u\n' } } } }, files: deps({ a: '1' }), whole: true },

  // over time
  { name: 'a lockfile holds versions', packages: abc, files: deps({ a: '1' }), steps: [['install'], { packages: { a: { '1.9.0': {} }, b: { '1.9.0': {} } }, remove: ['node_modules', '~'], args: ['install'] }] },
  { name: 'a version that came since the registry was asked', packages: { c: v('1.0.0') }, files: deps({ c: '^1.0.0' }), steps: [['install'], { packages: { c: { '2.0.0': {} } }, files: deps({ c: '^2.0.0' }), args: ['install'] }] },
  { name: 'without a lockfile they move', packages: abc, files: deps({ a: '1' }), steps: [['install'], { packages: { a: { '1.9.0': { dependencies: { b: '^1.0.0' } } }, b: { '1.9.0': {} } }, remove: ['node_modules', '~', 'bun.lock'], args: ['install'] }] },
  { name: 'a new dependency leaves the others', packages: abc, files: deps({ a: '1' }), steps: [['install'], { packages: { a: { '1.9.0': {} }, b: { '1.9.0': {} } }, remove: ['~'], files: deps({ a: '1', c: '1' }), args: ['install'] }] },
  { name: 'a new dependency on what is there already', packages: abc, files: deps({ a: '1' }), steps: [['install'], { packages: { b: { '1.9.0': {} } }, remove: ['~'], files: deps({ a: '1', b: '^1.0.0' }), args: ['install'] }] },
  { name: 'a dependency that goes', packages: abc, files: deps({ a: '1', c: '1' }), steps: [['install'], { files: deps({ c: '1' }), args: ['install'] }] },
  { name: 'a range that moves on', packages: abc, files: deps({ a: '1' }), steps: [['install'], { files: deps({ a: '^2.0.0' }), args: ['install'] }] },
  { name: 'a range that still holds', packages: abc, files: deps({ a: '^1.0.0' }), steps: [['install'], { files: deps({ a: '>=1.0.0' }), args: ['install'] }] },
  { name: 'a package that moves between groups', packages: abc, files: deps({ a: '1', c: '1' }), steps: [['install'], { files: project({ dependencies: { a: '1' }, devDependencies: { c: '1' } }), args: ['install'] }] },
  { name: 'an override that comes later', packages: abc, files: deps({ a: '1' }), steps: [['install'], { files: project({ dependencies: { a: '1' }, overrides: { b: '1.0.0' } }), args: ['install'] }, { files: deps({ a: '1' }), args: ['install'] }] },
  { name: 'node_modules that lost a package', packages: abc, files: deps({ a: '1', c: '1' }), steps: [['install'], { remove: ['node_modules/b'], args: ['install'] }] },
  { name: 'node_modules with a wrong version', packages: abc, files: deps({ a: '1' }), steps: [['install'], { files: { 'node_modules/b/package.json': null, './node_modules/b/package.json': '{"name":"b","version":"0.0.1"}' }, args: ['install'] }] },
  { name: 'a stranger in node_modules', packages: abc, files: deps({ a: '1' }), steps: [['install'], { files: { 'node_modules/stranger/package.json': '{"name":"stranger","version":"0.0.1"}' }, args: ['install'] }] },
  { name: 'frozen, and all is well', packages: abc, files: deps({ a: '1' }), steps: [['install'], { remove: ['node_modules'], args: ['install', '--frozen-lockfile'] }] },
  { name: 'frozen, and a dependency came', packages: abc, files: deps({ a: '1' }), steps: [['install'], { files: deps({ a: '1', c: '1' }), args: ['install', '--frozen-lockfile'], fails: 'c' }] },
  { name: 'frozen, and a dependency went', packages: abc, files: deps({ a: '1', c: '1' }), steps: [['install'], { files: deps({ a: '1' }), args: ['install', '--frozen-lockfile'], fails: 'c' }] },
  { name: 'frozen, and a range moved on', packages: abc, files: deps({ a: '1' }), steps: [['install'], { files: deps({ a: '2' }), args: ['install', '--frozen-lockfile'], fails: 'a' }] },
  { name: 'frozen, and a range still holds', packages: abc, files: deps({ a: '^1.0.0' }), steps: [['install'], { files: deps({ a: '>=1.0.0' }), args: ['install', '--frozen-lockfile'] }] },
  { name: 'frozen without a lockfile', packages: abc, files: deps({ a: '1' }), steps: [['install', '--frozen-lockfile']] },
  { name: 'ci', packages: abc, files: deps({ a: '1' }), steps: [['install'], { remove: ['node_modules'], args: ['ci'] }, { files: deps({ a: '2' }), args: ['ci'], fails: 'a' }] },
  { name: 'the lockfile only', packages: abc, files: deps({ a: '1' }), steps: [['install', '--lockfile-only']] },
  { name: 'a dry run', packages: abc, files: deps({ a: '1' }), steps: [['install', '--dry-run']] },
  { name: 'no save', packages: abc, files: deps({ a: '1' }), steps: [['install', '--no-save']] },
  { name: 'a lockfile that is no lockfile', packages: abc, files: { ...deps({ a: '1' }), 'bun.lock': '{"lockfileVersion": 2, "workspaces":' }, anyCode: true, tree: false, steps: [['install']] },
  { name: 'an empty lockfile', packages: abc, files: { ...deps({ a: '1' }), 'bun.lock': '' }, anyCode: true, tree: false, steps: [['install']] },

  // add, remove, update
  { name: 'add', packages: abc, files: project({}), steps: [['add', 'a']] , manifest: true },
  { name: 'add a version', packages: abc, files: deps({ c: '1' }), steps: [['add', 'a@1']], manifest: true },
  { name: 'add exactly', packages: abc, files: project({}), steps: [['add', '--exact', 'a@^1.0.0']], manifest: true },
  { name: 'add to devDependencies', packages: abc, files: project({ dependencies: { c: '1' } }), steps: [['add', '-d', 'a']], manifest: true },
  { name: 'add to optionalDependencies', packages: abc, files: project({}), steps: [['add', '--optional', 'a', 'c']], manifest: true },
  { name: 'add a peer', packages: abc, files: project({}), steps: [['add', '--peer', 'c']], manifest: true },
  { name: 'add what is there', packages: abc, files: deps({ a: '^1.0.0' }), steps: [['install'], ['add', 'a']], manifest: true },
  { name: 'add an alias', packages: abc, files: project({}), steps: [['add', 'other@npm:a@1']], manifest: true },
  { name: 'add a tag', packages: { a: { ...v('1.0.0', '2.0.0-rc.1'), $tags: { next: '2.0.0-rc.1' } } }, files: project({}), steps: [['add', 'a@next']], manifest: true },
  { name: 'add what is not there', packages: abc, files: deps({ c: '1' }), steps: [{ args: ['add', 'no-such'], fails: 'no-such' }], manifest: true },
  { name: 'add keeps the spacing of package.json', packages: abc, files: { 'package.json': '{\n\t"name": "app",\n\t"dependencies": {\n\t\t"c": "1"\n\t},\n\t"keep": [1, 2]\n}\n' }, steps: [['add', 'b']], manifest: true },
  { name: 'remove', packages: abc, files: deps({ a: '1', c: '1' }), steps: [['install'], ['remove', 'a']], manifest: true },
  { name: 'remove the last', packages: abc, files: deps({ a: '1' }), steps: [['install'], ['remove', 'a']], manifest: true },
  { name: 'remove what is not there', packages: abc, files: deps({ a: '1' }), steps: [['install'], { args: ['remove', 'zzz'] }], manifest: true, anyCode: true },
  { name: 'update', packages: abc, files: deps({ a: '^1.0.0', c: '1' }), steps: [['install'], { packages: { a: { '1.9.0': { dependencies: { b: '^1.0.0' } } }, b: { '1.9.0': {} } }, remove: ['~'], args: ['update'] }], manifest: true },
  { name: 'update one', packages: abc, files: deps({ a: '^1.0.0', c: '^1.0.0' }), steps: [['install'], { packages: { a: { '1.9.0': { dependencies: { b: '^1.0.0' } } }, c: { '1.9.0': {} } }, remove: ['~'], args: ['update', 'c'] }], manifest: true },
  { name: 'update to the latest', packages: abc, files: deps({ a: '^1.0.0' }), steps: [['install'], ['update', '--latest']], manifest: true },

  // scripts
  { name: 'scripts of a package that is not trusted', packages: { a: { '1.0.0': { scripts: { postinstall: 'echo ran > ran.txt' } } } }, files: deps({ a: '1' }), whole: true },
  { name: 'scripts of a trusted package', packages: { a: { '1.0.0': { scripts: { preinstall: 'echo pre > pre.txt', install: 'echo in > in.txt', postinstall: 'echo ran > ran.txt' } } } }, files: project({ dependencies: { a: '1' }, trustedDependencies: ['a'] }), whole: true },
  { name: 'scripts of the root', packages: abc, files: project({ dependencies: { c: '1' }, scripts: { preinstall: 'echo 1 >> order.txt', install: 'echo 2 >> order.txt', postinstall: 'echo 3 >> order.txt', prepare: 'echo 4 >> order.txt' } }), whole: true, runsAgain: true },
  { name: 'no scripts at all', packages: { a: { '1.0.0': { scripts: { postinstall: 'echo ran > ran.txt' } } } }, files: project({ dependencies: { a: '1' }, trustedDependencies: ['a'], scripts: { postinstall: 'echo root > root.txt' } }), steps: [['install', '--ignore-scripts']], whole: true },
  { name: 'a script that fails', packages: { a: { '1.0.0': { scripts: { postinstall: 'exit 7' } } } }, files: project({ dependencies: { a: '1' }, trustedDependencies: ['a'] }), fails: 'a', anyCode: true, tree: false },
  { name: 'a script of an optional dependency that fails', packages: { a: { '1.0.0': { scripts: { postinstall: 'exit 7' } } } }, files: project({ optionalDependencies: { a: '1' }, trustedDependencies: ['a'] }), tree: false },

  // isolated
  { name: 'isolated, a single package', packages: abc, files: deps({ a: '1', c: '1' }), steps: [['install', '--linker', 'isolated']] },
  { name: 'isolated by bunfig.toml', packages: abc, files: { ...deps({ a: '1' }), 'bunfig.toml': '[install]\nlinker = "isolated"\n' } },
  { name: 'isolated with peers', packages: { a: { '1.0.0': { peerDependencies: { p: '1' } } }, p: v('1.0.0'), '@s/q': { '1.0.0': { dependencies: { a: '1', p: '1' } } } }, files: deps({ '@s/q': '1', p: '1' }), steps: [['install', '--linker', 'isolated']] },
  ...[
    ['a host and its plugin', { a: { '1.0.0': { dependencies: { p: '1' } }, '2.0.0': { dependencies: { p: '1' } } }, p: { '1.0.0': { peerDependencies: { a: '*' } } }, t: { '1.0.0': { dependencies: { a: '2' } } } }, { a: '1', t: '1' }],
    ['a package that depends on itself', { a: { '1.0.0': { dependencies: { a: '1' } } } }, { a: '1' }],
    ['a package that depends on another version of itself', { a: { '1.0.0': { dependencies: { a: '2' } }, '2.0.0': {} } }, { a: '1' }],
    ['a package that is its own peer', { a: { '1.0.0': { peerDependencies: { a: '*' }, dependencies: { c: '1' } } }, c: { '1.0.0': { peerDependencies: { a: '*' } } }, b: { '1.0.0': { dependencies: { a: '1' } } } }, { b: '1' }],
    ['a package that may be its own peer, under two names', { a: { '1.0.0': { peerDependencies: { a: '*' }, peerDependenciesMeta: { a: { optional: true } } } } }, { A: 'npm:a@1', a: '1' }],
    ['a package that may be its own peer, under another name', { a: { '1.0.0': { peerDependencies: { a: '*' }, peerDependenciesMeta: { a: { optional: true } } } } }, { z: 'npm:a@1' }],
    ['a circle, in which one would like a peer', { a: { '1.0.0': { dependencies: { b: '1', d: '1' } } }, b: { '1.0.0': { dependencies: { a: '1', e: '1' } } }, d: { '1.0.0': { peerDependencies: { p: '*' }, peerDependenciesMeta: { p: { optional: true } } } }, e: { '1.0.0': { dependencies: { p: '1' } } }, p: v('1.0.0') }, { a: '1' }],
    ['two names of one package, with peers', { a: { '1.0.0': { peerDependencies: { p: '*' } } }, b: { '1.0.0': { dependencies: { one: 'npm:a@1', p: '1' } } }, c: { '1.0.0': { dependencies: { two: 'npm:a@1', p: '2' } } }, p: v('1.0.0', '2.0.0') }, { b: '1', c: '1' }],
    ['one name of two packages', { p: v('1.0.0'), q: v('1.0.0'), b: { '1.0.0': { dependencies: { d: '1' } } }, d: { '1.0.0': { dependencies: { z: 'npm:p@1' } } }, c: { '1.0.0': { dependencies: { z: 'npm:q@1' } } } }, { b: '1', c: '1' }],
    ['peers of peers', { a: { '1.0.0': { peerDependencies: { b: '*' } } }, b: { '1.0.0': { peerDependencies: { c: '*' } } }, c: v('1.0.0', '2.0.0'), d: { '1.0.0': { dependencies: { a: '1', c: '1.0.0' } } } }, { a: '1', c: '2.0.0', d: '1' }],
    ['a peer that is two levels up', { a: { '1.0.0': { peerDependencies: { p: '*' }, peerDependenciesMeta: { p: { optional: true } } } }, b: { '1.0.0': { dependencies: { a: '1' } } }, c: { '1.0.0': { dependencies: { b: '1', p: '1' } } }, d: { '1.0.0': { dependencies: { b: '1' } } }, p: v('1.0.0') }, { c: '1', d: '1' }],
    ['another libc', { a: { '1.0.0': { dependencies: { c: '1' } } }, b: { '1.0.0': { optionalDependencies: { c: '1' } } }, c: { '1.0.0': { libc: ['musl'] } } }, { a: '1', b: '1' }],
  ].map(([name, packages, dependencies]) => ({ name: `isolated, ${name}`, packages, files: deps(dependencies), steps: [['install', '--linker', 'isolated']] })),
  { name: 'isolated, a folder with devDependencies', packages: { ...abc, d: { '1.0.0': { devDependencies: { c: '1' } } } }, files: { ...deps({ f: 'file:./f', d: '1' }), 'f/package.json': { name: 'f', version: '1.0.0', devDependencies: { c: '1' } } }, steps: [['install', '--linker', 'isolated']] },
  { name: 'isolated with bins', packages: { a: { '1.0.0': { bin: 'a.js', dependencies: { b: '1' } } }, b: { '1.0.0': { bin: { bee: 'b.js' } } } }, files: deps({ a: '1' }), steps: [['install', '--linker', 'isolated']] },
]
