// rt:modules/remote: hooks that module.register named, in the thread that is theirs: they answer with promises. rt:modules/hooks_thread is
// who asks, from the program's thread; what is imported here (hooks that are registered later) goes through the earlier ones too.
import * as native from 'native:modules'

type Context = Record<string, any>
type Step = (what: any, context?: any) => any
type Kind = 'resolve' | 'load'
interface Remote { specifier: string; resolve?: Step; load?: Step }

const list: Remote[] = []
/** initialize() of what was registered, and top-level awaits: nobody is asked before. */
let ready: Promise<unknown> | undefined

const codes = (): any => import.meta.builtin('internal:errors').codes
const faces = (): any => import.meta.builtin('rt:modules/hooks')

function told(value: unknown): string {
  const { received } = import.meta.builtin('rt:modules/hooks')
  return received(value)
}

function fail(Kind: any, code: string, message: string): never {
  const error = new Kind(message)
  error.code = code
  throw error
}

// --- chains

const WHERE: Record<Kind, string> = { resolve: 'esm/resolve', load: 'esm/load' }
const NEXT: Record<Kind, string> = { resolve: 'nextResolve', load: 'nextLoad' }

function checkAsked(kind: Kind, id: string, what: unknown, more: unknown): void {
  const by = `${id} '${kind}' hook's ${NEXT[kind]}()`
  if (typeof what !== 'string' && kind === 'resolve') throw new (codes().ERR_INVALID_ARG_TYPE)(`${by} specifier`, 'string', what)
  if (kind === 'load' && (typeof what !== 'string' || !(what.startsWith('node:') || URL.canParse(what))))
    fail(TypeError, 'ERR_INVALID_ARG_TYPE', `The "${by} url" argument must be an a URL string. Received ${told(what)}`)
  if (more !== undefined && (typeof more !== 'object' || more === null)) throw new (codes().ERR_INVALID_ARG_TYPE)(`${by} context`, 'object', more)
}

function checkAnswer(kind: Kind, id: string, isWhole: boolean, result: any): void {
  if (typeof result !== 'object' || result === null)
    fail(TypeError, 'ERR_INVALID_RETURN_VALUE', `Expected an object to be returned from the "${id} '${kind}' hook's ${NEXT[kind]}()" function but got ${told(result)}.`)
  if (!isWhole && !result.shortCircuit)
    fail(Error, 'ERR_LOADER_CHAIN_INCOMPLETE', `"${id} '${kind}'" did not call the next hook in its chain and did not explicitly signal a short circuit. ` +
      "If this is intentional, include `shortCircuit: true` in the hook's return.")
}

const bad = (expected: string, id: string, kind: Kind, key: string, value: unknown): never =>
  fail(TypeError, 'ERR_INVALID_RETURN_PROPERTY_VALUE', `Expected ${expected} to be returned for the "${key}" from the "${id} '${kind}'" hook but got ${told(value)}.`)

function checkWhole(kind: Kind, id: string, result: any): any {
  const { format, source, url } = result
  if (format != null && typeof format !== 'string') bad('a string', id, kind, 'format', format)
  if (kind === 'resolve') {
    if (typeof url !== 'string' || !(url.startsWith('node:') || URL.canParse(url))) bad('a URL string', id, kind, 'url', url)
  } else if (source != null && typeof source !== 'string' && !ArrayBuffer.isView(source) && !(source instanceof ArrayBuffer))
    bad('a string, an ArrayBuffer, or a TypedArray', id, kind, 'source', source)
  return result
}

async function chain(kind: Kind, what: string, context: Context, last: Step): Promise<any> {
  while (ready !== undefined) await ready
  let isWhole = false
  let next: Step = async (asked, more) => {
    checkAsked(kind, `node:internal/modules/${WHERE[kind]}`, asked, more)
    isWhole = true
    if (more && more !== context) Object.assign(context, more)
    return last(asked, context)
  }
  let id = ''
  for (const hook of list) {
    const step = hook[kind]
    if (step === undefined) continue
    const inner = next
    next = async (asked, more) => {
      checkAsked(kind, hook.specifier, asked, more)
      if (more && more !== context) Object.assign(context, more)
      isWhole = false
      const result = await step(asked, context, inner)
      checkAnswer(kind, hook.specifier, isWhole, result)
      if (result.shortCircuit) isWhole = true
      return result
    }
    id = hook.specifier
  }
  return checkWhole(kind, id, await next(what, context))
}

// --- answers are kept: Node resolves and loads once as well

interface Answer { promise: Promise<unknown>; isDone: boolean; value?: any; error?: unknown; failed?: boolean }
const answers = new Map<string, Answer>()

/** The answer, when it is there already; otherwise throws what `import()` waits for. */
export function ask(kind: Kind, what: string, context: Context, last: Step): any {
  const key = `${kind}\n${what}\n${context.parentURL}\n${context.importAttributes?.type}`
  let answer = answers.get(key)
  if (answer === undefined) {
    const made: Answer = answer = { promise: undefined as any, isDone: false }
    answers.set(key, made)
    made.promise = chain(kind, what, context, last).then(
      (value) => { made.isDone = true; made.value = value },
      (error) => { made.isDone = made.failed = true; made.error = error },
    )
  }
  if (!answer.isDone) throw new (faces().Waiting)(what, answer.promise)
  if (!answer.failed) return answer.value
  answers.delete(key)
  throw answer.error
}

// --- module.register

function checkParent(specifier: string, parentURL: string): string | undefined {
  const from = native.fromUrl(parentURL)
  const isRelative = /^\.{0,2}\//.test(specifier) || !/^[@\w]/.test(specifier) || specifier === 'undefined'
  if (from === undefined && isRelative)
    fail(Error, 'ERR_UNSUPPORTED_RESOLVE_REQUEST',
      `Failed to resolve module specifier "${specifier}" from "${parentURL}": Invalid relative URL or base scheme is not hierarchical.`)
  return from
}

async function begin(specifier: string, parentURL: string, data: unknown): Promise<void> {
  const from = checkParent(specifier, parentURL)
  const ns: any = await import.meta.builtin('rt:modules').importer(from ?? `${native.cwd()}/noname`)(specifier)
  const hook: Remote = { specifier, resolve: ns.resolve, load: ns.load }
  await ns.initialize?.(data)
  if (list.length === 0) faces().add({ isRemote: true })
  list.push(hook)
  answers.clear()
}

/** By hooks themselves: nobody waits for it here, but who asks next does. */
export function register(specifier: string, parentURL: string, data: unknown, transferList: any): void {
  checkParent(specifier, parentURL)
  const given = data === undefined ? undefined : structuredClone(data, transferList === undefined ? undefined : { transfer: transferList })
  const before = ready
  const mine: Promise<unknown> = ready = (async () => {
    try {
      await before
      await begin(specifier, parentURL, given)
    } finally {
      if (ready === mine) ready = undefined
    }
  })()
  mine.catch((error) => { throw error })
}

// --- the thread

const LOOKS_UNTOUCHED = 'untouched'

async function answerTo(kind: string, what: string, given: any): Promise<unknown> {
  if (kind === 'register') return begin(what, given.parentURL, given.data)
  const { loadForRemote, resolveFile, isAsLoaded } = faces()
  if (kind === 'resolve') {
    const { url, format, importAttributes } = await chain('resolve', what, given, resolveFile)
    return { url, format, importAttributes }
  }
  const result = await chain('load', what, given, loadForRemote)
  if (isAsLoaded(what, result)) return { [LOOKS_UNTOUCHED]: true, format: result.format }
  return { format: result.format, responseURL: result.responseURL, source: result.source }
}

/** The program of the thread: requests are [number, kind, what, the rest], answers [number, done or failed, value]. */
export function main(): Promise<never> {
  const { given, parentPort } = import.meta.builtin('web:worker/inside'), { settled } = given.workerData
  const tell = (number: number, word: string, value: unknown, own?: object): void => {
    parentPort.postMessage([number, word, value, own])
    Atomics.add(settled, 0, 1)
    Atomics.notify(settled, 0)
  }
  const process = import.meta.builtin('node:process').default
  process.on('uncaughtExceptionMonitor', (error: unknown) => tellError(tell, 0, 'fatal', error))
  process.on('exit', (code: number) => tell(0, 'exit', code))
  parentPort.on('message', async ([number, kind, what, rest]: [number, string, string, any]) => {
    try {
      tell(number, 'done', await answerTo(kind, what, rest))
    } catch (error) {
      tellError(tell, number, 'failed', error)
    }
  })
  return new Promise(() => {})
}

/** With what the error has of its own, such as its code, which copies do not have. */
function tellError(tell: Function, number: number, word: string, error: any): void {
  try {
    tell(number, word, error, Error.isError(error) ? { ...error } : undefined)
  } catch {
    const { inspect } = import.meta.builtin('internal:inspect')
    tell(number, word, Object.assign(new Error(inspect(error)), { stack: `${error?.stack ?? inspect(error)}` }), { code: error?.code })
  }
}
