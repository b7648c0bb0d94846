// node:fs, watch (the system tells) and watchFile (asked again and again).

import { EventEmitter } from 'node:events'
import { AbortError, uvError, uvException } from 'internal:errors'
import { tracedHandle } from 'internal:rt'
import type { Handle } from 'internal:rt'
import { validateAbortSignal, validateBoolean, validateFunction, validateUint32 } from 'internal:validate'
import * as native from 'native:fs'
import { encoded, optionsOf, pathOf } from './check.ts'
import fs from './fs.ts'

const RENAME = 1

function failure(errno: number, path: string): Error {
  const error: any = uvException({ errno, code: uvError(errno)[0], syscall: 'watch', path } as any)
  error.filename = path
  return error
}

class FSWatcher extends (EventEmitter as any) {
  [key: string]: any
  /** Handles by folder, relative to the root; one when not recursive. */
  #handles = new Map<string, number>()
  #root = ''
  #encoding: any
  #recursive = false
  #refed = true
  #trace: Handle | undefined

  start(path: string, persistent: boolean, recursive: boolean, encoding: any): void {
    this.#root = path
    this.#recursive = recursive
    this.#encoding = encoding
    this.#refed = persistent
    this.#trace = tracedHandle('FSEVENTWRAP')
    this.#add('', true)
  }
  #add(within: string, must: boolean): void {
    const path = within ? `${this.#root}/${within}` : this.#root
    const got = (error: any, kind: number, name: string | null): void => this.#got(within, error, kind, name), trace = this.#trace
    const handle = native.watch(path, trace === undefined ? got : (...args: any) => trace.run(got, ...args))
    if (handle < 0) {
      if (must) throw failure(handle, this.#root)
      return
    }
    this.#handles.set(within, handle)
    if (!this.#refed) native.watchRef(handle, false)
    if (!this.#recursive) return
    let names: any[]
    try {
      names = fs.readdirSync(path, { withFileTypes: true })
    } catch {
      return
    }
    for (const entry of names) if (entry.isDirectory()) this.#add(within ? `${within}/${entry.name}` : entry.name, false)
  }
  #got(within: string, error: any, kind: number, name: string | null): void {
    if (error) {
      this.close()
      this.emit('error', error)
      return
    }
    const whole = within ? (name ? `${within}/${name}` : within) : name
    if (this.#recursive && kind === RENAME && whole) {
      const stat = fs.statSync(`${this.#root}/${whole}`, { throwIfNoEntry: false })
      if (stat?.isDirectory() && !this.#handles.has(whole)) this.#add(whole, false)
      else if (!stat && this.#handles.has(whole)) {
        native.watchClose(this.#handles.get(whole)!)
        this.#handles.delete(whole)
      }
    }
    this.emit('change', kind === RENAME ? 'rename' : 'change', whole === null ? null : encoded(whole, this.#encoding))
  }
  close(): void {
    if (this.#handles.size === 0) return
    for (const handle of this.#handles.values()) native.watchClose(handle)
    this.#handles.clear()
    this.#trace?.close()
    process.nextTick(() => this.emit('close'))
  }
  ref(): this {
    this.#refed = true
    for (const handle of this.#handles.values()) native.watchRef(handle, true)
    return this
  }
  unref(): this {
    this.#refed = false
    for (const handle of this.#handles.values()) native.watchRef(handle, false)
    return this
  }
}

function check(path: any, options: any): any {
  options = optionsOf(options)
  const { persistent = true, recursive = false, encoding, signal } = options
  validateBoolean(persistent, 'options.persistent')
  validateBoolean(recursive, 'options.recursive')
  return { path: pathOf(path), persistent, recursive, encoding, signal }
}

export function watch(path: any, options: any, listener?: any): any {
  if (typeof options === 'function') [options, listener] = [{}, options]
  const all = check(path, options)
  if (listener !== undefined) validateFunction(listener, 'listener')
  const watcher: any = new FSWatcher()
  watcher.start(all.path, all.persistent, all.recursive, all.encoding)
  if (listener) watcher.addListener('change', listener)
  if (all.signal) {
    if (all.signal.aborted) process.nextTick(() => watcher.close())
    else {
      const end = (): void => watcher.close()
      all.signal.addEventListener('abort', end, { once: true })
      watcher.once('close', () => all.signal.removeEventListener('abort', end))
    }
  }
  return watcher
}

export async function* watchLater(path: any, options: any = {}): AsyncGenerator<any> {
  const all = check(path, options), { signal } = all
  if (signal) {
    validateAbortSignal(signal, 'options.signal')
    if (signal.aborted) throw new AbortError(undefined, { cause: signal.reason })
  }
  const watcher: any = new FSWatcher(), events: any[] = []
  let wake: any, error: any
  watcher.on('change', (eventType: string, filename: any) => {
    events.push({ __proto__: null, eventType, filename })
    wake?.()
  })
  watcher.on('error', (e: any) => {
    error = e
    wake?.()
  })
  const end = (): void => {
    error = new AbortError(undefined, { cause: signal.reason })
    wake?.()
  }
  signal?.addEventListener('abort', end, { once: true })
  try {
    watcher.start(all.path, all.persistent, all.recursive, all.encoding)
    for (;;) {
      while (events.length > 0) yield events.shift()
      if (error) throw error
      await new Promise<void>(resolve => { wake = resolve })
      wake = undefined
    }
  } finally {
    watcher.close()
    signal?.removeEventListener('abort', end)
  }
}

// --- watchFile

const watched = new Map<string, StatWatcher>()
const nothing = (big: boolean): any => {
  const Stats = fs.Stats, zero: any = big ? 0n : 0
  const stat = new Stats(zero, zero, zero, zero, zero, zero, zero, zero, zero, zero, zero, zero, zero, zero)
  if (big) stat.mtimeNs = stat.ctimeNs = stat.atimeNs = stat.birthtimeNs = 0n
  return stat
}

class StatWatcher extends (EventEmitter as any) {
  [key: string]: any
  start(path: string, interval: number, big: boolean, persistent: boolean): void {
    let previous: any
    const trace = this.trace = tracedHandle('STATWATCHER')
    const change = (now: any, before: any): void => trace === undefined ? this.emit('change', now, before) : trace.run(() => this.emit('change', now, before))
    const look = (): void => fs.stat(path, { bigint: big }, (error: any, stat: any) => {
      const now = error ? nothing(big) : stat
      if (this.stopped) return
      if (previous === undefined) {
        previous = now
        if (error) change(now, now)
      } else if (now.mtimeMs !== previous.mtimeMs || now.ctimeMs !== previous.ctimeMs || now.size !== previous.size || now.ino !== previous.ino ||
        now.mode !== previous.mode || now.nlink !== previous.nlink) {
        const before = previous
        previous = now
        change(now, before)
      }
    })
    look()
    this.timer = setInterval(look, interval)
    if (!persistent) this.timer.unref()
  }
  stop(): void {
    if (this.stopped) return
    this.stopped = true
    clearInterval(this.timer)
    this.trace?.close()
    process.nextTick(() => this.emit('stop'))
  }
  ref(): this {
    this.timer.ref()
    return this
  }
  unref(): this {
    this.timer.unref()
    return this
  }
}

export function watchFile(path: any, options: any, listener?: any): any {
  path = import.meta.builtin('node:path').default.resolve(pathOf(path))
  if (options === null || typeof options !== 'object') [options, listener] = [undefined, options]
  const { interval = 5007, persistent = true, bigint = false } = options ?? {}
  validateFunction(listener, 'listener')
  validateUint32(interval, 'interval')
  let watcher = watched.get(path)
  if (watcher === undefined) {
    watcher = new StatWatcher()
    watcher.start(path, interval, bigint, persistent)
    watched.set(path, watcher)
  }
  watcher.addListener('change', listener)
  return watcher
}
export function unwatchFile(path: any, listener?: any): void {
  path = import.meta.builtin('node:path').default.resolve(pathOf(path))
  const watcher = watched.get(path)
  if (watcher === undefined) return
  if (typeof listener === 'function') watcher.removeListener('change', listener)
  else watcher.removeAllListeners('change')
  if (watcher.listenerCount('change') === 0) {
    watcher.stop()
    watched.delete(path)
  }
}
