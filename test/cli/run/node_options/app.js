console.log(process.argv.slice(2), process.execArgv, process.sourceMapsEnabled)
