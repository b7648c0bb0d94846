// web:encoding/multibyte: the encodings of East Asia, which keep state between bytes. The machines are the standard's; the
// indexes come from ICU when an encoding is first used, mended where the standard differs.

import { codes } from 'internal:errors'
import * as native from 'native:encoding'

const MORE = -1                       // the byte was taken, nothing to show yet
const WRONG = -2
const END = -1                        // as a byte: there are no more

/** Takes a byte or END; gives a character, MORE or WRONG. `back` has the bytes that are to be read again. */
type Machine = (byte: number, back: number[]) => number | string

const WIDTH = 0xff - 0x30 + 1
const indexes = new Map<string, Uint32Array>()

/** [first-last or first]:value, in hexadecimal: what the standard has otherwise than ICU. 0 = nothing. */
const mends: Record<string, string> = {
  'jis0212': 'f3a1-f3b4:0 f3b7:0',
  'euc-kr': 'c9a1-c9fe:0 fea1-fefe:0',
  gb18030: `
    a3a0:3000 a6d9:fe10 a6da:fe12 a6db:fe11 a6dc:fe13 a6dd:fe14 a6de:fe15 a6df:fe16 a6ec:fe17 a6ed:fe18 a6f3:fe19 fe59:9fb4
    fe61:9fb5 fe66:9fb6 fe67:9fb7 fe6d:9fb8 fe7e:9fb9 fe90:9fba fea0:9fbb`,
  big5: `
    8130-84ff:0 87a4:9f97 87ac:9f96 8840:31c0 8841:31c1 8842:31c2 8843:31c3 8844:31c4 8846:31c5 8849:31c6 884a:31c7
    884d:31c8 884f:31c9 8850:31ca 8851:31cb 8852:31cc 8854:31cd 8855:31ce 88a9:23da 88aa:23db 8c43:9fa6 8c6d:9fa7 8c74:9fa8
    8cb7:9fa9 8cb9:9faa 8cbb:9fab 8cc0:9fac 8cd7:9fad 8cd8:9fae 8cda:9faf 8ced:9fb2 8d48:9fb3 8e69:7bb8 8e6f:7c06 8e7e:7cce
    8eab:7dd2 8eb4:7e1d 8ecd:8005 8ed0:8028 8f57:83c1 8f69:84a8 8f6e:840f 8fcb:89a6 8fcc:89a9 8ffe:8d77 906d:90fd 907a:92b9
    90dc:975c 90f1:97ff 91bf:9f16 9244:8503 92af:5159 92b0:515b 92b1:515d 92b2:515e 92c8:936e 92d1:7479 9447:6d67 94ca:799b
    95d9:9097 9644:975d 96ed:701e 96fc:5b28 9b76:7201 9b78:77d7 9b7b:7e87 9bc6:99d6 9bde:91d4 9bec:60de 9bf6:6fb6 9c42:8f36
    9c53:4fbb 9c62:71df 9c68:9104 9c6b:9df0 9c77:83cf 9cbc:5c10 9cbd:79e3 9cd0:5a67 9d57:8f0b 9d5a:7b51 9dc4:62d0 9ea9:6062
    9eef:75f9 9efd:6c4a 9f60:9b2e 9f66:9f17 9fcb:50ed 9fd8:5f0c a063:880f a077:62ce a0d5:7468 a0df:7162 a0e4:7250 a3c0:2400
    a3c1:2401 a3c2:2402 a3c3:2403 a3c4:2404 a3c5:2405 a3c6:2406 a3c7:2407 a3c8:2408 a3c9:2409 a3ca:240a a3cb:240b a3cc:240c
    a3cd:240d a3ce:240e a3cf:240f a3d0:2410 a3d1:2411 a3d2:2412 a3d3:2413 a3d4:2414 a3d5:2415 a3d6:2416 a3d7:2417 a3d8:2418
    a3d9:2419 a3da:241a a3db:241b a3dc:241c a3dd:241d a3de:241e a3df:241f a3e0:2421 c6cf:5ef4 c6d3:65e0 c6d5:7676 c6d7:96b6
    c6de:3003 c6df:4edd c879:31cf c8a1:9fb0 c8a3:9fb1 fa5f:5029 fa66:507d fabd:5305 fac5:5344 fad5:537f fb48:5605 fbb8:5a77
    fbf3:5e75 fbf9:5ed0 fc4f:5f58 fc6c:60a4 fcb9:6490 fce2:6674 fcf1:675e fdb7:6c9c fdb8:6e1d fdbb:6e2f fdf1:716e fe52:732a
    fe6f:745c feaa:74e9 fedd:7809`,
}

function mend(index: Uint32Array, name: string, place: (pair: number) => number): void {
  for (const entry of (mends[name] ?? '').trim().split(/\s+/)) {
    const [range, value] = entry.split(':')
    if (value === undefined) continue
    const [first, last] = range.split('-').map(hex => parseInt(hex, 16))
    for (let pair = first; pair <= (last ?? first); pair++) index[place(pair)] = parseInt(value, 16)
  }
}

/** The characters of pairs of bytes, `first` <= lead <= `last`, 0x30 <= trail. */
function pairs(name: string, converter: string, first: number, last: number, prefix = 0): Uint32Array {
  let index = indexes.get(name)
  if (index !== undefined) return index
  index = new Uint32Array((last - first + 1) * WIDTH)
  if (!native.index(index, converter, prefix, first, last)) throw new codes.ERR_NOT_IMPLEMENTED(`decoding ${name} without ICU`)
  mend(index, name, pair => ((pair >> 8) - first) * WIDTH + (pair & 0xff) - 0x30)
  indexes.set(name, index)
  return index
}

function at(index: Uint32Array, lead: number, trail: number): number {
  return trail < 0x30 ? 0 : index[lead * WIDTH + trail - 0x30] || 0
}

function fours(): Uint32Array {
  let index = indexes.get('fours')
  if (index !== undefined) return index
  index = new Uint32Array(39420)
  if (!native.index(index, 'gb18030', 0, 0, 0)) throw new codes.ERR_NOT_IMPLEMENTED('decoding gb18030 without ICU')
  mend(index, 'fours', pointer => pointer)
  indexes.set('fours', index)
  return index
}

function gb18030(): Machine {
  const index = pairs('gb18030', 'gb18030', 0x81, 0xfe)
  let first = 0, second = 0, third = 0
  return (byte, back) => {
    if (byte === END) {
      if (first === 0) return MORE
      first = second = third = 0
      return WRONG
    }
    if (third !== 0) {
      if (byte < 0x30 || byte > 0x39) {
        back.push(byte, third, second)
        first = second = third = 0
        return WRONG
      }
      const pointer = ((first - 0x81) * 10 * 126 * 10) + ((second - 0x30) * 10 * 126) + ((third - 0x81) * 10) + byte - 0x30
      first = second = third = 0
      if (pointer < 39420) return fours()[pointer] || WRONG
      return pointer >= 189000 && pointer <= 1237575 ? 0x10000 + pointer - 189000 : WRONG
    }
    if (second !== 0) {
      if (byte >= 0x81 && byte <= 0xfe) {
        third = byte
        return MORE
      }
      back.push(byte, second)
      first = second = 0
      return WRONG
    }
    if (first !== 0) {
      if (byte >= 0x30 && byte <= 0x39) {
        second = byte
        return MORE
      }
      const lead = first
      first = 0
      const point = (byte >= 0x40 && byte <= 0x7e) || (byte >= 0x80 && byte <= 0xfe) ? at(index, lead - 0x81, byte) : 0
      if (point) return point
      if (byte < 0x80) back.push(byte)
      return WRONG
    }
    if (byte < 0x80) return byte
    if (byte === 0x80) return 0x20ac
    if (byte === 0xff) return WRONG
    first = byte
    return MORE
  }
}

const BIG5_PAIRS: Record<number, string> = { 0x8862: '\u00ca\u0304', 0x8864: '\u00ca\u030c', 0x88a3: '\u00ea\u0304', 0x88a5: '\u00ea\u030c' }

function big5(): Machine {
  const index = pairs('big5', 'Big5-HKSCS', 0x81, 0xfe)
  let lead = 0
  return (byte, back) => {
    if (byte === END) return finish()
    if (lead !== 0) {
      const before = lead
      lead = 0
      const special = BIG5_PAIRS[before << 8 | byte]
      if (special !== undefined) return special
      const point = (byte >= 0x40 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xfe) ? at(index, before - 0x81, byte) : 0
      if (point) return point
      if (byte < 0x80) back.push(byte)
      return WRONG
    }
    if (byte < 0x80) return byte
    if (byte === 0x80 || byte === 0xff) return WRONG
    lead = byte
    return MORE
  }
  function finish(): number {
    if (lead === 0) return MORE
    lead = 0
    return WRONG
  }
}

function eucJp(): Machine {
  const jis0208 = pairs('jis0208', 'EUC-JP', 0xa1, 0xfe)
  let lead = 0, isJis0212 = false
  return (byte, back) => {
    if (byte === END) {
      if (lead === 0) return MORE
      lead = 0
      isJis0212 = false
      return WRONG
    }
    if (lead === 0x8e && byte >= 0xa1 && byte <= 0xdf) {
      lead = 0
      return 0xff61 - 0xa1 + byte
    }
    if (lead === 0x8f && byte >= 0xa1 && byte <= 0xfe) {
      isJis0212 = true
      lead = byte
      return MORE
    }
    if (lead !== 0) {
      const before = lead, index = isJis0212 ? pairs('jis0212', 'EUC-JP', 0xa1, 0xfe, 0x8f) : jis0208
      lead = 0
      isJis0212 = false
      const point = before >= 0xa1 && byte >= 0xa1 && byte <= 0xfe ? at(index, before - 0xa1, byte) : 0
      if (point) return point
      if (byte < 0x80) back.push(byte)
      return WRONG
    }
    if (byte < 0x80) return byte
    if (byte === 0x8e || byte === 0x8f || (byte >= 0xa1 && byte <= 0xfe)) {
      lead = byte
      return MORE
    }
    return WRONG
  }
}

function iso2022Jp(): Machine {
  const index = pairs('jis0208', 'EUC-JP', 0xa1, 0xfe)
  let state = 'ascii', output = 'ascii', lead = 0, escape = 0, hasOutput = false
  return (byte, back) => {
    if (state === 'escape') {
      if (byte === 0x24 || byte === 0x28) {
        escape = byte
        state = 'escape2'
        return MORE
      }
      if (byte !== END) back.push(byte)
      hasOutput = false
      state = output
      return WRONG
    }
    if (state === 'escape2') {
      const before = escape
      escape = 0
      const next = before === 0x28 ? (byte === 0x42 ? 'ascii' : byte === 0x4a ? 'roman' : byte === 0x49 ? 'katakana' : '')
        : byte === 0x40 || byte === 0x42 ? 'lead' : ''
      if (next) {
        state = output = next
        const isTwice = hasOutput
        hasOutput = true
        return isTwice ? WRONG : MORE
      }
      if (byte !== END) back.push(byte)
      back.push(before)
      hasOutput = false
      state = output
      return WRONG
    }
    if (byte === 0x1b) {
      const isInside = state === 'trail'
      state = 'escape'
      return isInside ? WRONG : MORE
    }
    if (state === 'trail') {
      state = 'lead'
      if (byte === END) return WRONG
      return byte >= 0x21 && byte <= 0x7e ? at(index, lead - 0x21, byte | 0x80) || WRONG : WRONG
    }
    if (byte === END) return MORE
    hasOutput = false
    switch (state) {
      case 'roman':
        if (byte === 0x5c) return 0xa5
        if (byte === 0x7e) return 0x203e
      // falls through
      case 'ascii':
        return byte < 0x80 && byte !== 0x0e && byte !== 0x0f ? byte : WRONG
      case 'katakana':
        return byte >= 0x21 && byte <= 0x5f ? 0xff61 - 0x21 + byte : WRONG
    }
    if (byte < 0x21 || byte > 0x7e) return WRONG
    lead = byte
    state = 'trail'
    return MORE
  }
}

function shiftJis(): Machine {
  const index = pairs('shift_jis', 'ibm-943_P15A-2003', 0x81, 0xfc)
  let lead = 0
  return (byte, back) => {
    if (byte === END) {
      if (lead === 0) return MORE
      lead = 0
      return WRONG
    }
    if (lead !== 0) {
      const before = lead
      lead = 0
      if ((byte >= 0x40 && byte <= 0x7e) || (byte >= 0x80 && byte <= 0xfc)) {
        const pointer = (before - (before < 0xa0 ? 0x81 : 0xc1)) * 188 + byte - (byte < 0x7f ? 0x40 : 0x41)
        if (pointer >= 8836 && pointer <= 10715) return 0xe000 - 8836 + pointer
        const point = at(index, before - 0x81, byte)
        if (point) return point
      }
      if (byte < 0x80) back.push(byte)
      return WRONG
    }
    if (byte <= 0x80) return byte
    if (byte >= 0xa1 && byte <= 0xdf) return 0xff61 - 0xa1 + byte
    if (byte === 0xa0 || byte > 0xfc) return WRONG
    lead = byte
    return MORE
  }
}

function eucKr(): Machine {
  const index = pairs('euc-kr', 'windows-949-2000', 0x81, 0xfe)
  let lead = 0
  return (byte, back) => {
    if (byte === END) {
      if (lead === 0) return MORE
      lead = 0
      return WRONG
    }
    if (lead !== 0) {
      const before = lead
      lead = 0
      const point = byte >= 0x41 && byte <= 0xfe ? at(index, before - 0x81, byte) : 0
      if (point) return point
      if (byte < 0x80) back.push(byte)
      return WRONG
    }
    if (byte < 0x80) return byte
    if (byte === 0x80 || byte === 0xff) return WRONG
    lead = byte
    return MORE
  }
}

const machines: Record<string, () => Machine> = {
  'gbk': gb18030, gb18030, big5, 'euc-jp': eucJp, 'iso-2022-jp': iso2022Jp, 'shift_jis': shiftJis, 'euc-kr': eucKr,
}

/** A reader of one stream: text, or null when something is malformed and that is fatal. */
export function reader(encoding: string, isFatal: boolean): (bytes: Uint8Array, isStream: boolean) => string | null {
  const machine = machines[encoding](), back: number[] = []
  return (bytes, isStream) => {
    let text = '', isEnded = false
    for (let i = 0; !isEnded;) {
      let byte = END
      if (back.length > 0) byte = back.pop()!
      else if (i < bytes.length) byte = bytes[i++]
      else if (isStream) break
      const got = machine(byte, back)
      isEnded = byte === END && back.length === 0
      if (got === MORE) continue
      if (got === WRONG) {
        if (isFatal) return null
        text += '\ufffd'
      } else {
        text += typeof got === 'string' ? got : String.fromCodePoint(got)
      }
    }
    return text
  }
}
