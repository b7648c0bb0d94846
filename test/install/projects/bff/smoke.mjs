import fastify from 'fastify'
import { LRUCache } from 'lru-cache'
import { Pool } from 'undici'
import { z } from 'zod'
const app = fastify()
app.get('/health', () => ({ ok: z.boolean().parse(true) }))
const answer = await app.inject('/health')
const cache = new LRUCache({ max: 2 })
cache.set('a', 1)
console.log(answer.statusCode, answer.body, cache.get('a'), Pool.name)
