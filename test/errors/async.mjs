async function g() { throw new Error('sync part') }
function h() { return g() }
await h().catch((e) => console.log(e.stack))
const ar = async () => { throw new Error('arrow') }
await ar().catch((e) => console.log(e.stack))
class K { async m() { return new Error('in method') } }
console.log((await new K().m()).stack.split('\n').length > 1)
;(function () { console.log(new Error('iife').stack.split('\n')[1]) }())
process.on('exit', (c) => console.error('exit', c))
await Promise.reject(Object.assign(new TypeError('tla'), { a: 1 }))
