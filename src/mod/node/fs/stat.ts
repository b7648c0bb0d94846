// node:fs, what stat and readdir give: Stats, BigIntStats, StatFs, Dirent.

import { constants, encoded, integers, numbers } from './check.ts'

const { S_IFMT, S_IFREG, S_IFDIR, S_IFCHR, S_IFBLK, S_IFIFO, S_IFLNK, S_IFSOCK } = constants as any
const partA = Symbol('partialAtimeNs'), partM = Symbol('partialMtimeNs'), partC = Symbol('partialCtimeNs')
const partB = Symbol('kPartialBirthtimeNs')

// A function, since Node lets it be called without new, and shows its methods as enumerable.
function StatsBase(this: any, dev: any, mode: any, nlink: any, uid: any, gid: any, rdev: any, blksize: any, ino: any, size: any, blocks: any): void {
  this.dev = dev
  this.mode = mode
  this.nlink = nlink
  this.uid = uid
  this.gid = gid
  this.rdev = rdev
  this.blksize = blksize
  this.ino = ino
  this.size = size
  this.blocks = blocks
}
const base = StatsBase.prototype
base.isDirectory = function (this: any) { return this._checkModeProperty(S_IFDIR) }
base.isFile = function (this: any) { return this._checkModeProperty(S_IFREG) }
base.isBlockDevice = function (this: any) { return this._checkModeProperty(S_IFBLK) }
base.isCharacterDevice = function (this: any) { return this._checkModeProperty(S_IFCHR) }
base.isSymbolicLink = function (this: any) { return this._checkModeProperty(S_IFLNK) }
base.isFIFO = function (this: any) { return this._checkModeProperty(S_IFIFO) }
base.isSocket = function (this: any) { return this._checkModeProperty(S_IFSOCK) }

export function Stats(
  this: any, dev: any, mode: any, nlink: any, uid: any, gid: any, rdev: any, blksize: any, ino: any, size: any, blocks: any,
  atimeMs: any, mtimeMs: any, ctimeMs: any, birthtimeMs: any, a?: any, m?: any, c?: any, b?: any,
): void {
  this.dev = dev
  this.mode = mode
  this.nlink = nlink
  this.uid = uid
  this.gid = gid
  this.rdev = rdev
  this.blksize = blksize
  this.ino = ino
  this.size = size
  this.blocks = blocks
  this.atimeMs = atimeMs
  this.mtimeMs = mtimeMs
  this.ctimeMs = ctimeMs
  this.birthtimeMs = birthtimeMs
  this[partA] = a
  this[partM] = m
  this[partC] = c
  this[partB] = b
}
Object.setPrototypeOf(Stats.prototype, base)
Object.setPrototypeOf(Stats, StatsBase)

function BigIntStats(this: any): void {
  const v = integers
  this.dev = v[0]
  this.mode = v[1]
  this.nlink = v[2]
  this.uid = v[3]
  this.gid = v[4]
  this.rdev = v[5]
  this.blksize = v[6]
  this.ino = v[7]
  this.size = v[8]
  this.blocks = v[9]
  this.atimeMs = v[10] / 1000000n
  this.mtimeMs = v[11] / 1000000n
  this.ctimeMs = v[12] / 1000000n
  this.birthtimeMs = v[13] / 1000000n
  this.atimeNs = v[10]
  this.mtimeNs = v[11]
  this.ctimeNs = v[12]
  this.birthtimeNs = v[13]
}
Object.setPrototypeOf(BigIntStats.prototype, base)
Object.setPrototypeOf(BigIntStats, StatsBase)

// Dates are made when they are asked for, and kept as own properties.
function dateFromMs(ms: any): Date {
  return new Date(Math.round(Number(ms)))
}
for (const name of ['atime', 'mtime', 'ctime', 'birthtime']) {
  const property = {
    __proto__: null, enumerable: true, configurable: true,
    get(this: any) { return this[name] = dateFromMs(this[name + 'Ms']) },
    set(this: any, value: any) {
      Object.defineProperty(this, name, { __proto__: null, configurable: true, enumerable: true, writable: true, value } as any)
    },
  } as any
  Object.defineProperty(Stats.prototype, name, property)
  Object.defineProperty(BigIntStats.prototype, name, property)
}
;(Stats.prototype as any)._checkModeProperty = function (this: any, property: number): boolean {
  return (this.mode & S_IFMT) === property
}
;(BigIntStats.prototype as any)._checkModeProperty = function (this: any, property: number): boolean {
  return (this.mode & BigInt(S_IFMT)) === BigInt(property)
}

/** From what C wrote last. */
export function makeStats(big?: boolean): any {
  if (big) return new (BigIntStats as any)()
  const v = numbers
  return new (Stats as any)(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10], v[11], v[12], v[13], v[14], v[15], v[16], v[17])
}

class StatFs {
  declare type: any
  declare bsize: any
  declare blocks: any
  declare bfree: any
  declare bavail: any
  declare files: any
  declare ffree: any
  constructor(v: any) {
    this.type = v[0]
    this.bsize = v[1]
    this.frsize = v[1]
    this.blocks = v[2]
    this.bfree = v[3]
    this.bavail = v[4]
    this.files = v[5]
    this.ffree = v[6]
  }
}
interface StatFs { frsize: any }

export function makeStatFs(big?: boolean): any {
  return new StatFs(big ? integers : numbers)
}

const kType = Symbol('type')
// enum file_kind of sys/file.h -> UV_DIRENT_*
const typeOfKind = [0, 1, 2, 3, 4, 5, 6, 7, 0]

export class Dirent {
  declare name: any
  declare parentPath: any
  constructor(name: any, path: any, type: number) {
    this.name = name
    this.parentPath = path
    ;(this as any)[kType] = type
  }
  isDirectory(): boolean { return (this as any)[kType] === 2 }
  isFile(): boolean { return (this as any)[kType] === 1 }
  isBlockDevice(): boolean { return (this as any)[kType] === 7 }
  isCharacterDevice(): boolean { return (this as any)[kType] === 6 }
  isSymbolicLink(): boolean { return (this as any)[kType] === 3 }
  isFIFO(): boolean { return (this as any)[kType] === 4 }
  isSocket(): boolean { return (this as any)[kType] === 5 }
}

/** The list that C gives: names with a NUL after each; with types a digit stands before each. */
export function namesOf(list: string, encoding: any): any[] {
  if (list.length === 0) return []
  const names: any[] = list.split('\u0000')
  names.pop()
  if (encoding && encoding !== 'utf8') for (let i = 0; i < names.length; i++) names[i] = encoded(names[i], encoding)
  return names
}

export function direntsOf(list: string, parent: string, parentGiven: any, encoding: any): Dirent[] {
  const names = namesOf(list, undefined)
  for (let i = 0; i < names.length; i++) {
    const entry: string = names[i]
    const slash = entry.lastIndexOf('/')
    const type = typeOfKind[entry.charCodeAt(0) - 48]
    if (slash < 0) {
      names[i] = new Dirent(encoded(entry.slice(1), encoding), parentGiven, type)
    } else {
      const folder = parent + (parent.endsWith('/') ? '' : '/') + entry.slice(1, slash)
      names[i] = new Dirent(encoded(entry.slice(slash + 1), encoding), folder, type)
    }
  }
  return names
}
