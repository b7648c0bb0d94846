// In an ES module the body itself is a job: ticks come after the jobs that it queued.
process.nextTick(() => console.log('tick'))
Promise.resolve().then(() => console.log('job'))
queueMicrotask(() => console.log('microtask'))
setTimeout(() => console.log('timeout'), 1)
console.log('body')
await null
console.log('after await')
process.nextTick(() => console.log('tick 2'))
await new Promise((done) => setTimeout(done, 5))
console.log('after timer')
