import { describe, expect, test } from 'bun:test'

describe('structuredClone', () => {
  test('keeps what is shared and what is cyclic', () => {
    const o: any = { list: [1, , 3], u: new Uint8Array([1, 2, 3]).subarray(1) }
    o.self = o
    o.again = o.u
    const c = structuredClone(o)
    expect(c === o).toBe(false)
    expect(c.self === c).toBe(true)
    expect(c.again === c.u).toBe(true)
    expect(c.u.buffer.byteLength).toBe(3)
    expect(c.u[0]).toBe(2)
    expect(c.list.length).toBe(3)
    expect(1 in c.list).toBe(false)
  })
  test('copies the types of the language', () => {
    const c = structuredClone({
      d: new Date(5), m: new Map([[1, { x: 2 }]]), s: new Set(['a']), r: /x/gi, n: 10n, b: Object(true), t: Object('text'),
      v: new DataView(new ArrayBuffer(8), 2, 4), un: undefined,
    } as any)
    expect(c.d.getTime()).toBe(5)
    expect(c.m.get(1).x).toBe(2)
    expect(c.s.has('a')).toBe(true)
    expect(String(c.r)).toBe('/x/gi')
    expect(c.n).toBe(10n)
    expect(typeof c.b).toBe('object')
    expect(String(c.t)).toBe('text')
    expect(c.v.byteOffset).toBe(2)
    expect('un' in c).toBe(true)
  })
  test('errors keep their type, text, stack and cause', () => {
    const e: any = new RangeError('far', { cause: [1] })
    const c: any = structuredClone(e)
    expect(c instanceof RangeError).toBe(true)
    expect(c.message).toBe('far')
    expect(c.stack).toBe(e.stack)
    expect(c.cause[0]).toBe(1)
  })
  test('moves buffers that are transferred', () => {
    const buffer = new ArrayBuffer(4)
    const c = structuredClone({ buffer, view: new Uint8Array(buffer) }, { transfer: [buffer] })
    expect(buffer.byteLength).toBe(0)
    expect(c.buffer.byteLength).toBe(4)
    expect(c.view.buffer === c.buffer).toBe(true)
  })
  test('refuses what has no copy', () => {
    for (const bad of [() => {}, Symbol('x'), new WeakMap(), Promise.resolve(), { f() {} }]) {
      let name = ''
      try {
        structuredClone(bad)
      } catch (e: any) {
        name = e.name + e.code
      }
      expect(name).toBe('DataCloneError25')
    }
  })
  test('instances become plain objects, with own properties only', () => {
    class K { z = 1; get g() { return 1 } }
    const c: any = structuredClone(new K())
    expect(c.constructor).toBe(Object)
    expect(c.z).toBe(1)
    expect('g' in c).toBe(false)
  })
})
