import * as acorn from 'acorn'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
for (const f of ['lodash', 'acorn', 'semver/classes/range.js', 'handlebars']) {
  const src = readFileSync(require.resolve(f), 'utf8'), counts = {}
  const ast = acorn.parse(src, { ecmaVersion: 'latest', locations: true, allowHashBang: true })
  JSON.stringify(ast, (k, v) => { if (v && v.type) counts[v.type] = (counts[v.type] ?? 0) + 1; return typeof v === 'bigint' ? String(v) : v instanceof RegExp ? String(v) : v })
  console.log(f, ast.end, ast.loc.end, counts)
}
const tokens = [...acorn.tokenizer('let x = `a${1+/re/g.test(s)}b` ?? 0x1fn // c', { ecmaVersion: 2025, onComment: (...a) => console.log('comment', a.slice(0, 4)) })]; console.log(tokens.map((t) => [t.type.label, t.value?.toString()]))
for (const bad of ['let let = 1', 'a => {', 'for (const x of) ;', 'class A { #x; m() { this.#y } }', '"use strict"; with(a){}', 'x = 08n', 'await 1', '`${']) try { acorn.parse(bad, { ecmaVersion: 2025 }) } catch (e) { console.log(e.name, e.message, e.pos, e.loc) }
console.log(JSON.stringify(acorn.parseExpressionAt('  async (a, ...b) => await a?.b[c](...b)', 2, { ecmaVersion: 2025 })).length, acorn.isIdentifierStart(0x61), acorn.version)
