// web:streams: the standard's streams, by npm's web-streams-polyfill (its reference code, compacted), with what Node and Bun add.
// Loaded only when a stream is asked for.

const customInspect = Symbol.for('nodejs.util.inspect.custom')

const lib: any = import.meta.builtin('npm:web-streams-polyfill/dist/ponyfill.js').default

export const ReadableStream: any = lib.ReadableStream
export const ReadableStreamDefaultReader: any = lib.ReadableStreamDefaultReader
export const ReadableStreamBYOBReader: any = lib.ReadableStreamBYOBReader
export const ReadableStreamBYOBRequest: any = lib.ReadableStreamBYOBRequest
export const ReadableStreamDefaultController: any = lib.ReadableStreamDefaultController
export const ReadableByteStreamController: any = lib.ReadableByteStreamController
export const WritableStream: any = lib.WritableStream
export const WritableStreamDefaultWriter: any = lib.WritableStreamDefaultWriter
export const WritableStreamDefaultController: any = lib.WritableStreamDefaultController
export const TransformStream: any = lib.TransformStream
export const TransformStreamDefaultController: any = lib.TransformStreamDefaultController
export const ByteLengthQueuingStrategy: any = lib.ByteLengthQueuingStrategy
export const CountQueuingStrategy: any = lib.CountQueuingStrategy

function shownAs(type: any, fields: (it: any) => object): void {
  Object.defineProperty(type.prototype, customInspect, {
    value(this: any, depth: number, options: any, inspect: any) {
      return `${this.constructor.name} ${inspect(fields(this), options)}`
    },
    configurable: true, writable: true,
  })
}
shownAs(ReadableStream, (s) => ({ locked: s.locked, state: s._state, supportsBYOB: s._readableStreamController instanceof ReadableByteStreamController }))
shownAs(WritableStream, (s) => ({ locked: s.locked, state: s._state }))
shownAs(TransformStream, (s) => ({ readable: s.readable, writable: s.writable, backpressure: s._backpressure }))

/** Bun's `type: 'direct'`: the source writes whenever it likes; pull runs once. */
const Plain = ReadableStream
function direct(source: any): any {
  let pulled = false
  return new Plain({
    async pull(controller: any) {
      if (pulled) return
      pulled = true
      const { encodeUtf8 } = import.meta.builtin('web:blob')
      let open = true
      const sink = {
        write(chunk: any): number {
          if (!open) return 0
          const bytes = typeof chunk === 'string' ? encodeUtf8(chunk) : ArrayBuffer.isView(chunk)
            ? new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength).slice() : new Uint8Array(chunk).slice()
          if (bytes.length) controller.enqueue(bytes)
          return bytes.length
        },
        flush(): number { return 0 },
        close(): void { sink.end() },
        end(): number {
          if (open) controller.close()
          open = false
          return 0
        },
        error(error: unknown): void {
          if (open) controller.error(error)
          open = false
        },
      }
      await source.pull(sink)
      sink.end()
    },
    cancel(reason: unknown) { return source.cancel?.(reason) },
  }, { highWaterMark: 0 })
}
const Traced = new Proxy(Plain, {
  construct(target, args, newTarget) {
    if (args[0]?.type === 'direct') return direct(args[0])
    return Reflect.construct(target, args, newTarget)
  },
})
Plain.prototype.constructor = Traced
export { Traced }

/** Bun's: a stream's whole in one form. */
for (const name of ['text', 'json', 'bytes', 'blob', 'arrayBuffer'] as const) {
  Object.defineProperty(Plain.prototype, name, {
    value(this: any) { return new (import.meta.builtin('web:fetch').Response)(this)[name]() }, configurable: true, writable: true,
  })
}

export function isDisturbed(stream: any): boolean { return stream._disturbed === true }

/** A byte stream over a source of `pull(controller)`; nothing is read ahead. */
export function byteStream(source: object): ReadableStream {
  return new Plain({ type: 'bytes', ...source, pull: (source as any).pull, cancel: (source as any).cancel }, { highWaterMark: 0 })
}

export function streamOfBytes(bytes: Uint8Array<ArrayBuffer>): ReadableStream {
  let at = 0
  const step = 65536
  return new Plain({
    type: 'bytes',
    pull(controller: any) {
      if (at < bytes.length) {
        controller.enqueue(bytes.slice(at, at + step))
        at += step
      }
      if (at >= bytes.length) {
        controller.close()
        controller.byobRequest?.respond(0)
      }
    },
  }, { highWaterMark: 0 })
}

export function streamOfIterable(iterable: any): ReadableStream {
  const iterator = iterable[Symbol.asyncIterator]()
  return new Plain({
    async pull(controller: any) {
      const { done, value } = await iterator.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel(reason: unknown) { await iterator.return?.(reason) },
  }, { highWaterMark: 0 })
}

/* --- text --- */

export class TextEncoderStream {
  #transform: any
  constructor() {
    const { encodeUtf8 } = import.meta.builtin('web:blob')
    let high = ''
    this.#transform = new TransformStream({
      transform(chunk: any, controller: any) {
        let text = high + `${chunk}`
        high = ''
        const last = text.charCodeAt(text.length - 1)
        if (last >= 0xd800 && last <= 0xdbff) {
          high = text.slice(-1)
          text = text.slice(0, -1)
        }
        if (text) controller.enqueue(encodeUtf8(text))
      },
      flush(controller: any) {
        if (high) controller.enqueue(new Uint8Array([0xef, 0xbf, 0xbd]))
      },
    })
  }
  get encoding(): string { return 'utf-8' }
  get readable(): any { return this.#transform.readable }
  get writable(): any { return this.#transform.writable }
}

export class TextDecoderStream {
  #transform: any
  #decoder: any
  constructor(label = 'utf-8', options: any = {}) {
    const decoder = this.#decoder = new (import.meta.builtin('web:encoding').TextDecoder)(label, options)
    this.#transform = new TransformStream({
      transform(chunk: any, controller: any) {
        const text = decoder.decode(chunk, { stream: true })
        if (text) controller.enqueue(text)
      },
      flush(controller: any) {
        const text = decoder.decode()
        if (text) controller.enqueue(text)
      },
    })
  }
  get encoding(): string { return this.#decoder.encoding }
  get fatal(): boolean { return this.#decoder.fatal }
  get ignoreBOM(): boolean { return this.#decoder.ignoreBOM }
  get readable(): any { return this.#transform.readable }
  get writable(): any { return this.#transform.writable }
}
for (const type of [TextEncoderStream, TextDecoderStream]) {
  const shown = { enumerable: true }
  Object.defineProperties(type.prototype, {
    encoding: shown, readable: shown, writable: shown, [Symbol.toStringTag]: { value: type.name, configurable: true },
  })
}
