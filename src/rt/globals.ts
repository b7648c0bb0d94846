// rt:globals: the names of globalThis that are made when they are first used. Add a line: [name, face, export].

type Lazy = readonly [name: string, face: string, from?: string]

/** Not enumerable, as classes are. */
const HIDDEN: readonly Lazy[] = [
  ['URL', 'web:url'], ['URLSearchParams', 'web:url'],
  ['TextEncoder', 'web:encoding'], ['TextDecoder', 'web:encoding'],
  ['TextEncoderStream', 'web:streams'], ['TextDecoderStream', 'web:streams'],
  ['Event', 'web:events'], ['EventTarget', 'web:events'], ['CustomEvent', 'web:events'],
  ['AbortController', 'web:abort'], ['AbortSignal', 'web:abort'],
  ['Headers', 'web:fetch'], ['Request', 'web:fetch'], ['Response', 'web:fetch'], ['FormData', 'web:fetch'],
  ['Blob', 'web:blob'], ['File', 'web:blob'],
  ['ReadableStream', 'web:streams'], ['WritableStream', 'web:streams'], ['TransformStream', 'web:streams'],
  ['DOMException', 'web:exception'],
  ['Buffer', 'node:buffer'], ['process', 'node:process', 'default'],
]
/** Enumerable, as functions are. */
const SHOWN: readonly Lazy[] = [
  ['setTimeout', 'web:timers'], ['clearTimeout', 'web:timers'], ['setInterval', 'web:timers'], ['clearInterval', 'web:timers'],
  ['setImmediate', 'web:timers'], ['clearImmediate', 'web:timers'],
  ['queueMicrotask', 'web:tasks'], ['structuredClone', 'web:clone'],
  ['atob', 'web:encoding'], ['btoa', 'web:encoding'],
  ['performance', 'web:performance'], ['fetch', 'web:fetch'],
]

function lazy(name: string, face: string, from: string, enumerable: boolean): void {
  const put = (value: unknown) => Object.defineProperty(globalThis, name, { value, writable: true, enumerable, configurable: true })
  Object.defineProperty(globalThis, name, {
    get() {
      const value = import.meta.builtin(face)[from]
      put(value)
      return value
    },
    set: put,
    enumerable,
    configurable: true,
  })
}

export function installGlobals(): void {
  const define = Object.defineProperty
  define(globalThis, 'global', { value: globalThis, writable: true, enumerable: false, configurable: true })
  for (const [name, face, from] of HIDDEN) lazy(name, face, from ?? name, false)
  for (const [name, face, from] of SHOWN) lazy(name, face, from ?? name, true)
  lazy('console', 'web:console', 'default', false)
  lazy('Bun', 'bun', 'default', false)
}
