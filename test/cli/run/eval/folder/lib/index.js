console.log('the main file of a folder')
