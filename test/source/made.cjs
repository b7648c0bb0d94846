// Code that is made at run time.
const vm = require('node:vm')
const { walk } = require('./lib/walk.cjs')
const AsyncFunction = (async () => {}).constructor, GeneratorFunction = (function* () {}).constructor, AsyncGeneratorFunction = (async function* () {}).constructor
walk({
  plain: new Function('a', 'b', 'return a + b'), none: new Function(), comma: Function('a, b', 'c = 1', 'return async () => { await a }'), comment: new Function('a /* x */', '// y'),
  async: new AsyncFunction('x', 'await x\nreturn x'), generator: new GeneratorFunction('yield 1'), both: AsyncGeneratorFunction('yield await 1'), lines: new Function('a\n,b', '\nreturn 1\n'),
  strange: new Function('{ a = 1 }, ...b', 'import("node:os").then(() => b)'),
})
class Mine extends Function { }
walk({ mine: new Mine('a', 'return a'), mineAsync: new Mine('a', 'return async () => { await a }')() })
const direct = 1
walk({
  direct: eval('(async function named(a) { await a; return direct })'), arrow: eval('async (a) => await a'), indirect: (0, eval)('(async (a) => { await a })'),
  declared: (eval('async function local() { await 1 }'), local), class: eval('(class A extends Object { async m() { await 1 } })'), nested: eval('eval("async () => { await 2 }")'),
})
walk({ script: new vm.Script('async function inScript() { await 1 }; inScript').runInThisContext(), again: vm.runInThisContext('(class { x = async () => { await 1 } })') })
const context = vm.createContext({ out: {} })
vm.runInContext('out.a = async (x) => { await x }; out.b = class B { async m() { await 1 } }; out.c = function () { return 1 }; out.d = new Function("x", "return x")', context)
walk(context.out)
walk({ compiled: vm.compileFunction('return async () => { await a }', ['a'])(1) })
const text = (code) => vm.runInContext(code, context)
console.log(text('String(async (x) => { await x })'), text('Function.prototype.toString.call(async () => { await 1 })'), text('Function.prototype.toString + ""'))
console.log(text('Function.prototype.toString') === Function.prototype.toString, text('typeof Function.prototype.toString'), text('try { Function.prototype.toString.call({}) } catch (e) { e instanceof TypeError && e.message }'))
console.log(text('Function.prototype.toString').call(async (y) => { await y }), Function.prototype.toString.call(text('async (z) => { await z }')))
for (let i = 0; i < 3; i++) console.log(String(eval(`async () => { await ${i} }`)))
console.log([vm.compileFunction('return a', ['a', 'b']) + '', vm.compileFunction('return async () => { await 1 } // c', []) + '', arguments.callee + ''])
const stored = '(async () => { await 7; return import("node:os") })', cachedData = new vm.Script(stored).createCachedData()
console.log(String(new vm.Script(stored, { cachedData }).runInThisContext()), String(vm.runInContext('async () => import("node:os")', context)))
