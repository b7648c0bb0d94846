console.log('module')
