import { afterAll, describe, expect, test } from 'bun:test'
import fs from 'node:fs'
import Module, { builtinModules, createRequire, findPackageJSON, isBuiltin, syncBuiltinESMExports } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const made: string[] = []
afterAll(() => made.forEach((dir) => fs.rmSync(dir, { recursive: true })))
function tree(files: Record<string, string>): string {
  const dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'module-')))
  made.push(dir)
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(dir, name)), { recursive: true })
    fs.writeFileSync(path.join(dir, name), text)
  }
  return dir
}
const codeOf = (f: () => unknown): unknown => {
  try {
    f()
  } catch (error: any) {
    return error.code
  }
}

describe('createRequire', () => {
  test('starts from a file, a folder or a url', () => {
    const dir = tree({ 'a.js': 'module.exports = __filename', 'b.json': '{"b": 1}' })
    expect(createRequire(`${dir}/x.js`)('./a')).toBe(`${dir}/a.js`)
    expect(createRequire(`${dir}/`)('./b')).toEqual({ b: 1 })
    expect(createRequire(pathToFileURL(`${dir}/x.js`))('./a.js')).toBe(`${dir}/a.js`)
    expect(createRequire(pathToFileURL(`${dir}/x.js`).href)('./a.js')).toBe(`${dir}/a.js`)
    expect(codeOf(() => createRequire('./relative'))).toBe('ERR_INVALID_ARG_VALUE')
  })

  test('shares the cache of all', () => {
    const dir = tree({ 'a.js': 'exports.o = {}' })
    const one = createRequire(`${dir}/x.js`)
    const two = createRequire(`${dir}/sub/y.js`)
    expect(one('./a') === two('../a')).toBe(true)
    expect(one.cache === two.cache).toBe(true)
    delete one.cache[one.resolve('./a')]
    expect(typeof two('../a').o).toBe('object')
  })

  test('what is deleted from the cache is read anew', () => {
    const dir = tree({ 'a.js': 'module.exports = 1', 'j.json': '1' })
    const require = createRequire(`${dir}/x.js`)
    expect(require('./a')).toBe(1)
    expect(require('./j.json')).toBe(1)
    fs.writeFileSync(`${dir}/a.js`, 'module.exports = 2')
    fs.writeFileSync(`${dir}/j.json`, '2')
    expect(require('./a')).toBe(1)
    delete require.cache[`${dir}/a.js`]
    delete require.cache[`${dir}/j.json`]
    expect(require('./a')).toBe(2)
    expect(require('./j.json')).toBe(2)
  })

  test('files that come later are found', () => {
    const dir = tree({ 'a.js': '1' })
    const require = createRequire(`${dir}/x.js`)
    for (const name of ['b', 'c', 'd', 'e', 'f', 'g']) expect(codeOf(() => require(`./${name}`))).toBe('MODULE_NOT_FOUND')
    fs.writeFileSync(`${dir}/b.js`, 'module.exports = "b"')
    expect(require('./b')).toBe('b')
    fs.mkdirSync(`${dir}/node_modules/late`, { recursive: true })
    expect(codeOf(() => require('late'))).toBe('MODULE_NOT_FOUND')
    fs.writeFileSync(`${dir}/node_modules/late/index.js`, 'module.exports = "late"')
    expect(require('late')).toBe('late')
    fs.writeFileSync(`${dir}/bad.js`, 'module.exports = ;')
    let failed = false
    try {
      require('./bad')
    } catch (error: any) {
      failed = error instanceof SyntaxError
    }
    expect(failed).toBe(true)
    fs.writeFileSync(`${dir}/bad.js`, 'module.exports = "mended"')
    expect(require('./bad')).toBe('mended')
  })

  test('resolve finds what require loads, and takes paths', () => {
    const dir = tree({ 'node_modules/p/index.js': '1', 'other/q.js': '1' })
    const require = createRequire(`${dir}/x.js`)
    expect(require.resolve('p')).toBe(`${dir}/node_modules/p/index.js`)
    expect(require.resolve('./q', { paths: [`${dir}/other`] })).toBe(`${dir}/other/q.js`)
    expect(require.resolve('fs')).toBe('fs')
    expect(require.resolve.paths('p')![0]).toBe(`${dir}/node_modules`)
    expect(require.resolve.paths('fs')).toBe(null)
    expect(codeOf(() => require.resolve('absent'))).toBe('MODULE_NOT_FOUND')
  })

  test('an absent module names who asked', () => {
    const dir = tree({ 'a.js': 'require("./b")', 'b.js': 'require("nothing")' })
    try {
      createRequire(`${dir}/x.js`)('./a')
    } catch (error: any) {
      expect(error.message).toBe(
        `Cannot find module 'nothing'\nRequire stack:\n- ${dir}/b.js\n- ${dir}/a.js\n- ${dir}/x.js`,
      )
      expect(error.requireStack).toEqual([`${dir}/b.js`, `${dir}/a.js`, `${dir}/x.js`])
    }
  })
})

describe('Module', () => {
  test('knows the builtins', () => {
    expect(isBuiltin('fs')).toBe(true)
    expect(isBuiltin('node:fs/promises')).toBe(true)
    expect(isBuiltin('test')).toBe(false)
    expect(isBuiltin('node:test')).toBe(true)
    expect(isBuiltin('lodash')).toBe(false)
    expect(builtinModules.includes('path')).toBe(true)
    expect(codeOf(() => createRequire('/x.js')('node:nothing'))).toBe('ERR_UNKNOWN_BUILTIN_MODULE')
  })

  test('can be made and filled by hand', () => {
    const M = Module as any
    const module = new M('/virtual/file.js')
    module.filename = '/virtual/file.js'
    module.paths = M._nodeModulePaths('/virtual')
    module._compile('exports.sum = (a, b) => a + b; exports.here = __filename', '/virtual/file.js')
    expect(module.exports.sum(1, 2)).toBe(3)
    expect(module.exports.here).toBe('/virtual/file.js')
    expect(module.paths).toEqual(['/virtual/node_modules', '/node_modules'])
  })

  test('wraps', () => {
    const M = Module as any
    expect(M.wrap('x')).toBe('(function (exports, require, module, __filename, __dirname) { x\n});')
    expect(M.wrapper.length).toBe(2)
  })

  test('extensions can be added', () => {
    const dir = tree({ 'a.thing': 'text' })
    const M = Module as any
    M._extensions['.thing'] = (module: any, filename: string) => {
      module.exports = fs.readFileSync(filename, 'utf8').toUpperCase()
    }
    expect(createRequire(`${dir}/x.js`)('./a.thing')).toBe('TEXT')
    delete M._extensions['.thing']
  })
})

describe('the functions around it', () => {
  test('findPackageJSON', () => {
    const dir = tree({ 'package.json': '{}', 'node_modules/p/package.json': '{}', 'node_modules/p/lib/x.js': '', 'sub/y.js': '' })
    expect(findPackageJSON('p', `${dir}/x.js`)).toBe(`${dir}/node_modules/p/package.json`)
    expect(findPackageJSON(pathToFileURL(`${dir}/node_modules/p/lib/x.js`))).toBe(`${dir}/node_modules/p/package.json`)
    expect(findPackageJSON('./sub/y.js', pathToFileURL(`${dir}/x.js`))).toBe(`${dir}/package.json`)
    expect(codeOf(() => findPackageJSON('absent', `${dir}/x.js`))).toBe('ERR_MODULE_NOT_FOUND')
  })

  test('syncBuiltinESMExports', async () => {
    const ns: any = await import('node:path')
    const before = path.join
    const patched = (...parts: string[]) => `patched ${parts}`
    ;(path as any).join = patched
    syncBuiltinESMExports()
    expect(ns.join('a')).toBe('patched a')
    path.join = before
    syncBuiltinESMExports()
    expect(ns.join === before).toBe(true)
  })
})
