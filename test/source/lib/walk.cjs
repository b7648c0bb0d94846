// Prints the text of every function that hangs on an object: its own, those of its classes, accessors, elements.
'use strict'
const seen = new Set()
function walk(value, name, log) {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return
  seen.add(value)
  if (typeof value === 'function') log(name, String(value))
  for (const key of Reflect.ownKeys(value)) {
    if (typeof value === 'function' && ['length', 'name', 'caller', 'arguments'].includes(key)) continue
    const d = Object.getOwnPropertyDescriptor(value, key), at = `${name}.${String(key)}`
    if (key === 'constructor') continue
    walk(d.value, at, log)
    walk(d.get, `${at} get`, log)
    walk(d.set, `${at} set`, log)
  }
}
exports.walk = (value, name = '') => { seen.clear(); walk(value, name, (n, t) => console.log(`${n}: ${JSON.stringify(t)}`)) }
