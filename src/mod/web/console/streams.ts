// web:console/streams: consoles over streams of the user's choice, and how many colours a terminal has.

import { ERR_CONSOLE_WRITABLE_STREAM, ERR_INCOMPATIBLE_OPTION_PAIR, isStackOverflowError } from 'internal:errors'
import { isMap } from 'internal:types'
import { validateInteger, validateObject, validateOneOf } from 'internal:validate'

const hide = (target: object, key: PropertyKey, value: unknown): void => {
  Object.defineProperty(target, key, { value, writable: true, enumerable: false, configurable: true })
}

function noop(): void {}

export function stateOf(console: any, options: any, make: Function): any {
  const { stdout, stderr = stdout, ignoreErrors = true, colorMode = 'auto', inspectOptions, groupIndentation } = options
  if (!stdout || typeof stdout.write !== 'function') throw new ERR_CONSOLE_WRITABLE_STREAM('stdout')
  if (!stderr || typeof stderr.write !== 'function') throw new ERR_CONSOLE_WRITABLE_STREAM('stderr')
  validateOneOf(colorMode, 'colorMode', ['auto', true, false])
  if (groupIndentation !== undefined) validateInteger(groupIndentation, 'groupIndentation', 0, 1000)
  let given: Map<any, any> | undefined
  if (inspectOptions !== undefined) {
    validateObject(inspectOptions, 'options.inspectOptions')
    given = isMap(inspectOptions) ? inspectOptions : new Map([[stdout, inspectOptions], [stderr, inspectOptions]])
    for (const one of given!.values()) {
      if (one.colors !== undefined && options.colorMode !== undefined) {
        throw new ERR_INCOMPATIBLE_OPTION_PAIR('options.inspectOptions.color', 'colorMode')
      }
    }
  }
  hide(console, '_stdout', stdout)
  hide(console, '_stderr', stderr)
  hide(console, '_ignoreErrors', Boolean(ignoreErrors))
  const failed = (isError: boolean) => (error: unknown): void => {
    const stream = isError ? console._stderr : console._stdout
    if (error !== null && error !== undefined && !stream._writableState?.errorEmitted && stream.listenerCount?.('error') === 0) {
      stream.once('error', noop)
    }
  }
  const handlers = [failed(false), failed(true)]
  hide(console, '_stdoutErrorHandler', handlers[0])
  hide(console, '_stderrErrorHandler', handlers[1])
  const print = (isError: boolean, line: string): void => {
    const stream = isError ? console._stderr : console._stdout
    if (!console._ignoreErrors) return stream.write(`${line}\n`)
    // Errors come at once from files and terminals, later from pipes: neither must end the program.
    try {
      if (stream.listenerCount?.('error') === 0) stream.once('error', noop)
      stream.write(`${line}\n`, handlers[isError ? 1 : 0])
    } catch (error) {
      if (isStackOverflowError(error)) throw error
    } finally {
      stream.removeListener?.('error', noop)
    }
  }
  const colours = (isError: boolean): object => {
    const stream = isError ? console._stderr : console._stdout
    const colors = colorMode === 'auto' ? wantsColours(stream) : colorMode
    const own = given?.get(stream)
    if (own === undefined) return { colors }
    if (own.colors === undefined) own.colors = colors
    return own
  }
  const state = make(print, colours, groupIndentation ?? 2)
  hide(console, '_times', state.times)
  Object.defineProperty(console, Symbol.toStringTag, { value: 'console', writable: false, enumerable: false, configurable: true })
  return state
}

function wantsColours(stream: any): boolean {
  if (process.env.FORCE_COLOR !== undefined) return colorDepth(process.env) > 2
  return Boolean(stream?.isTTY) && (typeof stream.getColorDepth === 'function' ? stream.getColorDepth() > 2 : true)
}

const TERMS: Record<string, number> = {
  __proto__: null, eterm: 4, cons25: 4, console: 4, cygwin: 4, dtterm: 4, gnome: 4, hurd: 4, jfbterm: 4, konsole: 4, kterm: 4, mlterm: 4,
  mosh: 24, putty: 4, st: 4, 'rxvt-unicode-24bit': 24, terminator: 24, 'xterm-kitty': 24,
} as any

/** Bits of colour: 1 (none), 4, 8 or 24, by the environment. */
export function colorDepth(env: any): number {
  if (env.FORCE_COLOR !== undefined) {
    switch (env.FORCE_COLOR) {
      case '': case '1': case 'true': return 4
      case '2': return 8
      case '3': return 24
      default: return 1
    }
  }
  if ((env.NODE_DISABLE_COLORS !== undefined && env.NODE_DISABLE_COLORS !== '') ||
      (env.NO_COLOR !== undefined && env.NO_COLOR !== '') || env.TERM === 'dumb') return 1
  if (env.TMUX) return 24
  if (env.TF_BUILD && env.AGENT_NAME) return 4
  if (env.CI) {
    if (['CIRCLECI', 'GITEA_ACTIONS', 'GITHUB_ACTIONS'].some(name => name in env)) return 24
    return ['APPVEYOR', 'BUILDKITE', 'DRONE', 'GITLAB_CI', 'TRAVIS'].some(name => name in env) || env.CI_NAME === 'codeship' ? 8 : 1
  }
  if ('TEAMCITY_VERSION' in env) return /^(9\.(0*[1-9]\d*)\.|\d{2,}\.)/.test(env.TEAMCITY_VERSION) ? 4 : 1
  switch (env.TERM_PROGRAM) {
    case 'iTerm.app': return !env.TERM_PROGRAM_VERSION || /^[0-2]\./.test(env.TERM_PROGRAM_VERSION) ? 8 : 24
    case 'HyperTerm': case 'MacTerm': return 24
    case 'Apple_Terminal': return 8
  }
  if (env.COLORTERM === 'truecolor' || env.COLORTERM === '24bit') return 24
  const term = `${env.TERM ?? ''}`.toLowerCase()
  if (term !== '') {
    if (term.includes('truecolor')) return 24
    if (/^xterm-256/.test(term)) return 8
    if (TERMS[term] !== undefined) return TERMS[term]!
    if (/ansi|color|linux|direct|^con\d*x\d|^rxvt|^screen|^xterm|^vt100|^vt220/.test(term)) return 4
  }
  return env.COLORTERM ? 4 : 1
}
