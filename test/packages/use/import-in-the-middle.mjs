// import-in-the-middle by module.register: what is imported is seen, and its exports can be replaced.
import { register } from 'node:module'

process.noDeprecation = true
register('import-in-the-middle/hook.mjs', import.meta.url)
await import('../parts/import-in-the-middle.mjs')
