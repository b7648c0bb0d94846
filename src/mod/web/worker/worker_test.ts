import { describe, expect, test } from 'bun:test'

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
})
