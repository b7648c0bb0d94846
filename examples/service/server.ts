// A small service: orders that are checked by zod and kept in memory.
//   bao examples/service/server.ts            PORT chooses the port (3000)
import { z } from 'zod'
import { type Order, add, all, find } from './orders.ts'

const NewOrder = z.object({
  customer: z.string().min(1),
  items: z.array(z.object({ name: z.string(), count: z.number().int().positive() })).min(1),
})

async function create(request: Request): Promise<Response> {
  const body: unknown = await request.json().catch(() => undefined)
  const checked = NewOrder.safeParse(body)
  if (!checked.success) return Response.json({ error: z.flattenError(checked.error) }, { status: 400 })
  const order: Order = add(checked.data)
  return Response.json(order, { status: 201, headers: { location: `/orders/${order.id}` } })
}

const server = Bun.serve({
  port: Number(process.env.PORT ?? 3000),
  async fetch(request) {
    const { pathname } = new URL(request.url)
    const id = /^\/orders\/(\d+)$/.exec(pathname)?.[1]
    if (pathname === '/') return new Response('Bao says hello. Try GET and POST /orders.\n')
    if (pathname === '/orders' && request.method === 'POST') return create(request)
    if (pathname === '/orders') return Response.json(all())
    const order = id && find(Number(id))
    return order ? Response.json(order) : Response.json({ error: 'not found' }, { status: 404 })
  },
})

console.log(`listening on ${server.url}`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, async () => {
    await server.stop()
    process.exit(0)
  })
}
