import { Argument, Command, InvalidArgumentError, Option } from 'commander'
const int = (v) => { const n = parseInt(v, 10); if (Number.isNaN(n)) throw new InvalidArgumentError('not a number'); return n }
const make = () => {
  const p = new Command().name('tool').version('1.2.3').description('a tool').exitOverride().configureOutput({ writeOut: (s) => process.stdout.write('[out] ' + s), writeErr: (s) => process.stdout.write('[err] ' + s) })
  p.option('-d, --debug', 'show more').addOption(new Option('-l, --level <level>', 'level').choices(['low', 'high']).default('low')).option('-n, --number <n>', 'a number', int, 3).option('--no-colour').option('-v, --verbose', 'more', (_, n) => n + 1, 0)
  p.command('build <dir> [more...]').alias('b').option('-w, --watch').action((dir, more, o, c) => console.log('build', dir, more, o, c.optsWithGlobals()))
  p.command('serve').addArgument(new Argument('[port]', 'port').argParser(int).default(80)).hook('preAction', () => console.log('before')).action(async (port) => { await null; console.log('serve', port) })
  return p
}
for (const args of ['build a b c -w', '-dvv -n 7 b x', 'serve 90', 'serve x', '--level mid serve', 'buidl', '--help', 'help build', '-V', 'build', '--nope serve', '--no-colour serve']) {
  console.log('$', args)
  try { await make().parseAsync(args.split(' '), { from: 'user' }) } catch (e) { console.log(e.code, e.exitCode, e.message) }
}
