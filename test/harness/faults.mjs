// Ways in which a registry answers badly: each makes an `act` of a fault (registry.mjs).
import { createGzip, gzipSync } from 'node:zlib'
import { send } from './registry.mjs'

export const status = (code, headers = {}) => (request, response) => response.writeHead(code, { 'content-type': 'application/json', ...headers }).end('{"error":"no"}')
export const stall = () => () => {}                                             // the request is taken, nothing comes
export const stallBody = bytes => (request, response, answer) => {              // the head and some bytes come, then nothing
  response.writeHead(200, { 'content-type': answer.type, 'content-length': answer.body.length })
  response.write(answer.body.subarray(0, bytes))
}
export const drip = (bytes, everyMs) => (request, response, answer) => {
  response.writeHead(200, { 'content-type': answer.type, 'content-length': answer.body.length })
  let at = 0
  const timer = setInterval(() => {
    response.write(answer.body.subarray(at, at += bytes))
    if (at >= answer.body.length) { clearInterval(timer); response.end() }
  }, everyMs)
  response.on('close', () => clearInterval(timer))
}
export const cut = bytes => (request, response, answer) => {                    // fewer bytes than announced
  response.writeHead(200, { 'content-type': answer.type, 'content-length': answer.body.length, connection: 'close' })
  response.write(answer.body.subarray(0, bytes), () => response.socket?.end())
}
export const cutChunked = bytes => (request, response, answer) => {             // chunked, and the last chunk never comes
  response.writeHead(200, { 'content-type': answer.type })
  response.write(answer.body.subarray(0, bytes), () => response.socket?.end())
}
export const short = bytes => (request, response, answer) => {                  // a whole answer of half a file
  const body = answer.body.subarray(0, bytes)
  response.writeHead(200, { 'content-type': answer.type, 'content-length': body.length }).end(body)
}
export const reset = bytes => (request, response, answer) => {
  if (!bytes) return request.socket.resetAndDestroy()
  response.writeHead(200, { 'content-type': answer.type, 'content-length': answer.body.length })
  response.write(answer.body.subarray(0, bytes), () => request.socket.resetAndDestroy())
}
export const closeAfter = () => (request, response, answer) => {                // a good answer, then the kept-alive socket is closed
  response.on('finish', () => setTimeout(() => request.socket.destroy(), 1))
  send(request, response, answer)
}
export const redirect = (to, code = 302) => (request, response) => response.writeHead(code, { location: to(request.url) }).end()
export const body = (data, type, headers = {}) => (request, response, answer) => {
  const bytes = Buffer.from(data)
  response.writeHead(200, { 'content-type': type ?? answer.type, 'content-length': bytes.length, ...headers }).end(bytes)
}
export const rawReply = text => request => request.socket.end(text)             // not HTTP, or HTTP of one's own
export const hugeHeaders = bytes => (request, response, answer) => {
  response.writeHead(200, { 'content-type': answer.type, 'x-filler': 'x'.repeat(bytes) }).end(answer.body)
}
export const brokenGzip = () => (request, response, answer) => {
  const bytes = Buffer.from(answer.gzipped)
  bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 16)
  response.writeHead(200, { 'content-type': answer.type, 'content-encoding': 'gzip', 'content-length': bytes.length }).end(bytes)
}
export const endless = (unit = 'x'.repeat(65536)) => (request, response, answer) => { // chunks without end
  response.writeHead(200, { 'content-type': answer.type })
  const more = () => { while (!response.destroyed && response.write(unit)) {} }
  response.on('drain', more)
  more()
}
export const trickle = (ms, unit = ' ') => (request, response, answer) => {     // a byte now and then, without end
  response.writeHead(200, { 'content-type': answer.type })
  const timer = setInterval(() => response.write(unit), ms)
  response.on('close', () => clearInterval(timer))
}
export const gzipBomb = size => (request, response, answer) => {                // much that is little on the way: gzip of gzips' members, all alike
  const member = gzipSync(Buffer.alloc(1 << 20, ' '), { level: 9 })
  response.writeHead(200, { 'content-type': answer.type, 'content-encoding': 'gzip' })
  for (let made = 0; made < size; made += 1 << 20) response.write(member)
  response.end()
}
export const endlessGzip = () => (request, response, answer) => {               // a few kilobytes a second that inflate to gigabytes
  response.writeHead(200, { 'content-type': answer.type, 'content-encoding': 'gzip' })
  const gzip = createGzip({ level: 9 })
  gzip.pipe(response)
  const unit = Buffer.alloc(1 << 20, ' ')
  const more = () => { while (!response.destroyed && gzip.write(unit)) {} }
  gzip.on('drain', more)
  response.on('close', () => gzip.destroy())
  more()
}
