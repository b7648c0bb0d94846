// expect.any() and its kin: values that decide themselves what they equal.
import { asymmetric, equals } from './equal.ts'
import { print, printShort } from './print.ts'

export class Asymmetric {
  $$typeof = asymmetric
  #test: (x: any) => boolean
  #text: () => string
  inverse: boolean
  constructor(test: (x: any) => boolean, text: () => string, inverse = false) {
    this.#test = test
    this.#text = text
    this.inverse = inverse
  }
  asymmetricMatch(x: unknown): boolean { return this.#test(x) !== this.inverse }
  toAsymmetricMatcher(): string { return this.#text() }
  toString(): string { return this.#text() }
}

function isA(x: any, type: any): boolean {
  switch (type) {
    case String: return typeof x === 'string' || x instanceof String
    case Number: return typeof x === 'number' || x instanceof Number
    case Boolean: return typeof x === 'boolean' || x instanceof Boolean
    case BigInt: return typeof x === 'bigint' || x instanceof BigInt
    case Symbol: return typeof x === 'symbol' || x instanceof Symbol
    case Function: return typeof x === 'function'
    case Object: return typeof x === 'object' && x !== null
    default: return x instanceof type
  }
}

const need = (ok: boolean, what: string): void => { if (!ok) throw new TypeError(what) }

export function any(type: unknown): Asymmetric {
  need(typeof type === 'function', 'expect.any() expects to be passed a constructor function')
  return new Asymmetric((x) => isA(x, type), () => `Any<${(type as Function).name}>`)
}
export const anything = (): Asymmetric => new Asymmetric((x) => x !== undefined && x !== null, () => 'Anything')

const forms = (inverse: boolean) => ({
  arrayContaining(sample: unknown[]): Asymmetric {
    need(Array.isArray(sample), 'expect.arrayContaining() expects an array')
    return new Asymmetric((x) => Array.isArray(x) && sample.every((s) => x.some((y) => equals(y, s))), () => `${inverse ? 'ArrayNotContaining' : 'ArrayContaining'} ${printShort(sample)}`, inverse)
  },
  objectContaining(sample: object): Asymmetric {
    need(typeof sample === 'object' && sample !== null, 'expect.objectContaining() expects an object')
    const has = (x: any): boolean => x !== null && typeof x === 'object' &&
      [...Object.keys(sample), ...Object.getOwnPropertySymbols(sample)].every((k) => k in x && equals(x[k], (sample as any)[k]))
    return new Asymmetric(has, () => `${inverse ? 'ObjectNotContaining' : 'ObjectContaining'} ${print(sample)}`, inverse)
  },
  stringContaining(sample: string): Asymmetric {
    need(typeof sample === 'string', 'expect.stringContaining() expects a string')
    return new Asymmetric((x) => typeof x === 'string' && x.includes(sample), () => `${inverse ? 'StringNotContaining' : 'StringContaining'} ${print(sample)}`, inverse)
  },
  stringMatching(sample: string | RegExp): Asymmetric {
    need(typeof sample === 'string' || sample instanceof RegExp, 'expect.stringMatching() expects a string or a regular expression')
    return new Asymmetric((x) => typeof x === 'string' && (typeof sample === 'string' ? x.includes(sample) : new RegExp(sample).test(x)),
      () => `${inverse ? 'StringNotMatching' : 'StringMatching'} ${typeof sample === 'string' ? print(sample) : sample}`, inverse)
  },
  closeTo(sample: number, digits = 2): Asymmetric {
    need(typeof sample === 'number' && typeof digits === 'number', 'expect.closeTo() expects numbers')
    const near = (x: unknown): boolean => typeof x === 'number' && (x === sample || Math.abs(x - sample) < 10 ** -digits / 2)
    return new Asymmetric(near, () => `${inverse ? 'NumberNotCloseTo' : 'NumberCloseTo'} ${sample} (${digits} digits)`, inverse)
  },
})
export const plain = forms(false)
export const negated = forms(true)
