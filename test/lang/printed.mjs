// What the printer made of a file, read by others: acorn's tree of it is acorn's tree of the source; of TypeScript and JSX both go
// through npm's typescript first. Names of files come on stdin.
//   node test/lang/printed.mjs build/langtool < names      last line `N passed, N failed`
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const need = createRequire(path.join(import.meta.dirname, '../packages/package.json'))
const acorn = need('acorn'), ts = need('typescript')
const tool = process.argv[2], names = fs.readFileSync(0, 'utf8').split('\n').filter((n) => n && !/\.d\.[cm]?ts$/.test(n))
let passed = 0, failed = 0, others = 0, bytes = 0

function tree(text, kind) {
  const options = { ecmaVersion: 'latest', allowReturnOutsideFunction: true, allowHashBang: true, allowSuperOutsideMethod: true }
  return acorn.parse(text, { ...options, sourceType: kind, allowAwaitOutsideFunction: kind === 'module' })
}
const dropped = new Set(['start', 'end', 'raw', 'loc', 'range', 'sourceType', 'directive'])
/* the same but for places, spelling of literals, and statements that are nothing (`export {}` that typescript leaves, too) */
function same(a, b, at) {
  if (a === b) return true
  if (typeof a === 'bigint' || typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return Number.isNaN(a) && Number.isNaN(b)
  if (a instanceof RegExp) return String(a) === String(b)
  if (Array.isArray(a)) {
    const keep = (l) => l.filter((n) => n?.type !== 'EmptyStatement' && !(n?.type === 'ExportNamedDeclaration' && !n.declaration && !n.source && !n.specifiers.length))
    const x = keep(a), y = keep(b)
    return x.length === y.length && x.every((n, i) => same(n, y[i], at))
  }
  at.start = a.start ?? at.start
  for (const k of Object.keys(a)) if (!dropped.has(k) && !same(a[k], b[k], at)) return false
  return true
}
function javascript(name, text) {
  if (!/\.([cm]?tsx?|jsx)$/.test(name)) return text
  const { outputText, diagnostics } = ts.transpileModule(text, { fileName: name, reportDiagnostics: true, compilerOptions: { target: 'es2022', module: 'esnext', jsx: 'react', removeComments: true, verbatimModuleSyntax: true, experimentalDecorators: true } })
  const error = diagnostics.find((d) => d.category === 1 && d.code < 1300)
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, ' '))
  return outputText
}
function check(name, printed) {
  const source = fs.readFileSync(name, 'utf8').replace(/^\uFEFF/, '')
  bytes += source.length
  let want, kind
  for (kind of ['module', 'script']) try { want = tree(javascript(name, source), kind); break } catch { }
  if (!want) { others++; return }                        // acorn or typescript cannot read the source: nothing to compare with
  const at = { start: 0 }
  try {
    if (same(want, tree(javascript(name, printed), kind), at)) { passed++; return }
    console.log(`(fail) ${name}: printed otherwise near ${source.slice(at.start, at.start + 60).replaceAll('\n', ' ')}`)
  } catch (e) { console.log(`(fail) ${name}: what was printed is refused: ${e.message}`) }
  failed++
}
for (let i = 0; i < names.length; i += 40) {
  let out
  try { out = execFileSync(tool, ['--quiet', '--compact', '--lengths', ...names.slice(i, i + 40)], { maxBuffer: 1 << 30 }) } catch (e) { out = e.stdout }
  for (let at = 0; at < out.length;) {
    const end = out.indexOf(10, at), m = /^=== (\d+) (.*)$/.exec(out.toString('utf8', at, end))
    at = end + 1
    if (!m) continue
    check(m[2], out.toString('utf8', at, at + Number(m[1])))
    at += Number(m[1])
  }
}
console.log(`${(bytes / 1e6).toFixed(0)} MB; ${others} files are more than acorn or typescript read`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
