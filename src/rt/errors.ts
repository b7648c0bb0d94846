// rt:errors: the little of error stacks that must be there from the start. The engine's raw text becomes V8's when `.stack`
// is read: reads are lowered to $C.stack(o), which calls $C.format for texts (internal:stack does the work).

declare const $C: any

export function installErrors(): void {
  const native = (Error as any).captureStackTrace
  const isError = (Error as any).isError
  $C.format = (object: unknown, text: unknown) => import.meta.builtin('internal:stack').format(object, text)
  const captureStackTrace = function (object: any, above?: Function): void {
    native(object, above === undefined ? captureStackTrace : above)
    if (!isError(object)) import.meta.builtin('internal:stack').capture(object)
  }
  Object.defineProperty(captureStackTrace, 'name', { value: 'captureStackTrace' })
  Object.defineProperty(Error, 'captureStackTrace', { value: captureStackTrace, writable: true, enumerable: true, configurable: true })
  ;(Error as any).stackTraceLimit = 10
}
