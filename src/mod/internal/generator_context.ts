// internal:generator_context: the asynchronous context of async generators, from the first store on (lang/lower_yield.c). $C.n is
// set while a generator goes on at once for who asked: its code then takes the context as it finds it, and clears $C.n.
import { fromSync } from 'internal:sync_iterator'

declare const $C: any

const { apply, defineProperty } = Reflect

type Cell = (value: unknown) => unknown

/** What is delegated to: `cell` (the generator's own variable; given $C it tells) follows who asks. */
function followed(items: any, cell: Cell): any {
  const method = items[Symbol.asyncIterator]
  const inner = method == null ? fromSync(apply(items[Symbol.iterator], items, [])) : apply(method, items, [])
  if (typeof inner !== 'object' && typeof inner !== 'function' || inner === null) throw new TypeError('Iterator result interface is not an object')
  const next = inner.next
  const enter = (): void => {
    if ($C.n) {
      $C.n = undefined
      cell($C.x)
    } else $C.x = cell($C)
  }
  const later = (name: string) => {
    const asked = inner[name]
    return asked == null ? asked : (value: unknown) => { enter(); return apply(asked, inner, [value]) }
  }
  const iterator = {
    next(value: unknown) { enter(); return apply(next, inner, [value]) },
    get return() { return later('return') },
    get throw() { return later('throw') },
  }
  return { [Symbol.asyncIterator]: () => iterator }
}

/** Promise.prototype.then and resolve as the engine has them. */
export function followGenerators(then: Function, resolved: Promise<void>): void {
  $C.y = followed
  const proto = Object.getPrototypeOf(async function* () {}).prototype
  for (const name of ['next', 'throw', 'return']) {
    const native = proto[name]
    const made = {
      [name](this: unknown, ...value: unknown[]): unknown {
        const before = $C.n, here = $C.x
        // A return waits once inside: its job is framed by two that say for whom.
        if (name === 'return') apply(then, resolved, [() => { $C.n = true; $C.x = here }])
        $C.n = true
        try {
          return apply(native, this, value)
        } finally {
          $C.n = before
          if (name === 'return') apply(then, resolved, [() => { $C.n = undefined }])
        }
      },
    }[name]
    defineProperty(made, 'length', { value: 1 })
    defineProperty(proto, name, { value: made, writable: true, configurable: true })
  }
}
