// internal:errors: the coded errors of Node, system errors, AbortError. Loaded by nearly every face, so it stays small:
// the texts live in internal:error_text and are read at the first throw.

type Maker = new (...args: any[]) => Error & { code: string }
type Wide = Maker & { TypeError: Maker; RangeError: Maker }

const made: Record<string, any> = { __proto__: null } as any
const captureStackTrace = Error.captureStackTrace
const define = Object.defineProperty

export const kIsNodeError = Symbol('kIsNodeError')
/** On an error: a function that gives the stack to print if nobody catches it. */
export const kEnhanceStack = Symbol('kEnhanceStackBeforeInspector')

let text: any
function texts(): any {
  return text ??= import.meta.builtin('internal:error_text')
}

/** The class of a code. `new` of it gives a genuine TypeError, RangeError ... whose stack starts at the caller. The codes that
 * faces use often are exports below (each costs a start some microseconds), the others are in `codes`. */
function coded(code: string, Base?: any): Wide {
  return function (this: any, ...args: any[]): Error {
    return texts().build(code, Base, args, new.target)
  } as unknown as Wide
}

/** A code that comes with more than one base class: `new ERR_INVALID_STATE.TypeError(...)`. */
function wide(code: string): Wide {
  const it = coded(code)
  it.TypeError = coded(code, TypeError)
  it.RangeError = coded(code, RangeError)
  return it
}

/** Every code by name; those without an export of their own are made at first use. */
export const codes: Record<string, any> = new Proxy(made, {
  get(_, code) {
    if (typeof code === 'string' && (code in made || texts().isCode(code))) return made[code] ??= coded(code)
    return undefined
  },
  has(_, code) {
    return typeof code === 'string' && texts().isCode(code)
  },
})

/** Runs `make` without collecting a stack inside it, then gives the result one that starts at the caller of `above`. */
export function withStackFrom<T extends object>(above: Function, make: () => T): T {
  const limit = Error.stackTraceLimit
  let error: T
  if (canSetLimit()) {
    Error.stackTraceLimit = 0
    try {
      error = make()
    } finally {
      Error.stackTraceLimit = limit
    }
  } else {
    error = make()
  }
  if (limit) captureStackTrace(error, above)
  return error
}

export function canSetLimit(): boolean {
  const own = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')
  return own === undefined ? Object.isExtensible(Error) : own.writable === true || own.set !== undefined
}

/** The function, but whatever it throws shows a stack that starts at its caller. */
export function hideStackFrames<T extends (...args: any[]) => any>(fn: T): T & { withoutStackTrace: T } {
  function hidden(this: any, ...args: any[]): any {
    try {
      return Reflect.apply(fn, this, args)
    } catch (error) {
      if (Error.stackTraceLimit && error !== null && typeof error === 'object') texts().restack(error, hidden)
      throw error
    }
  }
  hidden.withoutStackTrace = fn
  return hidden as unknown as T & { withoutStackTrace: T }
}

export class AbortError extends Error {
  declare code: string
  constructor(message = 'The operation was aborted', options: any = undefined) {
    if (options !== undefined && typeof options !== 'object') throw new ERR_INVALID_ARG_TYPE('options', 'Object', options)
    super(message, options)
    this.code = 'ABORT_ERR'
    this.name = 'AbortError'
  }
}

/** Both errors in one AggregateError (the outer first), or the one that there is. */
export function aggregateTwoErrors(inner: any, outer: any): any {
  if (!inner || !outer || inner === outer) return inner || outer
  if (Array.isArray(outer.errors)) {
    outer.errors.push(inner)
    return outer
  }
  const both: any = withStackFrom(aggregateTwoErrors, () => new AggregateError([outer, inner], outer.message))
  both.code = outer.code
  return both
}

export function genericNodeError(message: string, properties: object): Error {
  return Object.assign(withStackFrom(genericNodeError, () => new Error(message)), properties)
}

/** [name, text] of a libuv error number. */
export function uvError(errno: number): readonly [string, string] {
  return texts().uvError(errno)
}

/** The error of a failed system call: `ENOENT: no such file or directory, open 'x'`. Further fields of `context` are kept. */
export function uvException(context: { errno: number; syscall: string; path?: any; dest?: any; message?: string }): Error {
  return texts().uvException(context, uvException)
}

/** `connect ECONNREFUSED 127.0.0.1:80 - Local (...)`. */
export function exceptionWithHostPort(errno: any, syscall: string, address?: string, port?: number, additional?: string): Error {
  return texts().exceptionWithHostPort(errno, syscall, address, port, additional, exceptionWithHostPort)
}

/** `listen EADDRINUSE: address already in use :::80`. */
export function uvExceptionWithHostPort(errno: number, syscall: string, address?: string, port?: number): Error {
  return texts().uvExceptionWithHostPort(errno, syscall, address, port, uvExceptionWithHostPort)
}

/** `syscall ENAME original`. */
export function errnoException(errno: number, syscall: string, original?: string): Error {
  return texts().errnoException(errno, syscall, original, errnoException)
}

export function dnsException(code: number | string, syscall: string, hostname?: string): Error {
  return texts().dnsException(code, syscall, hostname, dnsException)
}

export function connResetException(message: string): Error {
  const error: any = withStackFrom(connResetException, () => new Error(message))
  error.code = 'ECONNRESET'
  return error
}

/** What an argument is, for the end of a message: `type number (5)`, `an instance of Foo`. */
export function determineSpecificType(value: unknown): string {
  return texts().determineSpecificType(value)
}

/** `a`, `a and b`, `a, b, and c`. */
export function formatList(list: readonly unknown[], word = 'and'): string {
  const n = list.length
  if (n < 2) return n === 0 ? '' : `${list[0]}`
  if (n === 2) return `${list[0]} ${word} ${list[1]}`
  return `${list.slice(0, -1).join(', ')}, ${word} ${list[n - 1]}`
}

let overflow: Error | undefined
export function isStackOverflowError(error: any): boolean {
  if (overflow === undefined) {
    const fall = (): void => fall()
    try {
      fall()
    } catch (e) {
      overflow = e as Error
    }
  }
  return Boolean(error) && error.name === overflow!.name && error.message === overflow!.message
}

/** A property that JSON and for-in do not see. */
export function setHidden(target: object, key: PropertyKey, value: unknown): void {
  define(target, key, { __proto__: null, value, writable: true, enumerable: false, configurable: true } as PropertyDescriptor)
}

export const ERR_AMBIGUOUS_ARGUMENT = coded('ERR_AMBIGUOUS_ARGUMENT')
export const ERR_ARG_NOT_ITERABLE = coded('ERR_ARG_NOT_ITERABLE')
export const ERR_ASSERTION = coded('ERR_ASSERTION')
export const ERR_ASYNC_CALLBACK = coded('ERR_ASYNC_CALLBACK')
export const ERR_ASYNC_TYPE = coded('ERR_ASYNC_TYPE')
export const ERR_BUFFER_OUT_OF_BOUNDS = coded('ERR_BUFFER_OUT_OF_BOUNDS')
export const ERR_CHILD_PROCESS_STDIO_MAXBUFFER = coded('ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
export const ERR_CONSOLE_WRITABLE_STREAM = coded('ERR_CONSOLE_WRITABLE_STREAM')
export const ERR_CONSTRUCT_CALL_REQUIRED = coded('ERR_CONSTRUCT_CALL_REQUIRED')
export const ERR_DIR_CLOSED = coded('ERR_DIR_CLOSED')
export const ERR_ENCODING_NOT_SUPPORTED = coded('ERR_ENCODING_NOT_SUPPORTED')
export const ERR_EVENT_RECURSION = coded('ERR_EVENT_RECURSION')
export const ERR_FALSY_VALUE_REJECTION = coded('ERR_FALSY_VALUE_REJECTION')
export const ERR_FS_CP_DIR_TO_NON_DIR = coded('ERR_FS_CP_DIR_TO_NON_DIR')
export const ERR_FS_CP_EEXIST = coded('ERR_FS_CP_EEXIST')
export const ERR_FS_CP_EINVAL = coded('ERR_FS_CP_EINVAL')
export const ERR_FS_CP_FIFO_PIPE = coded('ERR_FS_CP_FIFO_PIPE')
export const ERR_FS_CP_NON_DIR_TO_DIR = coded('ERR_FS_CP_NON_DIR_TO_DIR')
export const ERR_FS_CP_SOCKET = coded('ERR_FS_CP_SOCKET')
export const ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY = coded('ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY')
export const ERR_FS_CP_UNKNOWN = coded('ERR_FS_CP_UNKNOWN')
export const ERR_FS_EISDIR = coded('ERR_FS_EISDIR')
export const ERR_HTTP_BODY_NOT_ALLOWED = coded('ERR_HTTP_BODY_NOT_ALLOWED')
export const ERR_HTTP_CONTENT_LENGTH_MISMATCH = coded('ERR_HTTP_CONTENT_LENGTH_MISMATCH')
export const ERR_HTTP_HEADERS_SENT = coded('ERR_HTTP_HEADERS_SENT')
export const ERR_HTTP_INVALID_HEADER_VALUE = coded('ERR_HTTP_INVALID_HEADER_VALUE')
export const ERR_HTTP_INVALID_STATUS_CODE = coded('ERR_HTTP_INVALID_STATUS_CODE')
export const ERR_HTTP_REQUEST_TIMEOUT = coded('ERR_HTTP_REQUEST_TIMEOUT')
export const ERR_HTTP_SOCKET_ASSIGNED = coded('ERR_HTTP_SOCKET_ASSIGNED')
export const ERR_HTTP_SOCKET_ENCODING = coded('ERR_HTTP_SOCKET_ENCODING')
export const ERR_HTTP_TRAILER_INVALID = coded('ERR_HTTP_TRAILER_INVALID')
export const ERR_ILLEGAL_CONSTRUCTOR = coded('ERR_ILLEGAL_CONSTRUCTOR')
export const ERR_INCOMPATIBLE_OPTION_PAIR = coded('ERR_INCOMPATIBLE_OPTION_PAIR')
export const ERR_INVALID_ADDRESS_FAMILY = coded('ERR_INVALID_ADDRESS_FAMILY')
export const ERR_INVALID_ARG_TYPE = coded('ERR_INVALID_ARG_TYPE')
export const ERR_INVALID_BUFFER_SIZE = coded('ERR_INVALID_BUFFER_SIZE')
export const ERR_INVALID_CHAR = coded('ERR_INVALID_CHAR')
export const ERR_INVALID_CURSOR_POS = coded('ERR_INVALID_CURSOR_POS')
export const ERR_INVALID_FD = coded('ERR_INVALID_FD')
export const ERR_INVALID_FILE_URL_HOST = coded('ERR_INVALID_FILE_URL_HOST')
export const ERR_INVALID_FILE_URL_PATH = coded('ERR_INVALID_FILE_URL_PATH')
export const ERR_INVALID_HTTP_TOKEN = coded('ERR_INVALID_HTTP_TOKEN')
export const ERR_INVALID_IP_ADDRESS = coded('ERR_INVALID_IP_ADDRESS')
export const ERR_INVALID_MIME_SYNTAX = coded('ERR_INVALID_MIME_SYNTAX')
export const ERR_INVALID_PROTOCOL = coded('ERR_INVALID_PROTOCOL')
export const ERR_INVALID_RETURN_PROPERTY = coded('ERR_INVALID_RETURN_PROPERTY')
export const ERR_INVALID_RETURN_PROPERTY_VALUE = coded('ERR_INVALID_RETURN_PROPERTY_VALUE')
export const ERR_INVALID_THIS = coded('ERR_INVALID_THIS')
export const ERR_INVALID_TUPLE = coded('ERR_INVALID_TUPLE')
export const ERR_INVALID_URI = coded('ERR_INVALID_URI')
export const ERR_INVALID_URL = coded('ERR_INVALID_URL')
export const ERR_INVALID_URL_SCHEME = coded('ERR_INVALID_URL_SCHEME')
export const ERR_METHOD_NOT_IMPLEMENTED = coded('ERR_METHOD_NOT_IMPLEMENTED')
export const ERR_MISSING_ARGS = coded('ERR_MISSING_ARGS')
export const ERR_OUT_OF_RANGE = coded('ERR_OUT_OF_RANGE')
export const ERR_SERVER_ALREADY_LISTEN = coded('ERR_SERVER_ALREADY_LISTEN')
export const ERR_SERVER_NOT_RUNNING = coded('ERR_SERVER_NOT_RUNNING')
export const ERR_SOCKET_BAD_BUFFER_SIZE = coded('ERR_SOCKET_BAD_BUFFER_SIZE')
export const ERR_SOCKET_BAD_PORT = coded('ERR_SOCKET_BAD_PORT')
export const ERR_SOCKET_BAD_TYPE = coded('ERR_SOCKET_BAD_TYPE')
export const ERR_SOCKET_CLOSED = coded('ERR_SOCKET_CLOSED')
export const ERR_SOCKET_CLOSED_BEFORE_CONNECTION = coded('ERR_SOCKET_CLOSED_BEFORE_CONNECTION')
export const ERR_SOCKET_CONNECTION_TIMEOUT = coded('ERR_SOCKET_CONNECTION_TIMEOUT')
export const ERR_SOCKET_DGRAM_IS_CONNECTED = coded('ERR_SOCKET_DGRAM_IS_CONNECTED')
export const ERR_SOCKET_DGRAM_NOT_CONNECTED = coded('ERR_SOCKET_DGRAM_NOT_CONNECTED')
export const ERR_SOCKET_DGRAM_NOT_RUNNING = coded('ERR_SOCKET_DGRAM_NOT_RUNNING')
export const ERR_STREAM_CANNOT_PIPE = coded('ERR_STREAM_CANNOT_PIPE')
export const ERR_STREAM_DESTROYED = coded('ERR_STREAM_DESTROYED')
export const ERR_STREAM_NULL_VALUES = coded('ERR_STREAM_NULL_VALUES')
export const ERR_STREAM_PREMATURE_CLOSE = coded('ERR_STREAM_PREMATURE_CLOSE')
export const ERR_STREAM_WRAP = coded('ERR_STREAM_WRAP')
export const ERR_SYSTEM_ERROR = coded('ERR_SYSTEM_ERROR')
export const ERR_THROTTLED = coded('ERR_THROTTLED')
export const ERR_TTY_INIT_FAILED = coded('ERR_TTY_INIT_FAILED')
export const ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET = coded('ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET')
export const ERR_UNESCAPED_CHARACTERS = coded('ERR_UNESCAPED_CHARACTERS')
export const ERR_UNHANDLED_ERROR = coded('ERR_UNHANDLED_ERROR')
export const ERR_UNKNOWN_CREDENTIAL = coded('ERR_UNKNOWN_CREDENTIAL')
export const ERR_UNKNOWN_ENCODING = coded('ERR_UNKNOWN_ENCODING')
export const ERR_UNKNOWN_SIGNAL = coded('ERR_UNKNOWN_SIGNAL')
export const ERR_USE_AFTER_CLOSE = coded('ERR_USE_AFTER_CLOSE')
export const ERR_BROTLI_INVALID_PARAM = coded('ERR_BROTLI_INVALID_PARAM')
export const ERR_BUFFER_TOO_LARGE = coded('ERR_BUFFER_TOO_LARGE')
export const ERR_CHILD_CLOSED_BEFORE_REPLY = coded('ERR_CHILD_CLOSED_BEFORE_REPLY')
export const ERR_CHILD_PROCESS_IPC_REQUIRED = coded('ERR_CHILD_PROCESS_IPC_REQUIRED')
export const ERR_INVALID_FD_TYPE = coded('ERR_INVALID_FD_TYPE')
export const ERR_INVALID_HANDLE_TYPE = coded('ERR_INVALID_HANDLE_TYPE')
export const ERR_IP_BLOCKED = coded('ERR_IP_BLOCKED')
export const ERR_MISSING_OPTION = coded('ERR_MISSING_OPTION')
export const ERR_MULTIPLE_CALLBACK = coded('ERR_MULTIPLE_CALLBACK')
export const ERR_SOCKET_ALREADY_BOUND = coded('ERR_SOCKET_ALREADY_BOUND')
export const ERR_SOCKET_BUFFER_SIZE = coded('ERR_SOCKET_BUFFER_SIZE')
export const ERR_SOCKET_HANDLE_ADOPTED = coded('ERR_SOCKET_HANDLE_ADOPTED')
export const ERR_STREAM_ALREADY_FINISHED = coded('ERR_STREAM_ALREADY_FINISHED')
export const ERR_STREAM_PUSH_AFTER_EOF = coded('ERR_STREAM_PUSH_AFTER_EOF')
export const ERR_STREAM_UNABLE_TO_PIPE = coded('ERR_STREAM_UNABLE_TO_PIPE')
export const ERR_STREAM_UNSHIFT_AFTER_END_EVENT = coded('ERR_STREAM_UNSHIFT_AFTER_END_EVENT')
export const ERR_STREAM_WRITE_AFTER_END = coded('ERR_STREAM_WRITE_AFTER_END')
export const ERR_TRAILING_JUNK_AFTER_STREAM_END = coded('ERR_TRAILING_JUNK_AFTER_STREAM_END')
export const ERR_UNKNOWN_BUILTIN_MODULE = coded('ERR_UNKNOWN_BUILTIN_MODULE')
export const ERR_UNKNOWN_FILE_EXTENSION = coded('ERR_UNKNOWN_FILE_EXTENSION')
export const ERR_UNKNOWN_MODULE_FORMAT = coded('ERR_UNKNOWN_MODULE_FORMAT')
export const ERR_ZSTD_INVALID_PARAM = coded('ERR_ZSTD_INVALID_PARAM')
export const ERR_INVALID_ARG_VALUE = wide('ERR_INVALID_ARG_VALUE')
export const ERR_INVALID_RETURN_VALUE = wide('ERR_INVALID_RETURN_VALUE')
export const ERR_INVALID_STATE = wide('ERR_INVALID_STATE')
export const ERR_OPERATION_FAILED = wide('ERR_OPERATION_FAILED')
export const ERR_NOT_IMPLEMENTED = coded('ERR_NOT_IMPLEMENTED')
