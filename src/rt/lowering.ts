// rt:lowering: what lowered text asks of the realm beyond the engine's part ($C of engine/jsc_error.c): made when first asked for.

declare const $C: any

export function installLowering(): void {
  const fixed = { value: undefined as unknown, writable: false, enumerable: false, configurable: false }
  if (!Symbol.dispose) {
    fixed.value = Symbol('Symbol.dispose')
    Object.defineProperty(Symbol, 'dispose', fixed)
    fixed.value = Symbol('Symbol.asyncDispose')
    Object.defineProperty(Symbol, 'asyncDispose', fixed)
  }
  $C.param = (index: number, decorator: Function) => (target: unknown, key: unknown) => decorator(target, key, index)
  $C.raw = (cooked: any[], raw: string[]) => Object.freeze(Object.defineProperty(cooked, 'raw', { value: Object.freeze(raw) }))
  $C.metadata = (key: string, value: unknown) => (Reflect as any).metadata?.(key, value)
  // Older decorators, last first: of a class (no key), a property (descriptor undefined), a method or accessor (null).
  $C.decorate = function (decorators: Function[], target: any, key: any, descriptor: any): unknown {
    const n = arguments.length
    if (n > 2 && descriptor === null) descriptor = Object.getOwnPropertyDescriptor(target, key)
    if (typeof (Reflect as any).decorate === 'function') {
      const made = n < 3 ? (Reflect as any).decorate(decorators, target) : (Reflect as any).decorate(decorators, target, key, descriptor)
      if (n > 2 && made) Object.defineProperty(target, key, made)
      return made
    }
    let result = n < 3 ? target : descriptor
    for (let i = decorators.length - 1; i >= 0; i--) {
      const decorator = decorators[i]
      if (!decorator) continue
      result = (n < 3 ? decorator(result) : decorator(target, key, result)) || result
    }
    if (n > 2 && result) Object.defineProperty(target, key, result)
    return result
  }
  $C.define = (decorators: Function[]) => import.meta.builtin('internal:decorators').define(decorators)
  $C.phases = () => import.meta.builtin('rt:modules').importerOfText()
  $C.each = (items: any) => items != null && items[Symbol.asyncIterator] == null ? import.meta.builtin('internal:sync_iterator').each(items) : items
  $C.using = () => import.meta.builtin('web:disposal').scope()
}
