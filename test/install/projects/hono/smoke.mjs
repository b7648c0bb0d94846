import { Hono } from 'hono'
import { zValidator } from '@hono/zod-validator'
import { z } from 'zod'
const app = new Hono().get('/:id', zValidator('param', z.object({ id: z.coerce.number() })), context => context.json(context.req.valid('param')))
console.log(await (await app.request('/42')).text(), (await app.request('/x')).status)
