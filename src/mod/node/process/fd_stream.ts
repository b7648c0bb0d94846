// node:process, streams over descriptors that others opened: the standard ones, terminals, pipes.

import { bindContext, tracedHandle } from 'internal:rt'
import type { Handle } from 'internal:rt'
import Stream from 'node:stream'
import { Buffer } from 'node:buffer'
import * as native from 'native:process'

const { Duplex, Writable } = Stream as any

/** Writes at once and waits when a pipe is full, as Node does on Linux: what was written is out when the process ends. */
export class FdWriter extends Writable {
  declare fd: number
  constructor(fd: number) {
    super({ decodeStrings: false, emitClose: false, autoDestroy: false })
    this.fd = fd
  }
  _write(chunk: any, encoding: any, callback: any): void {
    if (typeof chunk === 'string' && encoding !== 'utf8' && encoding !== 'utf-8') chunk = Buffer.from(chunk, encoding)
    callback(native.fdWrite(this.fd, chunk))
  }
}

/** Reads when there is something, while somebody wants it: only then it keeps the process alive. */
export class FdReader extends Duplex {
  declare fd: number
  declare reader: number | undefined
  declare isRefed: boolean
  constructor(fd: number, options: any = {}) {
    super({ highWaterMark: 65536, writable: false, allowHalfOpen: false, autoDestroy: true, emitClose: false, ...options })
    this.fd = fd
    this.reader = undefined
    this.isRefed = true
    this.bytesRead = 0
    // What is read belongs to who opened the stream, not to who reads first.
    const got = (error: any, data: ArrayBuffer | null): void => this.got(error, data), trace = tracedHandle(native.isTty(fd) ? 'TTYWRAP' : 'PIPEWRAP')
    this.trace = trace
    this.arrived = bindContext(trace === undefined ? got : (error: any, data: ArrayBuffer | null) => trace.run(got, error, data))
    this.on('pause', () => {
      if (this.reader === undefined || !this._readableState.reading) return
      this._readableState.reading = false
      native.readerSet(this.reader, false)
    })
  }
  declare bytesRead: number
  declare arrived: (error: any, data: ArrayBuffer | null) => void
  declare trace: Handle | undefined
  declare _readableState: any
  _read(): void {
    this.reader ??= native.readerOpen(this.fd, this.arrived)
    if (this.reader === undefined) {
      this.destroy(new Error(`the descriptor ${this.fd} cannot be watched`))
      return
    }
    if (!this.isRefed) native.readerRef(this.reader, false)
    native.readerSet(this.reader, true)
  }
  got(error: any, data: ArrayBuffer | null): void {
    if (error) {
      this.destroy(error)
    } else if (data === null) {
      this.push(null)
      this.release()
    } else {
      this.bytesRead += data.byteLength
      if (!this.push(Buffer.from(data)) && this.reader !== undefined) native.readerSet(this.reader, false)
    }
  }
  release(): void {
    if (this.reader === undefined) return
    native.readerClose(this.reader)
    this.reader = undefined
  }
  _destroy(error: any, callback: any): void {
    this.release()
    this.trace?.close()
    callback(error)
  }
  ref(): this {
    this.isRefed = true
    if (this.reader !== undefined) native.readerRef(this.reader, true)
    return this
  }
  unref(): this {
    this.isRefed = false
    if (this.reader !== undefined) native.readerRef(this.reader, false)
    return this
  }
}

export function fdIsTty(fd: number): boolean {
  return native.isTty(fd)
}
export function windowSize(fd: number): [number, number] | undefined {
  return native.ttyWindow(fd) as [number, number] | undefined
}
export function setRaw(fd: number, on: boolean): number {
  return native.ttyRaw(fd, on)
}
