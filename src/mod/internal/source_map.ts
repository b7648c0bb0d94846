// internal:source_map: maps from a running text to what it was made of (ECMA-426, version 3): class SourceMap of node:module, and stacks
// in the places of the sources (--enable-source-maps). Loaded when one of these is asked for.
import { enablesSourceMaps, readMappings, sourceLine, sourceMapComment } from 'internal:rt'
import { setMapper, type Frame } from 'internal:stack'
import { validateBoolean, validateObject } from 'internal:validate'

/** Six numbers a mapping, sorted by place in the text: line, column, source, line and column there, name. */
const LINE = 0, COLUMN = 1, SOURCE = 2, FROM_LINE = 3, FROM_COLUMN = 4, NAME = 5, WIDTH = 6
const NONE = 0xffffffff

/** A map, or one section of an index map, which begins at a place of the text. */
interface Part { mappings: Uint32Array; sources: string[]; names: string[]; line: number; column: number }

function partOf(map: any, line: number, column: number): Part {
  const root = map.sourceRoot ? `${map.sourceRoot}`.replace(/\/?$/, '/') : ''
  const sources = Array.from(map.sources ?? [], (source) => source === null ? '' : root + source)
  return { mappings: new Uint32Array(readMappings(`${map.mappings ?? ''}`) ?? 0), sources, names: map.names ?? [], line, column }
}

function copied(value: any): any {
  if (Array.isArray(value)) return value.slice()
  return value
}

export class SourceMap {
  #payload: any
  #lineLengths: number[] | undefined
  #parts: Part[]

  constructor(payload: any, options: { lineLengths?: number[] } = {}) {
    validateObject(payload, 'payload')
    this.#payload = {}
    for (const key of Object.keys(payload)) this.#payload[key] = copied(payload[key])
    this.#lineLengths = Array.isArray(options.lineLengths) ? options.lineLengths.slice() : undefined
    this.#parts = payload.sections ? payload.sections.map(({ map, offset }: any) => partOf(map, offset.line, offset.column)) : [partOf(payload, 0, 0)]
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
    let part = this.#parts[0]
    for (const next of this.#parts) if (next.line < lineOffset || next.line === lineOffset && next.column <= columnOffset) part = next
    if (part === undefined) return {}
    const { mappings, sources, names } = part
    const wantedLine = lineOffset - part.line, wanted = wantedLine === 0 ? columnOffset - part.column : columnOffset
    let low = 0, high = mappings.length / WIDTH
    while (low < high) {
      const middle = (low + high) >> 1, line = mappings[middle * WIDTH + LINE], column = mappings[middle * WIDTH + COLUMN]
      if (line < wantedLine || (line === wantedLine && column <= wanted)) low = middle + 1
      else high = middle
    }
    if (low === 0) return {}
    const at = (low - 1) * WIDTH, line = mappings[at + LINE]
    const hasSource = mappings[at + SOURCE] !== NONE, name = mappings[at + NAME]
    return {
      generatedLine: line + part.line, generatedColumn: mappings[at + COLUMN] + (line === 0 ? part.column : 0),
      originalSource: hasSource ? sources[mappings[at + SOURCE]] : undefined,
      originalLine: hasSource ? mappings[at + FROM_LINE] : undefined, originalColumn: hasSource ? mappings[at + FROM_COLUMN] : undefined,
      name: name === NONE ? undefined : names[name],
    }
  }

  /** Is it a name of its sources? */
  knows(name: string): boolean {
    return this.#parts.some((part) => part.names.includes(name))
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

// --- which file has which map

/** Maps by the name that stacks show; null: it has none that can be read. */
const found = new Map<string, SourceMap | null>()
/** Sources whose text came with a map, by the path that stacks show. */
const contents = new Map<string, string>()

function pathOf(source: string): string {
  return source.startsWith('file://') ? import.meta.builtin('node:url').default.fileURLToPath(source) : source
}

/** What `//# sourceMappingURL=` names: the text of the map and the URL that its sources are relative to. */
function textOf(name: string): { text: string; base: string } | undefined {
  const named = /sourceMappingURL=\s*([^\s'"]+)/.exec(sourceMapComment(name) ?? '')?.[1]
  if (named === undefined) return undefined
  const base = name.startsWith('/') ? import.meta.builtin('node:url').default.pathToFileURL(name).href : name
  const data = /^data:application\/json(?:;[^,;]*)*?(;base64)?,/.exec(named)
  if (data !== null) {
    const body = named.slice(data[0].length)
    return { text: data[1] ? import.meta.builtin('node:buffer').Buffer.from(body, 'base64').toString() : decodeURIComponent(body), base }
  }
  const url = new URL(named, base)
  if (url.protocol !== 'file:') return undefined
  return { text: import.meta.builtin('node:fs').default.readFileSync(url, 'utf8'), base: url.href }
}

function load(name: string): SourceMap | null {
  try {
    const where = textOf(name)
    if (where === undefined) return null
    const payload = JSON.parse(where.text.replace(/^\)\]\}'[^\n]*\n/, ''))
    const absolute = (map: any) => {
      const root = map.sourceRoot ? `${map.sourceRoot}`.replace(/\/?$/, '/') : ''
      map.sources = Array.from(map.sources ?? [], (source) => source === null ? '' : new URL(root + source, where.base).href)
      map.sourceRoot = ''
      for (const [i, source] of map.sources.entries()) {
        const text = map.sourcesContent?.[i]
        if (typeof text === 'string') contents.set(pathOf(source), text)
      }
    }
    if (payload.sections) for (const { map } of payload.sections) absolute(map)
    else absolute(payload)
    return new SourceMap(payload)
  } catch {
    return null            // a map that cannot be read is none, as Node has it
  }
}

function mapOf(name: string): SourceMap | null {
  let map = found.get(name)
  if (map === undefined) found.set(name, map = load(name))
  return map
}

export function findSourceMap(path: unknown): SourceMap | undefined {
  const name = `${path}`
  const other = name.startsWith('file://') ? pathOf(name) : name.startsWith('/') ? import.meta.builtin('node:url').default.pathToFileURL(name).href : name
  if (!support.enabled) return found.get(name) ?? found.get(other) ?? undefined        // what stacks have asked for stays
  return mapOf(name) ?? mapOf(other) ?? undefined
}

// --- stacks

let support = { enabled: false, nodeModules: false, generatedCode: false }
export const getSourceMapsSupport = (): object => Object.freeze({ __proto__: null, ...support })
export function setSourceMapsSupport(enabled: boolean, options: any = {}): void {
  validateBoolean(enabled, 'enabled')
  validateObject(options, 'options')
  const { nodeModules = false, generatedCode = false } = options
  validateBoolean(nodeModules, 'options.nodeModules')
  validateBoolean(generatedCode, 'options.generatedCode')
  support = { enabled, nodeModules, generatedCode }
  setMapper(enabled ? inSource : undefined)
}

/** The frame as its source has it; the frame itself where no map tells of it. */
function inSource(frame: Frame, caller: Frame | undefined): Frame {
  if (frame.isNative || frame.line === 0 || (!support.nodeModules && frame.url.includes('/node_modules/'))) return frame
  const map = mapOf(frame.url)
  if (map === null) return frame
  const entry: any = map.findEntry(frame.line - 1, frame.column - 1)
  if (entry.originalSource === undefined || entry.originalLine === undefined) return frame
  return {
    ...frame, url: pathOf(entry.originalSource), line: entry.originalLine + 1, column: entry.originalColumn + 1,
    name: nameOf(map, frame, caller) || '<anonymous>', isModule: false,
  }
}

/** A name that the map does not know was given by a minifier: what the caller's source calls it is better. */
function nameOf(map: SourceMap, frame: Frame, caller: Frame | undefined): string {
  if (frame.name === '' || caller === undefined || caller.url !== frame.url || map.knows(frame.name)) return frame.name
  return (map.findEntry(caller.line - 1, caller.column - 1) as any).name ?? frame.name
}

/** A line of a file that stacks show: of a source that came with a map, or of the disk. */
export function lineOf(path: string, line: number): string | undefined {
  const text = contents.get(path)
  return text === undefined ? sourceLine(path, line) : text.split(/\r\n|[\n\r\u2028\u2029]/)[line - 1]
}
export const isSource = (path: string): boolean => contents.has(path)

if (enablesSourceMaps()) setSourceMapsSupport(true, { nodeModules: true, generatedCode: true })
