// Resources of every kind that both report alike: ids, triggers, types and the order of events.
const hooks = require('node:async_hooks'), fs = require('node:fs')
const out = [], gone = [], promises = new Set(), ids = new Map([[0, 0], [1, 1]])
const n = id => (ids.has(id) || ids.set(id, ids.size), ids.get(id))
const here = () => `${n(hooks.executionAsyncId())} after ${n(hooks.triggerAsyncId())}`
const hook = hooks.createHook({
  init(id, type, trigger, resource) {
    if (type === 'PROMISE') promises.add(id)        // these end when they are collected
    out.push(`init ${n(id)} ${type} of ${n(trigger)} in ${n(hooks.executionAsyncId())} ${resource.constructor.name}`)
  },
  before(id) { out.push(`before ${n(id)}`) },
  after(id) { out.push(`after ${n(id)}`) },
  destroy(id) { if (!promises.has(id)) gone.push(n(id)) },
  promiseResolve(id) { out.push(`resolve ${n(id)}`) },
})
process.on('exit', () => {
  hook.disable()
  fs.writeSync(1, `${out.join('\n')}\ndestroyed ${gone.sort((a, b) => a - b)}\n`)
})
const say = text => out.push(`${text}: ${here()}`)
hooks.executionAsyncId()
require('node:timers')
hook.enable()
const promise = new Promise(resolve => { say('executor'); process.nextTick(resolve) })
promise.then(() => say('then')).catch(() => {}).finally(() => say('finally'))
Promise.reject(new Error('x')).catch(() => say('catch'))
Promise.resolve(3)
Promise.all([1, promise])
Promise.race([promise])
new Promise(resolve => resolve({ then(done) { say('thenable'); done(1) } }))
process.nextTick(a => { say(a); process.nextTick(() => say('tick in a tick')) }, 'tick')
queueMicrotask(() => say('microtask'))
const own = new hooks.AsyncResource('OWN', { requireManualDestroy: true })
own.runInAsyncScope(() => {
  say('own')
  new hooks.AsyncResource('INNER', { triggerAsyncId: 1, requireManualDestroy: true }).runInAsyncScope(() => say('inner'))
  say('own again')
})
own.emitDestroy()
clearTimeout(setTimeout(() => {}, 500))
clearImmediate(setImmediate(() => {}))
setImmediate(a => {
  say(a)
  setImmediate(() => setTimeout(timers, 20))        // alone, so that time orders nothing
}, 'immediate')
function timers() {
  say('timeout')
  fs.stat(__filename, () => {
    say('stat')
    fs.access('/nowhere', () => {
      say('access')
      let left = 2
      const timer = setInterval(() => { say('interval'); if (--left === 0) clearInterval(timer) }, 20)
    })
  })
}
