// What node loads first when programs.mjs asks it for answers: files end in .ts but hold TypeScript's output, and names need no ending.
import fs from 'node:fs'
import { registerHooks } from 'node:module'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = path.dirname(process.argv[1])
const formats = fs.existsSync(path.join(here, 'formats.json')) ? JSON.parse(fs.readFileSync(path.join(here, 'formats.json'), 'utf8')) : {}
Symbol.metadata ??= Symbol('Symbol.metadata')
registerHooks({
  resolve(specifier, context, next) {
    if (/^\.\.?\//.test(specifier) && context.parentURL?.startsWith('file:')) {
      const base = path.resolve(path.dirname(fileURLToPath(context.parentURL)), specifier)
      for (const end of ['', '.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '/index.ts']) {
        const file = base.replace(end === '' ? /$^/ : /\.js$/, '') + end
        if (fs.existsSync(file) && fs.statSync(file).isFile()) return { url: pathToFileURL(file).href, format: formats[file], shortCircuit: true }
      }
    }
    return next(specifier, context)
  },
  load(url, context, next) {
    const format = url.startsWith('file:') ? formats[fileURLToPath(url)] : undefined
    return format ? { format, source: fs.readFileSync(fileURLToPath(url), 'utf8'), shortCircuit: true } : next(url, context)
  },
})
