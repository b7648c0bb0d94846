import { describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'

const run = (code: string, input: string) => spawnSync(process.execPath, ['-e', code], { input, encoding: 'utf8' })

describe('Bun.stdin', () => {
  test('gives what is piped in as text, bytes and json', () => {
    expect(run('console.log(await Bun.stdin.text())', 'hey').stdout).toBe('hey\n')
    expect(run('console.log((await Bun.stdin.bytes()).length)', 'x'.repeat(200000)).stdout).toBe('200000\n')
    expect(run('console.log((await Bun.stdin.json()).a)', '{"a":1}').stdout).toBe('1\n')
  })
  test('streams', () => {
    expect(run('let n = 0; for await (const c of Bun.stdin.stream()) n += c.length; console.log(n)', 'y'.repeat(100000)).stdout).toBe('100000\n')
  })
})
