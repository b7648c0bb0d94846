import chalk, { Chalk, chalkStderr, supportsColor, modifierNames } from 'chalk'
console.log(chalk.level, supportsColor, chalkStderr.level, modifierNames.length)
for (const level of [0, 1, 2, 3]) {
  const c = new Chalk({ level })
  console.log([c.red('r'), c.bold.underline.hex('#ff8800')('h'), c.bgRgb(1, 2, 3).white('b'), c.green(`a ${c.red('b')} c`), c.blue('x\ny'), c.ansi256(194)('z'), c.inverse(''), c.visible('v'), c.dim.italic.strikethrough('d')].map((s) => JSON.stringify(s)).join(' '))
}
