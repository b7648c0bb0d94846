// util.parseEnv: the text of a .env file, by Node's rules.

export function parseEnv(content: string): Record<string, string> {
  const out: Record<string, string> = { __proto__: null } as any
  let text = content.replaceAll('\r', '').replace(/^\uFEFF/, '')
  text = text.trim()
  while (text.length > 0) {
    if (text[0] === '\n' || text[0] === '#') {
      text = text.slice(text.indexOf('\n') + 1 || text.length)
      continue
    }
    const line = text.indexOf('\n')
    const equal = text.indexOf('=')
    if (equal === -1 || (line !== -1 && equal > line)) {
      // A line without a value is passed over.
      if (line === -1) break
      text = text.slice(line + 1).trimStart()
      continue
    }
    let key = text.slice(0, equal).trim()
    if (key === '') {
      // A value without a name, too.
      if (line === -1) break
      text = text.slice(line + 1).trimStart()
      continue
    }
    text = text.slice(equal + 1)
    if (key.startsWith('export ')) key = key.slice(7).trim()
    if (text === '' || text[0] === '\n') {
      out[key] = ''
      text = text.slice(1)
      continue
    }
    text = text.replace(/^[ \t\f\v]+/, '').trimStart()
    if (text === '') {
      out[key] = ''
      break
    }
    const mark = text[0]!
    if (mark === '"' || mark === "'" || mark === '`') {
      const end = text.indexOf(mark, 1)
      if (end !== -1) {
        const value = text.slice(1, end)
        out[key] = mark === '"' ? value.replaceAll('\\n', '\n') : value
        const next = text.indexOf('\n', end + 1)
        text = next === -1 ? '' : text.slice(next + 1)
        continue
      }
      // Without its end a quote is a letter of the first line.
    }
    const next = text.indexOf('\n')
    let value = next === -1 ? text : text.slice(0, next)
    const hash = value.indexOf('#')
    if (hash !== -1) value = value.slice(0, hash)
    out[key] = value.trim()
    text = next === -1 ? '' : text.slice(next + 1)
    text = text.replace(/^[ \t\f\v]+/, '')
  }
  return out
}
