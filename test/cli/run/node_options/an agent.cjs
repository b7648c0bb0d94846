console.log('agent', process.execArgv)
