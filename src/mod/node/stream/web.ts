// node:stream/web: the web's streams, as the globals have them.

const names = [
  'ReadableStream', 'ReadableStreamDefaultReader', 'ReadableStreamBYOBReader', 'ReadableStreamBYOBRequest', 'ReadableByteStreamController',
  'ReadableStreamDefaultController', 'TransformStream', 'TransformStreamDefaultController', 'WritableStream', 'WritableStreamDefaultWriter',
  'WritableStreamDefaultController', 'ByteLengthQueuingStrategy', 'CountQueuingStrategy', 'TextEncoderStream', 'TextDecoderStream',
  'CompressionStream', 'DecompressionStream',
]
const web: any = {}
for (const name of names) {
  Object.defineProperty(web, name, {
    enumerable: true, configurable: true,
    get: () => (globalThis as any)[name] ?? import.meta.builtin('web:streams')[name],
  })
}
export default web
