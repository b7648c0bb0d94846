// node:stream/consumers: a whole stream as one value.

import { Buffer } from 'node:buffer'

async function parts(stream: any): Promise<any[]> {
  const found: any[] = []
  for await (const part of stream) found.push(typeof part === 'string' ? Buffer.from(part) : part)
  return found
}
async function buffer(stream: any): Promise<any> {
  const all = await parts(stream)
  return Buffer.concat(all.map(one => one instanceof Uint8Array ? one
    : ArrayBuffer.isView(one) ? new Uint8Array(one.buffer, one.byteOffset, one.byteLength) : new Uint8Array(one)))
}
async function arrayBuffer(stream: any): Promise<ArrayBuffer> {
  const all = await buffer(stream)
  return all.buffer.slice(all.byteOffset, all.byteOffset + all.byteLength)
}
async function bytes(stream: any): Promise<Uint8Array> {
  const all = await buffer(stream)
  return new Uint8Array(all.buffer, all.byteOffset, all.byteLength)
}
async function text(stream: any): Promise<string> {
  const decoder = new TextDecoder()
  let whole = ''
  for await (const part of stream) whole += typeof part === 'string' ? part : decoder.decode(part, { stream: true })
  return whole + decoder.decode()
}
async function json(stream: any): Promise<any> {
  return JSON.parse(await text(stream))
}
async function blob(stream: any): Promise<any> {
  return new Blob(await parts(stream))
}

export default { arrayBuffer, blob, buffer, bytes, text, json }
