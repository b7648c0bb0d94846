// internal:inspect_error: errors as text: the stack, shortened where it repeats, under the name that the error has now.

import { formatValue, identicalSequenceRange, prefixOf } from 'internal:inspect'
import type { Context } from './inspect.ts'
import { isNativeError } from 'internal:types'

const isError = (value: any): boolean => isNativeError(value) || value instanceof Error

/** A read that may run a getter that throws. */
function read(error: any, key: string): { value: any; failed: boolean } {
  try {
    return { value: error[key], failed: false }
  } catch {
    return { value: undefined, failed: true }
  }
}

function stackOf(ctx: Context, error: any): string {
  let stack: unknown
  try {
    stack = error.stack
  } catch {
    // No stack, then.
  }
  const head = (): string => Error.prototype.toString.call(error)
  if (typeof stack === 'string') return stack || head()
  if (!stack) return head()
  ctx.seen.push(error)
  ctx.indentationLvl += 4
  const text = formatValue(ctx, stack)
  ctx.indentationLvl -= 4
  ctx.seen.pop()
  return `${head()}\n    ${text}`
}

function drop(keys: PropertyKey[], key: string): void {
  const at = keys.indexOf(key)
  if (at !== -1) keys.splice(at, 1)
}

export function formatError(ctx: Context, error: any, constructor: string | null, tag: string, keys: PropertyKey[]): string {
  let stack: string
  try {
    stack = stackOf(ctx, error)
  } catch {
    return Object.prototype.toString.call(error)
  }
  const message = read(error, 'message')
  const name = read(error, 'name')
  if (!ctx.showHidden && keys.length !== 0) {
    drop(keys, 'stack')
    // What the stack already says is not said again.
    if (!message.failed && (typeof message.value !== 'string' || stack.includes(message.value))) drop(keys, 'message')
    if (!name.failed && (typeof name.value !== 'string' || stack.includes(name.value))) drop(keys, 'name')
  }
  if (Object.hasOwn(error, 'cause') && !keys.includes('cause')) keys.push('cause')
  const errors = read(error, 'errors')
  if (Array.isArray(errors.value) && Object.hasOwn(error, 'errors') && !keys.includes('errors')) keys.push('errors')

  stack = renamed(stack, constructor, name.value ?? 'Error', tag)
  let at = (message.value && stack.indexOf(message.value)) || -1
  if (at !== -1) at += message.value.length
  const start = stack.indexOf('\n    at', at)
  if (start === -1) {
    stack = `[${stack}]`
  } else {
    const frames = framesOf(ctx, error, stack.slice(start + 1))
    stack = `${stack.slice(0, start)}\n${(ctx.colors ? frames.map(frame => coloured(ctx, frame)) : frames).join('\n')}`
  }
  return ctx.indentationLvl === 0 ? stack : stack.replaceAll('\n', `\n${' '.repeat(ctx.indentationLvl)}`)
}

/** The stack begins with the name of when it was made; show the class, and the name of now. */
function renamed(stack: string, constructor: string | null, name: any, tag: string): string {
  if (typeof name !== 'string') {
    stack = stack.replace(`${name}`, `${name} [${prefixOf(constructor, tag, 'Error').slice(0, -1)}]`)
  }
  let length = name.length
  if (constructor !== null) {
    if (typeof name !== 'string' || !name.endsWith('Error') || !stack.startsWith(name)) return stack
    if (stack.length !== length && stack[length] !== ':' && stack[length] !== '\n') return stack
  }
  let fallback = 'Error'
  if (constructor === null) {
    const found = /^([A-Z][a-z_ A-Z0-9[\]()-]+)(?::|\n {4}at)/.exec(stack) ?? /^([a-z_A-Z0-9-]*Error)$/.exec(stack)
    fallback = found?.[1] || ''
    length = fallback.length
    fallback ||= 'Error'
  }
  const prefix = prefixOf(constructor, tag, fallback).slice(0, -1)
  if (name === prefix) return stack
  if (!prefix.includes(name)) return `${prefix} [${name}]${stack.slice(length)}`
  return length === 0 ? `${prefix}: ${stack}` : `${prefix}${stack.slice(length)}`
}

function framesOf(ctx: Context, error: any, text: string): string[] {
  const frames = text.split('\n')
  const cause = read(error, 'cause').value
  if (cause != null && isError(cause)) {
    const stack = stackOf(ctx, cause)
    const start = stack.indexOf('\n    at')
    if (start !== -1) {
      const { len, offset } = identicalSequenceRange(frames, stack.slice(start + 1).split('\n'))
      if (len > 0) {
        const skipped = len - 2
        frames.splice(offset + 1, skipped, ctx.stylize(`    ... ${skipped} lines matching cause stack trace ...`, 'undefined'))
      }
    }
  }
  if (frames.length > 10) {
    for (const { from, length, times } of repeats(frames).reverse()) {
      const what = times > 1 ? `${length} lines ${times} times...` : 'lines ...'
      frames.splice(from, length * times,
        ctx.stylize(`    ... collapsed ${length * times} duplicate lines matching above ${what}`, 'undefined'))
    }
  }
  return frames
}

interface Repeat { from: number; length: number; times: number }

/** Blocks of frames that follow themselves, as recursion leaves them: where the first copy starts, its length, how many. */
function repeats(frames: string[]): Repeat[] {
  const found: Repeat[] = []
  const places = new Map<string, number[]>()
  frames.forEach((frame, i) => {
    const known = places.get(frame)
    if (known === undefined) places.set(frame, [i])
    else known.push(i)
  })
  if (frames.length - places.size <= 3) return found
  for (let i = 0; i < frames.length - 3; i++) {
    const at = places.get(frames[i]!)!
    const next = at.indexOf(i) + 1
    if (next === at.length || at[at.length - 1]! - i < 3) continue
    const best = bestRepeat(frames, i, at, next)
    if (best !== undefined) {
      found.push(best)
      i = best.from + best.length * best.times - 1
    }
  }
  return found
}

/** Tries the block lengths that the places of the first frame suggest: their greatest common divisor, then its forerunners. */
function bestRepeat(frames: string[], i: number, at: number[], next: number): Repeat | undefined {
  let length = at[at.length - 1]! - i
  let others: number[] = []
  if (next + 1 < at.length) {
    const tried = new Set<number>()
    let divisor = 0
    for (let j = next; j < at.length; j++) {
      let distance = at[j]! - i
      while (distance !== 0) {
        const rest = divisor % distance
        if (divisor !== 0) tried.add(divisor)
        divisor = distance
        distance = rest
      }
      if (divisor === 1) break
    }
    length = divisor
    tried.delete(divisor)
    others = [...tried]
  }
  let bestLength = length
  let bestTimes = 0
  for (;;) {
    const times = timesAt(frames, i, length)
    const other = others.pop()
    if (other === undefined) {
      if (bestTimes === 0 || bestLength * bestTimes < length * times) {
        bestLength = length
        bestTimes = times
      }
      break
    }
    if (times !== 0 && bestLength * bestTimes < length * times) {
      bestLength = length
      bestTimes = times
    }
    length = other
  }
  return bestLength * bestTimes >= 3 ? { from: i + bestLength, length: bestLength, times: bestTimes } : undefined
}

function timesAt(frames: string[], start: number, length: number): number {
  for (let times = 0; ; times++) {
    for (let j = 0; j < length; j++) {
      if (frames[start + j] !== frames[start + (times + 1) * length + j]) return times
    }
  }
}

let cwd: string | undefined
let cwdUrl: string | undefined

/** Frames of the runtime are grey, names of packages underlined, the working directory grey. */
function coloured(ctx: Context, line: string): string {
  const core = /^ {4}at (?:[^/\\(]+ \(|)(?:node|bun|internal|web|rt):.+:\d+:\d+\)?$/.test(line)
  if (core) return ctx.stylize(line, 'undefined')
  line = line.replace(/([/\\]node_modules[/\\])(@[^/\\]+[/\\][^/\\]+|[^/\\]+)/g, (_, lead, name) => lead + ctx.stylize(name, 'module'))
  try {
    const now = process.cwd()
    if (now !== cwd) {
      cwd = now
      cwdUrl = import.meta.builtin('node:url').default.pathToFileURL(now).href
    }
  } catch {
    return line
  }
  const marked = withoutFocus(ctx, line, cwd!)
  return marked === line ? withoutFocus(ctx, line, cwdUrl!) : marked
}

function withoutFocus(ctx: Context, line: string, folder: string): string {
  let at = line.indexOf(folder)
  if (at === -1) return line
  let length = folder.length
  if (line.slice(at - 7, at) === 'file://') {
    length += 7
    at -= 7
  }
  const start = line[at - 1] === '(' ? at - 1 : at
  const closes = start !== at && line.endsWith(')')
  const end = at + length + 1
  return line.slice(0, start) + ctx.stylize(line.slice(start, end), 'undefined') + line.slice(end, closes ? -1 : line.length) +
    (closes ? ctx.stylize(')', 'undefined') : '')
}
