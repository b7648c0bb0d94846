// internal:source: what Function.prototype.toString says, as Node does: the source of a function as its file has it. Natives, and the
// functions of builtin modules, whose text is nobody's business, show none.

declare const $C: any

const native: { shownText(fn: Function, length: number, text?: string): string | boolean | undefined } = import.meta.builtin('rt:boot').native

export const NO_FUNCTION = "Function.prototype.toString requires that 'this' be a Function"
/** How the engine shows a native, behind `function ` and its name. */
const NATIVE_END = '() {\n    [native code]\n}'

const engineText: Function = $C.text
const texts = new WeakMap<object, string>()

const nativeText = (name: string): string => `function ${name}() { [native code] }`

function nameOf(fn: Function): string {
  const name = Object.getOwnPropertyDescriptor(fn, 'name')?.value
  return typeof name !== 'string' || name.startsWith('bound ') ? '' : name
}

function make(fn: Function, text: string): string {
  // A proxy is asked nothing.
  if (text.endsWith(NATIVE_END)) return nativeText(text.startsWith('function ProxyObject(') || nameOf(fn) === '' ? '' : text.slice(9, -NATIVE_END.length))
  const shown = (text.startsWith('class') ? undefined : native.shownText(fn, text.length)) ?? native.shownText(fn, text.length, text)
  return typeof shown === 'string' ? shown : shown ? nativeText(nameOf(fn)) : text
}

export function show(fn: unknown): string {
  if (typeof fn !== 'function') throw new TypeError(NO_FUNCTION)
  const known = texts.get(fn)
  if (known !== undefined) return known
  const text: string = engineText.call(fn), shown = make(fn, text)
  texts.set(fn, shown)
  return shown
}

$C.show = show

/** A function that shows as a native, wherever its text comes from. */
export function showsNative(fn: Function): void {
  texts.set(fn, nativeText(nameOf(fn)))
}

/** A function that was given in parts. */
export function showsAs(fn: Function, text: string): void {
  texts.set(fn, text)
}
