const fg = require('fast-glob'), fs = require('fs'), os = require('os'), path = require('path')
const cwd = fs.mkdtempSync(path.join(os.tmpdir(), 'glob-'))
for (const f of ['a.js', 'b.ts', 'd/e.js', 'd/f/g.js', '.h/i.js', 'd/f/.j', 'node_modules/k/l.js']) { fs.mkdirSync(path.dirname(path.join(cwd, f)), { recursive: true }); fs.writeFileSync(path.join(cwd, f), f) }
fs.symlinkSync('d', path.join(cwd, 'link'))
const sorted = (x) => [...x].sort((a, b) => ((a.path ?? a) < (b.path ?? b) ? -1 : 1))
;(async () => {
  console.log(sorted(await fg('**/*.js', { cwd, ignore: ['**/node_modules/**'] })), sorted(fg.sync(['**', '!**/*.js'], { cwd, dot: true })), sorted(fg.sync('*', { cwd, onlyDirectories: true, followSymbolicLinks: false })))
  const got = []; for await (const e of fg.stream('**/*.js', { cwd, deep: 2, dot: true })) got.push(String(e)); console.log(sorted(got))
  console.log(sorted(await fg('**/g.js', { cwd, stats: true, objectMode: true })).map((e) => [e.name, e.path, e.stats.size, e.dirent.isFile()]), fg.isDynamicPattern('a*'), fg.escapePath('a(b)'), fg.generateTasks(['*.js', '!x']).length)
  fs.rmSync(cwd, { recursive: true, force: true })
})()
