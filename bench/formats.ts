// bench/formats.ts: megabytes per second that Bun.JSON5, JSONC, JSONL, YAML and TOML parse; run it with Bao and with Bun.
declare const Bun: any

const person = (i: number) => ({
  id: i, name: `person ${i}`, mail: `p${i}@example.com`, active: i % 3 === 0, score: i / 7, tags: ['alpha', 'beta', `t${i % 5}`],
  address: { street: `${i} Main Street`, city: 'Springfield', zip: String(10000 + i) }, note: i % 10 ? null : 'line one\nline "two"',
})
const people = Array.from({ length: 200 }, (_, i) => person(i))
const json = JSON.stringify(people, null, 2)
const toml = people.map((p) => `[[people]]
id = ${p.id}
name = "${p.name}"
active = ${p.active}
score = ${p.score.toFixed(4)}
tags = ["alpha", "beta", 't${p.id % 5}']
address = { street = "${p.address.street}", zip = "${p.address.zip}" }
`).join('\n')
const yaml = 'people:\n' + people.map((p) => `  - id: ${p.id}
    name: ${p.name}
    active: ${p.active}
    score: ${p.score}
    tags: [alpha, beta, "t${p.id % 5}"]
    address:
      street: ${p.address.street}
      zip: "${p.address.zip}"
    note: |
      line one
      line two
`).join('')
const json5 = json.replace(/"(\w+)":/g, '$1:').replace(/"(p\d+@[\w.]+)"/g, "'$1'").replace(/\n(\s*)\]/g, ',\n$1] /* end */')
const strings = JSON.stringify(Array.from({ length: 200 }, (_, i) => `a longer text, number ${i}, without anything to escape in it. `.repeat(5)))
const numbers = JSON.stringify(Array.from({ length: 5000 }, (_, i) => (i * 37) % 1001 / 8))

const cases: [string, string, (text: string) => any][] = [
  ['JSON5 people', json5, Bun.JSON5.parse],
  ['JSON5 json', json, Bun.JSON5.parse],
  ['JSON5 small', '{ a: 1, b: [true, null], c: "text" }', Bun.JSON5.parse],
  ['JSON5 strings', strings, Bun.JSON5.parse],
  ['JSON5 numbers', numbers, Bun.JSON5.parse],
  ['JSONC people', json, Bun.JSONC.parse],
  ['JSONL people', people.map((p) => JSON.stringify(p)).join('\n') + '\n', Bun.JSONL.parse],
  ['JSONL short lines', people.map((p) => JSON.stringify({ id: p.id, name: p.name })).join('\n'), Bun.JSONL.parse],
  ['JSONL small', '{"a":1}\n{"a":2}\n', Bun.JSONL.parse],
  ['YAML people', yaml, Bun.YAML.parse],
  ['YAML json', json, Bun.YAML.parse],
  ['YAML small', 'a: 1\nb: [true, null]\nc: text\n', Bun.YAML.parse],
  ['TOML people', toml, Bun.TOML.parse],
  ['TOML small', 'a = 1\nb = [true, false]\nc = "text"\n', Bun.TOML.parse],
]

const [only = '', seconds = '0.3'] = process.argv.slice(2)
for (const [name, text, parse] of cases) {
  if (!name.includes(only)) continue
  const times = Math.max(1, Math.round(20000 / text.length))
  let best = Infinity
  for (const until = performance.now() + Number(seconds) * 1000; performance.now() < until;) {
    const start = performance.now()
    for (let i = 0; i < times; i++) parse(text)
    best = Math.min(best, (performance.now() - start) / times)
  }
  console.log(`${name.padEnd(20)} ${(text.length / best / 1000).toFixed(1).padStart(8)} MB/s`)
}
