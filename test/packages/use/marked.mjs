import { marked, Marked, lexer, Renderer } from 'marked'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
const md = '# Title\n\nA *b* **c** `d` [l](http://x "t") ![i](y) ~~s~~ <b>h</b>\n\n- [ ] a\n- [x] b\n  1. c\n\n> quote\n> > deep\n\n| a | b |\n|:--|--:|\n| 1 | 2 |\n\n```js\nlet x = 1 < 2\n```\n\n---\nfoot&copy; http://auto.link\n'
console.log(marked(md)); console.log(JSON.stringify(lexer(md).map((t) => t.type)), marked.parseInline('*a* b'), marked('a\nb', { breaks: true }))
const m = new Marked({ renderer: { heading({ tokens, depth }) { return `<h${depth} id="x">${this.parser.parseInline(tokens)}</h${depth}>` } }, walkTokens(t) { if (t.type === 'strong') t.type = 'em' }, extensions: [{ name: 'at', level: 'inline', start: (s) => s.indexOf('@'), tokenizer(s) { const x = /^@(\w+)/.exec(s); if (x) return { type: 'at', raw: x[0], user: x[1] } }, renderer: (t) => `<at>${t.user}</at>` }] })
console.log(m.parse(md + '\nhi @you'), await marked.parse('# a', { async: true }), typeof Renderer)
for (const f of ['lodash', 'semver', 'ajv', 'rxjs']) console.log(f, marked(readFileSync(require.resolve(f + '/package.json').replace('package.json', 'README.md'), 'utf8')).length)
