// internal:from_async: Array.fromAsync as lowered code, so that what it calls runs in the context of its caller.

export async function fromAsync(Class: any, items: any, map?: any, self?: unknown): Promise<any> {
  if (map !== undefined && typeof map !== 'function') throw new TypeError('Array.fromAsync requires that the second argument, when present, be a function')
  const isClass = typeof Class === 'function' && Class.prototype !== undefined
  const isIterable = items[Symbol.asyncIterator] != null || items[Symbol.iterator] != null
  const out: any = isClass ? isIterable ? new Class() : new Class(Number(items.length) || 0) : []
  let i = 0
  const put = (value: unknown): void => {
    Object.defineProperty(out, i++, { value, writable: true, enumerable: true, configurable: true })
  }
  if (isIterable) {
    for await (const item of items) put(map === undefined ? item : await map.call(self, item, i))
  } else {
    const length = Math.min(Math.max(Math.trunc(Number(items.length)) || 0, 0), Number.MAX_SAFE_INTEGER)
    while (i < length) {
      const item = await items[i]
      put(map === undefined ? item : await map.call(self, item, i))
    }
  }
  out.length = i
  return out
}
