process.on('exit', (code) => console.log('exit', code))
process.nextTick(() => console.log('never'))
try { process.exit(5) } finally { console.log('never') }
