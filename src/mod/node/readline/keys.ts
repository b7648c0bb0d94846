// node:readline, keys: bytes of a terminal -> 'keypress' events, as xterm and its kin send them.

import { StringDecoder } from 'node:string_decoder'

const kDecoder = Symbol('keypress-decoder'), kState = Symbol('keypress-state')
const ESCAPE_TIMEOUT = 500

/** Names of what stands after ESC [ or ESC O. */
const named: Record<string, string> = {
  __proto__: null,
  'OP': 'f1', 'OQ': 'f2', 'OR': 'f3', 'OS': 'f4', '[P': 'f1', '[Q': 'f2', '[R': 'f3', '[S': 'f4',
  '[11~': 'f1', '[12~': 'f2', '[13~': 'f3', '[14~': 'f4', '[[A': 'f1', '[[B': 'f2', '[[C': 'f3', '[[D': 'f4', '[[E': 'f5',
  '[15~': 'f5', '[17~': 'f6', '[18~': 'f7', '[19~': 'f8', '[20~': 'f9', '[21~': 'f10', '[23~': 'f11', '[24~': 'f12',
  '[200~': 'paste-start', '[201~': 'paste-end',
  '[A': 'up', '[B': 'down', '[C': 'right', '[D': 'left', '[E': 'clear', '[F': 'end', '[H': 'home',
  'OA': 'up', 'OB': 'down', 'OC': 'right', 'OD': 'left', 'OE': 'clear', 'OF': 'end', 'OH': 'home',
  '[1~': 'home', '[2~': 'insert', '[3~': 'delete', '[4~': 'end', '[5~': 'pageup', '[6~': 'pagedown', '[[5~': 'pageup', '[[6~': 'pagedown',
  '[7~': 'home', '[8~': 'end',
} as any
const shifted: Record<string, string> = {
  __proto__: null, '[a': 'up', '[b': 'down', '[c': 'right', '[d': 'left', '[e': 'clear', '[2$': 'insert', '[3$': 'delete', '[5$': 'pageup',
  '[6$': 'pagedown', '[7$': 'home', '[8$': 'end', '[Z': 'tab',
} as any
const controlled: Record<string, string> = {
  __proto__: null, 'Oa': 'up', 'Ob': 'down', 'Oc': 'right', 'Od': 'left', 'Oe': 'clear', '[2^': 'insert', '[3^': 'delete', '[5^': 'pageup',
  '[6^': 'pagedown', '[7^': 'home', '[8^': 'end',
} as any

interface Key { sequence: string; name: string | undefined; ctrl: boolean; meta: boolean; shift: boolean; code?: string }

/** Takes one character at a time; yields for the next, so that a sequence may come in pieces. */
function* reader(stream: any): Generator<undefined, never, string> {
  for (;;) {
    let ch = yield
    let sequence = ch, escaped = false
    const key: Key = { sequence: '', name: undefined, ctrl: false, meta: false, shift: false }
    if (ch === '\u001b') {
      escaped = true
      sequence += ch = yield
      if (ch === '\u001b') sequence += ch = yield
    }
    if (escaped && (ch === 'O' || ch === '[')) {
      // ESC O letter, ESC O modifier letter, ESC [ number ; modifier letter, ESC [[ letter
      let code = ch, modifier = 0
      if (ch === 'O') {
        sequence += ch = yield
        if (ch >= '0' && ch <= '9') {
          modifier = (ch.charCodeAt(0) >> 0) - 49
          sequence += ch = yield
        }
        code += ch
      } else {
        sequence += ch = yield
        if (ch === '[') {
          code += ch
          sequence += ch = yield
        }
        const start = sequence.length - 1
        if (ch >= '0' && ch <= '9') {
          sequence += ch = yield
          if (ch >= '0' && ch <= '9') {
            sequence += ch = yield
            if (ch >= '0' && ch <= '9') sequence += ch = yield
          }
        }
        if (ch === ';') {
          sequence += ch = yield
          if (ch >= '0' && ch <= '9') sequence += yield
        }
        const text = sequence.slice(start)
        const match = /^(?:(\d\d?)(?:;(\d))?([~^$])|(\d{3}~))$/.exec(text) ?? undefined
        const other = match ? undefined : /^((\d;)?(\d))?([A-Za-z])$/.exec(text)
        if (match) {
          code += match[4] ?? match[1]! + match[3]
          modifier = (Number(match[2]) || 1) - 1
        } else if (other) {
          code += other[4]
          modifier = (Number(other[3]) || 1) - 1
        } else {
          code += text
        }
      }
      key.ctrl = Boolean(modifier & 4)
      key.meta = Boolean(modifier & 10)
      key.shift = Boolean(modifier & 1)
      key.code = code
      if (named[code]) key.name = named[code]
      else if (shifted[code]) {
        key.name = shifted[code]
        key.shift = true
      } else if (controlled[code]) {
        key.name = controlled[code]
        key.ctrl = true
      } else {
        key.name = 'undefined'
      }
    } else if (ch === '\r') {
      key.name = 'return'
      key.meta = escaped
    } else if (ch === '\n') {
      key.name = 'enter'
      key.meta = escaped
    } else if (ch === '\t') {
      key.name = 'tab'
      key.meta = escaped
    } else if (ch === '\b' || ch === '\u007f') {
      key.name = 'backspace'
      key.meta = escaped
    } else if (ch === '\u001b') {
      key.name = 'escape'
      key.meta = escaped
    } else if (ch === ' ') {
      key.name = 'space'
      key.meta = escaped
    } else if (!escaped && ch <= '\u001a') {
      key.name = String.fromCharCode(ch.charCodeAt(0) + 96)
      key.ctrl = true
    } else if (/^[0-9A-Za-z]$/.test(ch)) {
      key.name = ch.toLowerCase()
      key.shift = /^[A-Z]$/.test(ch)
      key.meta = escaped
    } else if (escaped) {
      key.name = ch.length ? undefined : 'escape'
      key.meta = true
    }
    key.sequence = sequence
    if (sequence.length !== 0 && (key.name !== undefined || escaped)) stream.emit('keypress', escaped ? undefined : sequence, key)
    else if ([...sequence].length === 1) stream.emit('keypress', sequence, key)
  }
}

export function emitKeypressEvents(stream: any, face: any = {}): void {
  if (stream[kDecoder]) return
  stream[kDecoder] = new StringDecoder('utf8')
  stream[kState] = reader(stream)
  stream[kState].next()
  let timer: any
  const wait = face.escapeCodeTimeout ?? ESCAPE_TIMEOUT
  const onData = (input: any): void => {
    if (stream.listenerCount('keypress') === 0) {
      stream.removeListener('data', onData)
      stream.on('newListener', onNewListener)
      return
    }
    const text = typeof input === 'string' ? input : stream[kDecoder].write(input)
    if (!text) return
    clearTimeout(timer)
    face._sawKeyPress = text.length === 1
    face.isCompletionEnabled = false
    let n = 0
    for (const ch of text) {
      n += ch.length
      if (n === text.length) face.isCompletionEnabled = true
      try {
        stream[kState].next(ch)
        // A lone escape is a key when nothing follows it.
        if (n === text.length && ch === '\u001b') timer = setTimeout(() => stream[kState].next(''), wait)
      } catch (error) {
        stream[kState] = reader(stream)
        stream[kState].next()
        throw error
      }
    }
  }
  const onNewListener = (event: any): void => {
    if (event !== 'keypress') return
    stream.on('data', onData)
    stream.removeListener('newListener', onNewListener)
  }
  if (stream.listenerCount('keypress') > 0) stream.on('data', onData)
  else stream.on('newListener', onNewListener)
}
