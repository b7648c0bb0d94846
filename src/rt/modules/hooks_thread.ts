// rt:modules/hooks_thread: the program's side of the thread in which hooks of module.register run (rt:modules/remote). import() waits for
// an answer as for anything; who cannot wait, such as require() and import.meta.resolve(), stops until it is there.

type Context = Record<string, any>
interface Answer { promise: Promise<unknown>; settle: () => void; isDone: boolean; value?: any; error?: unknown; failed?: boolean }
type Message = [number: number, word: 'done' | 'failed' | 'fatal' | 'exit', value: any, own?: object]

const faces = (): any => import.meta.builtin('rt:modules/hooks')
/** Answers that are still to come, by their numbers. */
const expected = new Map<number, Answer>()
/** Of what was asked: Node resolves and loads once as well. */
const answers = new Map<string, Answer>()
const LOOK_AGAIN_MS = 500
let lastNumber = 0
let isAdded = false
let port: any
/** Changes with every answer: at it the program's thread sleeps. */
let settled: Int32Array

function start(): void {
  const { startWorker } = import.meta.builtin('web:worker/core'), process = import.meta.builtin('node:process').default
  settled = new Int32Array(new SharedArrayBuffer(4))
  const thread = startWorker({
    kind: 'hooks', form: 'builtin', entry: 'rt:modules/remote', shown: process.argv[1] ?? '', name: '', workerData: { settled },
    argv: process.argv.slice(2), execArgv: process.execArgv, env: { ...process.env }, stdin: false, stdout: false, stderr: false, environmentData: new Map(),
  }, { online() {}, error() {}, output() {}, ended() {} })
  thread.ref(false)
  port = thread.port
  port.on('message', heard)
  port.unref()
}

function heard([number, word, value, own]: Message): void {
  if (word === 'exit') import.meta.builtin('node:process').default.exit(value)
  if (own !== undefined) Object.assign(value, own)
  if (word === 'fatal') return import.meta.builtin('internal:rt').reportUncaught(value, 'uncaughtException')
  const answer = expected.get(number)!
  expected.delete(number)
  if (expected.size === 0) port.unref()
  answer.isDone = true
  answer.failed = word === 'failed'
  if (answer.failed) answer.error = value
  else answer.value = value
  answer.settle()
}

function request(kind: string, what: string, rest: unknown, transferList?: any): Answer {
  if (port === undefined) start()
  let settle: () => void
  const answer: Answer = { promise: new Promise<void>((resolve) => { settle = resolve }), settle: () => settle(), isDone: false }
  const number = ++lastNumber
  port.postMessage([number, kind, what, rest], transferList)
  expected.set(number, answer)
  port.ref()
  return answer
}

/** Stops this thread until it is there. */
function waitFor(answer: Answer): void {
  const { receiveMessageOnPort } = import.meta.builtin('web:messaging')
  while (!answer.isDone) {
    const before = Atomics.load(settled, 0)
    let message
    while ((message = receiveMessageOnPort(port)) !== undefined) heard(message.message)
    if (!answer.isDone) Atomics.wait(settled, 0, before, LOOK_AGAIN_MS)
  }
}

function resultOf(answer: Answer): any {
  if (answer.failed) throw answer.error
  return answer.value
}

/** The answer, when it is there already; otherwise throws what `import()` waits for. */
export function ask(kind: 'resolve' | 'load', what: string, context: Context): any {
  const key = `${kind}\n${what}\n${context.parentURL}\n${context.importAttributes?.type}`
  let answer = answers.get(key)
  if (answer === undefined) answers.set(key, answer = request(kind, what, context))
  if (!answer.isDone) throw new (faces().Waiting)(what, answer.promise, () => waitFor(answer))
  if (answer.failed) answers.delete(key)
  const result = resultOf(answer)
  return result.untouched ? faces().loadForRemote(what, { ...context, format: result.format }) : result
}

export function register(specifier: string, parentURL: string, data: unknown, transferList: any): void {
  const answer = request('register', specifier, { parentURL, data }, transferList)
  waitFor(answer)
  resultOf(answer)
  if (!isAdded) faces().add({ isRemote: true })
  isAdded = true
  answers.clear()
}
