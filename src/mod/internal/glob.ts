// internal:glob: does a path match a pattern? Braces, *, ?, **, [classes] and +(groups), as path.matchesGlob has them: a
// backslash in a pattern is a separator, names that begin with a dot must be asked for.

type Part = '**' | RegExp | string

const compiled = new Map<string, Part[][]>()

export function matches(path: string, pattern: string, windows: boolean): boolean {
  if (windows) path = path.replaceAll('\\', '/')
  const key = `${windows ? 'w' : 'p'}${pattern}`
  let sets = compiled.get(key)
  if (sets === undefined) {
    if (compiled.size > 100) compiled.clear()
    compiled.set(key, sets = compile(pattern))
  }
  if (pattern === '') return path === ''
  const parts = tidied(path.split(/\/+/))
  return sets.some(set => matchParts(parts, 0, set, 0))
}

function compile(pattern: string): Part[][] {
  return expandBraces(pattern.replaceAll('\\', '/')).map(one => {
    const parts = tidied(one.split(/\/+/))
    return parts.map((part, i) => part === '**' ? '**' : compilePart(part, i)).filter((part, i, all) => part !== '**' || all[i - 1] !== '**')
  })
}

/** Without '.' and, where a name stands before it, '..'. */
function tidied(parts: string[]): string[] {
  const out: string[] = []
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!
    const last = out[out.length - 1]
    if (i > 0 && i < parts.length - 1 && part === '.') continue
    if (part === '..' && last !== undefined && last !== '' && last !== '.' && last !== '..' && last !== '**') out.pop()
    else out.push(part)
  }
  if (out[0] === '.' && out.length === 2 && out[1] === '') out.pop()
  if (out.length === 0) return ['']
  return out
}

function matchParts(path: string[], at: number, set: Part[], i: number): boolean {
  for (; i < set.length; i++, at++) {
    const part = set[i]!
    if (part === '**') {
      if (i === set.length - 1) {
        for (; at < path.length; at++) if (path[at]![0] === '.') return false
        return true
      }
      for (let next = at; next < path.length; next++) {
        if (matchParts(path, next, set, i + 1)) return true
        if (path[next]![0] === '.') return false
      }
      return false
    }
    if (at >= path.length) return false
    const name = path[at]!
    if (typeof part === 'string' ? part !== name : !part.test(name)) return false
  }
  // A slash at the end of the path is no name.
  return at === path.length || (at === path.length - 1 && path[at] === '')
}

function expandBraces(pattern: string): string[] {
  const open = braceAt(pattern)
  if (open === undefined) return [pattern]
  const { start, end, parts } = open
  const head = pattern.slice(0, start)
  const tails = expandBraces(pattern.slice(end + 1))
  const out: string[] = []
  for (const part of parts.flatMap(expandBraces)) for (const tail of tails) out.push(head + part + tail)
  return out
}

/** The first brace that has commas, or is a range. */
function braceAt(pattern: string): { start: number; end: number; parts: string[] } | undefined {
  for (let start = pattern.indexOf('{'); start !== -1; start = pattern.indexOf('{', start + 1)) {
    if (pattern[start - 1] === '$') continue
    let depth = 0
    let from = start + 1
    const parts: string[] = []
    for (let i = start; i < pattern.length; i++) {
      const c = pattern[i]
      if (c === '{') depth++
      else if (c === ',' && depth === 1) {
        parts.push(pattern.slice(from, i))
        from = i + 1
      } else if (c === '}' && --depth === 0) {
        parts.push(pattern.slice(from, i))
        if (parts.length > 1) return { start, end: i, parts }
        const range = rangeOf(parts[0]!)
        if (range !== undefined) return { start, end: i, parts: range }
        break
      }
    }
  }
  return undefined
}

function rangeOf(text: string): string[] | undefined {
  const match = /^(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?$|^([a-zA-Z])\.\.([a-zA-Z])(?:\.\.(-?\d+))?$/.exec(text)
  if (match === null) return undefined
  const isNumber = match[1] !== undefined
  const from = isNumber ? +match[1]! : match[4]!.charCodeAt(0)
  const to = isNumber ? +match[2]! : match[5]!.charCodeAt(0)
  const step = Math.max(Math.abs(+(match[3] ?? match[6] ?? 1)), 1)
  const width = isNumber && /^-?0\d/.test(`${match[1]}`) || /^-?0\d/.test(`${match[2]}`) ? Math.max(match[1]!.length, match[2]!.length) : 0
  const out: string[] = []
  for (let i = from; from <= to ? i <= to : i >= to; i += from <= to ? step : -step) {
    const digits = `${Math.abs(i)}`
    out.push(isNumber ? (i < 0 ? '-' : '') + digits.padStart(width - (i < 0 ? 1 : 0), '0') : String.fromCharCode(i))
  }
  return out
}

const POSIX: Record<string, string> = {
  alnum: '\\p{L}\\p{Nl}\\p{Nd}', alpha: '\\p{L}\\p{Nl}', ascii: '\\x00-\\x7f', blank: '\\p{Zs}\\t', cntrl: '\\p{Cc}', digit: '\\p{Nd}',
  lower: '\\p{Ll}', print: '\\P{C}', punct: '\\p{P}', space: '\\p{Z}\\t\\r\\n\\v\\f', upper: '\\p{Lu}', word: '\\p{L}\\p{Nl}\\p{Nd}\\p{Pc}',
  xdigit: 'A-Fa-f0-9',
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

function compilePart(part: string, _i: number): RegExp | string {
  if (!/[*?[]|[!@+]\(/.test(part)) return part
  const { source, isMagic } = sourceOf(part, true)
  if (!isMagic) return part
  return new RegExp(part[0] === '.' ? `^(?!\\.\\.?$)${source}$` : `^${source}$`, 'u')
}

/** The regular expression of one name. `first`: at its beginning a dot must be written out. */
function sourceOf(part: string, first: boolean): { source: string; isMagic: boolean } {
  let out = ''
  let isMagic = false
  let i = 0
  const atStart = (): boolean => first && out === ''
  if (first && /^[*?[]/.test(part) && !/^[*?]\(/.test(part)) out += '(?!\\.)'
  const begun = out
  while (i < part.length) {
    const c = part[i]!
    const group = '!@+?*'.includes(c) && part[i + 1] === '(' ? groupAt(part, i + 1) : undefined
    if (group !== undefined) {
      isMagic = true
      const options = group.parts.map(one => sourceOf(one, atStart()).source)
      const rest = sourceOf(part.slice(group.end + 1), false)
      const body = `(?:${options.join('|')})`
      const guard = atStart() && group.parts.some(one => /^[*?[]/.test(one)) ? '(?!\\.)' : ''
      if (c === '!') return { source: `${out}${atStart() ? '(?!\\.)' : ''}(?!${body}${rest.source}$)[^/]*?${rest.source}`, isMagic }
      out += `${guard}${body}${c === '@' ? '' : c}`
      return { source: out + rest.source, isMagic }
    }
    if (c === '*') {
      isMagic = true
      while (part[i + 1] === '*' && part[i + 2] !== '(') i++
      // A name is never empty.
      out += part.length === 1 || (out === begun && i === part.length - 1) ? '[^/]+?' : '[^/]*?'
      i++
    } else if (c === '?') {
      isMagic = true
      out += '[^/]'
      i++
    } else if (c === '[') {
      const set = classAt(part, i)
      if (set === undefined) {
        out += '\\['
        i++
      } else {
        isMagic ||= set.isMagic
        out += set.source
        i = set.end
      }
    } else {
      out += escaped(c)
      i++
    }
  }
  return { source: out, isMagic }
}

function groupAt(part: string, open: number): { parts: string[]; end: number } | undefined {
  const parts: string[] = []
  let depth = 0
  let from = open + 1
  for (let i = open; i < part.length; i++) {
    const c = part[i]
    if (c === '(') depth++
    else if (c === '|' && depth === 1) {
      parts.push(part.slice(from, i))
      from = i + 1
    } else if (c === ')' && --depth === 0) {
      parts.push(part.slice(from, i))
      return { parts, end: i }
    }
  }
  return undefined
}

function classAt(part: string, open: number): { source: string; end: number; isMagic: boolean } | undefined {
  let i = open + 1
  const not = part[i] === '!' || part[i] === '^'
  if (not) i++
  const start = i
  let body = ''
  let count = 0
  for (; i < part.length; i++) {
    if (part[i] === ']' && i > start) {
      if (body === '') return { source: not ? '[^/]' : '(?!)', end: i + 1, isMagic: true }
      // One letter in brackets is that letter.
      const single = count === 1 && !not && body.replace('\\', '').length === 1
      return { source: single ? body : `(?!/)[${not ? '^' : ''}${body}]`, end: i + 1, isMagic: !single }
    }
    const posix = /^\[:(\w+):\]/.exec(part.slice(i))
    if (posix !== null && POSIX[posix[1]!] !== undefined) {
      body += POSIX[posix[1]!]
      i += posix[0].length - 1
      count += 2
      continue
    }
    if (part[i + 1] === '-' && part[i + 2] !== undefined && part[i + 2] !== ']') {
      const [a, b] = [part[i]!, part[i + 2]!]
      if (a <= b) body += `${escaped(a)}-${escaped(b)}`
      i += 2
      count += 2
      continue
    }
    body += escaped(part[i]!)
    count++
  }
  return undefined
}
