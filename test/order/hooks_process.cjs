// A child process is a resource of its own: its exit is heard in it.
const hooks = require('node:async_hooks'), { spawn } = require('node:child_process')
const out = [], own = new Set()
const hook = hooks.createHook({
  init(id, type, trigger, resource) {
    if (type !== 'PROCESSWRAP') return
    own.add(id)
    out.push(`init ${resource.constructor.name} ${trigger === hooks.executionAsyncId()}`)
  },
  before(id) { if (own.has(id)) out.push('before') },
  after(id) { if (own.has(id)) out.push('after') },
  destroy(id) { if (own.has(id)) out.push('destroy') },
}).enable()
spawn('true', { stdio: 'ignore' }).on('exit', () => out.push(`exit ${own.has(hooks.executionAsyncId())}`))
process.on('exit', () => {
  hook.disable()
  console.log(out.join('\n'))
})
