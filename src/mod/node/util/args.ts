// util.parseArgs

import {
  ERR_INVALID_ARG_VALUE, codes,
} from 'internal:errors'
import {
  validateArray, validateBoolean, validateBooleanArray, validateObject, validateString, validateStringArray, validateUnion,
} from 'internal:validate'

interface Option { type: 'string' | 'boolean'; short?: string; multiple?: boolean; default?: any }
type Options = Record<string, Option>
interface Token { kind: string; index: number; name?: string; rawName?: string; value?: any; inlineValue?: boolean }

const own = (object: any, key: string): any => object !== undefined && object !== null && Object.hasOwn(object, key) ? object[key] : undefined
const typeOf = (options: Options, name: string): string | undefined => own(own(options, name), 'type')

function mainArgs(): string[] {
  const evaluated = process.execArgv.some(arg => /^(?:-e|-p|-pe|--eval|--print)(?:=|$)/.test(arg))
  return process.argv.slice(evaluated ? 1 : 2)
}

function longOf(short: string, options: Options): string {
  return Object.keys(options).find(name => own(options[name], 'short') === short) ?? short
}

function checkOptions(options: Options): void {
  validateObject(options, 'options')
  for (const name of Object.keys(options)) {
    const option = options[name]!
    const at = `options.${name}`
    validateObject(option, at)
    const type = own(option, 'type')
    validateUnion(type, `${at}.type`, ['string', 'boolean'])
    if (Object.hasOwn(option, 'short')) {
      validateString(option.short, `${at}.short`)
      if (option.short.length !== 1) throw new ERR_INVALID_ARG_VALUE(`${at}.short`, option.short, 'must be a single character')
    }
    const multiple = own(option, 'multiple')
    if (Object.hasOwn(option, 'multiple')) validateBoolean(multiple, `${at}.multiple`)
    const fallback = own(option, 'default')
    if (fallback === undefined) continue
    if (type === 'string') (multiple ? validateStringArray : validateString)(fallback, `${at}.default`)
    else (multiple ? validateBooleanArray : validateBoolean)(fallback, `${at}.default`)
  }
}

function tokensOf(args: string[], options: Options): Token[] {
  const tokens: Token[] = []
  const rest = args.slice()
  let index = -1
  let grouped = 0
  const option = (name: string, rawName: string): void => {
    let value: string | undefined
    let inlineValue: boolean | undefined
    if (typeOf(options, name) === 'string' && rest[0] != null) {
      value = rest.shift()
      inlineValue = false
    }
    tokens.push({ kind: 'option', name, rawName, index, value, inlineValue })
    if (value != null) index++
  }
  while (rest.length > 0) {
    const arg = rest.shift()!
    if (grouped > 0) grouped--
    else index++
    if (arg === '--') {
      tokens.push({ kind: 'option-terminator', index })
      for (const value of rest) tokens.push({ kind: 'positional', index: ++index, value })
      break
    }
    const dashed = arg[0] === '-' && arg.length > 1
    if (dashed && arg[1] !== '-') {
      const name = longOf(arg[1]!, options)
      if (arg.length === 2) {
        option(name, arg)
      } else if (typeOf(options, name) === 'string') {
        tokens.push({ kind: 'option', name, rawName: `-${arg[1]}`, index, value: arg.slice(2), inlineValue: true })
      } else {
        // -abc is -a -b -c, up to an option that takes the rest as its value.
        const apart: string[] = []
        for (let i = 1; i < arg.length; i++) {
          const takesValue = typeOf(options, longOf(arg[i]!, options)) === 'string'
          apart.push(takesValue && i < arg.length - 1 ? `-${arg.slice(i)}` : `-${arg[i]}`)
          if (takesValue && i < arg.length - 1) break
        }
        rest.unshift(...apart)
        grouped = apart.length
      }
    } else if (dashed && arg.length > 2) {
      const equal = arg.indexOf('=', 3)
      if (equal === -1) {
        option(arg.slice(2), arg)
      } else {
        const at = arg.indexOf('=')
        const name = arg.slice(2, at)
        tokens.push({ kind: 'option', name, rawName: `--${name}`, index, value: arg.slice(at + 1), inlineValue: true })
      }
    } else {
      tokens.push({ kind: 'positional', index, value: arg })
    }
  }
  return tokens
}

function checkToken(token: Token, options: Options, allowPositionals: boolean, allowNegative: boolean): void {
  let name = token.name!
  if (!Object.hasOwn(options, name)) {
    const positive = allowNegative && name.startsWith('no-') ? name.slice(3) : undefined
    if (positive === undefined || typeOf(options, positive) !== 'boolean') {
      throw new codes.ERR_PARSE_ARGS_UNKNOWN_OPTION(token.rawName, allowPositionals)
    }
    name = positive
  }
  const option = options[name]!
  const short = own(option, 'short')
  const shown = `${short ? `-${short}, ` : ''}--${name}`
  if (option.type === 'string' && typeof token.value !== 'string') {
    throw new codes.ERR_PARSE_ARGS_INVALID_OPTION_VALUE(`Option '${shown} <value>' argument missing`)
  }
  if (option.type === 'boolean' && token.value != null) {
    throw new codes.ERR_PARSE_ARGS_INVALID_OPTION_VALUE(`Option '${shown}' does not take an argument`)
  }
  if (!token.inlineValue && token.value != null && token.value.length > 1 && token.value[0] === '-') {
    const raw = token.rawName!
    const example = raw.startsWith('--') ? `'${raw}=-XYZ'` : `'--${token.name}=-XYZ' or '${raw}-XYZ'`
    throw new codes.ERR_PARSE_ARGS_INVALID_OPTION_VALUE(`Option '${raw}' argument is ambiguous.\n` +
      `Did you forget to specify the option argument for '${raw}'?\n` +
      `To specify an option argument starting with a dash use ${example}.`)
  }
}

export function parseArgs(config: any = {}): any {
  const args = own(config, 'args') ?? mainArgs()
  const strict = own(config, 'strict') ?? true
  const allowPositionals = own(config, 'allowPositionals') ?? !strict
  const returnTokens = own(config, 'tokens') ?? false
  const allowNegative = own(config, 'allowNegative') ?? false
  const options: Options = own(config, 'options') ?? { __proto__: null }
  validateArray(args, 'args')
  validateBoolean(strict, 'strict')
  validateBoolean(allowPositionals, 'allowPositionals')
  validateBoolean(returnTokens, 'tokens')
  validateBoolean(allowNegative, 'allowNegative')
  checkOptions(options)
  const tokens = tokensOf(args, options)
  const values: Record<string, any> = { __proto__: null } as any
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'option') {
      if (strict) checkToken(token, options, allowPositionals, allowNegative)
      store(token, options, values, allowNegative)
    } else if (token.kind === 'positional') {
      if (!allowPositionals) throw new codes.ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL(token.value)
      positionals.push(token.value)
    }
  }
  for (const name of Object.keys(options)) {
    const fallback = own(options[name], 'default')
    if (fallback !== undefined && values[name] === undefined && name !== '__proto__') values[name] = fallback
  }
  return returnTokens ? { values, positionals, tokens } : { values, positionals }
}

function store(token: Token, options: Options, values: Record<string, any>, allowNegative: boolean): void {
  let name = token.name!
  if (name === '__proto__') return
  let value = token.value ?? true
  if (allowNegative && name.startsWith('no-') && token.value === undefined) {
    name = token.name = name.slice(3)
    value = false
  }
  if (!own(own(options, name), 'multiple')) values[name] = value
  else if (values[name]) values[name].push(value)
  else values[name] = [value]
}
