import { afterAll, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

const dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'hints-')))
afterAll(() => fs.rmSync(dir, { recursive: true }))
const put = (name: string, text: string): string => {
  const file = path.join(dir, name)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, text)
  return file
}
put('package.json', JSON.stringify({ dependencies: { listed: '1' }, imports: { '#one': './one.mjs' } }))
put('one.mjs', 'export const first = 1, second = 2')
put('node_modules/pack/package.json', JSON.stringify({ name: 'pack', exports: { '.': './i.js', './part': './p.js' } }))
put('node_modules/only/package.json', JSON.stringify({ name: 'only', exports: { browser: './i.js' } }))

// What is missing, and the line that says what to do.
const cases: [string, string, string][] = [
  ['another extension', 'import "./one.js"', `did you mean ${dir}/one.mjs?`],
  ['a slip of the finger', 'require("./onr.mjs")', `did you mean ${dir}/one.mjs?`],
  ['no such folder', 'import "./nowhere/x.mjs"', `the folder ${dir}/nowhere is not there`],
  ['a package', 'import "absent/sub"', 'install it with `bao add absent`'],
  ['a scoped package', 'require("@s/absent/x")', 'install it with `bao add @s/absent`'],
  ['a package that is listed', 'import "listed"', `listed is listed in ${dir}/package.json but not installed: run \`bao install\``],
  ['a builtin misspelt', 'import "asert"', 'did you mean "assert"? If not, install it with `bao add asert`'],
  ['a node: name misspelt', 'import "node:fss"', 'did you mean "node:fs"?'],
  ['a path that is not exported', 'import "pack/other"', 'its package.json exports ".", "./part"'],
  ['conditions that do not hold', 'import "only"', 'its package.json exports "." alone, for the conditions "browser"'],
  ['an import that is not defined', 'import "#two"', `${dir}/package.json has "#one"`],
  ['a name misspelt', 'import { frist } from "./one.mjs"', 'did you mean "first"?'],
  ['no default export', 'import one from "./one.mjs"', 'it has no default export; it exports "first", "second"'],
  ['a web address', 'import "https://example.com/x.mjs"', 'modules are loaded from files: save it beside the program and import the file'],
]
test.each(cases)('%s', (name, text, hint) => {
  const file = put(`${name.replaceAll(' ', '_').replace(/\W/g, '')}.${text.startsWith('require') ? 'cjs' : 'mjs'}`, text)
  const { stderr, status } = spawnSync(process.execPath, [file], { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } })
  expect(/^note: (.*)$/m.exec(stderr)?.[1] ?? stderr).toBe(hint)
  expect(status).toBe(1)
})
