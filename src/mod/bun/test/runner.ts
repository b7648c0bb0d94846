// Runs a collected tree: hooks in their order, timeouts, retries, concurrent groups; tells a reporter what happened.
import { collecting, globalSuite, type Hook, newSuite, pathOf, type Suite, type Test } from './collect.ts'
import { state } from './expect.ts'

export type Outcome = { kind: 'pass' | 'fail' | 'skip' | 'todo'; test: Test; path: string[]; ms: number; errors: unknown[]; note?: string; assertions: number }
export type Reporter = { file(path: string): void; outcome(o: Outcome): void; stray(error: unknown): void }
export type RunOptions = {
  filter: RegExp | undefined; timeout: number; bail: number; retry: number; todo: boolean; only: boolean; concurrent: boolean
  maxConcurrency: number; random: (() => number) | undefined
}
export const totals = { pass: 0, fail: 0, skip: 0, todo: 0, errors: 0, filtered: 0, files: 0, bailed: false }

class TimedOut extends Error {
  ms: number
  constructor(ms: number) {
    super(`timed out after ${ms}ms`)
    this.ms = ms
  }
}

// The error that a callback lets loose while tests run fails the test that is running.
let current: { errors: unknown[]; wake: (error: unknown) => void } | undefined
let reporter: Reporter
let options: RunOptions

export function begin(r: Reporter, o: RunOptions): void {
  reporter = r
  options = o
  collecting.defaultTimeout = o.timeout
}

/** What no test caught. */
export function stray(error: unknown): void {
  if (current) current.wake(error)
  else {
    totals.errors++
    reporter.stray(error)
  }
}

function callHook(fn: (...a: any[]) => unknown, args: unknown[]): unknown {
  if (fn.length <= args.length) return fn(...args)
  return new Promise<void>((resolve, reject) => {
    const done = (error?: unknown): void => (error === undefined || error === null ? resolve() : reject(error))
    const value = fn(...args, done)
    if (value instanceof Promise) value.then(undefined, reject)
  })
}

async function timed(fn: (...a: any[]) => unknown, args: unknown[], ms: number): Promise<void> {
  const errors: unknown[] = []
  let wake: (error: unknown) => void = () => {}
  const broken = new Promise<never>((_, reject) => { wake = reject })
  broken.catch(() => {})
  const outer = current
  const mine = { errors, wake }
  current = mine
  let timer: ReturnType<typeof setTimeout> | undefined
  const start = now()
  try {
    const value = callHook(fn, args)
    if (value === null || typeof value !== 'object' || typeof (value as any).then !== 'function') {
      // No timer could stop it, but it is late all the same.
      if (ms > 0 && now() - start > ms) throw new TimedOut(ms)
      return
    }
    const racers: Promise<unknown>[] = [Promise.resolve(value), broken]
    if (ms > 0 && ms !== Infinity) racers.push(new Promise((_, reject) => { timer = realSetTimeout(() => reject(new TimedOut(ms)), ms) }))
    await Promise.race(racers)
  } finally {
    if (timer !== undefined) realClearTimeout(timer)
    if (current === mine) current = outer
  }
}
const realSetTimeout = globalThis.setTimeout
const realClearTimeout = globalThis.clearTimeout
const now = performance.now.bind(performance)

const chain = (suite: Suite): Suite[] => {
  const all: Suite[] = []
  for (let s: Suite | undefined = suite; s; s = s.parent) all.unshift(s)
  return all
}
const hookTime = (h: Hook): number => h.timeout ?? collecting.defaultTimeout

async function attempt(test: Test): Promise<unknown[]> {
  const errors: unknown[] = []
  const suites = chain(test.parent)
  collecting.finished = []
  state.calls = 0
  state.expected = undefined
  state.mustHaveSome = false
  state.testName = pathOf(test).join(' ')
  const ms = test.options.timeout ?? collecting.defaultTimeout
  try {
    for (const s of suites) for (const h of s.beforeEach) await timed(h.fn, [], hookTime(h))
    await timed(test.fn!, test.args, ms)
    if (state.expected !== undefined && state.expected !== state.calls) throw plainError('AssertionError', `expected ${state.expected} assertion${state.expected === 1 ? '' : 's'}, but test ended with ${state.calls} assertion${state.calls === 1 ? '' : 's'}`)
    if (state.mustHaveSome && !state.calls) throw plainError('AssertionError', 'received 0 assertions, but expected at least one assertion to be called')
  } catch (error) {
    errors.push(error)
  }
  const after = [...suites].reverse().flatMap((s) => s.afterEach)
  for (const h of [...after, ...collecting.finished.reverse()]) {
    try { await timed(h.fn, [], hookTime(h)) } catch (error) { errors.push(error) }
  }
  return errors
}

function plainError(name: string, message: string): Error {
  const error = new Error(message)
  error.name = name
  error.stack = `${name}: ${message}`
  return error
}

async function runTest(test: Test, broken: unknown[] | undefined): Promise<void> {
  const path = pathOf(test)
  const tell = (kind: Outcome['kind'], ms = 0, errors: unknown[] = [], note?: string): void => {
    totals[kind]++
    reporter.outcome({ kind, test, path, ms, errors, ...(note ? { note } : {}), assertions: state.calls })
  }
  const inherited = chain(test.parent).find((s) => s.kind !== 'run')?.kind
  const kind = inherited === 'skip' ? 'skip' : inherited === 'todo' ? 'todo' : test.kind
  state.calls = 0
  if (kind === 'skip') return tell('skip')
  if (kind === 'todo' && (!options.todo || !test.fn)) return tell('todo')
  if (broken) return tell('fail', 0, broken)
  const start = now()
  let errors: unknown[] = []
  const retry = test.options.retry ?? options.retry
  const repeats = test.options.repeats ?? 0
  for (let run = 0; run <= repeats; run++) {
    for (let n = 0; n <= retry; n++) {
      collecting.running = true
      errors = await attempt(test)
      collecting.running = false
      if (!errors.length) break
    }
    if (errors.length) break
  }
  const ms = now() - start
  const timedOut = errors.find((e) => e instanceof TimedOut) as TimedOut | undefined
  const note = timedOut ? `this test timed out after ${timedOut.ms}ms.` : undefined
  if (kind === 'failing') return errors.length ? tell('pass', ms) : tell('fail', ms, [], 'this test is marked as failing but it passed. Remove `.failing` if tested behavior now works')
  if (kind === 'todo') return errors.length ? tell('todo', ms) : tell('fail', ms, [], 'this test is marked as todo but passes. Remove `.todo` if tested behavior now works')
  if (errors.length) tell('fail', ms, errors.filter((e) => e !== timedOut), note)
  else tell('pass', ms)
}

// What is wanted is decided before anything runs, so that hooks of suites without a wanted test do not run.
function wantedIn(suite: Suite, only: boolean, inOnly: boolean, wanted: Set<Test | Suite>): boolean {
  let any = false
  const hasOnly = only && !inOnly
  for (const child of suite.children) {
    if (child.type === 'suite') {
      const childOnly = inOnly || child.only && !hasOnlyBelow(child)
      if (wantedIn(child, only, childOnly, wanted)) any = true
      continue
    }
    const chosen = (!hasOnly || child.only) && (!options.filter || options.filter.test(pathOf(child).join(' ')))
    if (chosen) {
      wanted.add(child)
      any = true
    } else totals.filtered++
  }
  if (any) wanted.add(suite)
  return any
}
const hasOnlyBelow = (suite: Suite): boolean => suite.children.some((c) => c.only || (c.type === 'suite' && hasOnlyBelow(c)))
const willRun = (suite: Suite, wanted: Set<Test | Suite>): boolean => suite.kind === 'run' &&
  suite.children.some((c) => wanted.has(c) && (c.type === 'suite' ? willRun(c, wanted) : c.kind === 'run' || c.kind === 'failing' || (c.kind === 'todo' && options.todo)))

const enough = (): boolean => {
  if (options.bail && totals.fail >= options.bail) totals.bailed = true
  return totals.bailed
}

function shuffled<T>(list: T[]): T[] {
  if (!options.random) return list
  const out = [...list]
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(options.random() * (i + 1))
    ;[out[i], out[j]] = [out[j]!, out[i]!]
  }
  return out
}

async function runSuite(suite: Suite, wanted: Set<Test | Suite>, broken: unknown[] | undefined): Promise<void> {
  const active = !broken && willRun(suite, wanted)
  if (active) {
    try {
      for (const h of suite.beforeAll) await timed(h.fn, [], hookTime(h))
    } catch (error) {
      broken = [error]
    }
  }
  const children = shuffled(suite.children.filter((c) => wanted.has(c)))
  for (let i = 0; i < children.length && !enough();) {
    const child = children[i]!
    if (child.type === 'suite') {
      await runSuite(child, wanted, broken)
      i++
      continue
    }
    const group: Test[] = []
    while (i < children.length && children[i]!.type === 'test' && ((children[i] as Test).concurrent || options.concurrent)) group.push(children[i++] as Test)
    if (group.length) await runConcurrently(group, broken)
    else {
      await runTest(child, broken)
      i++
    }
  }
  if (active) {
    for (const h of suite.afterAll) {
      try { await timed(h.fn, [], hookTime(h)) } catch (error) { stray(error) }
    }
  }
}

async function runConcurrently(group: Test[], broken: unknown[] | undefined): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < group.length && !enough()) await runTest(group[next++]!, broken)
  }
  await Promise.all(Array.from({ length: Math.min(options.maxConcurrency, group.length) }, worker))
}

/** Imports one file, which collects its tests, then runs them. */
export async function runFile(path: string, load: (path: string) => Promise<unknown>): Promise<void> {
  const root = newSuite('', globalSuite)
  collecting.suite = root
  collecting.onlyUsed = false
  totals.files++
  reporter.file(path)
  try {
    await load(path)
    while (collecting.pending.length) await collecting.pending.shift()
  } catch (error) {
    totals.fail++
    stray(error)
    collecting.suite = globalSuite
    return
  }
  collecting.suite = globalSuite
  const wanted = new Set<Test | Suite>()
  wantedIn(root, collecting.onlyUsed || options.only, false, wanted)
  await runSuite(root, wanted, undefined)
}

/** Hooks that preloaded files registered: they stand before the first and after the last file. */
export async function runGlobalHooks(which: 'beforeAll' | 'afterAll'): Promise<void> {
  for (const h of globalSuite[which]) {
    try { await timed(h.fn, [], hookTime(h)) } catch (error) { stray(error) }
  }
}
