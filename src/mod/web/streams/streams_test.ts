import { describe, expect, test } from 'bun:test'

const all = async (stream: any): Promise<any[]> => {
  const out: any[] = []
  for await (const chunk of stream) out.push(chunk)
  return out
}
const bytes = async (stream: any): Promise<Uint8Array> => new Uint8Array(await new Response(stream).arrayBuffer())

describe('ReadableStream', () => {
  test('is read by readers, iterators, tees and pipes', async () => {
    const make = () => {
      let n = 0
      return new ReadableStream({
        pull(controller) {
          if (n++ < 3) controller.enqueue(n)
          else controller.close()
        },
      })
    }
    const reader = make().getReader()
    expect(await reader.read()).toEqual({ value: 1, done: false })
    reader.releaseLock()
    expect(await all(make())).toEqual([1, 2, 3])
    const [a, b] = make().tee()
    expect([await all(a), await all(b)]).toEqual([[1, 2, 3], [1, 2, 3]])
    const twice = new TransformStream({ transform: (chunk: number, controller) => controller.enqueue(chunk * 2) })
    expect(await all(make().pipeThrough(twice))).toEqual([2, 4, 6])
    const seen: number[] = []
    await make().pipeTo(new WritableStream({ write(chunk) { seen.push(chunk) } }))
    expect(seen).toEqual([1, 2, 3])
    expect(await all((ReadableStream as any).from(['x', 'y']))).toEqual(['x', 'y'])
  })
  test('passes errors and cancellation on', async () => {
    const broken = new ReadableStream({ start(controller) { controller.error(new Error('boo')) } })
    expect(await broken.getReader().read().then(() => '', (e) => e.message)).toBe('boo')
    let reason: unknown
    await new ReadableStream({ cancel(r) { reason = r } }).cancel('enough')
    expect(reason).toBe('enough')
    const stream = new ReadableStream()
    stream.getReader()
    expect(stream.locked).toBe(true)
    expect(() => stream.getReader()).toThrow()
  })
  test('of bytes fills the buffer of its reader', async () => {
    const stream = new ReadableStream({
      type: 'bytes',
      pull(controller: any) {
        if (controller.byobRequest) {
          controller.byobRequest.view[0] = 7
          controller.byobRequest.respond(1)
        } else controller.enqueue(new Uint8Array([7]))
      },
    } as any)
    const reader = (stream as any).getReader({ mode: 'byob' })
    const { value, done } = await reader.read(new Uint8Array(4))
    expect([done, value.length, value[0]]).toEqual([false, 1, 7])
  })
})

describe('text and compression', () => {
  test('text goes through streams in pieces', async () => {
    const source = () => (ReadableStream as any).from(['a', '\ud83d', '\ude00é'])
    expect(new TextDecoder().decode(await bytes(source().pipeThrough(new TextEncoderStream())))).toBe('a😀é')
    const cut = (ReadableStream as any).from([new Uint8Array([0xe2]), new Uint8Array([0x82, 0xac])])
    expect((await all(cut.pipeThrough(new TextDecoderStream()))).join('')).toBe('€')
  })
  test('what was compressed comes back', async () => {
    const text = 'the same again and again '.repeat(1000)
    for (const format of ['gzip', 'deflate', 'deflate-raw'] as const) {
      const small = await bytes(new Response(text).body!.pipeThrough(new CompressionStream(format) as any))
      expect(small.length < 1000).toBe(true)
      const back = new Response(small).body!.pipeThrough(new DecompressionStream(format) as any)
      expect(await new Response(back as any).text() === text).toBe(true)
    }
    const wrong = new Response('not compressed').body!.pipeThrough(new DecompressionStream('gzip') as any)
    expect(await new Response(wrong as any).text().then(() => 'read', () => 'refused')).toBe('refused')
    expect(() => new CompressionStream('xyz' as any)).toThrow()
  })
})
