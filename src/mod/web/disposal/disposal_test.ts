import { describe, test, expect } from 'bun:test'

const log: string[] = []
const thing = (name: string, fails = false) => ({ [Symbol.dispose]() { log.push(name); if (fails) throw new Error(name) } })
const later = (name: string) => ({ async [Symbol.asyncDispose]() { await null; log.push(name) } })

describe('stacks', () => {
  test('a stack disposes of what it was given, last first', () => {
    log.length = 0
    const s = new DisposableStack()
    s.use(thing('a'))
    s.adopt('b', (x) => { log.push(x) })
    s.defer(() => { log.push('c') })
    s.dispose()
    s.dispose()
    expect(log.join()).toBe('c,b,a')
    expect(s.disposed).toBe(true)
  })
  test('errors are gathered', () => {
    log.length = 0
    const s = new DisposableStack()
    s.use(thing('a', true))
    s.use(thing('b', true))
    let error: any
    try { s.dispose() } catch (e) { error = e }
    expect(error.name).toBe('SuppressedError')
    expect(error.error.message).toBe('a')
    expect(error.suppressed.message).toBe('b')
  })
  test('a moved stack is empty', () => {
    const s = new DisposableStack(), t = s.move()
    expect(s.disposed).toBe(true)
    expect(t.disposed).toBe(false)
    expect(() => s.defer(() => {})).toThrow()
  })
  test('async stacks wait', async () => {
    log.length = 0
    const s = new AsyncDisposableStack()
    s.use(later('a'))
    s.use(thing('b'))
    s.use(null)
    await s.disposeAsync()
    expect(log.join()).toBe('b,a')
  })
})

describe('using', () => {
  test('a block disposes at its end', () => {
    log.length = 0
    {
      using a = thing('a'), b = thing('b')
      log.push('body')
    }
    for (using x of [thing('x'), thing('y')]) log.push('loop')
    expect(log.join()).toBe('body,b,a,loop,x,loop,y')
  })
  test('return and throw dispose too', () => {
    log.length = 0
    const f = () => { using a = thing('f'); return log.push('return') }
    expect(f()).toBe(1)
    expect(() => { using a = thing('g'); throw new Error('out') }).toThrow('out')
    expect(log.join()).toBe('return,f,g')
  })
  test('await using waits', async () => {
    log.length = 0
    const f = async () => { await using a = later('a'); using b = thing('b'); log.push('body') }
    await f()
    expect(log.join()).toBe('body,b,a')
  })
  test('null is allowed, anything without a method is not', () => {
    { using n = null }
    expect(() => { using n = {} as any }).toThrow(TypeError)
  })
})
