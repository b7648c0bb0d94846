// What a bad registry, a bad package or a bad network may try. A case:
//   packages   what the registry has (default: evil@1.0.0 and good@1.0.0)          faults(registry, other, box)   how it misbehaves
//   files      the project (default: depends on evil and good)                     npmrc  more lines of .npmrc; `<host>` is the registry's
//   end        'error' (exit not 0, and the message has each text of `says`), 'ok' (all is installed), or 'either' (one of both, cleanly)
//   says       texts that the error must have (default: evil)                      within seconds, 20
//   then       'same': good answers of the same bytes make it work (default); 'new': the registry's own account of evil must change too;
//              'never': a good registry does not help
//   look({ box, registry, other, result, check })   further claims after the first install
import * as fault from '../../harness/faults.mjs'
import { bomb, integrity, packageTarball, paxRecord, shasum, tar, tarball } from '../../harness/tarball.mjs'
import { gzipSync } from 'node:zlib'
import { lstatSync, existsSync } from 'node:fs'
import path from 'node:path'

const manifest = { path: 'package/package.json', data: '{"name":"evil","version":"1.0.0"}' }
const evil = (entries, more = {}) => ({ evil: { '1.0.0': { $tarball: tarball([manifest, ...entries]), ...more } } })
const archive = (name, make, more = {}) => ({ name, end: 'error', then: 'new', ...more, packages: box => evil(make(box)) })
const about = (name, members, more = {}) => ({ name, end: 'error', then: 'new', packages: { evil: { '1.0.0': members } }, ...more })
const packument = (name, act, more = {}) => ({ name, end: 'error', faults: () => [{ at: 'evil', of: 'packument', act, ...more.fault }], ...more })
const bytes = (name, act, more = {}) => ({ name, end: 'error', faults: () => [{ at: 'evil', of: 'tarball', act, ...more.fault }], ...more })
const once = { fault: { times: 1 }, end: 'ok' }
const slow = { npmrc: 'fetch-timeout=700\nfetch-retries=1\n' }
const up = '../'.repeat(12)
const short = box => box.outside.slice(1) // absolute, without its first slash
const token = { npmrc: '//<host>/:_authToken=secret-of-registry\n' }
const noTokenAt = ({ other, check }) => {
  check('the other host is asked', other.requests.length > 0)
  check('no credential goes there', other.requests.every(request => !request.headers.authorization && !JSON.stringify(request.headers).includes('secret')))
}
const hasToken = ({ registry, check }) => check('the registry gets its token', registry.requests.some(request => request.headers.authorization === 'Bearer secret-of-registry'))

export default [
  // --- tarballs that are not what was promised ---
  about('integrity of something else', { $integrity: integrity(Buffer.from('else')) }, { says: ['evil', 'sha512'] }),
  about('integrity of something else, and no shasum', { $integrity: integrity(Buffer.from('else')), $shasum: null }, { says: ['evil', 'sha512'] }),
  about('a shasum of something else, and no integrity', { $integrity: null, $shasum: shasum(Buffer.from('else')) }, { says: ['evil'] }),
  about('a right shasum and no integrity', { $integrity: null }, { end: 'ok' }),
  about('two sums, the strong one wrong', { $integrity: `sha1-${'A'.repeat(27)}= ${integrity(Buffer.from('else'))}` }, { says: ['evil'] }),
  { ...bytes('another package behind the same URL', fault.body(packageTarball({ 'package.json': '{"name":"evil","version":"6.6.6"}' }))), says: ['evil', 'sha512'] },
  bytes('a page of HTML as tarball', fault.body('<html>sign in</html>', 'text/html')),
  bytes('an empty tarball', fault.body('')),
  about('an empty tarball of right integrity', { $tarball: Buffer.alloc(0) }),
  about('no archive in the gzip', { $tarball: gzipSync('hello') }),
  about('no gzip at all, of right integrity', { $tarball: Buffer.from('hello'.repeat(500)) }),
  about('a plain tar, not compressed', { $tarball: tar([manifest]) }, { end: 'either' }),
  about('gzip that breaks in the middle', { $tarball: (() => { const b = Buffer.from(packageTarball({ 'package.json': '{}', x: 'y'.repeat(3000), z: String(Math.PI).repeat(900) })); b.fill(0xff, b.length >> 1, (b.length >> 1) + 8); return b })() }),
  about('gzip without its end', { $tarball: packageTarball({ 'package.json': '{"name":"evil","version":"1.0.0"}', x: 'abc'.repeat(3000) }).subarray(0, -40) }),
  about('an archive that ends within a file', { $tarball: gzipSync(tar([manifest, { path: 'package/x', data: 'x'.repeat(5000) }]).subarray(0, 3000)) }),
  about('a header with a wrong checksum', { $tarball: tarball([manifest, { path: 'package/x', data: 'x', checksum: 1 }]) }),
  about('rubbish after the gzip', { $tarball: Buffer.concat([packageTarball({ 'package.json': '{"name":"evil","version":"1.0.0"}' }), Buffer.from('rubbish')]) }, { end: 'either' }),
  about('a size that is no number', { $tarball: (() => { const t = tar([manifest, { path: 'package/x', data: '' }]); t.write('zzzzzzzzzzz', 1024 + 124); let sum = 0; for (let i = 0; i < 512; i++) sum += i >= 148 && i < 156 ? 32 : t[1024 + i]; t.write(sum.toString(8).padStart(6, '0') + '\0 ', 1024 + 148); return gzipSync(t) })() }),
  about('a size below zero', { $tarball: (() => { const t = tar([manifest, { path: 'package/x', data: '' }]); t.fill(0xff, 1024 + 124, 1024 + 136); let sum = 0; for (let i = 0; i < 512; i++) sum += i >= 148 && i < 156 ? 32 : t[1024 + i]; t.write(sum.toString(8).padStart(6, '0') + '\0 ', 1024 + 148); return gzipSync(t) })() }),
  about('no package.json in it', { $tarball: tarball([{ path: 'package/index.js', data: '1' }]) }, { end: 'either' }),
  about('a package.json of another name', { $tarball: packageTarball({ 'package.json': '{"name":"good","version":"9.9.9"}' }) }, { end: 'either' }),

  // --- answers that break off, come late or not at all ---
  bytes('a tarball that breaks off', fault.cut(100)), bytes('a tarball that breaks off once', fault.cut(100), once),
  bytes('chunks that break off', fault.cutChunked(100)), bytes('chunks that break off once', fault.cutChunked(100), once),
  bytes('half a tarball as a whole answer', fault.short(150)), bytes('a connection that is reset in the middle', fault.reset(100)),
  bytes('a connection that is reset in the middle, once', fault.reset(100), once), bytes('a connection that is reset at once, once', fault.reset(0), once),
  bytes('a tarball byte by byte', fault.drip(40, 15), { end: 'ok' }), packument('an answer byte by byte', fault.drip(40, 15), { end: 'ok' }),
  bytes('a tarball that never comes', fault.stall(), slow), bytes('a tarball that never comes, once', fault.stall(), { ...once, npmrc: 'fetch-timeout=700\n' }),
  bytes('a tarball that stops coming', fault.stallBody(100), slow), bytes('a tarball that stops coming, once', fault.stallBody(100), { ...once, npmrc: 'fetch-timeout=700\n' }),
  packument('an answer that never comes', fault.stall(), slow), packument('an answer that never comes, once', fault.stall(), { ...once, npmrc: 'fetch-timeout=700\n' }),
  packument('an answer of a byte now and then, without end', fault.trickle(100), { ...slow, says: ['evil', 'too slowly'], within: 60 }),
  bytes('a tarball of a byte now and then, without end', fault.trickle(100), { ...slow, says: ['evil', 'too slowly'], within: 60 }),
  packument('an answer of a byte now and then, once', fault.trickle(100), { ...once, npmrc: 'fetch-timeout=700\n' }),
  packument('an answer that stops coming', fault.stallBody(50), slow), packument('an answer that is reset, once', fault.reset(0), once),
  packument('an answer that is always reset', fault.reset(0)), packument('an answer that breaks off', fault.cut(50)), packument('an answer that breaks off once', fault.cut(50), once),
  { name: 'a server that closes after each answer', end: 'ok', faults: () => [{ at: /./, act: fault.closeAfter() }] },
  { name: 'nobody listens there', end: 'error', says: ['evil'], faults: registry => { registry.server.close(); registry.server.closeAllConnections(); return [] }, then: 'never', within: 60 },

  // --- codes ---
  packument('500 for ever', fault.status(500), { says: ['evil', '500'] }), packument('500 once', fault.status(500), once), packument('503 twice', fault.status(503), { fault: { times: 2 }, end: 'ok' }),
  bytes('500 for a tarball, for ever', fault.status(500), { says: ['evil', '500'] }), bytes('500 for a tarball, once', fault.status(500), once), bytes('502 for a tarball, twice', fault.status(502), { fault: { times: 2 }, end: 'ok' }),
  packument('429 with Retry-After, once', fault.status(429, { 'retry-after': '1' }), { ...once, look: ({ result, check }) => check('it waits as long as it is told', result.ms >= 950) }),
  bytes('429 without Retry-After, once', fault.status(429), once), packument('429 for ever', fault.status(429), { says: ['evil', '429'] }),
  packument('429 with a Retry-After of a year', fault.status(429, { 'retry-after': '31536000' }), { within: 100, slow: true }),
  packument('404 for the package', fault.status(404), { says: ['evil'], look: ({ registry, check }) => check('nobody asks again', registry.requests.filter(request => request.path === '/evil').length === 1) }),
  bytes('404 for the tarball', fault.status(404), { says: ['evil', '404'] }), bytes('403 for the tarball', fault.status(403), { says: ['evil', '403'] }), packument('401 for the package', fault.status(401), { says: ['evil', '401'] }),
  packument('204 and nothing', fault.status(204)), packument('304 though nobody asked for it', fault.status(304)),

  // --- redirects and credentials ---
  { name: 'a token goes to its registry', ...token, end: 'ok', look: hasToken },
  { name: 'a tarball redirected to another host', ...token, end: 'ok', faults: (registry, other) => [{ at: 'evil', of: 'tarball', act: fault.redirect(at => other.url + at.slice(1)) }], look: seen => { noTokenAt(seen); hasToken(seen) } },
  { name: 'an answer redirected to another host', ...token, end: 'either', then: 'new', faults: (registry, other) => [{ at: 'evil', of: 'packument', act: fault.redirect(at => other.url + at.slice(1), 307) }], look: ({ other, check }) => check('no credential goes there', !JSON.stringify(other.requests).includes('secret')) },
  { name: 'a redirect to another name of the same machine', ...token, end: 'ok', faults: (registry, other) => [{ at: 'evil', of: 'tarball', act: fault.redirect(at => `http://localhost:${other.port}${at}`) }], look: noTokenAt },
  { name: 'a redirect that stays', ...token, end: 'ok', faults: registry => [{ at: 'evil', of: 'tarball', times: 1, act: fault.redirect(at => at, 301) }] },
  { name: 'a tarball on another host', ...token, end: 'ok', packages: (box, registry, other) => ({ evil: { '1.0.0': { $dist: { tarball: `${other.url}evil/-/evil-1.0.0.tgz` } } } }), look: noTokenAt, then: 'new' },
  { name: 'a circle of redirects', end: 'error', faults: () => [{ at: 'evil', of: 'tarball', act: fault.redirect(at => at) }] },
  { name: 'a redirect to a file', end: 'error', faults: (registry, other, box) => [{ at: 'evil', of: 'tarball', act: fault.redirect(() => `file://${box.outside}/x`) }] },
  { name: 'a redirect to nowhere', end: 'error', faults: () => [{ at: 'evil', of: 'tarball', act: fault.redirect(() => '') }] },
  { name: 'a scope with its own registry and token', npmrc: '@s:registry=<other>\n//<host>/:_authToken=secret-of-registry\n//<otherhost>/:_authToken=token-of-scope\n', end: 'ok', then: 'never',
    packages: { '@s/x': { '1.0.0': {} } }, files: { 'package.json': { name: 'app', dependencies: { '@s/x': '1', good: '1' } } },
    look: ({ registry, other, check }) => {
      check('the scope is asked for at its own registry', other.requests.some(r => r.path === '/@s/x') && !registry.requests.some(r => r.path.includes('@s')))
      check('each gets its own token', other.requests.every(r => r.headers.authorization === 'Bearer token-of-scope') && registry.requests.every(r => r.headers.authorization === 'Bearer secret-of-registry'))
    } },
  { name: 'a token in the error is not shown', ...token, end: 'error', faults: () => [{ at: 'evil', of: 'packument', act: fault.status(403) }], look: ({ result, check }) => check('the token is nowhere in the output', !(result.out + result.err).includes('secret-of')) },

  // --- archives that want out ---
  archive('a path with ..', () => [{ path: `package/${up}${'tmp'}/never`, data: 'x' }]),
  archive('a path that leaves to a neighbour', () => [{ path: 'package/../../good/index.js', data: 'evil was here' }]),
  archive('a path of two dots first', () => [{ path: '../evil.txt', data: 'x' }]),
  archive('a path that goes up and comes back', () => [{ path: 'package/a/../../b', data: 'x' }]),
  archive('an absolute path', box => [{ path: `${box.outside}/evil`, data: 'changed' }], { end: 'either' }),
  archive('an absolute path after the first folder', box => [{ path: `package/${box.outside}/evil`, data: 'changed' }], { end: 'either' }),
  archive('backslashes', () => [{ path: 'package\\..\\..\\evil', data: 'x' }, { path: 'package/..\\..\\evil', data: 'x' }], { end: 'either' }),
  archive('.. in a pax header', box => [{ path: 'PaxHeader', type: 'x', data: paxRecord('path', `package/${up}${short(box)}/evil`) }, { path: 'package/innocent', data: 'changed' }]),
  archive('.. in a long name', box => [{ path: '././@LongLink', type: 'L', data: `package/${up}${short(box)}/evil\0` }, { path: 'package/innocent', data: 'changed' }]),
  archive('a nul in a pax path', () => [{ path: 'PaxHeader', type: 'x', data: paxRecord('path', 'package/a\0/../../../x') }, { path: 'package/innocent', data: 'x' }], { end: 'either' }),
  archive('a symlink out, and a file through it', box => [{ path: 'package/way', type: '2', link: box.outside }, { path: 'package/way/evil', data: 'changed' }]),
  archive('a relative symlink out, and a file through it', box => [{ path: 'package/way', type: '2', link: up + short(box) }, { path: 'package/way/evil', data: 'changed' }]),
  archive('a symlink to a file outside, overwritten', box => [{ path: 'package/way', type: '2', link: `${box.outside}/x` }, { path: 'package/way', data: 'changed' }]),
  archive('two symlinks, one over the other', box => [{ path: 'package/a', type: '2', link: '.' }, { path: 'package/a/b', type: '2', link: '..' }, { path: 'package/a/b/c/evil', data: 'changed' }]),
  archive('a symlink out alone', () => [{ path: 'package/passwd', type: '2', link: '/etc/passwd' }], { end: 'either', look: ({ box, check }) => check('no such link is in the tree', !existsSync(path.join(box.project, 'node_modules/evil/passwd'))) }),
  archive('a symlink within', () => [{ path: 'package/link', type: '2', link: 'package.json' }], { end: 'either' }),
  archive('package.json as a symlink', () => [{ path: 'package/package.json', type: '2', link: '/etc/hostname' }], { end: 'either' }),
  archive('a hard link to the outside', box => [{ path: 'package/hard', type: '1', link: `${box.outside}/file` }, { path: 'package/hard', data: 'changed' }]),
  archive('a hard link with ..', box => [{ path: 'package/hard', type: '1', link: `package/${up}${short(box)}/file` }, { path: 'package/hard', data: 'changed' }]),
  archive('a hard link within', () => [{ path: 'package/hard', type: '1', link: 'package/package.json' }], { end: 'either' }),
  archive('devices and pipes', () => [{ path: 'package/null', type: '3' }, { path: 'package/block', type: '4' }, { path: 'package/pipe', type: '6' }], { end: 'either', look: ({ box, check }) => check('none is in the tree', !['null', 'block', 'pipe'].some(name => existsSync(path.join(box.project, 'node_modules/evil', name)))) }),
  archive('setuid and setgid', () => [{ path: 'package/su', data: '#!/bin/sh\n', mode: 0o6755 }], { end: 'ok', look: ({ box, check }) => check('the bits are gone', (lstatSync(path.join(box.project, 'node_modules/evil/su')).mode & 0o6000) === 0) }),
  archive('a file that nobody may read', () => [{ path: 'package/closed', data: 'x', mode: 0 }, { path: 'package/shut', type: '5', mode: 0 }, { path: 'package/shut/x', data: 'y' }], { end: 'ok', look: ({ box, check }) => check('its owner may', (lstatSync(path.join(box.project, 'node_modules/evil/closed')).mode & 0o400) !== 0) }),
  archive('the same path twice', () => [{ path: 'package/x', data: 'first' }, { path: 'package/x', data: 'second' }], { end: 'either' }),
  archive('package.json twice', () => [{ path: 'package/package.json', data: '{"name":"evil","version":"1.0.0","bin":"x"}' }], { end: 'either' }),
  archive('a file that becomes a folder', () => [{ path: 'package/x', data: 'file' }, { path: 'package/x/y', data: 'below' }]),
  archive('a folder that becomes a file', () => [{ path: 'package/x/y', data: 'below' }, { path: 'package/x', data: 'file' }]),
  archive('names that differ in case only', () => [{ path: 'package/Readme.md', data: 'a' }, { path: 'package/README.md', data: 'b' }], { end: 'either' }),
  archive('a name of 300 bytes', () => [{ path: 'PaxHeader', type: 'x', data: paxRecord('path', 'package/' + 'n'.repeat(300)) }, { path: 'package/n', data: 'x' }]),
  archive('four thousand folders deep', () => [{ path: 'PaxHeader', type: 'x', data: paxRecord('path', 'package/' + 'd/'.repeat(4000) + 'x') }, { path: 'package/n', data: 'x' }]),
  archive('an empty name', () => [{ path: '', data: 'x' }, { path: 'package/', data: 'x' }, { path: 'package', data: 'x' }], { end: 'either' }),
  archive('a node_modules with a .bin of its own', () => [{ path: 'package/node_modules/.bin/good', data: '#!/bin/sh\n' }, { path: 'package/node_modules/good/package.json', data: '{"name":"good","version":"6.6.6"}' }], { end: 'either' }),
  archive('a pax header of ten gigabytes', () => [{ path: 'PaxHeader', type: 'x', size: 10 * 2 ** 30, data: 'x' }]),
  archive('a file of a hundred gigabytes, it says', () => [{ path: 'package/big', size: 100 * 2 ** 30, data: 'x' }]),
  { name: 'a bomb of one file', end: 'error', then: 'new', within: 60, packages: () => ({ evil: { '1.0.0': { $tarball: bomb(1 << 20, [manifest]), $integrity: integrity(Buffer.from('x')) } } }),
    faults: () => [{ at: 'evil', of: 'tarball', act: fault.endlessGzip() }] },
  archive('five thousand empty folders', () => [{ path: 'x', type: '5' }].concat(Array.from({ length: 1000 }, (_, i) => ({ path: `package/f${i}/g/h/i/j`, type: '5' }))), { end: 'either' }),

  // --- answers that are no answers ---
  ...Object.entries({ 'no JSON': '{"name": "evil", "versions": ', 'a page of HTML': '<html>', nothing: '', null: 'null', 'a list': '[]', 'an empty object': '{}', 'a number': '7',
    'versions as a list': '{"name":"evil","versions":[1,2],"dist-tags":{}}', 'versions as text': '{"name":"evil","versions":"1.0.0"}', 'a version as text': '{"name":"evil","dist-tags":{"latest":"1.0.0"},"versions":{"1.0.0":"x"}}',
    'a version without dist': '{"name":"evil","dist-tags":{"latest":"1.0.0"},"versions":{"1.0.0":{"name":"evil","version":"1.0.0"}}}',
    'a tarball of no text': '{"name":"evil","dist-tags":{"latest":"1.0.0"},"versions":{"1.0.0":{"name":"evil","version":"1.0.0","dist":{"tarball":7,"integrity":[]}}}}',
    'a tarball that is a file': '{"name":"evil","dist-tags":{"latest":"1.0.0"},"versions":{"1.0.0":{"name":"evil","version":"1.0.0","dist":{"tarball":"file:///etc/passwd"}}}}',
    'a tarball of another protocol': '{"name":"evil","dist-tags":{"latest":"1.0.0"},"versions":{"1.0.0":{"name":"evil","version":"1.0.0","dist":{"tarball":"gopher://127.0.0.1/x"}}}}',
    'a tarball without a host': '{"name":"evil","dist-tags":{"latest":"1.0.0"},"versions":{"1.0.0":{"name":"evil","version":"1.0.0","dist":{"tarball":"http://"}}}}',
    'versions that are none': '{"name":"evil","dist-tags":{"latest":"x"},"versions":{"x":{},"":{},"1":{}}}', 'two hundred thousand brackets': '['.repeat(200000), 'deep versions': `{"name":"evil","versions":${'{"a":'.repeat(100000)}`,
    'bytes that are no text': Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x00, 0x22, 0x3a]) }).map(([name, text]) => packument(`an answer: ${name}`, fault.body(text), /tarball|dist/.test(name) ? { end: 'either', then: 'new' } : {})),
  packument('an answer of the wrong type', (request, response, answer) => fault.body(answer.body, 'text/plain')(request, response, answer), { end: 'ok' }),
  packument('an answer whose gzip is broken', fault.brokenGzip()), packument('an answer whose gzip is broken once', fault.brokenGzip(), { fault: { times: 1 }, end: 'either' }),
  packument('an answer that is no gzip but says so', fault.body('hello', undefined, { 'content-encoding': 'gzip' })), packument('an encoding that nobody knows', fault.body('hello', undefined, { 'content-encoding': 'zpaq' })),
  packument('an answer without end', fault.endless(), { within: 60 }), packument('an answer without end, of valid JSON so far', fault.endless('{"name":"evil","x":['.repeat(3000)), { within: 60 }),
  packument('an answer that inflates without end', fault.endlessGzip(), { within: 60, says: ['evil', 'as bombs do'] }),
  packument('an answer of a megabyte that is a gigabyte', fault.gzipBomb(1 << 30), { says: ['evil', 'as bombs do'] }),
  packument('an answer of half a megabyte that is half a gigabyte', fault.gzipBomb(1 << 29), { says: ['evil', 'as bombs do'] }), bytes('a tarball without end', fault.endless(), { within: 60 }),
  packument('a header of a megabyte', fault.hugeHeaders(1 << 20)), packument('no HTTP', fault.rawReply('hello\n')), packument('HTTP of a strange version', fault.rawReply('HTTP/9.9 200 OK\r\n\r\n{}')),
  packument('two lengths', fault.rawReply('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}')), packument('a length below zero', fault.rawReply('HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}')),
  packument('a chunk of an endless size', fault.rawReply('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}')),
  about('latest that is not there', {}, { packages: { evil: { '1.0.0': {}, $tags: { latest: '9.9.9' } } }, end: 'either', files: { 'package.json': { name: 'app', dependencies: { evil: 'latest', good: '1' } } } }),
  about('latest that is not there, and a range', {}, { packages: { evil: { '1.0.0': {}, $tags: { latest: '9.9.9' } } }, end: 'ok', then: 'same' }),
  about('another name in the answer', {}, { packages: { evil: { '1.0.0': {}, $packument: { name: 'good' } } }, end: 'either' }),
  { name: 'ten thousand versions', end: 'ok', packages: { evil: Object.fromEntries(Array.from({ length: 10000 }, (_, i) => [`1.${i >> 6}.${i & 63}`, { $tarball: Buffer.alloc(0), dependencies: { good: '^1.0.0' }, engines: { node: '>=18' } }]).concat([['1.999.0', {}]])) } },
  about('dependencies as text', { dependencies: 'x', peerDependencies: ['y'], optionalDependencies: 7, bin: 7, os: 7, cpu: { a: 1 }, scripts: 'x', engines: 'x', peerDependenciesMeta: 'x', bundleDependencies: 'x' }, { end: 'either' }),
  about('a range of a megabyte', { dependencies: { good: '1 || '.repeat(200000) + '1' } }, { end: 'either' }),
  about('a dependency that is not there', { dependencies: { 'nowhere-at-all': '1' } }, { says: ['nowhere-at-all'] }),
  { name: 'cycles of three', end: 'ok', packages: { evil: { '1.0.0': { dependencies: { e2: '1' } } }, e2: { '1.0.0': { dependencies: { e3: '1' } } }, e3: { '1.0.0': { dependencies: { evil: '1' } } } } },
  { name: 'versions that want each other without end', end: 'either', then: 'new', packages: { evil: Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`1.0.${i}`, { dependencies: { evil2: `1.0.${(i * 7 + 1) % 60}` } }])), evil2: Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`1.0.${i}`, { dependencies: { evil: `1.0.${(i * 11 + 3) % 60}` } }])) } },

  // --- names that are paths ---
  ...['../evil', '../../outside/x', '/etc/x', '.', '..', '.bin', 'node_modules', 'a/b/c', '@s/../../x', '@/x', 'a\\..\\b', '', ' ', 'x\u0000y', '.hidden', '__proto__'].map(name =>
    about(`a dependency called ${JSON.stringify(name)}`, { dependencies: { [name]: '1' } }, { says: [], end: name === '.hidden' || name === '__proto__' || name === ' ' || name === '.bin' || name === 'node_modules' || name === 'a\\..\\b' || name === '.' || name === '' || name === 'x\u0000y' || name === 'a/b/c' || name === '@/x' || name === '/etc/x' || name.includes('..') ? 'error' : 'either' })),
  about('an alias to a path', { dependencies: { x: 'npm:../../x@1' } }, { says: [] }),
  about('a dependency on a folder outside', { dependencies: { x: 'file:../../outside' } }, { says: [], end: 'either' }),
  about('a dependency on a link outside', { dependencies: { x: 'link:/etc' } }, { says: [], end: 'either', look: ({ box, check }) => check('no such link is in the tree', !existsSync(path.join(box.project, 'node_modules/x'))) }),
  about('a bin called ../../x', { bin: { '../../../../outside/x': 'index.js' } }, { end: 'either' }),
  about('a bin with a slash', { bin: { 'a/b': 'index.js', '.': 'index.js', '..': 'index.js', '': 'index.js' } }, { end: 'either' }),
  about('a bin that points outside', { bin: { tool: '../../../outside/x', two: '/etc/passwd', three: '../good/index.js' } }, { end: 'either', look: ({ box, check }) => check('no link leads outside', !['tool', 'two', 'three'].some(name => existsSync(path.join(box.project, 'node_modules/.bin', name)))) }),
  about('a folder of bins that is outside', { directories: { bin: '../../../outside' } }, { end: 'either', look: ({ box, check }) => check('no link leads outside', !existsSync(path.join(box.project, 'node_modules/.bin/x'))) }),
  { name: 'a version that is a path', end: 'either', then: 'new', packages: { evil: { '1.0.0': { $packument: {} } } }, faults: () => [{ at: 'evil', of: 'packument', act: (request, response, answer) => fault.body(answer.body.toString().replaceAll('"1.0.0"', '"1.0.0/../../../x"'))(request, response, answer) }] },
  { name: 'a version member that is a path', end: 'either', then: 'new', faults: () => [{ at: 'evil', of: 'packument', act: (request, response, answer) => fault.body(answer.body.toString().replaceAll('"version":"1.0.0"', '"version":"../../../x"'))(request, response, answer) }] },

  // --- lockfiles that lie ---
  ...Object.entries({
    'another integrity': lock => lock.replace(/sha512-[^"]{8}/, 'sha512-AAAAAAAA'), 'a name that is a path': lock => lock.replace('"evil": ["evil@', '"../evil": ["../evil@'),
    'a key that is a path': lock => lock.replace('"evil": [', '"evil/../../x": ['), 'no packages': lock => lock.replace(/"packages": \{[^]*\n {2}\}/, '"packages": {}'), 'half of it': lock => lock.slice(0, lock.length >> 1),
    'a version that is not there': lock => lock.replace('"evil@1.0.0"', '"evil@7.7.7"'), 'rubbish': () => '\u0000\u0001rubbish', 'a hundred thousand brackets': () => '{"lockfileVersion":2,"packages":' + '['.repeat(100000),
    'a later format': lock => lock.replace('"lockfileVersion": 2', '"lockfileVersion": 99'),
  }).map(([name, change]) => ({ name: `a lockfile with ${name}`, lock: change, args: ['install', '--frozen-lockfile'], says: [], end: name === 'a version that is not there' ? 'either' : 'error', then: 'never' })),
]
