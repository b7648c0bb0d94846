// TypeScript: what a type stripper leaves, blanks and all.
import fs, { type Stats } from 'node:fs'
import { createRequire } from 'node:module'
const { walk } = createRequire(import.meta.url)('./lib/walk.cjs')
interface Shape { x: number }
type Maybe<T> = T | undefined
function typed<T extends Shape>(this: unknown, a: T, b?: Maybe<number>, ...rest: string[]): asserts a is T { interface Inner { y: 1 } type Local = Inner; let v = a as Shape; v!.x; (b satisfies Maybe<number>) }
async function waits(x: Promise<Stats>): Promise<Stats> { const y: Stats = await x; return fs as any ?? y! }
const generic = <T,>(a: T): T => a, typedArrow = async (x: number): Promise<number> => { await x; return x as number }
const concise = (x: unknown) => x as number
const brokenReturn = (x: number):
  number => x
abstract class Base<T> { abstract a(): void; declare b: number; protected readonly c: T | undefined = undefined; private async d(x?: T): Promise<void> { await x } get e(): number { return 1 } static f<T>(this: void, x: T): T { return x } }
class Derived extends Base<number> implements Shape { x: number = 1; override a(): void { } constructor(public_: string, y?: number) { super(); void y } public async *g(): AsyncGenerator<number> { yield 1 } [key: string]: any; private h!: string; overload(a: string): void; overload(a: number): void; overload(a: any): void { } }
const object = { m<T>(x: T): T { return x }, async n(x: string): Promise<void> { await x }, get o(): number { return 1 } }
walk({ typed, waits, generic, typedArrow, concise, brokenReturn, Base, Derived, object })
