// A text that is evaluated elsewhere works there: in a context without our globals, in a worker, in a data: module.
import { Worker } from 'node:worker_threads'
import vm from 'node:vm'
import { one } from './lib/names.mjs'

const task = async (n, wait) => { let sum = 0; for await (const x of [1, 2, wait(n)]) sum += await x; try { await Promise.reject(new Error('no')) } catch (e) { sum += e.message.length + (e.stack ? 1 : 0) } return sum }
class Job { #n = 1; async run() { await null; return this.#n + 1 } static of() { return new Job() } }
const fresh = (text, globals = {}) => vm.runInNewContext(`(${text})`, globals)
console.log(await fresh(String(task))(3, async (n) => n))
console.log(await fresh(String(Job)).of().run())
const parent = async (name) => { const { parentPort, workerData } = await import(name); parentPort.postMessage(await workerData.n + 1) }
const worker = new Worker(`(${parent})('node:worker_threads')`, { eval: true, workerData: { n: 41 } })
console.log(await new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject)))
console.log(await (await import('data:text/javascript,' + encodeURIComponent(`export default ${task}`))).default(4, (n) => n))
console.log(String((await import('data:text/javascript,' + encodeURIComponent('export default async (a) => { await a }'))).default))
const inWorker = new Worker(`const { parentPort } = require('node:worker_threads'); const f = async (x) => { await x }; class A { async m() { await 1 } }; parentPort.postMessage([String(f), String(A), String(Function.prototype.toString)])`, { eval: true })
console.log(await new Promise((resolve, reject) => inWorker.on('message', resolve).on('error', reject)))
// Parameters as frameworks read them.
const parameters = (f) => String(f).replace(/\/\*[^]*?\*\//g, '').match(/^(?:async\s*)?(?:function[^(]*)?\(?([^)=]*)/)[1].split(',').map((p) => p.trim())
console.log(parameters(async function ($scope, /* the */ $http) { await $http }), parameters(async ($s, $t) => { await $s }), parameters((one) => one + 1), one)
