// What has no source, and the function itself.
const show = Function.prototype.toString
const get = (o, k, w = 'get') => Object.getOwnPropertyDescriptor(o, k)[w]
const of = [Object, Array, Map, Promise, Function, Math.max, parseInt, eval, show, show.call, Symbol.prototype[Symbol.toPrimitive], Map.prototype[Symbol.iterator], get(Map.prototype, 'size'), get(Map, Symbol.species),
  get(Object.prototype, '__proto__', 'set'), Function.prototype, Function.prototype[Symbol.hasInstance], (async () => {}).constructor, (function* () {}).constructor,
  (function q() {}).bind(), (() => 1).bind(), (async () => { await 1 }).bind(null, 1), (class A {}).bind(), new Proxy(function () {}, {}), new Proxy(class {}, {}), new Proxy(async () => {}, { get() { throw 1 }, getOwnPropertyDescriptor() { throw 2 } }),
  Proxy.revocable(() => 1, {}).proxy]
for (const f of of) console.log(show.call(f))
for (const x of [1, {}, undefined, null, 'x', (class {}).prototype, Object.create(show)]) {
  try { console.log(show.call(x)) } catch (e) { console.log(e instanceof TypeError, e.name, e.message) }
}
console.log(Object.getOwnPropertyDescriptor(Function.prototype, 'toString'), show.length, show.name, Object.getOwnPropertyNames(show), 'prototype' in show, Object.getPrototypeOf(show) === Function.prototype)
try { new show() } catch (e) { console.log(e.name) }
console.log([async function x() { await 1 }, class Y extends Map { async m() { await 1 } }, class { static async z() { await 1 } }, async () => {}, function* g() {}, async function* h() { yield 1 }])
console.log(`${async () => { await 1 }}`, (async () => { await 2 }) + '', [async () => { await 3 }].join(), JSON.stringify({ f: String(async () => { await 4 }) }))
class Own { static toString() { return 'own ' + super.toString() } async m() { await 1 } }
console.log(String(Own))
const replaced = function () { return 1 }; replaced.toString = () => 'replaced'
console.log(`${replaced}`, show.call(replaced))
const sameLength = async () => { await 1 }, sameAgain = async () => { await 1 }
console.log(String(sameLength) === String(sameAgain), String(sameLength) === String(sameLength))
