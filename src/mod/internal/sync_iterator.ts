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

/** The iterable itself where the engine does well. */
export function each(items: any): any {
  const make = items[Symbol.iterator]
  if (typeof make !== 'function') return items
  const iterator = apply(make, items, [])
  if (typeof iterator !== 'object' && typeof iterator !== 'function' || iterator === null) throw new TypeError('Iterator result interface is not an object')
  if (iterator.return != null) return { [Symbol.iterator]: () => iterator }
  const { next } = iterator
  return {
    [Symbol.asyncIterator]: () => ({
      next: (value: unknown) => attempt(() => goesOn(apply(next, iterator, [value]), undefined)),
      return: (value: unknown) => attempt(() => iterator.return == null ? Promise.resolve({ value, done: true }) : goesOn(apply(iterator.return, iterator, [value]), undefined)),
    }),
  }
}
