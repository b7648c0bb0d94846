// Snapshots: beside the test in __snapshots__/<file>.snap, or inline in the test's own source.
import fs from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { equals } from './equal.ts'
import { print } from './print.ts'
import { diffText } from './diff.ts'
import type { Context, Verdict } from './matchers.ts'
import { colours } from './colours.ts'

const HEADER = '// Bun Snapshot v1, https://bun.sh/docs/test/snapshots\n'
type Inline = { line: number; column: number; text: string; method: string }
type File = { path: string; saved: Map<string, string>; isChanged: boolean; counts: Map<string, number>; inline: Inline[]; test: string }

export const settings = { update: false, ci: false }
export const counted = { added: 0, passed: 0, failed: 0, updated: 0, total: 0 }
let current: File | undefined

const escape = (s: string): string => s.replace(/[\\`]|\$\{/g, '\\$&')
const unescape = (s: string): string => s.replace(/\\([\\`]|\$\{)/g, '$1')

/** Snapshots of the test file `path` are read when they are first asked for. */
export function openSnapshots(path: string): void {
  current = { path: join(dirname(path), '__snapshots__', `${basename(path)}.snap`), saved: new Map(), isChanged: false, counts: new Map(), inline: [], test: path }
  if (!fs.existsSync(current.path)) return
  for (const m of fs.readFileSync(current.path, 'utf8').matchAll(/^exports\[`((?:[^`\\]|\\.)*)`\] = `((?:[^`\\]|\\[^])*)`;$/gm)) current.saved.set(unescape(m[1]!), unescape(m[2]!))
}

/** What the file's tests added is written. */
export function closeSnapshots(): void {
  const file = current
  current = undefined
  if (!file) return
  if (file.isChanged) {
    fs.mkdirSync(dirname(file.path), { recursive: true })
    const keys = [...file.saved.keys()].sort((a, b) => (a < b ? -1 : 1))
    fs.writeFileSync(file.path, HEADER + keys.map((k) => `\nexports[\`${escape(k)}\`] = \`${escape(file.saved.get(k)!)}\`;\n`).join(''))
    if (!keys.length) fs.unlinkSync(file.path)
  }
  if (file.inline.length) writeInline(file)
}

const framed = (text: string): string => (text.includes('\n') ? `\n${text}\n` : text)

function verdictOf(c: Context, pass: boolean, expected: string, received: string): Verdict {
  counted.total++
  pass ? counted.passed++ : counted.failed++
  const { dim, red, green } = colours
  return { pass, message: () => `${dim('expect(')}${red('received')}${dim(')')}.${c.name}${dim('(')}${green('expected')}${dim(')')}\n\n${diffText(expected, received, (side, s) => (side === 'expected' ? green(s) : red(s)))}` }
}

export function matchSnapshot(c: Context, received: unknown, args: unknown[]): Verdict {
  if (c.isNot) throw new TypeError('Snapshot matchers cannot be used with not')
  const shape = typeof args[0] === 'object' && args[0] !== null ? args.shift() : undefined
  if (shape && !equals(received, shape, 'subset')) return { pass: false, message: () => `Expected properties: ${print(shape)}\nReceived: ${print(received)}` }
  return matchText(c, print(shape ? { ...(received as object), ...(shape as object) } : received), typeof args[0] === 'string' ? args[0] : '')
}

function matchText(c: Context, text: string, hint: string): Verdict {
  if (!current) throw new Error('Snapshots can be used only inside of a test')
  const name = hint ? `${c.currentTestName}: ${hint}` : c.currentTestName ?? ''
  const n = (current.counts.get(name) ?? 0) + 1
  current.counts.set(name, n)
  const key = `${name} ${n}`
  const saved = current.saved.get(key)
  const value = framed(text)
  if (saved === value) return verdictOf(c, true, value, value)
  if (saved === undefined || settings.update) {
    if (saved === undefined && settings.ci && !settings.update) return { pass: false, message: () => `Snapshot creation is disabled in CI environments unless --update-snapshots is used\nSnapshot name: "${key}"\nReceived: ${text}` }
    current.saved.set(key, value)
    current.isChanged = true
    counted.total++
    saved === undefined ? counted.added++ : counted.updated++
    return { pass: true }
  }
  return verdictOf(c, false, saved, value)
}

// The text between the backticks may be indented as the source is.
function dedent(text: string): string {
  const lines = text.split('\n')
  if (lines.length < 3 || lines[0]!.trim() !== '') return text
  const indent = /^[ \t]*/.exec(lines[1]!)![0]
  return ['', ...lines.slice(1, -1).map((l) => (l.startsWith(indent) ? l.slice(indent.length) : l)), ''].join('\n')
}

export function matchInlineSnapshot(c: Context, received: unknown, args: unknown[]): Verdict {
  const shape = typeof args[0] === 'object' && args[0] !== null ? args.shift() : undefined
  if (shape && !equals(received, shape, 'subset')) return { pass: false, message: () => `Expected properties: ${print(shape)}\nReceived: ${print(received)}` }
  return matchInline(c, print(received), args[0])
}

function matchInline(c: Context, text: string, expected: unknown): Verdict {
  if (c.isNot) throw new TypeError('Snapshot matchers cannot be used with not')
  const value = framed(text)
  if (typeof expected === 'string' && dedent(expected) === value) return verdictOf(c, true, value, value)
  if (typeof expected === 'string' && !settings.update) return verdictOf(c, false, dedent(expected), value)
  if (settings.ci && !settings.update) return { pass: false, message: () => `Inline snapshot creation is disabled in CI environments unless --update-snapshots is used\nReceived: ${text}` }
  const place = callerPlace(c)
  if (!place || !current) throw new Error('The place of this inline snapshot in its source is not known')
  current.inline.push({ ...place, text: value, method: c.name })
  counted.total++
  typeof expected === 'string' ? counted.updated++ : counted.added++
  return { pass: true }
}

function callerPlace(c: Context): { line: number; column: number } | undefined {
  const holder: { stack?: string } = {}
  Error.captureStackTrace(holder, c.error)
  const m = new RegExp(`${current!.test.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}:(\\d+):(\\d+)`).exec(holder.stack ?? '')
  return m ? { line: +m[1]!, column: +m[2]! } : undefined
}

// From the last to the first, so that places stay true.
function writeInline(file: File): void {
  let source = fs.readFileSync(file.test, 'utf8')
  const starts = [0]
  for (let i = source.indexOf('\n'); i >= 0; i = source.indexOf('\n', i + 1)) starts.push(i + 1)
  const done = new Set<number>()
  for (const s of file.inline.sort((a, b) => b.line - a.line || b.column - a.column)) {
    const from = source.indexOf(s.method, (starts[s.line - 1] ?? 0) + Math.max(0, s.column - 1 - s.method.length))
    const open = from < 0 ? -1 : source.indexOf('(', from + s.method.length)
    if (open < 0 || done.has(open)) continue
    done.add(open)
    const close = closingParenthesis(source, open)
    const indent = /^[ \t]*/.exec(source.slice(starts[s.line - 1]))![0]
    const inner = source.slice(open + 1, close)
    const shape = /^\s*\{/.test(inner) ? `${inner.replace(/,?\s*(`(?:[^`\\]|\\[^])*`)?\s*$/, '')}, ` : ''
    const text = s.text.includes('\n') ? s.text.split('\n').map((l, i, all) => (i === 0 ? l : i === all.length - 1 ? indent : l && `${indent}  ${l}`)).join('\n') : s.text
    source = `${source.slice(0, open + 1)}${shape}\`${escape(text)}\`${source.slice(close)}`
  }
  fs.writeFileSync(file.test, source)
}

function closingParenthesis(source: string, open: number): number {
  let depth = 0
  for (let i = open; i < source.length; i++) {
    const c = source[i]!
    if (c === '"' || c === "'" || c === '`') {
      for (i++; i < source.length && source[i] !== c; i++) if (source[i] === '\\') i++
    } else if ('([{'.includes(c)) depth++
    else if (')]}'.includes(c) && --depth === 0) return i
  }
  return source.length
}

const thrownText = (did: boolean, value: any): string => {
  if (!did) throw new Error('Received function did not throw')
  return print(value !== null && typeof value === 'object' && 'message' in value ? value.message : value)
}
export const matchThrownSnapshot = (c: Context, did: boolean, value: unknown, hint: unknown): Verdict => matchText(c, thrownText(did, value), typeof hint === 'string' ? hint : '')
export const matchThrownInline = (c: Context, did: boolean, value: unknown, text: unknown): Verdict => matchInline(c, thrownText(did, value), text)
