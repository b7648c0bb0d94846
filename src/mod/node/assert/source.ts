// The expression of a failed assert(...), read from the line of its call.

/** The text from the call at `column` (from 0) to its closing parenthesis, with the simple names that lead to it. */
export function expressionAt(line: string, column: number): string {
  // A call's place may be its parenthesis: the name before it is meant.
  if (line[column] === '(') column -= /[\w$]*$/.exec(line.slice(0, column))![0].length
  let start = -1
  let end = line.length
  let depth = 0
  let last = ''
  let lastAt = 0
  for (const { kind, at } of tokens(line)) {
    if (at < column) {
      const isAccess = kind === '.' || kind === '?.' || kind === '[' || kind === ']'
      if (kind === ';') start = -1
      else if (isAccess && last === 'name') start = start === -1 ? lastAt : start
      else if (!isAccess && kind !== 'name' && kind !== 'string' && kind !== 'number') start = -1
      last = kind
      lastAt = at
    } else if (kind === '(') {
      depth++
    } else if (kind === ')') {
      if (--depth === 0) {
        end = at + 1
        break
      }
    } else if (kind === ';') {
      end = at
      break
    }
  }
  return line.slice(start === -1 ? column : start, end)
}

const TOKEN = /\s+|\/\/.*|\/\*.*?(?:\*\/|$)|(?<name>#?[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*)|(?<number>\.?\d[\w.]*)|(?<string>"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|`(?:[^`\\]|\\.)*`?)|\?\.(?!\d)|[^]/yu

function* tokens(line: string): Generator<{ kind: string; at: number }> {
  TOKEN.lastIndex = 0
  let canDivide = false
  while (TOKEN.lastIndex < line.length) {
    const at = TOKEN.lastIndex
    if (line[at] === '/' && !canDivide && line[at + 1] !== '/' && line[at + 1] !== '*') {
      const regexp = /\/(?:[^/\\[]|\\.|\[(?:[^\]\\]|\\.)*\])+\/\w*/y
      regexp.lastIndex = at
      if (regexp.test(line)) {
        TOKEN.lastIndex = regexp.lastIndex
        canDivide = true
        yield { kind: 'regexp', at }
        continue
      }
    }
    const match = TOKEN.exec(line)
    if (match === null) return
    const text = match[0]
    if (/^\s|^\/[/*]/.test(text)) continue
    const groups = match.groups!
    const kind = groups.name ? 'name' : groups.number ? 'number' : groups.string ? 'string' : text
    canDivide = kind === 'number' || kind === 'string' || kind === ')' || kind === ']' || kind === '}' ||
      (kind === 'name' && !/^(?:return|typeof|case|in|of|delete|void|throw|new|else|do|await|yield|instanceof)$/.test(text))
    yield { kind, at }
  }
}

const CONTROL: Record<string, string> = { '\b': '\\b', '\f': '\\f' }

/** The message for the caller of `above`; undefined when its source cannot be read. */
export function falsyMessage(above: Function): string | undefined {
  const { prepareStackTrace, stackTraceLimit } = Error as any
  let site: any
  try {
    Error.stackTraceLimit = 1
    Error.prepareStackTrace = (_, sites) => sites
    const holder: any = {}
    Error.captureStackTrace(holder, above)
    site = holder.stack?.[0]
  } finally {
    Error.prepareStackTrace = prepareStackTrace
    Error.stackTraceLimit = stackTraceLimit
  }
  const file = site?.getFileName?.()
  if (!file) return undefined
  let line: string | undefined
  try {
    const path = file.startsWith('file:') ? import.meta.builtin('node:url').default.fileURLToPath(file) : file
    line = import.meta.builtin('node:fs').default.readFileSync(path, 'utf8').split('\n')[site.getLineNumber() - 1]
  } catch {
    return undefined
  }
  if (line === undefined) return undefined
  const source = expressionAt(line.replace(/\r$/, ''), site.getColumnNumber() - 1)
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f]/g, c => CONTROL[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return `The expression evaluated to a falsy value:\n\n  ${source}\n`
}
