import { expect, test } from 'bun:test'
import punycode from 'node:punycode'

test('labels and domains come back', () => {
  expect(punycode.encode('mañana')).toBe('maana-pta')
  expect(punycode.decode('maana-pta')).toBe('mañana')
  expect(punycode.toASCII('mañana.com')).toBe('xn--maana-pta.com')
  expect(punycode.toUnicode('xn--maana-pta.com')).toBe('mañana.com')
  expect(punycode.encode('☃-⌘')).toBe('--dqo34k')
  expect(punycode.ucs2.decode('a😀')).toEqual([97, 0x1f600])
  expect(() => punycode.decode('a-é')).toThrow('Invalid input')
})
