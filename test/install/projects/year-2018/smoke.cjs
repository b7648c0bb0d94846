const Promise = require('bluebird')
const _ = require('lodash')
Promise.map([1, 2], x => x * 2).then(all => console.log(_.sum(all), require('handlebars').compile('{{a}}')({ a: 1 }), require('glob').sync('package.json'), require('babel-core').transform('let a = 1', { presets: ['env'], babelrc: false }).code))
