// internal:namespaces: which objects are module namespaces (they are made by rt:modules, and printed in their own way).

const known = new WeakSet<object>()

export const addNamespace = (ns: object): void => void known.add(ns)
export const isNamespace = (value: unknown): boolean => known.has(value as object)
