// node:timers/promises.

import { clearImmediate, clearInterval, clearTimeout, Immediate, Timeout } from 'web:timers'
import { AbortError, ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS } from 'internal:errors'
import { validateAbortSignal, validateBoolean, validateNumber, validateObject } from 'internal:validate'

const kScheduler = Symbol('kScheduler')

function aborted(signal: any): Error {
  return new AbortError(undefined, { cause: signal.reason })
}
function check(options: any): any {
  validateObject(options, 'options')
  const { signal, ref = true } = options
  validateAbortSignal(signal, 'options.signal')
  validateBoolean(ref, 'options.ref')
  if (signal?.aborted) throw aborted(signal)
  return { signal, ref }
}

/** A promise that `start(resolve)` settles; the signal ends it early by `stop`. */
function until(signal: any, value: any, start: (done: () => void) => any, stop: (handle: any) => void): Promise<any> {
  return new Promise((resolve, reject) => {
    let cancel: any
    const handle = start(() => {
      if (cancel !== undefined) signal.removeEventListener('abort', cancel)
      resolve(value)
    })
    if (signal) {
      cancel = () => {
        stop(handle)
        reject(aborted(signal))
      }
      signal.addEventListener('abort', cancel, { once: true })
    }
  })
}

function setTimeout(after?: any, value?: any, options: any = {}): Promise<any> {
  try {
    if (after !== undefined) validateNumber(after, 'delay')
    const { signal, ref } = check(options)
    return until(signal, value, done => new Timeout(done, after, undefined, false, ref), clearTimeout)
  } catch (error) {
    return Promise.reject(error)
  }
}
function setImmediate(value?: any, options: any = {}): Promise<any> {
  try {
    const { signal, ref } = check(options)
    return until(signal, value, done => {
      const immediate = new Immediate(done, undefined)
      if (!ref) immediate.unref()
      return immediate
    }, clearImmediate)
  } catch (error) {
    return Promise.reject(error)
  }
}
async function* setInterval(after?: any, value?: any, options: any = {}): AsyncGenerator<any> {
  if (after !== undefined) validateNumber(after, 'delay')
  const { signal, ref } = check(options)
  let cancel: any, wake: any, waiting = 0
  const interval = new Timeout(() => {
    waiting++
    wake?.()
    wake = undefined
  }, after, undefined, true, ref)
  if (signal) {
    cancel = () => {
      clearInterval(interval)
      wake?.(Promise.reject(aborted(signal)))
      wake = undefined
    }
    signal.addEventListener('abort', cancel, { once: true })
  }
  try {
    while (!signal?.aborted) {
      if (waiting === 0) await new Promise(resolve => { wake = resolve })
      for (; waiting > 0; waiting--) yield value
    }
    throw aborted(signal)
  } finally {
    clearInterval(interval)
    signal?.removeEventListener('abort', cancel)
  }
}

class Scheduler {
  constructor(key?: symbol) {
    if (key !== kScheduler) throw new ERR_ILLEGAL_CONSTRUCTOR()
  }
  yield(): Promise<void> {
    if (!(this instanceof Scheduler)) throw new ERR_INVALID_THIS('Scheduler')
    return setImmediate()
  }
  wait(delay: any, options?: any): Promise<void> {
    if (!(this instanceof Scheduler)) throw new ERR_INVALID_THIS('Scheduler')
    return setTimeout(delay, undefined, options)
  }
}
const scheduler = new Scheduler(kScheduler)

export default { setTimeout, setImmediate, setInterval, scheduler }
