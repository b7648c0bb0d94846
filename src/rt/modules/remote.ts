// rt:modules/remote: hooks that module.register named: they answer with promises. Node runs them in a thread of their own; here they
// run in the program's, so what they see of globals is the program's. They are asked after all hooks of registerHooks.
import * as native from 'native:modules'

type Context = Record<string, any>
type Step = (what: any, context?: any) => any
type Kind = 'resolve' | 'load'
interface Remote { specifier: string; resolve?: Step; load?: Step }

const list: Remote[] = []
export const isEmpty = (): boolean => list.length === 0
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

/** The modules that a request leads to are found before they are linked: each waits for its own answers only. */
export async function reach(number: number, attempt: (parent: string, specifier: string, attributes: any) => any, seen = new Set<number>()): Promise<void> {
  if (seen.has(number)) return
  seen.add(number)
  const [url, ...requests] = native.requestsOf(number) as any[]
  await Promise.all(requests.map(async ([specifier, attributes]: [string, any]) => {
    let found
    try {
      found = await attempt(url, specifier, attributes)
    } catch {
      return                        // linking meets it again, in its place
    }
    await reach(found, attempt, seen)
  }))
}

// --- module.register

export function register(specifier: string, parentURL: string, data: unknown, transferList: any): void {
  const from = native.fromUrl(parentURL)
  const isRelative = /^\.{0,2}\//.test(specifier) || !/^[@\w]/.test(specifier) || specifier === 'undefined'
  if (from === undefined && isRelative)
    fail(Error, 'ERR_UNSUPPORTED_RESOLVE_REQUEST',
      `Failed to resolve module specifier "${specifier}" from "${parentURL}": Invalid relative URL or base scheme is not hierarchical.`)
  const { add } = faces()
  const [promise, number] = native.importModule(from ?? `${native.cwd()}/noname`, specifier, '')
  const given = data === undefined ? undefined : structuredClone(data, transferList === undefined ? undefined : { transfer: transferList })
  const start = (): unknown => {
    const ns: any = native.namespaceOf(number)
    const hook: Remote = { specifier, resolve: ns.resolve, load: ns.load }
    const answer = ns.initialize?.(given)
    list.push(hook)
    answers.clear()
    return answer
  }
  if (list.length === 0) add({ isRemote: true })
  const begun: any = promise === undefined ? start() : promise.then(start)
  if (typeof begun?.then !== 'function') return
  const before = ready
  const mine: Promise<unknown> = ready = (async () => {
    try {
      await before
      await begun
    } finally {
      if (ready === mine) ready = undefined
    }
  })()
  mine.catch((error) => { throw error })
}
