// node:readline/promises.

import { AbortError } from 'internal:errors'
import { validateAbortSignal, validateBoolean, validateInteger } from 'internal:validate'
import { InterfaceBase } from './readline.ts'

class Interface extends InterfaceBase {
  question(query: any, options: any = {}): Promise<string> {
    return new Promise((resolve, reject) => {
      const signal = options?.signal
      let end: any
      if (signal) {
        validateAbortSignal(signal, 'options.signal')
        if (signal.aborted) return reject(new AbortError(undefined, { cause: signal.reason }))
        end = () => {
          this.forget()
          reject(new AbortError(undefined, { cause: signal.reason }))
        }
        signal.addEventListener('abort', end, { once: true })
      }
      this.ask(query, (answer: string) => {
        signal?.removeEventListener('abort', end)
        resolve(answer)
      })
    })
  }
}

/** Moves of the cursor that are collected, then written at once. */
class Readline {
  #stream: any
  #auto: boolean
  #todo: string[] = []
  constructor(stream: any, options: any = undefined) {
    this.#stream = stream
    if (options?.autoCommit != null) validateBoolean(options.autoCommit, 'options.autoCommit')
    this.#auto = Boolean(options?.autoCommit)
  }
  #add(text: string): this {
    if (this.#auto) process.nextTick(() => this.#stream.write(text))
    else this.#todo.push(text)
    return this
  }
  cursorTo(x: any, y?: any): this {
    validateInteger(x, 'x')
    if (y != null) validateInteger(y, 'y')
    return this.#add(y == null ? `\u001b[${x + 1}G` : `\u001b[${y + 1};${x + 1}H`)
  }
  moveCursor(dx: any, dy: any): this {
    let text = ''
    if (dx) text += dx < 0 ? `\u001b[${-dx}D` : `\u001b[${dx}C`
    if (dy) text += dy < 0 ? `\u001b[${-dy}A` : `\u001b[${dy}B`
    return text ? this.#add(text) : this
  }
  clearLine(dir: any): this {
    validateInteger(dir, 'dir', -1, 1)
    return this.#add(dir < 0 ? '\u001b[1K' : dir > 0 ? '\u001b[0K' : '\u001b[2K')
  }
  clearScreenDown(): this { return this.#add('\u001b[0J') }
  commit(): Promise<void> {
    return new Promise(resolve => {
      this.#stream.write(this.#todo.join(''), resolve)
      this.#todo = []
    })
  }
  rollback(): this {
    this.#todo = []
    return this
  }
}

function createInterface(input: any, output?: any, completer?: any, terminal?: any): any {
  return new Interface(input, output, completer, terminal)
}
export default { Interface, Readline, createInterface }
