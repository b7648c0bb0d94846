// `bao test`: the files were found by the command; here they are loaded, run and reported.
import { collecting, globalSuite } from './collect.ts'
import { setColours } from './colours.ts'
import { state } from './expect.ts'
import { reporter, say, style, summary, writeJUnit } from './report.ts'
import { begin, runFile, runGlobalHooks, stray, totals } from './runner.ts'
import { closeSnapshots, openSnapshots, settings } from './snapshot.ts'

/** What the command read from its line; see cli/cmd_test.c. */
type Plan = {
  files: string[]; preload: string[]; agents: string[]; filter?: string; timeout?: number; bail?: number; retry?: number; rerunEach?: number; todo?: boolean; only?: boolean
  concurrent?: boolean; maxConcurrency?: number; randomize?: boolean; seed?: number; updateSnapshots?: boolean; dots?: boolean; onlyFailures?: boolean
  junit?: string; passWithNoTests?: boolean; colours?: boolean
}
type Host = {
  load: (path: string, fresh: boolean) => Promise<unknown>; onStray: (f: (error: unknown) => void) => void
  declareNames: (values: Record<string, unknown>) => void
}

// What test files may use without an import.
const ambient = [
  'test', 'it', 'describe', 'expect', 'expectTypeOf', 'beforeAll', 'beforeEach', 'afterAll', 'afterEach', 'onTestFinished', 'jest', 'vi',
  'xit', 'xtest', 'xdescribe', 'setDefaultTimeout',
]

// A small generator with a seed (mulberry32), so that an order can be had again.
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export async function main(plan: Plan, host: Host): Promise<number> {
  const start = performance.now()
  const env = process.env
  setColours(plan.colours ?? false)
  Object.assign(style, { dots: plan.dots ?? false, onlyFailures: plan.onlyFailures ?? false, quiet: Boolean(env.CLAUDECODE === '1' || env.REPL_ID === '1' || env.AGENT === '1'), github: env.GITHUB_ACTIONS === 'true' })
  Object.assign(settings, { update: plan.updateSnapshots ?? false, ci: Boolean(env.CI && env.CI !== 'false' && env.CI !== '0') })
  const seed = plan.seed ?? Math.floor(Math.random() * 2 ** 31)
  try {
    if (plan.filter !== undefined) new RegExp(plan.filter)
  } catch {
    say(`error: --test-name-pattern expects a valid regular expression but received ${JSON.stringify(plan.filter)}\n`)
    return 1
  }
  begin(reporter, {
    filter: plan.filter === undefined ? undefined : new RegExp(plan.filter), timeout: plan.timeout ?? 5000, bail: plan.bail ?? 0, retry: plan.retry ?? 0,
    todo: plan.todo ?? false, only: plan.only ?? false, concurrent: plan.concurrent ?? false, maxConcurrency: plan.maxConcurrency ?? 20,
    random: plan.randomize || plan.seed !== undefined ? random(seed) : undefined,
  })
  host.onStray(stray)
  const names = import.meta.builtin('bun:test').default as Record<string, unknown>
  host.declareNames(Object.fromEntries(ambient.map((name) => [name, names[name]])))

  for (const name of plan.agents) import.meta.builtin('node:module').default.createRequire(`${process.cwd()}/`)(name)
  collecting.suite = globalSuite
  for (const path of plan.preload) await host.load(path, false)
  await runGlobalHooks('beforeAll')
  for (const path of plan.files) {
    for (let n = 0; n < (plan.rerunEach ?? 1) && !totals.bailed; n++) {
      state.testPath = path
      openSnapshots(path)
      await runFile(path, (p) => host.load(p, n > 0))
      closeSnapshots()
    }
  }
  await runGlobalHooks('afterAll')

  const ms = performance.now() - start
  const ran = totals.pass + totals.fail + totals.skip + totals.todo
  if (plan.filter !== undefined && !ran && !totals.errors) {
    say(`\nerror: regex ${JSON.stringify(plan.filter)} matched 0 tests. Searched ${totals.files} file${totals.files === 1 ? '' : 's'} (skipping ${totals.filtered} test${totals.filtered === 1 ? '' : 's'}) [${ms.toFixed(2)}ms]\n`)
    return plan.passWithNoTests ? 0 : 1
  }
  if (plan.randomize || plan.seed !== undefined) say(`\n --seed=${seed}\n`)
  summary(ms)
  if (plan.junit) writeJUnit(plan.junit, ms)
  return totals.fail || totals.errors ? 1 : 0
}
