// node:timers: the globals, and their forms as promises.

import { clearImmediate, clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } from 'web:timers'

const timers = { setTimeout, clearTimeout, setImmediate, clearImmediate, setInterval, clearInterval }
Object.defineProperty(timers, 'promises', {
  __proto__: null, configurable: true, enumerable: true,
  get() { return import.meta.builtin('node:timers/promises').default },
} as any)

export default timers
