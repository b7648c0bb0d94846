function outer() { return inner(1) }
function inner(n) { const o = { meth() { return new Error('made') } }; return o.meth() }
console.log(outer().stack)
class A { constructor() { this.e = new Error('in ctor') } static s() { return new A().e } get g() { return new Error('getter') } }
console.log(A.s().stack)
console.log(new A().g.stack)
console.log([1].map(() => new Error('arrow'))[0].stack)
class My extends TypeError { constructor(m) { super(m); this.name = 'My' } }
console.log(new My('mine').stack)
function cap() { const o = { name: 'N', message: 'm' }; Error.captureStackTrace(o, cap); return o }
console.log(cap().stack)
const late = new Error('a'); late.message = 'b'; late.name = 'N'
console.log(late.stack)
const { stack, message } = new Error('taken apart')
console.log(stack); console.log(message)
const none = undefined, some = { error: new Error('optional') }
console.log(none?.stack, some?.error.stack?.split('\n').length > 1, none?.error.stack.length)
console.log(some.error['stack'].split('\n')[0])
const own = new Error('x'); own.stack = 'mine'; console.log(own.stack)
const plain = { stack: 'not raw@all:1:1' }; console.log(plain.stack)
Error.prepareStackTrace = (e, sites) => e.message + ' ' + sites.slice(0, 2).map(s => `${s.getFunctionName()}:${s.getLineNumber()}:${s.getColumnNumber()}:${s.isNative()}:${s.isEval()}`).join()
console.log(outer().stack)
Error.prepareStackTrace = (e, sites) => sites
console.log(Array.isArray(outer().stack), typeof outer().stack[0].getFileName(), String(outer().stack[1]))
Error.prepareStackTrace = undefined
Error.stackTraceLimit = 1
console.log(outer().stack)
Error.stackTraceLimit = 0
console.log(outer().stack)
Error.stackTraceLimit = 10
console.log(Object.getOwnPropertyDescriptor(new Error('x'), 'stack').enumerable, Object.keys(new Error('x')).length)
try { JSON.parse('{') } catch (e) { console.log(e.name, e.stack.split('\n').some((l) => l.includes('stacks.cjs:'))) }
;(async function late() { await null; console.log(new Error('in async').stack.split('\n')[1].replace('async ', '')) })()
