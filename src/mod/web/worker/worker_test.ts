import { describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const program = (text: string): string => `data:text/javascript,${encodeURIComponent(text)}`
function end(worker: any): Promise<any> {
  return new Promise((resolve) => worker.addEventListener('close', resolve))
}

describe('Worker', () => {
  test('hears and says', async () => {
    const worker: any = new Worker(program(`self.onmessage = (e) => { postMessage([e.data * 2, name]); close() }`), { name: 'w' })
    const ended = end(worker), said = new Promise((resolve) => { worker.onmessage = (event: any) => resolve(event.data) })
    worker.postMessage(21)
    expect(await said).toEqual([42, 'w'])
    expect((await ended).code).toBe(0)
  })
  test('an error is an event', async () => {
    const worker: any = new Worker(program(`throw new TypeError('no')`)), ended = end(worker)
    const event: any = await new Promise((resolve) => { worker.onerror = resolve })
    expect([event.type, event.message, event.error instanceof TypeError]).toEqual(['error', 'no', true])
    expect((await ended).code).toBe(1)
  })
  test('terminate ends it', async () => {
    const worker: any = new Worker(program(`postMessage(0); for (;;) {}`)), ended = end(worker)
    worker.onmessage = () => worker.terminate()
    expect((await ended).code).toBe(1)
  })
  test('import works in it, and stacks name its lines', async () => {
    const worker: any = new Worker(program(`import { basename } from 'node:path'\n\npostMessage([basename('/a/b'), new Error('x').stack])`))
    const [name, stack]: any = await new Promise((resolve) => { worker.onmessage = (event: any) => resolve(event.data) })
    expect(name).toBe('b')
    expect(stack).toMatch(/:3:32/)
  })
  test('of a blob', async () => {
    const url = URL.createObjectURL(new Blob(['const n: number = 4; postMessage(n + 1)'], { type: 'text/javascript' }))
    const worker: any = new Worker(url)
    expect(await new Promise((resolve) => { worker.onmessage = (event: any) => resolve(event.data) })).toBe(5)
    URL.revokeObjectURL(url)
    expect(() => new Worker(url)).toThrow()
  })
  test('preload runs before the entry', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'worker-'))
    writeFileSync(join(dir, 'first.ts'), 'globalThis.order = ["first"]')
    writeFileSync(join(dir, 'second.mjs'), 'await 1; globalThis.order.push("second")')
    const worker: any = new Worker(program('postMessage(globalThis.order)'), { preload: [join(dir, 'first.ts'), join(dir, 'second.mjs')], smol: true } as any)
    expect(await new Promise((resolve) => { worker.onmessage = (event: any) => resolve(event.data) })).toEqual(['first', 'second'])
    rmSync(dir, { recursive: true })
  })
})
