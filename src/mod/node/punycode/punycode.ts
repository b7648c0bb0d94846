// node:punycode: RFC 3492 on strings.

const BASE = 36, T_MIN = 1, T_MAX = 26, SKEW = 38, DAMP = 700, FIRST_BIAS = 72, FIRST_N = 128
const MAX = 0x7fffffff

function adapt(delta: number, count: number, isFirst: boolean): number {
  let k = 0
  delta = isFirst ? Math.floor(delta / DAMP) : delta >> 1
  delta += Math.floor(delta / count)
  for (; delta > (BASE - T_MIN) * T_MAX >> 1; k += BASE) delta = Math.floor(delta / (BASE - T_MIN))
  return Math.floor(k + (BASE - T_MIN + 1) * delta / (delta + SKEW))
}

function threshold(k: number, bias: number): number {
  return k <= bias ? T_MIN : k >= bias + T_MAX ? T_MAX : k - bias
}

function overflow(): never {
  throw new RangeError('Overflow: input needs wider integers to process')
}

function ucs2decode(text: string): number[] {
  const points: number[] = []
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i)!
    points.push(point)
    if (point > 0xffff) i++
  }
  return points
}

function ucs2encode(points: Iterable<number>): string {
  return String.fromCodePoint(...points)
}

function digitOf(code: number): number {
  if (code >= 48 && code < 58) return 26 + (code - 48)
  if (code >= 65 && code < 91) return code - 65
  if (code >= 97 && code < 123) return code - 97
  return BASE
}

function decode(input: string): string {
  const points: number[] = []
  const basic = Math.max(input.lastIndexOf('-'), 0)
  for (let j = 0; j < basic; j++) {
    if (input.charCodeAt(j) >= 0x80) throw new RangeError('Illegal input >= 0x80 (not a basic code point)')
    points.push(input.charCodeAt(j))
  }
  let n = FIRST_N, i = 0, bias = FIRST_BIAS
  for (let at = basic > 0 ? basic + 1 : 0; at < input.length;) {
    const before = i
    for (let weight = 1, k = BASE;; k += BASE) {
      if (at >= input.length) throw new RangeError('Invalid input')
      const digit = digitOf(input.charCodeAt(at++))
      if (digit >= BASE) throw new RangeError('Invalid input')
      if (digit > Math.floor((MAX - i) / weight)) overflow()
      i += digit * weight
      const t = threshold(k, bias)
      if (digit < t) break
      if (weight > Math.floor(MAX / (BASE - t))) overflow()
      weight *= BASE - t
    }
    const count = points.length + 1
    bias = adapt(i - before, count, before === 0)
    if (Math.floor(i / count) > MAX - n) overflow()
    n += Math.floor(i / count)
    i %= count
    points.splice(i++, 0, n)
  }
  return String.fromCodePoint(...points)
}

function encode(input: string): string {
  const points = ucs2decode(input)
  let output = ''
  for (const point of points) if (point < 0x80) output += String.fromCharCode(point)
  const basic = output.length
  if (basic) output += '-'
  let n = FIRST_N, delta = 0, bias = FIRST_BIAS
  for (let done = basic; done < points.length;) {
    let least = MAX
    for (const point of points) if (point >= n && point < least) least = point
    if (least - n > Math.floor((MAX - delta) / (done + 1))) overflow()
    delta += (least - n) * (done + 1)
    n = least
    for (const point of points) {
      if (point < n && ++delta > MAX) overflow()
      if (point !== n) continue
      let q = delta
      for (let k = BASE;; k += BASE) {
        const t = threshold(k, bias)
        if (q < t) break
        output += digit(t + (q - t) % (BASE - t))
        q = Math.floor((q - t) / (BASE - t))
      }
      output += digit(q)
      bias = adapt(delta, done + 1, done === basic)
      delta = 0
      done++
    }
    delta++
    n++
  }
  return output
}

function digit(value: number): string {
  return String.fromCharCode(value + (value < 26 ? 97 : 22))
}

function eachLabel(domain: string, change: (label: string) => string): string {
  const parts = domain.split('@')
  const user = parts.length > 1 ? `${parts[0]}@` : ''
  const host = (parts.length > 1 ? parts[1] : domain).replace(/[\x2e\u3002\uff0e\uff61]/g, '.')
  return user + host.split('.').map(change).join('.')
}

function toUnicode(input: string): string {
  return eachLabel(input, label => /^xn--/.test(label) ? decode(label.slice(4).toLowerCase()) : label)
}

function toASCII(input: string): string {
  return eachLabel(input, label => /[^\0-\x7f]/.test(label) ? `xn--${encode(label)}` : label)
}

const version = '2.1.0'
const ucs2 = { decode: ucs2decode, encode: ucs2encode }

export { decode, encode, toASCII, toUnicode, ucs2, version }
export default { version, ucs2, decode, encode, toASCII, toUnicode }
