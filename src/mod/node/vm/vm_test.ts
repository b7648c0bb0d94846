import { describe, expect, test } from 'bun:test'
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
