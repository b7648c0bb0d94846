import { json, createCookie } from '@remix-run/node'
console.log(await json({ a: 1 }).text(), createCookie('c').name)
