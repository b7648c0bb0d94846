// util.MIMEType and util.MIMEParams, by the MIME sniffing standard.

import { ERR_INVALID_MIME_SYNTAX } from 'internal:errors'

const NO_TOKEN = /[^!#$%&'*+\-.^_`|~A-Za-z0-9]/
const NO_QUOTED = /[^\t\u0020-~\u0080-\u00FF]/
const lower = (text: string): string => text.replace(/[A-Z]+/g, letters => letters.toLowerCase())
const trimEnd = (text: string): string => text.replace(/[\r\n\t ]+$/, '')

function token(production: string, text: string, whole: string): string {
  const at = text.search(NO_TOKEN)
  if (text === '' || at !== -1) throw new ERR_INVALID_MIME_SYNTAX(production, whole, at)
  return lower(text)
}

let lazyParams: (text: string) => MIMEParams

export class MIMEParams {
  #data = new Map<string, string>()
  #text: string | undefined

  static {
    lazyParams = text => {
      const params = new MIMEParams()
      params.#text = text
      return params
    }
  }

  delete(name: string): void {
    this.#parsed().delete(lower(`${name}`))
  }

  get(name: string): string | null {
    return this.#parsed().get(lower(`${name}`)) ?? null
  }

  has(name: string): boolean {
    return this.#parsed().has(lower(`${name}`))
  }

  set(name: string, value: string): void {
    const data = this.#parsed()
    name = lower(`${name}`)
    value = `${value}`
    token('parameter name', name, name)
    const at = value.search(NO_QUOTED)
    if (at !== -1) throw new ERR_INVALID_MIME_SYNTAX('parameter value', value, at)
    data.set(name, value)
  }

  * entries(): Generator<[string, string]> {
    yield* this.#parsed().entries()
  }

  * keys(): Generator<string> {
    yield* this.#parsed().keys()
  }

  * values(): Generator<string> {
    yield* this.#parsed().values()
  }

  toString(): string {
    const parts: string[] = []
    for (const [name, value] of this.#parsed()) {
      const quoted = value === '' || NO_TOKEN.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : value
      parts.push(`${name}=${quoted}`)
    }
    return parts.join(';')
  }

  #parsed(): Map<string, string> {
    const data = this.#data
    if (this.#text === undefined) return data
    const text = trimEnd(this.#text)
    this.#text = undefined
    let at = 0
    while (at < text.length) {
      while ('\r\n\t '.includes(text[at]!)) at++
      const start = at
      while (at < text.length && text[at] !== ';' && text[at] !== '=') at++
      const name = lower(text.slice(start, at))
      if (at < text.length && text[at++] === ';') continue
      if (at >= text.length) break
      let value: string
      if (text[at] === '"') {
        value = ''
        for (at++; at < text.length && text[at] !== '"'; at++) {
          if (text[at] === '\\' && at + 1 < text.length) at++
          value += text[at]
        }
        at++
        while (at < text.length && text[at] !== ';') at++
      } else {
        const end = text.indexOf(';', at)
        value = trimEnd(text.slice(at, end === -1 ? text.length : end))
        at = end === -1 ? text.length : end
        if (value === '') {
          at++
          continue
        }
      }
      if (name !== '' && !NO_TOKEN.test(name) && !NO_QUOTED.test(value) && !data.has(name)) data.set(name, value)
      at++
    }
    return data
  }
}

export class MIMEType {
  #type: string
  #subtype: string
  #params: MIMEParams

  constructor(input: string) {
    const text = `${input}`
    const start = text.replace(/^[\r\n\t ]+/, '')
    const slash = start.indexOf('/')
    const type = slash === -1 ? start : start.slice(0, slash)
    const bad = type.search(NO_TOKEN)
    if (type === '' || bad !== -1 || slash === -1) throw new ERR_INVALID_MIME_SYNTAX('type', text, bad)
    const rest = start.slice(slash + 1)
    const end = rest.indexOf(';')
    this.#type = lower(type)
    this.#subtype = token('subtype', trimEnd(end === -1 ? rest : rest.slice(0, end)), text)
    this.#params = lazyParams(end === -1 ? '' : rest.slice(end + 1))
  }

  static parse(input: string): MIMEType | null {
    try {
      return new MIMEType(input)
    } catch (error: any) {
      if (error?.code === 'ERR_INVALID_MIME_SYNTAX') return null
      throw error
    }
  }

  get type(): string {
    return this.#type
  }

  set type(value: string) {
    this.#type = token('type', `${value}`, `${value}`)
  }

  get subtype(): string {
    return this.#subtype
  }

  set subtype(value: string) {
    this.#subtype = token('subtype', `${value}`, `${value}`)
  }

  get essence(): string {
    return `${this.#type}/${this.#subtype}`
  }

  get params(): MIMEParams {
    return this.#params
  }

  toString(): string {
    const params = MIMEParams.prototype.toString.call(this.#params)
    return params === '' ? this.essence : `${this.essence};${params}`
  }
}

const hidden = (target: object, key: PropertyKey, value: unknown): void => {
  Object.defineProperty(target, key, { value, writable: true, enumerable: false, configurable: true })
}
hidden(MIMEParams.prototype, Symbol.iterator, MIMEParams.prototype.entries)
hidden(MIMEParams.prototype, 'toJSON', MIMEParams.prototype.toString)
hidden(MIMEType.prototype, 'toJSON', MIMEType.prototype.toString)
