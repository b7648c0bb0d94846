// internal:namespaces: the namespaces of `import defer` (rt:modules): proxies that nobody is told of.

const deferred = new WeakSet<object>()

export const addDeferred = (ns: object): void => void deferred.add(ns)
export const isDeferred = (value: unknown): boolean => deferred.has(value as object)
