import PQueue, { TimeoutError } from 'p-queue'
const sleep = (ms) => new Promise((r) => setTimeout(r, ms)); const q = new PQueue({ concurrency: 2 }); const log = []
q.on('active', () => log.push(`active ${q.size} ${q.pending}`)).on('idle', () => log.push('idle'))
const r = await Promise.all([q.add(async () => { await sleep(20); return 'a' }), q.add(() => 'b', { priority: 1 }), q.add(async () => 'c', { priority: 5 }), q.addAll([() => 1, async () => 2])]); await q.onIdle(); console.log(r, log)
const p = new PQueue({ autoStart: false }); const order = []; for (const [n, priority] of [[1, 0], [2, 10], [3, -1], [4, 10]]) p.add(() => order.push(n), { priority }); p.start(); await p.onEmpty(); await p.onIdle(); console.log(order, p.isPaused)
try { await new PQueue({ timeout: 5 }).add(() => sleep(1000)) } catch (e) { console.log(e.name, e instanceof TimeoutError) }
const c = new AbortController(); const s = new PQueue({ concurrency: 1 }); s.add(() => sleep(10)); const waiting = s.add(() => 'never', { signal: c.signal }); c.abort(new Error('stop')); await waiting.catch((e) => console.log(e.message)); await s.onIdle()
await q.add(() => { throw new Error('inside') }).catch((e) => console.log(e.message)); q.clear(); process.exit(0)
