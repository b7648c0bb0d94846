console.log("from standard input", process.argv.slice(1))
