import { describe, expect, test } from 'bun:test'

function once(port: MessagePort): Promise<any> {
  return new Promise((resolve) => { port.onmessage = (event) => resolve(event.data) })
}

describe('MessageChannel', () => {
  test('carries what structuredClone copies, with what is shared and cyclic', async () => {
    const { port1, port2 } = new MessageChannel()
    const o: any = { list: [1, , 3], r: /x/gi, un: undefined, box: Object(5), big: -(10n ** 40n), error: new RangeError('far', { cause: [1] }) }
    o.self = o
    o.view = new Float64Array([1, 2, 3]).subarray(1)
    o.again = o.view
    o.data = new DataView(o.view.buffer, 8, 8)
    port1.postMessage(o)
    const c = await once(port2)
    expect(c.self === c).toBe(true)
    expect(c.again === c.view).toBe(true)
    expect(c.data.buffer === c.view.buffer).toBe(true)
    expect([c.view.length, c.view[0], c.data.getFloat64(0, true)]).toEqual([2, 2, 2])
    expect([1 in c.list, c.list.length, String(c.r), 'un' in c, typeof c.box, c.big]).toEqual([false, 3, '/x/gi', true, 'object', -(10n ** 40n)])
    expect(c.error instanceof RangeError).toBe(true)
    expect([c.error.message, c.error.cause]).toEqual(['far', [1]])
    port1.close()
  })
  test('keeps order, also of what was sent before anybody listened', async () => {
    const { port1, port2 } = new MessageChannel()
    for (let i = 0; i < 2500; i++) port1.postMessage(i)
    const got: number[] = []
    await new Promise<void>((resolve) => {
      port2.onmessage = (event) => {
        got.push(event.data)
        if (event.data === 'end') resolve()
      }
      port1.postMessage('end')
    })
    expect(got.length).toBe(2501)
    expect(got.every((n, i) => n === i || i === 2500)).toBe(true)
    port2.close()
  })
  test('ports travel with what waits in them', async () => {
    const a = new MessageChannel(), b = new MessageChannel()
    b.port1.postMessage('waited')
    a.port1.postMessage({ port: b.port2 }, [b.port2])
    const { port } = await once(a.port2)
    expect(port instanceof MessagePort).toBe(true)
    expect(await once(port)).toBe('waited')
    a.port1.close()
    port.close()
  })
  test('a listed buffer moves even when the value does not hold it', async () => {
    const { port1, port2 } = new MessageChannel(), buffer = new ArrayBuffer(4), other = new Uint8Array([7, 8])
    port1.postMessage(other, [buffer, other.buffer])
    expect([buffer.byteLength, other.length]).toEqual([0, 0])
    expect([...await once(port2)]).toEqual([7, 8])
    port1.close()
  })
  test('refusing takes nothing away', () => {
    const { port1, port2 } = new MessageChannel(), buffer = new ArrayBuffer(4)
    expect(() => port1.postMessage({ buffer, f() {} }, [buffer])).toThrow('could not be cloned')
    expect(buffer.byteLength).toBe(4)
    port1.close()
    port2.close()
  })
})
