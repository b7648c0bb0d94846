// web:console: the global console and the Console class. A line goes to its descriptor by one native call; what is rare
// (tables, times, formats) is in files of its own or in faces read at first use.

import * as native from 'native:console'
import { hooks, streams, writes } from 'internal:stdio'

type Printer = (isError: boolean, text: string) => void

/** What the methods of one console share. */
interface State {
  print: Printer
  colours: (isError: boolean) => object
  counts: Map<string, number>
  times: Map<string, number>
  indent: string
  step: number
}

const isConsole = Symbol('kIsConsole')
const states = new WeakMap<object, State>()

/** What needs no inspecting: text without formats, and numbers and names of values between them. */
function simpleText(args: unknown[]): string | undefined {
  if (hooks.inspects?.numericSeparator || hooks.inspects?.colors) return
  let out = ''
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]
    if (typeof arg === 'string') {
      if (i === 0 && arg.includes('%')) return
      out += i === 0 ? arg : ` ${arg}`
    } else {
      if (typeof arg !== 'number' && typeof arg !== 'boolean' && arg !== undefined && arg !== null) return
      const word = Object.is(arg, -0) ? '-0' : `${arg}`
      out += i === 0 ? word : ` ${word}`
    }
  }
  return out
}

function text(state: State, isError: boolean, args: unknown[]): string {
  if (args.length === 1 && typeof args[0] === 'string') return args[0]
  if (args.length === 0) return ''
  const options = state.colours(isError)
  const simple = options === plain ? simpleText(args) : undefined
  return simple ?? import.meta.builtin('internal:format').formatAll(options, args)
}

function print(state: State, isError: boolean, line: string): void {
  const { indent } = state
  if (indent !== '') line = indent + (line.includes('\n') ? line.replaceAll('\n', `\n${indent}`) : line)
  state.print(isError, line)
}

function emit(name: string, self: object, isError: boolean, args: unknown[]): void {
  if (hooks.count !== 0) hooks.publish!(name, args)
  const state = states.get(self)!
  print(state, isError, text(state, isError, args))
}

function inspect(value: unknown, options: object): string {
  return import.meta.builtin('internal:inspect').inspect(value, options)
}

function checkArray(value: unknown, name: string): void {
  import.meta.builtin('internal:validate').validateArray(value, name)
}

function now(): number {
  return native.now()
}

function warn(words: string): void {
  process.emitWarning(words)
}

// The methods, in Node's order. `this` is a console: the global one binds them, the class leaves them on its prototype.
const methods: Record<string, (this: any, ...args: any[]) => any> = {
  log(...args) { emit('log', this, false, args) },
  info(...args) { emit('info', this, false, args) },
  debug(...args) { emit('debug', this, false, args) },
  warn(...args) { emit('warn', this, true, args) },
  error(...args) { emit('error', this, true, args) },

  dir(object, options) {
    const state = states.get(this)!
    print(state, false, inspect(object, { customInspect: false, ...state.colours(false), ...options }))
  },

  time(label = 'default') {
    label = `${label}`
    const { times } = states.get(this)!
    if (times.has(label)) return warn(`Label '${label}' already exists for console.time()`)
    times.set(label, now())
  },

  timeEnd(label = 'default') {
    label = `${label}`
    const { times } = states.get(this)!
    const start = times.get(label)
    if (start === undefined) return warn(`No such label '${label}' for console.timeEnd()`)
    this.log('%s: %s', label, import.meta.builtin('web:console/table').timeText(now() - start))
    times.delete(label)
  },

  timeLog(label = 'default', ...data) {
    label = `${label}`
    const start = states.get(this)!.times.get(label)
    if (start === undefined) return warn(`No such label '${label}' for console.timeLog()`)
    this.log('%s: %s', label, import.meta.builtin('web:console/table').timeText(now() - start), ...data)
  },

  trace: function trace(this: any, ...args) {
    const error: any = { name: 'Trace', message: text(states.get(this)!, true, args) }
    Error.captureStackTrace(error, trace)
    this.error(error.stack)
  },

  assert(expression, ...args) {
    if (expression) return
    if (args.length > 0 && typeof args[0] === 'string') args[0] = `Assertion failed: ${args[0]}`
    else args.unshift('Assertion failed')
    Reflect.apply(this.warn, this, args)
  },

  clear() {
    const stream = this._stdout
    if (stream.isTTY && process.env.TERM !== 'dumb') stream.write('\u001b[1;1H\u001b[0J')
  },

  count(label = 'default') {
    label = `${label}`
    const { counts } = states.get(this)!
    const count = (counts.get(label) ?? 0) + 1
    counts.set(label, count)
    this.log(`${label}: ${count}`)
  },

  countReset(label = 'default') {
    if (!states.get(this)!.counts.delete(`${label}`)) warn(`Count for '${label}' does not exist`)
  },

  group(...data) {
    if (data.length > 0) Reflect.apply(this.log, this, data)
    const state = states.get(this)!
    state.indent += ' '.repeat(state.step)
  },

  groupEnd() {
    const state = states.get(this)!
    state.indent = state.indent.slice(0, Math.max(0, state.indent.length - state.step))
  },

  table(data, properties) {
    if (properties !== undefined) checkArray(properties, 'properties')
    if (data === null || typeof data !== 'object') return this.log(data)
    const options = states.get(this)!.colours(false)
    this.log(import.meta.builtin('web:console/table').tableText(data, properties, options))
  },
}
methods.dirxml = methods.log!
methods.groupCollapsed = methods.group!

function newState(printer: Printer, colours: State['colours'], step: number): State {
  return { print: printer, colours, counts: new Map(), times: new Map(), indent: '', step }
}

const hide = (target: object, key: PropertyKey, value: unknown): void => {
  Object.defineProperty(target, key, { value, writable: true, enumerable: false, configurable: true })
}

// --- the class ----------------------------------------------------------------------------------------------------------

export function Console(this: any, options: any): any {
  if (new.target === undefined) return Reflect.construct(Console, arguments)
  if (!options || typeof options.write === 'function') {
    options = { stdout: options, stderr: arguments[1], ignoreErrors: arguments[2] }
  }
  states.set(this, import.meta.builtin('web:console/streams').stateOf(this, options, newState))
  // Bound from the instance, so that a subclass may put its own in their place.
  for (const name of Object.keys(Console.prototype)) {
    this[name] = this[name].bind(this)
    Object.defineProperty(this[name], 'name', { value: name })
  }
}
for (const name of Object.keys(methods)) Console.prototype[name] = methods[name]
Object.defineProperty(Console, Symbol.hasInstance, { value: (object: any) => object?.[isConsole] === true || states.has(object) })

// --- the global one -----------------------------------------------------------------------------------------------------

const plain = {}
const coloured = { colors: true }
const terminal: (boolean | undefined)[] = []

function hasColours(isError: boolean): boolean {
  const fd = isError ? 2 : 1
  // A pipe or file, and nothing said: then process need not be made for it.
  if (!native.mayColour(fd)) return false
  const { env } = process
  if (env.FORCE_COLOR !== undefined) return import.meta.builtin('web:console/streams').colorDepth(env) > 2
  terminal[fd] ??= native.isTerminal(fd)
  return terminal[fd]! && import.meta.builtin('web:console/streams').colorDepth(env) > 2
}

const console: any = Object.create({})
const state = newState((isError, line) => {
  const fd = isError ? 2 : 1
  const stream = streams[fd]
  // A program that replaced process.stdout.write wants to see what is printed; one that listens for errors, that it could not be.
  if (stream !== undefined && (stream.write !== writes[fd] || stream._events?.error !== undefined)) stream.write(`${line}\n`)
  else native.writeLine(fd, line)
}, isError => hasColours(isError) ? coloured : plain, 2)
states.set(console, state)

for (const name of Object.keys(methods)) {
  const own = methods[name]!.name
  const bound = methods[name]!.bind(console)
  Object.defineProperty(bound, 'name', { value: own })
  console[name] = bound
}
console.Console = Console
console.profile = function profile() {}
console.profileEnd = function profileEnd() {}
console.timeStamp = function timeStamp() {}
console.context = function context(): any { return console }
console.createTask = function createTask(name: string) {
  if (typeof name !== 'string' || name === '') throw new TypeError('First argument must be a non-empty string.')
  return { run: (fn: () => unknown) => fn() }
}
/** Bun's: text and bytes as they are, without a line feed. Gives the number of bytes. */
console.write = function write(...parts: any[]): number {
  let total = 0
  for (const part of parts) {
    const raw = ArrayBuffer.isView(part) || part instanceof ArrayBuffer
    total += native.writeRaw(1, raw ? part : `${part}`)
  }
  return total
}
/** Bun's: the lines of the standard input. */
hide(console, Symbol.asyncIterator, () => import.meta.builtin('web:console/lines').lines())
for (const name of ['_stdout', '_stderr']) {
  let own: any
  Object.defineProperty(console, name, {
    get: () => own ??= (process as any)[name.slice(1)],
    set: value => { own = value },
    enumerable: false, configurable: true,
  })
}
hide(console, '_ignoreErrors', true)
hide(console, '_times', state.times)
hide(console, isConsole, true)
Object.defineProperty(console, Symbol.toStringTag, { value: 'console', writable: false, enumerable: false, configurable: true })

export { console }
export default console
