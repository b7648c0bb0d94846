// Runs test/lang/programs/*.txt: small programs are lowered by build/strip, linked by link.mjs, run under node, and must print
// what stands behind `>>>`. Cases: `=== name [strip options]`, then the source, or several files each after
// `--- file`. LINE in a source stands for the number of its line.
//   node test/lang/programs.mjs build/strip [part of a file's or case's name]
// With build/bao in place of build/strip the whole program runs them (under node or under itself).
import { execFile } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const here = import.meta.dirname
const [strip, only = ''] = process.argv.slice(2)
const settings = (options) => ({
  ...(options.includes('--assign-fields') && { useDefineForClassFields: false }),
  ...((options.includes('--legacy-decorators') || options.includes('--metadata')) && { experimentalDecorators: true }),
  ...(options.includes('--metadata') && { emitDecoratorMetadata: true }),
})
export function read(file) {
  const cases = []
  for (const text of fs.readFileSync(file, 'utf8').split(/^=== /m).slice(1)) {
    const end = text.indexOf('\n')
    const [, name, options] = text.slice(0, end).match(/^(.*?)(?: \[(.*)\])?$/)
    const [source, expected] = text.slice(end + 1).split(/^>>>\n/m)
    const parts = source.split(/^--- (.*)\n/m)
    const files = parts.length === 1 ? { 'main.ts': source } : Object.fromEntries(parts.slice(1).flatMap((f, i, all) => (i % 2 ? [] : [[f, all[i + 1]]])))
    for (const f in files) files[f] = files[f].split('\n').map((l, i) => l.replace(/\bLINE\b/g, String(i + 1))).join('\n')
    cases.push({ name, options: options?.split(' ') ?? [], files, expected })
  }
  return cases
}
if (process.argv[1] === import.meta.filename) {
  let passed = 0
  const failed = []
  const jobs = fs.readdirSync(path.join(here, 'programs')).sort().flatMap((f) => read(path.join(here, 'programs', f)).map((c) => ({ ...c, from: f })))
    .filter((c) => `${c.from}: ${c.name}`.includes(only))
  const worker = async () => {
    for (let c; (c = jobs.shift());) {
      const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'prog-'))
      for (const [name, text] of Object.entries(c.files)) fs.writeFileSync(path.join(dir, name), text)
      const entry = path.join(dir, Object.keys(c.files)[0])
      const whole = path.basename(strip).startsWith('bao')
      if (whole) fs.writeFileSync(path.join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions: settings(c.options) }))
      const [program, args] = whole ? [path.resolve(strip), [entry]] : [process.execPath, [path.join(here, 'link.mjs'), strip, ...c.options, entry]]
      const got = await new Promise((done) => execFile(program, args, (error, out, err) => done(error ? out + err : out)))
      if (got === c.expected) passed++
      else { failed.push(c); console.log(`${c.from}: ${c.name}\n--- got\n${got}--- expected\n${c.expected}`) }
      fs.rmSync(dir, { recursive: true })
    }
  }
  await Promise.all([worker(), worker()])
  console.log(`${passed} passed, ${failed.length} failed`)
  process.exit(failed.length ? 1 : 0)
}
