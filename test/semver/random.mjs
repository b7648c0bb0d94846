// node test/semver/random.mjs [pairs, 100000] [--seed n, 1]: random versions and ranges, each loose and strict, with prereleases and
// without: build/plantool and npm's `semver` say the same of whether they are any, of what satisfies what, and of the order.
// The ranges are what people write, that with characters put in, taken out and swapped, and rubbish.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'

const root = path.join(import.meta.dirname, '../..')
const semver = createRequire(path.join(root, 'test/packages/package.json'))('semver')
const argv = process.argv.slice(2)
const seed = argv.includes('--seed') ? Number(argv[argv.indexOf('--seed') + 1]) : 1
const pairs = Number(argv.find((word, at) => /^\d+$/.test(word) && argv[at - 1] !== '--seed') ?? 100000)

let state = seed >>> 0
/** mulberry32: an integer from 0 to below n */
const below = n => {
  state = (state + 0x6d2b79f5) | 0
  let t = Math.imul(state ^ (state >>> 15), 1 | state)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) % n
}
const pick = list => list[below(list.length)]
const times = (most, make) => Array.from({ length: below(most + 1) }, make)

const number = () => pick(['0', '0', '1', '1', '2', '3', '9', '10', '21', '0', '1', '2', '01', '9007199254740991', '9007199254740992', '99999999999999999999'])
const small = () => String(below(4))
const part = () => pick(['alpha', 'beta', 'rc', '0', '1', '10', 'x', 'a-b', '-', '00', 'Beta', '1a', ''])
const tail = () => (below(3) ? '' : pick(['-', '-', '-', '', '+']) + [part(), ...times(2, part)].join('.') + (below(5) ? '' : '+' + part()))
const full = digit => `${digit()}.${digit()}.${digit()}${tail()}`
const version = () => pick(['', '', '', '', '', 'v', '=', ' ', 'v ', '= v']) + full(below(8) ? small : number) + pick(['', '', '', '', ' ', '\u00a0'])
const x = digit => (below(4) ? digit() : pick(['x', 'X', '*']))
const partial = () => {
  const digit = below(8) ? small : number
  return pick([() => full(digit), () => `${digit()}.${digit()}`, digit, () => `${x(digit)}.${x(digit)}.${x(digit)}${tail()}`, () => `${x(digit)}.${x(digit)}`, () => pick(['*', 'x', ''])])()
}
const comparator = () => pick(['', '', '^', '^', '~', '~', '>', '<', '>=', '<=', '=', '~>', '>=v', '^v', '> ', '^ ', '~ = ', '==', '!', '><']) + partial()
const simple = () => (below(6) ? [comparator(), ...times(2, comparator)].join(pick([' ', '  ', ', ', ',']).replace(/,/g, below(3) ? ' ' : ',')) : `${partial()} - ${partial()}`)
const range = () => [simple(), ...times(2, simple)].join(pick(['||', ' || ', '|| ', '|']))
const rubbish = () => times(14, () => pick([...'0123456789.xX*^~<>=- |+vab,'])).join('')
const spoil = text => {
  const at = below(text.length + 1)
  return text.slice(0, at) + pick(['', pick([...'0.-+ |<>=^~x*v'])]) + text.slice(at + below(2))
}
const ranges = () => pick([range, range, range, range, () => spoil(range()), rubbish])()

const MODES = [0, 1, 2, 3]        // bits: loose, prereleases
const rows = []
for (let i = 0; i < pairs; i++) {
  const one = below(12) ? version() : spoil(version())
  rows.push([MODES[i % 4], one, below(10) ? version() : one, ranges()])
}
const told = spawnSync(path.join(root, 'build/plantool'), ['semver'], { input: rows.map(row => row.join('\t') + '\n').join(''), maxBuffer: 1 << 28 }).stdout.toString().split('\n')
let failed = 0, satisfied = 0, valid = 0
for (const [i, [mode, a, b, r]] of rows.entries()) {
  const options = { loose: !!(mode & 1), includePrerelease: !!(mode & 2) }
  const left = semver.parse(a, options), right = semver.parse(b, options)
  let set = null
  try { set = new semver.Range(r, options) } catch {}
  satisfied += !!(left && set?.test(left))
  valid += !!set
  const expected = `${left?.version ?? '-'} ${left && right ? left.compare(right) : '-'} ${set ? 1 : 0} ${left && set?.test(left) ? 1 : 0}`
  if (told[i] === expected) continue
  if (failed++ < 20) console.log(`(fail) ${JSON.stringify({ ...options, a, b, range: r })}: ${told[i]}, but semver ${expected}`)
}
console.log(`seed ${seed}: of ${pairs} ranges ${valid} were any, ${satisfied} satisfied`)
console.log(`${pairs - failed} passed, ${failed} failed`)
process.exitCode = failed ? 1 : 0
