// node:stream: between Node's streams and the web's.

import { Buffer } from 'node:buffer'
import { AbortError, ERR_INVALID_ARG_TYPE } from 'internal:errors'
import Stream from './stream.ts'

const { Duplex, finished, Readable, Writable } = Stream as any

export function readableToWeb(stream: any, options: any = {}): any {
  if (typeof stream?._readableState !== 'object') throw new ERR_INVALID_ARG_TYPE('streamReadable', 'stream.Readable', stream)
  if (stream.destroyed || stream.readable === false) {
    const empty = new ReadableStream()
    empty.cancel()
    return empty
  }
  const objectMode = stream.readableObjectMode, mark = stream.readableHighWaterMark
  const strategy = options.strategy ?? (objectMode ? new CountQueuingStrategy({ highWaterMark: mark }) : { highWaterMark: mark, size: (c: any) => c.byteLength })
  let controller: any, isOver = false
  const cleanup = finished(stream, { writable: false }, (error: any) => {
    if (error?.code === 'ERR_STREAM_PREMATURE_CLOSE') error = new AbortError(undefined, { cause: error })
    cleanup()
    stream.on('error', () => {})
    isOver = true
    if (error) controller.error(error)
    else controller.close()
  })
  stream.pause()
  stream.on('data', (chunk: any) => {
    if (isOver) return
    if (Buffer.isBuffer(chunk) && !objectMode) chunk = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    controller.enqueue(chunk)
    if (controller.desiredSize <= 0) stream.pause()
  })
  return new ReadableStream({
    start(c: any) { controller = c },
    pull() { stream.resume() },
    cancel(reason: any) {
      isOver = true
      stream.destroy(reason)
    },
  } as any, strategy)
}

export function readableFromWeb(web: any, options: any = {}): any {
  const reader = web.getReader()
  let isClosed = false
  const readable = new Readable({
    highWaterMark: options.highWaterMark, encoding: options.encoding, objectMode: options.objectMode ?? false, signal: options.signal,
    read() {
      reader.read().then((chunk: any) => {
        if (chunk.done) readable.push(null)
        else readable.push(chunk.value instanceof Uint8Array && !Buffer.isBuffer(chunk.value)
          ? Buffer.from(chunk.value.buffer, chunk.value.byteOffset, chunk.value.byteLength) : chunk.value)
      }, (error: any) => readable.destroy(error))
    },
    destroy(error: any, callback: any) {
      if (isClosed) return callback(error)
      reader.cancel(error).then(() => callback(error), (late: any) => callback(error ?? late))
    },
  })
  reader.closed.then(() => { isClosed = true }, (error: any) => {
    isClosed = true
    readable.destroy(error)
  })
  return readable
}

export function writableToWeb(stream: any): any {
  if (typeof stream?._writableState !== 'object') throw new ERR_INVALID_ARG_TYPE('streamWritable', 'stream.Writable', stream)
  let controller: any, wake: any, closed: any
  const cleanup = finished(stream, (error: any) => {
    cleanup()
    stream.on('error', () => {})
    if (error) {
      wake?.reject(error)
      closed?.reject(error)
      if (!closed) controller.error(error)
    } else if (closed) {
      closed.resolve()
    } else {
      controller.error(new AbortError())
    }
    wake = closed = undefined
  })
  stream.on('drain', () => {
    wake?.resolve()
    wake = undefined
  })
  return new WritableStream({
    start(c: any) { controller = c },
    write(chunk: any) {
      if (stream.writableNeedDrain || !stream.write(chunk)) {
        wake = (Promise as any).withResolvers()
        return wake.promise
      }
    },
    abort(reason: any) { stream.destroy(reason) },
    close() {
      closed = (Promise as any).withResolvers()
      stream.end()
      return closed.promise
    },
  } as any, stream.writableObjectMode ? new CountQueuingStrategy({ highWaterMark: stream.writableHighWaterMark })
    : { highWaterMark: stream.writableHighWaterMark, size: (c: any) => c.byteLength ?? c.length })
}

export function writableFromWeb(web: any, options: any = {}): any {
  const writer = web.getWriter()
  let isClosed = false
  const writable = new Writable({
    highWaterMark: options.highWaterMark, objectMode: options.objectMode ?? false, decodeStrings: options.decodeStrings ?? true, signal: options.signal,
    write(chunk: any, _encoding: any, callback: any) {
      writer.ready.then(() => writer.write(chunk)).then(() => callback(), callback)
    },
    final(callback: any) {
      isClosed = true
      writer.close().then(() => callback(), callback)
    },
    destroy(error: any, callback: any) {
      if (isClosed) return callback(error)
      const end = error ? writer.abort(error) : writer.close()
      end.then(() => callback(error), () => callback(error))
    },
  })
  writer.closed.then(() => { isClosed = true }, (error: any) => {
    isClosed = true
    writable.destroy(error)
  })
  return writable
}

export function duplexToWeb(stream: any): any {
  return { readable: readableToWeb(stream), writable: writableToWeb(stream) }
}
export function duplexFromWeb(pair: any, options?: any): any {
  return Duplex.from({ readable: readableFromWeb(pair.readable, options), writable: writableFromWeb(pair.writable, options) })
}
