// What both ways of import-in-the-middle show, once its hooks are registered.
import { Hook, addHook, removeHook } from 'import-in-the-middle'

const seen = []
const hook = new Hook(['os', 'mitt', 'nanoid', 'lodash'], (exported, name, baseDir) => {
  seen.push([name, baseDir === undefined ? baseDir : baseDir.split('/').pop(), Object.keys(exported).length > 0])
  if (name === 'os') exported.hostname = () => 'patched'
  if (name === 'mitt') { const mitt = exported.default; exported.default = (...args) => Object.assign(mitt(...args), { traced: true }) }
  if (name === 'nanoid') exported.nanoid = () => 'one id'
})
const os = await import('node:os')
console.log(os.hostname(), os.default.EOL === os.EOL)
const { default: mitt } = await import('mitt')
console.log(mitt().traced, typeof mitt().on)
console.log((await import('nanoid')).nanoid(), typeof (await import('nanoid')).customAlphabet)
const lodash = await import('lodash')
console.log(lodash.default.chunk([1, 2, 3], 2))
console.log(seen)
const all = []
const listen = (name, namespace) => { all.push(name.split('/').pop()) }
addHook(listen)
await import('data:text/javascript,export default 1')
removeHook(listen)
console.log(all.includes('node:os'), all.length > 3)
hook.unhook()
