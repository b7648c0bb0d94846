import { describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import vm from 'node:vm'

const failure = (run: () => unknown): any => {
  try {
    run()
  } catch (error) {
    return error
  }
}

describe('contexts', () => {
  const sandbox: any = vm.createContext({ x: 2, list: [1], twice: (n: number) => n * 2 })

  test('names are the sandbox\'s, declarations reach it', () => {
    expect(vm.runInContext('x += 40; var y = 17; function f() { return x + y } let z = 5; class K {} q = 9; f()', sandbox)).toBe(59)
    expect([sandbox.x, sandbox.y, typeof sandbox.f, sandbox.z, sandbox.K, sandbox.q]).toEqual([42, 17, 'function', undefined, undefined, 9])
    expect(sandbox.f()).toBe(59)
  })
  test('the next text goes on', () => {
    expect(vm.runInContext('[z, typeof K, y, q, twice(x)].join()', sandbox)).toBe('5,function,17,9,84')
    sandbox.y = 100
    sandbox.added = 'a'
    expect(vm.runInContext('y + added + f()', sandbox)).toBe('100a142')
    vm.runInContext('this.t1 = 1; globalThis.t2 = 2; (function () { y = 3 })()', sandbox)
    expect([sandbox.t1, sandbox.t2, sandbox.y]).toEqual([1, 2, 3])
    expect(vm.runInContext('this === globalThis && ["x" in this, "nope" in this, typeof nope, typeof process, typeof require].join()', sandbox))
      .toBe('true,false,undefined,undefined,undefined')
    vm.runInContext('delete globalThis.q', sandbox)
    expect('q' in sandbox).toBe(false)
    expect(vm.runInContext('Object.keys(globalThis)', sandbox).includes('added')).toBe(true)
  })
  test('its builtins are its own', () => {
    expect(vm.runInContext('[list instanceof Array, [] instanceof Array].join()', sandbox)).toBe('false,true')
    expect(vm.runInNewContext('Array', { Array: 5 })).toBe(5)
    const error = failure(() => vm.runInContext('throw new TypeError("e")', sandbox))
    expect([error instanceof TypeError, error.name, error.message]).toEqual([false, 'TypeError', 'e'])
    expect(failure(() => vm.runInContext('nope', sandbox)).name).toBe('ReferenceError')
    expect(failure(() => vm.runInContext('"use strict"; undeclared = 5', sandbox)).name).toBe('ReferenceError')
    expect(failure(() => vm.runInContext('let z = 6', sandbox)).name).toBe('SyntaxError')
  })
  test('many are apart, and one can be made twice', () => {
    const all = Array.from({ length: 20 }, (_, i) => vm.createContext({ i }))
    const script = new vm.Script('count = (typeof count === "undefined" ? 0 : count) + i')
    for (const each of [...all, ...all]) script.runInContext(each)
    expect(all.map((each: any) => each.count)).toEqual(all.map((_, i) => 2 * i))
    expect(vm.createContext(sandbox)).toBe(sandbox)
    expect([vm.isContext(sandbox), vm.isContext({})]).toEqual([true, false])
  })
  test('what it made runs later, also asynchronously', async () => {
    const context: any = vm.createContext({ log: [] as unknown[] })
    vm.runInContext('async function later() { await null; globalThis.done = 1; log.push(typeof done) } later()', context)
    await new Promise(resolve => setTimeout(resolve, 1))
    expect([context.done, context.log]).toEqual([1, ['number']])
  })
  test('its global object is seen from outside', () => {
    const context: any = vm.createContext({ a: 1 }), global: any = vm.runInContext('this', context)
    global.set = 5
    vm.runInContext('this.inside = set + a', context)
    expect([global.a, global.inside, context.set, context.inside, 'inside' in global, Object.keys(global).includes('set')]).toEqual([1, 6, 5, 6, true, true])
  })
  test('eval by another name is its own', () => {
    for (const text of ['(0, eval)("typeof q")', 'var e = eval; e("typeof q")', 'globalThis.eval("typeof q")', '(0, eval)("this === globalThis") && typeof q', 'eval("typeof q")']) {
      expect(vm.runInNewContext(text, { q: 1 })).toBe('number')
    }
    expect(vm.runInNewContext('(0, eval)("5")', { eval: () => 7 })).toBe(7)
    expect(vm.runInThisContext('(0, eval)("this === globalThis")')).toBe(true)
  })
  test('texts are lowered', () => {
    expect(vm.runInNewContext('let seen = []; { using r = { [Symbol.dispose]() { seen.push("gone") } }; seen.push("used") } seen.join()')).toBe('used,gone')
  })
})

describe('this context', () => {
  test('is the global one', () => {
    (globalThis as any).vmGiven = 1
    expect(vm.runInThisContext('var vmMade = vmGiven + 5; vmMade')).toBe(6)
    expect((globalThis as any).vmMade).toBe(6)
    const local = 5
    expect(vm.runInThisContext('typeof local') + typeof local).toBe('undefinednumber')
    expect(new vm.Script('1 + 1', 'name.js').runInThisContext()).toBe(2)
  })
  test('compileFunction', () => {
    expect(vm.compileFunction('return a + b + this.c', ['a', 'b']).call({ c: 3 }, 1, 2)).toBe(6)
    expect(vm.compileFunction('return ext', [], { contextExtensions: [{ ext: 7 }] })()).toBe(7)
    const context = vm.createContext({ x: 'in' })
    expect(vm.compileFunction('return x', [], { parsingContext: context })()).toBe('in')
    expect(vm.compileFunction('', ['a', 'b']).length).toBe(2)
  })
})

describe('what is wrong', () => {
  test.each([
    [() => vm.runInContext('1', {}), 'ERR_INVALID_ARG_TYPE'],
    [() => vm.isContext(5 as any), 'ERR_INVALID_ARG_TYPE'],
    [() => vm.createContext(5 as any), 'ERR_INVALID_ARG_TYPE'],
    [() => vm.compileFunction(5 as any), 'ERR_INVALID_ARG_TYPE'],
    [() => new vm.Script('1', { filename: 5 as any }), 'ERR_INVALID_ARG_TYPE'],
    [() => new vm.Script('1', 5 as any), 'ERR_INVALID_ARG_TYPE'],
    [() => vm.runInThisContext('1', { timeout: -1 }), 'ERR_OUT_OF_RANGE'],
    [() => vm.createContext({}, { name: 5 as any }), 'ERR_INVALID_ARG_TYPE'],
  ])('case %#', (run: () => unknown, code: string) => {
    expect(failure(run).code).toBe(code)
  })
  test('syntax, before anything runs', () => {
    expect(failure(() => new vm.Script('let a = ;')).name).toBe('SyntaxError')
    expect(failure(() => vm.runInThisContext('globalThis.vmNever = 1; a b')).name).toBe('SyntaxError')
    expect('vmNever' in globalThis).toBe(false)
  })
})

const TIMED_OUT = ['ERR_SCRIPT_EXECUTION_TIMEOUT', 'Script execution timed out after 20ms']
const timedOut = (run: () => unknown): string[] => {
  const error = failure(run)
  return [error.code, error.message]
}

describe('timeout', () => {
  test.each([
    'for(;;);', 'while (true) { try { for(;;); } catch { escaped = 1 } finally { escaped = 2 } }', 'new Promise(() => { for(;;); })',
    '[1].forEach(() => { for(;;); })', '(function* () { for(;;) yield 1 })().forEach(() => {})', 'eval("for(;;);")', 'JSON.stringify({ toJSON() { for(;;); } })',
    'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)',
  ])('ends %s', (text: string) => {
    (globalThis as any).escaped = 0
    expect(timedOut(() => vm.runInThisContext(text, { timeout: 20 }))).toEqual(TIMED_OUT)
    expect((globalThis as any).escaped).toBe(0)
    expect(timedOut(() => vm.runInNewContext(text, { escaped: 0 }, { timeout: 20 }))).toEqual(TIMED_OUT)
  })
  test('what was done before stays, and everything goes on', async () => {
    const sandbox: any = vm.createContext({})
    expect(timedOut(() => vm.runInContext('var done = 1; for(;;);', sandbox, { timeout: 20 }))).toEqual(TIMED_OUT)
    expect(sandbox.done).toBe(1)
    expect(vm.runInContext('done + 1', sandbox, { timeout: 10000 })).toBe(2)
    for (let i = 0; i < 20; i++) expect(failure(() => vm.runInThisContext('for(;;);', { timeout: 1 })).code).toBe(TIMED_OUT[0])
    expect(await Promise.all([1, 2].map(async each => { await null; return each }))).toEqual([1, 2])
    await new Promise(resolve => setTimeout(resolve, 1))
  })
  test('nested: the inner one is caught by the outer text, the outer one by nobody within', () => {
    const log: string[] = [], inner = (timeout?: number) => () => vm.runInThisContext('for(;;);', timeout === undefined ? {} : { timeout })
    expect(vm.runInNewContext('try { inner() } catch (e) { e.message }', { inner: inner(20) }, { timeout: 100000 })).toBe(TIMED_OUT[1])
    for (const each of [inner(), inner(100000), () => [1].map(() => { for (;;); })]) {
      expect(timedOut(() => vm.runInNewContext('try { inner() } catch { log.push("caught") } finally { log.push("fin") }; log.push("after")',
        { inner: each, log }, { timeout: 20 }))).toEqual(TIMED_OUT)
    }
    expect(log).toEqual([])
  })
  test('breakOnSigint', () => {
    const run = (text: string): any => JSON.parse(spawnSync(process.execPath, ['-e', `const vm = require('vm'), out = {}
      const tell = () => { console.log(JSON.stringify(out)); process.exit() }
      process.on('SIGINT', () => { out.heard = true; tell() })
      ${text}
      setTimeout(tell, 'value' in out ? 1000000 : 20)`], { encoding: 'utf8' }).stdout)
    const kill = 'process.kill(process.pid, "SIGINT"); for(;;);'
    expect(run(`try { vm.runInNewContext('${kill}', { process }, { breakOnSigint: true }) } catch (e) { out.code = e.code; out.message = e.message }`))
      .toEqual({ code: 'ERR_SCRIPT_EXECUTION_INTERRUPTED', message: 'Script execution was interrupted by `SIGINT`' })
    expect(run('out.value = vm.runInThisContext("5", { breakOnSigint: true }); process.kill(process.pid, "SIGINT")')).toEqual({ value: 5, heard: true })
    expect(run(`try { vm.runInThisContext('for(;;);', { breakOnSigint: true, timeout: 20 }) } catch (e) { out.code = e.code }`)).toEqual({ code: TIMED_OUT[0] })
  }, 60000)
})

describe('stored texts', () => {
  const text = 'globalThis.stored = (globalThis.stored ?? 0) + 1; function f() { return 5 } f()'
  test('of a script', () => {
    const data = new vm.Script(text).createCachedData(), again = new vm.Script(text, { cachedData: data })
    expect([Buffer.isBuffer(data), again.cachedDataRejected, again.runInThisContext()]).toEqual([true, false, 5])
    const other: any = new vm.Script('globalThis.other = 1; 7', { cachedData: data })
    expect([other.cachedDataRejected, other.runInThisContext()]).toEqual([true, 7])
    const torn = Buffer.from(data)
    torn[torn.length - 3]! ^= 1
    const made: any = new vm.Script(`${text} `, { cachedData: new Uint8Array(torn) })
    expect([made.cachedDataRejected, made.runInThisContext()]).toEqual([true, 5])
    const produced: any = new vm.Script('1', { produceCachedData: true })
    expect([produced.cachedDataProduced, Buffer.isBuffer(produced.cachedData), produced.cachedDataRejected]).toEqual([true, true, undefined])
    const sandbox: any = vm.createContext({})
    new vm.Script('var declared = 3', { cachedData: new vm.Script('var declared = 3').createCachedData() }).runInContext(sandbox)
    expect(sandbox.declared).toBe(3)
  })
  test('of a function', () => {
    const make: any = (options: object) => vm.compileFunction('return a + 1', ['a'], options)
    const first = make({ produceCachedData: true }), second = make({ cachedData: first.cachedData })
    expect([first.cachedDataProduced, second.cachedDataRejected, second(1), 'cachedData' in second]).toEqual([true, false, 2, false])
  })
})

describe('import() in a text', () => {
  const MAIN = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER
  const codeOf = async (run: () => any): Promise<string> => run().then(() => 'none', (error: any) => error.code)
  test('needs an option', async () => {
    const given: any = { importModuleDynamically: () => import('node:os') }
    expect(await codeOf(() => new vm.Script('import("node:os")').runInThisContext())).toBe('ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING')
    expect(await codeOf(() => vm.runInNewContext('import("node:os")'))).toBe('ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING')
    expect(await codeOf(vm.compileFunction('return import("node:os")') as any)).toBe('ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING')
    expect(await codeOf(() => new vm.Script('import("node:os")', given).runInThisContext())).toBe('ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING_FLAG')
    expect(failure(() => new vm.Script('1', { importModuleDynamically: 5 as any })).code).toBe('ERR_INVALID_ARG_TYPE')
  })
  test('goes to the loader of the program', async () => {
    const options: any = { importModuleDynamically: MAIN, filename: `${import.meta.dirname}/none.js` }
    expect((await (new vm.Script('import("node:os")', options).runInNewContext() as any)).EOL).toBe('\n')
    expect((await (vm.compileFunction('return import("node:os")', [], options) as any)()).EOL).toBe('\n')
    expect(await codeOf(() => new vm.Script('import("./nowhere.mjs")', options).runInThisContext())).toBe('ERR_MODULE_NOT_FOUND')
  })
})

describe('contexts that may less, or run their jobs at once', () => {
  test('no code of strings', () => {
    const run = (text: string) => failure(() => vm.runInNewContext(text, {}, { contextCodeGeneration: { strings: false } }))
    for (const text of ['eval("1")', 'new Function("return 1")', '(async () => {}).constructor("1")', '(0, eval)("1")']) {
      expect([run(text).name, run(text).message]).toEqual(['EvalError', 'Code generation from strings disallowed for this context'])
    }
    expect(vm.runInNewContext('eval("1 + 1")')).toBe(2)
  })
  test('no WebAssembly', async () => {
    const options = { contextCodeGeneration: { wasm: false } }, bytes = 'new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])'
    expect(failure(() => vm.runInNewContext(`new WebAssembly.Module(${bytes})`, {}, options)).message).toBe('WebAssembly.Module(): Wasm code generation disallowed by embedder')
    expect((await vm.runInNewContext(`WebAssembly.compile(${bytes})`, {}, options).catch((e: any) => e)).name).toBe('CompileError')
    expect((await vm.runInNewContext(`WebAssembly.instantiate(${bytes})`, {}, options).catch((e: any) => e)).name).toBe('CompileError')
    expect(vm.runInNewContext(`WebAssembly.validate(${bytes})`, {}, options)).toBe(true)
  })
  test.each([
    [() => vm.createContext({}, { codeGeneration: { strings: 1 as any } }), 'ERR_INVALID_ARG_TYPE'],
    [() => vm.runInNewContext('1', {}, { contextCodeGeneration: { wasm: 1 as any } }), 'ERR_INVALID_ARG_TYPE'],
    [() => vm.createContext({}, { microtaskMode: 'never' as any }), 'ERR_INVALID_ARG_VALUE'],
    [() => vm.runInThisContext('1', { timeout: 0 }), 'ERR_OUT_OF_RANGE'],
  ])('case %#', (run: () => unknown, code: string) => {
    expect(failure(run).code).toBe(code)
  })
  test('promise jobs run after the text, and only its own', async () => {
    const log: string[] = [], context: any = vm.createContext({ log }, { microtaskMode: 'afterEvaluate' })
    const outer = Promise.resolve().then(() => log.push('outer'))
    vm.runInContext('Promise.resolve().then(() => log.push("one")).then(() => log.push("two")); (async () => { await 1; log.push("awaited") })(); log.push("text")', context)
    log.push('after')
    await outer
    expect([log[0], ...log.slice(1, 4).sort(), ...log.slice(4)]).toEqual(['text', 'awaited', 'one', 'two', 'after', 'outer'])
    vm.runInContext('within = () => 0; Promise.resolve().then(() => log.push("again"))', context)
    expect(log.at(-1)).toBe('again')
  })
  // Node ends them too, but its own test runner does not survive it.
  test.skipIf(!process.versions.bao)('so a timeout ends them too', async () => {
    const options: any = { microtaskMode: 'afterEvaluate', timeout: 20 }
    expect(timedOut(() => vm.runInNewContext('Promise.resolve().then(() => { for(;;); })', {}, options))).toEqual(TIMED_OUT)
    expect(timedOut(() => vm.runInNewContext('(async () => { for (;;) await 1 })()', {}, options))).toEqual(TIMED_OUT)
    await null
    expect(failure(() => vm.runInNewContext('throw 5', {}, options))).toBe(5)
  })
})

describe('measureMemory', () => {
  test('tells of the heap', async () => {
    const { total } = await vm.measureMemory({ execution: 'eager' }) as any
    expect([total.jsMemoryEstimate > 100000, total.jsMemoryRange.length]).toEqual([true, 2])
    expect(failure(() => vm.measureMemory({ mode: 'x' as any })).code).toBe('ERR_INVALID_ARG_VALUE')
  })
  test.skipIf(!process.versions.bao)('but not of each context', async () => {
    expect((await vm.measureMemory({ mode: 'detailed' }).catch((e: any) => e)).code).toBe('ERR_NOT_IMPLEMENTED')
  })
})

describe('places', () => {
  const places = (run: () => unknown): string[] => [...(failure(run)?.stack ?? '').matchAll(/place\.js:\d+:\d+/g)].map((m) => m[0])
  const at = { filename: 'place.js', lineOffset: 3, columnOffset: 5 }
  test('in stacks of functions are those of their text', () => {
    expect(places(vm.compileFunction('throw new Error("x")', [], { filename: 'place.js' }) as any)).toEqual(['place.js:1:7'])
    expect(places(vm.compileFunction(' throw new Error("x")', ['a', 'b'], at) as any)).toEqual(['place.js:4:13'])
    expect(places(vm.compileFunction('const z = 1;\n  throw new Error("x")', ['a'], at) as any)).toEqual(['place.js:5:9'])
    expect(places(vm.compileFunction('throw new Error(a)', [], { ...at, contextExtensions: [{ a: 1 }] }) as any)).toEqual(['place.js:4:12'])
  })
  test('in stacks of scripts are those of their text, lowered or stored', async () => {
    const text = 'async function f() { await 0; g() }; function g() { throw new Error("x") }; f()'
    const script = new vm.Script(text, { filename: 'place.js', columnOffset: 2 })
    for (const s of [script, new vm.Script(text, { filename: 'place.js', columnOffset: 2, cachedData: script.createCachedData() })]) {
      const error = await (s.runInThisContext() as Promise<void>).catch((e) => e)
      expect(places(() => { throw error })).toEqual(['place.js:1:61', 'place.js:1:33'])
    }
    expect(places(() => vm.runInNewContext('\n  nope', {}, 'place.js'))).toContain('place.js:2:3')
  })
  test('of what does not parse stand before the stack, with the line', () => {
    const head = (run: () => unknown): string[] => failure(run).stack.split('\n').slice(0, 4)
    expect(head(() => new vm.Script('1;\n\ta b', { filename: 'place.js', lineOffset: 2 }))).toEqual(['place.js:4', '\ta b', '\t  ^', ''])
    expect(head(() => vm.compileFunction('a b', ['c'], { filename: 'place.js' }))).toEqual(['place.js:1', 'a b', '  ^', ''])
  })
})
