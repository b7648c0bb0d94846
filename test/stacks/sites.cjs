// Call sites, captureStackTrace, prepareStackTrace, stackTraceLimit: what Node answers, but for what the engine does not tell.
function is(name, got, want) {
  const a = JSON.stringify(got), b = JSON.stringify(want)
  console.log(a === b ? 'ok ' + name : `(fail) test/stacks/sites.cjs ${name}: want ${b}, got ${a}`)
}
Error.prepareStackTrace = (e, sites) => sites
const place = (s) => [s.getFileName(), s.getLineNumber(), s.getColumnNumber(), s.getFunctionName()]
const kind = (s) => [s.isAsync(), s.isConstructor(), s.isEval(), s.isNative(), s.isToplevel(), s.isPromiseAll(), s.getPromiseIndex()]
function f() { return new Error('x').stack }
is('function', place(f()[0]), [__filename, 9, 23, 'f'])
is('its kind', kind(f()[0]), [false, false, false, false, true, false, null])
is('body', place(f()[1]), [__filename, 12, 18, null])
is('its kind', [f()[1].getTypeName(), ...kind(f()[1])], ['Object', false, false, false, false, false, false, null])
class A { constructor() { this.s = new Error('x').stack }
  m() { return new Error('x').stack } static t() { return new Error('x').stack } get g() { return new Error('x').stack } }
is('constructor', place(new A().s[0]), [__filename, 14, 36, 'A'])
is('its kind', kind(new A().s[0]), [false, true, false, false, false, false, null])
is('method', place(new A().m()[0]), [__filename, 15, 16, 'm'])
is('static', place(A.t()[0]), [__filename, 15, 59, 't'])
const within = [1].map(() => new Error('x').stack)[0]
is('callback', place(within[0]), [__filename, 20, 30, null])
is('built in', [within[1].getFunctionName(), within[1].getTypeName(), within[1].getLineNumber(), ...kind(within[1])],
  ['map', 'Array', null, false, false, false, false, false, false, null])
is('after it', place(within[2]), [__filename, 20, 20, null])
const o = {}; Error.captureStackTrace(o)
is('captured', place(o.stack[0]), [__filename, 25, 21, null])
is('its keys', [Object.keys(o), Object.getOwnPropertyNames(o)], [[], ['stack']])
function g() { const o = {}; Error.captureStackTrace(o, g); return o.stack }
is('above', place(g()[0]), [__filename, 29, 19, null])
is('text', String(f()[0]).replace(__dirname, ''), 'f (' + '/sites.cjs:9:23)')
Error.stackTraceLimit = 1
function deep(n) { return n ? deep(n - 1) : new Error('x').stack }
is('limit 1', deep(5).length, 1)
Error.stackTraceLimit = 3
is('limit 3', deep(5).map((s) => s.getColumnNumber()), [45, 31, 31])
Error.stackTraceLimit = 0
is('limit 0', deep(5).length, 0)
Error.stackTraceLimit = 10
is('limit 10', deep(20).length, 10)
Error.prepareStackTrace = (e, sites) => e.name + ':' + e.message + ':' + (sites.length > 0)
is('prepared', new TypeError('q').stack, 'TypeError:q:true')
let calls = 0
Error.prepareStackTrace = () => ++calls
const once = new Error('q')
is('prepared once', [once.stack, once.stack, calls], [1, 1, 1])
Error.prepareStackTrace = undefined
const named = { name: 'N', message: 'm' }; Error.captureStackTrace(named)
is('head of a captured one', named.stack.split('\n')[0], 'N: m')
is('frames of text', g().split('\n')[0], 'Error')
const late = new Error('before'); late.message = 'after'
is('own', Object.keys(late), [])
