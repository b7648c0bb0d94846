import { describe, expect, test } from 'bun:test'
import { stripTypeScriptTypes } from 'node:module'

const codeOf = (text: any, options?: any): unknown => {
  try {
    stripTypeScriptTypes(text, options)
  } catch (error: any) {
    return error.code
  }
}

describe('stripTypeScriptTypes', () => {
  test('types become blanks', () => {
    const table: [string, string][] = [
      ['const a: number = 1', 'const a         = 1'],
      ['type A = string\nlet x', '               \nlet x'],
      ['import { type B, c } from "b"', 'import {         c } from "b"'],
      ['export type { A }; export { type B }', '                   export {        }'],
      ['const g = async <T,>(a: T): Promise<T> => a', 'const g = async     (a   )             => a'],
      ['const f = (a)\n: number => a', 'const f = (a \n       ) => a'],
      ['let x = y as any\n(z)', 'let x = y ;     \n(z)'],
      ['let x: number\n(1)', 'let x        \n(1)'],
      ['function f(): void\nfunction f(a?: any) {}', '                  \nfunction f(a      ) {}'],
      ['let a: "\u00e9\u65e5\u{1f600}" = 1', 'let a   \u00a0\u2002 \ufeff  = 1'],
      ['class A { a = 1\n public *m() {} private async [k]() {} readonly in = 1; public static *n() {} @d public *o() {} }',
        'class A { a = 1\n ;      *m() {} ;       async [k]() {} ;        in = 1;        static *n() {} @d        *o() {} }'],
    ]
    for (const [text, expected] of table) expect(stripTypeScriptTypes(text)).toBe(expected)
  })

  test('a name for it', () => {
    expect(stripTypeScriptTypes('let a:1', { sourceUrl: 'foo.ts' })).toBe('let a  \n\n//# sourceURL=foo.ts')
  })

  test('what cannot be stripped', () => {
    for (const text of ['enum X {A}', 'namespace N { export const x = 1 }', 'class A { constructor(private a) {} }', 'let w = <T>y'])
      expect(codeOf(text)).toBe('ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
    expect(codeOf('let = ;')).toBe('ERR_INVALID_TYPESCRIPT_SYNTAX')
    expect(codeOf(1)).toBe('ERR_INVALID_ARG_TYPE')
    expect(codeOf('', { mode: 'x' })).toBe('ERR_INVALID_ARG_VALUE')
  })
})
