// internal:made_code: texts of eval and of the constructors of functions, lowered as files are: awaits carry the asynchronous
// context, and what the engine does not read (`using`, decorators, `accessor`, import()) works.

const modules = (): any => import.meta.builtin('rt:modules')
const statement = (head: string, parameters: string, body: string): string => `${head} anonymous(${parameters}\n) {\n${body}\n}`
const text = (head: string, parameters: string, body: string): string => `(${statement(head, parameters, body)})`
const parses = (code: string): boolean => modules().lowerScript(code) !== undefined

/** The text of an eval; itself where it does not parse: the engine says why. `names`: of imports, each before what it stands for. */
export const lowered = (code: string, names: string[]): string => modules().lowerScript(code, names) ?? code

/** `new Native(...words)` of words that need lowering. */
export function make(Native: Function, head: string, words: unknown[], target: any): unknown {
  const parts = words.map(String), body = parts.pop()!, parameters = parts.join(',')
  let plain: any, error: unknown
  try {
    plain = Reflect.construct(Native, [...parts, body], target)   // says what is wrong with the text
  } catch (e) {
    // Parameters and body must be whole by themselves: what closes the function early is one thing as an expression, another as
    // a statement, and never right as both.
    for (const [some, rest] of [[parameters, ''], ['', body]]) if (!parses(text(head, some, rest)) || !parses(statement(head, some, rest))) throw e
    error = e
  }
  const code = modules().lowerScript(text(head, parameters, body))
  if (code === undefined) {
    if (plain === undefined) throw error
    return plain
  }
  const fn = modules().evaluate(code)
  if (target !== Native) Object.setPrototypeOf(fn, target.prototype)
  return fn
}
