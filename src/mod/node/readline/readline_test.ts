import { describe, expect, test } from 'bun:test'
import readline from 'node:readline'
import { PassThrough, Readable } from 'node:stream'

describe('readline', () => {
  test('lines end in three ways, and the last needs no end', async () => {
    const lines: string[] = []
    for await (const line of readline.createInterface({ input: Readable.from(['a\r', '\nb\n\nc', 'd\re']), crlfDelay: Infinity })) lines.push(line)
    expect(lines).toEqual(['a', 'b', '', 'cd', 'e'])
  })
  test('a question takes the next line', async () => {
    const input = new PassThrough(), output = new PassThrough()
    const it = readline.createInterface({ input, output })
    const answer = new Promise(resolve => it.question('name? ', resolve))
    input.write('bob\n')
    expect(await answer).toBe('bob')
    expect(String(output.read())).toBe('name? ')
    it.close()
  })
  test('keys are told by name', async () => {
    const input: any = new PassThrough(), keys: string[] = []
    readline.emitKeypressEvents(input)
    input.on('keypress', (_: string, key: any) => keys.push((key.ctrl ? 'C-' : '') + key.name))
    input.write('a\u001b[A\u001b[3~\u0003\r\u001bOP')
    await new Promise(resolve => setTimeout(resolve, 10))
    expect(keys).toEqual(['a', 'up', 'delete', 'C-c', 'return', 'f1'])
  })
  test('moves of the cursor are escapes', () => {
    const out = new PassThrough()
    readline.cursorTo(out, 1, 2)
    readline.moveCursor(out, -1, 2)
    readline.clearLine(out, 0)
    let all = ''
    for (let part; (part = out.read()) !== null;) all += part
    expect(all).toBe('\u001b[3;2H\u001b[1D\u001b[2B\u001b[2K')
  })
})
