// run.mjs <bao> | run.mjs --node <node>: the top frame of every program of table.mjs is where the table has it.
// run.mjs --maps <bao> <node or bao>: the same when Bao builds the programs with source maps and Node, or Bao, runs what it made.
import { execFile } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { programs } from './table.mjs'

const mode = process.argv[2].startsWith('--') ? process.argv[2] : '', isNode = mode !== ''
const [bao, program, only] = mode === '--maps' ? [path.resolve(process.argv[3]), path.resolve(process.argv[4]), process.argv.slice(5)]
  : [undefined, path.resolve(process.argv[isNode ? 3 : 2]), process.argv.slice(isNode ? 4 : 3)]
const root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'stacks-'))
const run = promisify(execFile)

/** Writes a file without its mark and says where that was. */
function write(dir, name, text) {
  const at = text.indexOf('¦')
  fs.mkdirSync(path.dirname(path.join(dir, name)), { recursive: true })
  fs.writeFileSync(path.join(dir, name), text.replace('¦', ''))
  if (at < 0) return undefined
  const lines = text.slice(text[0] === '\ufeff' ? 1 : 0, at).split('\n')
  return `${name}:${lines.length}:${lines.at(-1).length + 1}`
}

/** The frames of the first stack in an output as [name, place]; a name without async, new and the type before a method. */
function framesOf(dir, text) {
  const frames = []
  for (const line of text.split('\n')) {
    const match = /^ {4}at (?:(.*?) \()?([^()]*)\)?(?: \{)?$/.exec(line)
    if (match === null) {
      if (frames.length > 0) break
      continue
    }
    const name = (match[1] ?? '').replace(/^(async |new )+/, '').replace(/ \[as .*\]$/, '').replace(/^(get|set) /, '')
    const place = match[2].replace(/^file:\/\//, '').replace(dir + '/', '').replace(/^.*\(/, '')
    frames.push([name === 'Object.<anonymous>' ? name : name.replace(/^[\w.]+\.(?=[\w#[<])/, ''), place])
  }
  return frames
}

let made = 0

/** The files of a folder built into another, as Node can load them: the file to run. Where TypeScript cannot be read by Node, its name ends with .mjs. */
async function build(dir, to, entry, minify) {
  for (const file of fs.readdirSync(dir, { recursive: true })) {
    const from = path.join(dir, file)
    if (fs.statSync(from).isDirectory()) continue
    const made = path.join(to, file + (file === entry && /\.[tj]sx$/.test(file) ? '.mjs' : ''))
    fs.mkdirSync(path.dirname(made), { recursive: true })
    if (/\.[cm]?[jt]sx?$/.test(file)) await run(bao, ['build', '--no-bundle', '--sourcemap=inline', ...minify, '--outfile', made, from], { timeout: 20000 })
    else fs.copyFileSync(from, made)
  }
  return path.join(to, entry + (/\.[tj]sx$/.test(entry) ? '.mjs' : ''))
}

async function checkMaps([name, , source, files = {}, how]) {
  const dir = path.join(root, String(++made)), from = path.join(dir, 'from')
  let want = write(from, name, source)
  for (const [file, text] of Object.entries(files)) want = write(from, file, text) ?? want
  for (const minify of [[], ['--minify-whitespace']]) {
    if (minify.length > 0 && how === 'line2' && program === bao) continue
    let out
    try {
      const entry = await build(from, path.join(dir, minify.length ? 'small' : 'plain'), name, minify)
      const done = await run(program, ['--enable-source-maps', '--no-warnings', entry], { cwd: from, timeout: 20000 })
      out = done.stdout + done.stderr
    } catch (e) {
      out = e.stdout + e.stderr
    }
    const place = framesOf(from, out)[0]?.[1]
    if (place !== want) return `${minify}: want ${want}, got ${place ?? out}`
  }
}

async function check([name, fn, source, files = {}, how = '']) {
  const dir = path.join(root, String(++made))
  let want = write(dir, name, source)
  for (const [file, text] of Object.entries(files)) want = write(dir, file, text) ?? want
  let out
  try {
    const done = await run(program, [path.join(dir, name)], { cwd: dir, timeout: 20000 })
    out = done.stdout + done.stderr
  } catch (e) {
    out = e.stdout + e.stderr
  }
  const frames = framesOf(dir, out)
  const top = frames[0] ?? ['', 'no stack']
  const wantName = how === 'noname' && !isNode ? undefined : fn
  if (how === 'second') {
    if (top[0] === wantName && frames[1]?.[1].startsWith(name + ':')) return undefined
    return `want ${wantName}, then ${name}\n${out}`
  }
  if (top[1] === want && (wantName === undefined || top[0] === wantName)) return undefined
  return `want ${wantName ?? ''} ${want}, got ${top[0]} ${top[1]}${frames.length === 0 ? '\n' + out : ''}`
}

/** The tests of sites.cjs: each prints `ok` or what it got. */
async function sites() {
  const done = await run(program, [new URL('sites.cjs', import.meta.url).pathname])
  const wrong = done.stdout.split('\n').filter((line) => line.startsWith('(fail)'))
  for (const line of wrong) console.log(line)
  return [done.stdout.split('\n').filter((line) => line.startsWith('ok')).length, wrong.length]
}

const chosen = programs.filter((p) => (bao ? !['noplace', 'second', 'nov8'].includes(p[4]) : isNode ? !['nonode', 'nov8'].includes(p[4]) : p[4] !== 'noplace') && (only.length === 0 || only.includes(p[0])))
let failed = 0, next = 0
async function worker() {
  while (next < chosen.length) {
    const one = chosen[next++]
    const wrong = await (bao ? checkMaps : check)(one)
    if (wrong === undefined) continue
    failed++
    console.log(`(fail) test/stacks ${one[0]}: ${wrong}`)
  }
}
await Promise.all([worker(), worker()])
fs.rmSync(root, { recursive: true })
const [right, wrong] = only.length === 0 && !bao ? await sites() : [0, 0]
failed += wrong
console.log(`${chosen.length + right + wrong - failed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
