// cls-hooked: continuation-local storage over async hooks alone.
const cls = require('cls-hooked')
const fs = require('node:fs')
const ns = cls.createNamespace('test')
const sleep = ms => new Promise(resolve => setTimeout(resolve, ms))
const get = () => ns.get('who')
async function walk(who) {
  ns.set('who', who)
  const seen = [get()]
  await null; seen.push(get())
  await sleep(1); seen.push(get())
  await new Promise(resolve => fs.readFile(__filename, () => { seen.push(get()); resolve() })); seen.push(get())
  setTimeout(ns.bind(() => seen.push(get())), 1)
  process.nextTick(() => seen.push(get()))
  await sleep(5)
  try { await Promise.reject(1) } catch { seen.push(get()) }
  return `${who} ${seen.join(' ')}`                 // which of the two ends first is anybody's guess
}
(async () => {
  console.log(...await Promise.all([ns.runAndReturn(() => walk('a')), ns.runPromise(() => walk('b'))]))
  console.log(get(), ns.active === null || ns.active === undefined)
  ns.run(() => { ns.set('who', 'c'); setImmediate(() => { console.log(get()); cls.destroyNamespace('test') }) })
})()
