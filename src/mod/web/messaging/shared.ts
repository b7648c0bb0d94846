// web:messaging/shared: memory that several realms see. The engine cannot show one SharedArrayBuffer to two of them: another realm's memory
// is an ArrayBuffer over the same bytes that behaves as a SharedArrayBuffer, on which Atomics work but for wait and notify, which are here.

import * as native from 'native:messaging'
import { codes } from 'internal:errors'
import { bufferLength, bufferSlice, foreignShared, viewTag } from 'web:clone'

const apply = Reflect.apply
const Native = SharedArrayBuffer

class Foreign {
  constructor(length: number, options?: { maxByteLength?: number }) {
    if (options?.maxByteLength !== undefined) {
      throw new codes.ERR_NOT_IMPLEMENTED('a SharedArrayBuffer that grows, in a worker')
    }
    const n = Number(length)
    if (!(n >= 0 || n !== n) || n > 2 ** 47) throw new RangeError('Array buffer allocation failed')
    return foreign(native.share(Math.trunc(n) || 0)) as any
  }
  get byteLength(): number { return length(this) }
  get growable(): boolean { return length(this) < 0 }
  get maxByteLength(): number { return length(this) }
  grow(): never { throw new TypeError('SharedArrayBuffer is not growable') }
  slice(start?: number, end?: number): object {
    const part = apply(bufferSlice, self(this), [start, end])
    const made = native.share(part.byteLength)
    new Uint8Array(made).set(new Uint8Array(part))
    return foreign(made)
  }
}
Object.setPrototypeOf(Foreign.prototype, Native.prototype)
Object.defineProperty(Foreign, 'name', { value: 'SharedArrayBuffer', configurable: true })
Object.defineProperty(Foreign, 'length', { value: 1, configurable: true })
Object.defineProperty(Foreign, Symbol.species, { get() { return this }, configurable: true })
Object.defineProperty(Foreign.prototype, Symbol.toStringTag, { value: 'SharedArrayBuffer', configurable: true })

function self(value: object): object {
  if (!foreignShared.has(value)) throw new TypeError('Receiver should be a shared array buffer')
  return value
}
function length(value: object): number {
  return apply(bufferLength, self(value), [])
}

/** A buffer over memory of several realms, from now on a SharedArrayBuffer to everyone who asks. */
export function foreign(buffer: ArrayBuffer): ArrayBuffer {
  Object.setPrototypeOf(buffer, Foreign.prototype)
  foreignShared.add(buffer)
  useAtomics()
  return buffer
}

/** Of a worker: what it makes itself must outlive it where it was sent. */
export function useForeign(): void {
  Object.setPrototypeOf(Foreign.prototype, Object.prototype)
  Object.defineProperty(globalThis, 'SharedArrayBuffer', { value: Foreign, writable: true, configurable: true })
  useAtomics()                      // now: `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)))` asks for wait first
}

const ENDS = ['ok', 'not-equal', 'timed-out', 'timed-out']
function placeOf(view: any, index: any): number {
  const at = Math.trunc(Number(index)) || 0
  if (at < 0 || at >= view.length) throw new RangeError('Out of bounds access')
  return at
}
function checkWait(view: any, index: any, value: any, timeout: any): [at: number, size: number, expected: number | bigint, ms: number] {
  const tag = ArrayBuffer.isView(view) ? apply(viewTag, view, []) : undefined
  if (tag !== 'Int32Array' && tag !== 'BigInt64Array') throw new TypeError('Typed array argument must be an Int32Array or BigInt64Array.')
  if (Object.prototype.toString.call(view.buffer) !== '[object SharedArrayBuffer]') throw new TypeError('Typed array for wait must wrap a SharedArrayBuffer.')
  const at = placeOf(view, index), size = tag === 'Int32Array' ? 4 : 8
  const expected = size === 4 ? Number(value) | 0 : BigInt.asIntN(64, value)
  return [at, size, expected, timeout === undefined || Number.isNaN(Number(timeout)) ? Infinity : Math.max(Number(timeout), 0)]
}

/** Waits without stopping the thread; like Node's it keeps nothing alive. */
export function waitAsync(view: any, index: number, value: any, timeout?: number): { async: boolean; value: any } {
  const [at, size, expected, ms] = checkWait(view, index, value, timeout)
  useAtomics()
  if (ms === 0) return { async: false, value: ENDS[native.wait(view, at * size, size, expected, 0)] }
  let settle: (how: string) => void, timer: any
  const waiter = native.waitAsync(view, at * size, size, expected, () => {
    clearTimeout(timer)
    settle('ok')
  })
  if (waiter === undefined) return { async: false, value: 'not-equal' }
  const ended = new Promise<string>((resolve) => { settle = resolve })
  if (ms < Infinity) {
    timer = setTimeout(() => { if (native.cancel(waiter)) settle('timed-out') }, ms)
    timer.unref()
  }
  return { async: true, value: ended }
}

const changed = new WeakSet<object>()
/** From when a second realm may have the memory: both must wait at the same table. Also where a wait must be ended from outside. */
export function useAtomics(scope: any = globalThis): void {
  const { Atomics } = scope
  if (changed.has(Atomics)) return
  changed.add(Atomics)
  const { notify } = Atomics
  const made = {
    wait(view: any, index: number, value: any, timeout?: number): string {
      const [at, size, expected, ms] = checkWait(view, index, value, timeout)
      return ENDS[native.wait(view, at * size, size, expected, ms)]
    },
    notify(view: any, index: number, count?: number): number {
      const tag = ArrayBuffer.isView(view) ? apply(viewTag, view, []) : undefined
      if (tag !== 'Int32Array' && tag !== 'BigInt64Array') return apply(notify, Atomics, [view, index, count])
      const at = placeOf(view, index)
      const most = count === undefined ? Infinity : Math.max(Math.trunc(Number(count)) || 0, 0)
      if (Object.prototype.toString.call(view.buffer) !== '[object SharedArrayBuffer]') return 0
      return native.notify(view, at * (tag === 'Int32Array' ? 4 : 8), most)
    },
  }
  for (const name of ['wait', 'notify'] as const) {
    Object.defineProperty(Atomics, name, { value: made[name], writable: true, enumerable: false, configurable: true })
  }
}
