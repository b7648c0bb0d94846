// Nanoseconds per `await`, `yield` and getStore(): without a store, and with an AsyncLocalStorage store carried through. Run with each runtime;
// the lowest of many short rounds counts: other work on the machine lengthens long ones.
import { AsyncLocalStorage } from 'node:async_hooks'

const TURNS = 10_000, ROUNDS = 60
const value = Promise.resolve(1)
async function loop(n: number): Promise<number> {
  let sum = 0
  for (let i = 0; i < n; i++) sum += await value
  return sum
}
async function deep(n: number): Promise<number> {
  return n ? 1 + (await deep(n - 1)) : 0
}
function* count(n: number): Generator<number> {
  for (let i = 0; i < n; i++) yield i
}
async function* countLater(n: number): AsyncGenerator<number> {
  for (let i = 0; i < n; i++) yield i
}
function add(n: number): number {
  let sum = 0
  for (const i of count(n)) sum += i
  return sum
}
async function addLater(n: number): Promise<number> {
  let sum = 0
  for await (const i of countLater(n)) sum += i
  return sum
}
const values = Array.from({ length: TURNS }, () => value)
async function addValues(): Promise<number> {
  let sum = 0
  for await (const i of values) sum += i
  return sum
}
const store = new AsyncLocalStorage<{ id: number }>()
function read(n: number): number {
  let sum = 0
  for (let i = 0; i < n; i++) sum += store.getStore()?.id ?? 0
  return sum
}

async function best(run: () => unknown): Promise<number> {
  let least = Infinity
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    await run()
    least = Math.min(least, performance.now() - start)
  }
  return (least * 1e6) / TURNS
}

const cases: [string, () => unknown][] = [
  ['await', () => loop(TURNS)],
  ['nested async calls', async () => { for (let i = 0; i < TURNS / 100; i++) await deep(99) }],
  ['yield', () => add(TURNS)],
  ['yield in an async generator', () => addLater(TURNS)],
  ['for await over promises', addValues],
  ['getStore()', () => read(TURNS)],
]
const without: number[] = []
for (const [, run] of cases) without.push(await best(run))
await store.run({ id: 1 }, async () => {
  for (let i = 0; i < cases.length; i++) {
    const ns = await best(cases[i]![1])
    console.log(`${cases[i]![0].padEnd(28)} ${without[i]!.toFixed(1).padStart(8)} ns   with a store ${ns.toFixed(1).padStart(8)} ns   ratio ${(ns / without[i]!).toFixed(2)}`)
  }
  if (store.getStore()?.id !== 1) throw new Error('the store was lost')
})
