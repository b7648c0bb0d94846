process.on('beforeExit', (code) => { console.log('beforeExit', code); if (!globalThis.again) { globalThis.again = true; setTimeout(() => console.log('more work'), 1) } })
process.on('exit', (code) => { console.log('exit', code, process.exitCode); process.exitCode = 7; setTimeout(() => console.log('never'), 0) })
process.exitCode = 3
