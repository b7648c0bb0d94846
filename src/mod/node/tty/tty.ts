// node:tty.

import { ERR_INVALID_FD, ERR_TTY_INIT_FAILED, errnoException } from 'internal:errors'
import { fdIsTty, FdReader, FdWriter, setRaw, windowSize } from 'node:process/fd_stream'

function isatty(fd: any): boolean {
  return Number.isInteger(fd) && fd >= 0 && fd <= 2147483647 && fdIsTty(fd)
}
function check(fd: any): void {
  if ((fd | 0) !== fd || fd < 0) throw new ERR_INVALID_FD(fd)
  if (!fdIsTty(fd)) throw new ERR_TTY_INIT_FAILED({ code: 'EINVAL', message: 'invalid argument', errno: -22, syscall: 'uv_tty_init' })
}

/** Classes that may also be called, as Node's. */
function callable(Class: any): any {
  const name = Class.name
  const it = { [name]: function (this: any, ...args: any[]): any { return Reflect.construct(Class, args, new.target ?? it) } }[name]
  it.prototype = Class.prototype
  Object.defineProperty(Class.prototype, 'constructor', { value: it, writable: true, configurable: true })
  Object.setPrototypeOf(it, Object.getPrototypeOf(Class))
  return it
}

const ReadStream = callable(class ReadStream extends FdReader {
  declare isRaw: boolean
  declare isTTY: boolean
  constructor(fd: any, options?: any) {
    check(fd)
    super(fd, { highWaterMark: 0, ...options })
    this.isRaw = false
    this.isTTY = true
  }
  setRawMode(flag: any): this {
    flag = Boolean(flag)
    const code = setRaw(this.fd, flag)
    if (code) {
      ;(this as any).emit('error', errnoException(code, 'setRawMode'))
      return this
    }
    this.isRaw = flag
    return this
  }
})

const resizing = new Set<any>()
function onResize(): void {
  for (const stream of resizing) stream._refreshSize()
}

const WriteStream = callable(class WriteStream extends FdWriter {
  declare columns: number
  declare rows: number
  constructor(fd: any) {
    check(fd)
    super(fd)
    const size = windowSize(fd)
    if (size) [this.columns, this.rows] = size
  }
  on(name: any, listener: any): any {
    // The size is watched from the first listener on.
    if (name === 'resize' && !resizing.has(this)) {
      if (resizing.size === 0) process.on('SIGWINCH', onResize)
      resizing.add(this)
    }
    return (super.on as any)(name, listener)
  }
  _refreshSize(): void {
    const { columns, rows } = this, size = windowSize((this as any).fd)
    if (!size) return
    if (size[0] === columns && size[1] === rows) return
    ;[this.columns, this.rows] = size
    ;(this as any).emit('resize')
  }
  getWindowSize(): [number, number] {
    return [this.columns, this.rows]
  }
  getColorDepth(env: any = process.env): number {
    return import.meta.builtin('web:console/streams').colorDepth(env)
  }
  hasColors(count?: any, env?: any): boolean {
    if (env === undefined && (count === undefined || (typeof count === 'object' && count !== null))) {
      env = count
      count = 16
    } else {
      import.meta.builtin('internal:validate').validateInteger(count, 'count', 2)
    }
    return count <= 2 ** this.getColorDepth(env)
  }
  clearLine(dir: any, callback?: any): boolean {
    return import.meta.builtin('node:readline').default.clearLine(this, dir, callback)
  }
  clearScreenDown(callback?: any): boolean {
    return import.meta.builtin('node:readline').default.clearScreenDown(this, callback)
  }
  cursorTo(x: any, y?: any, callback?: any): boolean {
    return import.meta.builtin('node:readline').default.cursorTo(this, x, y, callback)
  }
  moveCursor(dx: any, dy: any, callback?: any): boolean {
    return import.meta.builtin('node:readline').default.moveCursor(this, dx, dy, callback)
  }
})
Object.defineProperty(WriteStream.prototype, 'isTTY', { value: true, writable: true, configurable: true, enumerable: true })

export default { isatty, ReadStream, WriteStream }
