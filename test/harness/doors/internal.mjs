// native:internal under Node (run it with --expose-internals).
import module from 'node:module'
const require = module.createRequire(import.meta.url)
const { types } = process.getBuiltinModule('util')
const binding = require('internal/test/binding').internalBinding('util')

const names = ['isMap', 'isSet', 'isWeakMap', 'isWeakSet', 'isDate', 'isRegExp', 'isPromise', 'isMapIterator', 'isSetIterator', 'isNativeError',
  'isArrayBuffer', 'isSharedArrayBuffer', 'isDataView', 'isNumberObject', 'isStringObject', 'isBooleanObject', 'isSymbolObject', 'isBigIntObject',
  'isGeneratorObject', 'isArgumentsObject', 'isTypedArray']
function kind(value) {
  if (types.isProxy(value)) return 99
  if (typeof value === 'function') return 98
  if (Array.isArray(value)) return 97
  const at = names.findIndex(name => types[name](value))
  return at < 0 ? 1 : at + 2
}
export const header = kind
export const probe = () => true
export const promiseState = promise => binding.getPromiseDetails(promise)[0]
export const field = (cell, i) => kind(cell) === 99 ? binding.getProxyDetails(cell, true)[i] : binding.getPromiseDetails(cell)[i]
const copies = new WeakMap()
export const copyIterator = (from, to) => {
  const [rest, areEntries] = binding.previewEntries(from, true)
  for (let i = 0; i < 1; i++) to.next()
  let at = 0
  const items = areEntries ? Array.from({ length: rest.length / 2 }, (_, i) => [rest[2 * i], rest[2 * i + 1]]) : rest
  // types.ts reads the twin by the intrinsic next; a twin over these items stands in for a copied iterator.
  twins.set(to, { items, at })
  copies.set(from, areEntries)
  return true
}
const twins = new WeakMap()
for (const proto of [Object.getPrototypeOf(new Map().entries()), Object.getPrototypeOf(new Set().values())]) {
  const next = proto.next
  proto.next = function () {
    const twin = twins.get(this)
    if (!twin) return next.call(this)
    return twin.at < twin.items.length ? { done: false, value: twin.items[twin.at++] } : { done: true, value: undefined }
  }
}
export const iteratorKind = iterator => copies.has(iterator) ? Number(copies.get(iterator)) : 1
