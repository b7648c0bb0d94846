import { AsyncLocalStorage, AsyncResource, createHook, executionAsyncId } from 'node:async_hooks'
import { describe, expect, test } from 'bun:test'

describe('AsyncLocalStorage', () => {
  test('a store is seen by what is called and awaited inside', async () => {
    const storage = new AsyncLocalStorage<number>()
    const seen: unknown[] = [storage.getStore()]
    await storage.run(1, async () => {
      seen.push(storage.getStore())
      await null
      seen.push(storage.getStore())
      await storage.run(2, () => new Promise<void>(resolve => setTimeout(() => {
        seen.push(storage.getStore())
        resolve()
      }, 1)))
      seen.push(storage.getStore(), storage.exit(() => storage.getStore()))
    })
    expect([...seen, storage.getStore()]).toEqual([undefined, 1, 1, 2, 1, undefined, undefined])
  })

  test('many runs inside each other do not grow without end', () => {
    const a = new AsyncLocalStorage<number>()
    const b = new AsyncLocalStorage<number>()
    const nest = (n: number): any => n === 0 ? [a.getStore(), b.getStore()] : a.run(n, () => b.run(-n, () => nest(n - 1)))
    expect(nest(200)).toEqual([1, -1])
  })

  test('bind and snapshot bring a context back', () => {
    const storage = new AsyncLocalStorage<string>()
    const bound = storage.run('x', () => AsyncLocalStorage.bind((y: number) => [storage.getStore(), y]))
    const snapshot = storage.run('z', () => AsyncLocalStorage.snapshot())
    expect([bound(1), snapshot(() => storage.getStore())]).toEqual([['x', 1], 'z'])
  })
})

describe('AsyncResource', () => {
  test('runs where it was made, and hooks see it', () => {
    const seen: any[] = []
    const hook = createHook({ init: (_, type) => { if (type === 'MINE') seen.push('init') }, before: () => seen.push('before'), after: () => seen.push('after') })
    const storage = new AsyncLocalStorage<number>()
    hook.enable()
    const resource = storage.run(5, () => new AsyncResource('MINE'))
    const got = resource.runInAsyncScope((n: number) => [storage.getStore(), n, executionAsyncId() === resource.asyncId()], null, 2)
    hook.disable()
    expect(got).toEqual([5, 2, true])
    expect(seen.slice(0, 3)).toEqual(['init', 'before', 'after'])
  })

  test('what is wrong is refused', () => {
    expect(() => new (AsyncResource as any)(5)).toThrow('The "type" argument must be of type string')
    expect(() => createHook({ init: 5 } as any)).toThrow('hook.init must be a function')
  })
})
