// web:streams/compression: CompressionStream and DecompressionStream over zlib.

import * as native from 'native:streams'
import { TransformStream } from './streams.ts'

const FORMS: Record<string, number> = { gzip: 0, deflate: 1, 'deflate-raw': 2 }
const forgotten = new FinalizationRegistry<number>((codec) => native.close(codec))

function formOf(format: unknown, count: number): number {
  const errors = import.meta.builtin('internal:errors')
  if (count === 0) throw new errors.ERR_MISSING_ARGS('format')
  const form = FORMS[`${format as string}`]
  if (form !== undefined && Object.hasOwn(FORMS, `${format as string}`)) return form
  if (format === 'brotli' || format === 'zstd') throw new errors.ERR_NOT_IMPLEMENTED(`the format ${format}`)
  throw new errors.ERR_INVALID_ARG_VALUE('format', format, "must be one of: 'deflate', 'deflate-raw', 'gzip', 'brotli'")
}

function transform(owner: object, form: number, compresses: boolean): any {
  const codec = native.open(form, compresses)
  forgotten.register(owner, codec, owner)
  const close = () => {
    forgotten.unregister(owner)
    native.close(codec)
  }
  const push = (controller: any, bytes?: ArrayBufferView | ArrayBuffer) => {
    try {
      const out = native.push(codec, bytes)
      if (out.length) controller.enqueue(out)
    } catch (error) {
      close()
      throw error
    }
  }
  return new TransformStream({
    transform(chunk: any, controller: any) {
      if (!ArrayBuffer.isView(chunk) && !(chunk instanceof ArrayBuffer)) {
        const { ERR_INVALID_ARG_TYPE } = import.meta.builtin('internal:errors')
        throw new ERR_INVALID_ARG_TYPE('chunk', ['ArrayBuffer', 'Buffer', 'TypedArray', 'DataView'], chunk)
      }
      if (chunk.byteLength) push(controller, chunk)
    },
    flush(controller: any) {
      push(controller)
      close()
    },
    cancel: close,
  })
}

export class CompressionStream {
  #transform: any
  constructor(format: string) { this.#transform = transform(this, formOf(format, arguments.length), true) }
  get readable(): any { return this.#transform.readable }
  get writable(): any { return this.#transform.writable }
}

export class DecompressionStream {
  #transform: any
  constructor(format: string) { this.#transform = transform(this, formOf(format, arguments.length), false) }
  get readable(): any { return this.#transform.readable }
  get writable(): any { return this.#transform.writable }
}
const shown = { enumerable: true }
for (const type of [CompressionStream, DecompressionStream]) {
  Object.defineProperties(type.prototype, { readable: shown, writable: shown, [Symbol.toStringTag]: { value: type.name, configurable: true } })
}
