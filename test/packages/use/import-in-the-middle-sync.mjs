// import-in-the-middle by module.registerHooks: synchronous, in this thread.
import { register } from 'import-in-the-middle/register-hooks.mjs'

register()
await import('../parts/import-in-the-middle.mjs')
