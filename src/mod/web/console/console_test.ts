import { execFileSync } from 'node:child_process'
import { Console } from 'node:console'
import { describe, expect, test } from 'bun:test'

function recorder(options: object = {}): { console: any; out: () => string; err: () => string } {
  const texts = ['', '']
  const stream = (i: number): any => ({ write(text: string) { texts[i] += text }, listenerCount: () => 1, once() {}, removeListener() {} })
  const console = new (Console as any)({ stdout: stream(0), stderr: stream(1), ...options })
  return { console, out: () => texts[0]!, err: () => texts[1]! }
}

describe('console', () => {
  test('the global one has everything', () => {
    for (const name of ['log', 'info', 'debug', 'warn', 'error', 'dir', 'dirxml', 'table', 'group', 'groupEnd', 'groupCollapsed', 'time', 'timeEnd',
      'timeLog', 'count', 'countReset', 'trace', 'assert', 'clear']) expect(typeof (console as any)[name]).toBe('function')
    expect(Object.prototype.toString.call(console)).toBe('[object console]')
    expect(console instanceof Console).toBe(true)
  })

  test('log and info go out, warn and error elsewhere', () => {
    const { console, out, err } = recorder()
    console.log('%s is %d', 'a', 1, { b: [2] })
    console.info()
    console.warn('w')
    console.error(new Map([[1, 2]]))
    expect(out()).toBe('a is 1 { b: [ 2 ] }\n\n')
    expect(err()).toBe('w\nMap(1) { 1 => 2 }\n')
  })

  test('simple values are told as inspect tells them', () => {
    const program = `console.log(200); console.log(1, 'a', true, null, undefined, -0, NaN); console.log('a', 1); console.log('%', 'b')
      require('util').inspect.defaultOptions.numericSeparator = true; console.log(123456, 'x')
      require('util').inspect.defaultOptions.colors = true; console.log(5, 'x')`
    expect(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' })).toBe(
      "200\n1 a true null undefined -0 NaN\na 1\n% b\n123_456 x\n\x1b[33m5\x1b[39m x\n")
  })

  test('groups indent every line', () => {
    const { console, out } = recorder({ groupIndentation: 3 })
    console.group('one')
    console.log('a\nb')
    console.group()
    console.log('c')
    console.groupEnd()
    console.groupEnd()
    console.groupEnd()
    console.log('d')
    expect(out()).toBe('one\n   a\n   b\n      c\nd\n')
  })

  test('counts and asserts', () => {
    const { console, out, err } = recorder()
    console.count()
    console.count('x')
    console.count()
    console.countReset()
    console.count()
    console.assert(true, 'no')
    console.assert(false)
    console.assert(false, 'why %s', 1)
    console.assert(0, { a: 1 })
    expect(out()).toBe('default: 1\nx: 1\ndefault: 2\ndefault: 1\n')
    expect(err()).toBe('Assertion failed\nAssertion failed: why 1\nAssertion failed { a: 1 }\n')
  })

  test('tables', () => {
    const { console, out } = recorder()
    console.table([{ a: 1, b: 'x' }, { a: 2 }])
    console.table(new Map([['k', 1]]))
    console.table([1, 'b'])
    console.table(5)
    expect(out()).toBe([
      '┌─────────┬───┬─────┐', '│ (index) │ a │ b   │', '├─────────┼───┼─────┤', "│ 0       │ 1 │ 'x' │", '│ 1       │ 2 │     │', '└─────────┴───┴─────┘',
      '┌───────────────────┬─────┬────────┐', '│ (iteration index) │ Key │ Values │', '├───────────────────┼─────┼────────┤',
      "│ 0                 │ 'k' │ 1      │", '└───────────────────┴─────┴────────┘',
      '┌─────────┬────────┐', '│ (index) │ Values │', '├─────────┼────────┤', '│ 0       │ 1      │', "│ 1       │ 'b'    │", '└─────────┴────────┘', '5', ''].join('\n'))
  })

  test('dir takes options, time is told', () => {
    const { console, out } = recorder()
    console.dir({ a: { b: {} } }, { depth: 0 })
    console.time('t')
    console.timeLog('t', 'more')
    console.timeEnd('t')
    const lines = out().split('\n')
    expect(lines[0]).toBe('{ a: [Object] }')
    expect(lines[1]).toMatch(/^t: \d+(\.\d+)?m?s more$/)
    expect(lines[2]).toMatch(/^t: \d+(\.\d+)?m?s$/)
  })

  test('trace names itself', () => {
    const { console, err } = recorder()
    console.trace('here %d', 1)
    expect(err().split('\n')[0]).toBe('Trace: here 1')
    expect(err()).toContain('\n    at ')
  })

  test('a Console wants streams', () => {
    expect(() => new (Console as any)()).toThrow('Console expects a writable stream instance for stdout')
  })
})
