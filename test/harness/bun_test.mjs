// `bun:test` for real Node: the basic matchers, over node:test and node:assert.
import * as nodeTest from 'node:test'
import assert from 'node:assert'
import { inspect } from 'node:util'

export const describe = nodeTest.describe
export const { beforeEach, afterEach } = nodeTest
export const beforeAll = nodeTest.before
export const afterAll = nodeTest.after

export function test(name, fn, timeout) {
  return nodeTest.test(name, typeof timeout === 'number' ? { timeout } : {}, fn?.length > 0 ? (_, done) => fn(done) : () => fn())
}
test.skip = (name, fn) => nodeTest.test.skip(name, fn)
test.todo = (name, fn) => nodeTest.test.todo(name, fn)
test.only = (name, fn) => nodeTest.test.only(name, fn)
test.skipIf = no => no ? test.skip : test
test.if = yes => yes ? test : test.skip
test.each = table => (name, fn) => {
  for (const row of table) {
    const args = Array.isArray(row) ? row : [row]
    let at = 0
    test(name.replace(/%[sdijfo]/g, () => inspect(args[at++])), () => fn(...args))
  }
}
export const it = test

function show(value) {
  return inspect(value)
}

function same(check) {
  try { check(); return true } catch (error) { if (error?.code !== 'ERR_ASSERTION') throw error; return false }
}

function thrown(error, expected) {
  if (expected === undefined) return true
  const message = String(error?.message ?? error)
  if (typeof expected === 'string') return message.includes(expected)
  if (expected instanceof RegExp) return expected.test(message)
  if (typeof expected === 'function') return error instanceof expected
  return message === expected.message
}

const matchers = {
  toBe: (got, want) => Object.is(got, want),
  toEqual: (got, want) => same(() => assert.deepEqual(clean(got), clean(want))) && same(() => assert.deepStrictEqual(clean(got), clean(want))),
  toStrictEqual: (got, want) => same(() => assert.deepStrictEqual(got, want)),
  toBeTruthy: got => !!got,
  toBeFalsy: got => !got,
  toBeNull: got => got === null,
  toBeUndefined: got => got === undefined,
  toBeDefined: got => got !== undefined,
  toBeNaN: got => Number.isNaN(got),
  toBeGreaterThan: (got, than) => got > than,
  toBeGreaterThanOrEqual: (got, than) => got >= than,
  toBeLessThan: (got, than) => got < than,
  toBeLessThanOrEqual: (got, than) => got <= than,
  toBeCloseTo: (got, want, digits = 2) => Math.abs(got - want) < 10 ** -digits / 2,
  toBeInstanceOf: (got, Class) => got instanceof Class,
  toContain: (got, part) => typeof got === 'string' ? got.includes(part) : [...got].includes(part),
  toContainEqual: (got, part) => [...got].some(one => same(() => assert.deepStrictEqual(one, part))),
  toHaveLength: (got, length) => got.length === length,
  toHaveProperty(got, path, value) {
    let at = got
    for (const key of Array.isArray(path) ? path : String(path).split('.')) {
      if (at == null || !(key in Object(at))) return false
      at = at[key]
    }
    return arguments.length < 3 || same(() => assert.deepStrictEqual(at, value))
  },
  toMatch: (got, pattern) => typeof pattern === 'string' ? got.includes(pattern) : pattern.test(got),
  toMatchObject: (got, part) => same(() => assert.partialDeepStrictEqual(got, part)),
}

// toEqual of Bun ignores undefined properties; enough for plain values.
function clean(value) {
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined))
}

function expectations(got, isNot, settle) {
  const all = {}
  const judge = (name, pass, args) => {
    if (Boolean(pass) === isNot) {
      assert.fail(`expect(${show(got)})${isNot ? '.not' : ''}.${name}(${args.map(show).join(', ')}) failed`)
    }
  }
  for (const name of Object.keys(matchers)) {
    all[name] = (...args) => settle ? settle(got).then(value => judge(name, matchers[name](value, ...args), args)) : judge(name, matchers[name](got, ...args), args)
  }
  all.toThrow = all.toThrowError = expected => {
    if (settle) return settle(got).then(error => judge('toThrow', thrown(error, expected), [expected]))
    let error
    let threw = false
    try { got() } catch (e) { error = e; threw = true }
    judge('toThrow', threw && thrown(error, expected), [expected])
  }
  return all
}

export function expect(got) {
  const all = expectations(got, false)
  all.not = expectations(got, true)
  const resolved = value => Promise.resolve(value)
  const rejected = value => Promise.resolve(typeof value === 'function' ? value() : value).then(() => assert.fail('the promise was not rejected'), error => error)
  all.resolves = { ...expectations(got, false, resolved), not: expectations(got, true, resolved) }
  all.rejects = { ...expectations(got, false, rejected), not: expectations(got, true, rejected) }
  return all
}
expect.unreachable = message => assert.fail(message ?? 'unreachable code was reached')
