import { describe, expect, test } from 'bun:test'

const thrown = (fn: () => unknown): string => {
  try {
    fn()
    return 'nothing'
  } catch (error: any) {
    return `${error.name} ${error.code}`
  }
}

describe('Blob', () => {
  test('joins its parts', async () => {
    const b = new Blob(['a', new Uint8Array([98, 99]), new Blob(['d']), new Uint16Array([101]).buffer, 1 as any], { type: 'Text/Plain' })
    expect(b.type).toBe('text/plain')
    expect(b.size).toBe(7)
    expect(await b.text()).toBe('abcde\u00001')
    expect(Object.prototype.toString.call(b)).toBe('[object Blob]')
    expect((await b.arrayBuffer()).byteLength).toBe(7)
    expect(await new Blob(['x\ud800']).text()).toBe('x\ufffd')
    expect(new Blob([], { type: 'é' }).type).toBe('')
  })
  test('is sliced as arrays are', async () => {
    const b = new Blob(['0123456789'], { type: 'a/b' })
    expect(await b.slice(2, 5).text()).toBe('234')
    expect(await b.slice(-3).text()).toBe('789')
    expect(await b.slice(5, 2).text()).toBe('')
    expect(await b.slice(0, -8).text()).toBe('01')
    expect(b.slice(0, 1).type).toBe('')
    expect(b.slice(0, 1, 'C/d').type).toBe('c/d')
    expect(await b.slice(2).slice(2, 4).text()).toBe('45')
  })
  test('streams', async () => {
    const b = new Blob(['x'.repeat(200_000)])
    let size = 0
    for await (const chunk of b.stream() as any) size += chunk.length
    expect(size).toBe(200_000)
  })
  test('says what is wrong', () => {
    expect(thrown(() => new Blob(1 as any))).toBe('TypeError ERR_INVALID_ARG_TYPE')
    expect(thrown(() => new Blob('a' as any))).toBe('TypeError ERR_INVALID_ARG_TYPE')
    expect(thrown(() => new (File as any)([]))).toBe('TypeError ERR_MISSING_ARGS')
  })
})

describe('File', () => {
  test('has a name and a time', async () => {
    const f = new File(['abc'], 'n.txt', { type: 'text/plain', lastModified: 5 })
    expect([f.name, f.lastModified, f.size, f.type, await f.text()]).toEqual(['n.txt', 5, 3, 'text/plain', 'abc'])
    expect(f instanceof Blob).toBe(true)
    expect(Object.prototype.toString.call(f)).toBe('[object File]')
  })
})

describe('FormData', () => {
  test('keeps its entries in order', () => {
    const f = new FormData()
    f.append('a', '1')
    f.append('b', '2')
    f.append('a', '3')
    expect(f.getAll('a')).toEqual(['1', '3'])
    f.set('a', '4')
    expect([...f]).toEqual([['a', '4'], ['b', '2']])
    expect([...f.keys()]).toEqual(['a', 'b'])
    f.delete('a')
    expect(f.has('a')).toBe(false)
    expect(f.get('a')).toBe(null)
    f.append('blob', new Blob(['x']))
    expect((f.get('blob') as File).name).toBe('blob')
    f.append('named', new Blob(['x']), 'other.bin')
    expect((f.get('named') as File).name).toBe('other.bin')
  })
  test('goes over the wire and comes back', async () => {
    const f = new FormData()
    f.append('text', 'line one\r\nline "two" é')
    f.append('we"ird\nname', 'v')
    f.append('file', new File([new Uint8Array([0, 13, 10, 45, 45, 255])], 'na"me.bin', { type: 'application/x-y' }))
    f.append('empty', '')
    const back = await new Response(f).formData()
    expect(back.get('text')).toBe('line one\r\nline "two" é')
    expect(back.get('empty')).toBe('')
    const file = back.get('file') as File
    expect([file.name, file.type, file.size]).toEqual(['na"me.bin', 'application/x-y', 6])
    expect([...new Uint8Array(await file.arrayBuffer())]).toEqual([0, 13, 10, 45, 45, 255])
    expect([...back.keys()].length).toBe(4)
  })
  test('refuses bodies that are none', async () => {
    const kind = async (type: string, body: string) => {
      try {
        await new Response(body, { headers: { 'content-type': type } }).formData()
        return 'parsed'
      } catch (error: any) {
        return error.name
      }
    }
    expect(await kind('text/plain', 'x')).toBe('TypeError')
    expect(await kind('multipart/form-data', 'x')).toBe('TypeError')
    expect(await kind('multipart/form-data; boundary=x', 'nothing of it')).toBe('TypeError')
    expect(await kind('multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nv\r\n--x--')).toBe('parsed')
  })
})
