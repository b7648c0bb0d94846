// node:stream: the streams of npm's readable-stream (which is Node's own code of an older release), brought up to Node 26.

import { ERR_INVALID_ARG_TYPE } from 'internal:errors'

// The package's own entry loads all of it. Here only what every stream needs is loaded; the rest comes with its first use.
const part = (name: string): any => import.meta.builtin(`npm:readable-stream/lib/internal/streams/${name}.js`).default
const promises = (): any => import.meta.builtin('./promises.ts').default
const Stream: any = part('legacy').Stream
const utils = part('utils')
const Readable = Stream.Readable = part('readable')
const Writable = Stream.Writable = part('writable')
const Duplex = Stream.Duplex = part('duplex')
Stream.Transform = part('transform')
Stream.PassThrough = part('passthrough')
Object.assign(Stream, {
  isDestroyed: utils.isDestroyed, isDisturbed: utils.isDisturbed, isErrored: utils.isErrored, isReadable: utils.isReadable,
  isWritable: utils.isWritable, addAbortSignal: part('add-abort-signal').addAbortSignal, finished: part('end-of-stream'),
  destroy: part('destroy').destroyer, ...part('state'), Stream,
  pipeline(...streams: any[]): any { return part('pipeline').pipeline(...streams) },
  compose(...streams: any[]): any { return part('compose')(...streams) },
  _isUint8Array: (value: any): boolean => value instanceof Uint8Array,
  _uint8ArrayToBuffer: (chunk: any): any => import.meta.builtin('node:buffer').Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength),
})
delete Stream.getHighWaterMark
Object.defineProperty(Stream, 'promises', { configurable: true, enumerable: true, get: promises })
for (const name of ['pipeline', 'finished']) {
  Object.defineProperty(Stream[name], Symbol.for('nodejs.util.promisify.custom'), { enumerable: true, get: () => promises()[name] })
}

/** Readable.prototype.map and its kin: those that give a stream, and those that give a promise. */
function operator(name: string, length: number, givesStream: boolean): void {
  const fn = { [name](this: any, ...args: any[]): any {
    const { streamReturningOperators, promiseReturningOperators } = part('operators')
    return givesStream ? Readable.from(streamReturningOperators[name].apply(this, args)) : promiseReturningOperators[name].apply(this, args)
  } }[name]
  Object.defineProperty(fn, 'length', { value: length })
  Object.defineProperty(Readable.prototype, name, { value: fn, enumerable: false, configurable: true, writable: true })
}
for (const name of ['drop', 'filter', 'flatMap', 'map', 'take', 'compose']) operator(name, name === 'drop' || name === 'take' ? 1 : 2, true)
for (const name of ['every', 'forEach', 'reduce', 'toArray', 'some', 'find']) operator(name, name === 'reduce' ? 3 : name === 'toArray' ? 1 : 2, false)

// Node 22 made four times as much what a stream of bytes buffers.
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
