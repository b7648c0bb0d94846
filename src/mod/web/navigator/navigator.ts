// web:navigator: what servers' packages ask a navigator for.

const key = Symbol('made here')
const cache: { languages?: readonly string[] } = {}

export class Navigator {
  constructor(made?: unknown) {
    if (made !== key) throw new TypeError('Illegal constructor')
  }
  get hardwareConcurrency(): number {
    return import.meta.builtin('node:os').default.availableParallelism()
  }
  get language(): string {
    return Intl.DateTimeFormat().resolvedOptions().locale
  }
  get languages(): readonly string[] {
    return cache.languages ??= Object.freeze([this.language])
  }
  get userAgent(): string {
    return `Bun/${process.versions.bun}`
  }
  get platform(): string {
    return process.arch === 'x64' ? 'Linux x86_64' : 'Linux ' + process.arch
  }
}
for (const name of ['hardwareConcurrency', 'language', 'languages', 'userAgent', 'platform']) {
  Object.defineProperty(Navigator.prototype, name, { enumerable: true })
}
Object.defineProperty(Navigator.prototype, Symbol.toStringTag, { value: 'Navigator', configurable: true })

export const navigator = new Navigator(key)
