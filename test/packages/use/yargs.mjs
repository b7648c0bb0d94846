import yargs from 'yargs'
const make = (args) => yargs(args).scriptName('tool').exitProcess(false).wrap(80).locale('en').version('9.9.9')
  .option('size', { alias: 's', type: 'number', default: 1, describe: 'how large' }).option('colour', { choices: ['red', 'blue'] }).option('list', { type: 'array', coerce: (l) => l.map(String) }).boolean('force')
  .command('get <url> [more..]', 'gets it', (y) => y.positional('url', { type: 'string' }).option('retry', { count: true }), (a) => console.log('get', JSON.stringify(a)))
  .command(['list', 'ls'], 'lists', {}, async (a) => { await null; console.log('list', a.size) }).demandCommand(1, 'a command, please').strict().check((a) => a.size >= 0 || 'size must not be negative').epilogue('the end')
for (const args of [['get', 'u', 'v', 'w', '-s', '3', '--retry', '--retry'], ['ls', '--list', '1', '2', '--no-force'], ['get'], ['--help'], ['get', '--help'], ['zzz'], ['ls', '--colour', 'green'], ['ls', '-s', '-3'], ['--version'], ['ls', '--typo'], ['get', 'x', '--a.b=1', '--', 'rest']]) {
  console.log('$', args.join(' '))
  try { await make(args).fail((m, e) => { throw new Error(m ?? e.message) }).parse() } catch (e) { console.log('failed:', e.message) }
}
