import { initTRPC } from '@trpc/server'
import superjson from 'superjson'
import { z } from 'zod'
const t = initTRPC.create({ transformer: superjson })
const router = t.router({ hi: t.procedure.input(z.string()).query(({ input }) => 'hi ' + input) })
console.log(await t.createCallerFactory(router)({}).hi('you'))
