process.on('exit', code => console.log('exit', code))
process.on('beforeExit', () => console.log('beforeExit'))
if (process.argv[2] === 'throw') throw new TypeError('on purpose')
if (process.argv[2] === 'reject') Promise.reject(new Error('on purpose'))
if (process.argv[2] === 'code') process.exitCode = 9
if (process.argv[2] === 'exit') setTimeout(() => process.exit(6), 1)
if (process.argv[2] === 'signal') {
  process.on('SIGTERM', name => { console.log(name); process.exit(3) })
  process.kill(process.pid, 'SIGTERM')
  setInterval(() => {}, 1000)
}
