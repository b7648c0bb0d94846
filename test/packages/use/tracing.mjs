// Bare AsyncLocalStorage, as Next and SvelteKit use it, with p-queue between.
import { AsyncLocalStorage } from 'node:async_hooks'
import PQueue from 'p-queue'
const storage = new AsyncLocalStorage()
const queue = new PQueue({ concurrency: 2 })
const out = []
await Promise.all([1, 2, 3, 4].map(n => storage.run({ n }, () => queue.add(async () => {
  const before = storage.getStore()?.n
  await new Promise(resolve => setTimeout(resolve, 5 - n))
  out.push([n, before === undefined || typeof before === 'number', storage.getStore()?.n === before])
}))))
console.log(out.sort((a, b) => a[0] - b[0]))
