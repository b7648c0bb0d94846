import { describe, expect, test } from 'bun:test'
import stream, { duplexPair, finished, PassThrough, pipeline, Readable, Transform, Writable } from 'node:stream'
import { finished as over, pipeline as piped } from 'node:stream/promises'
import { buffer, json, text } from 'node:stream/consumers'

describe('stream', () => {
  test('a pipeline transforms and ends', async () => {
    const seen: string[] = []
    await new Promise<void>((resolve, reject) => pipeline(
      Readable.from(['a', 'b']),
      new Transform({ transform(chunk, _, done) { done(null, String(chunk).toUpperCase()) } }),
      new Writable({ write(chunk, _, done) { seen.push(String(chunk)); done() } }),
      error => error ? reject(error) : resolve(),
    ))
    expect(seen).toEqual(['A', 'B'])
  })
  test('an error ends all of it', async () => {
    const source = new PassThrough(), sink = new PassThrough()
    const end = piped(source, sink).catch(error => error.message)
    source.destroy(new Error('on purpose'))
    expect(await end).toBe('on purpose')
    expect(sink.destroyed).toBe(true)
  })
  test('for await reads objects', async () => {
    const got: number[] = []
    for await (const n of Readable.from([1, 2, 3]).map((x: number) => x * 2)) got.push(n as number)
    expect(got).toEqual([2, 4, 6])
  })
  test('consumers', async () => {
    expect(await text(Readable.from(['x', 'y']))).toBe('xy')
    expect(await json(Readable.from(['{"a":', '1}']))).toEqual({ a: 1 })
    expect((await buffer(Readable.from([Buffer.from('q')]))).toString()).toBe('q')
  })
  test('what is buffered, and how much', () => {
    expect(new Readable().readableHighWaterMark).toBe(65536)
    const full = new Writable({ highWaterMark: 3, write() {} })
    expect(full.write('ab')).toBe(true)
    expect(full.write('c')).toBe(false)
    expect(full.writableLength).toBe(3)
  })
  test('a wrong chunk is refused with a code', async () => {
    const readable = new Readable({ read() {} })
    const error: any = await new Promise(resolve => {
      readable.on('error', resolve)
      readable.push(5)
    })
    expect(error.code).toBe('ERR_INVALID_ARG_TYPE')
  })
  test('duplexPair talks both ways', async () => {
    const [one, two] = duplexPair()
    one.write('hi')
    expect(String(await new Promise(resolve => two.once('data', resolve)))).toBe('hi')
  })
  test('finished tells once', async () => {
    const passed = new PassThrough()
    const end = new Promise(resolve => finished(passed, resolve))
    passed.resume()
    passed.end('x')
    expect(await end).toBe(undefined)
    const broken = new PassThrough(), told = over(broken).catch(error => error.code)
    broken.destroy()
    expect(await told).toBe('ERR_STREAM_PREMATURE_CLOSE')
  })
  test('the module is the class', () => {
    expect(stream.Stream).toBe(stream as any)
    expect(new Readable() instanceof (stream as any)).toBe(true)
  })
})
