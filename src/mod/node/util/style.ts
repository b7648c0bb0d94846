// util.styleText

import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } from 'internal:errors'
import { inspect } from 'internal:inspect'
import { validateBoolean, validateObject, validateOneOf, validateString } from 'internal:validate'

const ESC = '\u001b['

/** After each end of the same style inside the text the style begins again. */
function reopened(text: string, close: string, open: string, keepClose: boolean): string {
  let out = ''
  let last = 0
  for (let at = text.indexOf(close); at !== -1; at = text.indexOf(close, last)) {
    const after = at + close.length
    if (after >= text.length) break
    out += text.slice(last, at) + (keepClose ? close + open : open)
    last = after
  }
  return out + text.slice(last)
}

function hexCodes(hex: string): string {
  const full = hex.length === 4 ? hex.slice(1).replace(/./g, '$&$&') : hex.slice(1)
  const part = (at: number): number => parseInt(full.slice(at, at + 2), 16)
  return `38;2;${part(0)};${part(2)};${part(4)}`
}

function shouldColorize(stream: any): boolean {
  if (process.env.FORCE_COLOR !== undefined) return import.meta.builtin('web:console/streams').colorDepth(process.env) > 2
  return Boolean(stream?.isTTY) && (typeof stream.getColorDepth === 'function' ? stream.getColorDepth() > 2 : true)
}

function isStream(value: any): boolean {
  if (value === null || typeof value !== 'object') return false
  return typeof value.pipe === 'function' || typeof value.write === 'function' || typeof value.on === 'function' ||
    typeof value.getReader === 'function' || typeof value.getWriter === 'function'
}

export function styleText(format: any, text: string, options?: any): string {
  validateString(text, 'text')
  if (options !== undefined) validateObject(options, 'options')
  const validateStream = options?.validateStream ?? true
  validateBoolean(validateStream, 'options.validateStream')
  let skip = false
  if (validateStream) {
    const stream = options?.stream ?? process.stdout
    if (!isStream(stream)) throw new ERR_INVALID_ARG_TYPE('stream', ['ReadableStream', 'WritableStream', 'Stream'], stream)
    skip = !shouldColorize(stream)
  }
  const { colors } = inspect as any
  let opens = ''
  let closes = ''
  let out = text
  for (const key of Array.isArray(format) ? format : [format]) {
    if (key === 'none') continue
    let open: string
    let close: string
    let keepClose = false
    if (typeof key === 'string' && key[0] === '#') {
      if (!/^#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/.test(key)) {
        throw new ERR_INVALID_ARG_VALUE('format', key, 'must be a valid hex color (#RGB or #RRGGBB)')
      }
      open = `${ESC}${hexCodes(key)}m`
      close = `${ESC}39m`
    } else {
      const codes = colors[key]
      if (!codes) validateOneOf(key, 'format', Object.getOwnPropertyNames(colors))
      open = `${ESC}${codes[0]}m`
      close = `${ESC}${codes[1]}m`
      // Bold and dim share their end.
      keepClose = codes[0] === 1 || codes[0] === 2
    }
    if (skip) continue
    opens += open
    closes = close + closes
    out = reopened(out, close, open, keepClose)
  }
  return skip ? text : `${opens}${out}${closes}`
}
