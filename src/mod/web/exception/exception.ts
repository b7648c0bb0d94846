// web:exception: DOMException and QuotaExceededError. A DOMException is a genuine Error whose name and message live on its prototype.

const CODES = ('IndexSizeError DOMStringSizeError HierarchyRequestError WrongDocumentError InvalidCharacterError NoDataAllowedError ' +
  'NoModificationAllowedError NotFoundError NotSupportedError InUseAttributeError InvalidStateError SyntaxError ' +
  'InvalidModificationError NamespaceError InvalidAccessError ValidationError TypeMismatchError SecurityError NetworkError ' +
  'AbortError URLMismatchError QuotaExceededError TimeoutError InvalidNodeTypeError DataCloneError').split(' ')
const NO_LONGER = ['DOMStringSizeError', 'NoDataAllowedError', 'ValidationError']

const inner = new WeakMap<object, { name: string; message: string }>()

function of(self: object, name = 'DOMException'): { name: string; message: string } {
  const known = inner.get(self)
  if (known !== undefined) return known
  const error: any = new TypeError(`Value of "this" must be of ${name}`)
  error.code = 'ERR_INVALID_THIS'
  throw error
}

export class DOMException {
  constructor(message: any = '', options: any = 'Error') {
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 0
    const self: any = new Error()
    Error.stackTraceLimit = limit
    Object.setPrototypeOf(self, new.target.prototype)
    // A name and message of its own would hide those of the prototype.
    delete self.message
    const isBag = options && typeof options === 'object'
    inner.set(self, { name: `${isBag ? options.name : options}`, message: `${message}` })
    if (isBag && 'cause' in options) {
      Object.defineProperty(self, 'cause', { value: options.cause, writable: true, enumerable: false, configurable: true })
    }
    if (limit) Error.captureStackTrace(self, new.target)
    return self
  }

  get name(): string {
    return of(this).name
  }

  get message(): string {
    return of(this).message
  }

  get code(): number {
    const { name } = of(this)
    return NO_LONGER.includes(name) ? 0 : CODES.indexOf(name) + 1
  }

  /** structuredClone's: the copy shows the stack of the first. */
  [Symbol.for('bao.clone')](): DOMException {
    const { name, message } = of(this)
    const copy = new DOMException(message, name)
    Object.defineProperty(copy, 'stack', { value: this.stack, writable: true, enumerable: false, configurable: true })
    return copy
  }

  declare stack: string
}
Object.defineProperty(DOMException.prototype, Symbol.for('bao.clone'), { enumerable: false })

const shown = (target: object, names: string[]): void => {
  for (const name of names) Object.defineProperty(target, name, { enumerable: true, configurable: true })
}
const tagged = (Class: Function, tag: string): void => {
  Object.defineProperty(Class.prototype, Symbol.toStringTag, { value: tag, writable: false, enumerable: false, configurable: true })
}

Object.setPrototypeOf(DOMException.prototype, Error.prototype)
tagged(DOMException, 'DOMException')
shown(DOMException.prototype, ['name', 'message', 'code'])
// IndexSizeError is also known as INDEX_SIZE_ERR, and so on; three have names of their own kind.
const OLD: Record<string, string> = {
  DOMStringSizeError: 'DOMSTRING_SIZE_ERR', InUseAttributeError: 'INUSE_ATTRIBUTE_ERR', URLMismatchError: 'URL_MISMATCH_ERR',
}
CODES.forEach((name, i) => {
  const old = OLD[name] ?? `${name.slice(0, -5).replace(/\B[A-Z]/g, '_$&').toUpperCase()}_ERR`
  const constant = { value: i + 1, enumerable: true }
  Object.defineProperty(DOMException, old, constant)
  Object.defineProperty(DOMException.prototype, old, constant)
})

function amount(options: any, key: string): number | null {
  if (options == null || !(key in options)) return null
  const n = +options[key]
  if (!Number.isFinite(n)) {
    throw new TypeError(`Cannot convert options.${key} to a double: the value is ${Number.isNaN(n) ? 'NaN' : 'Infinity'}`)
  }
  if (n < 0) throw new RangeError(`options.${key} must not be negative`)
  return n
}

export class QuotaExceededError extends DOMException {
  #quota: number | null
  #requested: number | null

  constructor(message: any = '', options?: any) {
    super(message, 'QuotaExceededError')
    const quota = amount(options, 'quota')
    const requested = amount(options, 'requested')
    if (quota !== null && requested !== null && requested < quota) {
      throw new RangeError('options.requested must not be less than options.quota')
    }
    this.#quota = quota
    this.#requested = requested
  }

  get quota(): number | null {
    if (!(#quota in this)) of({}, 'QuotaExceededError')
    return this.#quota
  }

  get requested(): number | null {
    if (!(#requested in this)) of({}, 'QuotaExceededError')
    return this.#requested
  }
}
tagged(QuotaExceededError, 'QuotaExceededError')
shown(QuotaExceededError.prototype, ['quota', 'requested'])
