// node:child_process, the channel between a parent and a forked child: messages as lines of JSON over a socket pair, as Node's.

import { Buffer } from 'node:buffer'
import { codes, ERR_INVALID_ARG_TYPE, ERR_MISSING_ARGS, errnoException } from 'internal:errors'
import { validateObject } from 'internal:validate'
import { FdReader } from 'node:process/fd_stream'
import * as native from 'native:child_process'

const kinds = ['string', 'object', 'number', 'boolean']

class Channel extends FdReader {
  [key: string]: any
  _destroy(error: any, callback: any): void {
    super._destroy(error, (late: any) => {
      if (this.fd >= 0) native.close(this.fd)
      this.fd = -1
      callback(late)
    })
  }
}

/** Gives `target` (process, or a ChildProcess) send, disconnect, connected, channel, and 'message' and 'disconnect' events. */
export function openChannel(fd: number, target: any, isChild: boolean): void {
  const channel: any = new Channel(fd, { emitClose: true })
  const queue: { data: Uint8Array; done: ((error: any) => void) | undefined }[] = []
  let isWriting = false, rest = '', isClosing = false

  function write(): void {
    isWriting = true
    while (queue.length > 0) {
      if (channel.fd < 0) return
      const { data, done } = queue[0]!
      const n = native.write(channel.fd, data)
      if (n === data.length) {
        queue.shift()
        if (done) process.nextTick(done, null)
        continue
      }
      if (n < 0 && n !== -11) {
        queue.shift()
        const error = errnoException(n, 'write')
        if (done) process.nextTick(done, error)
        else if (n !== -32) process.nextTick(() => target.emit('error', error))
        continue
      }
      if (n > 0) queue[0]!.data = data.subarray(n)
      native.whenWritable(channel.fd, () => write())
      return
    }
    isWriting = false
    if (isClosing) channel.destroy()
  }

  target.connected = true
  target.channel = channel
  target._channel = channel
  target.send = function send(message: any, handle?: any, options?: any, callback?: any): boolean {
    if (typeof handle === 'function') [handle, options, callback] = [undefined, undefined, handle]
    else if (typeof options === 'function') [options, callback] = [undefined, options]
    else if (options !== undefined) validateObject(options, 'options')
    if (!this.connected) {
      const error = new codes.ERR_IPC_CHANNEL_CLOSED()
      if (typeof callback === 'function') process.nextTick(callback, error)
      else process.nextTick(() => this.emit('error', error))
      return false
    }
    return this._send(message, handle, options, callback)
  }
  target._send = function _send(message: any, handle?: any, _options?: any, callback?: any): boolean {
    if (message === undefined) throw new ERR_MISSING_ARGS('message')
    if (!kinds.includes(typeof message)) throw new ERR_INVALID_ARG_TYPE('message', kinds, message)
    if (handle) throw new codes.ERR_NOT_IMPLEMENTED('sending a handle to another process')
    queue.push({ data: Buffer.from(`${JSON.stringify(message)}\n`), done: callback })
    if (!isWriting) write()
    return queue.length < 64
  }
  target.disconnect = function disconnect(): void {
    if (!this.connected) {
      this.emit('error', new codes.ERR_IPC_DISCONNECTED())
      return
    }
    this._disconnect()
  }
  target._disconnect = function _disconnect(): void {
    this.connected = false
    isClosing = true
    if (queue.length === 0) channel.destroy()
  }

  channel.setEncoding('utf8')
  channel.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop()!
    for (const line of lines) {
      const message = JSON.parse(line)
      const isInternal = message !== null && typeof message === 'object' && typeof message.cmd === 'string' && message.cmd.startsWith('NODE_')
      target.emit(isInternal ? 'internalMessage' : 'message', message, undefined)
    }
  })
  channel.on('error', () => {})
  channel.on('close', () => {
    target.connected = false
    target.channel = target._channel = null
    target.emit('disconnect')
  })
  channel.on('end', () => channel.destroy())

  if (!isChild) return
  // A child lives on for its parent only while it listens.
  native.adopt(fd)
  const count = (): number => target.listenerCount('message') + target.listenerCount('disconnect')
  if (count() === 0) channel.unref()
  target.on('newListener', (name: string) => { if (name === 'message' || name === 'disconnect') channel.ref() })
  target.on('removeListener', (name: string) => { if ((name === 'message' || name === 'disconnect') && count() === 0) channel.unref() })
}
