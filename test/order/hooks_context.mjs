// A context manager as APM agents wrote them before AsyncLocalStorage: it follows ids. Then what stands on the resource.
import hooks from 'node:async_hooks'
import fs from 'node:fs'

const contexts = new Map(), stack = []
const get = () => contexts.get(hooks.executionAsyncId())
const hook = hooks.createHook({
  init(id) { contexts.set(id, stack.length ? stack.at(-1) : undefined) },
  before(id) { stack.push(contexts.get(id)) },
  after() { stack.pop() },
  destroy(id) { contexts.delete(id) },
}).enable()
const run = (value, fn) => { stack.push(value); try { return fn() } finally { stack.pop() } }
const now = () => stack.at(-1)
const log = (...words) => console.log(...words)
const sleep = ms => new Promise(resolve => setTimeout(resolve, ms))

async function work(name) {
  const seen = [now()]
  await null
  seen.push(now())
  await sleep(2)
  seen.push(now())
  try {
    await Promise.reject(new Error('x'))
  } catch {
    seen.push(now())
  } finally {
    seen.push(now())
  }
  for await (const each of [1, sleep(1), (async function* () { yield 2 })()]) seen.push(now())
  for await (const each of (async function* () { await sleep(1); yield now(); await 1; yield now() })()) seen.push(each, now())
  await { then(done) { setTimeout(done, 1) } }
  seen.push(now())
  await fs.promises.stat('.')
  seen.push(now())
  await new Promise(resolve => fs.readFile('.', () => { seen.push(now()); resolve() }))
  seen.push(now())
  await Promise.all([sleep(1).then(() => seen.push(now())), (async () => { await 5; seen.push(now()) })()])
  await new Promise(resolve => process.nextTick(() => {
    seen.push(now())
    setImmediate(() => queueMicrotask(() => { seen.push(now()); resolve() }))
  }))
  const inTry = async () => { try { return await Promise.reject(1) } catch { return now() } }
  seen.push(await inTry(), now())
  return [name, seen.length, seen.every(each => each === name)]
}
log(await Promise.all([run('a', () => work('a')), run('b', () => work('b')), run('c', () => work('c'))]))
log(now())
hook.disable()

// Hooks made inside hooks, and those that are gone.
const order = []
const late = hooks.createHook({ init: (id, type) => order.push(`late ${type}`) })
const early = hooks.createHook({ init(id, type) { order.push(`early ${type}`); late.enable() } }).enable()
new hooks.AsyncResource('ONE')
new hooks.AsyncResource('TWO')
early.disable()
new hooks.AsyncResource('THREE')
late.disable()
new hooks.AsyncResource('FOUR')
log(order)

const watch = hooks.createHook({ init() {} }).enable()
const key = Symbol('own')
setTimeout(async () => {
  hooks.executionAsyncResource()[key] = 1
  const timer = hooks.executionAsyncResource()
  log(timer.constructor.name, hooks.executionAsyncResource() === timer)
  const promise = hooks.executionAsyncId()
  await 1
  log(hooks.executionAsyncResource() instanceof Promise, hooks.executionAsyncId() !== promise, hooks.executionAsyncResource()[key])
  process.once('uncaughtException', error => log('caught', error.message, hooks.executionAsyncId() > 0))
  await new Promise(resolve => setTimeout(() => {
    setImmediate(() => { log('after', hooks.executionAsyncId() > 0); resolve() })
    throw new Error('thrown')
  }))
  watch.disable()
  for (const wrong of [() => hooks.createHook({ init: 1 }), () => hooks.createHook({ trackPromises: 1 }),
    () => hooks.createHook({ trackPromises: false, promiseResolve() {} }), () => new hooks.AsyncResource(1),
    () => new hooks.AsyncResource('A', { triggerAsyncId: 'x' }), () => new hooks.AsyncResource('A', -2)]) {
    try { wrong() } catch (error) { log(error.name, error.code, error.message) }
  }
  log(Object.keys(hooks.asyncWrapProviders).length, Object.isFrozen(hooks.asyncWrapProviders))
}, 1)
