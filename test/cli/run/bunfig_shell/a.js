console.log('a file')
