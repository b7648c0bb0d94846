// web:console/table: console.table's boxes and the times of console.time.

import { inspect, widthOf } from 'internal:inspect'
import * as types from 'internal:types'

function cell(value: any, options: object): string {
  const isFlat = value === null || typeof value !== 'object' || Array.isArray(value) || types.isTypedArray(value) || Object.keys(value).length <= 2
  return inspect(value, { depth: isFlat ? 0 : -1, maxArrayLength: 3, breakLength: Infinity, ...options })
}

export function tableText(data: any, properties: string[] | undefined, options: object): string {
  const shown = (value: unknown): string => cell(value, options)
  const numbered = (rows: unknown[]): string[] => rows.map((_, i) => shown(i))
  const isMapIterator = types.isMapIterator(data)
  const isSetIterator = types.isSetIterator(data)
  let items: unknown[] | undefined
  let areEntries = types.isMap(data)
  if (areEntries) {
    items = [...data]
  } else if (isMapIterator || isSetIterator) {
    const rest = types.iteratorRest(data, isMapIterator)
    items = rest?.items ?? []
    areEntries = isMapIterator && rest?.areEntries === true
    // A Set's entries are shown as the values they are, one after the other.
    if (isSetIterator && rest?.areEntries === true) items = items.flat()
  } else if (types.isSet(data)) {
    items = [...data]
  }
  if (items !== undefined) {
    if (areEntries) {
      const entries = items as [unknown, unknown][]
      return boxed(['(iteration index)', 'Key', 'Values'],
        [numbered(entries), entries.map(([key]) => shown(key)), entries.map(([, value]) => shown(value))])
    }
    return boxed(['(iteration index)', 'Values'], [numbered(items), items.map(shown)])
  }
  const columns: Record<string, string[]> = { __proto__: null } as any
  const values: string[] = []
  let hasPrimitives = false
  const index = Object.keys(data)
  index.forEach((name, row) => {
    const item = data[name]
    const isPrimitive = item === null || (typeof item !== 'function' && typeof item !== 'object')
    if (properties === undefined && isPrimitive) {
      hasPrimitives = true
      values[row] = shown(item)
      return
    }
    for (const key of properties ?? Object.keys(item)) {
      const column = columns[key] ??= []
      column[row] = isPrimitive || !Object.hasOwn(item, key) ? '' : shown(item[key])
    }
  })
  const head = ['(index)', ...Object.keys(columns)]
  const body = [index, ...Object.values(columns)]
  if (hasPrimitives) {
    head.push('Values')
    body.push(values)
  }
  return boxed(head, body)
}

function boxed(head: string[], columns: string[][]): string {
  const count = Math.max(...columns.map(column => column.length))
  const widths = head.map((name, i) => {
    let width = widthOf(name)
    for (let row = 0; row < count; row++) width = Math.max(width, widthOf(columns[i]![row] ?? ''))
    return width + 2
  })
  const line = (cells: string[]): string =>
    `\u2502 ${cells.map((text, i) => text + ' '.repeat(widths[i]! - 2 - widthOf(text))).join(' \u2502 ')} \u2502`
  const rule = (left: string, middle: string, right: string): string =>
    left + widths.map(width => '\u2500'.repeat(width)).join(middle) + right
  const rows: string[] = []
  for (let row = 0; row < count; row++) rows.push(line(columns.map(column => column[row] ?? '')))
  return [rule('\u250c', '\u252c', '\u2510'), line(head), rule('\u251c', '\u253c', '\u2524'), ...rows, rule('\u2514', '\u2534', '\u2518')].join('\n')
}

const two = (n: number | string): string => `${n}`.padStart(2, '0')

/** Milliseconds as console.timeEnd shows them: 1.5ms, 2.345s, 1:02.345 (m:ss.mmm), 1:02:03.456 (h:mm:ss.mmm). */
export function timeText(ms: number): string {
  const hours = Math.floor(ms / 3600000)
  const minutes = Math.floor((ms % 3600000) / 60000)
  if (hours !== 0 || minutes !== 0) {
    const [seconds, rest] = ((ms % 60000) / 1000).toFixed(3).split('.')
    return `${hours !== 0 ? `${hours}:${two(minutes)}` : minutes}:${two(seconds!)}.${rest} (${hours !== 0 ? 'h:m' : ''}m:ss.mmm)`
  }
  return ms >= 1000 ? `${(ms / 1000).toFixed(3)}s` : `${Number(ms.toFixed(3))}ms`
}
