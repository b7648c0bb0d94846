// web:exception: DOMException (Web IDL 4.3).

const CODES: Record<string, number> = {
  __proto__: null as any, IndexSizeError: 1, HierarchyRequestError: 3, WrongDocumentError: 4, InvalidCharacterError: 5,
  NoModificationAllowedError: 7, NotFoundError: 8, NotSupportedError: 9, InUseAttributeError: 10, InvalidStateError: 11,
  SyntaxError: 12, InvalidModificationError: 13, NamespaceError: 14, InvalidAccessError: 15, TypeMismatchError: 17,
  SecurityError: 18, NetworkError: 19, AbortError: 20, URLMismatchError: 21, QuotaExceededError: 22, TimeoutError: 23,
  InvalidNodeTypeError: 24, DataCloneError: 25,
}
const CONSTANTS = [
  'INDEX_SIZE_ERR', 'DOMSTRING_SIZE_ERR', 'HIERARCHY_REQUEST_ERR', 'WRONG_DOCUMENT_ERR', 'INVALID_CHARACTER_ERR',
  'NO_DATA_ALLOWED_ERR', 'NO_MODIFICATION_ALLOWED_ERR', 'NOT_FOUND_ERR', 'NOT_SUPPORTED_ERR', 'INUSE_ATTRIBUTE_ERR',
  'INVALID_STATE_ERR', 'SYNTAX_ERR', 'INVALID_MODIFICATION_ERR', 'NAMESPACE_ERR', 'INVALID_ACCESS_ERR', 'VALIDATION_ERR',
  'TYPE_MISMATCH_ERR', 'SECURITY_ERR', 'NETWORK_ERR', 'ABORT_ERR', 'URL_MISMATCH_ERR', 'QUOTA_EXCEEDED_ERR', 'TIMEOUT_ERR',
  'INVALID_NODE_TYPE_ERR', 'DATA_CLONE_ERR',
]

/** What `super()` finds: the [[Prototype]] of DOMException is Function.prototype for all others, so the Error is made here. */
const Base = function (this: unknown) {
  return Reflect.construct(Error, [], new.target!)
} as unknown as ErrorConstructor
Base.prototype = Error.prototype as any

export class DOMException extends Base {
  #message: string
  #name: string

  constructor(message: unknown = '', options: unknown = 'Error') {
    super()
    this.#message = `${message}`
    if (options !== null && typeof options === 'object') {
      const { name, cause } = options as any
      this.#name = name === undefined ? 'Error' : `${name}`
      if ('cause' in options) Object.defineProperty(this, 'cause', { value: cause, writable: true, configurable: true, enumerable: false })
    } else {
      this.#name = `${options}`
    }
  }

  // @ts-ignore: accessors of the prototype, where Error has data
  get name(): string { return this.#name }
  // @ts-ignore
  get message(): string { return this.#message }
  get code(): number { return CODES[this.#name] ?? 0 }

  [Symbol.for('bao.clone')](): DOMException {
    const copy = new DOMException(this.#message, this.#name)
    Object.defineProperty(copy, 'stack', { value: this.stack, writable: true, configurable: true, enumerable: false })
    return copy
  }
}
Object.defineProperty(DOMException.prototype, Symbol.toStringTag, { value: 'DOMException', configurable: true })
for (const name of ['name', 'message', 'code']) {
  Object.defineProperty(DOMException.prototype, name, { enumerable: true })
}
Object.defineProperty(DOMException.prototype, Symbol.for('bao.clone'), { enumerable: false })
CONSTANTS.forEach((name, i) => {
  const constant = { value: i + 1, enumerable: true }
  Object.defineProperty(DOMException, name, constant)
  Object.defineProperty(DOMException.prototype, name, constant)
})
