// web:url/object_url: URLs that stand for blobs of this realm.

import { ERR_INVALID_ARG_TYPE, ERR_MISSING_ARGS } from 'internal:errors'
import { isBlob } from 'web:blob'
import { URL } from 'web:url'

const PREFIX = 'blob:nodedata:'
const blobs = new Map<string, any>()

function newId(): string {
  const hex = (n: number): string => Math.floor(Math.random() * 2 ** (4 * n)).toString(16).padStart(n, '0')
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${(8 + Math.floor(Math.random() * 4)).toString(16)}${hex(3)}-${hex(12)}`
}

/** The id in the URL of a blob; undefined for other texts. */
function idOf(url: any): string | undefined {
  const parsed = URL.parse(`${url}`)
  return parsed !== null && parsed.href.startsWith(PREFIX) ? parsed.href.slice(PREFIX.length, parsed.href.length - parsed.hash.length) : undefined
}

export function createObjectURL(blob: any): string {
  if (!isBlob(blob)) throw new ERR_INVALID_ARG_TYPE('obj', 'Blob', blob)
  const id = newId()
  blobs.set(id, blob)
  return PREFIX + id
}

export function revokeObjectURL(url: any): void {
  if (arguments.length === 0) throw new ERR_MISSING_ARGS('url')
  const id = idOf(url)
  if (id !== undefined) blobs.delete(id)
}

export function resolveObjectURL(url: any): any {
  const id = idOf(url)
  return id === undefined ? undefined : blobs.get(id)
}
