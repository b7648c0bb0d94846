// internal:sync_iterator: what `for await` walks when it is given something that is only iterable. The engine's own way never ends
// when a promise of an iterator without `return` (an array's, a set's) is rejected.
// Source: ECMAScript, AsyncFromSyncIterator objects.

const { apply } = Reflect
const then = Promise.prototype.then

function goesOn(result: any, close: (() => unknown) | undefined): Promise<unknown> {
  if (typeof result !== 'object' && typeof result !== 'function' || result === null) throw new TypeError('Iterator result is not an object')
  const done = Boolean(result.done)
  let value: Promise<unknown>
  try {
    value = Promise.resolve(result.value)
  } catch (error) {
    if (!done) close?.()
    throw error
  }
  return apply(then, value, [(v: unknown) => ({ value: v, done }), done || close === undefined ? undefined : (error: unknown) => { close(); throw error }])
}
const attempt = (f: () => Promise<unknown>): Promise<unknown> => {
  try { return f() } catch (error) { return Promise.reject(error) }
}

function closer(iterator: any): () => unknown {
  return () => iterator.return == null ? undefined : apply(iterator.return, iterator, [])
}

/** The async iterator that the standard makes of a plain one. */
export function fromSync(iterator: any): any {
  if (typeof iterator !== 'object' && typeof iterator !== 'function' || iterator === null) throw new TypeError('Iterator result interface is not an object')
  const { next } = iterator, close = closer(iterator)
  return {
    next: (value: unknown) => attempt(() => goesOn(apply(next, iterator, [value]), close)),
    return: (...value: unknown[]) => attempt(() => {
      const method = iterator.return
      return method == null ? Promise.resolve({ value: value[0], done: true }) : goesOn(apply(method, iterator, value), undefined)
    }),
    throw: (error: unknown) => attempt(() => {
      const method = iterator.throw
      if (method != null) return goesOn(apply(method, iterator, [error]), close)
      close()
      throw new TypeError('The iterator does not provide a \'throw\' method')
    }),
  }
}

/** The iterable itself where the engine does well. */
export function each(items: any): any {
  const make = items[Symbol.iterator]
  if (typeof make !== 'function') return items
  const iterator = apply(make, items, [])
  if (iterator?.return != null) return { [Symbol.iterator]: () => iterator }
  const made = fromSync(iterator)
  return { [Symbol.asyncIterator]: () => made }
}
