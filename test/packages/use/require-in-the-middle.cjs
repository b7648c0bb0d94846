// require-in-the-middle: what is required is seen once, by name, and may be replaced.
const { Hook } = require('require-in-the-middle')
const seen = []
const hook = new Hook(['fs', 'semver', 'mitt'], { internals: false }, (exports, name, basedir) => {
  seen.push([name, typeof basedir === 'string' ? require('path').basename(basedir) : basedir])
  if (name === 'semver') return { ...exports, valid: text => `patched ${exports.valid(text)}` }
  if (name === 'fs') exports.patched = true
  return exports
})
console.log(require('semver').valid('1.2.3'), require('semver').valid('x'), require('node:fs').patched, require('fs').patched)
require('mitt')
console.log(seen)
hook.unhook()
delete require.cache[require.resolve('semver')]
console.log(require('semver').valid('1.2.3'))
const inside = []
const all = new Hook({ internals: true }, (exports, name) => { inside.push(name); return exports })
require('semver/functions/inc')
require('picomatch')
console.log(inside.length > 3, inside.filter(name => /inc|picomatch/.test(name)).sort())
all.unhook()
