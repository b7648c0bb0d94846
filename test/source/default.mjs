// Default exports, named and not.
import { walk } from './lib/walk.cjs'
import { one } from './lib/names.mjs'
export default async function () { await one }
walk({ a: (await import('./lib/default_class.mjs')).default, b: (await import('./lib/default_arrow.mjs')).default })
import('./default.mjs').then((m) => walk(m.default))
console.log(String(eval('async () => { await one }')), String(eval('(class { async m() { await walk } })')))
