// rt:wasm: compiling WebAssembly ends on the engine's own run loop, which keeps nothing alive: these calls are counted. Loaded
// when the first module is evaluated that names WebAssembly.
import { beginPending, endPending } from 'internal:rt'

function counted(name: 'compile' | 'instantiate'): void {
  const original: Function = (WebAssembly as any)[name]
  const apply = Reflect.apply
  const wrapped = {
    [name](this: unknown, ...args: unknown[]) {
      const promise: Promise<unknown> = apply(original, this, args)
      beginPending()
      promise.then(endPending, endPending)
      return promise
    },
  }[name]!
  Object.defineProperty(wrapped, 'length', { value: original.length, configurable: true })
  Object.defineProperty(WebAssembly, name, { value: wrapped, writable: true, enumerable: true, configurable: true })
}

counted('compile')
counted('instantiate')
