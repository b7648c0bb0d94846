const log = (...a) => console.log(...a)
const order = []
for (const ms of [5, 1, 3, 0, 3]) setTimeout(() => order.push(ms), ms)
const spin = Date.now(); while (Date.now() - spin < 15);
setTimeout(() => log(order.join()), 30)
let n = 0
const interval = setInterval(() => { log('interval', ++n); if (n === 3) clearInterval(interval) }, 160)
const never = setTimeout(() => log('never'), 20)
clearTimeout(never)
setTimeout(() => log('unref does not keep alive'), 5000).unref()
setTimeout((a, b) => log('args', a, b), 90, 'x', 'y')
const again = setTimeout(() => log('refreshed'), 360)
setTimeout(() => again.refresh(), 30)
const i1 = setImmediate(() => log('cleared immediate'))
clearImmediate(i1)
const t = setTimeout(() => {}, 1)
log(typeof t.ref, typeof t.hasRef, t.hasRef(), typeof +t)
