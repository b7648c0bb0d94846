// bun:formats/values: what the readers and printers of formats share.

const textDecoder = () => new (import.meta.builtin('web:encoding').TextDecoder)()

/** The text of what Bun's readers take: text, bytes, or a Blob that is in memory. */
export function textOf(input: any): string {
  if (typeof input === 'string') return input
  if (ArrayBuffer.isView(input) || input instanceof ArrayBuffer
    || (typeof SharedArrayBuffer !== 'undefined' && input instanceof SharedArrayBuffer)) return textDecoder().decode(input as any)
  if (input !== null && typeof input === 'object') {
    const { bytesOf, isBlob, lazyOf } = import.meta.builtin('web:blob')
    if (isBlob(input)) {
      if (lazyOf(input)) throw new TypeError('File blob cannot be used here')
      return textDecoder().decode(bytesOf(input))
    }
  }
  return `${input}`
}

export function needText(input: any): string {
  if (input === undefined || input === null) throw new TypeError('input must be a string, ArrayBuffer, ArrayBufferView or Blob')
  return textOf(input)
}

/** Puts into a tree what JSON could not say: see json_write_fixes of data/json.h. */
export function fix(value: any, fixes: string): any {
  const holder = [value]
  const at = (path: (string | number)[], n = path.length) => {
    let found: any = holder
    for (let i = 0; i < n; i++) found = found[path[i]!]
    return found
  }
  for (const [path, target] of JSON.parse(fixes)) at(path, path.length - 1)[path.at(-1)] = target ? at(target) : NaN
  return holder[0]
}

const fixes: string[] = []

/** What a native reader makes of a text, with its fixes when there are some. */
export function revive(reader: (text: string, fixes: string[]) => any, text: string): any {
  const made = reader(text, fixes)
  return fixes.length === 0 ? made : fix(made, fixes.pop()!)
}

/** The third argument of JSON.stringify. */
export function gapOf(space: any): string {
  const given = unbox(space)
  if (typeof given === 'number') return ' '.repeat(Math.min(10, Math.max(0, Math.trunc(given) || 0)))
  return typeof given === 'string' ? given.slice(0, 10) : ''
}

export function unbox(value: any): any {
  if (value === null || typeof value !== 'object') return value
  if (value instanceof String) return `${value}`
  if (value instanceof Number) return +value
  if (value instanceof Boolean || value instanceof BigInt) return value.valueOf()
  return value
}

export function isVisible(value: any): boolean {
  return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol'
}
