// Writes src/data/idna_table_*.c: what UTS #46 and Unicode say about each character. Run by hand when Unicode moves on:
//   npm install tr46 (in any folder), then: node tools/idna_table.mjs <that folder>/node_modules/tr46
// Mappings and bidi and joining classes are those of tr46; normalization and combining classes are asked of node itself,
// which must be of the same Unicode version.
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const tr46 = process.argv[2]
const require = createRequire(import.meta.url)
const table = require(`${tr46}/lib/mappingTable.json`), re = require(`${tr46}/lib/regexes.js`)
const version = require(`${tr46}/package.json`).unicodeVersion
if (!version.startsWith(process.versions.unicode)) throw new Error(`node knows Unicode ${process.versions.unicode}, tr46 ${version}`)

const LAST = 0x10ffff
const str = c => String.fromCodePoint(c)
const isSurrogate = c => c >= 0xd800 && c < 0xe000

// --- mappings: one row for each range; see enum idna_kind
const VALID = 0, DISALLOWED = 1, IGNORED = 2, MAPPED = 3, DELTA = 4, ALTERNATE = 5
const kinds = { 1: MAPPED, 2: VALID, 3: DISALLOWED, 6: VALID, 7: IGNORED }
const each = []                       // [start, end, kind, mapping]
for (const [range, status, mapping] of table) {
  const [start, end] = Array.isArray(range) ? range : [range, range]
  const last = each.at(-1)
  const kind = kinds[status]
  if (last && last[2] === kind && kind !== MAPPED && last[1] + 1 === start) last[1] = end
  else each.push([start, end, kind, kind === MAPPED ? mapping : undefined])
}
const deltaOf = row => row[2] === MAPPED && row[0] === row[1] && [...row[3]].length === 1 ? row[3].codePointAt(0) - row[0] : undefined
const rows = []
let pool = ''
for (let i = 0; i < each.length;) {
  const [start, end, kind, mapping] = each[i]
  let n = 0
  while (i + 2 * n + 1 < each.length && deltaOf(each[i + 2 * n]) === 1 && each[i + 2 * n][0] === start + 2 * n
    && each[i + 2 * n + 1][2] === VALID && each[i + 2 * n + 1][0] === start + 2 * n + 1) {
    n++
    if (each[i + 2 * n - 1][0] !== each[i + 2 * n - 1][1]) break
  }
  if (n > 2) {
    rows.push([start, ALTERNATE, 0, 0])
    const rest = each[i + 2 * n - 1]
    if (rest[0] !== rest[1]) rows.push([rest[0] + 1, VALID, 0, 0])
    i += 2 * n
    continue
  }
  const delta = deltaOf(each[i])
  let m = 1
  if (delta !== undefined) while (i + m < each.length && deltaOf(each[i + m]) === delta && each[i + m][0] === start + m) m++
  if (m > 1) {
    rows.push([start, DELTA, 0, delta])
    i += m
    continue
  }
  if (kind === MAPPED) {
    let at = pool.indexOf(mapping)
    if (at < 0) at = pool.length, pool += mapping
    // a range whose characters all map to one text
    rows.push([start, MAPPED, 0, mapping])
  } else {
    rows.push([start, kind, 0, 0])
  }
  i++
}
const bytes = Buffer.from(pool)
const deltas = [...new Set(rows.filter(row => row[1] === DELTA).map(row => row[3]))]
const mapRows = rows.map(([start, kind, , what]) => {
  if (kind === MAPPED) {
    const text = Buffer.from(what)
    return [start + kind * 2 ** 21 + text.length * 2 ** 24, bytes.indexOf(text)]
  }
  return [start + kind * 2 ** 21, kind === DELTA ? deltas.indexOf(what) : 0]
})

// --- bidi class | joining type << 3 | is mark << 6
const FORBIDDEN = 0, L = 1, R = 2, AN = 3, EN = 4, NSM = 5, OTHER = 6
function bidi(s) {
  if (re.bidiS1LTR.test(s)) return L
  if (re.bidiS1RTL.test(s)) return R
  if (re.bidiDomain.test(s)) return AN
  if (re.bidiS4EN.test(s)) return EN
  if (!re.bidiS2.test(s)) return FORBIDDEN
  return re.bidiS3.test('\u05d0' + s) ? NSM : OTHER
}
const JOIN_NONE = 0, JOIN_L = 1, JOIN_R = 2, JOIN_D = 3, JOIN_T = 4
function joining(s) {
  const left = re.validZWNJ.test(`${s}\u200c\u0628`), right = re.validZWNJ.test(`\u0628\u200c${s}`)
  if (re.validZWNJ.test(`\u0628${s}\u200c\u0628`) && !left) return JOIN_T
  if (!left && !right) return JOIN_NONE
  if (left && !right) return JOIN_L
  return !left ? JOIN_R : JOIN_D
}
const classes = []
for (let c = 0; c <= LAST; c++) {
  const s = str(c)
  const is = isSurrogate(c) ? 0 : bidi(s) | joining(s) << 3 | (re.combiningMarks.test(s) ? 64 : 0)
  if (!classes.length || classes.at(-1)[1] !== is) classes.push([c, is])
}

// --- combining classes: one old mark of each class; a mark is of the class of the one it changes places with in neither order
const samples = { 1: 0x334, 6: 0x16ff0, 7: 0x93c, 8: 0x3099, 9: 0x94d, 10: 0x5b0, 11: 0x5b1, 12: 0x5b2, 13: 0x5b3, 14: 0x5b4, 15: 0x5b5, 16: 0x5b6,
  17: 0x5b7, 18: 0x5b8, 19: 0x5b9, 20: 0x5bb, 21: 0x5bc, 22: 0x5bd, 23: 0x5bf, 24: 0x5c1, 25: 0x5c2, 26: 0xfb1e, 27: 0x64b, 28: 0x64c, 29: 0x64d,
  30: 0x618, 31: 0x619, 32: 0x61a, 33: 0x651, 34: 0x652, 35: 0x670, 36: 0x711, 84: 0xc55, 91: 0xc56, 103: 0xe38, 107: 0xe48, 118: 0xeb8,
  122: 0xec8, 129: 0xf71, 130: 0xf72, 132: 0xf74, 202: 0x321, 214: 0x1dce, 216: 0x31b, 218: 0x302a, 220: 0x316, 222: 0x59a, 224: 0x302e,
  226: 0x1d16d, 228: 0x5ae, 230: 0x301, 232: 0x315, 233: 0x35c, 234: 0x35d, 240: 0x345 }
const swaps = (x, y) => `a${x}${y}`.normalize('NFD') !== `a${x.normalize('NFD')}${y.normalize('NFD')}`
function combining(s) {
  if (!/\p{M}/u.test(s) || s.normalize('NFD') !== s) return 0
  if (!swaps(str(0x345), s) && !swaps(s, str(0x334))) return 0
  for (const [ccc, mark] of Object.entries(samples)) if (!swaps(s, str(mark)) && !swaps(str(mark), s)) return +ccc
  throw new Error(`no class for ${s.codePointAt(0).toString(16)}`)
}
for (const [ccc, mark] of Object.entries(samples)) {
  if (combining(str(mark)) !== +ccc) throw new Error(`sample of ${ccc} is of ${combining(str(mark))}`)
}
const ccc = []
const decompositions = [], points = [], compositions = []
for (let c = 0; c <= LAST; c++) {
  if (isSurrogate(c)) continue
  const s = str(c), is = combining(s)
  if (is !== (ccc.length ? ccc.at(-1)[1] : 0)) ccc.push([c, is])
  if (c >= 0xac00 && c < 0xd7a4) continue                     // Hangul goes by arithmetic
  const nfd = [...s.normalize('NFD')]
  if (nfd.length === 1 && nfd[0] === s) continue
  decompositions.push([c + nfd.length * 2 ** 24, points.length])
  points.push(...nfd.map(one => one.codePointAt(0)))
  if (nfd.length < 2 || s.normalize('NFC') !== s) continue
  const first = nfd.slice(0, -1).join('').normalize('NFC')
  if ([...first].length !== 1 || (first + nfd.at(-1)).normalize('NFC') !== s) throw new Error(`no pair for ${c.toString(16)}`)
  compositions.push([first.codePointAt(0), nfd.at(-1).codePointAt(0), c])
}
compositions.sort((a, b) => a[0] - b[0] || a[1] - b[1])

// --- writing
function array(type, name, values) {
  const lines = []
  let line = '   '
  for (const value of values) {
    if (line.length + `${value}`.length > 117) lines.push(line), line = '   '
    line += ` ${value},`
  }
  lines.push(line)
  return `const ${type} ${name}[] = {\n${lines.join('\n')}\n};\nconst size_t ${name}_n = sizeof ${name} / sizeof *${name};\n`
}
function write(name, what, ...arrays) {
  const head = `/* data/${name}.c: ${what}, Unicode ${version}; by tools/idna_table.mjs. See idna_table.h. */\n#include "data/idna_table.h"\n\n`
  writeFileSync(new URL(`../src/data/${name}.c`, import.meta.url), head + arrays.join('\n'))
}
write('idna_table_map', 'what each character becomes',
  array('uint32_t', 'idna_map', mapRows.map(row => row[0])), array('uint16_t', 'idna_map_value', mapRows.map(row => row[1])),
  array('uint8_t', 'idna_map_text', [...bytes]), array('int32_t', 'idna_map_delta', deltas))
write('idna_table_class', 'the classes of characters',
  array('uint32_t', 'idna_class', classes.map(([c, is]) => c + is * 2 ** 21)), array('uint32_t', 'idna_ccc', ccc.map(([c, is]) => c + is * 2 ** 21)))
write('idna_table_compose', 'characters in parts',
  array('uint32_t', 'idna_decomposed', decompositions.map(row => row[0])), array('uint16_t', 'idna_decomposed_at', decompositions.map(row => row[1])),
  array('uint32_t', 'idna_points', points), array('uint32_t', 'idna_composed', compositions.flat()))
