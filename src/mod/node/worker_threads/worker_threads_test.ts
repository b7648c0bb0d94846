import { describe, expect, test } from 'bun:test'
import { BroadcastChannel, isMainThread, markAsUntransferable, MessageChannel, parentPort, postMessageToThread, receiveMessageOnPort, SHARE_ENV, threadId, Worker, workerData } from 'node:worker_threads'

type Event = [string, ...any[]]
/** Runs a program in a worker; what it said, in order. */
function run(program: string, options: any = {}, use?: (worker: Worker) => void): Promise<Event[]> {
  return new Promise((resolve) => {
    const worker = new Worker(program, { eval: true, ...options }), said: Event[] = []
    worker.on('message', (message) => said.push(['message', message]))
    worker.on('error', (error: any) => said.push(['error', error.constructor.name, error.message]))
    worker.on('exit', (code) => {
      said.push(['exit', code])
      resolve(said)
    })
    use?.(worker)
  })
}
const SAY = `const { parentPort, workerData } = require('worker_threads'); const say = (m, t) => parentPort.postMessage(m, t);`

describe('worker_threads', () => {
  test('the main thread knows that it is one', () => {
    expect([isMainThread, parentPort, workerData, threadId]).toEqual([true, null, null, 0])
  })
  test('values go over and come back', async () => {
    const sent = { n: [1, -0, NaN, 2 ** 40, -5], s: 'grüße 漢', b: 12345678901234567890n, m: new Map([[1, new Set(['a'])]]), d: new Date(5), u: new Uint8Array([1, 2]) }
    const [[, back], end] = await run(SAY + `say(workerData)`, { workerData: sent })
    expect(back).toEqual(sent)
    expect(end).toEqual(['exit', 0])
  })
  test('what nobody caught is the error of the worker', async () => {
    expect(await run(`throw new RangeError('far')`)).toEqual([['error', 'RangeError', 'far'], ['exit', 1]])
    expect(await run(`Promise.reject(new TypeError('late'))`)).toEqual([['error', 'TypeError', 'late'], ['exit', 1]])
  })
  test('exit codes, and exit that is not the process', async () => {
    expect(await run(SAY + `process.exitCode = 5; process.on('exit', (c) => say('bye ' + c))`)).toEqual([['message', 'bye 5'], ['exit', 5]])
    expect(await run(`process.exit(7); for (;;) {}`)).toEqual([['exit', 7]])
  })
  test('terminate ends an endless loop and what waits', async () => {
    const endless = await run(SAY + `say('in'); for (;;) {}`, {}, (w) => w.on('message', () => w.terminate()))
    expect(endless).toEqual([['message', 'in'], ['exit', 1]])
    expect(await run(`setInterval(() => {}, 1e6)`, {}, (w) => w.on('online', () => w.terminate()))).toEqual([['exit', 1]])
    expect(await run(SAY + `say('in'); Atomics.wait(new Int32Array(workerData), 0, 0)`, { workerData: new SharedArrayBuffer(4) }, (w) => w.on('message', () => w.terminate())))
      .toEqual([['message', 'in'], ['exit', 1]])
  })
  test('workers start workers', async () => {
    const said = await run(SAY + `const { Worker } = require('worker_threads'); const w = new Worker("require('worker_threads').parentPort.postMessage('deep')", { eval: true }); w.on('message', say); w.on('exit', (c) => say(['inner', c]))`)
    expect(said).toEqual([['message', 'deep'], ['message', ['inner', 0]], ['exit', 0]])
  })
  test('shared memory is one memory, and waits end by notify', async () => {
    const memory = new SharedArrayBuffer(16), view = new Int32Array(memory)
    const said = await run(SAY + `const v = new Int32Array(workerData); Atomics.store(v, 1, 42); say(workerData instanceof SharedArrayBuffer); const how = Atomics.wait(v, 0, 0, 20000); say([how === 'ok' || how === 'not-equal', v[2]])`,
      { workerData: memory }, (w) => w.on('message', (m) => {
        if (m !== true) return
        view[2] = 9
        Atomics.store(view, 0, 1)
        Atomics.notify(view, 0)
      }))
    expect(said).toEqual([['message', true], ['message', [true, 9]], ['exit', 0]])
    expect(view[1]).toBe(42)
  })
  test('memory that a worker shared outlives it', async () => {
    const [[, memory]] = await run(SAY + `const b = new SharedArrayBuffer(8); new Uint8Array(b)[3] = 7; say(b)`)
    expect(memory instanceof SharedArrayBuffer).toBe(true)
    expect([memory.byteLength, new Uint8Array(memory)[3]]).toEqual([8, 7])
    expect(Object.prototype.toString.call(memory)).toBe('[object SharedArrayBuffer]')
  })
  test('buffers and ports move', async () => {
    const buffer = new ArrayBuffer(8), { port1, port2 } = new MessageChannel()
    const said = await run(SAY + `workerData.port.postMessage(workerData.buffer.byteLength); workerData.port.close(); say(0)`, { workerData: { buffer, port: port2 }, transferList: [buffer, port2] })
    expect(said).toEqual([['message', 0], ['exit', 0]])
    expect(buffer.byteLength).toBe(0)
    expect(receiveMessageOnPort(port1)).toEqual({ message: 8 })
    port1.close()
  })
  test('terminate ends one that waits, and what it would do next', async () => {
    const worker = new Worker(`const { parentPort } = require('worker_threads')
      const memory = new Int32Array(new SharedArrayBuffer(4))
      parentPort.once('message', () => { parentPort.postMessage('waits'); Atomics.wait(memory, 0, 0) })
      parentPort.on('message', () => parentPort.close())`, { eval: true })
    const waits = new Promise((resolve) => worker.once('message', resolve))
    worker.postMessage('go')
    await waits
    expect(await worker.terminate()).toBe(1)
  }, 60000)
  test('what cannot be copied is refused, and nothing is started', () => {
    expect(() => new Worker('', { eval: true, workerData: () => {} })).toThrow('could not be cloned')
    const buffer = new ArrayBuffer(1)
    markAsUntransferable(buffer)
    const { port1, port2 } = new MessageChannel()
    expect(() => port1.postMessage(buffer, [buffer])).toThrow()
    expect(() => port1.postMessage(port1, [port1])).toThrow('source port')
    port2.close()
    port1.close()
  })
  test('process of a worker', async () => {
    const [[, seen]] = await run(SAY + `process.env.NEW = 1; let code; try { process.chdir('/') } catch (e) { code = e.code } say([process.env.FOO, process.env.NEW, process.argv.slice(2), process.execArgv, code])`,
      { env: { FOO: 'bar' }, argv: ['x', 1], execArgv: [] })
    expect(seen).toEqual(['bar', '1', ['x', '1'], [], 'ERR_WORKER_UNSUPPORTED_OPERATION'])
    expect(process.env.NEW).toBe(undefined)
    process.env.FROM_MAIN = 'here'
    const [[, shared]] = await run(SAY + `say(process.env.FROM_MAIN)`, { env: SHARE_ENV })
    expect(shared).toBe('here')
    delete process.env.FROM_MAIN
  })
  test('standard streams of a worker', async () => {
    let worker: any, text = ''
    await run(`process.stdin.on('data', (d) => console.log('read ' + d)); console.error('err')`, { stdin: true, stdout: true, stderr: true }, (w) => {
      worker = w
      w.stdout.on('data', (d: any) => text += d)
      w.stderr.on('data', (d: any) => text += d)
      w.stdin!.end('typed')
    })
    expect(worker.threadId).toBe(-1)
    expect(text.split('\n').sort()).toEqual(['', 'err', 'read typed'])
  })
  test('a broadcast reaches other threads', async () => {
    const channel: any = new BroadcastChannel('worker_threads_test')
    const heard = new Promise((resolve) => { channel.onmessage = (event: any) => resolve(event.data) })
    await run(`const b = new BroadcastChannel('worker_threads_test'); b.postMessage('all'); b.close()`)
    expect(await heard).toBe('all')
    channel.close()
  })
  test('paths must be absolute or begin with a dot', () => {
    let code = ''
    try {
      new Worker('x.js')
    } catch (error: any) {
      code = error.code
    }
    expect(code).toBe('ERR_WORKER_PATH')
  })
})

describe('postMessageToThread', () => {
  const code = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'heard', (error) => error.code)
  const listening = (body: string): Promise<Worker> => new Promise((resolve) => {
    const worker: Worker = new Worker(`const { parentPort, postMessageToThread, threadId } = require('worker_threads')
      ${body}
      parentPort.on('message', () => parentPort.close())
      parentPort.postMessage('ready')`, { eval: true })
    worker.once('message', () => resolve(worker))
  })
  const end = (worker: Worker): Promise<unknown> => new Promise((resolve) => {
    worker.on('exit', resolve)
    worker.postMessage('end')
  })
  test('reaches any thread that listens, and tells whether it was heard', async () => {
    const one = await listening(`process.on('workerMessage', (value, source) => {
      if (value === 'throw') throw new Error('x')
      if (value.port) value.port.postMessage([value.port.constructor.name, source])
      else postMessageToThread(value.to, [value.text, source])
    })`)
    const deaf = await listening('')
    const { port1, port2 } = new MessageChannel(), byPort = new Promise((resolve) => port1.once('message', resolve))
    expect(await code(postMessageToThread(one.threadId, { port: port2 } as any, [port2] as any))).toBe('heard')
    expect(await byPort).toEqual(['MessagePort', 0])
    const back = new Promise((resolve) => process.once('workerMessage', (value: unknown, source: number) => resolve([value, source])))
    expect(await code(postMessageToThread(one.threadId, { text: 'there and back', to: 0 } as any))).toBe('heard')
    expect(await back).toEqual([['there and back', 0], one.threadId])
    expect(await code(postMessageToThread(one.threadId, 'throw'))).toBe('ERR_WORKER_MESSAGING_ERRORED')
    expect(await code(postMessageToThread(deaf.threadId, 'x'))).toBe('ERR_WORKER_MESSAGING_FAILED')
    expect(await code(postMessageToThread(99999, 'x'))).toBe('ERR_WORKER_MESSAGING_FAILED')
    expect(await code(postMessageToThread(0, 'x'))).toBe('ERR_WORKER_MESSAGING_SAME_THREAD')
    await Promise.all([end(one), end(deaf)])
  })
  test('gives up when its time is over', async () => {
    const busy = await listening(`process.on('workerMessage', () => {})
      parentPort.once('message', () => { parentPort.postMessage('busy'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) })`)
    const isBusy = new Promise((resolve) => busy.once('message', resolve))
    busy.postMessage('sleep')
    await isBusy
    expect(await code(postMessageToThread(busy.threadId, 'x', 10 as any))).toBe('ERR_WORKER_MESSAGING_TIMEOUT')
    await busy.terminate()
  }, 60000)
})

describe('resourceLimits', () => {
  test('a heap that grows beyond is the end', async () => {
    const worker = new Worker(`const { resourceLimits, parentPort } = require('worker_threads'), all = []
      parentPort.postMessage(resourceLimits.maxOldGenerationSizeMb)
      for (let i = 0; ; i++) all.push({ i, text: 'x' + i })`, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 24, stackSizeMb: 2 } })
    expect([worker.resourceLimits!.maxOldGenerationSizeMb, worker.resourceLimits!.stackSizeMb]).toEqual([24, 2])
    const told: unknown[] = []
    worker.on('message', (value) => told.push(value))
    worker.on('error', (error: any) => told.push(error.code, error.message))
    await new Promise<void>((resolve) => worker.on('exit', (status) => { told.push(status); resolve() }))
    expect(told).toEqual([24, 'ERR_WORKER_OUT_OF_MEMORY', 'Worker terminated due to reaching memory limit: JS heap out of memory', 1])
    expect(worker.resourceLimits).toEqual({})
  }, 60000)
  test('garbage does not count', async () => {
    const worker = new Worker(`let last; for (let i = 0; i < 2e5; i++) last = new Array(100).fill(i); require('worker_threads').parentPort.postMessage(last[5])`,
      { eval: true, resourceLimits: { maxOldGenerationSizeMb: 64 } })
    expect(await new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject))).toBe(199999)
    await worker.terminate()
  }, 60000)
})

describe('messages that wait together', () => {
  test('each is followed by the ticks and promise jobs that it led to', async () => {
    const { port1, port2 } = new MessageChannel(), seen: string[] = []
    const over = new Promise<void>((resolve) => port2.on('message', (n: number) => {
      seen.push(`message ${n}`)
      Promise.resolve().then(() => seen.push(`job ${n}`))
      process.nextTick(() => seen.push(`tick ${n}`))
      if (n === 2) setImmediate(resolve)
    }))
    port1.postMessage(1)
    port1.postMessage(2)
    await over
    port1.close()
    expect(seen).toEqual(['message 1', 'tick 1', 'job 1', 'message 2', 'tick 2', 'job 2'])
  })
  // Node may tell the last message and the exit in one turn, the jobs after both.
  test.skipIf(!process.versions.bao)('the exit of a worker comes after what its last message led to', async () => {
    const worker = new Worker(`require('worker_threads').parentPort.postMessage(1)`, { eval: true })
    await new Promise((resolve) => worker.on('message', resolve))
    await new Promise((resolve) => worker.on('exit', resolve))
  })
})

describe('Atomics.waitAsync', () => {
  const waitAsync = (Atomics as any).waitAsync
  test('settles when it is notified, or when its time is over', async () => {
    const view = new Int32Array(new SharedArrayBuffer(8))
    expect([waitAsync(view, 0, 1), waitAsync(view, 0, 0, 0)]).toEqual([{ async: false, value: 'not-equal' }, { async: false, value: 'timed-out' }])
    const first = waitAsync(view, 0, 0), second = waitAsync(view, 0, 0), other = waitAsync(view, 1, 0, 1000000)
    expect([first.async, first.value instanceof Promise]).toEqual([true, true])
    const keep = setInterval(() => {}, 1000)
    expect(Atomics.notify(view, 0, 1)).toBe(1)
    expect(await first.value).toBe('ok')
    expect([Atomics.notify(view, 0), Atomics.notify(view, 0), Atomics.notify(view, 1)]).toEqual([1, 0, 1])
    expect([await second.value, await other.value, await waitAsync(view, 0, 0, 5).value]).toEqual(['ok', 'ok', 'timed-out'])
    const long = new BigInt64Array(new SharedArrayBuffer(8)), waits = waitAsync(long, 0, 0n)
    expect([Atomics.notify(long, 0), await waits.value]).toEqual([1, 'ok'])
    expect(() => waitAsync(new Int32Array(4), 0, 0)).toThrow(TypeError)
    clearInterval(keep)
  })
  test('between threads', async () => {
    const view = new Int32Array(new SharedArrayBuffer(8))
    const worker = new Worker(`const { workerData, parentPort } = require('worker_threads')
      const keep = setInterval(() => {}, 1000)
      const mine = Atomics.waitAsync(workerData, 1, 0)
      Atomics.store(workerData, 0, 1)
      Atomics.notify(workerData, 0)
      mine.value.then(how => { clearInterval(keep); parentPort.postMessage(how) })`, { eval: true, workerData: view })
    const told = new Promise((resolve) => worker.on('message', resolve)), over = new Promise((resolve) => worker.on('exit', resolve))
    const woken = waitAsync(view, 0, 0)
    if (woken.async) expect(await woken.value).toBe('ok')
    expect(Atomics.notify(view, 1)).toBe(1)
    expect(await told).toBe('ok')
    await over
  })
})
