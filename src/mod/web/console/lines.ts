// `for await (const line of console)`: the lines of the standard input. What was read past a line is kept for the next loop.

let rest = ''
let ended = false

export async function* lines(): AsyncGenerator<string> {
  for (;;) {
    let end: number
    while ((end = rest.indexOf('\n')) !== -1) {
      const line = rest.slice(0, rest[end - 1] === '\r' ? end - 1 : end)
      rest = rest.slice(end + 1)
      yield line
    }
    if (ended) break
    const chunk = await more()
    if (chunk === undefined) ended = true
    else rest += chunk
  }
  if (rest !== '') {
    const line = rest
    rest = ''
    yield line
  }
}

function more(): Promise<string | undefined> {
  const { stdin } = process as any
  stdin.setEncoding('utf8')
  return new Promise((resolve, reject) => {
    const done = (act: () => void): void => {
      stdin.off('data', onData).off('end', onEnd).off('error', onError)
      stdin.pause()
      act()
    }
    const onData = (chunk: string): void => done(() => resolve(chunk))
    const onEnd = (): void => done(() => resolve(undefined))
    const onError = (error: unknown): void => done(() => reject(error))
    stdin.on('data', onData).on('end', onEnd).on('error', onError)
    stdin.resume()
  })
}
