// internal:stack: the engine's raw stack text becomes V8's: `Error: text\n    at f (file:line:column)`, with places in the
// source as it was written, Error.prepareStackTrace and call sites. Loaded when the first stack is read.
import { enablesSourceMaps, inEntry, sourcePlace } from 'internal:rt'

const isError: (v: unknown) => boolean = (Error as any).isError
const define = Reflect.defineProperty
const getPrototypeOf = Reflect.getPrototypeOf
const hasOwn = Object.prototype.hasOwnProperty
const apply = Reflect.apply

/** From a frame, and the one that called it, to its place in what the text was made of: internal:source_map. */
type Mapper = (frame: Frame, caller: Frame | undefined) => Frame
let mapper: Mapper | undefined | null = null         // null: not asked yet
export function setMapper(given: Mapper | undefined): void {
  mapper = given
}
function mapperNow(): Mapper | undefined {
  if (mapper === null) {
    mapper = undefined
    if (enablesSourceMaps()) import.meta.builtin('internal:source_map')
  }
  return mapper
}
export const mapsSources = (): boolean => mapperNow() !== undefined

export interface Frame {
  name: string
  url: string
  line: number
  column: number
  isNative: boolean
  isNew: boolean
  isAsync: boolean
  isEval: boolean
  /** The body of a CommonJS module: V8 names it for its `this`. */
  isModule: boolean
}

/** The types that V8 names before methods of the language; the engine names the method only. */
const TYPES: Record<string, string> = { __proto__: null as any, parse: 'JSON.', stringify: 'JSON.', Promise: 'new ', replace: 'String.', replaceAll: 'String.' }
for (const name of ['map', 'forEach', 'filter', 'reduce', 'reduceRight', 'some', 'every', 'find', 'findIndex', 'flatMap', 'sort']) {
  TYPES[name] = 'Array.'
}

/** What Error.captureStackTrace leaves on an object that is no error: a raw text of its own that no loop shows. */
function isCaptured(object: any, text: string): boolean {
  const own = Object.getOwnPropertyDescriptor(object, 'stack')
  return own !== undefined && own.value === text && !own.enumerable && RAW_LINES.test(text)
}
const RAW_LINES = /^(?:[^\n]*@(?:\[native code\]|[^\n]*:\d+:\d+)(?:\n|$))+$/

/** The first line, as V8 makes it when the stack is first read: Error.prototype.toString of the object as it is then. */
function headOf(object: any): string {
  try {
    const { name, message } = object
    const n = name === undefined ? 'Error' : String(name), m = message === undefined ? '' : String(message)
    return n === '' ? m : m === '' ? n : n + ': ' + m
  } catch {
    return 'Error'
  }
}

const RAW = /^[^\n]*@(?:\[native code\]|[^\n]*:\d+:\d+)?(?:\n|$)|^(?:global|module|eval) code(?:\n|$)|^\[native code\]/

/** `text` is what `object.stack` was, undefined when it was nothing. Gives what V8 would, and keeps it in the object. */
export function format(object: any, text: string | undefined): unknown {
  if (text === undefined) {
    // With a limit of 0 the engine makes no stack where V8 makes one without frames.
    if (apply(hasOwn, object, ['stack']) || typeof Error.stackTraceLimit !== 'number' || Error.stackTraceLimit > 0) return undefined
    return build(object, '')
  }
  if (!isError(object) && !isCaptured(object, text)) return text
  if (text !== '' && !RAW.test(text)) return text
  return build(object, text)
}

/** V8 leaves out the constructors of the error's own classes. */
function dropConstructors(object: any, frames: Frame[]): void {
  const first = frames[0]
  if (first === undefined || first.name === '') return
  const names = new Set<string>()
  for (let p = getPrototypeOf(object); p !== null && names.size < 20; p = getPrototypeOf(p)) {
    const made = Object.getOwnPropertyDescriptor(p, 'constructor')?.value
    if (typeof made !== 'function' || made === Error) break
    names.add(made.name)
  }
  let n = 0
  while (n < frames.length && !frames[n].isNative && names.has(frames[n].name)) n++
  frames.splice(0, n)
}

function build(object: any, raw: string): unknown {
  const head = headOf(object)
  const frames = parse(raw)
  if (isError(object)) dropConstructors(object, frames)
  const prepare = (Error as any).prepareStackTrace
  let value: unknown
  if (typeof prepare === 'function') {
    define(object, 'stack', { value: textOf(head, frames), writable: true, configurable: true, enumerable: false })
    value = apply(prepare, Error, [object, frames.map((frame) => new CallSite(frame))])
  } else {
    const map = mapperNow()
    value = textOf(head, map === undefined ? frames : frames.map((frame, i) => map(frame, frames[i + 1])))
  }
  define(object, 'stack', { value, writable: true, configurable: true, enumerable: false })
  return value
}

function textOf(head: string, frames: Frame[]): string {
  let text = head
  for (const frame of frames) text += '\n    at ' + frameText(frame)
  return text
}

function place(frame: Frame): string {
  if (frame.isNative) return '<anonymous>'
  return frame.url === '' ? '<anonymous>' : frame.url + ':' + frame.line + ':' + frame.column
}

function frameText(frame: Frame): string {
  const shown = frame.isModule ? 'Object.<anonymous>' : frame.isNative ? (frame.isNew ? '' : TYPES[frame.name] ?? '') + frame.name : frame.name
  const name = (frame.isAsync ? 'async ' : '') + (frame.isNew ? 'new ' : '') + shown
  return shown === '' ? name + place(frame) : name + ' (' + place(frame) + ')'
}

/** Added to a place by the core when the place is that of a `new`. */
const AT_NEW = 2 ** 52

const NOWHERE: Frame = { name: '', url: '', line: 0, column: 0, isNative: false, isNew: false, isAsync: false, isEval: true, isModule: false }

/** The frames of a raw text, top first. Those of the core itself are not shown. */
export function parse(raw: string): Frame[] {
  const frames: Frame[] = [], placeless: Frame[] = []
  for (const line of raw.split('\n')) {
    if (line === '') continue
    if (line.endsWith('@')) {           // evaluated text and what it defines have no place; nor have the fields of a class
      placeless.push({ ...NOWHERE, name: line === 'eval code@' ? 'eval' : line.slice(0, -1) })
      if (line === 'eval code@') frames.push(...placeless.splice(0))
      continue
    }
    placeless.length = 0
    if (line === 'eval@[native code]' && frames[frames.length - 1]?.isEval) continue
    const frame = parseLine(line)
    if (frame === undefined || !frame.isNative && isHidden(frame.url)) {
      // What the core calls without a name from a path is the body of a CommonJS module (ES modules have URLs).
      const above = frames[frames.length - 1]
      if (above !== undefined && above.name === '' && above.url.startsWith('/') && isCallOfBody(line)) above.isModule = true
      dropCoreNatives(frames)
      continue
    }
    if (frame.url.startsWith('node:')) dropCoreNatives(frames)
    // lang calls a default export without a name so; V8 calls it by its export.
    if (frame.name === '$d' && frame.url.startsWith('file:')) frame.name = 'default'
    frames.push(frame)
    if (frame.isNative || frame.line === 0) continue
    let found = sourcePlace(frame.url, frame.line, frame.column)
    if (frame.url.endsWith('/[eval]')) frame.url = '[eval]'
    if (found <= -2 && frames.length > 1 && frames[frames.length - 2].url === frame.url) {
      frames.pop()
      const body = frames[frames.length - 1]
      if (body.name === '') body.name = frame.name
      continue
    }
    if (found === -3) frames.pop()
    if (found < 0) continue
    if (found >= AT_NEW) {          // this call is a `new`: the frame above it is a constructor
      found -= AT_NEW
      if (frames.length > 1 && frames[frames.length - 2].name !== '') frames[frames.length - 2].isNew = true
    }
    frame.line = Math.floor(found / 0x100000)
    frame.column = found % 0x100000
  }
  dropCoreNatives(frames)
  return frames
}

/** The engine's loop calls the main module without another frame, and callbacks later the same way. */
function isCallOfBody(line: string): boolean {
  return line.startsWith('call@rt:modules/cjs:') || line.startsWith('bao:run@') && inEntry()
}

/** Natives that the core called: V8 shows those of the language only. */
function dropCoreNatives(frames: Frame[]): void {
  while (frames.length > 0 && frames[frames.length - 1].isNative && !(frames[frames.length - 1].name in TYPES)) frames.pop()
}

function isHidden(url: string): boolean {
  return url.startsWith('rt:') || url.startsWith('bao:') || url === '' || url === 'internal:stack' || url === 'internal:rt'
}

function parseLine(line: string): Frame | undefined {
  const at = line.indexOf('@')
  let name = at < 0 ? '' : line.slice(0, at)
  const rest = at < 0 ? line : line.slice(at + 1)
  const isEval = name === 'eval code'
  if (name === 'global code' || name === 'module code' || isEval) name = isEval ? 'eval' : ''
  const frame: Frame = { name, url: '', line: 0, column: 0, isNative: false, isNew: false, isAsync: false, isEval, isModule: false }
  if (rest === '[native code]') {
    if (name === '' || name.startsWith('bao:')) return undefined
    frame.isNative = true
    return frame
  }
  const second = rest.lastIndexOf(':'), first = rest.lastIndexOf(':', second - 1)
  if (second < 0 || first < 0) {
    frame.url = rest
    return name === '' || rest === '' ? undefined : frame
  }
  frame.url = rest.slice(0, first)
  // Test runners leave out what is node:internal/...
  const own = /^(internal|web|npm):(?:readable-stream\/lib\/internal\/)?(.*?)(?:\.js)?$/.exec(frame.url)
  if (own !== null) frame.url = `node:internal/${own[2]}`
  frame.line = +rest.slice(first + 1, second)
  frame.column = +rest.slice(second + 1)
  return frame
}

/** V8's CallSite. What the engine does not tell (this, the function, its type) is undefined or null. */
class CallSite {
  #frame: Frame
  constructor(frame: Frame) {
    this.#frame = frame
  }
  getThis(): undefined { return undefined }
  getTypeName(): string | null {
    const { isModule, isNative, name } = this.#frame
    return isModule ? 'Object' : isNative ? /^(\w+)\.$/.exec(TYPES[name] ?? '')?.[1] ?? null : null
  }
  getFunction(): undefined { return undefined }
  getFunctionName(): string | null { return this.#frame.name || null }
  getMethodName(): string | null { return null }
  getFileName(): string | null { return this.#frame.isNative ? null : this.#frame.url || null }
  getLineNumber(): number | null { return this.#frame.line || null }
  getColumnNumber(): number | null { return this.#frame.column || null }
  getEvalOrigin(): string | undefined { return undefined }
  getScriptNameOrSourceURL(): string | null { return this.getFileName() }
  getScriptHash(): string { return '' }
  getEnclosingLineNumber(): number | null { return this.getLineNumber() }
  getEnclosingColumnNumber(): number | null { return this.getColumnNumber() }
  getPosition(): number { return 0 }
  getPromiseIndex(): number | null { return null }
  /** Methods cannot be told from functions: without a type, callers show the bare name of what is at top level. */
  isToplevel(): boolean { return !this.#frame.isModule && !this.#frame.isNew && !this.#frame.isNative }
  isEval(): boolean { return this.#frame.isEval }
  isNative(): boolean { return false }      // V8: only of its own scripts, of which there are none now
  isConstructor(): boolean { return this.#frame.isNew }
  isAsync(): boolean { return this.#frame.isAsync }
  isPromiseAll(): boolean { return false }
  toString(): string { return frameText(this.#frame) }
}

/** The frames of an error, whatever was read or assigned before: of V8's text as well. Empty when it shows none. */
export function framesOf(error: any): Frame[] {
  const text = error?.stack
  if (typeof text !== 'string') return []
  const frames: Frame[] = []
  for (const line of text.split('\n')) {
    const match = /^ {4}at (?:(.*) \()?(.*):(\d+):(\d+)\)?$/.exec(line)
    if (match === null) continue
    const name = match[1] ?? ''
    frames.push({
      name, url: match[2], line: +match[3], column: +match[4], isNative: false, isNew: name.startsWith('new '),
      isAsync: name.startsWith('async '), isEval: false, isModule: false,
    })
  }
  return frames
}
