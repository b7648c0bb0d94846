// pirates: texts are changed on their way into CommonJS, by hooks that stack, are matched, and can be reverted.
const { addHook } = require('pirates')
const fs = require('node:fs'), os = require('node:os'), path = require('node:path')
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'pirates-'))
const write = (name, text) => (fs.writeFileSync(path.join(dir, name), text), path.join(dir, name))
const fresh = file => { delete require.cache[file]; return require(file) }
const a = write('a.js', 'module.exports = "@@text@@"'), b = write('b.lang', 'say hello'), c = write('c.js', 'exports.c = __filename.length > 0')
const names = []
const revert = addHook((code, file) => { names.push(path.basename(file)); return code.replace('@@text@@', 'one @@') }, { exts: ['.js'], matcher: file => file.startsWith(dir) && !file.endsWith('c.js') })
const second = addHook(code => code.replace('@@', 'two'), { exts: ['.js'], matcher: file => file.startsWith(dir) })
const lang = addHook(code => `module.exports = ${JSON.stringify(code.toUpperCase())}`, { exts: ['.lang'], ignoreNodeModules: false })
console.log(require(a), require(b), require(c), names)
revert()
console.log(fresh(a))
second()
lang()
console.log(fresh(a), Object.keys(require.extensions))
try { fresh(b) } catch (error) { console.log(error.name) }
try { addHook(5) } catch (error) { console.log(error.message) }
fs.rmSync(dir, { recursive: true })
