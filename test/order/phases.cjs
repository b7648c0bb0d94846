// Ticks, jobs, timers and immediates of a CommonJS program.
const log = (...a) => console.log(...a)
setTimeout(() => { log('timeout 1'); process.nextTick(() => log('tick in timeout')); Promise.resolve().then(() => log('job in timeout')) }, 1)
setTimeout(() => log('timeout 2'), 1)
setImmediate(() => {
  log('immediate 1')
  process.nextTick(() => log('tick in immediate'))
  Promise.resolve().then(() => log('job in immediate'))
  setImmediate(() => log('immediate in immediate'))
})
setImmediate(() => log('immediate 2'))
process.nextTick((a, b) => log('tick 1', a, b), 1, 2)
Promise.resolve().then(() => { log('job 1'); process.nextTick(() => log('tick in job')) }).then(() => log('job 2'))
queueMicrotask(() => log('microtask'))
process.nextTick(() => { log('tick 2'); Promise.resolve().then(() => log('job in tick')); process.nextTick(() => log('tick in tick')) })
;(async () => { log('async start'); await null; log('async 1'); await null; log('async 2') })()
log('sync end')
const start = Date.now()
while (Date.now() - start < 5);
