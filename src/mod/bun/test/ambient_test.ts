// Nothing of bun:test is imported here: its names are simply there.
declare const test: any, it: any, describe: any, expect: any, beforeEach: any, jest: any, vi: any

describe('names without an import', () => {
  let n = 0
  beforeEach(() => { n++ })
  test('are bound and are not properties of globalThis', () => {
    expect(n).toBe(1)
    expect(typeof jest.fn + typeof vi.spyOn).toBe('functionfunction')
    for (const name of ['test', 'it', 'describe', 'expect', 'beforeEach', 'jest']) expect(name in globalThis).toBe(false)
  })
  it('are the same as the imported ones', async () => {
    const bunTest = await import('bun:test')
    expect(bunTest.test === test && bunTest.expect === expect && bunTest.it === it).toBe(true)
  })
})

test('a test that blocks longer than its time has failed', async () => {
  const fs = await import('node:fs'), os = await import('node:os'), path = await import('node:path')
  const { spawnSync } = await import('node:child_process')
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bao-test-'))
  try {
    fs.writeFileSync(path.join(folder, 'late.test.js'), "test('late', () => { const end = Date.now() + 30; while (Date.now() < end); }, 10)")
    const done = spawnSync(process.execPath, ['test'], { cwd: folder, encoding: 'utf8' })
    expect(done.stderr).toContain('^ this test timed out after 10ms.')
    expect(done.status).toBe(1)
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
})

describe('bao test', () => {
  test('a report for machines holds each failure on one line of its own', async () => {
    const fs = await import('node:fs'), os = await import('node:os'), path = await import('node:path')
    const { spawnSync } = await import('node:child_process')
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bao-test-'))
    try {
      fs.writeFileSync(path.join(folder, 'a.test.js'), "test('a', () => { throw new Error('one\\n<two>') })")
      spawnSync(process.execPath, ['test', '--reporter=junit', '--reporter-outfile=r.xml'], { cwd: folder })
      expect(fs.readFileSync(path.join(folder, 'r.xml'), 'utf8')).toContain('<failure type="AssertionError" message="one&#10;&#60;two&#62;">Error: one&#10;')
      const done = spawnSync(process.execPath, ['test', '-t', '('], { cwd: folder, encoding: 'utf8' })
      expect(done.stderr).toContain('error: --test-name-pattern expects a valid regular expression but received "("')
      expect(done.status).toBe(1)
    } finally {
      fs.rmSync(folder, { recursive: true })
    }
  })
})
