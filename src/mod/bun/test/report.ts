// What `bao test` prints (to standard error), and the JUnit file.
import fs from 'node:fs'
import { relative } from 'node:path'
import { inspect } from 'internal:inspect'
import { colours, hasColours } from './colours.ts'
import { state } from './expect.ts'
import { type Outcome, type Reporter, totals } from './runner.ts'
import { counted } from './snapshot.ts'

const { red, green, yellow, magenta, dim, bold } = colours
export const style = { dots: false, onlyFailures: false, quiet: false, github: false }
type Case = { name: string; classname: string; seconds: number; outcome: Outcome }
const junit = new Map<string, Case[]>()
let file = ''
let headed = true
let dots = 0

const out = (text: string): void => {
  // A pipe that is full answers EAGAIN: what is left is written again.
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length;) {
    try { at += fs.writeSync(2, bytes, at) } catch (error: any) { if (error.code !== 'EAGAIN') throw error }
  }
}
const time = (ms: number): string => (ms >= 0.005 ? ` ${dim(`[${ms.toFixed(2)}ms]`)}` : '')

function header(): void {
  if (headed) return
  headed = true
  if (style.github) out(`::group::${relative(process.cwd(), file)}:\n`)
  else out(`\n${relative(process.cwd(), file)}:\n`)
}

/** The error as a person reads it: the source around its place, the message, the stack. */
export function errorText(error: any): string {
  if (error === null || typeof error !== 'object' || typeof error.stack !== 'string') return `${red('error')}${dim(':')} ${typeof error === 'string' ? error : inspect(error)}\n`
  const at = /^\s*at /m.exec(error.stack)
  const frames = at ? error.stack.slice(at.index).replace(/file:\/\/(?=\/)/g, '').split('\n').filter((l: string) => !/\((?:bun|node|internal|native|web|rt):|^\s*at (?:bun|node|internal|native|web|rt):/.test(l)) : []
  const place = /(?:\(|at )(\/[^()]*?):(\d+):(\d+)\)?$/m.exec(frames.find((f: string) => f.includes('/')) ?? '')
  const title = error.matcherError || error.name === 'Error' ? `${red('error')}${dim(':')} ${error.message}` : `${red(error.name ?? 'Error')}${dim(':')} ${error.message}`
  const rest = (error.matcherError ? '\n' : '') + frames.map((f: string) => `      ${dim(f.trim())}\n`).join('')
  let text = `${place ? sourceFrame(place[1]!, +place[2]!, +place[3]!) : ''}${title}\n${rest}`
  if (error.cause !== undefined) text += `${dim('caused by:')} ${errorText(error.cause)}`
  if (Array.isArray(error.errors)) for (const inner of error.errors) text += errorText(inner)
  return text
}

const sources = new Map<string, string[]>()
function sourceFrame(path: string, line: number, column: number): string {
  let lines = sources.get(path)
  if (!lines) {
    try { lines = fs.readFileSync(path, 'utf8').split('\n') } catch { return '' }
    sources.set(path, lines)
  }
  if (line > lines.length) return ''
  const from = Math.max(1, line - 5), width = String(line).length
  let text = ''
  for (let n = from; n <= line; n++) text += `${dim(`${String(n).padStart(width)} |`)} ${lines[n - 1]}\n`
  return `${text}${' '.repeat(width + 2 + column)}${red('^')}\n`
}

function mark(o: Outcome): string {
  const path = o.path.map((p, i) => (i < o.path.length - 1 ? `${hasColours() ? dim(`${p} >`) : `${p} >`} ` : bold(p))).join('')
  const signs = hasColours() ? { pass: green('✓'), fail: red('✗'), skip: yellow('»'), todo: magenta('✎') } : { pass: '(pass)', fail: '(fail)', skip: '(skip)', todo: '(todo)' }
  return `${signs[o.kind]} ${path}${o.kind === 'pass' || o.kind === 'fail' ? time(o.ms) : ''}\n${o.note ? `  ${dim('^')} ${red(o.note)}\n` : ''}`
}

export const reporter: Reporter = {
  file(path) {
    file = path
    headed = false
    if (!style.dots && !style.onlyFailures && !style.quiet) header()
  },
  outcome(o) {
    const list = junit.get(file) ?? []
    junit.set(file, list)
    list.push({ name: o.path.at(-1) ?? '', classname: o.path.slice(0, -1).join(' > '), seconds: o.ms / 1000, outcome: o })
    if (o.kind === 'fail') {
      if (dots) out('\n')
      dots = 0
      header()
      for (const error of o.errors) {
        out(errorText(error))
        if (style.github) annotate(error)
      }
      return out(mark(o))
    }
    if (style.onlyFailures || style.quiet) return
    if (style.dots) {
      dots++
      return out(o.kind === 'pass' ? green('.') : yellow('.'))
    }
    out(mark(o))
  },
  stray(error) {
    header()
    const bar = '-------------------------------'
    out(`\n# Unhandled error between tests\n${bar}\n${errorText(error)}${bar}\n\n`)
  },
}

function annotate(error: any): void {
  const place = /\((\/[^()]*?):(\d+):(\d+)\)/.exec(error?.stack ?? '')
  const escape = (s: string): string => s.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A')
  if (place) out(`\n::error file=${relative(process.cwd(), place[1]!)},line=${place[2]},col=${place[3]},title=error::${escape(String(error.message))}\n`)
}

const plural = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`

export function summary(ms: number): void {
  if (dots) out('\n')
  const count = (n: number, word: string, paint: (s: string) => string): string => (n ? `${n >= 10 ? '' : ' '}${paint(`${n} ${word}`)}\n` : '')
  let text = `\n ${totals.pass ? green(`${totals.pass} pass`) : dim('0 pass')}\n`
  text += count(totals.skip, 'skip', yellow).replace(/^(?! )/, totals.skip ? ' ' : '') + count(totals.todo, 'todo', magenta).replace(/^(?! )/, totals.todo ? ' ' : '')
  text += ` ${totals.fail ? red(`${totals.fail} fail`) : dim('0 fail')}\n`
  if (totals.errors) text += ` ${red(plural(totals.errors, 'error'))}\n`
  if (totals.filtered && !style.quiet) text += ` ${dim(`${totals.filtered} filtered out`)}\n`
  if (counted.added || counted.updated) text += ` snapshots: ${[counted.added && `+${counted.added} added`, counted.updated && `${counted.updated} updated`].filter(Boolean).join(', ')}\n`
  if (counted.total) text += ` ${plural(counted.total, 'snapshot')}, `.replace(/ $/, ' ')
  text += `${counted.total ? '' : ' '}${plural(state.total, 'expect() call')}\n`.replace('  ', ' ')
  if (totals.bailed) text = `\nBailed out after ${plural(totals.fail, 'failure')}\n${text}`
  out(`${text}Ran ${plural(totals.pass + totals.fail + totals.skip + totals.todo, 'test')} across ${plural(totals.files, 'file')}. ${dim(`[${ms.toFixed(2)}ms]`)}\n`)
}

export const say = (text: string): void => out(text)

const xml = (s: string): string => s.replace(/[<>&"'\n\r\t]/g, (c) => `&#${c.charCodeAt(0)};`).replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, '')
const failure = (c: Case): string => {
  const error = c.outcome.errors[0] as any
  return error instanceof Error ? error.message : c.outcome.errors.length ? String(error) : c.outcome.note ?? ''
}
const failureStack = (c: Case): string => {
  const error = c.outcome.errors[0] as any
  return error instanceof Error ? String(error.stack) : failure(c)
}

export function writeJUnit(path: string, ms: number): void {
  const seconds = (s: number): string => s.toFixed(6).replace(/0+$/, '').replace(/\.$/, '')
  const all = [...junit.values()].flat()
  const sum = (list: Case[]): string => {
    const n = (kind: string): number => list.filter((c) => c.outcome.kind === kind).length
    return `tests="${list.length}" assertions="${list.reduce((a, c) => a + c.outcome.assertions, 0)}" failures="${n('fail')}" skipped="${n('skip') + n('todo')}" time="${seconds(list.reduce((a, c) => a + c.seconds, 0))}"`
  }
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites name="bao test" ${sum(all).replace(/time="[^"]*"/, `time="${seconds(ms / 1000)}"`)}>`]
  for (const [path, cases] of junit) {
    const name = relative(process.cwd(), path)
    lines.push(`  <testsuite name="${xml(name)}" file="${xml(name)}" ${sum(cases)}>`)
    writeSuite(cases, 0, '    ', name, lines, seconds, sum)
    lines.push('  </testsuite>')
  }
  lines.push('</testsuites>')
  fs.writeFileSync(path, `${lines.join('\n')}\n`)
}

function writeSuite(cases: Case[], depth: number, indent: string, file: string, lines: string[], seconds: (s: number) => string, sum: (list: Case[]) => string): void {
  for (let i = 0; i < cases.length;) {
    const c = cases[i]!
    const suite = c.outcome.path.length - 1 > depth ? c.outcome.path[depth] : undefined
    if (suite === undefined) {
      const open = `${indent}<testcase name="${xml(c.name)}" classname="${xml(c.classname)}" time="${seconds(c.seconds)}" file="${xml(file)}" assertions="${c.outcome.assertions}"`
      if (c.outcome.kind === 'pass') lines.push(`${open} />`)
      else if (c.outcome.kind === 'fail') lines.push(`${open}>`, `${indent}  <failure type="AssertionError" message="${xml(failure(c))}">${xml(failureStack(c))}</failure>`, `${indent}</testcase>`)
      else lines.push(`${open}>`, `${indent}  <skipped${c.outcome.kind === 'todo' ? ' message="TODO"' : ''} />`, `${indent}</testcase>`)
      i++
      continue
    }
    let j = i
    while (j < cases.length && cases[j]!.outcome.path.length - 1 > depth && cases[j]!.outcome.path[depth] === suite) j++
    lines.push(`${indent}<testsuite name="${xml(suite)}" file="${xml(file)}" ${sum(cases.slice(i, j))}>`)
    writeSuite(cases.slice(i, j), depth + 1, `${indent}  `, file, lines, seconds, sum)
    lines.push(`${indent}</testsuite>`)
    i = j
  }
}
