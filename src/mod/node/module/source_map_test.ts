import { afterAll, describe, expect, test } from 'bun:test'
import fs from 'node:fs'
import { SourceMap, createRequire, findSourceMap, getSourceMapsSupport, setSourceMapsSupport } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const dir = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'maps-'))
afterAll(() => {
  for (const file of Object.keys(require.cache)) if (file.startsWith(dir)) delete require.cache[file]
  fs.rmSync(dir, { recursive: true })
})
function put(name: string, text: string): string {
  const file = path.join(dir, name)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, text)
  return file
}
const require = createRequire(path.join(dir, 'x.js'))

/** A file whose second line throws at column 34, which its map says is line 5, column 3 of `source`. */
function thrower(name: string, source: string, more: object = {}, inline = false): string {
  const map = { version: 3, sources: [source], names: [], mappings: ';AAAA,iCAIE', ...more }
  const text = `// made\nexports.f = function f() { throw  new Error('x') }\n//# sourceMappingURL=`
  if (!inline) put(`${name}.map`, JSON.stringify(map))
  return put(name, text + (inline ? 'data:application/json;charset=utf-8;base64,' + Buffer.from(JSON.stringify(map)).toString('base64') : `${path.basename(name)}.map`) + '\n')
}
function topOf(file: string): string {
  try {
    require(file).f()
  } catch (error: any) {
    return error.stack.split('\n')[1].trim()
  }
  return 'did not throw'
}

describe('source maps', () => {
  test('are off until they are asked for', () => {
    expect(getSourceMapsSupport()).toEqual({ __proto__: null, enabled: false, nodeModules: false, generatedCode: false } as any)
    expect(process.sourceMapsEnabled).toBe(false)
    expect(topOf(thrower('off.js', 'off.ts'))).toContain('off.js:2:35')
    expect(() => setSourceMapsSupport(1 as any)).toThrow('The "enabled" argument must be of type boolean')
  })
  test('stacks show the places of the sources', () => {
    setSourceMapsSupport(true)
    expect(process.sourceMapsEnabled).toBe(true)
    expect(topOf(thrower('out/a.js', '../src/a.ts'))).toContain(`(${dir}/src/a.ts:5:3)`)
    expect(topOf(thrower('b.js', 'b.ts', {}, true))).toContain(`(${dir}/b.ts:5:3)`)
    expect(topOf(thrower('c.js', 'c.ts', { sourceRoot: 'deep/' }))).toContain(`(${dir}/deep/c.ts:5:3)`)
    expect(topOf(thrower('d.js', 'webpack://app/./d.ts'))).toContain('(webpack://app/d.ts:5:3)')
  })
  test('a map that cannot be read is none', () => {
    put('f.js', `exports.f = () => { throw new Error('x') }\n//# sourceMappingURL=absent.map\n`)
    expect(topOf(path.join(dir, 'f.js'))).toContain('f.js:1:27')
    put('g.js.map', '{')
    put('g.js', `exports.f = () => { throw new Error('x') }\n//# sourceMappingURL=g.js.map\n`)
    expect(topOf(path.join(dir, 'g.js'))).toContain('g.js:1:27')
  })
  test('packages are left as they are unless they are asked for too', () => {
    expect(topOf(thrower('node_modules/p/h.js', 'h.ts'))).toContain('h.js:2:35')
    setSourceMapsSupport(true, { nodeModules: true })
    expect(topOf(thrower('node_modules/p/i.js', 'i.ts'))).toContain('i.ts:5:3')
    setSourceMapsSupport(true)
  })
  test('findSourceMap gives the map of a path and of a URL', () => {
    const file = thrower('j.js', 'j.ts', { sourcesContent: ['let a\n'] })
    topOf(file)
    const map: any = findSourceMap(file)
    expect(map).toBeInstanceOf(SourceMap)
    expect(map.payload.sources).toEqual([pathToFileURL(path.join(dir, 'j.ts')).href])
    expect(map.payload.sourcesContent).toEqual(['let a\n'])
    expect(map.findEntry(1, 40)).toMatchObject({ originalLine: 4, originalColumn: 2 })
    expect(findSourceMap(path.join(dir, 'absent.js'))).toBeUndefined()
  })
  test('Error.prepareStackTrace gets the places of the running text', () => {
    const before = (Error as any).prepareStackTrace
    ;(Error as any).prepareStackTrace = (_: Error, sites: any[]) => `x\n${sites[0].getFileName()}:${sites[0].getLineNumber()}`
    try {
      expect(topOf(thrower('k.js', 'k.ts'))).toBe(`${dir}/k.js:2`)
    } finally {
      ;(Error as any).prepareStackTrace = before
    }
  })
  test('an index map has sections', () => {
    const section = (line: number, column: number, source: string) => ({
      offset: { line, column }, map: { version: 3, sources: [source], names: ['n'], mappings: 'AAAA,EAAEA' },
    })
    const map: any = new SourceMap({ version: 3, sections: [section(0, 0, 'a.ts'), section(0, 10, 'b.ts'), section(2, 4, 'c.ts')] } as any)
    expect(map.findEntry(0, 3)).toMatchObject({ generatedColumn: 2, originalSource: 'a.ts', originalColumn: 2, name: 'n' })
    expect(map.findEntry(0, 11)).toMatchObject({ generatedColumn: 10, originalSource: 'b.ts', originalColumn: 0 })
    expect(map.findEntry(2, 9)).toMatchObject({ generatedLine: 2, generatedColumn: 6, originalSource: 'c.ts', originalColumn: 2 })
  })
  test('and are off again', () => {
    setSourceMapsSupport(false)
    expect(topOf(thrower('l.js', 'l.ts'))).toContain('l.js:2:35')
    expect(findSourceMap(path.join(dir, 'j.js'))).toBeInstanceOf(SourceMap)
  })
})
