// Which version of what, and where in the tree. What bun did with each stands in ../expect/resolve.txt.
const project = (members, more = {}) => ({ 'package.json': { name: 'app', version: '1.0.0', ...members }, ...more })
const deps = dependencies => project({ dependencies })
const v = (...versions) => Object.fromEntries(versions.map(version => [version, {}]))
const many = v('0.1.0', '0.1.5', '0.2.0', '1.0.0', '1.2.0', '1.2.9', '1.10.0', '2.0.0-beta.1', '2.0.0', '3.0.0-rc.1')

const needs = dependencies => ({ '1.0.0': { dependencies } })
const bundles = (dependencies, name, version, more = {}) => ({ '1.0.0': {
  dependencies, bundleDependencies: [name], $files: { [`node_modules/${name}/package.json`]: JSON.stringify({ name, version }) }, ...more } })

export default [
  ...['*', '', 'x', '1', '1.x', '1.2', '~1.2.0', '^1.0.0', '^0.1.0', '~0.1', '^0', '>=1.2 <1.10', '1.0.0 - 1.2', '1.0.0 || 0.1.x', '<1', '=1.2.0', 'v1.2.0',
    '>1.10', '^2.0.0-beta.0', '>=3.0.0-0', '2.0.0-beta.1', 'latest', 'next', '>= 1.2.0', '~> 1.2', '^1.2.x', '1.2.0+build'].map(range => ({
    name: `range ${JSON.stringify(range)}`, packages: { a: { ...many, $tags: { next: '3.0.0-rc.1' } } }, files: deps({ a: range }),
  })),
  { name: 'latest is chosen before what is higher', packages: { a: { ...v('1.0.0', '1.1.0', '1.2.0'), $tags: { latest: '1.1.0' } } }, files: deps({ a: '^1.0.0' }) },
  { name: 'latest outside of the range', packages: { a: { ...v('1.0.0', '1.1.0', '2.0.0'), $tags: { latest: '2.0.0' } } }, files: deps({ a: '^1.0.0' }) },
  { name: 'only prereleases, any range', packages: { a: v('1.0.0-alpha.1', '1.0.0-alpha.2') }, files: deps({ a: '*' }) },
  { name: 'only prereleases, a caret', packages: { a: v('1.0.0-alpha.1', '1.0.0-alpha.10') }, files: deps({ a: '^1.0.0-alpha.1' }) },
  { name: 'deprecated versions', packages: { a: { '1.0.0': {}, '1.1.0': { deprecated: 'no' }, '0.9.0': {}, $tags: { latest: '0.9.0' } } }, files: deps({ a: '^1.0.0' }) },
  { name: 'all versions deprecated', packages: { a: { '1.0.0': { deprecated: 'no' }, '1.1.0': { deprecated: 'no' } } }, files: deps({ a: '^1.0.0' }) },
  { name: 'latest is deprecated', packages: { a: { '1.0.0': {}, '1.1.0': { deprecated: 'no' } } }, files: deps({ a: '^1.0.0' }) },
  { name: 'latest is deprecated, and asked for by its tag', packages: { a: { '1.0.0': {}, '1.1.0': { deprecated: 'no' } } }, files: deps({ a: 'latest' }) },
  { name: 'latest is deprecated, and any will do', packages: { a: { '1.0.0': {}, '1.1.0': { deprecated: 'no' } } }, files: deps({ a: '*' }) },
  { name: 'a deprecated one above latest', packages: { a: { '1.0.0': {}, '1.1.0': {}, '1.2.0': { deprecated: 'no' }, $tags: { latest: '2.0.0' }, '2.0.0': {} } }, files: deps({ a: '^1.0.0' }) },
  { name: 'a deprecated prerelease', packages: { a: { '1.0.0-rc.1': {}, '1.0.0-rc.2': { deprecated: 'no' } } }, files: deps({ a: '^1.0.0-rc.0' }) },
  { name: 'a diamond that agrees', packages: { a: { '1.0.0': { dependencies: { c: '^1.0.0' } } }, b: { '1.0.0': { dependencies: { c: '^1.1.0' } } }, c: v('1.0.0', '1.1.0', '1.2.0') }, files: deps({ a: '1', b: '1' }) },
  { name: 'a diamond that does not', packages: { a: { '1.0.0': { dependencies: { c: '^1.0.0' } } }, b: { '1.0.0': { dependencies: { c: '^2.0.0' } } }, c: v('1.0.0', '2.0.0') }, files: deps({ a: '1', b: '1' }) },
  { name: 'an exact version in one place and a range in another', packages: { a: { '1.0.0': { dependencies: { c: '1.0.0' } } }, b: { '1.0.0': { dependencies: { c: '^1.0.0' } } }, c: v('1.0.0', '1.1.0') }, files: deps({ a: '1', b: '1' }) },
  { name: 'the same, asked for in the other order', packages: { a: { '1.0.0': { dependencies: { c: '^1.0.0' } } }, b: { '1.0.0': { dependencies: { c: '1.0.0' } } }, c: v('1.0.0', '1.1.0') }, files: deps({ a: '1', b: '1' }) },
  { name: 'the root asks for an older one', packages: { a: { '1.0.0': { dependencies: { c: '^1.0.0' } } }, c: v('1.0.0', '1.1.0') }, files: deps({ a: '1', c: '1.0.0' }) },
  { name: 'three majors of one package', packages: { a: { '1.0.0': { dependencies: { c: '1' } } }, b: { '1.0.0': { dependencies: { c: '2' } } }, d: { '1.0.0': { dependencies: { c: '3' } } }, e: { '1.0.0': { dependencies: { c: '2' } } }, c: v('1.0.0', '2.0.0', '3.0.0') }, files: deps({ a: '*', b: '*', d: '*', e: '*' }) },
  { name: 'nested below nested', packages: { a: { '1.0.0': { dependencies: { b: '2' } } }, b: { '1.0.0': { dependencies: { c: '1' } }, '2.0.0': { dependencies: { c: '2' } } }, c: { '1.0.0': {}, '2.0.0': { dependencies: { d: '2' } } }, d: v('1.0.0', '2.0.0') }, files: deps({ a: '1', b: '1', c: '1', d: '1' }) },
  { name: 'a chain of ten', packages: Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`p${i}`, { '1.0.0': i < 9 ? { dependencies: { [`p${i + 1}`]: '1' } } : {} }])), files: deps({ p0: '1' }) },
  { name: 'a cycle of two', packages: { a: { '1.0.0': { dependencies: { b: '1' } } }, b: { '1.0.0': { dependencies: { a: '1' } } } }, files: deps({ a: '1' }) },
  { name: 'a cycle over versions', packages: { a: { '1.0.0': { dependencies: { b: '1' } }, '2.0.0': { dependencies: { b: '2' } } }, b: { '1.0.0': { dependencies: { a: '2' } }, '2.0.0': { dependencies: { a: '1' } } } }, files: deps({ a: '1' }) },
  { name: 'a package that depends on itself', packages: { a: { '1.0.0': { dependencies: { a: '1' } } } }, files: deps({ a: '1' }) },
  { name: 'a package that depends on another version of itself', packages: { a: { '1.0.0': {}, '2.0.0': { dependencies: { a: '1' } } } }, files: deps({ a: '2' }) },
  { name: 'scopes', packages: { '@s/a': { '1.0.0': { dependencies: { '@s/b': '1', b: '1' } } }, '@s/b': v('1.0.0'), b: { '1.0.0': { dependencies: { '@s/b': '2' } } } , '@t/c': v('1.0.0') }, files: deps({ '@s/a': '1', '@t/c': '1' }), fails: '@s/b' },
  { name: 'scopes nested', packages: { '@s/a': { '1.0.0': { dependencies: { '@s/b': '2' } } }, '@s/b': v('1.0.0', '2.0.0') }, files: deps({ '@s/a': '1', '@s/b': '1' }) },
  { name: 'upper case and odd characters', packages: { JSONStream: v('1.0.0'), 'lodash.get': v('1.0.0'), 'a_b-c.d': v('1.0.0'), '7zip': v('1.0.0') }, files: deps({ JSONStream: '*', 'lodash.get': '*', 'a_b-c.d': '*', '7zip': '*' }) },
  { name: 'many names in their order', packages: Object.fromEntries(['b', 'a', 'c', 'a-b', 'a.b', 'a_b', '@b/a', '@a/b', 'B', 'aa', 'a2', 'a10'].map(name => [name, v('1.0.0')])), files: deps(Object.fromEntries(['b', 'a', 'c', 'a-b', 'a.b', 'a_b', '@b/a', '@a/b', 'B', 'aa', 'a2', 'a10'].map(name => [name, '1']))) },

  // the fewest versions
  { name: 'one in range of what is left goes to the newest of it', packages: { a: needs({ g: '1.3.0' }), b: needs({ g: '^1.0.0' }), c: needs({ g: '1.2.0' }), g: { ...v('1.1.0', '1.2.0', '1.3.0'), $tags: { latest: '1.2.0' } } }, files: deps({ a: '1', b: '1', c: '1' }) },
  { name: 'one in range of what is left goes to a deprecated one', packages: { a: needs({ g: '^1.0.0' }), b: needs({ g: '1.3.0' }), c: needs({ g: '1.2.0' }), g: { '1.2.0': {}, '1.3.0': { deprecated: 'no' } } }, files: deps({ a: '1', b: '1', c: '1' }) },
  { name: 'the newest that is left goes before the one that most take', packages: { a: needs({ g: '1.2.0' }), b: needs({ g: '<=1.2.0' }), c: needs({ g: '^1.0.0' }), d: needs({ g: '1.3.0' }), g: v('1.2.0', '1.3.0') }, files: deps({ a: '1', b: '1', c: '1', d: '1' }) },
  { name: 'what a tag holds goes before what is newer', packages: { a: needs({ g: 'old' }), b: needs({ g: '^1.0.0' }), c: needs({ g: '1.3.0' }), g: { ...v('1.1.0', '1.2.0', '1.3.0'), $tags: { old: '1.1.0' } } }, files: deps({ a: '1', b: '1', c: '1' }) },
  { name: 'what a tag holds goes before an older one of the root', packages: { a: needs({ g: 'latest' }), b: needs({ g: '<=2.1.0' }), g: v('1.0.0', '2.1.0') }, files: deps({ a: '1', b: '1', g: '1' }) },
  { name: 'what the root holds goes before what is newer', packages: { a: needs({ g: '1.3.0' }), b: needs({ g: '>=1.1.0' }), c: needs({ g: '1.2.0' }), g: v('1.1.0', '1.2.0', '1.3.0') }, files: deps({ a: '1', b: '1', c: '1', g: '1.1.0' }) },
  { name: 'the newest of two that the root holds', packages: { a: needs({ g: '1.3.0' }), b: needs({ g: '>=1.1.0' }), g: v('1.1.0', '1.2.0', '1.3.0') }, files: deps({ a: '1', b: '1', g: '1.1.0', other: 'npm:g@1.2.0' }) },
  { name: 'a peer that has what does not fit counts for what does', packages: {
    a: needs({ b: '1', g: '2.0.0' }), b: { '1.0.0': { peerDependencies: { g: '1.2.0 || 1.3.0', h: '1' } } }, h: needs({ r: '1', s: '1', t: '1' }), r: needs({ g: '1.3.0 || 1.1.0' }), s: needs({ g: '1.2.0 || 1.1.0' }), t: needs({ g: '1.1.0' }),
    g: v('1.1.0', '1.2.0', '1.3.0', '2.0.0') }, files: deps({ a: '1' }) },
  { name: 'one that came back without a say goes where the others are', packages: {
    p0: { '1.3.2': { dependencies: { p2: '2.x' } }, '3.3.1': { dependencies: { p11: '0.x' } } }, p1: needs({ p0: '^1.0.0' }), p2: { '2.3.1': { dependencies: { p4: '2.x' } } }, p3: { '2.0.0': { dependencies: { p7: '2.x' } } },
    p4: { '1.0.0': { dependencies: { p0: '^3.3.1' } }, '2.0.1': {}, '3.0.2': { dependencies: { other: 'npm:p3@*' } } }, p7: { '2.2.2': {}, '3.1.0': { dependencies: { p4: '^1.0.0' } } },
    p11: { '1.0.0': { dependencies: { p7: '*' } }, '0.1.1': { dependencies: { p4: '>=2.0.1' } } } }, files: deps({ p1: '1', p11: '~1.0.0' }) },
  { name: 'those without a say are asked after those who have one', packages: {
    p1: { '1.0.0': { dependencies: { other: 'npm:p3@1.0' } }, '1.2.1': { dependencies: { p6: '<=0.1.0' } } }, p2: { '1.1.0': {}, '3.0.2': { dependencies: { p9: 'latest' } } }, p3: { '1.0.0': { peerDependencies: { p7: '^3.3.1' } } },
    p4: { '3.3.2': { dependencies: { p2: '^1.0.0', other: 'npm:p2@3.0.2 || ^1.1.0' } }, '2.3.1': { dependencies: { p8: '0.x', p9: '^2.1.0', p1: '^1.0.0' } } }, p6: { '0.1.0': { dependencies: { p9: '>=1.0.0', p7: '~1.0.0' } } },
    p7: { '1.0.0': {}, '3.3.1': { dependencies: { p4: '^2.3.1', p8: 'latest' } } }, p8: { '1.0.1': {}, '0.3.0': { dependencies: { p4: '>=3.3.2 <5', p7: '*' } } }, p9: { '2.1.0': {}, '3.2.1': { dependencies: { p1: '<=1.0.0', p8: '0.3.0 || ^1.2.0' } } } }, files: deps({ p1: '<=2.1.0' }) },
  { name: 'a circle that ends, for a peer is where the nearest rejects it', packages: {
    p0: { '1.0.0': { dependencies: { p6: '2.2.1' } }, '2.1.2': {} }, p1: { '1.0.0': { dependencies: { p4: '^3.0.0', p3: '^1.0.0', alias2: 'npm:p3@1.0' } }, '2.1.0': { dependencies: { p2: '>=3.0.0 <5' } }, '1.2.1': { dependencies: { p6: '<=0.1.0' } } },
    p2: { '1.1.0': { dependencies: { p0: '^1.0.0' } }, '3.0.2': { dependencies: { p3: '<=1.0.0' } } }, p3: { '1.0.0': { dependencies: { p6: '^1.0.0', p0: '2.1.2 || ^2.1.2', p1: '^1.2.1' }, peerDependencies: { p7: '^3.3.1' } } },
    p4: { '3.3.2': { dependencies: { p2: '^1.0.0', alias2: 'npm:p2@3.0.2 || ^1.1.0' } }, '2.3.1': { dependencies: { p1: '^1.0.0' } } }, p6: { '1.2.1': {}, '0.1.0': { dependencies: { p9: '>=1.0.0', p7: '~1.0.0' } }, '2.2.1': { dependencies: { p7: 'latest', p4: '2.3.1' } } },
    p7: v('1.0.0', '3.3.1'), p9: { '3.2.1': { dependencies: { p1: '<=1.0.0' }, peerDependencies: { p6: '~0.1.0' } } } }, files: deps({ p1: '<=2.1.0' }) },

  // breadth first, with what is there
  ...[['x', 'y'], ['y', 'x']].map(([low, high]) => ({ name: `a peer of what was decided first: ${low} and ${high}`, packages: { [low]: needs({ g: '<=1.0.2' }), [high]: needs({ g: '<=1.1.2', z: '1' }), z: { '1.0.0': { peerDependencies: { g: '^1.1.2' } } }, g: v('1.0.2', '1.1.2') }, files: deps({ x: '1', y: '1' }) })),
  ...['1.0.2', '<=1.0.2', '^2.0.0'].map(range => ({ name: `a version of another major that came by ${range} is shared or not`, packages: { x: needs({ g: range }), y: needs({ g: '<=2.1.2', z: '1' }), z: { '1.0.0': { peerDependencies: { g: '^2.0.0' } } }, g: v('1.0.2', '2.1.2') }, files: deps({ x: '1', y: '1' }) })),
  { name: 'a range of the root shared across majors', packages: { y: needs({ g: '<=2.1.2', z: '1' }), z: { '1.0.0': { peerDependencies: { g: '^2.0.0' } } }, g: v('1.0.2', '2.1.2') }, files: deps({ y: '1', g: '^1.0.0' }) },
  { name: 'a newer major than the tagged one is shared', packages: { x: needs({ g: '^2.0.0' }), y: needs({ g: '>=1', z: '1' }), z: { '1.0.0': { peerDependencies: { g: '^1.0.0' } } }, g: { ...v('1.0.2', '2.1.2'), $tags: { latest: '1.0.2' } } }, files: deps({ x: '1', y: '1' }) },
  { name: 'what is nearer the root is decided first', packages: { a: needs({ y: '1' }), x: needs({ g: '<=1.0.2' }), y: needs({ g: '<=1.1.2', z: '1' }), z: { '1.0.0': { peerDependencies: { g: '^1.1.2' } } }, g: v('1.0.2', '1.1.2') }, files: deps({ a: '1', x: '1' }) },

  // groups of the root
  { name: 'all four groups', packages: { a: v('1.0.0'), b: v('1.0.0'), c: v('1.0.0'), d: v('1.0.0') }, files: project({ dependencies: { a: '1' }, devDependencies: { b: '1' }, optionalDependencies: { c: '1' }, peerDependencies: { d: '1' } }) },
  { name: 'the same in two groups', packages: { a: v('1.0.0', '2.0.0') }, files: project({ dependencies: { a: '1' }, devDependencies: { a: '2' } }) },
  { name: 'optional and dev of one name', packages: { a: v('1.0.0', '2.0.0') }, files: project({ devDependencies: { a: '1.0.0' }, optionalDependencies: { a: '2.0.0' } }) },
  { name: 'one name in all four groups', packages: { a: v('1.0.0', '1.2.0', '2.0.0') }, files: project({ dependencies: { a: '1.0.0' }, devDependencies: { a: '1.2.0' }, optionalDependencies: { a: '2.0.0' }, peerDependencies: { a: '*' } }) },

  // what is left out holds its place
  ...[
    ['another version of what the root has', { a: { '1.0.0': { dependencies: { c: '2.0.0' } } }, c: { '1.0.0': { os: ['darwin'] }, '2.0.0': {} } }, { dependencies: { a: '1', c: '1.0.0' } }],
    ['another version of what another has', { a: { '1.0.0': { dependencies: { c: '1.0.0' } } }, b: { '1.0.0': { dependencies: { c: '2.0.0' } } }, d: { '1.0.0': { dependencies: { c: '2.0.0' } } }, c: { '1.0.0': { os: ['darwin'] }, '2.0.0': {} } }, { dependencies: { a: '1', b: '1', d: '1' } }],
    ['what one of them needs', { a: { '1.0.0': { dependencies: { c: '2.0.0' }, os: ['darwin'] } }, b: { '1.0.0': { dependencies: { c: '1.0.0' } } }, c: v('1.0.0', '2.0.0') }, { dependencies: { a: '1', b: '1' } }],
    ['what one of them shares', { a: { '1.0.0': { dependencies: { c: '1.0.0' }, os: ['darwin'] } }, b: { '1.0.0': { dependencies: { c: '1.0.0' } } }, c: v('1.0.0', '2.0.0') }, { dependencies: { a: '1', b: '1' } }],
    ['dev', { a: { '1.0.0': { dependencies: { c: '2.0.0' } } }, b: { '1.0.0': { dependencies: { c: '1.0.0' } } }, c: v('1.0.0', '2.0.0') }, { devDependencies: { a: '1' }, dependencies: { b: '1' } }, ['install', '--omit=dev']],
    ['optional', { a: { '1.0.0': { dependencies: { c: '2.0.0' } } }, c: v('1.0.0', '2.0.0') }, { optionalDependencies: { c: '1.0.0' }, dependencies: { a: '1' } }, ['install', '--omit=optional']],
    ['peers', { a: { '1.0.0': { dependencies: { c: '2.0.0' } } }, c: v('1.0.0', '2.0.0') }, { peerDependencies: { c: '1.0.0' }, dependencies: { a: '1' } }, ['install', '--omit=peer']],
  ].map(([name, packages, members, args = ['install']]) => ({ name: `left out: ${name}`, packages, files: project(members), steps: [args] })),
  ...[
    ['plainly', {}, { dependencies: { a: '1', c: '1' } }], ['by an optional dependency', {}, { dependencies: { a: '1' }, optionalDependencies: { c: '1' } }],
    ['by both', { b: { '1.0.0': { optionalDependencies: { c: '1' } } } }, { dependencies: { b: '1', d: '1' } }], ['as a peer', {}, { peerDependencies: { c: '1' } }],
  ].map(([name, packages, members]) => ({ name: `made for another libc, asked for ${name}`, packages: { a: v('1.0.0'), d: { '1.0.0': { dependencies: { c: '1' } } }, ...packages, c: { '1.0.0': { libc: ['musl'] } } }, files: project(members) })),

  // peers that nobody above has
  ...[
    ['one after the other', { a: '^2', b: '1.0.0' }], ['the other way round', { a: '1.0.0', b: '^2' }], ['which one version does', { a: '^2', b: '~2.0.0' }], ['of which one takes all', { a: '*', b: '1.0.0' }],
    ['three of them', { a: '>=1', b: '2.0.0', c: '^1' }], ['what is there does for one', { a: '^2', b: '^1' }, { d: '1.0.0' }], ['what is there does for one that takes all', { a: '^2', b: '*' }, { d: '1.0.0' }],
    ['what is there does for none', { a: '1.2.0', b: '2.1.0' }, { d: '1.0.0', e: '2.0.0' }], ['what is there does for two of three', { a: '1.0.0', b: '1.2.0', c: '^2' }, { d: '1.0.0', e: '1.2.0' }],
    ['one alone', { a: '^2' }, { d: '1.0.0' }],
  ].map(([name, peers, dependents = {}]) => ({ name: `peers that disagree: ${name}`, packages: { x: v('1.0.0', '1.2.0', '2.0.0', '2.1.0'), ...Object.fromEntries([...Object.entries(peers).map(([key, range]) => [key, { '1.0.0': { peerDependencies: { x: range } } }]), ...Object.entries(dependents).map(([key, range]) => [key, { '1.0.0': { dependencies: { x: range } } }])]) }, files: deps(Object.fromEntries([...Object.keys(peers), ...Object.keys(dependents)].map(key => [key, '1']))) })),
  { name: 'peers that disagree: the one deeper down has the lower name', packages: { x: v('1.0.0', '2.1.0'), m: { '1.0.0': { dependencies: { k: '1' } } }, k: { '1.0.0': { dependencies: { a: '1' } } }, a: { '1.0.0': { peerDependencies: { x: '^2' } } }, b: { '1.0.0': { peerDependencies: { x: '1.0.0' } } } }, files: deps({ m: '1', b: '1' }) },
  { name: 'peers that disagree: two versions of one package', packages: { x: v('1.0.0', '2.1.0'), a: { '1.0.0': { peerDependencies: { x: '^1' } }, '2.0.0': { peerDependencies: { x: '^2' } } }, c: { '1.0.0': { dependencies: { a: '1' } } } }, files: deps({ a: '2', c: '1' }) },
  { name: 'peers that disagree: one of them has it above', packages: { x: v('1.0.0', '2.1.0'), m: { '1.0.0': { dependencies: { x: '1.0.0', a: '1' } } }, a: { '1.0.0': { peerDependencies: { x: '^1' } } }, b: { '1.0.0': { peerDependencies: { x: '^2' } } } }, files: deps({ m: '1', b: '1' }) },
  { name: 'peers that disagree: one came with the other', packages: { x: v('1.0.0', '2.1.0'), b: { '1.0.0': { peerDependencies: { y: '*' } } }, y: { '1.0.0': { peerDependencies: { x: '^1' } } }, a: { '1.0.0': { peerDependencies: { x: '^2' } } } }, files: deps({ a: '1', b: '1' }) },
  ...['*', '^2', '1.0.0', '~1.0.0'].map(range => ({ name: `a peer of the project, ${range}, of what others need`, packages: { x: v('1.0.0', '1.2.0', '2.0.0', '2.1.0'), b: { '1.0.0': { dependencies: { x: '^1' } } }, c: { '1.0.0': { dependencies: { x: '^1.2' } } } }, files: project({ dependencies: { b: '1', c: '1' }, peerDependencies: { x: range } }) })),
  { name: 'what a peer brought is not there yet for what it brings', packages: { a: { '1.0.0': { peerDependencies: { x: '1.x' } } }, x: { '1.3.1': { dependencies: { b: '*', c: '*' } }, '3.1.0': {} }, b: { '1.0.0': { dependencies: { x: '>=0.0.2' } } }, c: { '1.0.0': { dependencies: { d: '1' } } }, d: { '1.0.0': { dependencies: { x: '3.1' } } } }, files: deps({ a: '1' }) },
  ...['latest', ''].map(range => ({ name: `an override bound to "a@${range}"`, packages: { a: v('1.0.0', '1.2.0'), b: { '1.0.0': { dependencies: { a: 'latest' } } } }, files: project({ dependencies: { a: '^1', b: '1' }, overrides: { [`a@${range}`]: '1.0.0' } }) })),

  // bundles
  ...[
    ['has another version', { dependencies: { b: '1', c: '1.0.0' } }], ['has the same version', { dependencies: { b: '1', c: '2.0.0' } }], ['has not', { dependencies: { b: '1' } }],
    ['would like', { dependencies: { b: '1' }, peerDependencies: { c: '*' }, peerDependenciesMeta: { c: { optional: true } } }], ['has as a peer', { dependencies: { b: '1' }, peerDependencies: { c: '*' } }],
    ['has, deeper', { dependencies: { d: '1', c: '1.0.0' }, bundleDependencies: ['d'] }],
  ].map(([name, about]) => ({ name: `a bundled package needs what its bundle ${name}`, packages: { a: { '1.0.0': { bundleDependencies: ['b'], ...about } }, b: { '1.0.0': { dependencies: { c: '2.0.0' } } }, d: { '1.0.0': { dependencies: { b: '1' } } }, c: v('1.0.0', '2.0.0') }, files: deps({ a: '1' }) })),
  { name: 'the same in dependencies and optional ones', packages: { a: v('1.0.0', '2.0.0') }, files: project({ dependencies: { a: '1' }, optionalDependencies: { a: '2' } }) },
  { name: 'the same in dependencies and peers', packages: { a: v('1.0.0', '2.0.0') }, files: project({ dependencies: { a: '1' }, peerDependencies: { a: '*' } }) },
  { name: 'production leaves devDependencies out', packages: { a: { '1.0.0': { dependencies: { c: '1' } } }, b: { '1.0.0': { dependencies: { c: '1', d: '1' } } }, c: v('1.0.0'), d: v('1.0.0') }, files: project({ dependencies: { a: '1' }, devDependencies: { b: '1' } }), steps: [['install'], { remove: ['node_modules'], args: ['install', '--production'] }] },
  { name: 'omit optional', packages: { a: v('1.0.0'), b: v('1.0.0') }, files: project({ dependencies: { a: '1' }, optionalDependencies: { b: '1' } }), steps: [['install', '--omit', 'optional']] },
  { name: 'omit peer', packages: { a: { '1.0.0': { peerDependencies: { b: '1' } } }, b: v('1.0.0') }, files: deps({ a: '1' }), steps: [['install', '--omit=peer']] },
  { name: 'devDependencies of a dependency are not wanted', packages: { a: { '1.0.0': { devDependencies: { b: '1' } } }, b: v('1.0.0') }, files: deps({ a: '1' }) },
  { name: 'nothing to install', packages: {}, files: project({}) },
  { name: 'no package.json', packages: {}, files: {}, fails: 'package.json' },

  // peers
  { name: 'a peer comes along', packages: { a: { '1.0.0': { peerDependencies: { b: '^1.0.0' } } }, b: v('1.0.0', '1.5.0', '2.0.0') }, files: deps({ a: '1' }) },
  { name: 'a peer that the root has', packages: { a: { '1.0.0': { peerDependencies: { b: '^1.0.0' } } }, b: v('1.0.0', '1.5.0') }, files: deps({ a: '1', b: '1.0.0' }) },
  { name: 'a peer that the root has in another major', packages: { a: { '1.0.0': { peerDependencies: { b: '^1.0.0' } } }, b: v('1.0.0', '2.0.0') }, files: deps({ a: '1', b: '2' }) },
  { name: 'peers of peers', packages: { a: { '1.0.0': { peerDependencies: { b: '1' } } }, b: { '1.0.0': { peerDependencies: { c: '1' } } }, c: v('1.0.0') }, files: deps({ a: '1' }) },
  { name: 'two that disagree on a peer', packages: { a: { '1.0.0': { peerDependencies: { c: '1' } } }, b: { '1.0.0': { peerDependencies: { c: '2' } } }, c: v('1.0.0', '2.0.0') }, files: deps({ a: '1', b: '1' }) },
  { name: 'an optional peer stays away', packages: { a: { '1.0.0': { peerDependencies: { b: '1' }, peerDependenciesMeta: { b: { optional: true } } } }, b: v('1.0.0') }, files: deps({ a: '1' }) },
  { name: 'an optional peer that is there', packages: { a: { '1.0.0': { peerDependencies: { b: '1' }, peerDependenciesMeta: { b: { optional: true } } } }, b: v('1.0.0') }, files: deps({ a: '1', b: '1' }) },
  { name: 'an optional peer that another brings', packages: { a: { '1.0.0': { peerDependencies: { b: '1' }, peerDependenciesMeta: { b: { optional: true } } } }, b: v('1.0.0'), c: { '1.0.0': { dependencies: { b: '1' } } } }, files: deps({ a: '1', c: '1' }) },
  { name: 'an optional peer named in the meta only', packages: { a: { '1.0.0': { peerDependenciesMeta: { b: { optional: true } } } }, b: v('1.0.0') }, files: deps({ a: '1' }) },
  { name: 'a peer that is a dependency too', packages: { a: { '1.0.0': { dependencies: { b: '1' }, peerDependencies: { b: '*' } } }, b: v('1.0.0', '2.0.0') }, files: deps({ a: '1' }) },
  { name: 'a peer of a nested one', packages: { a: { '1.0.0': { dependencies: { b: '1', c: '1' } } }, b: { '1.0.0': { peerDependencies: { c: '1' } } }, c: v('1.0.0', '2.0.0') }, files: deps({ a: '1', c: '2' }) },
  { name: 'a peer that is nowhere', packages: { a: { '1.0.0': { peerDependencies: { b: '9' } } }, b: v('1.0.0') }, files: deps({ a: '1' }) },
  { name: 'peers in a circle', packages: { a: { '1.0.0': { peerDependencies: { b: '1' } } }, b: { '1.0.0': { peerDependencies: { a: '1' } } } }, files: deps({ a: '1' }) },
  { name: 'a plugin family', packages: {
    core: v('7.0.0', '8.0.0'), 'plugin-a': { '1.0.0': { peerDependencies: { core: '^7.0.0 || ^8.0.0' }, dependencies: { helper: '1' } } }, 'plugin-b': { '1.0.0': { peerDependencies: { core: '^7.0.0' } } },
    helper: { '1.0.0': { peerDependencies: { core: '*' } } }, preset: { '1.0.0': { dependencies: { 'plugin-a': '1', 'plugin-b': '1' }, peerDependencies: { core: '>=7' } } } }, files: project({ devDependencies: { preset: '1', core: '^7.0.0' } }) },

  // optional and platforms
  { name: 'an optional dependency that is not in the registry', packages: { a: { '1.0.0': { optionalDependencies: { nowhere: '1' } } } }, files: deps({ a: '1' }) },
  { name: 'an optional dependency without that version', packages: { a: { '1.0.0': { optionalDependencies: { b: '9' } } }, b: v('1.0.0') }, files: deps({ a: '1' }) },
  { name: 'platform packages', packages: {
    tool: { '1.0.0': { optionalDependencies: { '@tool/linux-x64': '1.0.0', '@tool/darwin-arm64': '1.0.0', '@tool/win32-x64': '1.0.0', '@tool/linux-x64-musl': '1.0.0', '@tool/linux-x64-gnu': '1.0.0' } } },
    '@tool/linux-x64': { '1.0.0': { os: ['linux'], cpu: ['x64'] } }, '@tool/darwin-arm64': { '1.0.0': { os: ['darwin'], cpu: ['arm64'] } }, '@tool/win32-x64': { '1.0.0': { os: ['win32'], cpu: ['x64'] } },
    '@tool/linux-x64-musl': { '1.0.0': { os: ['linux'], cpu: ['x64'], libc: ['musl'] } }, '@tool/linux-x64-gnu': { '1.0.0': { os: ['linux'], cpu: ['x64'], libc: ['glibc'] } } }, files: deps({ tool: '1' }) },
  { name: 'platforms that are denied', packages: { a: { '1.0.0': { optionalDependencies: { b: '1', c: '1', d: '1' } } }, b: { '1.0.0': { os: ['!linux'] } }, c: { '1.0.0': { os: ['!win32'], cpu: ['!arm', '!mips'] } }, d: { '1.0.0': { os: 'linux', cpu: 'any' } } }, files: deps({ a: '1' }) },
  { name: 'a required package of another platform', packages: { a: { '1.0.0': { os: ['win32'] } }, b: v('1.0.0') }, files: deps({ a: '1', b: '1' }) },
  { name: 'dependencies of a package of another platform', packages: { a: { '1.0.0': { optionalDependencies: { b: '1' } } }, b: { '1.0.0': { os: ['darwin'], dependencies: { c: '1' } } }, c: v('1.0.0') }, files: deps({ a: '1' }) },
  { name: 'an optional one is a dependency elsewhere', packages: { a: { '1.0.0': { optionalDependencies: { c: '1' } } }, b: { '1.0.0': { dependencies: { c: '1' } } }, c: v('1.0.0') }, files: deps({ a: '1', b: '1' }) },

  // aliases
  { name: 'an alias', packages: { a: v('1.0.0', '2.0.0') }, files: deps({ old: 'npm:a@1', a: '2' }) },
  { name: 'an alias of a scoped package', packages: { '@s/a': { '1.0.0': { bin: 'cli.js' } } }, files: deps({ short: 'npm:@s/a@^1.0.0', '@x/y': 'npm:@s/a' }) },
  { name: 'an alias in a dependency', packages: { a: { '1.0.0': { dependencies: { 'b-old': 'npm:b@1', b: '2' } } }, b: v('1.0.0', '2.0.0') }, files: deps({ a: '1' }) },
  { name: 'an alias that takes another name', packages: { a: v('1.0.0'), b: { '1.0.0': { dependencies: { a: '1' } } }, c: v('1.0.0') }, files: deps({ a: 'npm:c@1', b: '1' }) },

  // overrides
  { name: 'an override', packages: { a: { '1.0.0': { dependencies: { b: '^1.0.0' } } }, b: v('1.0.0', '1.1.0', '2.0.0') }, files: project({ dependencies: { a: '1' }, overrides: { b: '1.0.0' } }) },
  { name: 'an override out of the range', packages: { a: { '1.0.0': { dependencies: { b: '^1.0.0' } } }, b: v('1.0.0', '2.0.0') }, files: project({ dependencies: { a: '1' }, overrides: { b: '2.0.0' } }) },
  { name: 'resolutions', packages: { a: { '1.0.0': { dependencies: { b: '^1.0.0' } } }, b: v('1.0.0', '2.0.0') }, files: project({ dependencies: { a: '1' }, resolutions: { b: '2.0.0' } }) },
  { name: 'resolutions with stars', packages: { a: { '1.0.0': { dependencies: { b: '^1.0.0' } } }, b: v('1.0.0', '2.0.0') }, files: project({ dependencies: { a: '1' }, resolutions: { '**/b': '2.0.0' } }) },
  { name: 'an override below one package', packages: { a: { '1.0.0': { dependencies: { c: '^1.0.0' } } }, b: { '1.0.0': { dependencies: { c: '^1.0.0' } } }, c: v('1.0.0', '1.5.0', '2.0.0') }, files: project({ dependencies: { a: '1', b: '1' }, overrides: { a: { c: '2.0.0' } } }) },
  { name: 'an override of a range', packages: { a: { '1.0.0': { dependencies: { c: '^1.0.0' } } }, b: { '1.0.0': { dependencies: { c: '^2.0.0' } } }, c: v('1.0.0', '1.5.0', '2.0.0', '3.0.0') }, files: project({ dependencies: { a: '1', b: '1' }, overrides: { 'c@^1.0.0': '3.0.0' } }) },
  { name: 'an override that refers to a dependency', packages: { a: { '1.0.0': { dependencies: { b: '^1.0.0' } } }, b: v('1.0.0', '2.0.0') }, files: project({ dependencies: { a: '1', b: '2.0.0' }, overrides: { b: '$b' } }) },
  { name: 'an override to an alias', packages: { a: { '1.0.0': { dependencies: { b: '^1.0.0' } } }, b: v('1.0.0'), c: v('3.0.0') }, files: project({ dependencies: { a: '1' }, overrides: { b: 'npm:c@3' } }) },
  { name: 'an override of a direct dependency', packages: { a: v('1.0.0', '2.0.0') }, files: project({ dependencies: { a: '^1.0.0' }, overrides: { a: '2.0.0' } }) },
  { name: 'an override with a dot', packages: { a: { '1.0.0': { dependencies: { b: '1' } }, '2.0.0': { dependencies: { b: '1' } } }, b: v('1.0.0', '2.0.0') }, files: project({ dependencies: { a: '1' }, overrides: { a: { '.': '2.0.0', b: '2.0.0' } } }) },
  { name: "pnpm's spelling of overrides", packages: { a: { '1.0.0': { dependencies: { b: '^1.0.0' } } }, b: v('1.0.0', '2.0.0') }, files: project({ dependencies: { a: '1' }, overrides: { 'a>b': '2.0.0' } }) },

  // bundled
  { name: 'a bundled dependency', packages: { a: { '1.0.0': { dependencies: { b: '1', c: '1' }, bundleDependencies: ['b'], $files: { 'node_modules/b/package.json': '{"name":"b","version":"1.0.0"}', 'node_modules/b/index.js': '' } } }, b: v('1.0.0'), c: v('1.0.0') }, files: deps({ a: '1' }) },
  { name: 'all dependencies bundled', packages: { a: { '1.0.0': { dependencies: { b: '1' }, bundledDependencies: true, $files: { 'node_modules/b/package.json': '{"name":"b","version":"1.0.0"}' } } }, b: v('1.0.0') }, files: deps({ a: '1' }) },
  { name: 'a bundled one that is wanted outside too', packages: { a: { '1.0.0': { dependencies: { b: '1' }, bundleDependencies: ['b'], $files: { 'node_modules/b/package.json': '{"name":"b","version":"1.0.0"}' } } }, b: v('1.0.0', '1.1.0'), c: { '1.0.0': { dependencies: { b: '1' } } } }, files: deps({ a: '1', c: '1' }) },
  { name: 'a bundled one is none for others', packages: { a: needs({ g: '^1.1.0' }), b: bundles({ g: '^1.2.1' }, 'g', '1.2.2'), c: needs({ g: '1.2.0' }), g: v('1.2.0', '1.2.2') }, files: deps({ a: '1', b: '1', c: '1' }) },
  { name: 'a bundled one below the newest', packages: { a: needs({ g: '^1.1.0' }), b: bundles({ g: '1.2.1' }, 'g', '1.2.1'), g: v('1.2.0', '1.2.1', '1.2.2') }, files: deps({ a: '1', b: '1' }) },
  { name: 'what a bundled one needs is none for others', packages: { a: needs({ h: '^1.0.0' }), b: bundles({ g: '^1.0.0' }, 'g', '1.0.0'), g: needs({ h: '1.0.0' }), h: v('1.0.0', '1.1.0') }, files: deps({ a: '1', b: '1' }) },
  ...['a', 'p', 'z'].map(name => ({ name: `a bundled one has what there was before ${name}`, packages: { o: needs({ g: '1.2.0' }), q: needs({ g: '^1.2.2' }), [name]: bundles({ g: '^1.2.0' }, 'g', '1.2.1'), g: v('1.2.0', '1.2.1', '1.2.2') }, files: deps({ o: '1', q: '1', [name]: '1' }) })),
  ...['~1.3.2', '1.3.2'].map(range => ({ name: `a bundled one beside the root's ${range} of another major`, packages: { b: bundles({ g: '>=1.3.2' }, 'g', '1.3.2'), g: v('1.3.2', '2.1.0') }, files: deps({ b: '1', g: range }) })),
  { name: "a bundled one is nobody's peer", packages: { b: bundles({ g: '1', p: '1' }, 'g', '1.0.0'), g: v('0.3.1', '1.0.0'), p: { '1.0.0': { peerDependencies: { g: '^0.0.0' } }, '3.0.0': {} } }, files: deps({ b: '1', g: '~0.3.1', p: '3' }) },
  { name: 'a bundled one may have an optional peer outside', packages: { a: bundles({ g: '1' }, 'g', '1.0.0'), b: v('1.0.0'), g: { '1.0.0': { peerDependenciesMeta: { b: { optional: true } } } } }, files: deps({ a: '1', b: '1' }) },

  // what cannot be
  { name: 'a package that is not in the registry', packages: { a: v('1.0.0') }, files: deps({ a: '1', 'no-such': '1' }), fails: 'no-such' },
  { name: 'a version that is not in the registry', packages: { a: v('1.0.0', '1.3.0') }, files: deps({ a: '9' }), fails: 'a' },
  { name: 'a peer that is not in the registry', packages: { a: { '1.0.0': { peerDependencies: { gone: '1' } } } }, files: deps({ a: '1' }), fails: 'gone', tree: false },
  { name: 'a tag that is not in the registry', packages: { a: v('1.0.0') }, files: deps({ a: 'beta' }), fails: 'a' },
  { name: 'a dependency of a dependency that is not there', packages: { a: { '1.0.0': { dependencies: { gone: '1' } } } }, files: deps({ a: '1' }), fails: 'gone' },
  { name: 'package.json that is no JSON', packages: {}, files: { 'package.json': '{"name": ' }, fails: 'package.json' },
]
