// internal:error_text: the wording of internal:errors, read at the first throw. Codes are permanent, wording follows Node's.

import { ERR_INVALID_ARG_TYPE, canSetLimit, formatList, kIsNodeError, setHidden, withStackFrom } from 'internal:errors'

type Text = string | ((this: any, ...args: any[]) => string)

const BASE: Record<string, any> = { __proto__: null } as any
const TEXT: Record<string, Text> = { __proto__: null } as any

function rows(Base: any, texts: Record<string, Text>): void {
  for (const key of Object.keys(texts)) {
    BASE[`ERR_${key}`] = Base
    TEXT[`ERR_${key}`] = texts[key]!
  }
}

export function isCode(code: string): boolean {
  return code in TEXT
}

// One prototype between the error and its base class gives the coded toString and keeps `constructor` the base class.
const protos = new Map<any, object>()

function protoOf(Base: any): object {
  let proto = protos.get(Base)
  if (proto === undefined) {
    proto = Object.create(Base.prototype, {
      constructor: { get: () => Base, enumerable: false, configurable: true },
      [kIsNodeError]: { get: () => true, enumerable: false, configurable: true },
      toString: {
        value(this: any): string {
          return `${this.name} [${this.code}]: ${this.message}`
        },
        writable: true, enumerable: false, configurable: true,
      },
    }) as object
    protos.set(Base, proto)
  }
  return proto
}

export function build(code: string, Base: any, args: any[], above: Function): Error {
  const base = Base ?? BASE[code]
  if (base === null) return systemError(code, args[0], above)
  const text = TEXT[code]!
  const words = typeof text === 'function' ? undefined : args.length === 0 ? text : filled(text, args)
  const limit = Error.stackTraceLimit
  const quiet = canSetLimit()
  if (quiet) Error.stackTraceLimit = 0
  let error: any
  try {
    error = words === undefined ? new base() : new base(words)
  } finally {
    if (quiet) Error.stackTraceLimit = limit
  }
  Object.setPrototypeOf(error, protoOf(base))
  error.code = code
  if (typeof text === 'function') setHidden(error, 'message', Reflect.apply(text, error, args))
  if (limit) restack(error, above)
  return error
}

/** Captures the stack anew, headed `Name [CODE]: message` for coded errors, without frames of the checks that threw. */
export function restack(error: any, above: Function): void {
  if (!(kIsNodeError in error)) {
    Error.captureStackTrace(error, above)
    return
  }
  const own = Object.getOwnPropertyDescriptor(error, 'name')
  setHidden(error, 'name', `${error.name} [${error.code}]`)
  Error.captureStackTrace(error, above)
  const stack = error.stack
  if (own === undefined) delete error.name
  else Object.defineProperty(error, 'name', own)
  if (typeof stack === 'string') {
    const bare = /\binternal[:/]validate:/.test(stack) ? stack.replace(/(?:\n    at [^\n]*\binternal[:/]validate:[^\n]*)+/, '') : stack
    setHidden(error, 'stack', bare)
  }
}

function filled(text: string, args: any[]): string {
  let at = 0
  return text.replace(/%([sdj])/g, (whole, kind) => {
    const arg = args[at++]
    const type = typeof arg
    if (kind === 's' && (type === 'string' || (type === 'number' && !Object.is(arg, -0)) || type === 'boolean')) return `${arg}`
    if (kind === 'j') return JSON.stringify(arg)
    return import.meta.builtin('internal:inspect').format(whole, arg)
  })
}

function inspect(value: unknown, options?: object): string {
  return import.meta.builtin('internal:inspect').inspect(value, options)
}

// An error of the system below a coded one: the context is kept whole in `info`, its fields show through.
class SystemError extends Error {
  constructor(key: string, context: any) {
    super()
    let message = `${TEXT[key]}: ${context.syscall} returned ${context.code} (${context.message})`
    if (context.path !== undefined) message += ` ${context.path}`
    if (context.dest !== undefined) message += ` => ${context.dest}`
    ;(this as any).code = key
    setHidden(this, kIsNodeError, true)
    setHidden(this, 'name', 'SystemError')
    setHidden(this, 'message', message)
    Object.defineProperty(this, 'info', { value: context, enumerable: true, configurable: true, writable: false })
    for (const key of ['errno', 'syscall']) through(this, context, key, value => value)
    const bytes = (value: any): any => value ? import.meta.builtin('node:buffer').default.Buffer.from(`${value}`) : undefined
    if (context.path !== undefined) through(this, context, 'path', bytes, value => value == null ? value : `${value}`)
    if (context.dest !== undefined) through(this, context, 'dest', bytes, value => value == null ? value : `${value}`)
  }

  override toString(): string {
    return `${this.name} [${(this as any).code}]: ${this.message}`
  }

  [Symbol.for('nodejs.util.inspect.custom')](_depth: number, options: any): string {
    return inspect(this, { ...options, getters: true, customInspect: false })
  }
}

function through(error: object, context: any, key: string, put: (v: any) => any, take: (v: any) => any = v => v): void {
  Object.defineProperty(error, key, {
    get: () => take(context[key]),
    set: value => { context[key] = put(value) },
    enumerable: true, configurable: true,
  })
}

function systemError(code: string, context: any, above: Function): Error {
  const error = withStackFrom(above, () => new SystemError(code, context))
  if (Error.stackTraceLimit) restack(error, above)
  return error
}

let uvNames: Map<number, readonly [string, string]> | undefined

export function uvMap(): Map<number, readonly [string, string]> {
  return uvNames ??= new Map(UV.map(([errno, name, words]) => [errno, [name, words]]))
}

export function uvError(errno: number): readonly [string, string] {
  return uvMap().get(errno) ?? ['UNKNOWN', 'unknown error']
}

export function systemErrorName(errno: number): string {
  return uvMap().get(errno)?.[0] ?? `Unknown system error ${errno}`
}

export function uvException(context: any, above: Function): Error {
  const [code, words] = uvError(context.errno)
  const path = context.path ? `${context.path}` : undefined
  const dest = context.dest ? `${context.dest}` : undefined
  let message = `${code}: ${context.message || words}, ${context.syscall}`
  if (path) message += ` '${path}'`
  if (dest) message += ` -> '${dest}'`
  const error: any = withStackFrom(above, () => new Error(message))
  for (const key of Object.keys(context)) {
    if (key !== 'message' && key !== 'path' && key !== 'dest') error[key] = context[key]
  }
  error.code = code
  if (path) error.path = path
  if (dest) error.dest = dest
  return error
}

export function uvExceptionWithHostPort(errno: number, syscall: string, address: any, port: any, above: Function): Error {
  const [code, words] = uvError(errno)
  const where = port && port > 0 ? ` ${address}:${port}` : address ? ` ${address}` : ''
  const error: any = withStackFrom(above, () => new Error(`${syscall} ${code}: ${words}${where}`))
  Object.assign(error, { code, errno, syscall, address })
  if (port) error.port = port
  return error
}

export function exceptionWithHostPort(errno: any, syscall: string, address: any, port: any, additional: any, above: Function): Error {
  const code = systemErrorName(errno)
  let where = port && port > 0 ? ` ${address}:${port}` : address ? ` ${address}` : ''
  if (additional) where += ` - Local (${additional})`
  const error: any = withStackFrom(above, () => new Error(`${syscall} ${code}${where}`))
  Object.assign(error, { errno, code, syscall, address })
  if (port) error.port = port
  return error
}

export function errnoException(errno: number, syscall: string, original: any, above: Function): Error {
  const code = systemErrorName(errno)
  const error: any = withStackFrom(above, () => new Error(original ? `${syscall} ${code} ${original}` : `${syscall} ${code}`))
  return Object.assign(error, { errno, code, syscall })
}

export function dnsException(code: any, syscall: string, hostname: any, above: Function): Error {
  let errno: number | undefined
  if (typeof code === 'number') {
    errno = code
    const name = systemErrorName(code)
    code = name === 'EAI_NODATA' || name === 'EAI_NONAME' ? 'ENOTFOUND' : name
  }
  const error: any = withStackFrom(above, () => new Error(`${syscall} ${code}${hostname ? ` ${hostname}` : ''}`))
  Object.assign(error, { errno, code, syscall })
  if (hostname) error.hostname = hostname
  return error
}

export function determineSpecificType(value: any): string {
  if (value === null) return 'null'
  switch (typeof value) {
    case 'undefined': return 'undefined'
    case 'bigint': return `type bigint (${value}n)`
    case 'number': return `type number (${Object.is(value, -0) ? '-0' : value})`
    case 'boolean': return `type boolean (${value})`
    case 'symbol': return `type symbol (${String(value)})`
    case 'function': return `function ${value.name}`
    case 'string': {
      const short = value.length > 28 ? `${value.slice(0, 25)}...` : value
      return `type string (${short.includes("'") ? JSON.stringify(short) : `'${short}'`})`
    }
    default: {
      const name = value.constructor?.name
      return typeof name === 'string' && name !== '' ? `an instance of ${name}` : inspect(value, { depth: -1 })
    }
  }
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, '_')
}

const TYPES = ['string', 'function', 'number', 'object', 'Function', 'Object', 'boolean', 'bigint', 'symbol']

function wrongType(name: string, expected: string | string[], actual: unknown): string {
  const types: string[] = []
  const instances: string[] = []
  const others: string[] = []
  for (const value of Array.isArray(expected) ? expected : [expected]) {
    if (TYPES.includes(value)) types.push(value.toLowerCase())
    else if (/^[A-Z][a-zA-Z0-9]*$/.test(value)) instances.push(value)
    else others.push(value)
  }
  const object = types.indexOf('object')
  if (instances.length > 0 && object !== -1) {
    types.splice(object, 1)
    instances.push('Object')
  }
  const parts: string[] = []
  if (types.length > 0) parts.push(`${types.length > 1 ? 'one of type' : 'of type'} ${formatList(types, 'or')}`)
  if (instances.length > 0) parts.push(`an instance of ${formatList(instances, 'or')}`)
  if (others.length > 1) parts.push(`one of ${formatList(others, 'or')}`)
  else if (others.length === 1) parts.push(`${others[0]!.toLowerCase() !== others[0] ? 'an ' : ''}${others[0]}`)
  const what = name.endsWith(' argument') ? name : `"${name}" ${name.includes('.') ? 'property' : 'argument'}`
  return `The ${what} must be ${parts.join(' or ')}. Received ${determineSpecificType(actual)}`
}

function wrongValue(name: string, value: unknown, reason = 'is invalid'): string {
  let shown = inspect(value)
  if (shown.length > 128) shown = `${shown.slice(0, 128)}...`
  return `The ${name.includes('.') ? 'property' : 'argument'} '${name}' ${reason}. Received ${shown}`
}

function outOfRange(name: string, range: string, input: any, whole = false): string {
  let shown: string
  if (Number.isInteger(input) && Math.abs(input) > 2 ** 32) shown = grouped(String(input))
  else if (typeof input === 'bigint') shown = `${input > 2n ** 32n || input < -(2n ** 32n) ? grouped(String(input)) : input}n`
  else shown = inspect(input)
  return `${whole ? name : `The value of "${name}" is out of range.`} It must be ${range}. Received ${shown}`
}

function badTarget(pkgPath: string, key: string, target: any, isImport = false, base?: string): string {
  const relative = typeof target === 'string' && !isImport && target.length > 0 && !target.startsWith('./')
  const field = isImport ? 'imports' : 'exports'
  const what = key === '.' ? `"exports" main target ${JSON.stringify(target)} defined` : `"${field}" target ${JSON.stringify(target)} defined for '${key}'`
  return `Invalid ${what} in the package config ${pkgPath}package.json${base ? ` imported from ${base}` : ''}${
    relative ? '; targets must start with "./"' : ''}`
}

function requireEsm(filename: string, hasEsmSyntax: boolean, parent: string | null = null, packageJson: string | null = null): string {
  const head = `require() of ES Module ${filename}${parent ? ` from ${parent}` : ''} not supported.`
  const instead = 'a dynamic import() which is available in all CommonJS modules.'
  if (!packageJson) {
    return filename.endsWith('.mjs') ? `${head}\nInstead change the require of ${filename} to ${instead}` : head
  }
  const last = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
  const name = parent && last(filename) === last(parent) ? filename : last(filename)
  if (hasEsmSyntax) return `${head}\nInstead change the require of ${name} in ${parent} to ${instead}`
  return `${head}\n${name} is treated as an ES module file as it is a .js file whose nearest parent package.json contains ` +
    `"type": "module" which declares all .js files in that package scope as ES modules.\nInstead either rename ${name} to end in .cjs, ` +
    'change the requiring code to use dynamic import() which is available in all CommonJS modules, ' +
    `or change "type": "module" to "type": "commonjs" in ${packageJson} to treat all .js files as CommonJS (using .mjs for all ES modules instead).\n`
}

function keep(error: any, properties: object): void {
  Object.assign(error, properties)
}

rows(Error, {
  ACCESS_DENIED(msg, permission = '', resource = '') {
    keep(this, { permission, resource })
    return msg
  },
  DEBUGGER_STARTUP_ERROR(message, details) {
    if (details !== undefined) keep(this, details)
    return message
  },
  FALSY_VALUE_REJECTION(reason) {
    this.reason = reason
    return 'Promise was rejected with falsy value'
  },
  HTTP2_STREAM_CANCEL(error) {
    if (error) this.cause = error
    return `The pending stream has been canceled${typeof error?.message === 'string' ? ` (caused by: ${error.message})` : ''}`
  },
  INTERNAL_ASSERTION: message => `${message === undefined ? '' : `${message}\n`}This is caused by either a bug in the runtime ` +
    'or incorrect usage of its internals.\n',
  INVALID_PACKAGE_CONFIG: (path, base, message) =>
    `Invalid package config ${path}${base ? ` while importing ${base}` : ''}${message ? `. ${message}` : ''}`,
  INVALID_PACKAGE_TARGET: badTarget,
  IP_BLOCKED: ip => `IP(${ip}) is blocked by net.BlockList`,
  MODULE_NOT_FOUND(path, base, exactUrl) {
    if (exactUrl) this.url = `${exactUrl}`
    return `Cannot find ${exactUrl ? 'module' : 'package'} '${path}' imported from ${base}`
  },
  NOT_IMPLEMENTED: '%s is not implemented yet',
  PACKAGE_MAP_EXTERNAL_FILE: (specifier, parent, config) =>
    `Cannot resolve "${specifier}" from "${parent}": file is not within any package defined in ${config}`,
  PACKAGE_MAP_KEY_NOT_FOUND: (key, config) => `Package key "${key}" referenced in dependencies but not defined in ${config}`,
  PACKAGE_PATH_NOT_EXPORTED: (pkgPath, subpath, base) =>
    `${subpath === '.' ? 'No "exports" main defined' : `Package subpath '${subpath}' is not defined by "exports"`} in ${
      pkgPath}package.json${base ? ` imported from ${base}` : ''}`,
  REQUIRE_ASYNC_MODULE(filename, parent) {
    return `require() cannot be used on an ESM graph with top-level await. Use import() instead.${
      filename ? `\nRequired module: ${filename}` : ''}${parent ? `\nFrom ${parent}` : ''}`
  },
  REQUIRE_ESM: requireEsm,
  REQUIRE_ESM_RACE_CONDITION: (filename, parent, worker) =>
    `Cannot require() ES Module ${filename} because it is not yet fully loaded.\nThis may be caused by a race condition if the module is ` +
    'simultaneously dynamically import()-ed via Promise.all().\nTry await-ing the import() sequentially in a loop instead.\n' +
    ` (From ${parent ? `${parent} in ` : ' '}${worker ? 'loader hook worker thread' : 'non-loader-hook thread'})`,
  TEST_FAILURE(error, failureType) {
    const words = error?.message ?? error
    keep(this, { failureType, cause: error })
    return typeof words === 'string' ? words : inspect(words)
  },
  TLS_CERT_ALTNAME_INVALID(reason, host, cert) {
    keep(this, { reason, host, cert })
    return `Hostname/IP does not match certificate's altnames: ${reason}`
  },
  UNHANDLED_ERROR: err => err === undefined ? 'Unhandled error.' : `Unhandled error. (${err})`,
  UNSUPPORTED_DIR_IMPORT(path, base, exactUrl) {
    this.url = exactUrl
    return `Directory import '${path}' is not supported resolving ES modules imported from ${base}`
  },
  UNSUPPORTED_ESM_URL_SCHEME: (url, supported) =>
    `Only URLs with a scheme in: ${formatList(supported)} are supported by the default ESM loader. Received protocol '${url.protocol}'`,
  VM_MODULE_LINK_FAILURE(message, cause) {
    this.cause = cause
    return message
  },
  WORKER_INVALID_EXEC_ARGV: (errors, msg = 'invalid execArgv flags') => `Initiated Worker with ${msg}: ${errors.join(', ')}`,
})

rows(TypeError, {
  ENCODING_INVALID_ENCODED_DATA(encoding, ret) {
    this.errno = ret
    return `The encoded data was not valid for encoding ${encoding}`
  },
  HTTP2_INVALID_SETTING_VALUE(name, actual, min, max) {
    keep(this, min === undefined ? { actual } : { actual, min, max })
    return `Invalid value for setting "${name}": ${actual}`
  },
  IMPORT_ATTRIBUTE_UNSUPPORTED: (key, value, url) => `Import attribute "${key}" with value "${value}" is not supported${url ? ` in ${url}` : ''}`,
  INVALID_ARG_TYPE: wrongType,
  INVALID_ARG_VALUE: wrongValue,
  INVALID_CHAR: (name, field) => `Invalid character in ${name}${field === undefined ? '' : ` ["${field}"]`}`,
  INVALID_FILE_URL_PATH(reason, input) {
    this.input = input
    return `File URL path ${reason}`
  },
  INVALID_MIME_SYNTAX: (production, str, at) => `The MIME syntax for a ${production} in "${str}" is invalid${at !== -1 ? ` at ${at}` : ''}`,
  INVALID_MODULE_SPECIFIER: (request, reason, base) => `Invalid module "${request}" ${reason}${base ? ` imported from ${base}` : ''}`,
  INVALID_RETURN_PROPERTY: (input, name, prop, value) =>
    `Expected a valid ${input} to be returned for the "${prop}" from the "${name}" hook but got ${determineSpecificType(value)}.`,
  INVALID_RETURN_PROPERTY_VALUE: (input, name, prop, value) =>
    `Expected ${input} to be returned for the "${prop}" from the "${name}" hook but got ${determineSpecificType(value)}.`,
  INVALID_RETURN_VALUE: (input, name, value) =>
    `Expected ${input} to be returned from the "${name}" function but got ${determineSpecificType(value)}.`,
  INVALID_URL(input, base) {
    this.input = input
    if (base != null) this.base = base
    return 'Invalid URL'
  },
  INVALID_URL_SCHEME: expected => {
    const [one, two] = typeof expected === 'string' ? [expected] : expected
    return `The URL must be ${two === undefined ? `of scheme ${one}` : `one of scheme ${one} or ${two}`}`
  },
  MISSING_ARGS: (...args) => {
    if (args.length === 0) throw new ERR_INVALID_ARG_TYPE('args', 'string', undefined)
    const names = args.map(arg => Array.isArray(arg) ? arg.map(name => `"${name}"`).join(' or ') : `"${arg}"`)
    return `The ${formatList(names)} argument${names.length > 1 ? 's' : ''} must be specified`
  },
  PACKAGE_IMPORT_NOT_DEFINED: (specifier, packagePath, base) =>
    `Package import specifier "${specifier}" is not defined${packagePath ? ` in package ${packagePath}package.json` : ''} imported from ${base}`,
  PARSE_ARGS_UNKNOWN_OPTION: (option, allowPositionals) => `Unknown option '${option}'${allowPositionals ?
    `. To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- ${JSON.stringify(option)}` : ''}`,
  TLS_ALPN_CALLBACK_INVALID_RESULT: (value, protocols) =>
    `ALPN callback returned a value (${value}) that did not match any of the client's offered protocols (${protocols.join(', ')})`,
  WORKER_PATH: filename => {
    const url = filename.startsWith('file://') ? ' Wrap file:// URLs with `new URL`.' : ''
    const data = filename.startsWith('data:text/javascript') ? ' Wrap data: URLs with `new URL`.' : ''
    return `The worker script or module filename must be an absolute path or a relative path starting with './' or '../'.${url}${data} Received "${filename}"`
  },
  VM_DYNAMIC_IMPORT_CALLBACK_MISSING: 'A dynamic import callback was not specified.',
  VM_DYNAMIC_IMPORT_CALLBACK_MISSING_FLAG: 'A dynamic import callback was invoked without --experimental-vm-modules',
})

rows(RangeError, {
  BUFFER_OUT_OF_BOUNDS: name => name ? `"${name}" is outside of buffer bounds` : 'Attempt to access memory outside buffer bounds',
  INVALID_ADDRESS_FAMILY(type, host, port) {
    keep(this, { host, port })
    return `Invalid address family: ${type} ${host}:${port}`
  },
  OUT_OF_RANGE: outOfRange,
  SOCKET_BAD_PORT: (name, port, allowZero = true) =>
    `${name} should be ${allowZero ? '>=' : '>'} 0 and < 65536. Received ${determineSpecificType(port)}.`,
})

rows(SyntaxError, {
  PACKAGE_MAP_INVALID: (config, reason) => `Invalid package-map.json at "${config}": ${reason}`,
})

rows(TypeError, {
  AMBIGUOUS_ARGUMENT: 'The "%s" argument is ambiguous. %s',
  ARG_NOT_ITERABLE: '%s must be iterable',
  ASYNC_CALLBACK: '%s must be a function',
  ASYNC_TYPE: 'Invalid name for async "type": %s',
  CONSOLE_WRITABLE_STREAM: 'Console expects a writable stream instance for %s',
  CONSTRUCT_CALL_REQUIRED: 'Class constructor %s cannot be invoked without `new`',
  CRYPTO_ECDH_INVALID_FORMAT: 'Invalid ECDH format: %s',
  CRYPTO_INVALID_DIGEST: 'Invalid digest: %s',
  CRYPTO_INVALID_JWK: 'Invalid JWK data',
  CRYPTO_INVALID_KEY_OBJECT_TYPE: 'Invalid key object type %s, expected %s.',
  CRYPTO_INVALID_MAC: 'Invalid MAC: %s',
  FEATURE_UNAVAILABLE_ON_PLATFORM:
    'The feature %s is unavailable on the current platform, which is being used to run Node.js',
  HTTP2_ALTSVC_INVALID_ORIGIN: 'HTTP/2 ALTSVC frames require a valid origin',
  HTTP2_ALTSVC_LENGTH: 'HTTP/2 ALTSVC frames are limited to 16382 bytes',
  HTTP2_HEADER_SINGLE_VALUE: 'Header field "%s" must only have a single value',
  HTTP2_INVALID_CONNECTION_HEADERS: 'HTTP/1 Connection specific headers are forbidden: "%s"',
  HTTP2_INVALID_HEADER_VALUE: 'Invalid value "%s" for header "%s"',
  HTTP2_INVALID_ORIGIN: 'HTTP/2 ORIGIN frames require a valid origin',
  HTTP2_INVALID_PSEUDOHEADER: '"%s" is an invalid pseudoheader or is used incorrectly',
  HTTP2_ORIGIN_LENGTH: 'HTTP/2 ORIGIN frames are limited to 16382 bytes',
  HTTP2_PSEUDOHEADER_NOT_ALLOWED: 'Cannot set HTTP/2 pseudo-headers',
  HTTP_INVALID_HEADER_VALUE: 'Invalid value "%s" for header "%s"',
  ILLEGAL_CONSTRUCTOR: 'Illegal constructor',
  INVALID_OBJECT_DEFINE_PROPERTY: (message: string) => message,
  IMPORT_ATTRIBUTE_MISSING: 'Module "%s" needs an import attribute of "%s: %s"',
  IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE: 'Module "%s" is not of type "%s"',
  INCOMPATIBLE_OPTION_PAIR: 'Option "%s" cannot be used in combination with option "%s"',
  INVALID_CURSOR_POS: 'Cannot set cursor row without setting its column',
  INVALID_FD_TYPE: 'Unsupported fd type: %s',
  INVALID_FILE_URL_HOST: 'File URL host must be "localhost" or empty on %s',
  INVALID_HANDLE_TYPE: 'This handle type cannot be sent',
  INVALID_HTTP_TOKEN: '%s must be a valid HTTP token ["%s"]',
  INVALID_IP_ADDRESS: 'Invalid IP address: %s',
  INVALID_PROTOCOL: 'Protocol "%s" not supported. Expected "%s"',
  INVALID_REPL_EVAL_CONFIG: 'Cannot specify both "breakEvalOnSigint" and "eval" for REPL',
  INVALID_REPL_INPUT: '%s',
  INVALID_SYNC_FORK_INPUT: 'Asynchronous forks do not support Buffer, TypedArray, DataView or string input: %s',
  INVALID_THIS: 'Value of "this" must be of type %s',
  INVALID_TUPLE: '%s must be an iterable %s tuple',
  MISSING_OPTION: '%s is required',
  MODULE_LINK_MISMATCH: '%s',
  NAPI_CONS_FUNCTION: 'Constructor must be a function',
  NO_ICU: '%s is not supported on Node.js compiled without ICU',
  PARSE_ARGS_INVALID_OPTION_VALUE: '%s',
  PARSE_ARGS_UNEXPECTED_POSITIONAL: "Unexpected argument '%s'. This command does not take positional arguments",
  PERFORMANCE_INVALID_TIMESTAMP: '%d is not a valid timestamp',
  PERFORMANCE_MEASURE_INVALID_OPTIONS: '%s',
  SOCKET_BAD_BUFFER_SIZE: 'Buffer size must be a positive integer',
  SOCKET_BAD_TYPE: 'Bad socket type specified. Valid types are: udp4, udp6',
  STREAM_ITER_MISSING_FLAG: 'The stream/iter API requires the --experimental-stream-iter flag',
  STREAM_NULL_VALUES: 'May not write null values to stream',
  TLS_ALPN_CALLBACK_WITH_PROTOCOLS: 'The ALPNCallback and ALPNProtocols TLS options are mutually exclusive',
  TLS_INVALID_CONTEXT: '%s must be a SecureContext',
  TLS_INVALID_PROTOCOL_VERSION: '%j is not a valid %s TLS protocol version',
  TLS_PROTOCOL_VERSION_CONFLICT: 'TLS protocol version %j conflicts with secureProtocol %j',
  TRACE_EVENTS_CATEGORY_REQUIRED: 'At least one category is required',
  TRAILING_JUNK_AFTER_STREAM_END: 'Trailing junk found after the end of the compressed stream',
  UNESCAPED_CHARACTERS: '%s contains unescaped characters',
  UNKNOWN_ENCODING: 'Unknown encoding: %s',
  UNKNOWN_FILE_EXTENSION: 'Unknown file extension "%s" for %s',
  UNKNOWN_SIGNAL: 'Unknown signal: %s',
  UNSUPPORTED_RESOLVE_REQUEST:
    'Failed to resolve module specifier "%s" from "%s": Invalid relative URL or base scheme is not hierarchical.',
  VM_DYNAMIC_IMPORT_CALLBACK_MISSING: 'A dynamic import callback was not specified.',
  VM_DYNAMIC_IMPORT_CALLBACK_MISSING_FLAG: 'A dynamic import callback was invoked without --experimental-vm-modules',
  WEBASSEMBLY_RESPONSE: 'WebAssembly response %s',
  WORKER_UNSUPPORTED_OPERATION: '%s is not supported in workers',
  ZIP_NOT_WRITABLE: 'this archive was not opened for writing',
})

rows(Error, {
  ASSERTION: '%s',
  ASYNC_LOADER_REQUEST_NEVER_SETTLED: 'Async loader request never settled',
  CANNOT_WATCH_SIGINT: 'Cannot watch for SIGINT signals',
  CHILD_CLOSED_BEFORE_REPLY: 'Child closed before reply received',
  CHILD_PROCESS_IPC_REQUIRED: "Forked processes must have an IPC channel, missing value 'ipc' in %s",
  CONTEXT_NOT_INITIALIZED: 'context used is not initialized',
  CRYPTO_ARGON2_NOT_SUPPORTED: 'Argon2 algorithm not supported',
  CRYPTO_CUSTOM_ENGINE_NOT_SUPPORTED: 'Custom engines not supported by this OpenSSL',
  CRYPTO_ECDH_INVALID_PUBLIC_KEY: 'Public key is not valid for specified curve',
  CRYPTO_ENGINE_UNKNOWN: 'Engine "%s" was not found',
  CRYPTO_FIPS_FORCED: 'Cannot set FIPS mode, it was forced with --force-fips at startup.',
  CRYPTO_FIPS_UNAVAILABLE: 'Cannot set FIPS mode in a non-FIPS build.',
  CRYPTO_HASH_FINALIZED: 'Digest already called',
  CRYPTO_HASH_UPDATE_FAILED: 'Hash update failed',
  CRYPTO_INCOMPATIBLE_KEY: 'Incompatible %s: %s',
  CRYPTO_INCOMPATIBLE_KEY_OPTIONS: 'The selected key encoding %s %s.',
  CRYPTO_INVALID_STATE: 'Invalid state for operation %s',
  CRYPTO_KEM_NOT_SUPPORTED: 'KEM is not supported',
  CRYPTO_MAC_FINALIZED: 'MAC already finalized',
  CRYPTO_MAC_NOT_SUPPORTED: 'MAC is not supported',
  CRYPTO_MAC_UPDATE_FAILED: 'MAC update failed',
  CRYPTO_PBKDF2_ERROR: 'PBKDF2 error',
  CRYPTO_SCRYPT_NOT_SUPPORTED: 'Scrypt algorithm not supported',
  CRYPTO_SIGN_KEY_REQUIRED: 'No key provided to sign',
  DEBUGGER_ERROR: '%s',
  DIR_CLOSED: 'Directory handle was closed',
  DIR_CONCURRENT_OPERATION: 'Cannot do synchronous work on directory handle with concurrent asynchronous operations',
  DNS_SET_SERVERS_FAILED: 'c-ares failed to set servers: "%s" [%s]',
  DOMAIN_CALLBACK_NOT_AVAILABLE:
    'A callback was registered through process.setUncaughtExceptionCaptureCallback(), which is mutually exclusive with using the `domain` module',
  DOMAIN_CANNOT_SET_UNCAUGHT_EXCEPTION_CAPTURE:
    'The `domain` module is in use, which is mutually exclusive with calling process.setUncaughtExceptionCaptureCallback()',
  DUPLICATE_STARTUP_SNAPSHOT_MAIN_FUNCTION: 'Deserialize main function is already configured.',
  EVAL_ESM_CANNOT_PRINT: '--print cannot be used with ESM input',
  EVENT_RECURSION: 'The event "%s" is already being dispatched',
  FFI_LIBRARY_CLOSED: 'Library is closed',
  FS_WATCH_QUEUE_OVERFLOW: 'fs.watch() queued more than %d events',
  HTTP2_CONNECT_AUTHORITY: ':authority header is required for CONNECT requests',
  HTTP2_CONNECT_PATH: 'The :path header is forbidden for CONNECT requests',
  HTTP2_CONNECT_SCHEME: 'The :scheme header is forbidden for CONNECT requests',
  HTTP2_GOAWAY_SESSION: 'New streams cannot be created after receiving a GOAWAY',
  HTTP2_HEADERS_AFTER_RESPOND: 'Cannot specify additional headers after response initiated',
  HTTP2_HEADERS_SENT: 'Response has already been initiated.',
  HTTP2_INVALID_SESSION: 'The session has been destroyed',
  HTTP2_INVALID_STREAM: 'The stream has been destroyed',
  HTTP2_MAX_PENDING_SETTINGS_ACK: 'Maximum number of pending settings acknowledgements',
  HTTP2_NESTED_PUSH: 'A push stream cannot initiate another push stream.',
  HTTP2_NO_MEM: 'Out of memory',
  HTTP2_NO_SOCKET_MANIPULATION: 'HTTP/2 sockets should not be directly manipulated (e.g. read and written)',
  HTTP2_OUT_OF_STREAMS: 'No stream ID is available because maximum stream ID has been reached',
  HTTP2_PAYLOAD_FORBIDDEN: 'Responses with %s status must not have a payload',
  HTTP2_PING_CANCEL: 'HTTP2 ping cancelled',
  HTTP2_PUSH_DISABLED: 'HTTP/2 client has disabled push streams',
  HTTP2_SEND_FILE: 'Directories cannot be sent',
  HTTP2_SEND_FILE_NOSEEK: 'Offset or length can only be specified for regular files',
  HTTP2_SESSION_ERROR: 'Session closed with error code %s',
  HTTP2_SETTINGS_CANCEL: 'HTTP2 session settings canceled',
  HTTP2_SOCKET_BOUND: 'The socket is already bound to an Http2Session',
  HTTP2_SOCKET_UNBOUND: 'The socket has been disconnected from the Http2Session',
  HTTP2_STATUS_101: 'HTTP status code 101 (Switching Protocols) is forbidden in HTTP/2',
  HTTP2_STREAM_ERROR: 'Stream closed with error code %s',
  HTTP2_STREAM_SELF_DEPENDENCY: 'A stream cannot depend on itself',
  HTTP2_TOO_MANY_CUSTOM_SETTINGS: 'Number of custom settings exceeds MAX_ADDITIONAL_SETTINGS',
  HTTP2_TOO_MANY_INVALID_FRAMES: 'Too many invalid HTTP/2 frames',
  HTTP2_TOO_MANY_ORIGINS: 'The server sent more ORIGIN frames than the allowed number of %s',
  HTTP2_TRAILERS_ALREADY_SENT: 'Trailing headers have already been sent',
  HTTP2_TRAILERS_NOT_READY: 'Trailing headers cannot be sent until after the wantTrailers event is emitted',
  HTTP2_UNSUPPORTED_PROTOCOL: 'protocol "%s" is unsupported.',
  HTTP_BODY_NOT_ALLOWED: 'Adding content for this request method or response status is not allowed.',
  HTTP_CONTENT_LENGTH_MISMATCH:
    "Response body's content-length of %s byte(s) does not match the content-length of %s byte(s) set in header",
  HTTP_HEADERS_SENT: 'Cannot %s headers after they are sent to the client',
  HTTP_REQUEST_TIMEOUT: 'Request timeout',
  HTTP_SOCKET_ASSIGNED: 'ServerResponse has an already assigned socket',
  HTTP_SOCKET_ENCODING: 'Changing the socket encoding is not allowed per RFC7230 Section 3.',
  HTTP_TRAILER_INVALID: 'Trailers are invalid with this transfer encoding',
  INPUT_TYPE_NOT_ALLOWED: '--input-type can only be used with string input via --eval, --print, or STDIN',
  INSPECTOR_ALREADY_ACTIVATED:
    'Inspector is already activated. Close it with inspector.close() before activating it again.',
  INSPECTOR_ALREADY_CONNECTED: '%s is already connected',
  INSPECTOR_CLOSED: 'Session was closed',
  INSPECTOR_COMMAND: 'Inspector error %d: %s',
  INSPECTOR_NOT_ACTIVE: 'Inspector is not active',
  INSPECTOR_NOT_AVAILABLE: 'Inspector is not available',
  INSPECTOR_NOT_CONNECTED: 'Session is not connected',
  INSPECTOR_NOT_WORKER: 'Current thread is not a worker',
  INVALID_STATE: 'Invalid state: %s',
  IPC_CHANNEL_CLOSED: 'Channel closed',
  IPC_DISCONNECTED: 'IPC channel is already disconnected',
  IPC_ONE_PIPE: 'Child process can have only one IPC pipe',
  IPC_SYNC_FORK: 'IPC cannot be used with synchronous forks',
  LOADER_CHAIN_INCOMPLETE:
    '"%s" did not call the next hook in its chain and did not explicitly signal a short circuit. If this is intentional, include `shortCircuit: true` in the hook\'s return.',
  METHOD_NOT_IMPLEMENTED: 'The %s method is not implemented',
  MULTIPLE_CALLBACK: 'Callback called multiple times',
  NOT_BUILDING_SNAPSHOT: 'Operation cannot be invoked when not building startup snapshot',
  NOT_IN_SINGLE_EXECUTABLE_APPLICATION: 'Operation cannot be invoked when not in a single-executable application',
  NOT_SUPPORTED_IN_SNAPSHOT: '%s is not supported in startup snapshot',
  NO_CRYPTO: 'Node.js is not compiled with OpenSSL crypto support',
  NO_TEMPORAL: 'Temporal is not supported in this environment',
  NO_TYPESCRIPT: 'Node.js is not compiled with TypeScript support',
  OPERATION_FAILED: 'Operation failed: %s',
  PROXY_INVALID_CONFIG: '%s',
  PROXY_TUNNEL: '%s',
  QUIC_CONNECTION_FAILED: 'QUIC connection failed',
  QUIC_ENDPOINT_CLOSED: 'QUIC endpoint closed: %s (%d)',
  QUIC_OPEN_STREAM_FAILED: 'Failed to open QUIC stream',
  QUIC_STREAM_ABORTED: '%s',
  QUIC_VERSION_NEGOTIATION_ERROR: 'The QUIC session requires version negotiation',
  REQUIRE_CYCLE_MODULE: '%s',
  SCRIPT_EXECUTION_INTERRUPTED: 'Script execution was interrupted by `SIGINT`',
  SERVER_ALREADY_LISTEN: 'Listen method has been called more than once without closing.',
  SERVER_NOT_RUNNING: 'Server is not running.',
  SINGLE_EXECUTABLE_APPLICATION_ASSET_NOT_FOUND: 'Cannot find asset %s for the single executable application',
  SOCKET_ALREADY_BOUND: 'Socket is already bound',
  SOCKET_CLOSED: 'Socket is closed',
  SOCKET_CLOSED_BEFORE_CONNECTION: 'Socket closed before the connection was established',
  SOCKET_CONNECTION_TIMEOUT: 'Socket connection timeout',
  SOCKET_DGRAM_IS_CONNECTED: 'Already connected',
  SOCKET_DGRAM_NOT_CONNECTED: 'Not connected',
  SOCKET_DGRAM_NOT_RUNNING: 'Not running',
  SOCKET_HANDLE_ADOPTED: 'The bound socket has already been adopted by a server or socket',
  SOURCE_MAP_CORRUPT: "The source map for '%s' does not exist or is corrupt.",
  SOURCE_MAP_MISSING_SOURCE: "Cannot find '%s' imported from the source map for '%s'",
  STREAM_ALREADY_FINISHED: 'Cannot call %s after a stream was finished',
  STREAM_CANNOT_PIPE: 'Cannot pipe, not readable',
  STREAM_DESTROYED: 'Cannot call %s after a stream was destroyed',
  STREAM_PREMATURE_CLOSE: 'Premature close',
  STREAM_PUSH_AFTER_EOF: 'stream.push() after EOF',
  STREAM_UNABLE_TO_PIPE: 'Cannot pipe to a closed or destroyed stream',
  STREAM_UNSHIFT_AFTER_END_EVENT: 'stream.unshift() after end event',
  STREAM_WRAP: 'Stream has StringDecoder set or is in objectMode',
  STREAM_WRITE_AFTER_END: 'write after end',
  SYNTHETIC: 'JavaScript Callstack',
  THROTTLED: 'The call was dropped by the throttled function',
  TLS_DH_PARAM_SIZE: 'DH parameter size %s is less than 2048',
  TLS_HANDSHAKE_TIMEOUT: 'TLS handshake timeout',
  TLS_INVALID_STATE: 'TLS socket connection must be securely established',
  TLS_RENEGOTIATION_DISABLED: 'TLS session renegotiation disabled for this socket',
  TLS_RENEGOTIATION_UNSUPPORTED: 'TLS session renegotiation is unsupported by this TLS implementation',
  TLS_REQUIRED_SERVER_NAME: '"servername" is required parameter for Server.addContext',
  TLS_SESSION_ATTACK: 'TLS session renegotiation attack detected',
  TLS_SNI_FROM_SERVER: 'Cannot issue SNI from a TLS server-side socket',
  TRACE_EVENTS_UNAVAILABLE: 'Trace events are unavailable',
  UNAVAILABLE_DURING_EXIT: 'Cannot call function in process exit handler',
  UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET:
    '`process.setupUncaughtExceptionCapture()` was called while a capture callback was already active',
  UNKNOWN_BUILTIN_MODULE: 'No such built-in module: %s',
  UNKNOWN_CREDENTIAL: '%s identifier does not exist: %s',
  UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING:
    'Stripping types is currently unsupported for files under node_modules, for "%s"',
  USE_AFTER_CLOSE: '%s was closed',
  VALID_PERFORMANCE_ENTRY_TYPE: 'At least one valid performance entry type is required',
  VFS_INVALID_TARGET: '%s is not a valid --vfs-mount source: must be an existing file or directory',
  VM_MODULE_ALREADY_LINKED: 'Module has already been linked',
  VM_MODULE_CANNOT_CREATE_CACHED_DATA: 'Cached data cannot be created for a module which has been evaluated',
  VM_MODULE_DIFFERENT_CONTEXT: 'Linked modules must use the same context',
  VM_MODULE_NOT_MODULE: 'Provided module is not an instance of Module',
  VM_MODULE_STATUS: 'Module status %s',
  WASI_ALREADY_STARTED: 'WASI instance has already started',
  WEBASSEMBLY_NOT_SUPPORTED: 'WebAssembly is not supported in this environment, but is required for %s',
  WORKER_HANDLE_NOT_TRANSFERABLE:
    '%s cannot be transferred in its current state; it must be a freshly created or accepted handle that has not started reading and has no pending writes',
  WORKER_INIT_FAILED: 'Worker initialization failure: %s',
  WORKER_MESSAGING_ERRORED: 'The destination thread threw an error while processing the message',
  WORKER_MESSAGING_FAILED: 'Cannot find the destination thread or listener',
  WORKER_MESSAGING_SAME_THREAD: 'Cannot sent a message to the same thread',
  WORKER_MESSAGING_TIMEOUT: 'Sending a message to another thread timed out',
  WORKER_NOT_RUNNING: 'Worker instance not running',
  WORKER_OUT_OF_MEMORY: 'Worker terminated due to reaching memory limit: %s',
  WORKER_UNSERIALIZABLE_ERROR: 'Serializing an uncaught exception failed',
  ZIP_ENTRY_CORRUPT: 'ZIP entry is corrupt: %s',
  ZIP_ENTRY_NOT_FOUND: 'no such entry %j in the archive',
  ZIP_INVALID_ARCHIVE: 'invalid ZIP archive: %s',
  ZIP_UNSUPPORTED_FEATURE: 'unsupported ZIP feature: %s',
})

rows(RangeError, {
  BROTLI_INVALID_PARAM: '%s is not a valid Brotli parameter',
  BUFFER_TOO_LARGE: 'Cannot create a Buffer larger than %s bytes',
  CHILD_PROCESS_STDIO_MAXBUFFER: '%s maxBuffer length exceeded',
  ENCODING_NOT_SUPPORTED: 'The "%s" encoding is not supported',
  FS_FILE_TOO_LARGE: 'File size (%s) is greater than 2 GiB',
  HTTP2_INFO_STATUS_NOT_ALLOWED: 'Informational status codes cannot be used',
  HTTP2_INVALID_INFO_STATUS: 'Invalid informational status code: %s',
  HTTP2_INVALID_PACKED_SETTINGS_LENGTH: 'Packed settings length must be a multiple of six',
  HTTP2_PING_LENGTH: 'HTTP2 ping payload must be 8 bytes',
  HTTP2_STATUS_INVALID: 'Invalid status code: %s',
  HTTP_INVALID_STATUS_CODE: 'Invalid status code: %s',
  INVALID_ASYNC_ID: 'Invalid %s value: %s',
  INVALID_BUFFER_SIZE: 'Buffer size must be a multiple of %s',
  INVALID_FD: '"fd" must be a positive integer: %s',
  NAPI_INVALID_DATAVIEW_ARGS:
    'byte_offset + byte_length should be less than or equal to the size in bytes of the array passed in',
  NAPI_INVALID_TYPEDARRAY_ALIGNMENT: 'start offset of %s should be a multiple of %s',
  NAPI_INVALID_TYPEDARRAY_LENGTH: 'Invalid typed array length',
  UNKNOWN_MODULE_FORMAT: 'Unknown module format: %s for URL %s',
  ZIP_ARCHIVE_TOO_LARGE: 'ZIP archive structure exceeds the allowed size: %s',
  ZIP_ENTRY_TOO_LARGE: 'ZIP entry exceeds the allowed size: %s',
  ZSTD_INVALID_PARAM: '%s is not a valid zstd parameter',
})

rows(null, {
  FS_CP_DIR_TO_NON_DIR: 'Cannot overwrite non-directory with directory',
  FS_CP_EEXIST: 'Target already exists',
  FS_CP_EINVAL: 'Invalid src or dest',
  FS_CP_FIFO_PIPE: 'Cannot copy a FIFO pipe',
  FS_CP_NON_DIR_TO_DIR: 'Cannot overwrite directory with non-directory',
  FS_CP_SOCKET: 'Cannot copy a socket file',
  FS_CP_SYMLINK_TO_SUBDIRECTORY: 'Cannot overwrite symlink in subdirectory of self',
  FS_CP_UNKNOWN: 'Cannot copy an unknown file type',
  FS_EISDIR: 'Path is a directory',
  SOCKET_BUFFER_SIZE: 'Could not get or set buffer size',
  SYSTEM_ERROR: 'A system error occurred',
  TTY_INIT_FAILED: 'TTY initialization failed',
})

rows(SyntaxError, {
  INVALID_TYPESCRIPT_SYNTAX: '%s',
  SRI_PARSE: 'Subresource Integrity string %j had an unexpected %j at position %d',
  TLS_CERT_ALTNAME_FORMAT: 'Invalid subject alternative name string',
  UNSUPPORTED_TYPESCRIPT_SYNTAX: '%s',
})

rows(URIError, {
  INVALID_URI: 'URI malformed',
})

const UV: readonly (readonly [number, string, string])[] = [
  [-7, 'E2BIG', 'argument list too long'],
  [-13, 'EACCES', 'permission denied'],
  [-98, 'EADDRINUSE', 'address already in use'],
  [-99, 'EADDRNOTAVAIL', 'address not available'],
  [-97, 'EAFNOSUPPORT', 'address family not supported'],
  [-11, 'EAGAIN', 'resource temporarily unavailable'],
  [-3000, 'EAI_ADDRFAMILY', 'address family not supported'],
  [-3001, 'EAI_AGAIN', 'temporary failure'],
  [-3002, 'EAI_BADFLAGS', 'bad ai_flags value'],
  [-3013, 'EAI_BADHINTS', 'invalid value for hints'],
  [-3003, 'EAI_CANCELED', 'request canceled'],
  [-3004, 'EAI_FAIL', 'permanent failure'],
  [-3005, 'EAI_FAMILY', 'ai_family not supported'],
  [-3006, 'EAI_MEMORY', 'out of memory'],
  [-3007, 'EAI_NODATA', 'no address'],
  [-3008, 'EAI_NONAME', 'unknown node or service'],
  [-3009, 'EAI_OVERFLOW', 'argument buffer overflow'],
  [-3014, 'EAI_PROTOCOL', 'resolved protocol is unknown'],
  [-3010, 'EAI_SERVICE', 'service not available for socket type'],
  [-3011, 'EAI_SOCKTYPE', 'socket type not supported'],
  [-114, 'EALREADY', 'connection already in progress'],
  [-9, 'EBADF', 'bad file descriptor'],
  [-16, 'EBUSY', 'resource busy or locked'],
  [-125, 'ECANCELED', 'operation canceled'],
  [-4080, 'ECHARSET', 'invalid Unicode character'],
  [-103, 'ECONNABORTED', 'software caused connection abort'],
  [-111, 'ECONNREFUSED', 'connection refused'],
  [-104, 'ECONNRESET', 'connection reset by peer'],
  [-89, 'EDESTADDRREQ', 'destination address required'],
  [-17, 'EEXIST', 'file already exists'],
  [-14, 'EFAULT', 'bad address in system call argument'],
  [-27, 'EFBIG', 'file too large'],
  [-113, 'EHOSTUNREACH', 'host is unreachable'],
  [-4, 'EINTR', 'interrupted system call'],
  [-22, 'EINVAL', 'invalid argument'],
  [-5, 'EIO', 'i/o error'],
  [-106, 'EISCONN', 'socket is already connected'],
  [-21, 'EISDIR', 'illegal operation on a directory'],
  [-40, 'ELOOP', 'too many symbolic links encountered'],
  [-24, 'EMFILE', 'too many open files'],
  [-90, 'EMSGSIZE', 'message too long'],
  [-36, 'ENAMETOOLONG', 'name too long'],
  [-100, 'ENETDOWN', 'network is down'],
  [-101, 'ENETUNREACH', 'network is unreachable'],
  [-23, 'ENFILE', 'file table overflow'],
  [-105, 'ENOBUFS', 'no buffer space available'],
  [-19, 'ENODEV', 'no such device'],
  [-2, 'ENOENT', 'no such file or directory'],
  [-12, 'ENOMEM', 'not enough memory'],
  [-64, 'ENONET', 'machine is not on the network'],
  [-92, 'ENOPROTOOPT', 'protocol not available'],
  [-28, 'ENOSPC', 'no space left on device'],
  [-38, 'ENOSYS', 'function not implemented'],
  [-107, 'ENOTCONN', 'socket is not connected'],
  [-20, 'ENOTDIR', 'not a directory'],
  [-39, 'ENOTEMPTY', 'directory not empty'],
  [-88, 'ENOTSOCK', 'socket operation on non-socket'],
  [-95, 'ENOTSUP', 'operation not supported on socket'],
  [-75, 'EOVERFLOW', 'value too large for defined data type'],
  [-1, 'EPERM', 'operation not permitted'],
  [-32, 'EPIPE', 'broken pipe'],
  [-71, 'EPROTO', 'protocol error'],
  [-93, 'EPROTONOSUPPORT', 'protocol not supported'],
  [-91, 'EPROTOTYPE', 'protocol wrong type for socket'],
  [-34, 'ERANGE', 'result too large'],
  [-30, 'EROFS', 'read-only file system'],
  [-108, 'ESHUTDOWN', 'cannot send after transport endpoint shutdown'],
  [-29, 'ESPIPE', 'invalid seek'],
  [-3, 'ESRCH', 'no such process'],
  [-110, 'ETIMEDOUT', 'connection timed out'],
  [-26, 'ETXTBSY', 'text file is busy'],
  [-18, 'EXDEV', 'cross-device link not permitted'],
  [-4094, 'UNKNOWN', 'unknown error'],
  [-4095, 'EOF', 'end of file'],
  [-6, 'ENXIO', 'no such device or address'],
  [-31, 'EMLINK', 'too many links'],
  [-112, 'EHOSTDOWN', 'host is down'],
  [-121, 'EREMOTEIO', 'remote I/O error'],
  [-25, 'ENOTTY', 'inappropriate ioctl for device'],
  [-4028, 'EFTYPE', 'inappropriate file type or format'],
  [-84, 'EILSEQ', 'illegal byte sequence'],
  [-94, 'ESOCKTNOSUPPORT', 'socket type not supported'],
  [-61, 'ENODATA', 'no data available'],
  [-49, 'EUNATCH', 'protocol driver not attached'],
  [-8, 'ENOEXEC', 'exec format error'],
]
