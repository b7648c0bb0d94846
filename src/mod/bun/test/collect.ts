// The tree of describe() and test(): collecting is separate from running.
import { titleOf } from './each.ts'

export type TestFn = (...args: any[]) => unknown
export type Kind = 'run' | 'skip' | 'todo' | 'failing'
export type Hook = { fn: TestFn; timeout: number | undefined }
export type Options = { timeout?: number; retry?: number; repeats?: number }
export type Test = {
  type: 'test'; name: string; parent: Suite; fn: TestFn | undefined; kind: Kind; only: boolean; concurrent: boolean
  options: Options; args: unknown[]
}
export type Suite = {
  type: 'suite'; name: string; parent: Suite | undefined; kind: 'run' | 'skip' | 'todo'; only: boolean; concurrent: boolean | undefined
  children: (Test | Suite)[]; beforeAll: Hook[]; afterAll: Hook[]; beforeEach: Hook[]; afterEach: Hook[]
}

export const newSuite = (name: string, parent?: Suite): Suite => ({
  type: 'suite', name, parent, kind: 'run', only: false, concurrent: undefined, children: [], beforeAll: [], afterAll: [], beforeEach: [], afterEach: [],
})

/** Hooks of preloaded files stand around every file. */
export const globalSuite = newSuite('')
export const collecting = { suite: globalSuite as Suite, defaultTimeout: 5000, running: false, pending: [] as Promise<unknown>[], onlyUsed: false, finished: [] as Hook[] }

export function pathOf(node: Test | Suite): string[] {
  const names: string[] = []
  for (let n: Test | Suite | undefined = node; n; n = n.parent) if (n.name) names.unshift(n.name)
  return names
}

const nameText = (name: unknown): string => (typeof name === 'function' ? name.name : typeof name === 'string' ? name : String(name))

function optionsOf(x: unknown, what: string): Options {
  if (x === undefined) return {}
  if (typeof x === 'number') return { timeout: x }
  if (x !== null && typeof x === 'object') return x as Options
  throw new TypeError(`${what} expects options to be a number or object`)
}

type Mods = { kind?: Kind; only?: boolean; concurrent?: boolean; table?: unknown[] }

function notInside(what: string): void {
  if (collecting.running) throw new Error(`Cannot call ${what} inside a test. Call it inside describe() instead.`)
}

function addTest(mods: Mods, name: unknown, a?: unknown, b?: unknown): void {
  notInside('test()')
  let fn = a, opts = b
  if (typeof a === 'object' && a !== null && typeof b === 'function') { fn = b; opts = a }
  if (typeof fn !== 'function' && !(fn === undefined && (mods.kind === 'todo' || mods.kind === 'skip'))) throw new TypeError('test() expects a function as the second argument')
  const options = optionsOf(opts, 'test()')
  const rows = mods.table ?? [undefined]
  rows.forEach((row, i) => {
    const args = mods.table ? (Array.isArray(row) ? row : [row]) : []
    const parent = collecting.suite
    parent.children.push({
      type: 'test', name: mods.table ? titleOf(nameText(name), row, i) : nameText(name), parent, fn: fn as TestFn | undefined, kind: mods.kind ?? 'run',
      only: mods.only ?? false, concurrent: mods.concurrent ?? parent.concurrent ?? false, options, args,
    })
    if (mods.only) collecting.onlyUsed = true
  })
}

function addSuite(mods: Mods, name: unknown, a?: unknown, b?: unknown): void {
  notInside('describe()')
  const fn = typeof name === 'function' && a === undefined ? name : typeof a === 'function' ? a : b
  if (typeof fn !== 'function' && mods.kind !== 'todo' && mods.kind !== 'skip') throw new TypeError('describe() expects a function as the second argument')
  const rows = mods.table ?? [undefined]
  rows.forEach((row, i) => {
    const parent = collecting.suite
    const text = typeof name === 'function' && a === undefined ? '' : nameText(name)
    const suite = newSuite(mods.table ? titleOf(text, row, i) : text, parent)
    suite.kind = mods.kind === 'skip' || mods.kind === 'todo' ? mods.kind : 'run'
    suite.only = mods.only ?? false
    suite.concurrent = mods.concurrent ?? parent.concurrent
    if (mods.only) collecting.onlyUsed = true
    parent.children.push(suite)
    if (typeof fn !== 'function') return
    collecting.suite = suite
    try {
      const value = (fn as TestFn)(...(mods.table ? (Array.isArray(row) ? row : [row]) : []))
      // An async body goes on collecting into its own suite only up to its first await, as the suite is then left.
      if (value instanceof Promise) collecting.pending.push(value)
    } finally {
      collecting.suite = parent
    }
  })
}

function family(add: (mods: Mods, name: unknown, a?: unknown, b?: unknown) => void, mods: Mods, depth = 0): any {
  const f: any = (name: unknown, a?: unknown, b?: unknown) => add(mods, name, a, b)
  const lazily = (key: string, more: Mods): void => Object.defineProperty(f, key, { configurable: true, enumerable: true, get: () => family(add, { ...mods, ...more }, depth + 1) }) as never
  if (depth < 4) {
    lazily('only', { only: true })
    lazily('skip', { kind: 'skip' })
    lazily('todo', { kind: 'todo' })
    if (add === addTest) lazily('failing', { kind: 'failing' })
    lazily('concurrent', { concurrent: true })
    lazily('serial', { concurrent: false })
  }
  const chosen = (on: Mods, off: Mods) => (condition: unknown) => family(add, { ...mods, ...(condition ? on : off) }, depth + 1)
  f.if = chosen({}, { kind: 'skip' })
  f.skipIf = chosen({ kind: 'skip' }, {})
  f.todoIf = chosen({ kind: 'todo' }, {})
  f.concurrentIf = chosen({ concurrent: true }, {})
  f.serialIf = chosen({ concurrent: false }, {})
  if (add === addTest) f.failingIf = chosen({ kind: 'failing' }, {})
  f.each = (table: Iterable<unknown>) => {
    if (!table || typeof table[Symbol.iterator] !== 'function') throw new TypeError('each() expects an array')
    return family(add, { ...mods, table: [...table] }, depth + 1)
  }
  return f
}

export const test = family(addTest, {})
export const describe = family(addSuite, {})

const hook = (kind: 'beforeAll' | 'afterAll' | 'beforeEach' | 'afterEach') => (fn: unknown, options?: unknown): void => {
  if (typeof fn !== 'function') throw new TypeError(`${kind}() expects a function as the first argument`)
  notInside(`${kind}()`)
  collecting.suite[kind].push({ fn: fn as TestFn, timeout: optionsOf(options, `${kind}()`).timeout })
}
export const beforeAll = hook('beforeAll')
export const afterAll = hook('afterAll')
export const beforeEach = hook('beforeEach')
export const afterEach = hook('afterEach')
export function onTestFinished(fn: unknown): void {
  if (typeof fn !== 'function') throw new TypeError('onTestFinished() expects a function')
  if (!collecting.running) throw new Error('onTestFinished() can be called only inside a test')
  collecting.finished.push({ fn: fn as TestFn, timeout: undefined })
}
