// web:tasks: queueMicrotask.
import { queueJob } from 'internal:rt'
import { validateFunction } from 'internal:validate'

export function queueMicrotask(callback: () => void): void {
  validateFunction(callback, 'callback')
  queueJob(callback)
}
