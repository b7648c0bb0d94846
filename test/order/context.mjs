import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { readFile } from 'node:fs'
const als = new AsyncLocalStorage(), other = new AsyncLocalStorage()
// Whose callback comes first is not the matter here: the lines are sorted.
const lines = []
const log = (what) => lines.push(`${what} ${als.getStore()} ${other.getStore()}`)
process.on('exit', () => console.log(lines.sort().join('\n')))
const before = Promise.resolve()
als.run('a', () => {
  log('run')
  setTimeout(() => log('timeout'), 1)
  setImmediate(() => log('immediate'))
  process.nextTick(() => log('tick'))
  queueMicrotask(() => log('microtask'))
  before.then(() => log('then')).finally(() => log('finally'))
  Promise.reject(1).catch(() => log('catch'))
  other.run('b', async () => { await null; log('nested'); await before; log('nested again') })
  readFile('/dev/null', () => log('file'))
})
log('outside')
before.then(() => log('then outside'))
const bound = als.run('r', () => AsyncResource.bind(() => log('bound')))
bound()
await als.run('c', async () => {
  try { await Promise.reject(new Error('x')) } catch { log('caught') } finally { log('finally clause') }
  for await (const x of (async function* () { yield 1; log('generator'); yield 2 })()) log('for await ' + x)
  const thenable = { then(done) { log('thenable'); setTimeout(done, 1, 5) } }
  await thenable
  log('after thenable')
  await Promise.all([1, 2].map(async (n) => { await n; als.enterWith('e' + n); await null; log('all ' + n) }))
  log('after all')
})
log('end')
als.enterWith('entered')
await null
log('entered')
als.exit(() => log('exit'))
