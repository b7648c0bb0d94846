import { describe, expect, test } from 'bun:test'

describe('EventTarget', () => {
  test('listeners run once for each capture, in order', () => {
    const target = new EventTarget()
    const seen: string[] = []
    const fn = (): void => { seen.push('fn') }
    target.addEventListener('a', fn)
    target.addEventListener('a', fn)
    target.addEventListener('a', fn, true)
    target.addEventListener('a', { handleEvent(event) { seen.push(`object ${event.type}`) } })
    target.addEventListener('a', () => { seen.push('once') }, { once: true })
    target.dispatchEvent(new Event('a'))
    target.dispatchEvent(new Event('a'))
    expect(seen).toEqual(['fn', 'fn', 'object a', 'once', 'fn', 'fn', 'object a'])
  })

  test('an event can be prevented and stopped', () => {
    const target = new EventTarget()
    target.addEventListener('a', event => event.preventDefault(), { passive: true })
    expect(target.dispatchEvent(new Event('a', { cancelable: true }))).toBe(true)
    target.addEventListener('a', event => event.preventDefault())
    expect(target.dispatchEvent(new Event('a', { cancelable: true }))).toBe(false)
    expect(target.dispatchEvent(new Event('a'))).toBe(true)
    let late = false
    target.addEventListener('b', event => event.stopImmediatePropagation())
    target.addEventListener('b', () => { late = true })
    target.dispatchEvent(new Event('b'))
    expect(late).toBe(false)
  })

  test('a removed listener does not run, a signal removes', () => {
    const target = new EventTarget()
    const seen: string[] = []
    const second = (): void => { seen.push('second') }
    const controller = new AbortController()
    target.addEventListener('a', () => {
      seen.push('first')
      target.removeEventListener('a', second)
    })
    target.addEventListener('a', second)
    target.addEventListener('a', () => { seen.push('third') }, { signal: controller.signal })
    target.dispatchEvent(new Event('a'))
    controller.abort()
    target.dispatchEvent(new Event('a'))
    expect(seen).toEqual(['first', 'third', 'first'])
  })

  test('CustomEvent carries a detail', () => {
    const event = new CustomEvent('c', { detail: { x: 1 } })
    expect(event.detail).toEqual({ x: 1 })
    expect(Object.prototype.toString.call(event)).toBe('[object CustomEvent]')
    expect([event.target, event.bubbles, event.isTrusted, event.eventPhase]).toEqual([null, false, false, 0])
  })

  test('what is wrong is refused', () => {
    expect(() => new (Event as any)()).toThrow('The "type" argument must be specified')
    expect(() => new EventTarget().dispatchEvent({} as any)).toThrow('The "event" argument must be an instance of Event')
    expect(() => new EventTarget().addEventListener('x', 5 as any)).toThrow('EventListener')
    const target = new EventTarget()
    const event = new Event('x')
    let thrown: any
    target.addEventListener('x', () => {
      try {
        target.dispatchEvent(event)
      } catch (error) {
        thrown = error
      }
    })
    target.dispatchEvent(event)
    expect(thrown.code).toBe('ERR_EVENT_RECURSION')
  })
})

describe('AbortSignal', () => {
  test('aborts once, with its reason', () => {
    const controller = new AbortController()
    const seen: any[] = []
    controller.signal.onabort = event => seen.push(['on', event.isTrusted])
    controller.signal.addEventListener('abort', () => seen.push('listener'))
    controller.abort('why')
    controller.abort('again')
    expect(seen).toEqual([['on', true], 'listener'])
    expect(controller.signal.reason).toBe('why')
    expect(() => controller.signal.throwIfAborted()).toThrow()
    const reason = AbortSignal.abort().reason
    expect([reason.name, reason.message, reason.code]).toEqual(['AbortError', 'This operation was aborted', 20])
  })

  test('any follows the first', () => {
    const a = new AbortController()
    const b = new AbortController()
    const any = AbortSignal.any([AbortSignal.any([a.signal]), b.signal])
    let reason: any
    any.onabort = () => { reason = any.reason }
    b.abort(7)
    a.abort(8)
    expect([reason, any.aborted]).toEqual([7, true])
    expect(AbortSignal.any([]).aborted).toBe(false)
    expect(() => AbortSignal.any([1 as any])).toThrow('signals[0] is not of type AbortSignal.')
  })

  test('timeout', async () => {
    const signal = AbortSignal.timeout(2)
    const kept = setTimeout(() => {}, 1000)
    const reason: any = await new Promise(resolve => { signal.onabort = () => resolve(signal.reason) })
    clearTimeout(kept)
    expect([reason.name, reason.code]).toEqual(['TimeoutError', 23])
  })

  test('cannot be made by hand', () => {
    expect(() => new (AbortSignal as any)()).toThrow('Illegal constructor')
  })
})

describe('DOMException', () => {
  test('is an Error with a code by its name', () => {
    const error = new DOMException('m', 'NotFoundError')
    expect(error).toBeInstanceOf(Error)
    expect([error.name, error.message, error.code, String(error)]).toEqual(['NotFoundError', 'm', 8, 'NotFoundError: m'])
    expect([DOMException.ABORT_ERR, error.DATA_CLONE_ERR]).toEqual([20, 25])
    expect(new DOMException('m', { name: 'N', cause: 5 } as any).cause).toBe(5)
    expect(Object.prototype.toString.call(error)).toBe('[object DOMException]')
    expect(error.stack!.split('\n')[0]).toBe('NotFoundError: m')
  })
})
