import path from 'node:path'
import { describe, expect, test } from 'bun:test'

const { posix, win32 } = path

function refusal(fn: () => unknown): any {
  try {
    fn()
  } catch (error) {
    return error
  }
  return undefined
}

describe('path', () => {
  test('the default is posix, and both know each other', () => {
    expect(path).toBe(posix)
    expect(posix.win32).toBe(win32)
    expect(win32.posix).toBe(posix)
    expect([path.sep, path.delimiter, win32.sep, win32.delimiter]).toEqual(['/', ':', '\\', ';'])
  })

  test.each([
    ['', '.'], ['/', '/'], ['//', '/'], ['.', '.'], ['./', './'], ['a//b/', 'a/b/'], ['a/./b/../c', 'a/c'], ['../../a/..', '../..'],
    ['/../a', '/a'], ['a/..', '.'], ['a/../', './'], ['/a/../..', '/'], ['a/../../b', '../b'], ['...', '...'], ['a/..b', 'a/..b'],
  ])('normalize(%j) is %j', (input, output) => {
    expect(posix.normalize(input)).toBe(output)
  })

  test('join and resolve', () => {
    expect(posix.join()).toBe('.')
    expect(posix.join('', '')).toBe('.')
    expect(posix.join('/a', '..', '/b', './c.txt')).toBe('/b/c.txt')
    expect(posix.resolve('/a', 'b', '../c')).toBe('/a/c')
    expect(posix.resolve('/a', '/b', '')).toBe('/b')
    expect(posix.resolve()).toBe(process.cwd())
    expect(posix.resolve('x')).toBe(`${process.cwd()}/x`)
  })

  test.each([
    ['/a/b/c', '/a/b/c/d', 'd'], ['/a/b/c', '/a/b', '..'], ['/a/b', '/a/c/d', '../c/d'], ['/', '/a', 'a'], ['/a', '/', '..'],
    ['/foo', '/foobar', '../foobar'], ['/a/b', '/a/b', ''], ['/a/bc', '/a/b', '../b'],
  ])('relative(%j, %j) is %j', (from, to, output) => {
    expect(posix.relative(from, to)).toBe(output)
  })

  test.each([
    ['/a/b.c', '/a', 'b.c', '.c'], ['a', '.', 'a', ''], ['/', '/', '', ''], ['//a', '//', 'a', ''], ['a/b/', 'a', 'b', ''],
    ['.bashrc', '.', '.bashrc', ''], ['a/..', 'a', '..', ''], ['x.', '.', 'x.', '.'], ['a.b.c', '.', 'a.b.c', '.c'], ['', '.', '', ''],
  ])('%j: dirname %j, basename %j, extname %j', (input, dir, base, ext) => {
    expect([posix.dirname(input), posix.basename(input), posix.extname(input)]).toEqual([dir, base, ext])
  })

  test('basename takes a suffix off, but not all of the name', () => {
    expect(posix.basename('/a/b.html', '.html')).toBe('b')
    expect(posix.basename('b.html', 'b.html')).toBe('')
    expect(posix.basename('/a/b.html', 'b.html')).toBe('b.html')
    expect(posix.basename('a/b/', 'b')).toBe('b')
  })

  test('parse and format are each other\'s way back', () => {
    expect(posix.parse('/home/u/file.txt')).toEqual({ root: '/', dir: '/home/u', base: 'file.txt', ext: '.txt', name: 'file' })
    expect(posix.format({ dir: '/x', name: 'f', ext: 'txt' })).toBe('/x/f.txt')
    expect(posix.format({ root: '/', base: 'f' })).toBe('/f')
    expect(win32.parse('C:\\a\\b.c')).toEqual({ root: 'C:\\', dir: 'C:\\a', base: 'b.c', ext: '.c', name: 'b' })
  })

  test('what is no string is refused with its name', () => {
    expect(refusal(() => posix.join('a', 1 as any)).message).toBe('The "path" argument must be of type string. Received type number (1)')
    expect(refusal(() => posix.resolve('a', null as any)).message).toBe('The "paths[1]" argument must be of type string. Received null')
    expect(refusal(() => posix.basename('a', {} as any)).code).toBe('ERR_INVALID_ARG_TYPE')
    expect(refusal(() => posix.format(5 as any)).message).toContain('"pathObject"')
  })

  test.each([
    ['C:\\a\\..\\b', 'C:\\b'], ['C:/a//b', 'C:\\a\\b'], ['\\\\srv\\share\\x\\..', '\\\\srv\\share\\'], ['C:', 'C:.'], ['a/./b', 'a\\b'],
    ['\\\\?\\C:\\x', '\\\\?\\C:\\x'], ['con:', '.\\con:.'],
  ])('win32.normalize(%j) is %j', (input, output) => {
    expect(win32.normalize(input)).toBe(output)
  })

  test('win32 knows drives and shares', () => {
    expect(win32.resolve('C:\\a', '..\\b')).toBe('C:\\b')
    expect(win32.join('//srv', 'share', 'x')).toBe('\\\\srv\\share\\x')
    expect(win32.relative('C:\\a\\b', 'C:\\A\\c')).toBe('..\\c')
    expect(win32.relative('C:\\a', 'D:\\b')).toBe('D:\\b')
    expect(win32.isAbsolute('C:/x')).toBe(true)
    expect(win32.isAbsolute('C:x')).toBe(false)
    expect(win32.toNamespacedPath('C:\\x')).toBe('\\\\?\\C:\\x')
    expect(win32.dirname('C:\\a')).toBe('C:\\')
  })

  test.each([
    ['a/b.js', '*/*.js', true], ['a/b/c.js', '**/*.js', true], ['.x', '*', false], ['.x', '.*', true], ['a/.x/b', '**', false],
    ['b', '{a,b}', true], ['a3', 'a{1..3}', true], ['ab', '[!a]b', false], ['foo', '@(foo|bar)', true], ['baz', '!(foo|bar)', true],
    ['a', '?', true], ['a/', 'a', true], ['', '', true],
  ])('matchesGlob(%j, %j) is %j', (name, pattern, output) => {
    expect(posix.matchesGlob(name, pattern)).toBe(output)
  })
})
