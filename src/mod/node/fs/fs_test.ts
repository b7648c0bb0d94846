import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

let dir = ''
beforeAll(() => { dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fs-test-')) })
afterAll(() => fs.rmSync(dir, { recursive: true, force: true }))
const at = (name: string): string => path.join(dir, name)

function caught(fn: () => unknown): any {
  try {
    fn()
  } catch (error) {
    return error
  }
  return undefined
}

describe('files', () => {
  test('what is written is read, as text and as bytes', () => {
    fs.writeFileSync(at('a'), 'héllo')
    expect(fs.readFileSync(at('a'), 'utf8')).toBe('héllo')
    expect([...fs.readFileSync(at('a'))]).toEqual([104, 195, 169, 108, 108, 111])
    expect(fs.readFileSync(at('a'), 'hex')).toBe('68c3a96c6c6f')
    expect(Buffer.isBuffer(fs.readFileSync(at('a')))).toBe(true)
  })
  test('a shorter text leaves nothing of the longer one', () => {
    fs.writeFileSync(at('b'), 'x'.repeat(100000))
    fs.writeFileSync(at('b'), Buffer.from('short'))
    expect(fs.readFileSync(at('b'), 'utf8')).toBe('short')
    fs.appendFileSync(at('b'), '!')
    expect(fs.statSync(at('b')).size).toBe(6)
  })
  test('large files come whole', () => {
    const data = Buffer.alloc(300000, 7)
    fs.writeFileSync(at('large'), data)
    expect(fs.readFileSync(at('large')).equals(data)).toBe(true)
    expect(fs.readFileSync(at('large')).length).toBe(300000)
  })
  test('flags: x refuses, a adds, r+ keeps', () => {
    fs.writeFileSync(at('x'), 'one', { flag: 'wx' })
    expect(caught(() => fs.writeFileSync(at('x'), 'two', { flag: 'wx' })).code).toBe('EEXIST')
    fs.writeFileSync(at('x'), 'T', { flag: 'r+' })
    expect(fs.readFileSync(at('x'), 'utf8')).toBe('Tne')
  })
  test('descriptors: read and write at places', () => {
    const fd = fs.openSync(at('fd'), 'w+')
    expect(fs.writeSync(fd, 'hello world')).toBe(11)
    expect(fs.writeSync(fd, Buffer.from('W'), 0, 1, 6)).toBe(1)
    const into = Buffer.alloc(5)
    expect(fs.readSync(fd, into, 0, 5, 6)).toBe(5)
    expect(into.toString()).toBe('World')
    fs.ftruncateSync(fd, 5)
    expect(fs.fstatSync(fd).size).toBe(5)
    expect(fs.writevSync(fd, [Buffer.from('a'), Buffer.from('b')], 0)).toBe(2)
    const parts = [Buffer.alloc(1), Buffer.alloc(4)]
    expect(fs.readvSync(fd, parts, 0)).toBe(5)
    expect(parts.map(String).join('|')).toBe('a|bllo')
    fs.closeSync(fd)
    expect(caught(() => fs.readSync(fd, into)).code).toBe('EBADF')
  })
  test('stat: kinds, times, big numbers', () => {
    fs.writeFileSync(at('s'), '12345')
    fs.utimesSync(at('s'), 1, new Date(2500))
    const stat = fs.statSync(at('s'))
    expect(stat.isFile()).toBe(true)
    expect(stat.isDirectory()).toBe(false)
    expect(stat.atimeMs).toBe(1000)
    expect(stat.mtime.getTime()).toBe(2500)
    expect(fs.statSync(at('s'), { bigint: true }).mtimeNs).toBe(2500000000n)
    expect(fs.statSync(dir).isDirectory()).toBe(true)
    expect(fs.statSync(at('none'), { throwIfNoEntry: false })).toBe(undefined)
    expect(stat instanceof fs.Stats).toBe(true)
  })
  test('links, modes, copies, names', () => {
    fs.writeFileSync(at('l'), 'x', { mode: 0o600 })
    expect(fs.statSync(at('l')).mode & 0o777).toBe(0o600)
    fs.chmodSync(at('l'), '644')
    expect(fs.statSync(at('l')).mode & 0o777).toBe(0o644)
    fs.symlinkSync('l', at('sym'))
    expect(fs.readlinkSync(at('sym'))).toBe('l')
    expect(fs.lstatSync(at('sym')).isSymbolicLink()).toBe(true)
    expect(fs.realpathSync(at('sym'))).toBe(fs.realpathSync(at('l')))
    fs.linkSync(at('l'), at('hard'))
    expect(fs.statSync(at('l')).nlink).toBe(2)
    fs.copyFileSync(at('l'), at('copy'))
    expect(caught(() => fs.copyFileSync(at('l'), at('copy'), fs.constants.COPYFILE_EXCL)).code).toBe('EEXIST')
    fs.renameSync(at('copy'), at('moved'))
    expect(fs.existsSync(at('copy'))).toBe(false)
    expect(fs.existsSync(at('moved'))).toBe(true)
    fs.unlinkSync(at('moved'))
    expect(caught(() => fs.accessSync(at('moved'))).code).toBe('ENOENT')
  })
  test('paths may be URLs and buffers', () => {
    fs.writeFileSync(new URL(`file://${at('url')}`), 'u')
    expect(fs.readFileSync(Buffer.from(at('url')), 'utf8')).toBe('u')
  })
})

describe('folders', () => {
  test('mkdir says the first that it made, readdir lists', () => {
    expect(fs.mkdirSync(at('m/n/o'), { recursive: true })).toBe(at('m'))
    expect(fs.mkdirSync(at('m/n/o'), { recursive: true })).toBe(undefined)
    fs.writeFileSync(at('m/z'), '')
    fs.writeFileSync(at('m/a'), '')
    expect(fs.readdirSync(at('m'))).toEqual(['a', 'n', 'z'])
    expect(fs.readdirSync(at('m'), { recursive: true })).toEqual(['a', 'n', 'z', 'n/o'])
    const [first, second] = fs.readdirSync(at('m'), { withFileTypes: true })
    expect([first.name, first.isFile(), second.isDirectory(), second.parentPath]).toEqual(['a', true, true, at('m')])
    expect(caught(() => fs.rmdirSync(at('m'))).code).toBe('ENOTEMPTY')
  })
  test('rm wants to be told twice', () => {
    fs.mkdirSync(at('r/s'), { recursive: true })
    expect(caught(() => fs.rmSync(at('r'))).code).toBe('ERR_FS_EISDIR')
    fs.rmSync(at('r'), { recursive: true })
    expect(fs.existsSync(at('r'))).toBe(false)
    expect(caught(() => fs.rmSync(at('r'))).code).toBe('ENOENT')
    fs.rmSync(at('r'), { force: true })
  })
  test('opendir gives entries one by one', () => {
    fs.mkdirSync(at('d'))
    fs.writeFileSync(at('d/one'), '')
    const folder = fs.opendirSync(at('d'))
    expect(folder.readSync()!.name).toBe('one')
    expect(folder.readSync()).toBe(null)
    folder.closeSync()
    expect(caught(() => folder.readSync()).code).toBe('ERR_DIR_CLOSED')
  })
  test('cp copies a tree', () => {
    fs.mkdirSync(at('from/deep'), { recursive: true })
    fs.writeFileSync(at('from/deep/f'), 'f')
    fs.cpSync(at('from'), at('to'), { recursive: true })
    expect(fs.readFileSync(at('to/deep/f'), 'utf8')).toBe('f')
    expect(caught(() => fs.cpSync(at('from'), at('to2'))).code).toBe('ERR_FS_EISDIR')
  })
  test('glob finds', () => {
    fs.mkdirSync(at('g/x/y'), { recursive: true })
    for (const name of ['g/1.ts', 'g/x/2.ts', 'g/x/y/3.js', 'g/.hidden.ts']) fs.writeFileSync(at(name), '')
    expect(fs.globSync('**/*.ts', { cwd: at('g') }).sort()).toEqual(['1.ts', 'x/2.ts'])
    expect(fs.globSync('**/*.{js,ts}', { cwd: at('g') }).length).toBe(3)
  })
})

describe('errors are as the system words them', () => {
  const cases: [string, () => unknown, object, string][] = [
    ['open', () => fs.readFileSync('/nope/a'), { errno: -2, code: 'ENOENT', syscall: 'open', path: '/nope/a' }, "ENOENT: no such file or directory, open '/nope/a'"],
    ['read of a folder', () => fs.readFileSync('/'), { errno: -21, code: 'EISDIR', syscall: 'read' }, 'EISDIR: illegal operation on a directory, read'],
    ['two paths', () => fs.copyFileSync('/nope', '/x'), { errno: -2, code: 'ENOENT', syscall: 'copyfile', path: '/nope', dest: '/x' }, "ENOENT: no such file or directory, copyfile '/nope' -> '/x'"],
    ['scandir', () => fs.readdirSync('/nope'), { errno: -2, code: 'ENOENT', syscall: 'scandir', path: '/nope' }, "ENOENT: no such file or directory, scandir '/nope'"],
    ['realpath', () => fs.realpathSync('/nope/x'), { errno: -2, code: 'ENOENT', syscall: 'lstat', path: '/nope' }, "ENOENT: no such file or directory, lstat '/nope'"],
    ['mkdtemp', () => fs.mkdtempSync('/nope/a'), { errno: -2, code: 'ENOENT', syscall: 'mkdtemp', path: '/nope/aXXXXXX' }, "ENOENT: no such file or directory, mkdtemp '/nope/aXXXXXX'"],
  ]
  for (const [name, fn, fields, message] of cases) {
    test(name, () => {
      const error = caught(fn)
      expect({ ...error }).toEqual(fields)
      expect(error.message).toBe(message)
    })
  }
  test('arguments', () => {
    expect(caught(() => fs.readFileSync(1.5 as any)).code).toBe('ERR_INVALID_ARG_TYPE')
    expect(caught(() => fs.readFileSync('a\0b')).code).toBe('ERR_INVALID_ARG_VALUE')
    expect(caught(() => fs.openSync('/', 'q')).code).toBe('ERR_INVALID_ARG_VALUE')
    expect(caught(() => fs.writeFileSync(at('no'), {} as any)).code).toBe('ERR_INVALID_ARG_TYPE')
    expect(caught(() => fs.readFile(at('a'), 'utf8', undefined as any)).code).toBe('ERR_INVALID_ARG_TYPE')
  })
})

describe('later', () => {
  test('callbacks', async () => {
    const value = await new Promise(resolve => fs.writeFile(at('cb'), 'text', error => {
      expect(error).toBe(null)
      fs.readFile(at('cb'), 'utf8', (_, text) => resolve(text))
    }))
    expect(value).toBe('text')
    const error: any = await new Promise(resolve => fs.stat(at('none'), resolve))
    expect([error.code, error.syscall, error.path]).toEqual(['ENOENT', 'stat', at('none')])
  })
  test('promises', async () => {
    const p = fs.promises
    await p.writeFile(at('p'), ['a', 'b'])
    expect(await p.readFile(at('p'), 'utf8')).toBe('ab')
    await p.mkdir(at('pd/q'), { recursive: true })
    expect((await p.stat(at('pd'))).isDirectory()).toBe(true)
    expect(await p.readdir(at('pd'))).toEqual(['q'])
    await p.rename(at('p'), at('pd/p'))
    await p.rm(at('pd'), { recursive: true })
    expect(await p.access(at('pd')).catch(error => error.code)).toBe('ENOENT')
    expect(await p.readFile(1.5 as any).catch(error => error.code)).toBe('ERR_INVALID_ARG_TYPE')
  })
  test('FileHandle', async () => {
    const handle = await fs.promises.open(at('h'), 'w+')
    expect((await handle.write('hello')).bytesWritten).toBe(5)
    expect((await handle.read(Buffer.alloc(4), 0, 4, 1)).buffer.toString()).toBe('ello')
    await handle.truncate(2)
    expect((await handle.stat()).size).toBe(2)
    await handle.close()
    expect(handle.fd).toBe(-1)
  })
  test('many at once keep apart', async () => {
    const names = Array.from({ length: 50 }, (_, i) => at(`many${i}`))
    await Promise.all(names.map((name, i) => fs.promises.writeFile(name, String(i).repeat(i * 100))))
    const sizes = await Promise.all(names.map(async name => (await fs.promises.readFile(name)).length))
    expect(sizes).toEqual(names.map((_, i) => String(i).length * i * 100))
  })
})

test('errors of what ran in the background have a stack without frames', async () => {
  const error: any = await new Promise(resolve => fs.readFile(at('missing'), resolve))
  expect(error.stack).toBe(`Error: ENOENT: no such file or directory, open '${at('missing')}'`)
  expect(Object.keys(error)).toEqual(['errno', 'code', 'syscall', 'path'])
})

describe('streams', () => {
  test('a file flows into another', async () => {
    fs.writeFileSync(at('in'), 'x'.repeat(200000))
    await new Promise(resolve => fs.createReadStream(at('in')).pipe(fs.createWriteStream(at('out'))).on('close', resolve))
    expect(fs.statSync(at('out')).size).toBe(200000)
  })
  test('start and end are both in', async () => {
    fs.writeFileSync(at('range'), 'abcdefgh')
    let text = ''
    for await (const part of fs.createReadStream(at('range'), { start: 2, end: 5, encoding: 'utf8', highWaterMark: 3 })) text += part
    expect(text).toBe('cdef')
  })
  test('a missing file is an error event', async () => {
    const error: any = await new Promise(resolve => fs.createReadStream(at('missing')).on('error', resolve))
    expect(error.code).toBe('ENOENT')
  })
})
