// @opentelemetry/api with both context managers: by AsyncLocalStorage, and by async hooks.
const { context, createContextKey, propagation, trace, ROOT_CONTEXT, diag, SpanKind } = require('@opentelemetry/api')
const { AsyncLocalStorageContextManager, AsyncHooksContextManager } = require('@opentelemetry/context-async-hooks')
const { EventEmitter } = require('node:events')
const fs = require('node:fs')
const key = createContextKey('key')
const sleep = ms => new Promise(resolve => setTimeout(resolve, ms))
const get = () => context.active().getValue(key)

async function walk() {
  const seen = [get()]
  await null; seen.push(get())
  await sleep(1); seen.push(get())
  await new Promise(resolve => setImmediate(resolve)); seen.push(get())
  await new Promise(resolve => process.nextTick(resolve)); seen.push(get())
  await fs.promises.readFile(__filename); seen.push(get())
  await new Promise(resolve => fs.stat(__filename, () => { seen.push(get()); resolve() }))
  await context.with(context.active().setValue(key, 'inner'), async () => { await 1; seen.push(get()) })
  seen.push(get())
  try { await Promise.reject(new Error('x')) } catch { seen.push(get()) } finally { seen.push(get()) }
  for await (const each of [1, sleep(1)]) seen.push(get())
  const emitter = context.bind(context.active(), new EventEmitter())
  emitter.on('event', () => seen.push(get()))
  context.with(ROOT_CONTEXT, () => emitter.emit('event'))
  const bound = context.bind(context.active(), () => get())
  seen.push(context.with(ROOT_CONTEXT, () => bound()))
  const timer = setInterval(() => { seen.push(get()); clearInterval(timer) }, 1)
  await sleep(5)
  queueMicrotask(() => seen.push(get()))
  await Promise.all([1, sleep(1)].map(async each => { await each; seen.push(get()) }))
  return seen.join(' ')
}
async function main() {
  for (const Manager of [AsyncLocalStorageContextManager, AsyncHooksContextManager]) {
    const manager = new Manager().enable()
    console.log(Manager.name, context.setGlobalContextManager(manager), get())
    /* Which of the two ends first is chance: they are printed in the order in which they began. */
    for (const seen of await Promise.all(['a', 'b'].map(name => context.with(context.active().setValue(key, name), () => walk())))) console.log(seen)
    const span = trace.getTracer('test').startSpan('work', { kind: SpanKind.CLIENT })
    context.with(trace.setSpan(context.active(), span), () => console.log(trace.getActiveSpan() === span, span.isRecording()))
    console.log(propagation.getBaggage(propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage({ a: { value: '1' } }))).getAllEntries())
    console.log(get())
    context.disable()
    manager.disable()
  }
  diag.info('nobody hears')
}
main()
