// node:fs, class Dir: a folder as an open thing that gives its entries one by one.

import { ERR_DIR_CLOSED, ERR_INVALID_THIS } from 'internal:errors'
import { validateFunction, validateUint32 } from 'internal:validate'
import * as native from 'native:fs'
import { failed, optionsOf, pathOf } from './check.ts'
import { direntsOf } from './stat.ts'

const kMake = Symbol('make')

export class Dir {
  #path: any
  #entries: any[]
  #at = 0
  #closed = false
  constructor(make: symbol, path: any, entries: any[]) {
    if (make !== kMake) throw new ERR_INVALID_THIS('Dir')
    this.#path = path
    this.#entries = entries
  }
  get path(): any {
    return this.#path
  }
  #next(): any {
    if (this.#closed) throw new ERR_DIR_CLOSED()
    return this.#at < this.#entries.length ? this.#entries[this.#at++] : null
  }
  read(callback?: any): any {
    if (callback === undefined) return Promise.resolve().then(() => this.#next())
    validateFunction(callback, 'cb')
    if (this.#closed) throw new ERR_DIR_CLOSED()
    process.nextTick(callback, null, this.#next())
  }
  readSync(): any {
    return this.#next()
  }
  close(callback?: any): any {
    if (callback === undefined) {
      if (this.#closed) return Promise.reject(new ERR_DIR_CLOSED())
      this.#closed = true
      return Promise.resolve()
    }
    validateFunction(callback, 'cb')
    if (this.#closed) {
      process.nextTick(callback, new ERR_DIR_CLOSED())
      return
    }
    this.#closed = true
    process.nextTick(callback, null)
  }
  closeSync(): void {
    if (this.#closed) throw new ERR_DIR_CLOSED()
    this.#closed = true
  }
  async *entries(): AsyncGenerator<any> {
    try {
      for (let entry = this.#next(); entry !== null; entry = this.#next()) yield entry
    } finally {
      this.#closed = true
    }
  }
  [Symbol.dispose](): void {
    if (!this.#closed) this.closeSync()
  }
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#closed) await this.close()
  }
}
Object.defineProperty(Dir.prototype, Symbol.asyncIterator, { value: Dir.prototype.entries, writable: true, configurable: true })

const UNSORTED = 4
function check(path: any, options: any): { text: string; encoding: any; flags: number } {
  const text = pathOf(path)
  options = optionsOf(options, { encoding: 'utf8' })
  if (options.bufferSize !== undefined) validateUint32(options.bufferSize, 'options.bufferSize', true)
  return { text, encoding: options.encoding, flags: 1 | (options.recursive ? 2 : 0) | UNSORTED }
}
function fail(error: any): Error {
  return failed(error.errno, 'opendir')
}
function make(list: string, text: string, path: any, encoding: any): Dir {
  return new Dir(kMake, path instanceof Uint8Array ? path : text, direntsOf(list, text, text, encoding))
}

export function opendirSync(path: any, options?: any): Dir {
  const { text, encoding, flags } = check(path, options)
  let list
  try {
    list = native.readdir(text, flags)
  } catch (error) {
    throw fail(error)
  }
  return make(list, text, path, encoding)
}
export function opendir(path: any, options: any, callback?: any): void {
  callback = typeof options === 'function' ? options : callback
  validateFunction(callback, 'callback')
  const { text, encoding, flags } = check(path, options)
  native.readdir(text, flags, (error: any, list: string) => error ? callback(fail(error)) : callback(null, make(list, text, path, encoding)))
}
export function openLater(path: any, options?: any): Promise<Dir> {
  return new Promise((resolve, reject) => opendir(path, options, (error: any, dir: Dir) => error ? reject(error) : resolve(dir)))
}
