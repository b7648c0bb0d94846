// node:stream: the streams of npm's readable-stream (which is Node's own code of an older release), brought up to Node 26.

import { ERR_INVALID_ARG_TYPE } from 'internal:errors'

const Stream: any = import.meta.builtin('npm:readable-stream/lib/stream.js').default
const { Duplex, Readable, Writable } = Stream

// Node 22 doubled twice what a stream of bytes buffers.
Stream.setDefaultHighWaterMark(false, 65536)

function method(target: any, key: PropertyKey, value: any): void {
  if (key in target) return
  Object.defineProperty(target, key, { value, writable: true, configurable: true, enumerable: false })
}

method(Readable.prototype, Symbol.asyncDispose, async function (this: any) {
  const error = this.readableEnded ? null : new (import.meta.builtin('internal:errors').AbortError)()
  if (!this.destroyed) this.destroy(error)
  return new Promise((resolve, reject) => Stream.finished(this, (e: any) => e && e !== error ? reject(e) : resolve(undefined)))
})
method(Writable.prototype, Symbol.asyncDispose, async function (this: any) {
  const error = this.writableFinished ? null : new (import.meta.builtin('internal:errors').AbortError)()
  if (!this.destroyed) this.destroy(error)
  return new Promise((resolve, reject) => Stream.finished(this, (e: any) => e && e !== error ? reject(e) : resolve(undefined)))
})

Stream.isDestroyed ??= (stream: any): boolean | null => stream && typeof stream.destroyed === 'boolean' ? stream.destroyed : null
Stream.isWritable ??= (stream: any): boolean | null => stream && typeof stream.writable === 'boolean' ? stream.writable && !stream.destroyed : null

/** Two ends of one pipe: what is written to one is read from the other. */
class DuplexSide extends Duplex {
  declare other: any
  declare callback: any
  constructor(options: any) {
    super(options)
    this.callback = null
    this.other = null
  }
  _read(): void {
    const { callback } = this
    if (callback) {
      this.callback = null
      callback()
    }
  }
  _write(chunk: any, _encoding: any, callback: any): void {
    if (chunk.length === 0) {
      process.nextTick(callback)
    } else {
      this.other.push(chunk)
      this.other.callback = callback
    }
  }
  _final(callback: any): void {
    this.other.on('end', callback)
    this.other.push(null)
  }
}
Stream.duplexPair ??= function duplexPair(options?: any): [any, any] {
  if (options !== undefined && (options === null || typeof options !== 'object')) throw new ERR_INVALID_ARG_TYPE('options', 'Object', options)
  const one: any = new DuplexSide(options), two: any = new DuplexSide(options)
  one.other = two
  two.other = one
  return [one, two]
}

// Web streams: the adapters are read when they are asked for.
for (const [target, name] of [[Readable, 'fromWeb'], [Readable, 'toWeb'], [Writable, 'fromWeb'], [Writable, 'toWeb'], [Duplex, 'fromWeb'], [Duplex, 'toWeb']] as const) {
  Object.defineProperty(target, name, {
    value: { [name](...args: any[]): any {
      return import.meta.builtin('./web_adapters.ts')[(target === Readable ? 'readable' : target === Writable ? 'writable' : 'duplex') + name[0].toUpperCase() + name.slice(1)](...args)
    } }[name],
    writable: true, configurable: true, enumerable: true,
  })
}

delete Readable.prototype.asIndexedPairs
Stream._isArrayBufferView = ArrayBuffer.isView
// The keys in Node's order.
for (const name of [
  'isDestroyed', 'isDisturbed', 'isErrored', 'isReadable', 'isWritable', 'Readable', 'Writable', 'Duplex', 'Transform', 'PassThrough', 'duplexPair',
  'pipeline', 'addAbortSignal', 'finished', 'destroy', 'compose', 'setDefaultHighWaterMark', 'getDefaultHighWaterMark', 'promises', 'Stream',
  '_isArrayBufferView', '_isUint8Array', '_uint8ArrayToBuffer',
]) {
  const property = Object.getOwnPropertyDescriptor(Stream, name)
  if (property === undefined) continue
  delete Stream[name]
  Object.defineProperty(Stream, name, property)
}

export default Stream
