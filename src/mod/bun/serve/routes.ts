// bun:serve/routes: which handler answers a path: exact before `:name` before `/*`.

export type Handler = (request: any, server: any) => any
/** What stands at a route: one for every method, or by method. */
export interface Route { all: unknown; methods: Record<string, unknown> | null }

class Node {
  exact: Map<string, Node> | null = null
  param: Node | null = null
  route: Route | null = null
  rest: Route | null = null
  names: string[] = []                                   // of `route`'s parameters, in order
  restNames: string[] = []
}

export class Routes {
  #exact = new Map<string, Route>()
  #root = new Node()
  #hasPatterns = false

  constructor(routes: Record<string, unknown>) {
    for (const path of Object.keys(routes)) {
      const value: any = routes[path]
      if (path.charCodeAt(0) !== 47 && path !== '*') throw new TypeError(`Invalid route ${JSON.stringify(path)}. Path must start with '/'`)
      this.#add(path === '*' ? '/*' : path, routeOf(path, value))
    }
  }

  #add(path: string, route: Route): void {
    if (!path.includes(':') && !path.includes('*')) {
      this.#exact.set(path, route)
      return
    }
    this.#hasPatterns = true
    const parts = path.slice(1).split('/'), names: string[] = []
    let node = this.#root
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i]
      if (part === '*' && i === parts.length - 1) {
        node.rest = route
        node.restNames = names
        return
      }
      if (part.charCodeAt(0) === 58) {
        const name = part.slice(1)
        if (!name) throw new TypeError(`Invalid route ${JSON.stringify(path)}. Parameter names must not be empty`)
        if (names.includes(name)) throw new TypeError(`Support for duplicate route parameter names is not yet implemented.`)
        names.push(name)
        node = node.param ??= new Node()
      } else {
        node.exact ??= new Map()
        let next = node.exact.get(part)
        if (next === undefined) node.exact.set(part, next = new Node())
        node = next
      }
    }
    node.route = route
    node.names = names
  }

  /** The route of a path (without its query); its parameters are in `params`. */
  params: Record<string, string> | null = null
  find(path: string): Route | null {
    this.params = null
    const exact = this.#exact.get(path)
    if (exact !== undefined) return exact
    if (!this.#hasPatterns) return null
    const values: string[] = []
    return this.#walk(this.#root, path, 1, values)
  }

  #walk(node: Node, path: string, at: number, values: string[]): Route | null {
    const end = path.indexOf('/', at), isLast = end < 0
    const part = isLast ? path.slice(at) : path.slice(at, end)
    const exact = node.exact?.get(part)
    if (exact !== undefined) {
      const found = isLast ? this.#at(exact, values) : this.#walk(exact, path, end + 1, values)
      if (found !== null) return found
    }
    if (node.param !== null && part !== '') {
      values.push(part)
      const found = isLast ? this.#at(node.param, values) : this.#walk(node.param, path, end + 1, values)
      if (found !== null) return found
      values.pop()
    }
    if (node.rest !== null) {
      this.#name(node.restNames, values)
      return node.rest
    }
    return null
  }

  #at(node: Node, values: string[]): Route | null {
    if (node.route !== null) this.#name(node.names, values)
    return node.route
  }

  #name(names: string[], values: string[]): void {
    if (names.length === 0) return
    const params: Record<string, string> = {}
    for (let i = 0; i < names.length; i++) params[names[i]] = values[i].includes('%') ? decode(values[i]) : values[i]
    this.params = params
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'CONNECT', 'TRACE']
function routeOf(path: string, value: any): Route {
  if (typeof value === 'function' || value === false || (typeof value === 'object' && value !== null && value[Symbol.toStringTag] === 'Response')) {
    return { all: value, methods: null }
  }
  if (typeof value === 'object' && value !== null) {
    const methods: Record<string, unknown> = {}
    for (const name of Object.keys(value)) {
      if (!METHODS.includes(name)) throw new TypeError(`Invalid HTTP method ${JSON.stringify(name)} of route ${JSON.stringify(path)}`)
      methods[name] = value[name]
    }
    if (Object.keys(methods).length) return { all: undefined, methods }
  }
  throw new TypeError(`'routes' expects a Record<string, Response | (req) => Response | Record<Method, ...>>; ${JSON.stringify(path)} is none`)
}

/** The handler for a method; undefined when the route leaves it to `fetch`. */
export function handlerOf(route: Route, method: string): unknown {
  if (route.methods === null) return route.all === false ? undefined : route.all
  const own = route.methods[method]
  if (own !== undefined) return own === false ? undefined : own
  return method === 'HEAD' ? route.methods.GET || undefined : undefined
}
