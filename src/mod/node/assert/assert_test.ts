import assert, { AssertionError } from 'node:assert'
import strict from 'node:assert/strict'
import { describe, expect, test } from 'bun:test'

function failure(fn: () => unknown): any {
  try {
    fn()
  } catch (error) {
    return error
  }
  return undefined
}

describe('assert', () => {
  test('ok says what was false', () => {
    expect(failure(() => assert(1 > 2)).message).toBe('The expression evaluated to a falsy value:\n\n  assert(1 > 2)\n')
    expect(failure(() => assert.ok(0, 'mine')).message).toBe('mine')
    expect(failure(() => (assert as any)()).message).toBe('No value argument passed to `assert.ok()`')
    expect(failure(() => assert(0, new RangeError('own')))).toBeInstanceOf(RangeError)
  })

  test('an AssertionError has all its fields', () => {
    const error = failure(() => assert.strictEqual(1, 2))
    expect(error).toBeInstanceOf(AssertionError)
    expect([error.name, error.code, error.actual, error.expected, error.operator, error.generatedMessage])
      .toEqual(['AssertionError', 'ERR_ASSERTION', 1, 2, 'strictEqual', true])
    expect(error.message).toBe('Expected values to be strictly equal:\n\n1 !== 2\n')
    expect(error.stack.split('\n')[0]).toBe('AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:')
    expect(String(error)).toContain('AssertionError [ERR_ASSERTION]')
  })

  test('differences are shown line by line', () => {
    expect(failure(() => assert.deepStrictEqual({ a: 1, b: [1, 2] }, { a: 1, b: [1, 3] })).message).toBe(
      'Expected values to be strictly deep-equal:\n+ actual - expected\n\n  {\n    a: 1,\n    b: [\n      1,\n+     2\n-     3\n    ]\n  }\n')
    expect(failure(() => assert.strictEqual('a'.repeat(20), `${'a'.repeat(19)}b`)).message).toContain(`\n${' '.repeat(22)}^`)
    expect(failure(() => assert.strictEqual([1], [1])).message).toContain('Values have same structure but are not reference-equal')
    expect(failure(() => assert.deepStrictEqual([...Array(30).keys()], [...Array(29).keys(), 0])).message).toContain('... Skipped lines')
  })

  test.each([
    [1, '1', true, false], [NaN, NaN, true, true], [0, -0, true, false], [[1, [2]], [1, [2]], true, true], [{ a: 1 }, { a: 1, b: 2 }, false, false],
    [new Set([{ a: 1 }]), new Set([{ a: 1 }]), true, true], [new Map([[{ k: 1 }, 1]]), new Map([[{ k: 1 }, 1]]), true, true],
    [new Date(0), new Date(1), false, false], [/a/g, /a/i, false, false], [new Error('a'), new Error('b'), false, false],
    [Object(1), Object(2), false, false], [new Uint8Array([1]), new Uint8Array([1]), true, true], [[1, , 3], [1, undefined, 3], false, false],
    [new Float32Array([0]), new Float32Array([-0]), true, false], [null, undefined, true, false],
  ] as [any, any, boolean, boolean][])('%o and %o', (a, b, loosely, strictly) => {
    expect(failure(() => assert.deepEqual(a, b)) === undefined).toBe(loosely)
    expect(failure(() => assert.deepStrictEqual(a, b)) === undefined).toBe(strictly)
    expect(failure(() => assert.notDeepStrictEqual(a, b)) === undefined).toBe(!strictly)
  })

  test('circles are followed', () => {
    const make = (): any => {
      const it: any = { list: [] }
      it.list.push(it)
      return it
    }
    assert.deepStrictEqual(make(), make())
  })

  test('partialDeepStrictEqual', () => {
    assert.partialDeepStrictEqual({ a: 1, b: { c: [1, 2, 3] } }, { b: { c: [1, 3] } })
    assert.partialDeepStrictEqual(new Set([1, { a: 1, b: 2 }]), new Set([{ b: 2 }]))
    expect(failure(() => assert.partialDeepStrictEqual({ a: 1 }, { a: 2 })).code).toBe('ERR_ASSERTION')
  })

  test('throws takes a class, a pattern, a shape, a function', () => {
    const boom = (): never => { throw Object.assign(new TypeError('boom'), { code: 'E' }) }
    assert.throws(boom, TypeError)
    assert.throws(boom, /^TypeError: boom$/)
    assert.throws(boom, { name: 'TypeError', message: /oo/, code: 'E' })
    assert.throws(boom, error => (error as any).code === 'E')
    expect(failure(() => assert.throws(boom, RangeError)).message).toBe(
      'The error is expected to be an instance of "RangeError". Received "TypeError"\n\nError message:\n\nboom')
    expect(failure(() => assert.throws(() => {})).message).toBe('Missing expected exception.')
    expect(failure(() => assert.throws(boom, { message: 'x' })).message).toContain("+   message: 'boom'")
    expect(failure(() => assert.doesNotThrow(boom, 'why')).message).toBe('Got unwanted exception: why\nActual message: "boom"')
  })

  test('rejects and doesNotReject', async () => {
    await assert.rejects(Promise.reject(new Error('no')), /no/)
    await assert.rejects(async () => { throw new TypeError('t') }, TypeError)
    await expect(assert.rejects(Promise.resolve(1))).rejects.toThrow('Missing expected rejection.')
    await assert.doesNotReject(async () => 1)
    await expect(assert.rejects(5 as any)).rejects.toThrow('The "promiseFn" argument')
  })

  test('match, ifError, fail', () => {
    assert.match('abc', /b/)
    expect(failure(() => assert.match('abc', /x/)).message).toBe("The input did not match the regular expression /x/. Input:\n\n'abc'\n")
    assert.ifError(null)
    expect(failure(() => assert.ifError(new Error('e'))).message).toBe('ifError got unwanted exception: e')
    expect(failure(() => assert.fail()).message).toBe('Failed')
  })

  test('strict is strict', () => {
    expect(strict).toBe(assert.strict as any)
    expect(failure(() => strict.equal(1, '1' as any)).operator).toBe('strictEqual')
    expect(strict.deepEqual).toBe(assert.deepStrictEqual as any)
  })
})
