// bun:test, also as vitest and @jest/globals: what test files import.
import { afterAll, afterEach, beforeAll, beforeEach, describe, onTestFinished, test, collecting } from './collect.ts'
import { expect } from './expect.ts'
import { clearAllMocks, isMock, mock, resetAllMocks, restoreAllMocks, spyOn } from './mock.ts'
import * as fake from './fake_timers.ts'

const chain = (f: (...a: any[]) => unknown) => (...args: any[]) => { f(...args); return jest }

export const jest: Record<string, any> = {
  fn: mock, spyOn, isMockFunction: isMock,
  mock: (): never => mock.module(),
  clearAllMocks: chain(clearAllMocks), resetAllMocks: chain(resetAllMocks), restoreAllMocks: chain(restoreAllMocks),
  useFakeTimers: chain(fake.useFakeTimers), useRealTimers: chain(fake.useRealTimers), isFakeTimers: fake.isFakeTimers,
  setSystemTime: chain(fake.setSystemTime), advanceTimersByTime: chain(fake.advanceTimersByTime), advanceTimersToNextTimer: chain(fake.advanceTimersToNextTimer),
  runAllTimers: chain(fake.runAllTimers), runOnlyPendingTimers: chain(fake.runOnlyPendingTimers), clearAllTimers: chain(fake.clearAllTimers),
  getTimerCount: fake.getTimerCount, now: fake.now, getRealSystemTime: fake.getRealSystemTime,
  setTimeout: chain((ms: number) => { collecting.defaultTimeout = ms }),
}
export const vi: Record<string, any> = { ...jest, resetModules: () => { throw Object.assign(new Error('vi.resetModules is not implemented in Bao yet'), { code: 'ERR_NOT_IMPLEMENTED' }) } }

// Types are checked by a type checker, not here: every member is a function that gives the same thing again.
export const expectTypeOf = (): unknown => {
  const nothing: unknown = new Proxy(() => {}, { get: () => nothing, apply: () => nothing })
  return nothing
}

const xit = test.skip, xtest = test.skip, xdescribe = describe.skip
const bunTest = {
  test, it: test, describe, expect, expectTypeOf, beforeAll, beforeEach, afterAll, afterEach, before: beforeAll, after: afterAll, onTestFinished,
  mock, spyOn, jest, vi, setSystemTime: fake.setSystemTime,
  setDefaultTimeout: (ms: number): void => { collecting.defaultTimeout = ms },
  xit, xtest, xdescribe,
}
export default bunTest
