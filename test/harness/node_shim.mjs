// Runs module tests, and the faces themselves, under a real Node:
//   node --import ./test/harness/node_shim.mjs src/mod/node/path/path_test.ts
// `bun:test` becomes describe/test/expect over node:test. With BAO_FACES=1 `node:x` means src/mod/node/x/x.ts where it exists;
// `internal:x`, `web:x`, `rt:x` and `bun` always do. BAO_FACES=node:path,node:util picks faces by name.
// Doors (`native:x`) come from test/harness/doors/<x>.mjs.
import module from 'node:module'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = new URL('../../', import.meta.url)
const wanted = process.env.BAO_FACES ?? ''
const isWanted = specifier => wanted === '1' || wanted.split(',').includes(specifier)

function faceOf(specifier) {
  const colon = specifier.indexOf(':')
  const kind = colon < 0 ? specifier : specifier.slice(0, colon)
  const name = specifier.slice(colon + 1)
  const last = name.slice(name.lastIndexOf('/') + 1)
  const places = {
    internal: [`src/mod/internal/${name}.ts`],
    web: [`src/mod/web/${name}/${last}.ts`, `src/mod/web/${name}.ts`],
    node: [`src/mod/node/${name}/${last}.ts`, `src/mod/node/${name}.ts`],
    bun: colon < 0 ? ['src/mod/bun/bun.ts'] : [`src/mod/bun/${name}/${last}.ts`, `src/mod/bun/${name}.ts`],
    rt: [`src/rt/${name}.ts`],
    native: [`test/harness/doors/${name}.mjs`],
  }
  const place = places[kind]?.find(path => existsSync(new URL(path, root)))
  return place && new URL(place, root).href
}

const inFace = url => url?.startsWith(root.href) && url.includes('/src/') && !url.includes('_test.')

module.registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'bun:test' && !isWanted('bun:test')) {
      return { url: new URL('test/harness/bun_test.mjs', root).href, format: 'module', shortCircuit: true }
    }
    const builtin = context.importAttributes?.bao === 'face'
    const always = /^(internal|web|rt|native|bun):|^bun$/.test(specifier)
    if (always || (specifier.startsWith('node:') && (builtin || isWanted(specifier)) && context.parentURL !== import.meta.url)) {
      const url = context.parentURL?.includes('/test/harness/') ? undefined : faceOf(specifier)
      if (url) return { url, shortCircuit: true }
    }
    return next(specifier, context)
  },
  load(url, context, next) {
    if (!inFace(url) || !url.endsWith('.ts')) return next(url, context)
    const source = readFileSync(fileURLToPath(url), 'utf8')
    return { format: 'module-typescript', source: `import.meta.builtin = globalThis[Symbol.for('bao.builtin')];${source}`, shortCircuit: true }
  },
})

const require = module.createRequire(new URL('src/mod/internal/errors.ts', root))
globalThis[Symbol.for('bao.builtin')] = specifier => {
  const face = specifier.startsWith('node:') && !isWanted(specifier) ? undefined : faceOf(specifier)
  if (face) return require(fileURLToPath(face))
  const real = require(specifier)
  return 'default' in real ? real : Object.create(real, { default: { value: real } })
}
