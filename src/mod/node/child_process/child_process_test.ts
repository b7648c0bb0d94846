import { describe, expect, test } from 'bun:test'
import { exec, execFile, execFileSync, execSync, fork, spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

function ended(child: any): Promise<[number | null, string | null]> {
  return new Promise(resolve => child.on('close', (code: any, signal: any) => resolve([code, signal])))
}

describe('child_process', () => {
  test('a child is fed, read and ends with its code', async () => {
    const child = spawn('sh', ['-c', 'cat; echo bad >&2; exit 3'])
    let out = '', err = ''
    child.stdout.on('data', part => { out += part })
    child.stderr.on('data', part => { err += part })
    child.stdin.end('hello')
    expect(await ended(child)).toEqual([3, null])
    expect([out, err]).toEqual(['hello', 'bad\n'])
  })
  test('much goes both ways', async () => {
    const child = spawn('cat'), size = 2000000
    let n = 0
    child.stdout.on('data', part => { n += part.length })
    child.stdin.end(Buffer.alloc(size, 97))
    await ended(child)
    expect(n).toBe(size)
  })
  test('what cannot be started is an error event', async () => {
    const error: any = await new Promise(resolve => spawn('no-such-program', ['x']).on('error', resolve))
    expect([error.code, error.syscall, error.path, error.spawnargs]).toEqual(['ENOENT', 'spawn no-such-program', 'no-such-program', ['x']])
  })
  test('kill, timeout and signal end it', async () => {
    const one = spawn('sleep', ['9'])
    expect(one.kill()).toBe(true)
    expect(await ended(one)).toEqual([null, 'SIGTERM'])
    expect(await ended(spawn('sleep', ['9'], { timeout: 10, killSignal: 'SIGKILL' }))).toEqual([null, 'SIGKILL'])
    const controller = new AbortController(), two = spawn('sleep', ['9'], { signal: controller.signal })
    const name = new Promise(resolve => two.on('error', (error: any) => resolve(error.name)))
    controller.abort()
    expect(await name).toBe('AbortError')
  })
  test('exec collects, and fails with all it knows', async () => {
    expect(await promisify(exec)('echo hi')).toEqual({ stdout: 'hi\n', stderr: '' })
    const error: any = await promisify(exec)('echo out; echo err >&2; exit 2').catch(e => e)
    expect([error.code, error.stdout, error.stderr, error.cmd]).toEqual([2, 'out\n', 'err\n', 'echo out; echo err >&2; exit 2'])
    const tooMuch: any = await new Promise(resolve => execFile('yes', { maxBuffer: 100 }, resolve))
    expect(tooMuch.code).toBe('ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
  })
  test('the environment and the folder are the given ones', () => {
    expect(execSync('echo $X; pwd', { env: { X: 'y', PATH: process.env.PATH }, cwd: '/', encoding: 'utf8' })).toBe('y\n/\n')
    process.env.BAO_CHILD = 'seen'
    expect(String(execFileSync('printenv', ['BAO_CHILD']))).toBe('seen\n')
    delete process.env.BAO_CHILD
  })
  test('spawnSync tells all at once', () => {
    const result = spawnSync('sh', ['-c', 'cat >&2; kill -9 $$'], { input: 'in', encoding: 'utf8' })
    expect([result.status, result.signal, result.stdout, result.stderr]).toEqual([null, 'SIGKILL', '', 'in'])
    expect((spawnSync('no-such-program').error as any).code).toBe('ENOENT')
    expect((spawnSync('sleep', ['9'], { timeout: 10 }).error as any).code).toBe('ETIMEDOUT')
  })
  test('fork talks both ways', async () => {
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fork-')), file = path.join(dir, 'child.cjs')
    fs.writeFileSync(file, `process.on('message', m => { process.send({ got: m, args: process.argv.slice(2) }); if (m === 'bye') process.disconnect() })
process.send(process.env.NODE_CHANNEL_FD === undefined)`)
    const child = fork(file, ['x'], { execArgv: [] }), got: unknown[] = []
    child.on('message', message => {
      got.push(message)
      if (message === true) {
        child.send({ a: 1 })
        child.send('bye')
      }
    })
    expect(await ended(child)).toEqual([0, null])
    expect(got).toEqual([true, { got: { a: 1 }, args: ['x'] }, { got: 'bye', args: ['x'] }])
    expect(child.connected).toBe(false)
    fs.rmSync(dir, { recursive: true })
  })
})
