// Runs the data of the web platform's URL tests: bao test/url/conformance.mjs <folder with urltestdata.json and its kin>
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2]
if (!folder) {
  console.error('usage: bao test/url/conformance.mjs <folder>')
  process.exit(2)
}
const read = name => JSON.parse(readFileSync(join(folder, name), 'utf8')).valueOf()
let passed = 0
const failed = []

function same(what, got, want) {
  if (got === want) passed++
  else failed.push(`${what}: ${JSON.stringify(got)}, not ${JSON.stringify(want)}`)
}

function attempt(run) {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
  }
}

const PARTS = ['href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'search', 'searchParams', 'hash']

for (const test of read('urltestdata.json')) {
  if (typeof test === 'string') continue
  const base = test.base ?? undefined, what = `new URL(${JSON.stringify(test.input)}, ${JSON.stringify(base)})`
  const url = attempt(() => new URL(test.input, base))
  same(`${what} parses`, url !== undefined, !test.failure)
  same(`canParse of ${what}`, URL.canParse(test.input, base), !test.failure)
  if (!url || test.failure) continue
  for (const part of PARTS) if (part in test) same(`${part} of ${what}`, String(url[part]), test[part])
  same(`again ${what}`, new URL(url.href).href, url.href)
}

for (const [part, tests] of Object.entries(read('setters_tests.json'))) {
  if (!Array.isArray(tests) || part === 'comment') continue
  for (const test of tests) {
    const url = new URL(test.href)
    attempt(() => { url[part] = test.new_value })
    for (const [name, want] of Object.entries(test.expected)) same(`${name} of ${test.href} after ${part} = ${JSON.stringify(test.new_value)}`, url[name], want)
  }
}

for (const name of ['toascii.json', 'IdnaTestV2.json']) {
  for (const test of read(name)) {
    if (typeof test === 'string' || test.input === '') continue
    const url = attempt(() => new URL(`https://${test.input}/x`))
    same(`host of ${JSON.stringify(test.input)}`, url?.host ?? null, test.output)
    if (test.output === null) continue
    const other = new URL('https://h/x')
    other.hostname = test.input
    same(`hostname = ${JSON.stringify(test.input)}`, other.host, test.output)
  }
}

for (const test of read('percent-encoding.json')) {
  if (typeof test === 'string') continue
  const url = new URL(`https://h/?${test.input}#${test.input}`)
  same(`query of ${JSON.stringify(test.input)}`, url.search.slice(1), test.output['utf-8'])
  same(`fragment of ${JSON.stringify(test.input)}`, url.hash.slice(1), test.output['utf-8'])
}

for (const line of failed.slice(0, 50)) console.log(line)
console.log(`${passed} passed, ${failed.length} failed`)
process.exitCode = failed.length ? 1 : 0
