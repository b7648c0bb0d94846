// Bun.plugin at run time: onResolve, onLoad and module() stand in the chain of rt:modules/hooks, after all of Node's hooks.
import { add } from 'rt:modules/hooks'

type Loaded = { contents?: any; loader?: string; exports?: any }
interface Rule {
  filter: RegExp
  namespace: string
  run: (args: any) => any
}

const LOADERS = ['js', 'jsx', 'object', 'ts', 'tsx', 'toml', 'yaml', 'json', 'xml', 'md']
const SCRIPTS = ['js', 'jsx', 'ts', 'tsx']
const resolvers: Rule[] = []
const loaders: Rule[] = []
const modules = new Map<string, () => any>()
const places = new Map<string, { path: string; namespace: string }>() // url -> what onResolve said
let remove: (() => void) | undefined

function test(rule: Rule, text: string): boolean {
  rule.filter.lastIndex = 0
  return rule.filter.test(text)
}

const pathOf = (url: string): string => {
  if (!url.startsWith('file:')) return url
  return import.meta.builtin('node:url').default.fileURLToPath(url)
}

function isObject(value: unknown): value is object {
  return value !== null && typeof value === 'object'
}

/** What a callback gave, as the chain wants it. */
function toHook(loaded: Loaded, path: string): any {
  if (!isObject(loaded)) throw new TypeError('onLoad() expects an object to be returned')
  const loader = loaded.loader ?? (/\.([jt]sx?)$/.exec(path)?.[1] ?? 'js')
  if (!LOADERS.includes(loader)) throw new Error(`Expected loader to be one of ${list}`)
  if (loader === 'object') {
    if (!isObject(loaded.exports) && typeof loaded.exports !== 'function')
      throw new TypeError('onLoad plugin returned object loader: expected "exports" to be an object')
    return { format: 'object', exports: loaded.exports }
  }
  const { contents } = loaded
  if (typeof contents !== 'string' && !ArrayBuffer.isView(contents) && !(contents instanceof ArrayBuffer))
    throw new Error('Expected "contents" to be a string or an ArrayBufferView')
  if (SCRIPTS.includes(loader)) return { format: 'script', dialect: loader, source: contents }
  const text = typeof contents === 'string' ? contents : new TextDecoder().decode(contents)
  if (loader === 'json') return { format: 'json', source: text }
  if (loader === 'toml') return { format: 'json', source: JSON.stringify(import.meta.builtin('bun:formats').TOML.parse(text)) }
  if (loader === 'yaml') {
    const value = import.meta.builtin('bun:formats').YAML.parse(text)
    return { format: 'object', exports: isObject(value) && !Array.isArray(value) ? { ...value, default: value } : { default: value } }
  }
  throw new (import.meta.builtin('internal:errors').ERR_NOT_IMPLEMENTED)(`Bun.plugin: the loader '${loader}'`)
}
const list = LOADERS.map((each) => `"${each}"`).join(', ').replace(/, ("md")$/, ', or $1')

function toHookLater(loaded: any, path: string): any {
  if (typeof loaded?.then === 'function') return loaded.then((value: any) => toHook(value, path))
  return toHook(loaded, path)
}

function resolve(specifier: string, context: any, next: any): any {
  if (modules.has(specifier)) return placed(specifier, 'bun-module')
  const parent = context.parentURL === undefined ? '' : places.get(context.parentURL)?.path ?? pathOf(context.parentURL)
  const colon = /^([\w-]{2,}):(?!\/\/)/.exec(specifier)
  const asked = colon && colon[1] !== 'node' && colon[1] !== 'file' ? colon[1] : 'file'
  for (const rule of resolvers) {
    if (rule.namespace !== asked && rule.namespace !== 'file') continue
    const isOwn = asked !== 'file' && rule.namespace === asked
    const path = isOwn ? specifier.slice(asked.length + 1) : specifier
    if (!test(rule, path)) continue
    const result = rule.run({ path, importer: parent, namespace: rule.namespace, kind: context.importAttributes ? 'import-statement' : 'require-call' })
    if (result === undefined || result === null) continue
    if (typeof result.then === 'function') throw new TypeError('onResolve() doesn\'t support pending promises yet')
    if (!isObject(result) || typeof (result as any).path !== 'string') throw new TypeError('onResolve() expects an object with a path to be returned')
    const to = result as any
    return to.namespace && to.namespace !== 'file' ? placed(to.path, to.namespace) : next(to.path, context)
  }
  return next(specifier, context)
}

function placed(path: string, namespace: string): object {
  const url = `${namespace}:${encodeURI(path)}`
  places.set(url, { path, namespace })
  return { url, format: null }
}

function load(url: string, context: any, next: any): any {
  const place = places.get(url)
  if (place?.namespace === 'bun-module') {
    const make = modules.get(place.path)
    if (make) return toHookLater(make(), '')
  }
  if (!place && !url.startsWith('file:')) return next(url, context)
  const namespace = place?.namespace ?? 'file'
  const path = place?.path ?? pathOf(url)
  for (const rule of loaders) {
    if (rule.namespace !== namespace || !test(rule, path)) continue
    const result = rule.run({ path, namespace, loader: undefined })
    if (result === undefined || result === null) continue
    return toHookLater(result, path)
  }
  if (place) throw new Error(`No onLoad() of a plugin answers for "${path}" in the namespace "${namespace}"`)
  return next(url, context)
}

function rule(name: string, to: Rule[], options: any, run: any): void {
  if (!isObject(options) || !((options as any).filter instanceof RegExp))
    throw new Error(`${name}() expects first argument to be an object with a filter RegExp`)
  if (typeof run !== 'function') throw new Error(`${name}() expects second argument to be a function`)
  const { filter, namespace = 'file' } = options as any
  if (typeof namespace !== 'string') throw new Error(`${name}() expects namespace to be a string`)
  to.push({ filter, namespace, run })
  begin()
}

function begin(): void {
  remove ??= add({ resolve, load, isPlugin: true })
}

export function plugin(options?: any): any {
  if (options === undefined) throw new TypeError('plugin needs at least one argument (an object)')
  if (!isObject(options) || typeof (options as any).setup !== 'function') throw new TypeError('plugin needs a setup() function')
  const { target } = options as any
  if (target !== undefined && !['bun', 'node', 'browser'].includes(target))
    throw new TypeError("plugin target must be one of 'node', 'bun' or 'browser'")
  const started: (() => unknown)[] = []
  const build = {
    target: target ?? 'bun',
    onLoad: (how: any, run: any) => (rule('onLoad', loaders, how, run), build),
    onResolve: (how: any, run: any) => (rule('onResolve', resolvers, how, run), build),
    module(name: any, make: any) {
      if (typeof name !== 'string' || typeof make !== 'function')
        throw new Error('module() needs 2 arguments: a module ID and a function to call')
      modules.set(name, make)
      begin()
      return build
    },
    onStart(run: any) {
      if (typeof run !== 'function') throw new TypeError('onStart() expects a function')
      started.push(run)
      return build
    },
  }
  const result = (options as any).setup(build)
  if (!started.length) return result
  const start = () => Promise.all(started.map((run) => run()))
  return typeof result?.then === 'function' ? result.then((value: any) => start().then(() => value)) : start().then(() => result)
}

plugin.clearAll = function clearAll(): void {
  resolvers.length = loaders.length = 0
  modules.clear()
  remove?.()
  remove = undefined
}
