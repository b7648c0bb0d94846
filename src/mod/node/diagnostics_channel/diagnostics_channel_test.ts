import { AsyncLocalStorage } from 'node:async_hooks'
import dc from 'node:diagnostics_channel'
import { describe, expect, test } from 'bun:test'

describe('channel', () => {
  test('publishes to its subscribers', () => {
    const channel = dc.channel('one')
    expect(dc.channel('one')).toBe(channel)
    expect(channel.hasSubscribers).toBe(false)
    const seen: any[] = []
    const listen = (message: unknown, name: string | symbol): void => { seen.push([message, name]) }
    channel.subscribe(listen)
    channel.publish({ a: 1 })
    expect(dc.hasSubscribers('one')).toBe(true)
    expect([channel.unsubscribe(listen), channel.unsubscribe(listen), channel.hasSubscribers]).toEqual([true, false, false])
    channel.publish(2)
    expect(seen).toEqual([[{ a: 1 }, 'one']])
  })

  test('runStores enters a store', () => {
    const channel = dc.channel('stores')
    const storage = new AsyncLocalStorage<number>()
    channel.bindStore(storage, (data: any) => data.n)
    expect(channel.runStores({ n: 3 }, () => storage.getStore())).toBe(3)
    expect(storage.getStore()).toBe(undefined)
    expect(channel.unbindStore(storage)).toBe(true)
  })
})

describe('tracingChannel', () => {
  test('tells the phases of a call', async () => {
    const tracing = dc.tracingChannel('op')
    const seen: string[] = []
    const handlers: any = {}
    for (const phase of ['start', 'end', 'asyncStart', 'asyncEnd', 'error']) handlers[phase] = () => seen.push(phase)
    tracing.subscribe(handlers)
    expect(tracing.traceSync((n: number) => n + 1, {}, null, 1)).toBe(2)
    expect(() => tracing.traceSync(() => { throw new Error('s') })).toThrow('s')
    await tracing.tracePromise(async () => 1, {})
    tracing.traceCallback((done: any) => done(null, 1), 0, {}, null, () => seen.push('callback'))
    expect(seen).toEqual(['start', 'end', 'start', 'error', 'end', 'start', 'end', 'asyncStart', 'asyncEnd',
      'start', 'asyncStart', 'callback', 'asyncEnd', 'end'])
    tracing.unsubscribe(handlers)
    expect(tracing.hasSubscribers).toBe(false)
  })
})
