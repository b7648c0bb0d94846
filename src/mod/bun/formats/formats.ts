// bun:formats: Bun.TOML, Bun.YAML, Bun.JSON5, Bun.JSONC, Bun.JSONL, Bun.semver, Bun.hash, Bun.Glob.

import { ERR_INVALID_ARG_TYPE, ERR_NOT_IMPLEMENTED } from 'internal:errors'
import * as native from 'native:formats'
import { stringify as stringifyJson5 } from './json5.ts'
import { stringify as stringifyToml } from './toml.ts'
import { stringify as stringifyYaml } from './yaml.ts'
import { needText, revive, textOf } from './values.ts'

export { JSONL } from './jsonl.ts'
export { fix } from './values.ts'

/** A member that is not there yet says so when it is called. */
function absent(name: string): () => never {
  return () => { throw new ERR_NOT_IMPLEMENTED(`Bun.${name}`) }
}

export const TOML = {
  parse(input: any): any { return revive(native.toml, needText(input)) },
  stringify(value: any, replacer: any, _space: any): string | undefined { return stringifyToml(value, replacer) },
}

export const YAML = {
  parse(input: any): any { return revive(native.yaml, textOf(input)) },
  stringify(value: any, replacer: any, space: any): string | undefined { return stringifyYaml(value, replacer, space) },
}

export const JSON5 = {
  parse(input: any): any { return revive(native.json5, needText(input)) },
  stringify(value: any, replacer: any, space: any): string | undefined { return stringifyJson5(value, replacer, space) },
}

export const JSONC = {
  parse(input: any): any { return revive(native.jsonc, needText(input)) },
}

export const semver = {
  satisfies(version: any, range: any): boolean { return native.satisfies(`${version}`, `${range}`) },
  order(a: any, b: any): number { return native.order(`${a}`, `${b}`) },
}

// enum kind of native.c
const KINDS = ['wyhash', 'adler32', 'crc32', 'xxHash32', 'xxHash64', 'murmur32v2', 'murmur32v3', 'murmur64v2']

function hasher(kind: number): (data: any, seed?: any) => number | bigint {
  return (data, seed = 0) => {
    if (typeof data !== 'string' && !ArrayBuffer.isView(data) && !(data instanceof ArrayBuffer)
      && !(typeof SharedArrayBuffer !== 'undefined' && data instanceof SharedArrayBuffer)) {
      if (data !== undefined && typeof data !== 'object') data = `${data}`
      else throw new ERR_INVALID_ARG_TYPE('data', ['string', 'ArrayBuffer', 'ArrayBufferView'], data)
    }
    return native.hash(kind, data, typeof seed === 'bigint' ? BigInt.asIntN(64, seed) : seed)
  }
}

export const hash: any = hasher(0)
KINDS.forEach((name, kind) => { hash[name] = hasher(kind) })
for (const name of ['cityHash32', 'cityHash64', 'xxHash3', 'rapidhash']) hash[name] = absent(`hash.${name}`)

type ScanOptions = { cwd: string; dot: boolean; absolute: boolean; followSymlinks: boolean; onlyFiles: boolean }

function scanOptions(options: any): ScanOptions {
  const given = typeof options === 'string' ? { cwd: options } : options ?? {}
  const { cwd = '.', dot = false, absolute = false, followSymlinks = false, onlyFiles = true } = given
  return { cwd: import.meta.builtin('node:path').default.resolve(cwd), dot, absolute, followSymlinks, onlyFiles }
}

/** How many segments below the folder a path can have; Infinity with "**". Braces may hold slashes, so they count as many. */
function depthOf(pattern: string): number {
  return pattern.includes('**') || pattern.startsWith('!') ? Infinity : pattern.split('/').length
}

export const Glob: any = class Glob {
  #pattern: string

  constructor(pattern: any) {
    if (typeof pattern !== 'string') throw new ERR_INVALID_ARG_TYPE('pattern', 'string', pattern)
    this.#pattern = pattern
  }

  match(path: any): boolean {
    if (typeof path !== 'string') throw new ERR_INVALID_ARG_TYPE('str', 'string', path)
    return native.glob(this.#pattern, path)
  }

  * #walk(options: ScanOptions): Generator<string> {
    const fs = import.meta.builtin('node:fs').default
    const pattern = this.#pattern.replace(/^\.\//, ''), most = depthOf(pattern)
    const showsDots = options.dot || /(^|[/{,])\./.test(pattern)
    const folders: [string, number][] = [['', 1]]
    while (folders.length > 0) {
      const [folder, depth] = folders.pop()!
      for (const entry of fs.readdirSync(`${options.cwd}/${folder}`, { withFileTypes: true })) {
        if (!showsDots && entry.name.startsWith('.')) continue
        const path = folder + entry.name
        let isFolder = entry.isDirectory()
        if (entry.isSymbolicLink() && (options.followSymlinks || options.onlyFiles)) {
          const target = fs.statSync(`${options.cwd}/${path}`, { throwIfNoEntry: false })
          if (target?.isDirectory()) {
            if (!options.followSymlinks && options.onlyFiles) continue
            isFolder = options.followSymlinks
          }
        }
        if (isFolder && depth < most) folders.push([`${path}/`, depth + 1])
        if ((!isFolder || !options.onlyFiles) && native.glob(pattern, path)) yield options.absolute ? `${options.cwd}/${path}` : path
      }
    }
  }

  scanSync(options?: any): IterableIterator<string> {
    return this.#walk(scanOptions(options))
  }

  async * scan(options?: any): AsyncGenerator<string> {
    yield* this.#walk(scanOptions(options))
  }
}

