// AssertionError: what was, what should be, and the difference.

import { canSetLimit } from 'internal:errors'
import { inspect } from 'internal:inspect'
import { validateObject } from 'internal:validate'
import type { Palette } from '../../internal/diff.ts'

const WORDS: Record<string, string> = {
  deepStrictEqual: 'Expected values to be strictly deep-equal:',
  partialDeepStrictEqual: 'Expected values to be partially and strictly deep-equal:',
  strictEqual: 'Expected values to be strictly equal:',
  strictEqualObject: 'Expected "actual" to be reference-equal to "expected":',
  deepEqual: 'Expected values to be loosely deep-equal:',
  notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:',
  notStrictEqual: 'Expected "actual" to be strictly unequal to:',
  notStrictEqualObject: 'Expected "actual" not to be reference-equal to "expected":',
  notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
  notIdentical: 'Values have same structure but are not reference-equal:',
  notDeepEqualUnequal: 'Expected values not to be loosely deep-equal:',
}

const WITH_DIFF = ['deepStrictEqual', 'strictEqual', 'partialDeepStrictEqual']

function diffs(): any {
  return import.meta.builtin('internal:diff')
}

function palette(): Palette {
  const { stderr } = process as any
  const { env } = process
  const has = env.FORCE_COLOR !== undefined
    ? import.meta.builtin('web:console/streams').colorDepth(env) > 2
    : Boolean(stderr?.isTTY) && (typeof stderr.getColorDepth === 'function' ? stderr.getColorDepth() > 2 : true)
  const code = (n: number): string => has ? `\u001b[${n}m` : ''
  return { blue: code(34), green: code(32), white: code(39), red: code(31), gray: code(90), hasColors: has }
}

function shown(value: unknown): string {
  return inspect(value, {
    compact: false, customInspect: false, depth: 1000, maxArrayLength: Infinity, showHidden: false, showProxy: false,
    sorted: true, getters: true,
  })
}

/** The error without its stack, which would fill the difference. */
function copied(source: any): any {
  const target = Object.assign(Object.create(Object.getPrototypeOf(source)), source)
  Object.defineProperty(target, 'message', { value: source.message })
  if (Object.hasOwn(source, 'cause')) {
    Object.defineProperty(target, 'cause', { value: source.cause instanceof Error ? copied(source.cause) : source.cause })
  }
  return target
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null

function oneLineDiff(actual: unknown, shownActual: string, expected: unknown, shownExpected: string, colors: Palette): [string, string | undefined] {
  const areStrings = typeof actual === 'string' && typeof expected === 'string'
  let length = shownActual.length + shownExpected.length
  if (typeof actual === 'string') length -= 2
  if (typeof expected === 'string') length -= 2
  if (length <= 12 && (actual !== 0 || expected !== 0)) return [`${shownActual} !== ${shownExpected}`, '']
  if (areStrings && colors.hasColors) {
    const { myersDiff, printLetters } = diffs()
    return [printLetters(myersDiff(shownActual.split(''), shownExpected.split('')), colors),
      `${colors.green}actual${colors.white} ${colors.red}expected${colors.white}`]
  }
  let message = `\n${colors.green}+${colors.white} ${shownActual}\n${colors.red}- ${colors.white}${shownExpected}`
  const { stderr } = process as any
  const room = stderr?.isTTY ? stderr.columns : 80
  if (shownActual.length + shownExpected.length <= room) {
    let i = 0
    while (i < shownActual.length && shownActual[i] === shownExpected[i]) i++
    // In the first two letters anybody sees it.
    if (i >= 3 && i < shownActual.length) message += `\n${' '.repeat(i + 2)}^`
  }
  return [message, undefined]
}

function differenceOf(actual: any, expected: any, operator: string, words: any, full: boolean, colors: Palette): string {
  if (operator === 'strictEqual' && ((isObject(actual) && isObject(expected)) ||
      (typeof actual === 'function' && typeof expected === 'function'))) operator = 'strictEqualObject'
  const shownActual = shown(actual)
  const shownExpected = shown(expected)
  const linesActual = shownActual.split('\n')
  const linesExpected = shownExpected.split('\n')
  let header = `${colors.green}+ actual${colors.white} ${colors.red}- expected${colors.white}`
  let message: string
  let skipped = false
  if (linesActual.length === 1 && linesExpected.length === 1 && !(isObject(actual) && isObject(expected))) {
    const [text, head] = oneLineDiff(actual, shownActual, expected, shownExpected, colors)
    message = text
    header = head ?? header
  } else if (shownActual === shownExpected) {
    operator = 'notIdentical'
    header = ''
    skipped = linesActual.length > 50 && !full
    message = skipped ? `${linesActual.slice(0, 50).join('\n')}\n...}` : shownActual
  } else {
    const { myersDiff, printLines } = diffs()
    const partial = operator === 'partialDeepStrictEqual'
    const printed = printLines(myersDiff(linesActual, linesExpected, isObject(actual)), colors, partial)
    message = printed.message
    skipped = printed.skipped
    if (partial) header = `${colors.gray}${colors.hasColors ? '' : '+ '}actual${colors.white} ${colors.red}- expected${colors.white}`
  }
  return `${words || WORDS[operator]}\n${header}${skipped ? '\n... Skipped lines' : ''}\n${message}\n`
}

function notMessage(actual: any, operator: string, full: boolean, colors: Palette): string {
  const isReference = operator === 'notStrictEqual' && (isObject(actual) || typeof actual === 'function')
  const base = WORDS[isReference ? 'notStrictEqualObject' : operator]
  const lines = shown(actual).split('\n')
  if (lines.length > 50 && !full) {
    lines[46] = `${colors.blue}...${colors.white}`
    lines.length = 47
  }
  return lines.length === 1 ? `${base}${lines[0]!.length > 5 ? '\n\n' : ' '}${lines[0]}` : `${base}\n\n${lines.join('\n')}\n`
}

function otherMessage(actual: any, expected: any, operator: string, full: boolean): string {
  const cut = (text: string, most: number): string => text.length > most && !full ? `${text.slice(0, most - 3)}...` : text
  const a = shown(actual)
  const b = shown(expected)
  if (operator === 'notDeepEqual' && a === b) return cut(`${WORDS[operator]}\n\n${a}`, 1024)
  const left = cut(a, 512)
  const right = cut(b, 512)
  if (operator === 'deepEqual') return `${WORDS[operator]}\n\n${left}\n\nshould loosely deep-equal\n\n${right}`
  const words = WORDS[`${operator}Unequal`]
  return words ? `${words}\n\n${left}\n\nshould not loosely deep-equal\n\n${right}` : `${left} ${operator} ${right}`
}

function messageOf(actual: any, expected: any, operator: string, words: any, full: boolean): string {
  const colors = palette()
  if (WITH_DIFF.includes(operator)) return differenceOf(actual, expected, operator, words, full, colors)
  if (words != null) return String(words)
  if (operator === 'notDeepStrictEqual' || operator === 'notStrictEqual') return notMessage(actual, operator, full, colors)
  return otherMessage(actual, expected, operator, full)
}

function shortened(text: string): string {
  const lines = text.split('\n', 11)
  if (lines.length > 10) return `${lines.slice(0, 10).join('\n')}\n...`
  return text.length > 512 ? `${text.slice(512)}...` : text
}

export class AssertionError extends Error {
  declare actual: any
  declare expected: any
  declare operator: string | undefined
  declare generatedMessage: boolean
  declare code: string
  declare diff: string

  constructor(options: any) {
    validateObject(options, 'options')
    const { message, operator, stackStartFn, details, stackStartFunction, diff = 'simple' } = options
    let { actual, expected } = options
    if (message == null && isObject(actual) && isObject(expected) && 'stack' in actual && actual instanceof Error &&
        'stack' in expected && expected instanceof Error) {
      actual = copied(actual)
      expected = copied(expected)
    }
    const text = messageOf(actual, expected, operator, message, diff === 'full')
    const limit = Error.stackTraceLimit
    const quiet = canSetLimit()
    if (quiet) Error.stackTraceLimit = 0
    super(text)
    if (quiet) Error.stackTraceLimit = limit
    this.generatedMessage = !message
    Object.defineProperty(this, 'name', {
      value: 'AssertionError [ERR_ASSERTION]', enumerable: false, writable: true, configurable: true,
    })
    this.code = 'ERR_ASSERTION'
    if (details) {
      this.actual = this.expected = this.operator = undefined
      details.forEach((one: any, i: number) => {
        Object.assign(this, {
          [`message ${i}`]: one.message, [`actual ${i}`]: one.actual, [`expected ${i}`]: one.expected,
          [`operator ${i}`]: one.operator, [`stack trace ${i}`]: one.stack,
        })
      })
    } else {
      this.actual = actual
      this.expected = expected
      this.operator = operator
    }
    // The stack is headed by the name of this moment, with the code.
    Error.captureStackTrace(this, stackStartFn || stackStartFunction)
    void this.stack
    this.name = 'AssertionError'
    this.diff = diff
  }

  override toString(): string {
    return `${this.name} [${this.code}]: ${this.message}`
  }

  [Symbol.for('nodejs.util.inspect.custom')](_depth: number, options: any): string {
    const { actual, expected } = this
    // The message shows both at length.
    if (typeof actual === 'string') this.actual = shortened(actual)
    if (typeof expected === 'string') this.expected = shortened(expected)
    const text = inspect(this, { ...options, customInspect: false, depth: 0 })
    this.actual = actual
    this.expected = expected
    return text
  }
}
