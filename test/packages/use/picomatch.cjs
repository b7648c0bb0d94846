const pm = require('picomatch')
const files = ['a.js', 'src/a.js', 'src/b/c.ts', '.hidden/x.js', 'src/.dot', 'a b.md', 'src/[x].js', 'foo.test.js', 'A.JS', 'src/b/c.d.ts']
for (const g of ['*.js', '**/*.js', 'src/**', '!(*.test).js', '*.{js,ts}', '**/*.d.ts', 'src/\\[x\\].js', '@(a|foo*).js', '?.js', '**', 'src/**/[b-d].ts', '+([a-z ]).md', '!**/*.js', 'a.[[:alpha:]]s'])
  console.log(g, files.filter(pm(g)), files.filter(pm(g, { dot: true, nocase: true })), pm.makeRe(g).source)
console.log(pm.scan('!./foo/*.{a,b}', { tokens: true, parts: true }), pm.parse('a/{b,c}/**').output, pm.isMatch('a/b', ['x', 'a/*']), pm('*.js', { ignore: 'a.*' })('a.js'), pm.test('abc', /b/)); try { pm('') } catch (e) { console.log(e.message) }
