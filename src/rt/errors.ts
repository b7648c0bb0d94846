// rt:errors: the little of error stacks that must be there from the start. The engine's raw text becomes V8's when `.stack`
// is read: reads are lowered to $C.stack(o), which calls $C.format for texts (internal:stack does the work).

declare const $C: any

export function installErrors(): void {
  const native = (Error as any).captureStackTrace
  $C.format = (object: unknown, text: string) => import.meta.builtin('internal:stack').format(object, text)
  const hasOwn = Object.prototype.hasOwnProperty
  const apply = Reflect.apply, isError = (Error as any).isError
  const captureStackTrace = function (object: any, above?: Function): void {
    native(object, above === undefined ? captureStackTrace : above)
    // V8 fixes the first line now, ours is made when the stack is read: what could be another one by then is kept.
    if (apply(hasOwn, object, ['name']) || !isError(object) || typeof (Error as any).prepareStackTrace === 'function') {
      import.meta.builtin('internal:stack').captured(object)
    }
  }
  Object.defineProperty(captureStackTrace, 'name', { value: 'captureStackTrace' })
  Object.defineProperty(Error, 'captureStackTrace', { value: captureStackTrace, writable: true, enumerable: true, configurable: true })
  ;(Error as any).stackTraceLimit = 10
}
