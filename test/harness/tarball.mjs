// Tarballs for tests: honest ones of a table of files, and any other that a list of raw entries describes.
//   packageTarball({ 'index.js': 'text' })       -> the .tgz of a package, as npm packs it (everything under package/)
//   tarball([{ path, type, data, mode, link }])  -> .tgz of exactly these entries, whatever they say
// An entry: path as written into the header; type one of "0" file, "1" hard link, "2" symlink, "3" character device, "4" block
// device, "5" folder, "6" fifo, "x" pax header, "L" long name, ...; `link` the link's target; `size` overrides the size that the
// header claims; `data` is text, a Buffer, or a number (as many zero bytes); `ustar` false leaves the magic out.
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'

const BLOCK = 512

function octal(value, width) { return value.toString(8).padStart(width - 1, '0') + '\0' }

export function tarHeader({ path, type = '0', data = '', mode = 0o644, link = '', size, ustar = true, checksum }) {
  const head = Buffer.alloc(BLOCK)
  const name = Buffer.from(path)
  const length = size ?? (typeof data === 'number' ? data : Buffer.byteLength(data))
  if (name.length > 100) { // ustar's prefix; what does not fit there needs a pax header
    const cut = name.lastIndexOf(0x2f, 154)
    name.copy(head, 345, 0, cut)
    name.copy(head, 0, cut + 1)
  } else name.copy(head, 0)
  head.write(octal(mode, 8), 100)
  head.write(octal(0, 8), 108)
  head.write(octal(0, 8), 116)
  if (length < 8 ** 11) head.write(octal(length, 12), 124)
  else { head.writeBigUInt64BE(BigInt(length), 128); head[124] = 0x80 } // base-256
  head.write(octal(499162500, 12), 136) // npm's own date for everything
  head.write('        ', 148)
  head.write(type, 156)
  head.write(link, 157, 100)
  if (ustar) head.write('ustar\x0000', 257)
  const sum = checksum ?? head.reduce((a, b) => a + b, 0)
  head.write(octal(sum, 7) + ' ', 148)
  return head
}

/** The uncompressed archive of raw entries, with its two empty blocks at the end unless `end` is false. */
export function tar(entries, { end = true } = {}) {
  const parts = []
  for (const entry of entries) {
    parts.push(tarHeader(entry))
    const data = typeof entry.data === 'number' ? Buffer.alloc(entry.data) : Buffer.from(entry.data ?? '')
    parts.push(data)
    if (data.length % BLOCK) parts.push(Buffer.alloc(BLOCK - data.length % BLOCK))
  }
  if (end) parts.push(Buffer.alloc(2 * BLOCK))
  return Buffer.concat(parts)
}

export function tarball(entries, options) { return gzipSync(tar(entries, options), { level: 1 }) }

/** "path=value" of a pax header: its length counts itself. */
export function paxRecord(key, value) {
  const rest = ` ${key}=${value}\n`
  let length = Buffer.byteLength(rest)
  length += String(length).length
  if (String(length).length + Buffer.byteLength(rest) !== length) length++
  return length + rest
}

/** files: name -> text, Buffer or { data, mode }. */
export function packageTarball(files) {
  const entries = []
  for (const [name, file] of Object.entries(files)) {
    const plain = typeof file === 'string' || Buffer.isBuffer(file)
    const path = `package/${name}`
    if (Buffer.byteLength(path) > 100) entries.push({ path: 'PaxHeader', type: 'x', data: paxRecord('path', path) })
    entries.push({ path, data: plain ? file : file.data, mode: plain ? 0o644 : file.mode ?? 0o644 })
  }
  return tarball(entries)
}

/** An archive of one file of `bytes` zeros that packs to about a thousandth: made without holding it whole. */
export function bomb(bytes, before = []) {
  const head = tar([...before, { path: 'package/zeros.bin', data: '', size: bytes }], { end: false })
  return gzipSync(Buffer.concat([head, Buffer.alloc(bytes + 2 * BLOCK)]), { level: 9 })
}

export function integrity(bytes, algorithm = 'sha512') { return `${algorithm}-${createHash(algorithm).update(bytes).digest('base64')}` }
export function shasum(bytes) { return createHash('sha1').update(bytes).digest('hex') }
