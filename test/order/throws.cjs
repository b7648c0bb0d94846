// Whatever is thrown out of a callback goes to process, and the rest goes on.
process.on('uncaughtException', (e, origin) => console.log('uncaught', e.message, origin))
setTimeout(() => { throw new Error('timer') }, 1)
setTimeout(() => console.log('timer after'), 1)
setImmediate(() => { process.nextTick(() => { throw new Error('tick') }); process.nextTick(() => console.log('tick after')); throw new Error('immediate') })
setImmediate(() => console.log('immediate after'))
queueMicrotask(() => { throw new Error('microtask') })
queueMicrotask(() => console.log('microtask after'))
const s = Date.now(); while (Date.now() - s < 5);
