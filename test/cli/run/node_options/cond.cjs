console.log(require('x'))
