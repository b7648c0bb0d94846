// bun:tools: the small members of `Bun`. Each loads what it needs when it is called.

import { inspect as nodeInspect, stripVTControlCharacters, widthOf } from 'internal:inspect'
import { collect as collectGarbage } from 'internal:rt'
import process from 'node:process'

const errors = () => import.meta.builtin('internal:errors')

const load = (face: string) => import.meta.builtin(face)

export function sleep(ms: number | Date): Promise<void> {
  const wait = ms instanceof Date ? ms.getTime() - Date.now() : ms
  if (typeof wait !== 'number') throw new TypeError('sleep expects a number (milliseconds)')
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, wait)))
}
export function sleepSync(ms: number): void {
  if (typeof ms !== 'number') throw new TypeError('sleepSync expects a number (milliseconds)')
  if (!(ms >= 0)) throw new TypeError('argument to sleepSync must not be negative, got ' + String(ms))
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
const began = process.hrtime.bigint() - BigInt(Math.round(process.uptime() * 1e9))
export function nanoseconds(): number { return Number(process.hrtime.bigint() - began) }

export function which(command: string, options?: { PATH?: string; cwd?: string }): string | null {
  if (typeof command !== 'string') throw new (errors().ERR_INVALID_ARG_TYPE)('command', 'string', command)
  if (command === '') return null
  const fs = load('node:fs').default, path = load('node:path').default, cwd = options?.cwd ?? process.cwd()
  const runs = (file: string) => {
    try {
      if (!fs.statSync(file).isFile()) return false
      fs.accessSync(file, fs.constants.X_OK)
      return true
    } catch {
      return false
    }
  }
  if (command.includes('/')) {
    const file = path.resolve(cwd, command)
    return runs(file) ? file : null
  }
  for (const dir of (options?.PATH ?? process.env.PATH ?? '').split(':')) {
    if (!dir) continue
    const file = path.resolve(cwd, dir, command)
    if (runs(file)) return file
  }
  return null
}

export function gc(force?: boolean): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

export function peek(promise: any): any {
  const state = stateOf(promise)
  return state === null || state.status === 'pending' ? promise : state.value
}
function stateOf(promise: any): { status: 'pending' | 'fulfilled' | 'rejected'; value: unknown } | null {
  if (!(promise instanceof Promise)) return { status: 'fulfilled', value: promise }
  const details = load('internal:types').promiseDetails?.(promise)
  if (details === undefined) throw new (errors().ERR_NOT_IMPLEMENTED)('Bun.peek')
  return { status: (['pending', 'fulfilled', 'rejected'] as const)[details[0]], value: details[1] }
}
peek.status = (promise: any): string => stateOf(promise)!.status

const HTML: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#x27;' }
export function escapeHTML(value: unknown): string {
  const text = typeof value === 'string' ? value : String(value)
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (c) => HTML[c]) : text
}

export function resolveSync(specifier: string, parent: string): string {
  const { createRequire } = load('node:module').default, path = load('node:path').default
  const base = parent.startsWith('file:') ? fileURLToPath(parent) : parent
  let dir = base
  try {
    if (!load('node:fs').default.statSync(base).isDirectory()) dir = path.dirname(base)
  } catch {
    dir = path.dirname(base)
  }
  return createRequire(path.join(dir, 'x.js')).resolve(specifier)
}
export async function resolve(specifier: string, parent: string): Promise<string> { return resolveSync(specifier, parent) }
export function fileURLToPath(url: string | URL): string { return load('node:url').default.fileURLToPath(url) }
export function pathToFileURL(path: string): URL { return load('node:url').default.pathToFileURL(path) }

let lastMs = -1, counter = 0
export function randomUUIDv7(encoding: 'hex' | 'base64' | 'base64url' | 'buffer' = 'hex', timestamp?: number | Date): string | Uint8Array {
  const now = timestamp === undefined ? Date.now() : Math.trunc(Number(timestamp))
  if (typeof encoding !== 'string') throw new (errors().ERR_INVALID_ARG_TYPE)('encoding', 'string', encoding)
  if (!(now >= 0)) throw new (errors().ERR_INVALID_ARG_VALUE)('timestamp', timestamp)
  counter = now === lastMs ? (counter + 1) & 0xfff : Math.floor(Math.random() * 0x800)
  lastMs = now
  const bytes = new Uint8Array(16)
  for (let i = 0, t = now; i < 6; i++, t = Math.floor(t / 256)) bytes[5 - i] = t % 256
  bytes[6] = 0x70 | counter >> 8
  bytes[7] = counter & 255
  const random = (globalThis as any).crypto
  if (random?.getRandomValues) random.getRandomValues(bytes.subarray(8))
  else for (let i = 8; i < 16; i++) bytes[i] = Math.floor(Math.random() * 256)
  bytes[8] = 0x80 | bytes[8] & 0x3f
  const { Buffer } = load('node:buffer')
  if (encoding === 'buffer') return Buffer.from(bytes.buffer)
  const hex = Buffer.from(bytes.buffer).toString(encoding)
  return encoding === 'hex' ? `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` : hex
}
export function randomUUIDv5(): never { throw new (errors().ERR_NOT_IMPLEMENTED)('Bun.randomUUIDv5') }

export const inspect: any = Object.assign((value: unknown, options?: any) => nodeInspect(value, options), {
  custom: Symbol.for('nodejs.util.inspect.custom'),
  table(): never { throw new (errors().ERR_NOT_IMPLEMENTED)('Bun.inspect.table') },
})
export function deepEquals(a: unknown, b: unknown, strict?: boolean): boolean { return load('bun:test/equal').equals(a, b, strict ? 'strict' : 'equal') }
export function deepMatch(subset: unknown, whole: unknown): boolean { return load('bun:test/equal').equals(whole, subset, 'subset') }
export function stringWidth(text: string, options?: { countAnsiEscapeCodes?: boolean }): number {
  return widthOf(`${text}`, !options?.countAnsiEscapeCodes)
}
export function stripANSI(text: string): string { return stripVTControlCharacters(`${text}`) }

export function concatArrayBuffers(parts: (ArrayBuffer | ArrayBufferView)[], max = Infinity, asBytes = false): ArrayBuffer | Uint8Array {
  const views = Array.from(parts, (p) => ArrayBuffer.isView(p) ? new Uint8Array(p.buffer, p.byteOffset, p.byteLength) : new Uint8Array(p))
  const size = Math.min(max, views.reduce((n, v) => n + v.length, 0)), out = new Uint8Array(size)
  let at = 0
  for (const view of views) {
    out.set(at + view.length > size ? view.subarray(0, size - at) : view, at)
    at += view.length
    if (at >= size) break
  }
  return asBytes ? out : out.buffer
}
const answerOf = (stream: ReadableStream) => new (globalThis as any).Response(stream)
export function readableStreamToText(stream: ReadableStream): Promise<string> { return answerOf(stream).text() }
export function readableStreamToJSON(stream: ReadableStream): Promise<unknown> { return answerOf(stream).json() }
export function readableStreamToArrayBuffer(stream: ReadableStream): Promise<ArrayBuffer> { return answerOf(stream).arrayBuffer() }
export function readableStreamToBytes(stream: ReadableStream): Promise<Uint8Array> { return answerOf(stream).bytes() }
export function readableStreamToBlob(stream: ReadableStream): Promise<Blob> { return answerOf(stream).blob() }
export async function readableStreamToArray(stream: ReadableStream): Promise<unknown[]> {
  const out: unknown[] = [], reader = stream.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return out
    out.push(value)
  }
}

export const isMainThread = import.meta.builtin('rt:worker').boot === undefined
export const embeddedFiles: unknown[] = []
export const main: string = process.argv[1] ?? ''
export const cwd: string = process.cwd()
export function shrink(): void { collectGarbage() }
export function allocUnsafe(size: number): Uint8Array { return new Uint8Array(size) }
export function indexOfLine(bytes: ArrayBufferView | ArrayBuffer, from = 0): number {
  const view = ArrayBuffer.isView(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new Uint8Array(bytes)
  return view.indexOf(10, from)
}

const zlib = (name: string) => (data: any, options?: any) => {
  const all = load('node:zlib').default
  const out = all[name](typeof data === 'string' ? data : ArrayBuffer.isView(data) ? data : new Uint8Array(data), options)
  return new Uint8Array(out.buffer, out.byteOffset, out.length)
}
export const gzipSync = zlib('gzipSync')
export const gunzipSync = zlib('gunzipSync')
export const deflateSync = zlib('deflateRawSync')
export const inflateSync = zlib('inflateRawSync')

const missing = (name: string): any => Object.assign(() => { throw new (errors().ERR_NOT_IMPLEMENTED)(`Bun.${name}`) }, {})
export const generateHeapSnapshot = missing('generateHeapSnapshot')
export const openInEditor = missing('openInEditor')
export const ArrayBufferSink = missing('ArrayBufferSink')
