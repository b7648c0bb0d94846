// internal:diff: the shortest way from one list of lines to another (Myers, 1986), and its print.

import { ERR_OUT_OF_RANGE } from 'internal:errors'
import { validateString, validateStringArray } from 'internal:validate'

export const DELETE = -1
export const KEEP = 0
export const INSERT = 1
export type Step = [operation: number, line: string]

type Lines = string | readonly string[]

/** The steps from `expected` to `actual`, the last one first. With `commas`, a comma at the end of a line does not count. */
export function myersDiff(actual: Lines, expected: Lines, commas = false): Step[] {
  const n = actual.length
  const m = expected.length
  const most = n + m
  if (most > 2 ** 31 - 1) throw new ERR_OUT_OF_RANGE('myersDiff input size', '< 2^31', most)
  const same = (a: string, b: string): boolean => a === b || (commas && (`${a},` === b || a === `${b},`))
  // reach[k + most]: how far along `actual` the diagonal k has come; a copy of the part in use is kept for each level.
  const reach = new Int32Array(2 * most + 2)
  const levels: Int32Array[] = []
  for (let level = 0; level <= most; level++) {
    levels.push(reach.slice(most - level - 1, most + level + 2))
    for (let k = -level; k <= level; k += 2) {
      const down = k === -level || (k !== level && reach[k - 1 + most]! < reach[k + 1 + most]!)
      let x = down ? reach[k + 1 + most]! : reach[k - 1 + most]! + 1
      let y = x - k
      while (x < n && y < m && same(actual[x]!, expected[y]!)) {
        x++
        y++
      }
      reach[k + most] = x
      if (x >= n && y >= m) return traced(levels, actual, expected, commas)
    }
  }
  return []
}

function traced(levels: Int32Array[], actual: Lines, expected: Lines, commas: boolean): Step[] {
  const steps: Step[] = []
  let x = actual.length
  let y = expected.length
  for (let level = levels.length - 1; level >= 0; level--) {
    const reach = levels[level]!
    const at = (k: number): number => reach[k + level + 1]!
    const k = x - y
    const before = k === -level || (k !== level && at(k - 1) < at(k + 1)) ? k + 1 : k - 1
    const fromX = at(before)
    const fromY = fromX - before
    while (x > fromX && y > fromY) {
      const line = actual[x - 1]!
      steps.push([KEEP, commas && !line.endsWith(',') ? expected[y - 1]! : line])
      x--
      y--
    }
    if (level > 0) steps.push(x > fromX ? [INSERT, actual[--x]!] : [DELETE, expected[--y]!])
  }
  return steps
}

/** util.diff */
export function diff(actual: Lines, expected: Lines): Step[] {
  if (actual === expected) return []
  for (const [value, name] of [[actual, 'actual'], [expected, 'expected']] as const) {
    if (Array.isArray(value)) validateStringArray(value, name)
    else validateString(value, name)
  }
  return myersDiff(actual, expected).reverse()
}

export interface Palette { green: string; red: string; white: string; blue: string; gray: string; hasColors: boolean }

/** Letters in a row, coloured by what became of them. */
export function printLetters(steps: Step[], colors: Palette): string {
  let out = ''
  for (let i = steps.length - 1; i >= 0; i--) {
    const [operation, letter] = steps[i]!
    out += `${operation === INSERT ? colors.green : operation === DELETE ? colors.red : colors.white}${letter}${colors.white}`
  }
  return `\n${out}`
}

/** Lines with + and -, where more than five that stay as they are become `...`. */
export function printLines(steps: Step[], colors: Palette, partial = false): { message: string; skipped: boolean } {
  let out = ''
  let skipped = false
  let kept = 0
  const keep = (line: string): void => { out += `${colors.white}  ${line}\n` }
  for (let i = steps.length - 1; i >= 0; i--) {
    const [operation, line] = steps[i]!
    if (operation === KEEP) {
      if (kept++ < 5) keep(line)
      continue
    }
    if (kept > 5) {
      if (kept === 7) keep(steps[i + 2]![1])
      if (kept > 7) {
        out += `${colors.blue}...${colors.white}\n`
        skipped = true
      }
      keep(steps[i + 1]![1])
    }
    kept = 0
    if (operation === DELETE) out += `${colors.red}-${colors.white} ${line}\n`
    else if (partial) out += `${colors.gray}${colors.hasColors ? ' ' : '+'} ${line}${colors.white}\n`
    else out += `${colors.green}+${colors.white} ${line}\n`
  }
  return { message: `\n${out.trimEnd()}`, skipped }
}
