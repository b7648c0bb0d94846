// expect(): wraps a value, finds the matcher, throws when its claim does not hold.
import { addEqualityTesters, type CustomTester, equals } from './equal.ts'
import { any, anything, Asymmetric, negated, plain } from './asymmetric.ts'
import { addSerializer, print, type Serializer } from './print.ts'
import { type Context, matchers, type Verdict } from './matchers.ts'
import { colours } from './colours.ts'

/** What is counted and claimed while one test runs. */
export const state = {
  calls: 0,
  total: 0,
  expected: undefined as number | undefined,
  mustHaveSome: false,
  testName: '' as string,
  testPath: '' as string,
}

type Matcher = (this: Context, received: any, ...args: any[]) => Verdict | Promise<Verdict>
const custom: Record<string, Matcher> = Object.create(null)

function failure(text: string, from: Function): Error {
  const error = new Error(text)
  Error.captureStackTrace(error, from)
  Object.defineProperty(error, 'matcherError', { value: true })
  return error
}

function judge(verdict: Verdict, context: Context, message: string | undefined, from: Function): void {
  if (verdict === null || typeof verdict !== 'object' || typeof verdict.pass !== 'boolean') {
    throw failure('Unexpected return from a matcher function.\nMatcher functions should return an object in the following format:\n  {message?: string | function, pass: boolean}', from)
  }
  if (verdict.pass !== context.isNot) return
  const own = typeof verdict.message === 'function' ? verdict.message() : verdict.message ?? 'No message was specified for this matcher.'
  throw failure(message === undefined ? own : `${message}\n\n${own}`, from)
}

const utils = {
  stringify: print, printReceived: (x: unknown) => colours.red(print(x)), printExpected: (x: unknown) => colours.green(print(x)), RECEIVED_COLOR: (s: string) => colours.red(s), EXPECTED_COLOR: (s: string) => colours.green(s), DIM_COLOR: (s: string) => colours.dim(s),
  matcherHint: (name: string, received = 'received', expected = 'expected', options: { isNot?: boolean; promise?: string } = {}): string =>
    `${colours.dim('expect(')}${colours.red(received)}${colours.dim(')')}${options.promise ? `.${options.promise}` : ''}${options.isNot ? '.not' : ''}.${name}${colours.dim('(')}${colours.green(expected)}${colours.dim(')')}`,
}

function settle(received: any, context: Context): Promise<unknown> {
  const p = typeof received === 'function' && context.promise === 'rejects' ? received() : received
  if (p === null || (typeof p !== 'object' && typeof p !== 'function') || typeof p.then !== 'function') {
    throw failure(`${hint(context)}\n\nExpected promise\nReceived: ${colours.red(print(received))}`, settle)
  }
  return Promise.resolve(p).then(
    (value) => {
      if (context.promise === 'resolves') return value
      throw failure(`${hint(context)}\n\nExpected promise that rejects\nReceived promise that resolved: ${colours.red('Promise { <resolved> }')}`, settle)
    },
    (reason) => {
      if (context.promise === 'rejects') return reason
      throw failure(`${hint(context)}\n\nExpected promise that resolves\nReceived promise that rejected: ${colours.red('Promise { <rejected> }')}\n\n${reason instanceof Error ? reason.stack : print(reason)}`, settle)
    },
  )
}
const hint = (c: Context): string => utils.matcherHint(c.name, 'received', c.argsText ?? 'expected', { isNot: c.isNot, promise: c.promise })

class Expectation {
  #received: unknown
  #message: string | undefined
  #isNot = false
  #promise = '' as Context['promise']
  constructor(received: unknown, message?: string) {
    this.#received = received
    this.#message = message
  }
  #with(change: (e: Expectation) => void): Expectation {
    const e = new Expectation(this.#received, this.#message)
    e.#isNot = this.#isNot
    e.#promise = this.#promise
    change(e)
    return e
  }
  get not(): Expectation { return this.#with((e) => { e.#isNot = !this.#isNot }) }
  get resolves(): Expectation { return this.#with((e) => { e.#promise = 'resolves' }) }
  get rejects(): Expectation { return this.#with((e) => { e.#promise = 'rejects' }) }

  static run(e: Expectation, name: string, matcher: Matcher, from: Function, args: unknown[]): unknown {
    state.calls++
    state.total++
    const context: Context = {
      name, isNot: e.#isNot, promise: e.#promise, equals: (a, b, m) => equals(a, b, typeof m === 'string' ? m : 'equal'), utils,
      expand: false, currentTestName: state.testName, testPath: state.testPath, customTesters: [], error: from,
    }
    const apply = (received: unknown): unknown => {
      const verdict = matcher.apply(context, [received, ...args])
      if (verdict instanceof Promise) return verdict.then((v) => judge(v, context, e.#message, from))
      return judge(verdict, context, e.#message, from)
    }
    if (!e.#promise) return apply(e.#received)
    // The stack is taken now: after the promise settles the caller is no longer on it.
    const here = failure('', from).stack!
    return settle(e.#received, context).then(apply).catch((error) => {
      if (error?.matcherError) error.stack = `Error: ${error.message}\n${here.split('\n').slice(1).join('\n')}`
      throw error
    })
  }
}

function install(name: string, matcher: Matcher): void {
  Object.defineProperty(Expectation.prototype, name, {
    configurable: true, writable: true, enumerable: true,
    value: function called(this: Expectation, ...args: unknown[]) { return Expectation.run(this, name, custom[name] ?? matcher, called, args) },
  })
}
for (const name of Object.keys(matchers)) install(name, matchers[name] as Matcher)

export const expect = Object.assign(
  function expect(received?: unknown, message?: string): any { return new Expectation(received, message) },
  {
    any, anything, ...plain,
    not: negated,
    resolvesTo: later('resolvesTo'),
    rejectsTo: later('rejectsTo'),
    extend(more: Record<string, Matcher>): void {
      for (const [name, matcher] of Object.entries(more)) {
        if (typeof matcher !== 'function') throw new TypeError(`expect.extend: \`${name}\` is not a valid matcher`)
        custom[name] = matcher
        install(name, matcher)
        const make = (inverse: boolean) => (...args: unknown[]): Asymmetric => new Asymmetric((received) => {
          const verdict = matcher.apply({ name, isNot: false, promise: '', equals, utils, expand: false } as unknown as Context, [received, ...args]) as Verdict
          return verdict.pass
        }, () => `${name} ${args.map((a) => print(a)).join(', ')}`, inverse)
        ;(expect as any)[name] = make(false)
        ;(expect.not as any)[name] = make(true)
      }
    },
    assertions(n: number): void {
      if (!Number.isInteger(n) || n < 0) throw new TypeError('expect.assertions() expects a whole number of at least 0')
      state.expected = n
    },
    hasAssertions(): void { state.mustHaveSome = true },
    unreachable(message: unknown = 'reached unreachable code'): never { throw message instanceof Error ? message : failure(String(message), expect.unreachable) },
    addSnapshotSerializer: (s: Serializer): void => addSerializer(s),
    addEqualityTesters: (t: CustomTester[]): void => addEqualityTesters(t),
    getState: () => ({ assertionCalls: state.calls, currentTestName: state.testName, testPath: state.testPath, expectedAssertionsNumber: state.expected ?? null, isExpectingAssertions: state.mustHaveSome }),
  },
)

// An equality check cannot await: matching what a promise settles to wants asynchronous matchers, which are not there yet.
function later(name: string): object {
  return new Proxy({}, {
    get: () => () => { throw Object.assign(new Error(`expect.${name} is not implemented in Bao yet`), { code: 'ERR_NOT_IMPLEMENTED' }) },
  })
}
