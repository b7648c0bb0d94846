interface Shape { readonly area: number }
enum Kind { Round, Square }
class Circle implements Shape {
  constructor(private readonly radius: number, public kind: Kind = Kind.Round) {}
  get area(): number { if (this.radius < 0) throw new RangeError(`negative: ${this.radius as number}`); return this.radius }
}
function make<T extends Shape>(r: number): T { return new Circle(r) as unknown as T }
try { const c: Circle = make<Circle>(-1); console.log(c.area) } catch (e: unknown) { console.log((e as Error).stack) }
const f = (x?: string): number => { throw new TypeError('deep ' + x!) }
try { [1, 2].forEach((n: number): void => { f(String(n)) }) } catch (e: any) { console.log(e.stack) }
