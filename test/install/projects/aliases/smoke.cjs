const old = require('chalk-old')
console.log(old.supportsColor !== undefined, require('lodash3').VERSION, require('lodash').VERSION.split('.')[0], require('react-17').version.split('.')[0], require('ms').name || typeof require('ms'))
