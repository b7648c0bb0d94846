// internal:uncaught: what is printed when nobody caught an error: the place, the source line with a caret, the error.
import { nodeVersion, sourceLine } from 'internal:rt'
import { framesOf, mapsSources } from 'internal:stack'

const isError: (v: unknown) => boolean = (Error as any).isError

function inspected(value: unknown): string {
  try {
    return import.meta.builtin('internal:inspect').inspect(value)
  } catch {
    const text = isError(value) ? (value as Error).stack : undefined
    return typeof text === 'string' && text !== '' ? text : String(value)
  }
}

/** `file:line\nsource\n    ^\n\n`, or nothing when the place cannot be read. */
function placeOf(error: unknown, wasRejected: boolean): string {
  for (const frame of framesOf(error)) {
    if (frame.url.startsWith('node:') || frame.url.startsWith('bun:')) continue
    let path = frame.url
    if (path.startsWith('file://')) path = decodeURIComponent(path.slice(7))
    const maps = mapsSources() ? import.meta.builtin('internal:source_map') : undefined
    const source = maps === undefined ? sourceLine(path, frame.line) : maps.lineOf(path, frame.line)
    if (source === undefined) return ''
    let column = Math.min(frame.column - 1, source.length)
    // What is thrown is marked at its `throw`; a rejection knows only where the error was made.
    const before = wasRejected || maps?.isSource(path) ? null : /\bthrow\s[^;{}]*$/.exec(source.slice(0, column))
    if (before !== null) column = before.index
    const indent = source.slice(0, column).replace(/[^\t]/g, ' ')
    return `${frame.url}:${frame.line}\n${source}\n${indent}^\n\n`
  }
  return ''
}

export function describe(error: unknown, wasRejected = false): string {
  const version = `\n\nNode.js ${nodeVersion}\n`
  if (!isError(error)) {
    const hint = error === null || typeof error !== 'object' && typeof error !== 'function'
      ? '\n(Use `bao --trace-uncaught ...` to show where the exception was thrown)' : ''
    return `Uncaught:\n${typeof error === 'string' ? error : inspected(error)}${hint}${version}`
  }
  const enhance = (error as any)[import.meta.builtin('internal:errors').kEnhanceStack]
  if (typeof enhance === 'function') {
    try {
      const text = enhance()
      if (typeof text === 'string') (error as Error).stack = text
    } catch { /* printed as it is */ }
  }
  let place = ''
  try {
    const tells = /^.+:\d+\n.*\n *\^\n\n/.test((error as Error).stack ?? '')         // as errors of node:vm
    if (!tells) place = placeOf(error, wasRejected)
  } catch { /* a stack that cannot be read is no reason to lose the error */ }
  return place + inspected(error) + hintOf(error) + version
}

/** What to do about it, where that is known: modules that are not found, names that they do not have. */
function hintOf(error: unknown): string {
  try {
    const hint = import.meta.builtin('internal:module_hints').hintOf(error)
    return hint === undefined ? '' : `\n\nnote: ${hint}`
  } catch {
    return ''
  }
}

/** What is thrown for a rejection that nobody handled: the reason itself when it is an error. */
export function rejectionError(reason: unknown): unknown {
  if (isError(reason)) return reason
  let shown: string
  try {
    shown = typeof reason === 'string' ? reason : typeof reason === 'symbol' ? String(reason)
      : typeof reason === 'object' && reason !== null ? inspected(reason) : String(reason)
  } catch {
    shown = '<unprintable>'
  }
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  const error: any = new Error('This error originated either by throwing inside of an async function without a catch block, ' +
    `or by rejecting a promise which was not handled with .catch(). The promise rejected with the reason "${shown}".`)
  Error.stackTraceLimit = limit
  Object.defineProperty(error, 'name', { value: 'UnhandledPromiseRejection', configurable: true, writable: true })
  error.code = 'ERR_UNHANDLED_REJECTION'
  return error
}

let warned = 0
/** --unhandled-rejections=warn */
export function warnRejection(reason: unknown): void {
  const emit = (globalThis as any).process?.emitWarning
  const text = isError(reason) ? String((reason as Error).stack) : inspected(reason)
  emit?.(text, 'UnhandledPromiseRejectionWarning')
  emit?.('Unhandled promise rejection. This error originated either by throwing inside of an async function without a catch ' +
    'block, or by rejecting a promise which was not handled with .catch(). To terminate the node process on unhandled promise ' +
    'rejection, use the CLI flag `--unhandled-rejections=strict` (see https://nodejs.org/api/cli.html#cli_unhandled_rejections_mode). ' +
    `(rejection id: ${++warned})`, 'UnhandledPromiseRejectionWarning')
}
