// bun:serve/options: what Bun.serve was asked for, checked.

import { Routes } from './routes.ts'

const errors = () => import.meta.builtin('internal:errors')

const invalid = (message: string) => {
  const error: any = new TypeError(message)
  error.code = 'ERR_INVALID_ARG_TYPE'
  return error
}

export interface SocketHandlers {
  open?: Function; message: Function; close?: Function; drain?: Function; ping?: Function; pong?: Function; error?: Function
}
/** What reload may change. */
export interface Handlers {
  fetch: Function | undefined; error: Function | undefined; routes: Routes | null; sockets: SocketHandlers | null
}
export interface Settings {
  hostname: string; port: number; unix: string; listenBits: number; maxBody: number; idle: number; development: boolean | undefined; id: string
  wsMax: number; wsQueue: number; wsIdle: number; wsBits: number
}

const NOTHING = `Bun.serve() needs either:

  - A routes object:
     routes: {
       "/path": {
         GET: (req) => new Response("Hello")
       }
     }

  - Or a fetch handler:
     fetch: (req) => {
       return new Response("Hello")
     }

Learn more at https://bun.com/docs/api/http`

function fn(options: any, name: string): Function | undefined {
  const value = options[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'function') throw invalid(`Expected ${name}() to be a function`)
  return value
}

/** Asked for when it matters: an error page, a printed server. */
export function isDevelopment(o: Settings): boolean {
  return o.development ??= processOf().env.NODE_ENV !== 'production'
}

export function handlersOf(options: any, isReload: boolean): Handlers {
  const fetch = fn(options, 'fetch'), error = fn(options, 'error')
  const given = options.routes ?? options.static
  if (given !== undefined && given !== null && typeof given !== 'object') throw invalid('Expected routes to be an object')
  const routes = given ? new Routes(given) : null
  if (!fetch && !routes && !isReload) throw invalid(NOTHING)
  let sockets: SocketHandlers | null = null
  const ws = options.websocket
  if (ws !== undefined && ws !== null) {
    if (typeof ws !== 'object') throw invalid('Expected websocket to be an object')
    sockets = {} as SocketHandlers
    for (const name of ['open', 'message', 'close', 'drain', 'ping', 'pong', 'error'] as const) {
      if (ws[name] === undefined || ws[name] === null) continue
      if (typeof ws[name] !== 'function') throw invalid(`websocket expects a function for the '${name}' option`)
      sockets[name] = ws[name].bind(ws)
    }
    if (!sockets.message && !sockets.open && !sockets.close) throw invalid('WebSocketServerContext expects a message handler')
  }
  return { fetch, error, routes, sockets }
}

function count(value: any, fallback: number, name: string): number {
  if (value === undefined || value === null) return fallback
  const n = Number(value)
  if (!Number.isFinite(n) && n !== Infinity || n < 0) throw invalid(`Expected ${name} to be a non-negative number`)
  return n === Infinity ? 0 : Math.trunc(n)
}

const processOf = () => import.meta.builtin('node:process').default

function portOf(options: any): number {
  let port = options.port
  if (port === undefined || port === null) {
    const { env, argv, execArgv }: { env: Record<string, string | undefined>; argv: string[]; execArgv: string[] } = processOf()
    const flag = [...execArgv, ...argv].find((a) => a.startsWith('--port='))
    port = flag ? flag.slice(7) : env.BUN_PORT ?? env.PORT ?? env.NODE_PORT ?? 3000
    if (port === '') port = 3000
  }
  const n = typeof port === 'number' ? port : Number(port)
  if (!Number.isInteger(n)) throw new (errors().ERR_OUT_OF_RANGE)('options.port', 'an integer', n)
  if (n < 0 || n > 65535) throw new (errors().ERR_OUT_OF_RANGE)('options.port', '>= 0 and <= 65535', n)
  return n
}

/** The sizes of Bun's compressors all mean the same here: one compressor of the server's, without memory of former messages. */
function deflates(option: any): boolean {
  if (option === null || typeof option !== 'object') return !!option
  const off = (value: unknown) => value === 'disable' || value === false
  return !(off(option.compress) && off(option.decompress))
}

export function settingsOf(options: any): Settings {
  if (options === null || typeof options !== 'object') throw invalid('Bun.serve expects an object')
  if (options.tls) throw new (errors().ERR_NOT_IMPLEMENTED)('Bun.serve({ tls })')
  const idle = options.idleTimeout ?? 10
  if (typeof idle !== 'number' || Number.isNaN(idle)) throw invalid('Bun.serve expects idleTimeout to be an integer')
  if (idle > 255) throw invalid('Bun.serve expects idleTimeout to be 255 or less')
  const ws = options.websocket ?? {}
  let wsIdle = ws.idleTimeout ?? 120
  if (typeof wsIdle !== 'number' || !(wsIdle >= 0 && wsIdle <= 960)) throw invalid('websocket expects idleTimeout to be 0 or between 8 and 960')
  if (wsIdle > 0 && wsIdle < 8) wsIdle = 8
  const unix = options.unix === undefined || options.unix === null ? '' : `${options.unix}`
  const hostname = options.hostname === undefined || options.hostname === null ? '' : `${options.hostname}`
  if (options.maxRequestBodySize !== undefined && typeof options.maxRequestBodySize !== 'number') {
    throw new (errors().ERR_INVALID_ARG_TYPE)('options.maxRequestBodySize', 'number', options.maxRequestBodySize)
  }
  return {
    hostname, unix,
    port: unix ? 0 : portOf(options),
    listenBits: (options.reusePort ? 1 : 0) | (options.ipv6Only ? 2 : 0),
    maxBody: count(options.maxRequestBodySize, 128 * 1024 * 1024, 'maxRequestBodySize') || Number.MAX_SAFE_INTEGER,
    idle: Math.max(0, Math.trunc(idle)),
    development: options.development !== undefined ? !!options.development : undefined,
    id: options.id === undefined || options.id === null ? '' : `${options.id}`,
    wsMax: count(ws.maxPayloadLength, 16 * 1024 * 1024, 'maxPayloadLength'),
    wsQueue: count(ws.backpressureLimit, 16 * 1024 * 1024, 'backpressureLimit'),
    wsIdle,
    wsBits: (ws.closeOnBackpressureLimit ? 1 : 0) | (ws.sendPings === false ? 0 : 2) | (ws.publishToSelf ? 4 : 0) |
      (deflates(ws.perMessageDeflate) ? 8 : 0),
  }
}
