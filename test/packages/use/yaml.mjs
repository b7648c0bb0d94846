import YAML, { Document, isMap, isScalar, LineCounter, parse, parseAllDocuments, parseDocument, Parser, stringify, visit } from 'yaml'
const text = `# head\nname: test # tail\nlist:\n  - one\n  - {a: 1, b: [x, y]}\n  - |\n    block\n      text\n  - >-\n    folded\n    text\nbase: &b {k: 1}\nmerged:\n  <<: *b\n  z: 2\ndate: 2001-12-14\nnums: [0x1f, 0o17, 1e3, .inf, -.nan, ~, true]\n"quo\\u0041ted": 'it''s'\n? complex\n: key\n`
console.log(parse(text), parse(text, { merge: true, version: '1.1' }).merged)
const doc = parseDocument(text); doc.setIn(['list', 0], 'uno'); doc.addIn(['list'], { n: null }); doc.deleteIn(['base', 'k'])
console.log(String(doc)); console.log(stringify({ a: [1, { b: 'x: y', c: 'multi\nline\n' }], d: new Date(0), e: new Map([[1, 2]]), f: undefined, g: '' , h: 'true'}, { indent: 4, lineWidth: 20 }))
const lc = new LineCounter(); const bad = parseDocument('a: [1, 2\nb: }\n a: 1', { lineCounter: lc }); for (const e of bad.errors) console.log(e.code, e.message)
console.log(parseAllDocuments('a\n---\nb\n...\n---\n- c').map((d) => d.toJS()))
visit(doc, { Scalar(key, node) { if (node.value === 'folded text') return visit.REMOVE }, Pair(_, p) { if (p.key?.value === 'date') p.value = doc.createNode('never') } }); console.log(doc.toString({ flowCollectionPadding: false }))
console.log([...new Parser().parse('a: 1')].length, isMap(doc.contents), new Document([1, { x: 1 }]).toString(), JSON.stringify(YAML.parse('{a: !!set {x, y}, b: !!binary aGk=}', { schema: 'yaml-1.1' })))
