// web:worker: Worker, as the web has it and Bun extends it: a module on a thread of its own.

import { codes } from 'internal:errors'
import { EventTarget, defineEventHandler, expose, trustedEvent } from 'web:events'
import { entryOf, startWorker, type Started } from './core.ts'

export class ErrorEvent extends (import.meta.builtin('web:events').Event as any) {
  #init: any
  constructor(type: string, init: any = {}) {
    super(type, init)
    this.#init = init ?? {}
  }
  get message(): string { return `${this.#init.message ?? ''}` }
  get filename(): string { return `${this.#init.filename ?? ''}` }
  get lineno(): number { return this.#init.lineno ?? 0 }
  get colno(): number { return this.#init.colno ?? 0 }
  get error(): unknown { return this.#init.error }
}
expose(ErrorEvent, 'ErrorEvent', ['message', 'filename', 'lineno', 'colno', 'error'])

export class Worker extends EventTarget {
  #started: Started
  #hasEnded = false

  constructor(url: string | URL, options: any = {}) {
    if (arguments.length === 0) throw new codes.ERR_MISSING_ARGS('scriptURL')
    super()
    options ??= {}
    const preload: string[] = (Array.isArray(options.preload) ? options.preload : options.preload ? [options.preload] : []).map(String)
    const process = import.meta.builtin('node:process').default
    const [form, entry, shown] = entryOf(url, () => process.cwd(), false)
    const say = (type: string, init: object, Made: any = import.meta.builtin('web:events').Event): void => {
      this.dispatchEvent(trustedEvent(new Made(type, init)))
    }
    this.#started = startWorker({
      kind: 'web', form, entry, shown, name: `${options.name ?? ''}`, workerData: options.workerData ?? null,
      argv: [...options.argv ?? []].map(String), execArgv: [...options.execArgv ?? process.execArgv].map(String),
      env: { ...options.env ?? process.env }, stdin: false, stdout: false, stderr: false, environmentData: new Map(), preload, isSmall: !!options.smol,
    }, {
      online: () => say('open', {}),
      error: (error: any) => {
        const event = trustedEvent(new ErrorEvent('error', { message: error?.message ?? `${error}`, error, cancelable: true }) as any) as any
        const isHeard = import.meta.builtin('web:events').listenersOf(this, 'error').length > 0
        this.dispatchEvent(event)
        if (!isHeard) import.meta.builtin('internal:rt').writeError(import.meta.builtin('internal:uncaught').describe(error))
      },
      output() {},
      ended: (code) => {
        this.#hasEnded = true
        say('close', { code }, import.meta.builtin('web:websocket').CloseEvent)
      },
    })
    const { port } = this.#started
    port.addEventListener('message', (event: any) => {
      const { MessageEvent } = import.meta.builtin('web:websocket')
      say('message', { data: event.data, ports: event.ports }, MessageEvent)
    })
    port.unref()                     // the thread keeps the program, not the port
    if (options.ref === false) this.unref()
  }

  get threadId(): number { return this.#hasEnded ? -1 : this.#started.threadId }
  postMessage(value: unknown, options?: any): void { this.#started.port.postMessage(value, options) }
  terminate(): void { this.#started.stop() }
  ref(): void { this.#started.ref(true) }
  unref(): void { this.#started.ref(false) }
}
for (const name of ['message', 'messageerror', 'error', 'open', 'close']) defineEventHandler(Worker.prototype, name)
expose(Worker, 'Worker', ['threadId', 'postMessage', 'terminate', 'ref', 'unref'])
