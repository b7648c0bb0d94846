import { afterAll, expect, test } from 'bun:test'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'attributes-')))
afterAll(() => fs.rmSync(dir, { recursive: true }))
const file = (name: string, text: string): string => {
  fs.writeFileSync(path.join(dir, name), text)
  return path.join(dir, name)
}
async function given(name: string, text: string, type?: string): Promise<any> {
  file(name, text)
  const from = file(`${name}.main.mjs`, `import v from './${name}'${type ? ` with { type: '${type}' }` : ''}; export default v`)
  return (await import(from)).default
}

test('by extension', async () => {
  expect(await given('a.txt', 'text\n')).toBe('text\n')
  expect(await given('b.toml', 'a = 1\n[t]\nx = "y"\n')).toEqual({ a: 1, t: { x: 'y' } })
  expect(await given('c.jsonc', '{"a":1,/*c*/"b":[1,],}')).toEqual({ a: 1, b: [1] })
  expect(await given('tsconfig.json', '{"a": 1, // why\n}')).toEqual({ a: 1 })
  expect(await given('e.yaml', 'a: &a [1]\nb: *a\nc: .nan\n')).toEqual({ a: [1], b: [1], c: NaN })
  expect(await given('f.yml', '- 1\n---\n- 2\n')).toEqual([[1], [2]])
  expect(await given('g.json5', '{a: +1, /* c */ b: \'x\', c: NaN}')).toEqual({ a: 1, b: 'x', c: NaN })
  expect(await given('d.svg', '<svg/>')).toBe(path.join(dir, 'd.svg'))
})

test('by attribute', async () => {
  expect(await given('a.js', 'export default 1', 'text')).toBe('export default 1')
  expect(await given('b.js', 'export default 1', 'file')).toBe(path.join(dir, 'b.js'))
  expect(await given('c.conf', '{"u": 1}', 'json')).toEqual({ u: 1 })
  expect(await given('d.conf', '{"u": 1, /* why */}', 'jsonc')).toEqual({ u: 1 })
  expect(await given('e.conf', 'u = 1', 'toml')).toEqual({ u: 1 })
  expect(await given('h.conf', 'u: 1', 'yaml')).toEqual({ u: 1 })
  expect(await given('i.conf', '{u: 1}', 'json5')).toEqual({ u: 1 })
  expect(await given('f.html', '<p>', 'text')).toBe('<p>')
  expect((await import(file('g.conf', '[1]'), { with: { type: 'json' } } as any)).default).toEqual([1])
})

test('names of tables can be imported', async () => {
  file('n.toml', 'one = 1\n[two]\nx = 2\n')
  const ns = await import(file('n.mjs', 'import { one, two } from "./n.toml"; export default [one, two.x]'))
  expect(ns.default).toEqual([1, 2])
  file('n.yaml', 'one: 1\ntwo: &t {x: 2}\nself: *t\n')
  const yaml = await import(file('ny.mjs', 'import all, { one, two, self } from "./n.yaml"; export default [one, two.x, self === two, all.two === two]'))
  expect(yaml.default).toEqual([1, 2, true, true])
})

test('what cannot be read is an error', async () => {
  for (const [name, text] of [['x.toml', 'a = '], ['x.jsonc', '{"a":'], ['x.yaml', 'a: b: c'], ['x.json5', '{a']] as const) {
    let threw = false
    try {
      await given(name, text)
    } catch {
      threw = true
    }
    expect(threw).toBe(true)
  }
})

test('require', () => {
  expect(require(file('r.toml', 'a = 1')).a).toBe(1)
  expect(require(file('r.jsonc', '{"a": 1,}')).a).toBe(1)
  expect(require(file('r.yaml', 'a: 1')).a).toBe(1)
  expect(require(file('r.json5', '{a: 1,}')).a).toBe(1)
})
