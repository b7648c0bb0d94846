// bun:serve/entry: an entry whose default export has a `fetch` is a server.

import { Server, serve } from './serve.ts'

export function serveDefault(value: any): void {
  if (value === null || typeof value !== 'object' || typeof value.fetch !== 'function' || value instanceof Server) return
  const server = serve(value)
  console.log(`Started ${server.development ? 'development ' : ''}server: ${server.url.href.replace(/\/$/, '')}`)
}

export async function serveLater(loaded: Promise<void>, binding: any): Promise<void> {
  await loaded
  serveDefault(binding.default)
}
