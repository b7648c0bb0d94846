// node:process: stdin, stdout and stderr, by what their descriptors are.

import { streams, writes } from 'internal:stdio'
import * as native from 'native:process'
import { FdReader, FdWriter } from './fd_stream.ts'

/** The standard streams cannot be closed: ending them destroys the stream, never the descriptor. */
function keepOpen(stream: any): void {
  stream._type ??= 'pipe'
  stream._isStdio = true
  stream.destroySoon = stream.destroy
  stream._destroy = function (error: any, callback: any): void {
    callback(error)
    if (this._undestroy) {
      this._undestroy()
      if (!this._writableState.emitClose) process.nextTick(() => this.emit('close'))
    }
  }
}

function openWriter(fd: number, kind: string): any {
  let stream: any
  if (kind === 'TTY') {
    stream = new (import.meta.builtin('node:tty').default.WriteStream)(fd)
    stream._type = 'tty'
  } else {
    stream = new FdWriter(fd)
    stream._type = kind === 'PIPE' ? 'pipe' : 'fs'
  }
  stream.fd = fd
  keepOpen(stream)
  streams[fd] = stream
  writes[fd] = stream.write
  return stream
}

function openReader(kind: string): any {
  let stream: any
  if (kind === 'TTY') {
    stream = new (import.meta.builtin('node:tty').default.ReadStream)(0)
  } else if (kind === 'PIPE') {
    stream = new FdReader(0)
  } else if (kind === 'UNKNOWN') {
    const { Readable } = import.meta.builtin('node:stream').default
    stream = new Readable({ read() {} })
    stream.push(null)
  } else {
    stream = new (import.meta.builtin('node:fs').default.ReadStream)(null, { fd: 0, autoClose: false })
  }
  stream.fd = 0
  streams[0] = stream
  return stream
}

export function open(fd: number): any {
  const kind = native.fdKind(fd)
  return fd === 0 ? openReader(kind) : openWriter(fd, kind)
}
