// Functions of an ES module: whatever was done to imports, exports, awaits and `this`, they show what stands here.
import fs, { readFileSync as read } from 'node:fs'
import * as path from 'node:path'
import named, { one, many as most, bump } from './lib/names.mjs'
import { walk } from './lib/walk.cjs'

export function declared(a, b = one /* kept */) { return [a, b, most, named] } // not this
export async function waits(x) { await x; for await (const y of x) { await y } return await x }
export const arrow = async x => { try { await read(x) } catch (e) { return e.stack } finally { most.a } }
export const concise = () => most
export const ends = () => one
export const self = () => this, selfIn = async () => [this, await this]
export const nested = (a) => (b) => async (c) => ({ a, b, c, one, fs })
export const meta = () => import.meta.url
export const lazy = () => import('node:os')
export const shorthand = () => ({ one, most, fs })
export let live = () => { live = 1; return live }
export const destructured = ({ a = one, ...rest }, [b, , c] = [], ...more) => ({ a, rest, b, c, more })
export const tagged = () => String.raw`${one} $C.x ${most} \u00e9 é`
export const dollars = ($C, $s, $t, $0, $m) => [$C.x, $s, $t, $0.y, $m, `${$C}`]
export const evals = (text) => { const x = one; return eval(text) + (0, eval)(text) }
export async function * generates() { const got = yield one; yield* [await got]; return most }
export function * plainGenerator() { yield one; yield* most }
export default async function () { await one }
export const object = {
  method() { return one }, async waits() { await one }, *gen() { yield one }, async *both() { yield await one },
  get accessor() { return most }, set accessor(v) { bump(v) }, ['computed' + one]() { return one }, 'quoted name'() { return one }, 7() { return one },
  async  /* odd */ spaced ( a,
    b ) { return await  a },
  get /* g */ [`x${1}`]() { return one }, arrow: async () => await one, named: function inner() { return inner(one) }, async: () => one, get: () => one, static() { return one },
}
export class Base { }
export class Derived extends Base {
  constructor() { super(); this.one = one }
  #secret = one
  static shared = () => one
  field = async () => { await this.#secret }
  static { this.inBlock = () => most }
  static async method() { await one }
  static static() { return one }
  static async *[Symbol.asyncIterator]() { yield one }
  get value() { return this.#secret } set value(v) { this.#secret = v }
  #hidden() { return one }
  hidden() { return this.#hidden }
  async await() { await this.#hidden() }
  static get() { return one }
  static async() { return one }
  'a b'() { return one }
  async [`c${1}`]() { await one }
}
export const Anonymous = class { x = one }
export const NamedExpression = class Inner extends (await one, Base) { async f() { await one } }
export const Extends = class extends Derived { f = () => one }
export const odd = async function odd ( ) {
  // comments stay: $C.x

  await 1 ;	/* tabs	too */
}
export const unicode = () => 'é — 中文 \u{1f600} 😀', ünï = async (ñ) => { await ñ; return /é+/u }
export const regexp = () => /[$C.x]\/`/g.test(one)
export const stacks = (e) => [e.stack, e?.stack, ({ stack }) => stack]
walk({ declared, waits, arrow, concise, ends, self, selfIn, nested, meta, lazy, shorthand, live, destructured, tagged, dollars, evals, generates, plainGenerator, object, Base, Derived, Anonymous,
  NamedExpression, Extends, odd, unicode, ünï, regexp, stacks })
walk({ x: nested(1), y: nested(1)(2), hidden: new Derived().hidden(), field: new Derived().field, inBlock: Derived.inBlock, bump, named })

