// URLSearchParams and the text form of forms (application/x-www-form-urlencoded).

import { ERR_ARG_NOT_ITERABLE, ERR_INVALID_ARG_TYPE, ERR_INVALID_THIS, ERR_INVALID_TUPLE, ERR_MISSING_ARGS } from 'internal:errors'
import * as native from 'native:url'

type List = string[]                  // name, value, name, value ...

const inspectName = Symbol.for('nodejs.util.inspect.custom')

function decode(text: string): string {
  if (text.includes('+')) text = text.replaceAll('+', ' ')
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return native.percentDecode(text)
  }
}

export function parseForm(text: string): List {
  const list: List = []
  const n = text.length
  const isPlain = !text.includes('%') && !text.includes('+')
  for (let start = 0; start < n;) {
    let end = text.indexOf('&', start)
    if (end < 0) end = n
    if (end > start) {
      const equals = text.indexOf('=', start)
      if (isPlain) {
        if (equals < 0 || equals >= end) list.push(text.slice(start, end), '')
        else list.push(text.slice(start, equals), text.slice(equals + 1, end))
      } else if (equals < 0 || equals >= end) list.push(decode(text.slice(start, end)), '')
      else list.push(decode(text.slice(start, equals)), decode(text.slice(equals + 1, end)))
    }
    start = end + 1
  }
  return list
}

const isPlain = /^[\w*.-]*$/
const escapes: Record<string, string> = { '!': '%21', "'": '%27', '(': '%28', ')': '%29', '~': '%7E', '%20': '+' }

function encode(text: string): string {
  if (isPlain.test(text)) return text
  return encodeURIComponent(text).replace(/[!'()~]|%20/g, found => escapes[found])
}

export function writeForm(list: List): string {
  let text = ''
  for (let i = 0; i < list.length; i += 2) text += `${i ? '&' : ''}${encode(list[i])}=${encode(list[i + 1])}`
  return text
}

const isWellFormed: (text: string) => boolean = Function.prototype.call.bind((String.prototype as any).isWellFormed)

/** A string without lone surrogates. */
function usv(value: any): string {
  const text = `${value}`
  return isWellFormed(text) ? text : (text as any).toWellFormed()
}

function tuple(pair: any): [any, any] {
  if (pair === null || (typeof pair !== 'object' && typeof pair !== 'function') || typeof pair[Symbol.iterator] !== 'function') throw new ERR_INVALID_TUPLE('Each query pair', '[name, value]')
  const both = Array.isArray(pair) ? pair : [...pair]
  if (both.length !== 2) throw new ERR_INVALID_TUPLE('Each query pair', '[name, value]')
  return both as [any, any]
}

function listOf(init: any): List {
  if (init === undefined || init === null) return init === null ? parseForm('null') : []
  if (typeof init !== 'object' && typeof init !== 'function') {
    const text = usv(init)
    return parseForm(text.charCodeAt(0) === 63 ? text.slice(1) : text)
  }
  const method = init[Symbol.iterator]
  if (method === URLSearchParams.prototype.entries && isParams(init)) return listIn(init).slice()
  const list: List = []
  if (method !== undefined && method !== null) {
    if (typeof method !== 'function') throw new ERR_ARG_NOT_ITERABLE('Query pairs')
    for (const pair of init) {
      const [name, value] = tuple(pair)
      list.push(usv(name), usv(value))
    }
    return list
  }
  const seen = new Map<string, number>()                    // two keys may become one when surrogates are replaced
  for (const key of Reflect.ownKeys(init)) {
    if (typeof key === 'symbol' || !Reflect.getOwnPropertyDescriptor(init, key)?.enumerable) continue
    const name = usv(key), value = usv(init[key])
    const at = seen.get(name)
    if (at !== undefined) {
      list[at] = value
    } else {
      seen.set(name, list.length + 1)
      list.push(name, value)
    }
  }
  return list
}

function missing(...names: string[]): never {
  throw new ERR_MISSING_ARGS(...names)
}

class URLSearchParams {
  #list: List
  #changed: ((list: List) => void) | undefined

  constructor(init: any = undefined) {
    this.#list = listOf(init)
  }

  /** The params of a URL: `changed` is told of every change. */
  static linked(text: string, changed: (list: List) => void): URLSearchParams {
    const params = new URLSearchParams()
    params.#list = parseForm(text)
    params.#changed = changed
    return params
  }

  static is(value: any): value is URLSearchParams {
    return #list in value
  }

  static listOf(params: URLSearchParams): List {
    return params.#list
  }

  /** The URL changed its query itself. */
  static replace(params: URLSearchParams, text: string): void {
    params.#list = parseForm(text)
  }

  get size(): number {
    if (!(#list in this)) throw new ERR_INVALID_THIS('URLSearchParams')
    return this.#list.length / 2
  }

  append(name: any, value: any): void {
    if (!(#list in this)) throw new ERR_INVALID_THIS('URLSearchParams')
    if (arguments.length < 2) missing('name', 'value')
    this.#list.push(usv(name), usv(value))
    this.#changed?.(this.#list)
  }

  delete(name: any, value: any = undefined): void {
    if (!(#list in this)) throw new ERR_INVALID_THIS('URLSearchParams')
    if (arguments.length < 1) missing('name')
    name = usv(name)
    if (value !== undefined) value = usv(value)
    const list = this.#list
    let kept = 0
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name && (value === undefined || list[i + 1] === value)) continue
      list[kept] = list[i]
      list[kept + 1] = list[i + 1]
      kept += 2
    }
    list.length = kept
    this.#changed?.(list)
  }

  get(name: any): string | null {
    if (!(#list in this)) throw new ERR_INVALID_THIS('URLSearchParams')
    if (arguments.length < 1) missing('name')
    const list = this.#list
    name = usv(name)
    for (let i = 0; i < list.length; i += 2) if (list[i] === name) return list[i + 1]
    return null
  }

  getAll(name: any): string[] {
    if (!(#list in this)) throw new ERR_INVALID_THIS('URLSearchParams')
    if (arguments.length < 1) missing('name')
    const list = this.#list, values: string[] = []
    name = usv(name)
    for (let i = 0; i < list.length; i += 2) if (list[i] === name) values.push(list[i + 1])
    return values
  }

  has(name: any, value: any = undefined): boolean {
    if (!(#list in this)) throw new ERR_INVALID_THIS('URLSearchParams')
    if (arguments.length < 1) missing('name')
    const list = this.#list
    name = usv(name)
    if (value !== undefined) value = usv(value)
    for (let i = 0; i < list.length; i += 2) if (list[i] === name && (value === undefined || list[i + 1] === value)) return true
    return false
  }

  set(name: any, value: any): void {
    if (!(#list in this)) throw new ERR_INVALID_THIS('URLSearchParams')
    if (arguments.length < 2) missing('name', 'value')
    name = usv(name)
    value = usv(value)
    const list = this.#list
    let kept = 0, isSet = false
    for (let i = 0; i < list.length; i += 2) {
      if (list[i] === name) {
        if (isSet) continue
        isSet = true
        list[i + 1] = value
      }
      list[kept] = list[i]
      list[kept + 1] = list[i + 1]
      kept += 2
    }
    list.length = kept
    if (!isSet) list.push(name, value)
    this.#changed?.(list)
  }

  sort(): void {
    if (!(#list in this)) throw new ERR_INVALID_THIS('URLSearchParams')
    const list = this.#list, pairs: [string, string][] = []
    for (let i = 0; i < list.length; i += 2) pairs.push([list[i], list[i + 1]])
    pairs.sort((a, b) => a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0)
    for (let i = 0; i < pairs.length; i++) {
      list[2 * i] = pairs[i][0]
      list[2 * i + 1] = pairs[i][1]
    }
    this.#changed?.(list)
  }

  entries(): any {
    if (!(#list in this)) throw new ERR_INVALID_THIS('URLSearchParams')
    return new ParamsIterator(this, 'entries')
  }

  forEach(callback: any, thisArg: any = undefined): void {
    if (!(#list in this)) throw new ERR_INVALID_THIS('URLSearchParams')
    if (typeof callback !== 'function') throw new ERR_INVALID_ARG_TYPE('callback', 'function', callback)
    for (let i = 0; i < this.#list.length; i += 2) Reflect.apply(callback, thisArg, [this.#list[i + 1], this.#list[i], this])
  }

  keys(): any {
    if (!(#list in this)) throw new ERR_INVALID_THIS('URLSearchParams')
    return new ParamsIterator(this, 'keys')
  }

  values(): any {
    if (!(#list in this)) throw new ERR_INVALID_THIS('URLSearchParams')
    return new ParamsIterator(this, 'values')
  }

  toString(): string {
    if (!(#list in this)) throw new ERR_INVALID_THIS('URLSearchParams')
    return writeForm(this.#list)
  }

  [inspectName](depth: any, options: any, inspect: any): string {
    if (!(#list in this)) throw new ERR_INVALID_THIS('URLSearchParams')
    if (typeof depth === 'number' && depth < 0) return options.stylize('[Object]', 'special')
    const inner = { ...options }
    if (depth !== null) inner.depth = depth - 1
    const output: string[] = []
    for (let i = 0; i < this.#list.length; i += 2) output.push(`${inspect(this.#list[i], inner)} => ${inspect(this.#list[i + 1], inner)}`)
    return braced(this.constructor.name, output, options)
  }
}

function braced(name: string, output: string[], options: any): string {
  if (output.length === 0) return `${name} {}`
  const plain = (text: string): string => text.replace(/\x1b\[\d+m/g, '')
  const length = output.reduce((sum, one) => sum + plain(one).length + 2, -2)
  return length > options.breakLength ? `${name} {\n  ${output.join(',\n  ')} }` : `${name} { ${output.join(', ')} }`
}

class ParamsIterator {
  #params: URLSearchParams
  #kind: string
  #at = 0

  constructor(params: URLSearchParams, kind: string) {
    this.#params = params
    this.#kind = kind
  }

  next(): IteratorResult<any> {
    if (this === null || typeof this !== 'object' || !(#params in this)) throw new ERR_INVALID_THIS('URLSearchParamsIterator')
    const list = listIn(this.#params), i = this.#at
    if (i >= list.length) return { value: undefined, done: true }
    this.#at = i + 2
    return { value: this.#kind === 'keys' ? list[i] : this.#kind === 'values' ? list[i + 1] : [list[i], list[i + 1]], done: false }
  }

  [inspectName](depth: any, options: any, inspect: any): string {
    if (typeof depth === 'number' && depth < 0) return options.stylize('[Object]', 'special')
    const inner = { ...options }
    if (depth !== null) inner.depth = depth - 1
    const list = listIn(this.#params), output: string[] = []
    for (let i = this.#at; i < list.length; i += 2) {
      const value = this.#kind === 'keys' ? list[i] : this.#kind === 'values' ? list[i + 1] : [list[i], list[i + 1]]
      output.push(inspect(value, inner))
    }
    const breaks = output.join(', ').includes('\n')
    return breaks ? `URLSearchParams Iterator {\n  ${output.join(',\n  ')} }` : `URLSearchParams Iterator { ${output.join(', ')} }`
  }
}

const IteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()))
Object.setPrototypeOf(ParamsIterator.prototype, IteratorPrototype)
delete (ParamsIterator.prototype as any).constructor
Object.defineProperty(ParamsIterator.prototype, 'next', { enumerable: true })
Object.defineProperty(ParamsIterator.prototype, inspectName, { enumerable: false })
Object.defineProperty(ParamsIterator.prototype, Symbol.toStringTag, { value: 'URLSearchParams Iterator', configurable: true })

const SHOWN = ['size', 'append', 'delete', 'get', 'getAll', 'has', 'set', 'sort', 'entries', 'forEach', 'keys', 'values', 'toString']
for (const name of SHOWN) Object.defineProperty(URLSearchParams.prototype, name, { enumerable: true })
Object.defineProperty(URLSearchParams.prototype, Symbol.iterator, { value: URLSearchParams.prototype.entries, writable: true, configurable: true })
Object.defineProperty(URLSearchParams.prototype, Symbol.toStringTag, { value: 'URLSearchParams', configurable: true })

// What the rest of the house may do with one, out of the users' sight.
const { linked: paramsLinked, replace: replaceParams, is: isParams, listOf: listIn } = URLSearchParams
for (const name of ['linked', 'replace', 'is', 'listOf']) delete (URLSearchParams as any)[name]

export { paramsLinked, replaceParams, URLSearchParams }
