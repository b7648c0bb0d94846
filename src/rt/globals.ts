// rt:globals: the names of globalThis that are made when they are first used. Add a line: [name, face, export].

type Lazy = readonly [name: string, face: string, from?: string]

/** Not enumerable, as classes are. */
const HIDDEN: readonly Lazy[] = [
  ['URL', 'web:url'], ['URLSearchParams', 'web:url'],
  ['TextEncoder', 'web:encoding'], ['TextDecoder', 'web:encoding'],
  ['TextEncoderStream', 'web:streams'], ['TextDecoderStream', 'web:streams'],
  ['Event', 'web:events'], ['EventTarget', 'web:events'], ['CustomEvent', 'web:events'],
  ['AbortController', 'web:abort'], ['AbortSignal', 'web:abort'],
  ['Headers', 'web:fetch'], ['Request', 'web:fetch'], ['Response', 'web:fetch'], ['FormData', 'web:blob/form'],
  ['Blob', 'web:blob'], ['File', 'web:blob'],
  ['SuppressedError', 'web:disposal'], ['DisposableStack', 'web:disposal'], ['AsyncDisposableStack', 'web:disposal'],
  ['ReadableStream', 'web:streams', 'Traced'], ['WritableStream', 'web:streams'], ['TransformStream', 'web:streams'],
  ['ReadableStreamDefaultReader', 'web:streams'], ['ReadableStreamBYOBReader', 'web:streams'],
  ['ReadableStreamBYOBRequest', 'web:streams'], ['ReadableStreamDefaultController', 'web:streams'],
  ['ReadableByteStreamController', 'web:streams'], ['WritableStreamDefaultWriter', 'web:streams'],
  ['WritableStreamDefaultController', 'web:streams'], ['TransformStreamDefaultController', 'web:streams'],
  ['ByteLengthQueuingStrategy', 'web:streams'], ['CountQueuingStrategy', 'web:streams'],
  ['DOMException', 'web:exception'],
  ['Crypto', 'web:crypto'], ['CryptoKey', 'web:crypto'], ['SubtleCrypto', 'web:crypto'], ['QuotaExceededError', 'web:exception'],
  ['console', 'web:console', 'default'], ['Bun', 'bun', 'default'], ['Bao', 'bun', 'default'],
  ['Performance', 'web:performance'], ['PerformanceEntry', 'web:performance'], ['PerformanceMark', 'web:performance'], ['PerformanceMeasure', 'web:performance'],
  ['PerformanceObserver', 'web:performance'], ['PerformanceObserverEntryList', 'web:performance'], ['PerformanceResourceTiming', 'web:performance'],
  ['Buffer', 'node:buffer'], ['process', 'node:process', 'default'],
]
/** Enumerable, as functions are. */
const SHOWN: readonly Lazy[] = [
  ['setTimeout', 'web:timers'], ['clearTimeout', 'web:timers'], ['setInterval', 'web:timers'], ['clearInterval', 'web:timers'],
  ['setImmediate', 'web:timers'], ['clearImmediate', 'web:timers'],
  ['queueMicrotask', 'web:tasks'], ['structuredClone', 'web:clone'],
  ['atob', 'web:encoding'], ['btoa', 'web:encoding'],
  ['crypto', 'web:crypto'], ['performance', 'web:performance'], ['fetch', 'web:fetch/client'],
]

export function installGlobals(): void {
  const define = Object.defineProperty
  const shape: PropertyDescriptor = { get: undefined, set: undefined, enumerable: false, configurable: true }
  define(globalThis, 'global', { value: globalThis, writable: true, enumerable: false, configurable: true })
  const n = HIDDEN.length
  // One loop and no function that it calls: a function called 40 times is compiled, which starts a thread and costs 0.5 ms.
  for (let i = 0; i < n + SHOWN.length; i++) {
    const entry = i < n ? HIDDEN[i] : SHOWN[i - n], name = entry[0], enumerable = i >= n
    const put = (value: unknown) => {
      define(globalThis, name, { value, writable: true, enumerable, configurable: true })
    }
    shape.get = () => {
      const value = import.meta.builtin(entry[1])[entry[2] ?? name]
      put(value)
      return value
    }
    shape.set = put
    shape.enumerable = enumerable
    define(globalThis, name, shape)
  }
}
