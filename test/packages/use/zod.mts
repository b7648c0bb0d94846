import { z } from 'zod'

const Address = z.object({ street: z.string().min(3), zip: z.string().regex(/^\d{5}$/), country: z.enum(['DE', 'TH', 'FR']).default('TH') })
const User = z.object({
  id: z.uuid().optional(), name: z.string().trim().min(1), email: z.email(), age: z.coerce.number().int().gte(18).optional(),
  tags: z.array(z.string()).max(3).default([]), address: Address.partial().optional(), born: z.iso.date().transform((s) => new Date(s)).optional(),
  kind: z.discriminatedUnion('type', [z.object({ type: z.literal('a'), n: z.number() }), z.object({ type: z.literal('b'), s: z.string() })]).optional(),
}).strict()
type User = z.infer<typeof User>
const show = (x: unknown) => console.log(JSON.stringify(x, null, 1))
const good: User = User.parse({ name: ' Ann ', email: 'ann@example.org', age: '42', born: '1999-02-03', kind: { type: 'a', n: 1 } })
console.log(good)
for (const bad of [{}, { name: '', email: 'x' }, { name: 'a', email: 'a@b.co', age: 3.5, extra: 1 }, { name: 'a', email: 'a@b.co', tags: ['1', '2', '3', '4'], kind: { type: 'c' } }, null, 7]) {
  const r = User.safeParse(bad)
  if (!r.success) { show(r.error.issues); console.log(z.prettifyError(r.error)); show(z.treeifyError(r.error)) }
}
const Even = z.number().refine((n) => n % 2 === 0, { error: 'must be even' }).brand<'Even'>()
console.log(Even.safeParse(3).error?.message)
console.log(await z.promise(z.string()).parseAsync(Promise.resolve('later')), z.record(z.string(), z.number()).parse({ a: 1 }))
type Tree = { value: number; children: Tree[] }
const Tree: z.ZodType<Tree> = z.lazy(() => z.object({ value: z.number(), children: z.array(Tree) }))
console.log(Tree.parse({ value: 1, children: [{ value: 2, children: [] }] }))
show(z.toJSONSchema(Address))
console.log(z.map(z.string(), z.set(z.number())).parse(new Map([['a', new Set([1, 2])]])), z.tuple([z.string(), z.number()]).rest(z.boolean()).safeParse(['a', 1, true, 'x']).error?.issues[0])
try { User.parse(1) } catch (e) { console.log((e as Error).name, (e as Error).message, e instanceof z.ZodError) }
