// internal:format: the %-formats of util.format and console.log.

import { bigintText, defaultOptions, inspect, isBuiltinName, numberText } from 'internal:inspect'
import { proxyDetails } from 'internal:types'

/** Is String(value) only what the language would give, so that inspecting says more? */
function hasBuiltInToString(value: any): boolean {
  const proxy = proxyDetails(value)
  if (proxy !== undefined) return proxy[0] === null || hasBuiltInToString(proxy[0])
  const { hasOwn, getPrototypeOf, getOwnPropertyDescriptor } = Object
  const hasText = typeof value.toString === 'function'
  const hasPrimitive = typeof value[Symbol.toPrimitive] === 'function'
  if (!hasText && !hasPrimitive) return true
  const owns = (object: object): boolean =>
    (hasText && hasOwn(object, 'toString')) || (hasPrimitive && hasOwn(object, Symbol.toPrimitive))
  if (owns(value)) return false
  let at = value
  do at = getPrototypeOf(at)
  while (!owns(at))
  const own = getOwnPropertyDescriptor(at, 'constructor')?.value
  return typeof own === 'function' && isBuiltinName(own.name)
}

let circularMessage: string | undefined
const firstLine = (error: Error): string => error.message.split('\n', 1)[0]!

function json(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch (error: any) {
    if (circularMessage === undefined) {
      try {
        const ring: any = {}
        ring.ring = ring
        JSON.stringify(ring)
      } catch (e) {
        circularMessage = firstLine(e as Error)
      }
    }
    if (error.name === 'TypeError' && firstLine(error) === circularMessage) return '[Circular]'
    throw error
  }
}

export function formatAll(options: any, args: unknown[]): string {
  const first = args[0]
  if (typeof first !== 'string') return listed('', '', options, args, 0)
  if (args.length === 1) return first
  const separator = options?.numericSeparator ?? defaultOptions.numericSeparator
  const number = (value: any): string => typeof value === 'bigint' ? bigintText(value, separator) : numberText(value, separator)
  let out = ''
  let last = 0
  let used = 0
  for (let i = first.indexOf('%'); i !== -1 && i < first.length - 1; i = first.indexOf('%', i + 2)) {
    const kind = first.charCodeAt(i + 1)
    if (kind === 37) {
      out += first.slice(last, i + 1)
      last = i + 2
      continue
    }
    if (used + 1 === args.length) continue
    const arg: any = args[used + 1]
    let text: string | undefined
    switch (kind) {
      case 115: // s
        if (typeof arg === 'number' || typeof arg === 'bigint') text = number(arg)
        else if (typeof arg !== 'object' || arg === null || !hasBuiltInToString(arg)) text = String(arg)
        else text = inspect(arg, { ...options, compact: 3, colors: false, depth: 0 })
        break
      case 106: text = json(arg); break // j
      case 100: text = typeof arg === 'symbol' ? 'NaN' : number(typeof arg === 'bigint' ? arg : Number(arg)); break // d
      case 105: text = typeof arg === 'symbol' ? 'NaN' : number(typeof arg === 'bigint' ? arg : Number.parseInt(arg)); break // i
      case 102: text = typeof arg === 'symbol' ? 'NaN' : number(Number.parseFloat(arg)); break // f
      case 79: text = inspect(arg, options); break // O
      case 111: text = inspect(arg, { ...options, showHidden: true, showProxy: true, depth: 4 }); break // o
      case 99: text = ''; break // c
      default: continue
    }
    out += first.slice(last, i) + text
    last = i + 2
    used++
  }
  if (last === 0) return listed('', '', options, args, 0)
  return listed(out + first.slice(last), ' ', options, args, used + 1)
}

function listed(out: string, gap: string, options: any, args: unknown[], from: number): string {
  for (let i = from; i < args.length; i++) {
    const arg = args[i]
    out += gap + (typeof arg === 'string' ? arg : inspect(arg, options))
    gap = ' '
  }
  return out
}
