// Runs test/lang/programs/*.txt: small programs that must print what stands behind `>>>`. Cases: `=== name [options]`, then
// the source, or several files each after `--- file`; the first one is started. LINE in a source stands for the number of its line.
//   bao test/lang/programs.mjs build/bao [part of a file's or case's name]
//   bao test/lang/programs.mjs --typescript node [part]   the proof of the answers: npm's typescript compiles, Node runs
//   bao test/lang/programs.mjs --built node [part]        what `bao build --no-bundle` makes of them, Node runs
//   bao test/lang/programs.mjs --write node [part]        writes the answers of cases that have none yet
// Options: --legacy-decorators, --metadata, --assign-fields, --<compilerOption>=<value>; --plain: Node runs it as it is written
// (what TypeScript has no words for); --own=<reason>: the answer is Bao's own and TypeScript's differs, for that reason;
// --not-built=<reason>: what is made of each file by itself answers otherwise.
import { execFile, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'

const here = import.meta.dirname
const json = (text) => { try { return JSON.parse(text) } catch { return text } }
const settings = (options) => ({
  ...(options.includes('--assign-fields') && { useDefineForClassFields: false }),
  ...((options.includes('--legacy-decorators') || options.includes('--metadata')) && { experimentalDecorators: true }),
  ...(options.includes('--metadata') && { emitDecoratorMetadata: true }),
  ...Object.fromEntries(options.filter((o) => o.includes('=') && !/^--(own|not-built)/.test(o)).map((o) => [o.slice(2, o.indexOf('=')), json(o.slice(o.indexOf('=') + 1))])),
})

function read(file) {
  const cases = []
  for (const text of fs.readFileSync(file, 'utf8').split(/^=== /m).slice(1)) {
    const end = text.indexOf('\n')
    const [, name, options] = text.slice(0, end).match(/^(.*?)(?: \[(--.*)\])?$/)
    const [source, expected] = text.slice(end + 1).split(/^>>>\n/m)
    const parts = source.split(/^--- (.*)\n/m)
    const files = parts.length === 1 ? { 'main.ts': source } : Object.fromEntries(parts.slice(1).flatMap((f, i, all) => (i % 2 ? [] : [[f, all[i + 1]]])))
    for (const f in files) files[f] = files[f].split('\n').map((l, i) => l.replace(/\bLINE\b/g, String(i + 1))).join('\n')
    cases.push({ name, options: options?.split(' ') ?? [], files, expected, text: '=== ' + text, from: path.basename(file) })
  }
  return cases
}

/* an import, an export, import.meta, or an await outside of every function */
function seems(ts, text) {
  const visit = (n) => (ts.isMetaProperty(n) && n.keywordToken === ts.SyntaxKind.ImportKeyword) || ts.isImportDeclaration(n) || ts.isExportDeclaration(n) || ts.isExportAssignment(n) ||
    n.modifiers?.some((m) => m.kind === ts.SyntaxKind.ExportKeyword) || ((ts.isAwaitExpression(n) || ts.isForOfStatement(n) && n.awaitModifier) && top(n)) || ts.forEachChild(n, visit)
  const top = (n) => { while (n && !ts.isFunctionLike(n)) n = n.parent; return !n }
  return Boolean(visit(ts.createSourceFile('x.js', text, ts.ScriptTarget.ESNext, true)))
}

/* typescript's output in place of the sources, and how Node is to read each: no types of the library are needed for that */
function compiled(ts, dir, c) {
  if (c.options.includes('--plain')) return c.files
  const names = Object.keys(c.files).filter((f) => /\.[cm]?[jt]sx?$/.test(f) && !f.includes('node_modules')).map((f) => path.join(dir, f))
  const { options } = ts.convertCompilerOptionsFromJson({
    target: 'es2022', module: 'preserve', moduleResolution: 'bundler', useDefineForClassFields: true, jsx: 'react-jsx', allowJs: true, noLib: true, types: [], ...settings(c.options),
  }, dir)
  const host = ts.createCompilerHost(options)
  const get = host.getSourceFile
  host.getSourceFile = (f, ...rest) => (f in known(dir, c) ? ts.createSourceFile(f, known(dir, c)[f], ...rest) : get.call(host, f, ...rest))
  host.fileExists = (f) => f in known(dir, c)
  host.readFile = (f) => known(dir, c)[f]
  const out = { ...c.files }, program = ts.createProgram(names, options, host)
  const formats = {}
  for (const name of names) {
    const source = program.getSourceFile(name), short = path.relative(dir, name)
    if (mode === '--built') out[short] = built(dir, name, c)
    else program.emit(source, (f, text) => { if (/\.[cm]?jsx?$/.test(f)) out[short] = text })
    const isModule = /\.m[jt]s$/.test(name) || (!/\.c[jt]s$/.test(name) && (seems(ts, out[short]) || (ts.isExternalModule(source) && !/\bmodule\.exports\b|\brequire\(/.test(out[short]))))
    formats[name] = isModule ? 'module' : 'commonjs'
  }
  out['formats.json'] = JSON.stringify(formats)
  return out
}
/* what `bao build --no-bundle` makes of one file */
function built(dir, file, c) {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(path.join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions: settings(c.options) }))
  fs.writeFileSync(file, known(dir, c)[file])
  const made = spawnSync(path.join(here, '../../build/bao'), ['build', '--no-bundle', file], { encoding: 'utf8' })
  return made.status === 0 ? made.stdout : `throw new Error(${JSON.stringify(made.stderr)})`
}

const known = (dir, c) => (c.known ??= Object.fromEntries(Object.entries(c.files).map(([f, text]) => [path.join(dir, f), text])))

const mode = process.argv[2].startsWith('--') ? process.argv[2] : ''
const [program, only = ''] = process.argv.slice(mode ? 3 : 2)
const ts = mode && createRequire(path.join(here, '../packages/package.json'))('typescript')
let passed = 0, failed = 0
const all = fs.readdirSync(path.join(here, 'programs')).sort().flatMap((f) => read(path.join(here, 'programs', f)))
const jobs = all.filter((c) => `${c.from}: ${c.name}`.includes(only) && !(mode && c.options.some((o) => o.startsWith(mode === '--built' ? '--not-built' : '--own'))) && (mode !== '--write' || c.expected === undefined))
async function worker() {
  for (let c; (c = jobs.shift());) {
    const dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'prog-')))
    const files = mode ? compiled(ts, dir, c) : { 'tsconfig.json': JSON.stringify({ compilerOptions: settings(c.options) }), ...c.files }
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(dir, name)), { recursive: true })
      fs.writeFileSync(path.join(dir, name), text)
    }
    const args = [path.join(dir, Object.keys(c.files)[0])]
    if (mode === '--built') args.unshift('--no-strip-types')
    if (mode) args.unshift('--disable-warning=ExperimentalWarning', '--import', path.join(here, 'answers.mjs'))
    const [ok, got] = await new Promise((done) => execFile(program, args, { timeout: 20000 }, (error, out, err) => done([!error, error ? out + err : out])))
    if (mode === '--write' && ok) c.answer = got
    if (got === c.expected || c.answer) passed++
    else { failed++; console.log(`(fail) ${c.from}: ${c.name}\n--- got\n${got}--- expected\n${c.expected}`) }
    fs.rmSync(dir, { recursive: true })
  }
}
await Promise.all([worker(), worker()])
for (const f of new Set(all.filter((c) => c.answer).map((c) => c.from))) {
  const to = path.join(here, 'programs', f), old = fs.readFileSync(to, 'utf8')
  fs.writeFileSync(to, old.slice(0, old.indexOf('=== ')) + all.filter((c) => c.from === f).map((c) => (c.answer ? `${c.text.replace(/\n*$/, '\n')}>>>\n${c.answer}` : c.text)).join(''))
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
