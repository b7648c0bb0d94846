// What lives long and calls back: its type, who made it, what runs when it calls, and that its end is told.
const hooks = require('node:async_hooks'), fs = require('node:fs'), os = require('node:os'), path = require('node:path')
const { spawn } = require('node:child_process'), { Worker } = require('node:worker_threads')

const WANTED = /^(SIGNALWRAP|FSEVENTWRAP|STATWATCHER|MESSAGEPORT|WORKER|PIPEWRAP|PROCESSWRAP|FILEHANDLE|FILEHANDLECLOSEREQ)$/
const made = new Map(), ended = new Set(), root = hooks.executionAsyncId()
let part = ''
hooks.createHook({
  init(id, type, trigger) { if (WANTED.test(type)) made.set(id, { type, part, isRoot: trigger === root }) },
  destroy(id) { ended.add(id) },
}).enable()
const runs = () => made.get(hooks.executionAsyncId())?.type
const run = (name, fn) => { part = name; fn(); part = '' }
const told = []
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'hooks-'))

run('signal', () => {
  process.once('SIGUSR2', () => told.push(`signal in ${runs()}`))
  process.kill(process.pid, 'SIGUSR2')
})
run('watch', () => {
  const watcher = fs.watch(dir, () => { told.push(`watch in ${runs()}`); watcher.close() })
  setTimeout(() => fs.writeFileSync(path.join(dir, 'a'), ''), 20)
})
run('stat', () => {
  const file = path.join(dir, 'none')
  fs.watchFile(file, () => { told.push(`stat in ${runs()}`); fs.unwatchFile(file) })
})
run('port', () => {
  const { port1, port2 } = new MessageChannel()
  port2.onmessage = () => { told.push(`port in ${runs()} ${hooks.executionAsyncResource() === port2}`); port2.close() }
  port1.postMessage(1)
})
run('worker', () => new Worker('', { eval: true }).on('exit', () => told.push(`worker in ${runs()}`)))
run('process', () => {
  const child = spawn(process.execPath, ['-e', 'console.log(1)'])
  child.stdout.on('data', () => told.push(`output in ${runs()}`))
  child.on('exit', () => told.push(`exit in ${runs()}`))
})
run('file', () => fs.promises.open(__filename).then((file) => file.close()))

const started = Date.now()
const timer = setInterval(() => {
  const all = [...made].filter(([, { part, type }]) => part && (part !== 'worker' || type === 'WORKER'))
  if ((told.length < 7 || !all.every(([id]) => ended.has(id))) && Date.now() - started < 20000) return
  clearInterval(timer)
  fs.rmSync(dir, { recursive: true })
  const lines = all.map(([id, { type, part, isRoot }]) => `${part}: ${type}${isRoot ? '' : ' not of the program'}${ended.has(id) ? '' : ' not ended'}`)
  console.log([...lines.sort(), ...told.sort(), [...made.values()].filter(({ part }) => !part).map(({ type }) => type).filter((type) => /FILE/.test(type))].join('\n'))
}, 5)
