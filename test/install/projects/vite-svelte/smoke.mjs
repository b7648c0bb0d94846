import { compile, VERSION } from 'svelte/compiler'
const { js } = compile('<h1>hi</h1>', { generate: 'server' })
console.log(VERSION.split('.')[0], js.code.includes('<h1>hi</h1>'))
