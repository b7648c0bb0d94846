// rt:modules/macros: functions that a file imported with {type: "macro"}: they run before it, once for each place that calls them,
// and what they give is a constant of the file.
import { waitFor } from 'internal:rt'
import * as native from 'native:modules'

type Binding = Record<string, any>
interface Call { index: number; name: string; args: string; line: number; column: number }

class Refusal extends Error {}

const isThenable = (value: any): boolean => value !== null && (typeof value === 'object' || typeof value === 'function') && typeof value.then === 'function'

/** What can stand in a text: checked once, copied for every use. */
function check(value: any, around: object[] = []): void {
  switch (typeof value) {
    case 'undefined': case 'boolean': case 'number': case 'string': return
    case 'object':
      if (value === null) return
      break
    default: throw new Refusal(`a ${typeof value} cannot stand in a text: a macro gives null, booleans, numbers, texts, and arrays and objects of them`)
  }
  const isArray = Array.isArray(value), tag = Object.prototype.toString.call(value).slice(8, -1)
  if (!isArray && tag !== 'Object') throw new Refusal(`a ${tag} cannot stand in a text: a macro gives null, booleans, numbers, texts, and arrays and objects of them`)
  if (around.includes(value)) throw new Refusal('an object that is in itself cannot stand in a text')
  const inside = [...around, value]
  for (const each of isArray ? value : Object.values(value)) check(each, inside)
}
function copied(value: any): any {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(copied)
  const out: Binding = {}
  for (const key of Object.keys(value)) Object.defineProperty(out, key, { value: copied(value[key]), writable: true, enumerable: true, configurable: true })
  return out
}

/** Replies and blobs are what is in them: JSON by their type, else text. */
function bodyOf(value: any): unknown {
  const isReply = typeof Response === 'function' && value instanceof Response
  if (!isReply && !(typeof Blob === 'function' && value instanceof Blob)) return value
  const type = isReply ? value.headers.get('content-type') ?? '' : value.type
  return waitFor((/\bjson\b/.test(type) ? value.json() : value.text()) as Promise<unknown>)
}

function failure(error: any, url: string, { name, line, column }: Call): Error {
  const text = error instanceof Refusal ? `macro ${name}: ${error.message}` : `macro ${name} threw: ${error instanceof Error ? error.message : String(error)}`
  const made: any = error instanceof Refusal ? new TypeError(text) : new Error(text, { cause: error })
  made.code = 'ERR_MACRO'
  Object.defineProperty(made, 'stack', { value: `${made.name} [ERR_MACRO]: ${text}\n    at ${url}:${line}:${column}`, writable: true, configurable: true })
  return made
}

/** What stands in the place of the module for the file that calls its macros: a function for each call. */
export function runMacros(binding: Binding, calls: Call[], url: string, from: string): Binding {
  const out: Binding = Object.create(null)
  for (const call of calls) {
    try {
      const fn = binding[call.name]
      if (fn === undefined) throw new Refusal(`it is not exported by '${from}'`)
      if (typeof fn !== 'function') throw new Refusal('a macro must be a function')
      let value = fn(...(call.args === '' ? [] : native.evalText(`[${call.args}\n]`, 'bao:macro')))
      if (isThenable(value)) value = waitFor(value)
      value = bodyOf(value)
      check(value)
      out[call.index] = () => copied(value)
    } catch (error) {
      throw failure(error, url, call)
    }
  }
  return out
}
