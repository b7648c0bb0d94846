// node:fs: the list. What is always needed is here; streams, folders as objects, cp, watch and glob are loaded when they are asked for.

import { constants, secondsOf } from './check.ts'
import * as callback from './callback.ts'
import { Dirent, Stats } from './stat.ts'
import * as sync from './sync.ts'

/** A function of another file, loaded at its first call. Keeps the name and the number of arguments. */
function lazy(file: string, name: string, length: number): any {
  const it = {
    [name](...args: any[]): any {
      return load(file)[name](...args)
    },
  }[name]
  Object.defineProperty(it, 'length', { value: length, configurable: true })
  return it
}
function load(file: string): any {
  switch (file) {
    case 'cp': return import.meta.builtin('./cp.ts')
    case 'dir': return import.meta.builtin('./dir.ts')
    case 'glob': return import.meta.builtin('./glob.ts')
    case 'watch': return import.meta.builtin('./watch.ts')
    default: return import.meta.builtin('./stream.ts')
  }
}

const fs: any = {
  appendFile: callback.appendFile, appendFileSync: sync.appendFileSync, access: callback.access, accessSync: sync.accessSync,
  chown: callback.chown, chownSync: sync.chownSync, chmod: callback.chmod, chmodSync: sync.chmodSync,
  close: callback.close, closeSync: sync.closeSync, copyFile: callback.copyFile, copyFileSync: sync.copyFileSync,
  cp: lazy('cp', 'cp', 4), cpSync: lazy('cp', 'cpSync', 3),
  createReadStream: lazy('stream', 'createReadStream', 2), createWriteStream: lazy('stream', 'createWriteStream', 2),
  exists: callback.exists, existsSync: sync.existsSync, fchown: callback.fchown, fchownSync: sync.fchownSync,
  fchmod: callback.fchmod, fchmodSync: sync.fchmodSync, fdatasync: callback.fdatasync, fdatasyncSync: sync.fdatasyncSync,
  fstat: callback.fstat, fstatSync: sync.fstatSync, fsync: callback.fsync, fsyncSync: sync.fsyncSync,
  ftruncate: callback.ftruncate, ftruncateSync: sync.ftruncateSync, futimes: callback.futimes, futimesSync: sync.futimesSync,
  glob: lazy('glob', 'glob', 3), globSync: lazy('glob', 'globSync', 2),
  lchown: callback.lchown, lchownSync: sync.lchownSync, lchmod: undefined, lchmodSync: undefined,
  link: callback.link, linkSync: sync.linkSync, lstat: callback.lstat, lstatSync: sync.lstatSync,
  lutimes: callback.lutimes, lutimesSync: sync.lutimesSync, mkdir: callback.mkdir, mkdirSync: sync.mkdirSync,
  mkdtemp: callback.mkdtemp, mkdtempSync: sync.mkdtempSync, mkdtempDisposableSync: sync.mkdtempDisposableSync,
  open: callback.open, openSync: sync.openSync, openAsBlob, openAsBlobSync, readdir: callback.readdir, readdirSync: sync.readdirSync,
  read: callback.read, readSync: sync.readSync, readv: callback.readv, readvSync: sync.readvSync,
  readFile: callback.readFile, readFileSync: sync.readFileSync, readlink: callback.readlink, readlinkSync: sync.readlinkSync,
  realpath: callback.realpath, realpathSync: sync.realpathSync, rename: callback.rename, renameSync: sync.renameSync,
  rm: callback.rm, rmSync: sync.rmSync, rmdir: callback.rmdir, rmdirSync: sync.rmdirSync,
  stat: callback.stat, statfs: callback.statfs, statSync: sync.statSync, statfsSync: sync.statfsSync,
  symlink: callback.symlink, symlinkSync: sync.symlinkSync, truncate: callback.truncate, truncateSync: sync.truncateSync,
  unwatchFile: lazy('watch', 'unwatchFile', 2), unlink: callback.unlink, unlinkSync: sync.unlinkSync,
  utimes: callback.utimes, utimesSync: sync.utimesSync, watch: lazy('watch', 'watch', 3), watchFile: lazy('watch', 'watchFile', 3),
  writeFile: callback.writeFile, writeFileSync: sync.writeFileSync, write: callback.write, writeSync: sync.writeSync,
  writev: callback.writev, writevSync: sync.writevSync, Dirent, Stats,
}
lazyProperty('ReadStream', () => load('stream').ReadStream)
lazyProperty('WriteStream', () => load('stream').WriteStream)
lazyProperty('FileReadStream', () => load('stream').ReadStream)
lazyProperty('FileWriteStream', () => load('stream').WriteStream)
fs._toUnixTimestamp = secondsOf
lazyProperty('Dir', () => load('dir').Dir)
fs.opendir = lazy('dir', 'opendir', 3)
fs.opendirSync = lazy('dir', 'opendirSync', 2)
Object.defineProperty(fs, 'constants', { __proto__: null, enumerable: true, value: constants } as any)
Object.defineProperty(fs, 'promises', {
  __proto__: null, configurable: true, enumerable: true,
  get() { return import.meta.builtin('node:fs/promises').default },
} as any)

function lazyProperty(name: string, make: () => any): void {
  Object.defineProperty(fs, name, {
    __proto__: null, configurable: true, enumerable: true,
    get() { return make() },
    set(value: any) { Object.defineProperty(fs, name, { value, writable: true, configurable: true, enumerable: true }) },
  } as any)
}

async function openAsBlob(path: any, options: any = {}): Promise<any> {
  const data = await import.meta.builtin('node:fs/promises').default.readFile(path)
  return new Blob([data], { type: options.type ?? '' })
}

function openAsBlobSync(path: any, options: any = {}): any {
  return new Blob([sync.readFileSync(path)], { type: options.type ?? '' })
}

export default fs
