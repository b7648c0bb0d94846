// However `stack` is read, it is V8's text: "Error: x", then "    at ...".
import { expect, test } from 'bun:test'

const V8 = /^(\w*Error): x\n    at .*stack_reads_test\.ts:\d+:\d+/
const err = () => new Error('x')

test('by a pattern of a catch, a parameter, a loop', async () => {
  const seen: string[] = []
  try { throw err() } catch ({ stack }: any) { seen.push(stack) }
  try { throw err() } catch ({ message, stack: other = 1 }: any) { seen.push(other) }
  for (const { stack } of [err()]) seen.push(stack!)
  let target: any
  for ({ stack: target } of [err()]) seen.push(target);
  [{ stack: target }] = [err()]
  seen.push(target);
  [{ stack: target } = {} as any] = [err()]
  seen.push(target)
  seen.push((({ stack }: any) => stack)(err()), ((a: any, { stack }: any = {}) => stack)(1, err()), (function ({ stack }: any = {}) { return stack })(err()))
  seen.push(await (async (a: any, { stack }: any = {}) => stack)(1, err()), ((...[{ stack }]: any[]) => stack)(err()))
  seen.push((({ err: { stack } = {} as any }: any) => stack)({ err: err() }))
  const { inner: { stack } } = { inner: err() }
  seen.push(stack!)
  seen.push((({ stack: own }: any = err()) => own)())
  expect(seen.filter(text => !V8.test(text))).toEqual([])
  expect(seen.length).toBe(14)
})

test('by its name as a text', () => {
  const e: any = err(), o: any = { stack: 5, m: { stack() { return this === o.m } }, c: { stack: class { q = 1 } } }
  expect(e['stack']).toMatch(V8)
  expect((e)["stack"].length).toBe(e.stack.length)
  expect([o['stack']++, ++o['stack'], o['stack'] += 2, o['stack'], o.m['stack'](), o?.['stack'], new (o.c)['stack']().q, delete o['stack'], o['stack']])
    .toEqual([5, 7, 9, 9, true, 9, 1, true, undefined])
})

test('in text that becomes code', () => {
  expect(new Function('e', "return e['stack']")(err())).toMatch(V8)
  expect(eval('(({ stack }) => stack)(err())')).toMatch(V8)
})

test('what is no error stays as it is', () => {
  const { stack, ...rest } = { stack: 1, a: 2 }
  expect([stack, rest, (({ stack, ...rest }: any) => [stack, rest])({ stack: 1, a: 2 })]).toEqual([1, { a: 2 }, [1, { a: 2 }]])
  expect(() => (({ stack }: any) => stack)(null)).toThrow(TypeError)
  expect([(({ stack }: any) => stack).length, String(({ stack }) => stack), (({ stack }: any) => stack)({})]).toEqual([1, '({ stack }) => stack', undefined])
})
