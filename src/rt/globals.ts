// rt:globals: the names of globalThis that are made when they are first used. Add three strings: name, face, export.
// Flat lists of texts are constants of the engine: nothing is made of them at start.

/** Not enumerable, as classes are. */
const HIDDEN: readonly string[] = [
  'URL', 'web:url', 'URL', 'URLSearchParams', 'web:url', 'URLSearchParams',
  'TextEncoder', 'web:encoding', 'TextEncoder', 'TextDecoder', 'web:encoding', 'TextDecoder',
  'WebSocket', 'web:websocket', 'WebSocket', 'MessageEvent', 'web:websocket', 'MessageEvent', 'CloseEvent', 'web:websocket', 'CloseEvent',
  'CompressionStream', 'web:streams/compression', 'CompressionStream',
  'DecompressionStream', 'web:streams/compression', 'DecompressionStream',
  'TextEncoderStream', 'web:streams', 'TextEncoderStream', 'TextDecoderStream', 'web:streams', 'TextDecoderStream',
  'Event', 'web:events', 'Event', 'EventTarget', 'web:events', 'EventTarget',
  'CustomEvent', 'web:events', 'CustomEvent', 'AbortController', 'web:abort', 'AbortController',
  'AbortSignal', 'web:abort', 'AbortSignal', 'Headers', 'web:fetch', 'Headers', 'Request', 'web:fetch', 'Request',
  'Response', 'web:fetch', 'Response', 'FormData', 'web:blob/form', 'FormData', 'Blob', 'web:blob', 'Blob',
  'File', 'web:blob', 'File', 'SuppressedError', 'web:disposal', 'SuppressedError',
  'DisposableStack', 'web:disposal', 'DisposableStack', 'AsyncDisposableStack', 'web:disposal', 'AsyncDisposableStack',
  'ReadableStream', 'web:streams', 'Traced', 'WritableStream', 'web:streams', 'WritableStream',
  'TransformStream', 'web:streams', 'TransformStream',
  'ReadableStreamDefaultReader', 'web:streams', 'ReadableStreamDefaultReader',
  'ReadableStreamBYOBReader', 'web:streams', 'ReadableStreamBYOBReader',
  'ReadableStreamBYOBRequest', 'web:streams', 'ReadableStreamBYOBRequest',
  'ReadableStreamDefaultController', 'web:streams', 'ReadableStreamDefaultController',
  'ReadableByteStreamController', 'web:streams', 'ReadableByteStreamController',
  'WritableStreamDefaultWriter', 'web:streams', 'WritableStreamDefaultWriter',
  'WritableStreamDefaultController', 'web:streams', 'WritableStreamDefaultController',
  'TransformStreamDefaultController', 'web:streams', 'TransformStreamDefaultController',
  'ByteLengthQueuingStrategy', 'web:streams', 'ByteLengthQueuingStrategy',
  'CountQueuingStrategy', 'web:streams', 'CountQueuingStrategy', 'DOMException', 'web:exception', 'DOMException',
  'Crypto', 'web:crypto', 'Crypto', 'CryptoKey', 'web:crypto', 'CryptoKey',
  'SubtleCrypto', 'web:crypto', 'SubtleCrypto', 'QuotaExceededError', 'web:exception', 'QuotaExceededError',
  'console', 'web:console', 'default', 'Bun', 'bun', 'default', 'Bao', 'bun', 'default',
  'Performance', 'web:performance', 'Performance', 'PerformanceEntry', 'web:performance', 'PerformanceEntry',
  'PerformanceMark', 'web:performance', 'PerformanceMark',
  'PerformanceMeasure', 'web:performance', 'PerformanceMeasure',
  'PerformanceObserver', 'web:performance', 'PerformanceObserver',
  'PerformanceObserverEntryList', 'web:performance', 'PerformanceObserverEntryList',
  'PerformanceResourceTiming', 'web:performance', 'PerformanceResourceTiming', 'Buffer', 'node:buffer', 'Buffer',
  'MessageChannel', 'web:messaging', 'MessageChannel', 'MessagePort', 'web:messaging', 'MessagePort',
  'BroadcastChannel', 'web:messaging', 'BroadcastChannel', 'Worker', 'web:worker', 'Worker', 'ErrorEvent', 'web:worker', 'ErrorEvent',
  'process', 'node:process', 'default', 'Navigator', 'web:navigator', 'Navigator',
]
/** Enumerable, as functions are. */
const SHOWN: readonly string[] = [
  'clearImmediate', 'web:timers', 'clearImmediate', 'setImmediate', 'web:timers', 'setImmediate',
  'clearInterval', 'web:timers', 'clearInterval', 'clearTimeout', 'web:timers', 'clearTimeout',
  'setInterval', 'web:timers', 'setInterval', 'setTimeout', 'web:timers', 'setTimeout',
  'queueMicrotask', 'web:tasks', 'queueMicrotask', 'structuredClone', 'web:clone', 'structuredClone',
  'atob', 'web:encoding', 'atob', 'btoa', 'web:encoding', 'btoa', 'performance', 'web:performance', 'performance',
  'fetch', 'web:fetch/client', 'fetch', 'crypto', 'web:crypto', 'crypto', 'navigator', 'web:navigator', 'navigator',
]

export function installGlobals(): void {
  const define = Object.defineProperty
  const shape: PropertyDescriptor = { get: undefined, set: undefined, enumerable: false, configurable: true }
  define(globalThis, 'global', { value: globalThis, writable: true, enumerable: true, configurable: true })
  const waitAsync = function waitAsync(view: any, index: number, value: any, timeout?: number): unknown {
    return import.meta.builtin('web:messaging/shared').waitAsync(view, index, value, timeout)
  }
  define(Atomics, 'waitAsync', { value: waitAsync, writable: true, enumerable: false, configurable: true })
  const n = HIDDEN.length
  // One loop and no function that it calls: a function called 40 times is compiled, which starts a thread and costs 0.5 ms.
  for (let i = 0; i < n + SHOWN.length; i += 3) {
    const enumerable = i >= n, list = enumerable ? SHOWN : HIDDEN, at = enumerable ? i - n : i, name = list[at]
    const put = (value: unknown) => {
      define(globalThis, name, { value, writable: true, enumerable, configurable: true })
    }
    shape.get = () => {
      const value = import.meta.builtin(list[at + 1])[list[at + 2]]
      put(value)
      return value
    }
    shape.set = put
    shape.enumerable = enumerable
    define(globalThis, name, shape)
  }
}
