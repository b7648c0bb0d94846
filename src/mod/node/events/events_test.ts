import EventEmitter, { errorMonitor, getEventListeners, on, once } from 'node:events'
import { describe, expect, test } from 'bun:test'

describe('EventEmitter', () => {
  test('listeners run in order, with arguments and this', () => {
    const emitter = new EventEmitter()
    const seen: any[] = []
    emitter.on('a', function (this: any, ...args: any[]) { seen.push([this === emitter, args]) })
    emitter.prependListener('a', () => seen.push('first'))
    expect(emitter.emit('a', 1, 2, 3, 4)).toBe(true)
    expect(emitter.emit('b')).toBe(false)
    expect(seen).toEqual(['first', [true, [1, 2, 3, 4]]])
  })

  test('once runs once, even when it emits itself', () => {
    const emitter = new EventEmitter()
    let count = 0
    emitter.once('a', () => {
      count++
      emitter.emit('a')
    })
    emitter.emit('a')
    expect(count).toBe(1)
    expect(emitter.listenerCount('a')).toBe(0)
  })

  test('a list that is being emitted stays as it was', () => {
    const emitter = new EventEmitter()
    const seen: string[] = []
    const second = (): void => { seen.push('second') }
    emitter.on('a', () => {
      seen.push('first')
      emitter.off('a', second)
      emitter.on('a', () => { seen.push('late') })
    })
    emitter.on('a', second)
    emitter.emit('a')
    expect(seen).toEqual(['first', 'second'])
    emitter.emit('a')
    expect(seen).toEqual(['first', 'second', 'first', 'late'])
  })

  test('newListener and removeListener tell', () => {
    const emitter = new EventEmitter()
    const seen: any[] = []
    const fn = (): void => {}
    emitter.on('newListener', (name, listener) => seen.push(['new', name, listener === fn]))
    emitter.on('removeListener', (name, listener) => seen.push(['gone', name, listener === fn]))
    emitter.once('x', fn)
    emitter.off('x', fn)
    expect(seen).toEqual([['new', 'removeListener', false], ['new', 'x', true], ['gone', 'x', true]])
  })

  test('an error without a listener is thrown', () => {
    const emitter = new EventEmitter()
    const error = new Error('boom')
    expect(() => emitter.emit('error', error)).toThrow('boom')
    expect(() => emitter.emit('error', { a: 1 })).toThrow('Unhandled error. ({ a: 1 })')
    let monitored: any
    emitter.on(errorMonitor, (e: any) => { monitored = e })
    expect(() => emitter.emit('error', error)).toThrow('boom')
    expect(monitored).toBe(error)
  })

  test('captureRejections turns a rejection into an error event', async () => {
    const emitter = new EventEmitter({ captureRejections: true })
    emitter.on('a', async () => { throw new Error('late') })
    const caught = once(emitter, 'error')
    emitter.emit('a')
    expect((await caught)[0].message).toBe('late')
  })

  test('too many listeners warn once', async () => {
    const emitter = new EventEmitter()
    const warned = new Promise<any>(resolve => process.once('warning', resolve))
    for (let i = 0; i < 12; i++) emitter.on('a', () => {})
    const warning = await warned
    expect(warning.name).toBe('MaxListenersExceededWarning')
    expect(warning.message).toBe('Possible EventEmitter memory leak detected. 11 a listeners added to [EventEmitter]. ' +
      'MaxListeners is 10. Use emitter.setMaxListeners() to increase limit')
    expect(warning.count).toBe(11)
  })

  test('rawListeners keep the wrapper, listeners do not', () => {
    const emitter = new EventEmitter()
    const fn = (): void => {}
    emitter.once('a', fn)
    expect(emitter.listeners('a')).toEqual([fn])
    expect((emitter.rawListeners('a')[0] as any).listener).toBe(fn)
    expect(getEventListeners(emitter, 'a')).toEqual([fn])
    expect(emitter.eventNames()).toEqual(['a'])
  })

  test('what is no function is refused', () => {
    expect(() => new EventEmitter().on('a', 5 as any)).toThrow('The "listener" argument must be of type function. Received type number (5)')
  })

  test('a constructor function may inherit the old way', () => {
    function Old(this: any): void { (EventEmitter as any).call(this) }
    Object.setPrototypeOf(Old.prototype, EventEmitter.prototype)
    const old = new (Old as any)()
    let hit = 0
    old.on('a', () => hit++)
    old.emit('a')
    expect(hit).toBe(1)
  })
})

describe('once and on', () => {
  test('once gives the arguments', async () => {
    const emitter = new EventEmitter()
    const promise = once(emitter, 'a')
    emitter.emit('a', 1, 2)
    expect(await promise).toEqual([1, 2])
  })

  test('once fails with the error event, or when aborted', async () => {
    const emitter = new EventEmitter()
    const failing = once(emitter, 'a')
    emitter.emit('error', new Error('no'))
    await expect(failing).rejects.toThrow('no')
    const controller = new AbortController()
    const aborted = once(emitter, 'a', { signal: controller.signal })
    controller.abort('why')
    const error: any = await aborted.catch(e => e)
    expect([error.name, error.code, error.cause]).toEqual(['AbortError', 'ABORT_ERR', 'why'])
    expect(emitter.listenerCount('a')).toBe(0)
  })

  test('on gives every event until it is closed', async () => {
    const emitter = new EventEmitter()
    const got: any[] = []
    queueMicrotask(() => {
      emitter.emit('a', 1)
      emitter.emit('a', 2, 3)
      emitter.emit('end')
    })
    for await (const args of on(emitter, 'a', { close: ['end'] } as any)) got.push(args)
    expect(got).toEqual([[1], [2, 3]])
    expect(emitter.listenerCount('a')).toBe(0)
  })
})
