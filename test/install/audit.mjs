// test/install/audit.mjs: what is known of what is locked: advisories, signatures, licences, bills of materials (CycloneDX's own schema, and
// what SPDX 2.3 asks of the members that are written).
import { generateKeyPairSync, sign } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { startRegistry } from '../harness/registry.mjs'
import { ROOT, counter, install, sandbox, writeFiles } from './lib.mjs'

const require = createRequire(path.join(ROOT, 'test/packages/package.json'))
const manifest = {
  name: 'app', version: '1.0.0', license: 'MIT', workspaces: ['packages/*'], dependencies: { bad: '^1.0.0', mid: '1', '@s/c': '2' },
  devDependencies: { tool: '1' }, optionalDependencies: { maybe: '1' },
}
const packages = {
  bad: { '1.0.0': { license: 'MIT' }, '1.0.1': { license: 'MIT' }, '1.0.2': { license: 'MIT' }, '1.1.0': { license: 'MIT' }, '2.0.0': { license: 'MIT' } },
  mid: { '1.0.0': { license: 'Apache-2.0', dependencies: { deep: '0.1.0' }, homepage: 'https://example.test/mid', author: { name: 'A', email: 'a@example.test' } } },
  deep: { '0.1.0': { licenses: [{ type: 'MIT' }, { type: 'BSD-2-Clause' }] }, '0.2.0': {} },
  '@s/c': { '2.3.4': { license: 'SEE LICENSE IN x.txt', description: 'scoped' } },
  tool: { '1.0.0': { license: 'GPL-3.0-only', dependencies: { bad: '1.0.0' } } },
  maybe: { '1.0.0': { license: 'ISC', repository: 'git+https://example.test/maybe.git' } },
}
const advisories = {
  bad: [{ id: 1, url: 'https://example.test/advisories/GHSA-aaaa-bbbb-cccc', title: 'slow', severity: 'moderate', vulnerable_versions: '<1.0.1' },
    { id: 2, url: 'https://example.test/advisories/GHSA-dddd-eeee-ffff', title: 'leaks', severity: 'high', vulnerable_versions: '<1.0.2' }],
  deep: [{ id: 3, title: 'pollutes', severity: 'critical', vulnerable_versions: '<0.2.0' }, { id: 4, title: 'later ones', severity: 'critical', vulnerable_versions: '>=1.0.0' }],
}

const counted = counter()
const check = (name, holds) => counted.check(name, holds ? undefined : 'it is not so')
const asked = []
const bulk = (request, response) => {
  let body = ''
  request.on('data', data => { body += data })
  request.on('end', () => {
    asked.push(JSON.parse(body))
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(advisories))
  })
}
const registry = await startRegistry({ packages, handlers: { '-/npm/v1/security/advisories/bulk': bulk } })
const box = sandbox({ 'package.json': manifest, 'packages/w/package.json': { name: 'w', version: '3.0.0', dependencies: { deep: '0.1.0' } } })
const bao = (...args) => install('bao', box, registry, args)

try {
  // bad is locked at 1.0.0, as it was before 1.0.1 came
  const all = packages.bad
  registry.packages.bad = { '1.0.0': all['1.0.0'] }
  const first = await bao('install', '--linker', 'hoisted')
  check(`the install ends well: ${first.err}`, first.code === 0)
  registry.packages.bad = all
  registry.forget()

  // --- advisories
  const found = await bao('audit')
  check('every locked version is asked for once', JSON.stringify(asked.at(-1)) === JSON.stringify({ '@s/c': ['2.3.4'], bad: ['1.0.0'], deep: ['0.1.0'], maybe: ['1.0.0'], mid: ['1.0.0'], tool: ['1.0.0'] }))
  check(`what is vulnerable is told, with the way to it:\n${found.out}`, found.code === 1
    && found.out.includes('bad@1.0.0\n  (direct dependency)\n  moderate: slow (<1.0.1) - https://example.test/advisories/GHSA-aaaa-bbbb-cccc\n  high: leaks (<1.0.2)')
    && found.out.includes('deep@0.1.0\n  w > deep\n  critical: pollutes (<0.2.0)') && !found.out.includes('later ones')
    && found.out.includes('3 vulnerabilities (1 critical, 1 high, 1 moderate)'))
  const json = await bao('audit', '--json')
  check(`--json gives the advisories that apply: ${json.out}`, JSON.stringify(JSON.parse(json.out)) === JSON.stringify({ bad: advisories.bad, deep: [advisories.deep[0]] }))
  const high = await bao('audit', '--audit-level=high', '--ignore=GHSA-dddd-eeee-ffff')
  check(`--audit-level and --ignore leave out: ${high.out}`, high.code === 1 && high.out.includes('1 vulnerability (1 critical)') && high.out.includes('1 ignored'))
  const none = await bao('audit', '--ignore=1', '--ignore=2', '--ignore=3')
  check(`nothing left is exit code 0: ${none.out}`, none.code === 0 && none.out.includes('No vulnerabilities found'))
  const wrong = await bao('audit', '--audit-level=awful')
  check(`an unknown level is an error: ${wrong.err}`, wrong.code === 1 && wrong.err.includes('awful'))
  writeFileSync(path.join(box.tmp, 'db.json'), JSON.stringify(advisories))
  const before = asked.length
  const offline = await bao('audit', `--database=${path.join(box.tmp, 'db.json')}`)
  check(`a database needs no network: ${offline.err}`, offline.code === 1 && offline.out.includes('3 vulnerabilities') && asked.length === before)
  writeFileSync(path.join(box.tmp, 'db.json'), '{"bad": 1}')
  const broken = await bao('audit', `--database=${path.join(box.tmp, 'db.json')}`)
  check(`a broken database is an error that names it: ${broken.err}`, broken.code === 1 && broken.err.includes('db.json'))
  rmSync(path.join(box.tmp, 'db.json'))

  // --- fix: tool pins bad@1.0.0, so nothing can be done while it is there
  const stuck = await bao('audit', 'fix', '--dry-run')
  check(`what an exact range holds cannot be mended: ${stuck.out}`, stuck.code === 1 && stuck.out.includes('Would fix 0 of 3'))
  writeFiles(box.project, { 'package.json': { ...manifest, devDependencies: undefined } })
  await bao('install', '--linker', 'hoisted')
  const lock = readFileSync(path.join(box.project, 'bun.lock'), 'utf8')
  const dry = await bao('audit', 'fix', '--dry-run')
  check(`--dry-run changes nothing: ${dry.out}`, dry.out.includes('^ bad 1.0.0 -> 1.0.2') && readFileSync(path.join(box.project, 'bun.lock'), 'utf8') === lock)
  const fixed = await bao('audit', 'fix')
  check(`the lowest safe version is taken: ${fixed.out}${fixed.err}`, fixed.code === 1 && fixed.out.includes('^ bad 1.0.0 -> 1.0.2') && fixed.out.includes('Fixed 2 of 3')
    && fixed.out.includes('deep@0.1.0') && /"bad": \["bad@1\.0\.2"/.test(readFileSync(path.join(box.project, 'bun.lock'), 'utf8'))
    && JSON.parse(readFileSync(path.join(box.project, 'node_modules/bad/package.json'), 'utf8')).version === '1.0.2')
  const frozen = await bao('install', '--frozen-lockfile')
  check(`a frozen install takes what was mended: ${frozen.err}`, frozen.code === 0)

  // --- signatures
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const signed = (name, version, text) => [{ keyid: 'SHA256:ours', sig: sign('sha256', Buffer.from(text ?? `${name}@${version}:${integrityOf(name)}`), privateKey).toString('base64') }]
  const integrityIn = (lock, name) => new RegExp(`"${name}@[^"]*", "[^"]*", {.*}, "(sha512-[^"]*)"`).exec(lock)[1]
  const integrityOf = name => integrityIn(readFileSync(path.join(box.project, 'bun.lock'), 'utf8'), name)
  const noKeys = await bao('audit', 'signatures')
  check(`a registry without keys is told apart: ${noKeys.out}${noKeys.err}`, noKeys.code === 0 && noKeys.out.includes('5 of registries that publish no keys'))
  registry.handlers['-/npm/v1/keys'] = (request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({
    keys: [{ keyid: 'SHA256:ours', keytype: 'ecdsa-sha2-nistp256', scheme: 'ecdsa-sha2-nistp256', expires: null, key: publicKey.export({ type: 'spki', format: 'der' }).toString('base64') }],
  }))
  for (const [name, version] of [['bad', '1.0.2'], ['mid', '1.0.0'], ['deep', '0.1.0'], ['@s/c', '2.3.4'], ['maybe', '1.0.0']]) {
    registry.packages[name][version].$dist = { signatures: signed(name, version) }
  }
  registry.forget()
  const good = await bao('audit', 'signatures', '--no-cache')
  check(`signatures that fit: ${good.out}${good.err}`, good.code === 0 && good.out.includes('5 packages with a verified signature'))
  registry.packages.mid['1.0.0'].$dist = { signatures: signed('mid', '1.0.0', 'mid@1.0.0:sha512-other') }
  registry.packages.maybe['1.0.0'].$dist = {}
  registry.forget()
  const bad = await bao('audit', 'signatures', '--no-cache')
  check(`one that does not fit, and one that is not there: ${bad.out}`, bad.code === 1 && bad.out.includes('mid@1.0.0 has a signature that does not fit')
    && bad.out.includes('maybe@1.0.0 has no signature') && bad.out.includes('3 packages with') && bad.out.includes('1 with a wrong signature'))

  // --- an install with keys
  writeFiles(box.dir, { 'tmp/keys.json': JSON.stringify({ keys: [{ keyid: 'SHA256:ours', key: publicKey.export({ type: 'spki', format: 'der' }).toString('base64') }] }) })
  writeFiles(box.project, { 'bunfig.toml': `[install]\nregistryKeys = "${box.tmp}/keys.json"\n` })
  const locked = readFileSync(path.join(box.project, 'bun.lock'), 'utf8')
  check('what is locked needs no signature again', (await bao('install', '--frozen-lockfile')).code === 0)
  writeFiles(box.project, { 'bun.lock': null, node_modules: null })
  const refused = await bao('install', '--no-cache', '--linker', 'hoisted')
  check(`what is not signed is not installed: ${refused.err}`, refused.code === 1 && refused.err.includes('mid@1.0.0 has a signature that does not fit')
    && refused.err.includes('maybe@1.0.0 has no signature') && !existsSync(path.join(box.project, 'node_modules')) && !existsSync(path.join(box.project, 'bun.lock')))
  for (const name of ['mid', 'maybe']) registry.packages[name]['1.0.0'].$dist = { signatures: [{ keyid: 'SHA256:ours', sig: sign('sha256', Buffer.from(`${name}@1.0.0:${integrityIn(locked, name)}`), privateKey).toString('base64') }] }
  registry.packages.bad['1.1.0'].$dist = { signatures: [] }
  registry.forget()
  writeFiles(box.project, { 'bun.lock': locked })
  const taken = await bao('install', '--no-cache', '--linker', 'hoisted')
  check(`what is signed is: ${taken.err}`, taken.code === 0)
  writeFiles(box.project, { 'bunfig.toml': null })
  rmSync(path.join(box.tmp, 'keys.json'))

  // --- licences
  const licenses = await bao('pm', 'licenses')
  check(`licences are grouped:\n${licenses.out}`, /Apache-2\.0 \(1\)\n└── mid@1\.0\.0\n/.test(licenses.out) && licenses.out.includes('(MIT OR BSD-2-Clause) (1)\n└── deep@0.1.0')
    && licenses.out.includes('SEE LICENSE IN x.txt (1)') && licenses.out.includes('5 packages across 5 licenses'))
  const denied = await bao('pm', 'licenses', '--allow=MIT,ISC', '--allow', 'Apache-2.0')
  check(`what a policy does not permit is named: ${denied.err}`, denied.code === 1 && denied.err.includes('@s/c@2.3.4: its licence is not permitted: SEE LICENSE IN x.txt') && !denied.err.includes('deep'))
  check('a policy that permits all is exit code 0', (await bao('pm', 'licenses', '--deny=GPL-3.0-only')).code === 0)

  // --- bills of materials
  const cyclone = await bao('pm', 'sbom')
  check(`CycloneDX is made: ${cyclone.err}`, cyclone.code === 0)
  const bom = JSON.parse(cyclone.out)
  const { valid, why } = byCycloneDX(bom)
  check(`CycloneDX 1.6 is what its schema asks for: ${why}`, valid)
  const component = name => bom.components.find(c => c.purl === `pkg:npm/${name}`)
  check('components say what they are', component('mid@1.0.0').licenses[0].license.id === 'Apache-2.0' && component('deep@0.1.0').licenses[0].expression === '(MIT OR BSD-2-Clause)'
    && component('%40s/c@2.3.4').licenses[0].license.name === 'SEE LICENSE IN x.txt' && component('%40s/c@2.3.4').group === '@s' && component('maybe@1.0.0').scope === 'optional')
  check('a digest is the one of the lockfile', Buffer.from(component('mid@1.0.0').hashes[0].content, 'hex').toString('base64') === integrityOf('mid').slice(7))
  check('dependencies lead to what there is', bom.dependencies.find(d => d.ref === 'mid@1.0.0').dependsOn.join() === 'deep@0.1.0'
    && bom.dependencies.every(d => d.dependsOn.every(ref => bom.dependencies.some(e => e.ref === ref))))
  const other = JSON.parse((await bao('pm', 'sbom', '--format=spdx')).out)
  check(`SPDX 2.3 has what the standard asks for: ${bySpdx(other)}`, bySpdx(other) === '')
  check('an unknown format is an error', (await bao('pm', 'sbom', '--format=x')).code === 1)
} finally {
  await registry.close()
  box.remove()
}
counted.done()

function byCycloneDX(bom) {
  const Ajv = require('ajv'), formats = require('ajv-formats')
  const folder = path.join(ROOT, 'test/packages/node_modules/@cyclonedx/cyclonedx-library/res/schema')
  const read = name => JSON.parse(readFileSync(path.join(folder, `${name}.SNAPSHOT.schema.json`), 'utf8'))
  const ajv = new Ajv({ strict: false, allErrors: true })
  formats(ajv)
  for (const name of ['iri-reference', 'idn-email']) ajv.addFormat(name, true)
  for (const name of ['spdx', 'jsf-0.82']) ajv.addSchema(read(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`)
  const validate = ajv.compile(read('bom-1.6'))
  return { valid: validate(bom), why: JSON.stringify(validate.errors?.slice(0, 3)) }
}

/** Clauses 6 (document), 7 (packages) and 11 (relationships) of the specification, for the members that are written. */
function bySpdx(doc) {
  const wrong = []
  const is = (what, holds) => { if (!holds) wrong.push(what) }
  const ids = new Set(['SPDXRef-DOCUMENT', ...doc.packages.map(p => p.SPDXID)])
  is('6.1 to 6.5', doc.spdxVersion === 'SPDX-2.3' && doc.dataLicense === 'CC0-1.0' && doc.SPDXID === 'SPDXRef-DOCUMENT' && doc.name && /^[a-z]+:\/\/[^#\s]+$/.test(doc.documentNamespace))
  is('6.8, 6.9', doc.creationInfo.creators.every(c => /^(Tool|Person|Organization): /.test(c)) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(doc.creationInfo.created))
  is('ids are unique', ids.size === doc.packages.length + 1)
  for (const p of doc.packages) {
    is(`7.2 ${p.SPDXID}`, /^SPDXRef-[A-Za-z0-9.-]+$/.test(p.SPDXID) && p.name)
    is(`7.7 ${p.name}`, p.downloadLocation === 'NOASSERTION' || /^(git\+)?https?:\/\//.test(p.downloadLocation))
    is(`7.8 ${p.name}`, p.filesAnalyzed === false)
    is(`7.10 ${p.name}`, (p.checksums ?? []).every(c => c.algorithm === 'SHA512' && /^[0-9a-f]{128}$/.test(c.checksumValue)))
    is(`7.15 ${p.name}`, ['NOASSERTION', 'MIT', 'Apache-2.0', 'ISC', '(MIT OR BSD-2-Clause)'].includes(p.licenseDeclared))
    is(`7.21 ${p.name}`, (p.externalRefs ?? []).every(r => r.referenceCategory === 'PACKAGE-MANAGER' && r.referenceType === 'purl' && /^pkg:npm\/\S+$/.test(r.referenceLocator)))
    is(`7.24 ${p.name}`, ['APPLICATION', 'LIBRARY'].includes(p.primaryPackagePurpose))
  }
  const types = ['DESCRIBES', 'DEPENDS_ON', 'DEV_DEPENDENCY_OF', 'OPTIONAL_DEPENDENCY_OF', 'PROVIDED_DEPENDENCY_OF']
  for (const r of doc.relationships) is(`11.1 ${r.spdxElementId}`, ids.has(r.spdxElementId) && ids.has(r.relatedSpdxElement) && types.includes(r.relationshipType))
  is('what is described is there', doc.documentDescribes.every(id => ids.has(id)) && doc.relationships[0].relationshipType === 'DESCRIBES')
  return wrong.join(', ')
}
