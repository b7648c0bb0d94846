const H = require('handlebars')
H.registerHelper('loud', (s) => String(s).toUpperCase()); H.registerHelper('list', function (xs, o) { return (xs ?? []).map((x, i) => o.fn(x, { data: { i } })).join(',') })
H.registerPartial('row', '<tr>{{#each this}}<td>{{@key}}={{this}}</td>{{/each}}</tr>'); H.registerPartial('layout', '<main>{{> @partial-block }}</main>')
const t = H.compile('{{#if ok}}{{loud name}}{{else}}no{{/if}} {{{raw}}} {{raw}} {{#each rows}}{{@index}}{{#unless @last}},{{/unless}}{{> row this}}{{else}}none{{/each}} {{#with a.b}}{{c}} {{../name}}{{/with}} {{lookup m "k"}} {{#list xs}}[{{this}}:{{@i}}]{{/list}} {{~ trim ~}}  {{! c }}{{#> layout}}in {{name}}{{/layout}} {{[odd key]}} {{a.[0]}}')
console.log(t({ ok: true, name: 'n<', raw: '<b>&', rows: [{ a: 1, b: 2 }, { c: 3 }], a: { b: { c: 'deep' }, 0: 'zero' }, m: { k: 'v' }, xs: ['p', 'q'], trim: 'T', 'odd key': 'odd' })); console.log(t({}))
const pre = H.precompile('{{x}} {{#each y as |v k|}}{{v}}{{k}}{{/each}}'); console.log(pre.length > 100, H.template(eval('(' + pre + ')'))({ x: new H.SafeString('<i>'), y: { a: 1 } }))
for (const bad of ['{{#if}}', '{{/if}}', '{{x', '{{> missing}}', '{{nohelper 1}}']) try { console.log(H.compile(bad)({})) } catch (e) { console.log(e.message) }
console.log(H.VERSION, H.parse('{{a}}').body[0].type, H.escapeExpression('<&"\'`='), H.compile('{{constructor.name}}')({}) === '')
