// Nanoseconds per `await`: bare, and with an AsyncLocalStorage store carried through. Run with each runtime; the lowest of five rounds counts.
import { AsyncLocalStorage } from 'node:async_hooks'

const TURNS = 300_000
const value = Promise.resolve(1)
async function loop(n: number): Promise<number> {
  let sum = 0
  for (let i = 0; i < n; i++) sum += await value
  return sum
}
async function deep(n: number): Promise<number> {
  return n ? 1 + (await deep(n - 1)) : 0
}
async function best(run: () => Promise<unknown>, awaits: number): Promise<string> {
  let least = Infinity
  for (let round = 0; round < 5; round++) {
    const start = performance.now()
    await run()
    least = Math.min(least, performance.now() - start)
  }
  return ((least * 1e6) / awaits).toFixed(1)
}

const store = new AsyncLocalStorage<{ id: number }>()
console.log('bare await, ns           ', await best(() => loop(TURNS), TURNS))
console.log('nested async calls, ns   ', await best(async () => { for (let i = 0; i < 300; i++) await deep(100) }, 30_000))
await store.run({ id: 1 }, async () => {
  console.log('await with a store, ns   ', await best(() => loop(TURNS), TURNS))
  console.log('nested with a store, ns  ', await best(async () => { for (let i = 0; i < 300; i++) await deep(100) }, 30_000))
  if (store.getStore()?.id !== 1) throw new Error('the store was lost')
})
