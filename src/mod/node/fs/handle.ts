// node:fs/promises, class FileHandle: an open file as an object.

import { EventEmitter } from 'node:events'
import { ERR_INVALID_STATE } from 'internal:errors'
import { tracedHandle } from 'internal:rt'
import type { Handle } from 'internal:rt'

const kFd = Symbol('kFd'), kClosing = Symbol('kClosePromise')

export class FileHandle extends EventEmitter {
  /** Filled by promises.ts. */
  static operations: any = {}

  constructor(fd: number) {
    super()
    ;(this as any)[kFd] = fd
    ;(this as any)[kClosing] = null
    if (registry) registry.register(this, fd, this)
    this.#trace = tracedHandle('FILEHANDLE', this)
  }
  #trace: Handle | undefined
  getAsyncId(): number {
    return this.#trace?.id ?? -1
  }
  get fd(): number {
    return (this as any)[kFd]
  }
  appendFile(data: any, options?: any): Promise<void> { return FileHandle.operations.appendFile(this, data, options) }
  chmod(mode: any): Promise<void> { return FileHandle.operations.chmod(this, mode) }
  chown(uid: any, gid: any): Promise<void> { return FileHandle.operations.chown(this, uid, gid) }
  datasync(): Promise<void> { return FileHandle.operations.datasync(this) }
  sync(): Promise<void> { return FileHandle.operations.sync(this) }
  read(buffer?: any, offset?: any, length?: any, position?: any): Promise<any> {
    return FileHandle.operations.read(this, buffer, offset, length, position)
  }
  readv(buffers: any, position?: any): Promise<any> { return FileHandle.operations.readv(this, buffers, position) }
  readFile(options?: any): Promise<any> { return FileHandle.operations.readFile(this, options) }
  readLines(options?: any): any {
    return import.meta.builtin('node:readline').default.createInterface({ input: this.createReadStream(options), crlfDelay: Infinity })
  }
  stat(options?: any): Promise<any> { return FileHandle.operations.stat(this, options) }
  truncate(length?: any): Promise<void> { return FileHandle.operations.truncate(this, length) }
  utimes(atime: any, mtime: any): Promise<void> { return FileHandle.operations.utimes(this, atime, mtime) }
  write(buffer: any, offset?: any, length?: any, position?: any): Promise<any> {
    return FileHandle.operations.write(this, buffer, offset, length, position)
  }
  writev(buffers: any, position?: any): Promise<any> { return FileHandle.operations.writev(this, buffers, position) }
  writeFile(data: any, options?: any): Promise<void> { return FileHandle.operations.writeFile(this, data, options) }
  close = (): Promise<void> => {
    const self = this as any
    if (self[kFd] === -1) return self[kClosing] ?? Promise.resolve()
    const fd = self[kFd]
    self[kFd] = -1
    if (registry) registry.unregister(this)
    return self[kClosing] = FileHandle.operations.close(fd).then(() => {
      this.#trace?.close()
      self[kClosing] = null
      this.emit('close')
    })
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
  readableWebStream(options: any = {}): any {
    if (this.fd === -1) throw new ERR_INVALID_STATE('The FileHandle is closed')
    const self = this, { autoClose = false } = options
    return new ReadableStream({
      type: 'bytes',
      autoAllocateChunkSize: 16384,
      async pull(controller: any) {
        const view = controller.byobRequest.view
        const { bytesRead } = await self.read(view, 0, view.byteLength)
        if (bytesRead === 0) {
          controller.close()
          if (autoClose) await self.close()
        }
        controller.byobRequest.respond(bytesRead)
      },
      async cancel() {
        if (autoClose) await self.close()
      },
    } as any)
  }
  createReadStream(options?: any): any {
    return new (import.meta.builtin('./stream.ts').ReadStream)(undefined, { ...options, fd: this })
  }
  createWriteStream(options?: any): any {
    return new (import.meta.builtin('./stream.ts').WriteStream)(undefined, { ...options, fd: this })
  }
}
// As in Node: a handle that was forgotten is closed, with a warning.
const registry = typeof FinalizationRegistry === 'function' ? new FinalizationRegistry((fd: number) => {
  process.emitWarning(`Closing file descriptor ${fd} on garbage collection`)
  FileHandle.operations.close(fd).catch(() => {})
}) : undefined
