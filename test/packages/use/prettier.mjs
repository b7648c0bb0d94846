import prettier from 'prettier'
import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
const root = path.dirname(createRequire(import.meta.url).resolve('prettier/package.json'))
// It formats its own distribution.
for (const f of ['doc.mjs', 'index.mjs', 'internal/experimental-cli.mjs', 'bin/prettier.cjs', 'index.d.ts', 'doc.d.ts', 'package.json', 'README.md']) {
  let src
  try { src = readFileSync(path.join(root, f), 'utf8') } catch { console.log(f, 'is not there'); continue }
  const out = await prettier.format(src, { filepath: f })
  let h = 0
  for (let i = 0; i < out.length; i++) h = (h * 31 + out.charCodeAt(i)) | 0
  console.log(f, src.length, out.length, h, await prettier.check(out, { filepath: f }))
}
console.log(await prettier.format('a{color:red;b:c}\n@media (min-width:1px){x{y:z}}', { parser: 'css' }), await prettier.format('<div   a=1><p>x</p>  </div>', { parser: 'html' }), await prettier.format('a:   1\nb: [1,2]', { parser: 'yaml' }), await prettier.format('const x:{a?:number}=y as any;enum E{A=1}', { parser: 'typescript', semi: false }))
try { await prettier.format('let = ;', { parser: 'babel' }) } catch (e) { console.log(e.name, e.message) }
console.log((await prettier.getSupportInfo()).languages.length, await prettier.getFileInfo('x.tsx'), readdirSync(path.join(root, 'plugins')).length)
