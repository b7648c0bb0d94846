import { describe, expect, test } from 'bun:test'
import process from 'node:process'
import os from 'node:os'

function code(fn: () => unknown): any {
  try {
    fn()
  } catch (error: any) {
    return error.code ?? error.name
  }
  return undefined
}

describe('process', () => {
  test('the environment holds texts only', () => {
    process.env.BAO_TEST = 5 as any
    expect(process.env.BAO_TEST).toBe('5')
    expect('BAO_TEST' in process.env).toBe(true)
    expect(Object.keys(process.env).includes('BAO_TEST')).toBe(true)
    expect(delete process.env.BAO_TEST).toBe(true)
    expect(process.env.BAO_TEST).toBe(undefined)
    expect(code(() => { process.env.BAO_TEST = Symbol('s') as any })).toBe('TypeError')
    expect(code(() => Object.defineProperty(process.env, 'Q', { value: 1 }))).toBe('ERR_INVALID_OBJECT_DEFINE_PROPERTY')
  })
  test('numbers and names', () => {
    expect(process.pid > 0 && process.ppid > 0).toBe(true)
    expect(process.platform).toBe('linux')
    expect(/^v26\./.test(process.version)).toBe(true)
    expect(process.version).toBe(`v${process.versions.node}`)
    expect(process.argv.length >= 1).toBe(true)
    expect(process.release.name).toBe('node')
    expect(process.arch).toBe(os.arch())
    expect(Object.prototype.toString.call(process)).toBe('[object process]')
    expect(process.memoryUsage().rss > 1e6 && process.memoryUsage.rss() > 1e6).toBe(true)
    expect(Object.keys(process.resourceUsage()).length).toBe(16)
    expect(process.uptime() > 0).toBe(true)
  })
  test('hrtime goes on', () => {
    const before = process.hrtime(), big = process.hrtime.bigint()
    const [seconds, rest] = process.hrtime(before)
    expect(seconds >= 0 && rest >= 0 && rest < 1e9).toBe(true)
    expect(process.hrtime.bigint() >= big).toBe(true)
    expect(code(() => process.hrtime([1] as any))).toBe('ERR_OUT_OF_RANGE')
  })
  test('cwd and chdir', () => {
    const before = process.cwd()
    process.chdir('/')
    expect(process.cwd()).toBe('/')
    process.chdir(before)
    let error: any
    try { process.chdir('/nope') } catch (e) { error = e }
    expect([error.code, error.syscall, error.path, error.dest]).toEqual(['ENOENT', 'chdir', before, '/nope'])
  })
  test('umask is given back', () => {
    const before = process.umask(0o77)
    expect(process.umask(before)).toBe(0o77)
    expect(code(() => process.umask('99'))).toBe('ERR_INVALID_ARG_VALUE')
  })
  test('ticks come before promise jobs, in their order', async () => {
    const order: unknown[] = []
    await new Promise<void>(resolve => {
      setImmediate(() => {
        Promise.resolve().then(() => order.push('job'))
        process.nextTick((...args: unknown[]) => order.push(...args), 'tick', 1)
        process.nextTick(() => order.push('tick 2'))
        setImmediate(resolve)
      })
    })
    expect(order).toEqual(['tick', 1, 'tick 2', 'job'])
  })
  test('a signal is heard while somebody listens', async () => {
    const got: any = await new Promise(resolve => {
      const timer = setTimeout(() => {}, 10000)
      process.once('SIGUSR2', (...args) => {
        clearTimeout(timer)
        resolve(args)
      })
      process.kill(process.pid, 'SIGUSR2')
    })
    expect(got).toEqual(['SIGUSR2', 12])
    expect(process.listenerCount('SIGUSR2')).toBe(0)
  })
  test('arguments are checked', () => {
    expect(code(() => process.kill('a' as any))).toBe('ERR_INVALID_ARG_TYPE')
    expect(code(() => process.kill(process.pid, 'X' as any))).toBe('ERR_UNKNOWN_SIGNAL')
    expect(code(() => process.nextTick(1 as any))).toBe('ERR_INVALID_ARG_TYPE')
    expect(code(() => process.emitWarning(1 as any))).toBe('ERR_INVALID_ARG_TYPE')
    expect(code(() => { process.exitCode = 'x' as any })).toBe('ERR_INVALID_ARG_TYPE')
    expect(process.kill(process.pid, 0)).toBe(true)
  })
  test('warnings are events', async () => {
    const warning: any = await new Promise(resolve => {
      process.once('warning', resolve)
      process.emitWarning('careful', { type: 'TestWarning', code: 'T1', detail: 'more' })
    })
    expect([warning.name, warning.message, warning.code, warning.detail]).toEqual(['TestWarning', 'careful', 'T1', 'more'])
  })
})

describe('os', () => {
  test('the machine is told of', () => {
    expect(os.EOL).toBe('\n')
    expect(os.type()).toBe('Linux')
    expect(os.cpus().length >= 1 && os.availableParallelism() >= 1).toBe(true)
    expect(os.totalmem() > os.freemem()).toBe(true)
    expect(os.loadavg().length).toBe(3)
    expect(os.constants.signals.SIGKILL).toBe(9)
    expect(os.constants.errno.ENOENT).toBe(2)
    expect(os.userInfo().uid).toBe(process.getuid!())
    expect(os.hostname().length > 0 && os.release().length > 0).toBe(true)
    expect(`${os.tmpdir}`).toBe(os.tmpdir())
  })
})
