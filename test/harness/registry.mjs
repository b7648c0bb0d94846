// A registry of npm packages on loopback, as the tests need it: honest, as a copy of the configured one, or hostile.
//   const registry = await startRegistry({ packages, faults, upstream, cache, latency })
//   registry.url  registry.requests  registry.packages  registry.faults  await registry.close()
// `packages`: name -> version -> what its package.json says besides name and version. Beside those a version may have
//   $files    name -> text (its package.json and an index.js are added)     $tarball  Buffer, instead of all that
//   $integrity, $shasum   what the registry claims (null: nothing)          $dist     further members of dist
// and a package `$tags` (latest is the highest version otherwise), `$time` and `$packument` (further members of its answer).
// `faults`: [{ at: 'name' | RegExp over the path, of: 'packument' | 'tarball', times, act(request, response, answer) }]; the first
// that fits and is not used up answers instead. The acts are in faults.mjs.
// `upstream` with `cache`, a folder: whatever is not in `packages` comes from there, once, and stays the same for ever.
import http from 'node:http'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { integrity, packageTarball, shasum } from './tarball.mjs'

const SHORT = 'application/vnd.npm.install-v1+json'
const SHORT_MEMBERS = ['name', 'version', 'deprecated', 'dependencies', 'optionalDependencies', 'devDependencies', 'bundleDependencies',
  'bundledDependencies', 'peerDependencies', 'peerDependenciesMeta', 'bin', 'directories', 'dist', 'engines', 'cpu', 'os', 'libc', 'funding']

const compare = (a, b) => {
  const [left, right] = [a, b].map(version => version.split(/[-+]/)[0].split('.').map(Number))
  for (let i = 0; i < 3; i++) if (left[i] !== right[i]) return left[i] - right[i]
  const [pre, other] = [a, b].map(version => version.includes('-'))
  return pre === other ? (a < b ? -1 : 1) : pre ? -1 : 1
}

export async function startRegistry(options = {}) {
  const registry = {
    packages: options.packages ?? {}, faults: options.faults ?? [], requests: [], latency: options.latency ?? 0,
    upstream: options.upstream, cache: options.cache, handlers: options.handlers ?? {}, active: 0, mostActive: 0, missing: [],
    built: new Map(), pending: new Map(), answers: new Map(),
  }
  const server = http.createServer({ keepAliveTimeout: 20000 }, (request, response) => {
    registry.active++
    registry.mostActive = Math.max(registry.mostActive, registry.active)
    response.on('close', () => registry.active--)
    handle(registry, request, response).catch(error => {
      if (response.headersSent) response.destroy()
      else response.writeHead(502, { 'content-type': 'application/json' }).end(JSON.stringify({ error: error.message }))
    })
  })
  server.on('clientError', (error, socket) => socket.destroy())
  await new Promise(resolve => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  registry.port = server.address().port
  registry.host = `127.0.0.1:${registry.port}`
  registry.url = `http://${registry.host}/`
  registry.server = server
  registry.close = () => new Promise(resolve => { server.close(resolve); server.closeAllConnections() })
  registry.forget = () => registry.built.clear() // after `packages` was changed
  return registry
}

async function handle(registry, request, response) {
  const url = new URL(request.url, registry.url)
  const name = decodeURIComponent(url.pathname.slice(1))
  registry.requests.push({ method: request.method, path: '/' + name, headers: request.headers, at: Date.now() })
  if (registry.latency) await new Promise(resolve => setTimeout(resolve, registry.latency('/' + name)))
  const own = registry.handlers[name]
  if (own) return own(request, response)
  const answer = await answerTo(registry, name, request)
  for (const fault of registry.faults) {
    if (fault.times === 0 || (fault.of && fault.of !== answer.of)) continue
    if (typeof fault.at === 'string' ? fault.at !== answer.name : !fault.at.test('/' + name)) continue
    if (fault.times) fault.times--
    return fault.act(request, response, answer)
  }
  send(request, response, answer)
}

export function send(request, response, answer) {
  if (answer.etag && request.headers['if-none-match'] === answer.etag) {
    response.writeHead(304, { etag: answer.etag }).end()
    return
  }
  const headers = { 'content-type': answer.type, ...answer.headers }
  if (answer.etag) Object.assign(headers, { etag: answer.etag, 'cache-control': 'public, max-age=300', vary: 'accept-encoding, accept' })
  let body = answer.body
  if (answer.gzipped && /gzip/.test(request.headers['accept-encoding'] ?? '')) {
    body = answer.gzipped
    headers['content-encoding'] = 'gzip'
  }
  headers['content-length'] = body.length
  response.writeHead(answer.status, headers).end(request.method === 'HEAD' ? undefined : body)
}

const missing = (name, of) => ({ of, name, status: 404, type: 'application/json', body: Buffer.from('{"error":"Not found"}') })

async function answerTo(registry, name, request) {
  const parts = /^((?:@[^/]+\/)?[^/@]+)(?:\/(.+))?$/.exec(name)
  if (name === '-/ping') return { of: 'ping', name, status: 200, type: 'application/json', body: Buffer.from('{}') }
  if (!parts) return missing(name, 'unknown')
  const of = !parts[2] ? 'packument' : parts[2].startsWith('-/') ? 'tarball' : 'version'
  const known = registry.packages[parts[1]]
  let answer
  if (known) answer = local(registry, parts[1], known, of, parts[2], request)
  else if (registry.upstream) answer = await upstream(registry, parts[1], of, parts[2], request)
  if (!answer) {
    registry.missing.push(name)
    return missing(parts[1], of)
  }
  return { of, name: parts[1], ...answer }
}

// --- what a table of packages answers ---

function pack(registry, value, type) {
  const body = Buffer.from(JSON.stringify(value))
  return { status: 200, type, body, gzipped: gzipSync(body, { level: 1 }), etag: `"${createHash('md5').update(body).digest('hex')}"` }
}

/** A version's package.json, as the registry tells it and as it lies in the tarball. */
export function manifestOf(name, version, about) {
  const own = Object.fromEntries(Object.entries(about).filter(([key]) => key[0] !== '$'))
  return { name, version, ...own }
}

function buildVersion(registry, name, version, about) {
  const manifest = manifestOf(name, version, about)
  const bytes = about.$tarball ?? packageTarball({
    'package.json': JSON.stringify(manifest, null, 2) + '\n',
    'index.js': `module.exports = ${JSON.stringify(`${name}@${version}`)}\n`,
    ...Object.fromEntries(Object.values(typeof manifest.bin === 'string' ? { [name]: manifest.bin } : manifest.bin ?? {})
      .map(file => [file.replace(/^\.\//, ''), { data: `#!/usr/bin/env node\nconsole.log(${JSON.stringify(`${name}@${version}`)})\n`, mode: 0o755 }])),
    ...about.$files,
  })
  const file = `${name.replace(/^@[^/]+\//, '')}-${version}.tgz`
  const dist = { tarball: `${registry.url}${name}/-/${file}`, ...about.$dist }
  if (about.$integrity !== null) dist.integrity = about.$integrity ?? integrity(bytes)
  if (about.$shasum !== null) dist.shasum = about.$shasum ?? shasum(bytes)
  return { manifest: { ...manifest, dist }, bytes, file }
}

/** What a lockfile says of a version's tarball. */
export const integrityOf = (name, version, about) => integrity(buildVersion({ url: '' }, name, version, about).bytes)

function build(registry, name, known) {
  const versions = Object.keys(known).filter(key => key[0] !== '$').sort(compare)
  const made = Object.fromEntries(versions.map(version => [version, buildVersion(registry, name, version, known[version])]))
  const plain = versions.filter(version => !version.includes('-'))
  const tags = { latest: (plain.length ? plain : versions).at(-1), ...known.$tags }
  const time = Object.fromEntries(versions.map(version => [version, known.$time?.[version] ?? '2020-01-01T00:00:00.000Z']))
  const whole = Object.fromEntries(versions.map(version => [version, made[version].manifest]))
  const short = Object.fromEntries(versions.map(version => {
    const { manifest } = made[version]
    const members = Object.fromEntries(SHORT_MEMBERS.filter(key => manifest[key] !== undefined).map(key => [key, manifest[key]]))
    const scripts = manifest.scripts ?? {}
    if (scripts.preinstall || scripts.install || scripts.postinstall) members.hasInstallScript = true
    return [version, members]
  }))
  return {
    made, tags, whole,
    short: pack(registry, { name, modified: '2020-01-01T00:00:00.000Z', 'dist-tags': tags, versions: short, ...known.$packument }, SHORT),
    full: pack(registry, { _id: name, name, 'dist-tags': tags, versions: whole, time, ...known.$packument }, 'application/json'),
  }
}

function local(registry, name, known, of, rest, request) {
  let built = registry.built.get(name)
  if (!built) registry.built.set(name, built = build(registry, name, known))
  if (of === 'packument') return (request.headers.accept ?? '').includes(SHORT) ? built.short : built.full
  if (of === 'version') {
    const manifest = built.whole[rest] ?? built.whole[built.tags[rest]]
    return manifest && pack(registry, manifest, 'application/json')
  }
  const version = Object.values(built.made).find(one => `-/${one.file}` === rest)
  return version && { status: 200, type: 'application/octet-stream', body: version.bytes }
}

// --- what the configured registry answers, kept ---

async function upstream(registry, name, of, rest, request) {
  const short = of === 'packument' && (request.headers.accept ?? '').includes(SHORT)
  const file = path.join(registry.cache, name.replace('/', '+'), of === 'packument' ? (short ? 'short.json.gz' : 'full.json.gz') : rest.replaceAll('/', '+'))
  if (registry.answers.has(file)) return registry.answers.get(file)
  if (!registry.pending.has(file)) {
    registry.pending.set(file, fetched(registry, file, name + (rest ? '/' + rest : ''), short)
      .finally(() => registry.pending.delete(file)))
  }
  const bytes = await registry.pending.get(file)
  if (!bytes) return undefined
  if (of === 'tarball') return { status: 200, type: 'application/octet-stream', body: bytes }
  const text = gunzipSync(bytes).toString().replaceAll(`"tarball":"${registry.upstream}`, `"tarball":"${registry.url}`)
  const body = Buffer.from(text)
  const etag = `"${createHash('md5').update(body).digest('hex')}"`
  const answer = { status: 200, type: short ? SHORT : 'application/json', body, gzipped: gzipSync(body, { level: 1 }), etag }
  registry.answers.set(file, answer)
  return answer
}

async function fetched(registry, file, from, short) {
  try { return readFileSync(file) } catch {}
  try { readFileSync(file + '.404'); return undefined } catch {}
  mkdirSync(path.dirname(file), { recursive: true })
  const url = registry.upstream + from.replace(/^(@[^/]+)\//, from.includes('/-/') ? '$1/' : '$1%2f')
  for (let attempt = 0; ; attempt++) {
    try {
      const response = await fetch(url, { headers: short ? { accept: SHORT } : {}, signal: AbortSignal.timeout(120000) })
      if (response.status === 404) { writeFileSync(file + '.404', ''); return undefined }
      if (!response.ok) throw new Error(`${url}: ${response.status}`)
      let bytes = Buffer.from(await response.arrayBuffer())
      if (!from.includes('/-/')) bytes = gzipSync(JSON.stringify(JSON.parse(bytes.toString())), { level: 1 })
      const temporary = `${file}.${process.pid}`
      writeFileSync(temporary, bytes)
      renameSync(temporary, file)
      return bytes
    } catch (error) {
      if (attempt === 4) throw error
      await new Promise(resolve => setTimeout(resolve, 200 * 2 ** attempt))
    }
  }
}

if (import.meta.main) { // registry.mjs <cache folder> [port]: a copy of the registry that npm is configured with
  const { execFileSync } = await import('node:child_process')
  const registry = await startRegistry({
    upstream: execFileSync('npm', ['config', 'get', 'registry'], { cwd: '/' }).toString().trim(), cache: process.argv[2], port: Number(process.argv[3] ?? 0),
  })
  console.log(registry.url)
}
