import { ESLint } from 'eslint'
import js from '@eslint/js'
import prettier from 'prettier'
const [result] = await new ESLint({ overrideConfigFile: true, overrideConfig: js.configs.recommended }).lintText('var unused = 1')
console.log(result.messages.map(m => m.ruleId), await prettier.format('a  =  1', { parser: 'babel' }))
