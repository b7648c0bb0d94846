import { describe, expect, test } from 'bun:test'
import timers from 'node:timers'
import { setImmediate as immediately, setInterval as every, setTimeout as sleep } from 'node:timers/promises'

describe('timers', () => {
  test('equal durations run in the order they were set', async () => {
    const order: number[] = []
    await new Promise<void>(resolve => {
      for (let i = 0; i < 20; i++) setTimeout(() => order.push(i), 2)
      setTimeout(resolve, 5)
    })
    expect(order).toEqual(Array.from({ length: 20 }, (_, i) => i))
  })
  test('ticks and promise jobs run between two timers', async () => {
    const order: string[] = []
    await new Promise<void>(resolve => {
      setTimeout(() => {
        order.push('a')
        process.nextTick(() => order.push('tick'))
        Promise.resolve().then(() => order.push('job'))
      }, 1)
      setTimeout(() => order.push('b'), 1)
      setTimeout(resolve, 10)
    })
    expect(order).toEqual(['a', 'tick', 'job', 'b'])
  })
  test('arguments, clear, and what is not a function', async () => {
    const got: unknown[] = []
    const cleared = setTimeout(() => got.push('never'), 1)
    clearTimeout(cleared)
    await new Promise(resolve => setTimeout((...args: unknown[]) => { got.push(...args); resolve(undefined) }, 3, 1, 2))
    expect(got).toEqual([1, 2])
    expect(() => setTimeout('text' as any, 1)).toThrow('callback')
    clearTimeout(undefined as any)
    clearTimeout(cleared)
  })
  test('an interval ends when it is cleared from within', async () => {
    let n = 0
    await new Promise<void>(resolve => {
      const it = setInterval(() => {
        if (++n === 3) {
          clearInterval(it)
          resolve()
        }
      }, 1)
    })
    await sleep(5)
    expect(n).toBe(3)
  })
  test('ref, unref, hasRef, refresh, and its number', async () => {
    const it: any = setTimeout(() => {}, 1000)
    expect(it.hasRef()).toBe(true)
    expect(it.unref()).toBe(it)
    expect(it.hasRef()).toBe(false)
    expect(it.ref().hasRef()).toBe(true)
    expect(it.refresh()).toBe(it)
    expect(typeof +it).toBe('number')
    clearTimeout(+it)
    expect(it._destroyed).toBe(true)
    it.close()
  })
  test('immediates of one turn run before those they set', async () => {
    const order: string[] = []
    await new Promise<void>(resolve => {
      setImmediate(() => {
        order.push('1')
        setImmediate(() => {
          order.push('3')
          resolve()
        })
      })
      setImmediate(() => order.push('2'))
      clearImmediate(setImmediate(() => order.push('never')))
    })
    expect(order).toEqual(['1', '2', '3'])
  })
  test('it is the same function', () => {
    expect(timers.setTimeout).toBe(setTimeout)
  })
})

describe('timers as promises', () => {
  test('a value comes later', async () => {
    expect(await sleep(1, 'v')).toBe('v')
    expect(await immediately('w')).toBe('w')
  })
  test('an aborted signal rejects', async () => {
    const error: any = await sleep(1000, null, { signal: AbortSignal.abort() }).catch(e => e)
    expect([error.name, error.code]).toEqual(['AbortError', 'ABORT_ERR'])
    const controller = new AbortController()
    const later = sleep(1000, null, { signal: controller.signal }).catch(e => e.code)
    controller.abort()
    expect(await later).toBe('ABORT_ERR')
  })
  test('an interval is iterated', async () => {
    let n = 0
    for await (const value of every(1, 'x')) {
      expect(value).toBe('x')
      if (++n === 3) break
    }
    expect(n).toBe(3)
  })
})
