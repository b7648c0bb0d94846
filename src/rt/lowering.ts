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
  $C.using = () => import.meta.builtin('web:disposal').scope()
}
