// Within a callback of I/O immediates come before timers.
const fs = require('fs')
fs.readFile(__filename, () => {
  console.log('read')
  setTimeout(() => console.log('timeout'), 0)
  setImmediate(() => { console.log('immediate'); process.nextTick(() => console.log('tick')) })
  process.nextTick(() => console.log('tick after read'))
  Promise.resolve().then(() => console.log('job after read'))
})
