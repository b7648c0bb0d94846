// node:readline: lines of a stream, and a line editor on a terminal.

import { EventEmitter } from 'node:events'
import { StringDecoder } from 'node:string_decoder'
import { AbortError, ERR_INVALID_ARG_VALUE, ERR_INVALID_CURSOR_POS, ERR_USE_AFTER_CLOSE } from 'internal:errors'
import { validateAbortSignal, validateFunction, validateString, validateUint32 } from 'internal:validate'
import { emitKeypressEvents } from './keys.ts'

const CSI = '\u001b['
function send(stream: any, text: string, callback: any): boolean {
  if (callback !== undefined) validateFunction(callback, 'callback')
  if (stream == null || text === '') {
    if (typeof callback === 'function') process.nextTick(callback, null)
    return true
  }
  return stream.write(text, callback)
}
export function cursorTo(stream: any, x: any, y?: any, callback?: any): boolean {
  if (typeof y === 'function') [y, callback] = [undefined, y]
  if (Number.isNaN(x)) throw new ERR_INVALID_ARG_VALUE('x', x)
  if (Number.isNaN(y)) throw new ERR_INVALID_ARG_VALUE('y', y)
  if (typeof x !== 'number') {
    if (typeof y === 'number') throw new ERR_INVALID_CURSOR_POS()
    return send(stream, '', callback)
  }
  return send(stream, typeof y === 'number' ? `${CSI}${y + 1};${x + 1}H` : `${CSI}${x + 1}G`, callback)
}
export function moveCursor(stream: any, dx: any, dy: any, callback?: any): boolean {
  let text = ''
  if (dx < 0) text += `${CSI}${-dx}D`
  else if (dx > 0) text += `${CSI}${dx}C`
  if (dy < 0) text += `${CSI}${-dy}A`
  else if (dy > 0) text += `${CSI}${dy}B`
  return send(stream, text, callback)
}
export function clearLine(stream: any, dir: any, callback?: any): boolean {
  return send(stream, dir < 0 ? `${CSI}1K` : dir > 0 ? `${CSI}0K` : `${CSI}2K`, callback)
}
export function clearScreenDown(stream: any, callback?: any): boolean {
  return send(stream, `${CSI}0J`, callback)
}

const width = (ch: string): number => import.meta.builtin('internal:width').codePointWidth(ch.codePointAt(0)!)
const LINE_END = /\r\n|\n|\r(?!\n)|\u2028|\u2029/g
const kQuestion = Symbol('kQuestion')

export class InterfaceBase extends (EventEmitter as any) {
  [key: string]: any
  constructor(input: any, output?: any, completer?: any, terminal?: any) {
    super()
    let signal: any, history: any, historySize: any, prompt: any = '> ', crlfDelay: any, tabSize: any, removeHistoryDuplicates: any
    if (input?.input) {
      ({ output, completer, terminal, history, historySize, signal, crlfDelay, tabSize, removeHistoryDuplicates } = input)
      if (input.prompt !== undefined) prompt = input.prompt
      input = input.input
    }
    if (completer !== undefined && typeof completer !== 'function') throw new ERR_INVALID_ARG_VALUE('completer', completer)
    if (history !== undefined && !Array.isArray(history)) throw new ERR_INVALID_ARG_VALUE('history', history)
    if (historySize === undefined) historySize = 30
    if (typeof historySize !== 'number' || Number.isNaN(historySize) || historySize < 0) throw new ERR_INVALID_ARG_VALUE.RangeError('historySize', historySize)
    if (tabSize !== undefined) validateUint32(tabSize, 'tabSize', true)
    if (signal) validateAbortSignal(signal, 'options.signal')
    if (terminal === undefined) terminal = output != null && Boolean(output.isTTY)
    this.input = input
    this.output = output
    this.terminal = Boolean(terminal)
    this.line = ''
    this.cursor = 0
    this.closed = false
    this.paused = false
    this.history = history ? history.slice() : []
    this.historySize = historySize
    this.historyIndex = -1
    this.removeHistoryDuplicates = Boolean(removeHistoryDuplicates)
    this.crlfDelay = crlfDelay ? Math.max(100, crlfDelay) : 100
    this.tabSize = tabSize ?? 8
    this.completer = completer
    this._prompt = prompt
    this[kQuestion] = undefined
    this.sawReturnAt = 0
    this.oldRows = 0
    this.rest = ''
    if (terminal) this.openTerminal()
    else this.openPlain()
    if (signal) {
      const end = (): void => this.close()
      if (signal.aborted) process.nextTick(end)
      else {
        signal.addEventListener('abort', end, { once: true })
        this.once('close', () => signal.removeEventListener('abort', end))
      }
    }
    input.resume()
  }

  // --- without a terminal: data is cut into lines
  openPlain(): void {
    const { input } = this
    this.decoder = new StringDecoder('utf8')
    const onData = (data: any): void => this.cut(typeof data === 'string' ? data : this.decoder.write(data))
    const onEnd = (): void => {
      const last = this.rest + this.decoder.end()
      this.rest = ''
      if (last.length > 0) this.gotLine(last)
      this.close()
    }
    input.on('data', onData)
    input.on('end', onEnd)
    const onError = (error: any): void => { this.emit('error', error) }
    input.on('error', onError)
    this.once('close', () => {
      input.removeListener('data', onData)
      input.removeListener('end', onEnd)
      input.removeListener('error', onError)
    })
  }
  cut(text: string): void {
    if (this.sawReturnAt && Date.now() - this.sawReturnAt <= this.crlfDelay) {
      if (text.charCodeAt(0) === 10) text = text.slice(1)
      this.sawReturnAt = 0
    }
    LINE_END.lastIndex = 0
    let match = LINE_END.exec(text)
    if (match === null) {
      this.rest += text
      return
    }
    const lines: string[] = []
    let at = 0
    for (; match !== null; match = LINE_END.exec(text)) {
      lines.push(at === 0 ? this.rest + text.slice(0, match.index) : text.slice(at, match.index))
      at = match.index + match[0].length
      if (lines.length === 1) this.rest = ''
    }
    this.sawReturnAt = text.endsWith('\r') ? Date.now() : 0
    this.rest = text.slice(at)
    for (const line of lines) this.gotLine(line)
  }
  gotLine(line: string): void {
    const question = this[kQuestion]
    if (question) {
      this[kQuestion] = undefined
      this.setPrompt(this.oldPrompt)
      question(line)
    } else {
      this.emit('line', line)
    }
  }

  // --- on a terminal: keys edit the line
  openTerminal(): void {
    const { input, output } = this
    emitKeypressEvents(input, this)
    const onKey = (text: any, key: any): void => {
      this.key(text, key)
      // What follows the cursor may be a wide letter cut in half: never inside a surrogate pair.
      if (key?.sequence) {
        const code = key.sequence.codePointAt(0)
        if (code >= 0xd800 && code <= 0xdfff) this.refresh()
      }
    }
    const onEnd = (): void => {
      if (this.line.length > 0) this.gotLine(this.line)
      this.close()
    }
    const onResize = (): void => this.refresh()
    input.on('keypress', onKey)
    input.on('end', onEnd)
    this.wasRaw = input.isRaw
    input.setRawMode?.(true)
    output?.on?.('resize', onResize)
    this.once('close', () => {
      input.removeListener('keypress', onKey)
      input.removeListener('end', onEnd)
      input.setRawMode?.(false)
      output?.removeListener?.('resize', onResize)
    })
  }
  get columns(): number {
    return this.output?.columns || Infinity
  }
  getPrompt(): string { return this._prompt }
  setPrompt(prompt: any): void { this._prompt = prompt }
  prompt(preserveCursor?: boolean): void {
    if (this.paused) this.resume()
    if (this.terminal && process.env.TERM !== 'dumb') {
      if (!preserveCursor) this.cursor = 0
      this.refresh()
    } else {
      this.write_(this._prompt)
    }
  }
  write_(text: string): void {
    validateString(text, 'stringToWrite')
    this.output?.write(text)
  }
  place(text: string): { rows: number; cols: number } {
    const { columns } = this
    let rows = 0, offset = 0
    for (const ch of import.meta.builtin('node:util').default.stripVTControlCharacters(text)) {
      if (ch === '\n') {
        rows += Math.ceil(offset / columns) || 1
        offset = 0
        continue
      }
      if (ch === '\t') {
        offset += this.tabSize - offset % this.tabSize
        continue
      }
      const w = width(ch)
      if (w === 2 && (offset + 1) % columns === 0) offset++
      offset += w
    }
    return { rows: rows + Math.floor(offset / columns), cols: offset % columns }
  }
  getCursorPos(): { rows: number; cols: number } {
    return this.place(this._prompt + this.line.slice(0, this.cursor))
  }
  refresh(): void {
    if (!this.output) return
    const whole = this._prompt + this.line, end = this.place(whole), here = this.getCursorPos()
    if (this.oldRows > 0) moveCursor(this.output, 0, -this.oldRows)
    cursorTo(this.output, 0)
    clearScreenDown(this.output)
    this.write_(whole)
    if (end.cols === 0 && whole.length > 0) this.write_(' ')
    cursorTo(this.output, here.cols)
    if (end.rows > here.rows) moveCursor(this.output, 0, -(end.rows - here.rows))
    this.oldRows = here.rows
  }
  insert(text: string): void {
    const atEnd = this.cursor === this.line.length
    this.line = this.line.slice(0, this.cursor) + text + this.line.slice(this.cursor)
    this.cursor += text.length
    if (atEnd && this.getCursorPos().cols !== 0) this.write_(text)
    else this.refresh()
  }
  move(by: number): void {
    const to = Math.max(0, Math.min(this.line.length, this.cursor + by))
    this.cursor = to
    this.refresh()
  }
  /** Length of the letter (or word) before or after the cursor. */
  before(word?: boolean): number {
    const text = this.line.slice(0, this.cursor)
    if (word) return /(?:[^\w\s]+|\w+|)\s*$/.exec(text)![0].length
    return text === '' ? 0 : [...text].at(-1)!.length
  }
  after(word?: boolean): number {
    const text = this.line.slice(this.cursor)
    if (word) return /^(?:\s+|[^\w\s]+|\w+)\s*/.exec(text)?.[0].length ?? 0
    return text === '' ? 0 : [...text][0]!.length
  }
  remove(from: number, to: number): void {
    this.line = this.line.slice(0, from) + this.line.slice(to)
    this.cursor = from
    this.refresh()
  }
  enter(): void {
    const { line } = this
    if (line.length > 0 && this.historySize > 0 && this.history[0] !== line) {
      if (this.removeHistoryDuplicates) this.history = this.history.filter((h: string) => h !== line)
      this.history.unshift(line)
      if (this.history.length > this.historySize) this.history.pop()
      this.emit('history', this.history)
    }
    this.historyIndex = -1
    const end = this.place(this._prompt + line), here = this.getCursorPos()
    if (end.rows > here.rows) moveCursor(this.output, 0, end.rows - here.rows)
    this.write_('\r\n')
    this.line = ''
    this.cursor = 0
    this.oldRows = 0
    this.gotLine(line)
  }
  fromHistory(step: number): void {
    const to = this.historyIndex + step
    if (to < -1 || to >= this.history.length) return
    if (this.historyIndex === -1) this.typed = this.line
    this.historyIndex = to
    this.line = to === -1 ? this.typed ?? '' : this.history[to]
    this.cursor = this.line.length
    this.refresh()
  }
  complete(): void {
    const show = (error: any, result: any): void => {
      if (error || !result?.[0]?.length) return
      const [found, typed] = result
      let common = found[0]
      for (const one of found) while (!one.startsWith(common)) common = common.slice(0, -1)
      if (common.length > typed.length) this.insert(common.slice(typed.length))
      else if (found.length > 1) {
        this.write_('\r\n' + found.filter(Boolean).join('  ') + '\r\n')
        this.oldRows = 0
        this.refresh()
      }
    }
    const text = this.line.slice(0, this.cursor)
    if (this.completer.length === 2) this.completer(text, show)
    else Promise.resolve(this.completer(text)).then(result => show(null, result), show)
  }
  key(text: any, key: any = {}): void {
    const { name, ctrl, meta, shift } = key
    if (ctrl && shift) {
      if (name === 'backspace') this.remove(0, this.cursor)
      else if (name === 'delete') this.remove(this.cursor, this.line.length)
      return
    }
    if (ctrl) {
      switch (name) {
        case 'c':
          if (this.listenerCount('SIGINT') > 0) this.emit('SIGINT')
          else this.close()
          return
        case 'd':
          if (this.cursor === 0 && this.line.length === 0) this.close()
          else if (this.cursor < this.line.length) this.remove(this.cursor, this.cursor + this.after())
          return
        case 'h': case 'backspace': return this.remove(this.cursor - this.before(name === 'backspace'), this.cursor)
        case 'u': return this.remove(0, this.cursor)
        case 'k': return this.remove(this.cursor, this.line.length)
        case 'a': return this.move(-Infinity)
        case 'e': return this.move(Infinity)
        case 'b': return this.move(-this.before())
        case 'f': return this.move(this.after())
        case 'l':
          cursorTo(this.output, 0, 0)
          clearScreenDown(this.output)
          return this.refresh()
        case 'n': return this.fromHistory(-1)
        case 'p': return this.fromHistory(1)
        case 'w': return this.remove(this.cursor - this.before(true), this.cursor)
        case 'delete': return this.remove(this.cursor, this.cursor + this.after(true))
        case 'left': return this.move(-this.before(true))
        case 'right': return this.move(this.after(true))
        case 'z':
          if (this.listenerCount('SIGTSTP') > 0) this.emit('SIGTSTP')
          else {
            this.input.setRawMode?.(false)
            process.once('SIGCONT', () => {
              if (this.paused) return
              this.input.setRawMode?.(true)
              this.refresh()
            })
            process.kill(process.pid, 'SIGTSTP')
          }
          return
        case 'j': return this.enter()
      }
      return
    }
    if (meta) {
      switch (name) {
        case 'b': return this.move(-this.before(true))
        case 'f': return this.move(this.after(true))
        case 'd': case 'delete': return this.remove(this.cursor, this.cursor + this.after(true))
        case 'backspace': return this.remove(this.cursor - this.before(true), this.cursor)
      }
      return
    }
    switch (name) {
      case 'return': this.sawReturnAt = Date.now(); return this.enter()
      case 'enter':
        if (this.sawReturnAt === 0 || Date.now() - this.sawReturnAt > this.crlfDelay) this.enter()
        this.sawReturnAt = 0
        return
      case 'backspace': return this.remove(this.cursor - this.before(), this.cursor)
      case 'delete': return this.remove(this.cursor, this.cursor + this.after())
      case 'left': return this.move(-this.before())
      case 'right': return this.move(this.after())
      case 'home': return this.move(-Infinity)
      case 'end': return this.move(Infinity)
      case 'up': return this.fromHistory(1)
      case 'down': return this.fromHistory(-1)
      case 'tab':
        if (typeof this.completer === 'function' && this.isCompletionEnabled !== false) return this.complete()
    }
    if (typeof text !== 'string' || text === '') return
    const parts = text.split(/\r\n|\n|\r/)
    for (let i = 0; i < parts.length; i++) {
      if (i > 0) this.enter()
      if (parts[i]) this.insert(parts[i])
    }
  }

  // --- for the user
  ask(query: any, callback: any): void {
    if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline')
    if (this[kQuestion]) {
      this.prompt()
      return
    }
    this.oldPrompt = this._prompt
    this.setPrompt(query)
    this[kQuestion] = callback
    this.prompt()
  }
  forget(): void {
    this[kQuestion] = undefined
    if (this.oldPrompt !== undefined) this.setPrompt(this.oldPrompt)
    this.clearLine()
  }
  clearLine(): void {
    this.move(Infinity)
    this.write_('\r\n')
    this.line = ''
    this.cursor = 0
    this.oldRows = 0
  }
  write(data: any, key?: any): void {
    if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline')
    if (this.paused) this.resume()
    if (this.terminal) this.key(data, key)
    else this.cut(typeof data === 'string' ? data : this.decoder.write(data))
  }
  pause(): this {
    if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline')
    if (this.paused) return this
    this.input.pause()
    this.paused = true
    this.emit('pause')
    return this
  }
  resume(): this {
    if (this.closed) throw new ERR_USE_AFTER_CLOSE('readline')
    if (!this.paused) return this
    this.input.resume()
    this.paused = false
    this.emit('resume')
    return this
  }
  close(): void {
    if (this.closed) return
    this.pause()
    this.closed = true
    this.emit('close')
  }
  [Symbol.dispose](): void {
    this.close()
  }
  [Symbol.asyncIterator](): AsyncIterator<string> {
    const lines: string[] = [], waiting: any[] = []
    let error: any
    const on = (line: string): void => {
      if (waiting.length > 0) waiting.shift().resolve({ value: line, done: false })
      else if (lines.push(line) >= 1024) this.pause()
    }
    const onClose = (): void => { for (const w of waiting.splice(0)) w.resolve({ value: undefined, done: true }) }
    const onError = (e: any): void => {
      error = e
      for (const w of waiting.splice(0)) w.reject(e)
    }
    this.on('line', on)
    this.once('close', onClose)
    this.on('error', onError)
    const self = this
    return {
      next() {
        if (lines.length > 0) {
          const value = lines.shift()!
          if (self.paused && !self.closed && lines.length < 128) self.resume()
          return Promise.resolve({ value, done: false })
        }
        if (error) return Promise.reject(error)
        if (self.closed) return Promise.resolve({ value: undefined, done: true } as any)
        return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
      },
      return() {
        self.removeListener('line', on)
        self.removeListener('error', onError)
        self.close()
        return Promise.resolve({ value: undefined, done: true } as any)
      },
      [Symbol.asyncIterator]() { return this },
    } as any
  }
}

class InterfaceClass extends InterfaceBase {
  question(query: any, options: any, callback?: any): void {
    if (typeof options === 'function') [options, callback] = [{}, options]
    const signal = options?.signal
    if (signal) {
      validateAbortSignal(signal, 'options.signal')
      if (signal.aborted) return
      const end = (): void => this.forget()
      signal.addEventListener('abort', end, { once: true })
      const given = callback
      callback = (answer: string) => {
        signal.removeEventListener('abort', end)
        given(answer)
      }
    }
    if (typeof callback === 'function') this.ask(query, callback)
  }
}
Object.defineProperty(InterfaceClass.prototype.question, Symbol.for('nodejs.util.promisify.custom'), {
  value(this: any, query: any, options: any = {}) {
    if (options?.signal?.aborted) return Promise.reject(new AbortError(undefined, { cause: options.signal.reason }))
    return new Promise(resolve => this.question(query, options, resolve))
  },
})
/** May be called without new, as Node's. */
export function Interface(this: any, ...args: any[]): any {
  return Reflect.construct(InterfaceClass, args, new.target ?? Interface)
}
Interface.prototype = InterfaceClass.prototype
Object.setPrototypeOf(Interface, InterfaceBase)
Object.defineProperty(Interface.prototype, 'constructor', { value: Interface, writable: true, configurable: true })

export function createInterface(input: any, output?: any, completer?: any, terminal?: any): any {
  return new (Interface as any)(input, output, completer, terminal)
}

const readline: any = { Interface, clearLine, clearScreenDown, createInterface, cursorTo, emitKeypressEvents, moveCursor }
Object.defineProperty(readline, 'promises', {
  configurable: true, enumerable: true,
  get() { return import.meta.builtin('node:readline/promises').default },
})
export default readline
