// node:fs, cp: copies a file or a whole tree. The way is written once, as a generator of file operations, and walked either at
// once or on the pool.

import {
  ERR_FS_CP_DIR_TO_NON_DIR, ERR_FS_CP_EEXIST, ERR_FS_CP_EINVAL, ERR_FS_CP_FIFO_PIPE, ERR_FS_CP_NON_DIR_TO_DIR, ERR_FS_CP_SOCKET,
  ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY, ERR_FS_CP_UNKNOWN, ERR_FS_EISDIR, ERR_INVALID_RETURN_VALUE,
} from 'internal:errors'
import { validateBoolean, validateFunction, validateInteger, validateObject } from 'internal:validate'
import { callbackOf, pathOf } from './check.ts'
import fs from './fs.ts'

const path = import.meta.builtin('node:path').default
type Way = Generator<any, any, any>

function optionsOf(options: any): any {
  if (options === undefined) options = {}
  validateObject(options, 'options')
  const all = {
    dereference: false, errorOnExist: false, filter: undefined as any, force: true, mode: 0, preserveTimestamps: false, recursive: false,
    verbatimSymlinks: false, ...options,
  }
  for (const name of ['dereference', 'errorOnExist', 'force', 'preserveTimestamps', 'recursive', 'verbatimSymlinks']) {
    validateBoolean((all as any)[name], `options.${name}`)
  }
  validateInteger(all.mode, 'options.mode', 0, 7)
  if (all.dereference && all.verbatimSymlinks) {
    const { codes } = import.meta.builtin('internal:errors')
    throw new codes.ERR_INCOMPATIBLE_OPTION_PAIR('dereference', 'verbatimSymlinks')
  }
  if (all.filter !== undefined) validateFunction(all.filter, 'options.filter')
  return all
}

function problem(Class: any, message: string, at: string, errno: number, code: string): Error {
  return new Class({ message, path: at, syscall: 'cp', errno, code })
}
const same = (a: any, b: any): boolean => b !== undefined && a.ino === b.ino && a.dev === b.dev

function* statOrNot(at: string, dereference: boolean): Way {
  try {
    return yield [dereference ? 'stat' : 'lstat', at, { bigint: true }]
  } catch (error: any) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}
function isInside(from: string, to: string): boolean {
  const a = path.resolve(from).split('/').filter(Boolean), b = path.resolve(to).split('/').filter(Boolean)
  return a.every((part: string, i: number) => b[i] === part)
}

function* check(from: string, to: string, o: any): Way {
  const source = yield [o.dereference ? 'stat' : 'lstat', from, { bigint: true }]
  const target = yield* statOrNot(to, o.dereference)
  if (same(source, target)) throw problem(ERR_FS_CP_EINVAL, 'src and dest cannot be the same', to, 22, 'EINVAL')
  if (target !== undefined) {
    if (source.isDirectory() && !target.isDirectory()) {
      throw problem(ERR_FS_CP_DIR_TO_NON_DIR, `cannot overwrite non-directory ${to} with directory ${from}`, to, 20, 'ENOTDIR')
    }
    if (!source.isDirectory() && target.isDirectory()) {
      throw problem(ERR_FS_CP_NON_DIR_TO_DIR, `cannot overwrite directory ${to} with non-directory ${from}`, to, 21, 'EISDIR')
    }
  }
  if (source.isDirectory() && isInside(from, to)) {
    throw problem(ERR_FS_CP_EINVAL, `cannot copy ${from} to a subdirectory of self ${to}`, to, 22, 'EINVAL')
  }
  return [source, target]
}

/** That no parent of the target is the source itself. */
function* checkParents(from: string, source: any, to: string): Way {
  const parent = path.resolve(path.dirname(from))
  let up = path.resolve(path.dirname(to))
  while (up !== parent && up !== path.parse(up).root) {
    const stat = yield* statOrNot(up, true)
    if (stat === undefined) return
    if (same(source, stat)) throw problem(ERR_FS_CP_EINVAL, `cannot copy ${from} to a subdirectory of self ${to}`, to, 22, 'EINVAL')
    up = path.dirname(up)
  }
}

function* copy(from: string, to: string, o: any, source: any, target: any): Way {
  if (source.isDirectory()) {
    if (!o.recursive) throw problem(ERR_FS_EISDIR, `Recursive option not enabled, cannot copy a directory: ${from}`, from, 21, 'EISDIR')
    if (target === undefined) yield ['mkdir', to]
    for (const name of yield ['readdir', from]) {
      const a = path.join(from, name), b = path.join(to, name)
      if (o.filter && !(yield ['filter', o.filter, a, b])) continue
      const [inner, there] = yield* check(a, b, o)
      yield* copy(a, b, o, inner, there)
    }
    if (target === undefined) yield ['chmod', to, Number(source.mode & 0o7777n)]
  } else if (source.isFile() || source.isCharacterDevice() || source.isBlockDevice()) {
    if (target !== undefined) {
      if (!o.force) {
        if (o.errorOnExist) throw problem(ERR_FS_CP_EEXIST, `${to} already exists`, to, 17, 'EEXIST')
        return
      }
      yield ['unlink', to]
    }
    yield ['copyFile', from, to, o.mode]
    if (o.preserveTimestamps) {
      if ((source.mode & 0o200n) === 0n) yield ['chmod', to, Number(source.mode) | 0o200]
      const now = yield ['stat', from]
      yield ['utimes', to, now.atime, now.mtime]
      if ((source.mode & 0o200n) === 0n) yield ['chmod', to, Number(source.mode)]
    }
  } else if (source.isSymbolicLink()) {
    let link = yield ['readlink', from]
    if (!o.verbatimSymlinks && !path.isAbsolute(link)) link = path.resolve(path.dirname(from), link)
    if (target !== undefined) {
      let there
      try {
        there = yield ['readlink', to]
      } catch (error: any) {
        // A file or folder stands there, and no link.
        if (error.code !== 'EINVAL') throw error
        yield ['symlink', link, to]
        return
      }
      if (!path.isAbsolute(there)) there = path.resolve(path.dirname(to), there)
      const points = yield ['stat', from]
      if (points.isDirectory() && link !== there && isInside(link, there)) {
        throw problem(ERR_FS_CP_EINVAL, `cannot copy ${link} to a subdirectory of self ${there}`, to, 22, 'EINVAL')
      }
      if (points.isDirectory() && link !== there && isInside(there, link)) {
        throw problem(ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY, `cannot overwrite ${there} with ${link}`, to, 22, 'EINVAL')
      }
      yield ['unlink', to]
    }
    yield ['symlink', link, to]
  } else if (source.isSocket()) {
    throw problem(ERR_FS_CP_SOCKET, `cannot copy a socket file: ${to}`, to, 22, 'EINVAL')
  } else if (source.isFIFO()) {
    throw problem(ERR_FS_CP_FIFO_PIPE, `cannot copy a FIFO pipe: ${to}`, to, 22, 'EINVAL')
  } else {
    throw problem(ERR_FS_CP_UNKNOWN, `cannot copy an unknown file type: ${to}`, to, 22, 'EINVAL')
  }
}

function* whole(from: string, to: string, o: any): Way {
  if (o.filter && !(yield ['filter', o.filter, from, to])) return
  const [source, target] = yield* check(from, to, o)
  yield* checkParents(from, source, to)
  const folder = path.dirname(to)
  if ((yield* statOrNot(folder, true)) === undefined) yield ['mkdir', folder, { recursive: true }]
  yield* copy(from, to, o, source, target)
}

export function cpSync(from: any, to: any, options?: any): void {
  const o = optionsOf(options), way = whole(pathOf(from, 'src'), pathOf(to, 'dest'), o)
  let step = way.next()
  while (!step.done) {
    const [name, ...args] = step.value
    let result
    try {
      if (name === 'filter') {
        result = args[0](args[1], args[2])
        if (typeof result?.then === 'function') throw new ERR_INVALID_RETURN_VALUE('boolean', 'filter', result)
      } else {
        result = fs[`${name}Sync`](...args)
      }
    } catch (error) {
      step = way.throw(error)
      continue
    }
    step = way.next(result)
  }
}
export async function cpLater(from: any, to: any, options?: any): Promise<void> {
  const o = optionsOf(options), way = whole(pathOf(from, 'src'), pathOf(to, 'dest'), o)
  let step = way.next()
  while (!step.done) {
    const [name, ...args] = step.value
    let result
    try {
      result = await (name === 'filter' ? args[0](args[1], args[2]) : fs.promises[name](...args))
    } catch (error) {
      step = way.throw(error)
      continue
    }
    step = way.next(result)
  }
}
export function cp(from: any, to: any, options: any, callback?: any): void {
  if (typeof options === 'function') [options, callback] = [undefined, options]
  callbackOf(callback)
  options = optionsOf(options)
  from = pathOf(from, 'src')
  to = pathOf(to, 'dest')
  cpLater(from, to, options).then(() => process.nextTick(callback, null), error => process.nextTick(callback, error))
}
