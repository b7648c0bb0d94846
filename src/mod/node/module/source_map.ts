// node:module, class SourceMap: version 3 maps (ECMA-426), read into a list sorted by generated place.
import { validateObject } from 'internal:validate'

interface Mapping { line: number; column: number; source?: string; originalLine?: number; originalColumn?: number; name?: string }

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const VALUES = new Map(Array.from(DIGITS, (digit, i) => [digit, i]))

/** The numbers of one segment. */
function numbersOf(text: string): number[] {
  const out: number[] = []
  let value = 0, shift = 0
  for (const char of text) {
    const digit = VALUES.get(char)
    if (digit === undefined) break
    value += (digit & 31) * 2 ** shift
    shift += 5
    if (digit & 32) continue
    out.push(value % 2 === 1 ? -Math.floor(value / 2) : value / 2)
    value = shift = 0
  }
  return out
}

function read(map: any, line: number, column: number, out: Mapping[]): void {
  const sources: string[] = map.sources ?? [], names: string[] = map.names ?? []
  const root = map.sourceRoot ? `${map.sourceRoot}`.replace(/\/?$/, '/') : ''
  let source = 0, originalLine = 0, originalColumn = 0, name = 0
  for (const row of `${map.mappings ?? ''}`.split(';')) {
    for (const segment of row.split(',')) {
      const [a, b, c, d, e] = numbersOf(segment)
      if (a === undefined) continue
      column += a
      const mapping: Mapping = { line, column }
      if (b !== undefined) {
        source += b
        mapping.source = root + sources[source]
        mapping.originalLine = originalLine += c ?? 0
        mapping.originalColumn = originalColumn += d ?? 0
        if (e !== undefined) mapping.name = names[name += e]
      }
      out.push(mapping)
    }
    line++
    column = 0
  }
}

function copied(value: any): any {
  if (Array.isArray(value)) return value.slice()
  return value
}

export class SourceMap {
  #payload: any
  #lineLengths: number[] | undefined
  #mappings: Mapping[] = []

  constructor(payload: any, options: { lineLengths?: number[] } = {}) {
    validateObject(payload, 'payload')
    this.#payload = {}
    for (const key of Object.keys(payload)) this.#payload[key] = copied(payload[key])
    this.#lineLengths = Array.isArray(options.lineLengths) ? options.lineLengths.slice() : undefined
    if (payload.sections) for (const { map, offset } of payload.sections) read(map, offset.line, offset.column, this.#mappings)
    else read(payload, 0, 0, this.#mappings)
    this.#mappings.sort((a, b) => a.line - b.line || a.column - b.column)
  }

  get payload(): any {
    const out: any = {}
    for (const key of Object.keys(this.#payload)) out[key] = copied(this.#payload[key])
    return out
  }

  get lineLengths(): number[] | undefined {
    return this.#lineLengths?.slice()
  }

  /** The last mapping at or before a place, which counts from 0. */
  findEntry(lineOffset: number, columnOffset: number): object {
    let low = 0, high = this.#mappings.length
    while (low < high) {
      const middle = (low + high) >> 1, { line, column } = this.#mappings[middle]!
      if (line < lineOffset || (line === lineOffset && column <= columnOffset)) low = middle + 1
      else high = middle
    }
    const found = this.#mappings[low - 1]
    if (found === undefined) return {}
    return {
      generatedLine: found.line, generatedColumn: found.column,
      originalSource: found.source, originalLine: found.originalLine, originalColumn: found.originalColumn, name: found.name,
    }
  }

  /** Both count from 1: the place of a call site. */
  findOrigin(lineNumber: number, columnNumber: number): object {
    const range: any = this.findEntry(lineNumber - 1, columnNumber - 1)
    if (range.originalSource === undefined || range.originalLine === undefined || range.originalColumn === undefined ||
      range.generatedLine === undefined || range.generatedColumn === undefined) return {}
    return {
      name: range.name,
      fileName: range.originalSource,
      lineNumber: lineNumber - 1 - range.generatedLine + range.originalLine + 1,
      columnNumber: columnNumber - 1 - range.generatedColumn + range.originalColumn + 1,
    }
  }
}
