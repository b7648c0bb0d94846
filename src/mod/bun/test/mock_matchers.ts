// expect(mock).toHaveBeenCalledWith() and its kin.
import { equals } from './equal.ts'
import type { Context, MatcherTable, Verdict } from './matchers.ts'
import { isMock, type MockState, type Result } from './mock.ts'
import { print, printShort } from './print.ts'
import { colours } from './colours.ts'

const { red, green, dim } = colours
const stateOf = (x: any): MockState => {
  if (!isMock(x)) throw new TypeError('Expected value must be a mock function')
  return x.mock
}
function say(c: Context, args: string, ...text: (string | false)[]): () => string {
  return () => [`${dim('expect(')}${red('received')}${dim(')')}${c.isNot ? '.not' : ''}.${c.name}${dim('(')}${green(args)}${dim(')')}`, '', ...text.filter((t) => t !== false)].join('\n')
}
const not = (c: Context): string => (c.isNot ? 'not ' : '')
const showCalls = (calls: unknown[][]): string => calls.length ? calls.slice(0, 5).map((args, i) => `  ${i + 1}: ${args.map((a) => printShort(a)).join(', ')}`).join('\n') : '  (none)'

function times(what: string, count: (x: any) => number, exact: boolean) {
  return function (this: Context, x: any, n?: number): Verdict {
    const got = count(x)
    if (exact && (typeof n !== 'number' || !Number.isInteger(n) || n < 0)) throw new TypeError(`${this.name}() requires 1 non-negative integer argument`)
    return { pass: exact ? got === n : got > 0, message: say(this, exact ? 'expected' : '', `Expected number of ${what}: ${not(this)}${exact ? green(String(n)) : green('>= 1')}`, `Received number of ${what}: ${red(String(got))}`) }
  }
}
const calls = (x: any): number => stateOf(x).calls.length
const returns = (x: any): Result[] => stateOf(x).results.filter((r) => r.type === 'return')

function calledWith(pick: (all: unknown[][], n: number) => unknown[][], numbered: boolean) {
  return function (this: Context, x: any, ...args: unknown[]): Verdict {
    const all = stateOf(x).calls
    const n = numbered ? (args.shift() as number) : 0
    if (numbered && (!Number.isInteger(n) || n < 1)) throw new TypeError('toHaveBeenNthCalledWith() requires a positive integer as first argument')
    const pass = pick(all, n).some((c) => equals(c, args))
    return { pass, message: say(this, numbered ? 'n, expected' : '...expected', `Expected: ${not(this)}${args.map((a) => green(print(a))).join(', ') || 'called with 0 arguments'}`, `Received:\n${red(showCalls(all))}`, '', `Number of calls: ${all.length}`) }
  }
}
function returnedWith(pick: (all: Result[], n: number) => (Result | undefined)[], numbered: boolean) {
  return function (this: Context, x: any, ...args: any[]): Verdict {
    const all = stateOf(x).results
    const n = numbered ? args.shift() : 0
    const pass = pick(all, n).some((r) => r?.type === 'return' && equals(r.value, args[0]))
    return { pass, message: say(this, numbered ? 'n, expected' : 'expected', `Expected: ${not(this)}${green(print(args[0]))}`, `Received:\n${red(showCalls(all.map((r) => [r.value])))}`) }
  }
}

const calledTimes = times('calls', calls, true)
const called = times('calls', calls, false)
const anyCall = calledWith((all) => all, false)
const lastCall = calledWith((all) => all.slice(-1), false)
const nthCall = calledWith((all, n) => all.slice(n - 1, n), true)
const anyReturn = returnedWith((all) => all, false)
const lastReturn = returnedWith((all) => all.slice(-1), false)
const nthReturn = returnedWith((all, n) => [all[n - 1]], true)

export const mockMatchers: MatcherTable = {
  toHaveBeenCalled: called, toBeCalled: called,
  toHaveBeenCalledOnce(x) { return { pass: calls(x) === 1, message: say(this, '', `Expected number of calls: ${not(this)}${green('1')}`, `Received number of calls: ${red(String(calls(x)))}`) } },
  toHaveBeenCalledTimes: calledTimes, toBeCalledTimes: calledTimes,
  toHaveBeenCalledWith: anyCall, toBeCalledWith: anyCall,
  toHaveBeenLastCalledWith: lastCall, lastCalledWith: lastCall,
  toHaveBeenNthCalledWith: nthCall, nthCalledWith: nthCall,
  toHaveReturned: times('returns', (x) => returns(x).length, false), toReturn: times('returns', (x) => returns(x).length, false),
  toHaveReturnedTimes: times('returns', (x) => returns(x).length, true), toReturnTimes: times('returns', (x) => returns(x).length, true),
  toHaveReturnedWith: anyReturn, toReturnWith: anyReturn,
  toHaveLastReturnedWith: lastReturn, lastReturnedWith: lastReturn,
  toHaveNthReturnedWith: nthReturn, nthReturnedWith: nthReturn,
}
