// bun:serve/answer: a Response becomes status, header text and a body source, by the shortest way.

import * as native from 'native:serve'
import { bytesOf, encodeUtf8, isBlob, lazyOf, type Blob } from 'web:blob'
import { chunkBytes, takeSource, sourceOf, type OuterBody } from 'web:fetch/body'
import { headerBlock, wire } from 'web:fetch/headers'
import { ownHeaders, reasonOf, statusOf, typeOf, type Response } from 'web:fetch/response'

export const shared = new Int32Array(native.shared())
const TYPE_TEXT = 32, TYPE_JSON = 64, HAS_LENGTH = 2, HAS_TYPE = 16

/** Whom an answer goes to. */
export interface Target {
  handle: number
  /** Called when the queue has emptied, or with false when the client is gone. */
  onWritable(id: number, then: (goesOn: boolean) => void): void
  failed(id: number, error: unknown): void
}

const JSON_TYPE = 'application/json;charset=utf-8', TEXT_TYPE = 'text/plain;charset=utf-8'
const typeFlag = (type: string | null) => type === null ? 0 : type === TEXT_TYPE ? TYPE_TEXT : type === JSON_TYPE ? TYPE_JSON : -1

/** The text to answer with when nothing but `shared` has to go along; undefined when it was sent by other means. */
export function answer(to: Target, id: number, response: Response): string | undefined {
  const headers = ownHeaders(response), source = sourceOf(response)
  if (headers === null && typeof source === 'string' && source !== '' && reasonOf(response) === '') {
    const flag = typeFlag(typeOf(response))
    if (flag >= 0) {
      shared[0] = statusOf(response)
      shared[1] = flag
      return source
    }
  }
  send(to, id, response, source)
  return undefined
}

function send(to: Target, id: number, response: Response, source: ReturnType<typeof sourceOf>): void {
  let block = '', flags = 0
  const headers = ownHeaders(response), status = statusOf(response), reason = reasonOf(response), type = typeOf(response)
  if (headers !== null) {
    block = headerBlock(headers)
    flags = wire.flags
  } else if (type !== null && source !== '') {
    const flag = typeFlag(type)
    if (flag >= 0) flags = flag
    else {
      block = `Content-Type: ${type}\r\n`
      flags = HAS_TYPE
    }
  }
  const length = flags & HAS_LENGTH && headers !== null ? Number(headers.get('content-length')) : -1
  if (source === null || typeof source === 'string' || source instanceof Uint8Array) {
    const plain = source ?? ''
    native.respond(to.handle, id, status, flags & HAS_LENGTH ? flags & ~HAS_LENGTH : flags, reason,
      flags & HAS_LENGTH ? withoutLength(block) : block, plain)
    return
  }
  if (isBlob(source)) {
    sendBlob(to, id, source, status, flags, reason, block, headers !== null && headers.has('content-range'))
    return
  }
  const taken = takeSource(response)
  const stream = 'getReader' in (taken as object) ? taken as ReadableStream : (taken as OuterBody).stream()
  void pump(to, id, stream, status, flags, reason, block, length)
}

const withoutLength = (block: string) => block.replace(/^content-length:.*\r\n/im, '')

function sendBlob(to: Target, id: number, blob: Blob, status: number, flags: number, reason: string, block: string, ranged: boolean): void {
  if (flags & HAS_LENGTH) {
    block = withoutLength(block)
    flags &= ~HAS_LENGTH
  }
  const lazy = lazyOf(blob)
  if (lazy === null) {
    if (!(flags & HAS_TYPE) && blob.type) block += `Content-Type: ${blob.type}\r\n`
    native.respond(to.handle, id, status, flags, reason, block, bytesOf(blob))
    return
  }
  const { source, start, end } = lazy
  if (source.path === undefined && source.fd === undefined) {
    void pump(to, id, blob.stream(), status, flags, reason, block, -1)
    return
  }
  if (!(flags & HAS_TYPE)) block += `Content-Type: ${blob.type || 'application/octet-stream'}\r\n`
  if (start > 0 && status === 200 && !ranged) {
    status = 206
    block += `Content-Range: bytes ${start}-${start + Math.max(blob.size - 1, 0)}/${source.size()}\r\n`
  }
  const failed = native.respondFile(to.handle, id, status, flags, reason, block, source.path ?? source.fd!, start, end)
  if (failed < 0) {
    const error: any = new Error(`ENOENT: no such file or directory, open '${source.path}'`)
    error.code = 'ENOENT'
    error.errno = -2
    error.syscall = 'open'
    error.path = source.path
    to.failed(id, error)
  }
}

/** A Response that stands at a route: taken apart once, tagged, sent again and again. */
export interface Fixed { status: number; flags: number; reason: string; block: string; body: string | Uint8Array; tag: string }
export function fixedOf(response: Response): Fixed | null {
  const source = sourceOf(response)
  const body = source === null ? '' : typeof source === 'string' || source instanceof Uint8Array ? source
    : isBlob(source) && lazyOf(source) === null ? bytesOf(source) : null
  if (body === null) return null
  const headers = response.headers, status = statusOf(response)
  let tag = headers.get('etag') ?? '', block = headerBlock(headers)
  const { flags } = wire
  if (!tag && status === 200 && source !== null) {
    tag = `"${hash(typeof body === 'string' ? encodeUtf8(body) : body)}"`
    block += `ETag: ${tag}\r\n`
  }
  return { status, flags: flags & ~HAS_LENGTH, reason: reasonOf(response), block: flags & HAS_LENGTH ? withoutLength(block) : block, body, tag }
}
export function sendFixed(to: Target, id: number, it: Fixed, ifNoneMatch: string | null): void {
  if (it.tag && ifNoneMatch !== null && it.status === 200 && (ifNoneMatch.trim() === '*' ||
      ifNoneMatch.split(',').some((t) => t.trim().replace(/^W\//, '') === it.tag.replace(/^W\//, '')))) {
    native.respond(to.handle, id, 304, it.flags, '', it.block, '')
  } else native.respond(to.handle, id, it.status, it.flags, it.reason, it.block, it.body)
}
/** 64 bits, not against enemies: two runs of FNV-1a from different starts. */
function hash(bytes: Uint8Array): string {
  let a = 0x811c9dc5, b = 0x9747b28c
  for (let i = 0; i < bytes.length; i++) {
    a = Math.imul(a ^ bytes[i], 0x01000193)
    b = Math.imul(b ^ bytes[i], 0x5bd1e995)
    b ^= b >>> 15
  }
  return (a >>> 0).toString(16).padStart(8, '0') + (b >>> 0).toString(16).padStart(8, '0')
}

const ignore = () => {}

/** The end of a stream that has it ready now, else null. */
async function readyNow(next: Promise<ReadableStreamReadResult<any>>): Promise<ReadableStreamReadResult<any> | null> {
  let got: ReadableStreamReadResult<any> | null = null
  next.then((r) => { got = r }, () => {})
  for (let i = 0; i < 4 && got === null; i++) await null
  return got
}

async function pump(to: Target, id: number, stream: ReadableStream, status: number, flags: number, reason: string, block: string,
  length: number): Promise<void> {
  const reader = stream.getReader()
  let begun = false
  try {
    let next = reader.read()
    for (;;) {
      const { done, value } = await next
      if (!done) {
        next = reader.read()
        next.catch(ignore)                               // heard when its turn comes
      }
      if (!begun) {
        if (done) {
          native.respond(to.handle, id, status, flags, reason, block, '')
          return
        }
        if (length < 0 && (await readyNow(next))?.done) {  // all of it in one piece: its length is known
          native.respond(to.handle, id, status, flags, reason, block, typeof value === 'string' ? value : chunkBytes(value))
          return
        }
        begun = true
        if (!native.begin(to.handle, id, status, flags, reason, block, length)) {
          await reader.cancel()
          return
        }
      }
      if (done) break
      const queued = native.write(to.handle, id, typeof value === 'string' ? value : chunkBytes(value))
      if (queued < 0 || (queued > 0 && !(await new Promise<boolean>((then) => to.onWritable(id, then))))) {
        await reader.cancel()
        return
      }
    }
    native.end(to.handle, id)
  } catch (error) {
    if (!begun) to.failed(id, error)
    else {
      native.abort(to.handle, id)
      to.failed(-1, error)
    }
  }
}
