// internal:inspect_style: inspect.colors, inspect.styles and what they do.

const FG = 39
const BG = 49

export const colors: Record<string, [number, number]> = {
  __proto__: null,
  reset: [0, 0], bold: [1, 22], dim: [2, 22], italic: [3, 23], underline: [4, 24], blink: [5, 25], inverse: [7, 27],
  hidden: [8, 28], strikethrough: [9, 29], doubleunderline: [21, 24],
  black: [30, FG], red: [31, FG], green: [32, FG], yellow: [33, FG], blue: [34, FG], magenta: [35, FG], cyan: [36, FG], white: [37, FG],
  bgBlack: [40, BG], bgRed: [41, BG], bgGreen: [42, BG], bgYellow: [43, BG], bgBlue: [44, BG], bgMagenta: [45, BG],
  bgCyan: [46, BG], bgWhite: [47, BG],
  framed: [51, 54], overlined: [53, 55],
  gray: [90, FG], redBright: [91, FG], greenBright: [92, FG], yellowBright: [93, FG], blueBright: [94, FG], magentaBright: [95, FG],
  cyanBright: [96, FG], whiteBright: [97, FG],
  bgGray: [100, BG], bgRedBright: [101, BG], bgGreenBright: [102, BG], bgYellowBright: [103, BG], bgBlueBright: [104, BG],
  bgMagentaBright: [105, BG], bgCyanBright: [106, BG], bgWhiteBright: [107, BG],
} as any

const ALIASES: Record<string, string[]> = {
  gray: ['grey', 'blackBright'], bgGray: ['bgGrey', 'bgBlackBright'], dim: ['faint'],
  strikethrough: ['crossedout', 'strikeThrough', 'crossedOut'], hidden: ['conceal'], inverse: ['swapColors', 'swapcolors'],
  doubleunderline: ['doubleUnderline'],
}
for (const target of Object.keys(ALIASES)) {
  for (const alias of ALIASES[target]!) {
    Object.defineProperty(colors, alias, {
      get() { return this[target] },
      set(value) { this[target] = value },
      enumerable: false, configurable: true,
    })
  }
}

export const styles: Record<string, any> = Object.assign(Object.create(null), {
  special: 'cyan', number: 'yellow', bigint: 'yellow', boolean: 'yellow', undefined: 'grey', null: 'bold', string: 'green',
  symbol: 'green', date: 'magenta', regexp: highlightRegExp, module: 'underline',
})

export function stylizeWithColor(text: string, kind?: string): string {
  const style = styles[kind!]
  if (style === undefined) return text
  const color = colors[style]
  if (color !== undefined) return `\u001b[${color[0]}m${text}\u001b[${color[1]}m`
  return typeof style === 'function' ? style(text) : text
}

const PALETTE = ['green', 'red', 'yellow', 'cyan', 'magenta']
highlightRegExp.colors = PALETTE.slice()

/** A regular expression with its groups in turning colours. */
function highlightRegExp(text: string): string {
  const names = highlightRegExp.colors?.length > 0 ? highlightRegExp.colors : PALETTE
  const palette = names.map(name => colors[name]).filter(color => color !== undefined)
  let out = ''
  let depth = 0
  let i = 1
  const isDigit = (c: string | undefined): boolean => c !== undefined && c >= '0' && c <= '9'
  const put = (part: string, deeper = 0): void => {
    const color = palette[(depth + deeper) % palette.length] ?? palette[0]!
    out += `\u001b[${color[0]}m${part}\u001b[${color[1]}m`
  }
  const digits = (): string => {
    const from = i
    while (isDigit(text[i])) i++
    return text.slice(from, i)
  }
  /** `open`name`close`, where `open` was read up to its bracket; without a close the bracket is an ordinary letter. */
  const group = (open: string, close: string, shift: number): void => {
    const end = text.indexOf(close, i + 1)
    if (end === -1) {
      i = text.length
      put(open, 1)
      i -= text.length - begun - open.length
      return
    }
    depth -= shift
    put(open)
    put(text.slice(i + 1, end), 1)
    put(close)
    depth += shift
    i = end + 1
  }
  let begun = 0
  /** An escape; true when it was put whole, otherwise its text is left in `sequence`. */
  let sequence = ''
  const escape = (inClass: boolean): boolean => {
    begun = i
    sequence = '\\'
    i++
    if (i >= text.length) return false
    sequence += text[i++]
    const kind = sequence[1]!
    const next = text[i]
    if ((kind === 'u' || kind === 'p' || kind === 'P') && next === '{') {
      group(`${sequence}{`, '}', 0)
      return true
    }
    if (kind === 'x' && (inClass || i < text.length)) {
      sequence += text.slice(i, i + 2)
      i += 2
    } else if (!inClass && kind === 'k' && next === '<') {
      group(`${sequence}<`, '>', 1)
      return true
    } else if (!inClass && isDigit(kind)) {
      sequence += digits()
    }
    return false
  }
  put('/')
  depth++
  let inClass = false
  while (i < text.length) {
    const c = text[i]!
    if (inClass) {
      if (c === '\\') {
        if (!escape(true)) put(sequence)
      } else if (c === ']') {
        depth--
        put(']')
        i++
        inClass = false
      } else {
        put(c, c === '-' && text[i - 1] !== '[' && i + 1 < text.length && text[i + 1] !== ']' ? 1 : 0)
        i++
      }
    } else if (c === '[') {
      put('[')
      depth++
      i++
      inClass = true
    } else if (c === '(') {
      put('(')
      depth++
      i++
      if (text[i] === '?') {
        i++
        groupHead()
      }
    } else if (c === ')') {
      depth--
      put(')')
      i++
    } else if (c === '\\') {
      if (!escape(false)) put(sequence, 1)
    } else if ('|+*?,^$'.includes(c)) {
      put(c, 3)
      i++
    } else if (c === '{') {
      quantifier()
    } else if (c === '.') {
      put(c, 2)
      i++
    } else if (c === '/') {
      break
    } else {
      put(c, 1)
      i++
    }
  }
  put('/', -1)
  i++
  if (i < text.length) put(text.slice(i))
  return out

  function groupHead(): void {
    const a = text[i] ?? ''
    const b = text[i + 1] ?? ''
    if (a === ':' || a === '=' || a === '!') {
      put(`?${a}`, -1)
      i++
    } else if (a === '<' && (b === '=' || b === '!')) {
      put(`?<${b}`, -1)
      i += 2
    } else if (a === '<') {
      const from = ++i
      while (i < text.length && text[i] !== '>') i++
      const name = text.slice(from, i)
      if (text[i] === '>') {
        depth--
        put('?<')
        put(name, 1)
        put('>')
        depth++
        i++
      } else {
        put('?<', -1)
        put(name)
      }
    } else {
      put('?')
    }
  }

  function quantifier(): void {
    i++
    const least = digits()
    if (least) {
      put('{')
      depth++
      put(least, 1)
    }
    if (text[i] === ',') {
      if (!least) {
        put('{')
        depth++
      }
      put(',')
      i++
    } else if (i < text.length && !least) {
      put('{', 1)
      return
    }
    const most = digits()
    if (most) put(most, 1)
    if (text[i] === '}') {
      depth--
      put('}')
      i++
    }
    if (text[i] === '?') {
      put('?', 3)
      i++
    }
  }
}
