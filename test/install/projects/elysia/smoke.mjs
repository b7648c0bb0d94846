import { Elysia, t } from 'elysia'
console.log(await (await new Elysia().get('/', () => 'hi').handle(new Request('http://localhost/'))).text(), t.String().type)
