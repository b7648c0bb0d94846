// bun:file: Bun.file and Bun.write. A file is a blob that reads when it must.

import { Blob, blobOver, bytesOf, cleanType, encodeUtf8, isBlob, lazyOf, type LazySource } from 'web:blob'
import { mimeOf } from './mime.ts'

const customInspect = Symbol.for('nodejs.util.inspect.custom')
const errors = () => import.meta.builtin('internal:errors')

const fs = () => import.meta.builtin('node:fs').default

class FileSource implements LazySource {
  path: string | undefined
  fd: number | undefined
  constructor(path: string | undefined, fd: number | undefined) {
    this.path = path
    this.fd = fd
  }
  stat(): any {
    try {
      return this.path !== undefined ? fs().statSync(this.path) : fs().fstatSync(this.fd)
    } catch {
      return null
    }
  }
  size(): number {
    const stat = this.stat()
    return stat === null || !stat.isFile() ? 0 : stat.size
  }
  async bytes(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const all = this.path !== undefined ? await fs().promises.readFile(this.path) as Uint8Array<ArrayBuffer>
      : await new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) => fs().readFile(this.fd, (e: unknown, data: any) => e ? reject(e) : resolve(data)))
    const part = start > 0 || end >= 0 ? all.subarray(start, end >= 0 ? end : undefined) : all
    return part.byteLength === part.buffer.byteLength ? new Uint8Array(part.buffer) : new Uint8Array(part)
  }
  stream(start: number, end: number): ReadableStream {
    const source = this
    let handle: any = null, at = start
    return import.meta.builtin('web:streams').byteStream({
      async pull(controller: any) {
        handle ??= source.path !== undefined ? await fs().promises.open(source.path, 'r') : null
        const want = end >= 0 ? Math.min(65536, end - at) : 65536, into = new Uint8Array(want)
        let n = 0
        if (want > 0) {
          n = handle !== null ? (await handle.read(into, 0, want, at)).bytesRead
            : await new Promise<number>((resolve, reject) => fs().read(source.fd, into, 0, want, null, (e: unknown, count: number) => e ? reject(e) : resolve(count)))
        }
        at += n
        if (n === 0) {
          await handle?.close()
          controller.close()
        } else controller.enqueue(into.subarray(0, n))
      },
      async cancel() { await handle?.close() },
    })
  }
}

export class BunFile extends Blob {
  #source(): FileSource { return lazyOf(this)!.source as FileSource }
  get name(): string | undefined { return this.#source().path ?? (this.#source().fd as any) }
  get lastModified(): number { return this.#source().stat()?.mtimeMs ?? 0 }
  async exists(): Promise<boolean> {
    const stat = this.#source().stat()
    return stat !== null && (stat.isFile() || stat.isFIFO())
  }
  async stat(): Promise<unknown> { return fs().promises.stat(this.#source().path) }
  async delete(): Promise<void> { await fs().promises.unlink(this.#source().path) }
  async unlink(): Promise<void> { await fs().promises.unlink(this.#source().path) }
  async write(data: unknown, options?: any): Promise<number> { return write(this, data, options) }
  writer(options?: { highWaterMark?: number }): FileSink { return new FileSink(this.#source()) }

  override slice(start?: any, end?: any, type?: any): Blob {
    const part = Blob.prototype.slice.call(this, start, end, type)
    return Object.setPrototypeOf(part, BunFile.prototype) as Blob
  }

  [customInspect](depth: number, options: any, inspect: any): string {
    const source = this.#source()
    return `FileRef (${source.path !== undefined ? inspect(source.path, options) : `fd: ${source.fd}`}) ${inspect({ type: this.type }, options)}`
  }
}

/** Bun.file(...).writer(): gathers what is written and appends it on flush and end. */
export class FileSink {
  #source: FileSource
  #parts: Uint8Array[] = []
  #size = 0
  #fd: number | null = null
  constructor(source: FileSource) { this.#source = source }
  write(data: any): number {
    const bytes = bytesFrom(data)
    this.#parts.push(bytes.slice())
    this.#size += bytes.length
    if (this.#size > 65536) this.flush()
    return bytes.length
  }
  flush(): number {
    this.#fd ??= this.#source.fd ?? fs().openSync(this.#source.path, 'w', 0o664) as number
    const n = this.#size
    for (const part of this.#parts) {
      for (let at = 0; at < part.length;) at += fs().writeSync(this.#fd, part, at, part.length - at)
    }
    this.#parts = []
    this.#size = 0
    return n
  }
  end(error?: Error): number {
    const n = this.flush()
    if (this.#fd !== null && this.#source.fd === undefined) fs().closeSync(this.#fd)
    this.#fd = null
    return n
  }
  start(): void {}
  ref(): void {}
  unref(): void {}
}

function bytesFrom(data: any): Uint8Array {
  if (typeof data === 'string') return encodeUtf8(data)
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  if (data instanceof ArrayBuffer || data?.[Symbol.toStringTag] === 'SharedArrayBuffer') return new Uint8Array(data)
  if (isBlob(data) && lazyOf(data) === null) return bytesOf(data)
  throw new (errors().ERR_INVALID_ARG_TYPE)('data', ['string', 'Blob', 'ArrayBuffer', 'ArrayBufferView'], data)
}

export function file(path: string | URL | ArrayBufferLike | ArrayBufferView | number, options?: { type?: string }): BunFile {
  let name: string | undefined, fd: number | undefined
  if (typeof path === 'number') fd = path
  else if (typeof path === 'string') name = path
  else if (path !== null && typeof path === 'object' && 'href' in path) name = import.meta.builtin('node:url').default.fileURLToPath(path)
  else if (path !== null && typeof path === 'object') name = new TextDecoder().decode(path as any)
  else throw new (errors().ERR_INVALID_ARG_TYPE)('path', ['string', 'URL', 'Buffer', 'number'], path)
  if (name?.startsWith('file://')) name = import.meta.builtin('node:url').default.fileURLToPath(name)
  const type = options?.type !== undefined ? cleanType(options.type) : name !== undefined ? mimeOf(name) : 'application/octet-stream'
  return blobOver(new FileSource(name, fd), type, BunFile) as BunFile
}

export async function write(to: any, data: any, options?: { mode?: number; createPath?: boolean }): Promise<number> {
  const source = isBlob(to) && lazyOf(to) !== null ? lazyOf(to)!.source as FileSource : lazyOf(file(to))!.source as FileSource
  if (data === undefined || data === null) throw new (errors().ERR_INVALID_ARG_TYPE)('data', ['string', 'Blob', 'Response', 'ArrayBuffer', 'ArrayBufferView'], data)
  let bytes: Uint8Array
  if (isBlob(data)) bytes = lazyOf(data) === null ? bytesOf(data) : await data.bytes()
  else if (typeof data === 'object' && typeof data.bytes === 'function' && 'bodyUsed' in data) bytes = await data.bytes()
  else if (Array.isArray(data)) bytes = bytesOf(new Blob(data))
  else bytes = bytesFrom(data)
  if (source.fd !== undefined) {
    for (let at = 0; at < bytes.length;) at += fs().writeSync(source.fd, bytes, at, bytes.length - at)
    return bytes.length
  }
  const put = () => fs().promises.writeFile(source.path, bytes, { mode: options?.mode ?? 0o664 })
  try {
    await put()
  } catch (error: any) {
    if (error?.code !== 'ENOENT' || options?.createPath === false) throw error
    await fs().promises.mkdir(import.meta.builtin('node:path').default.dirname(source.path), { recursive: true })
    await put()
  }
  return bytes.length
}

export const stdin = file(0), stdout = file(1), stderr = file(2)
