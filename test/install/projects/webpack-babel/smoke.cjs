const webpack = require('webpack')
const sass = require('sass')
console.log(sass.compileString('a { b { c: d } }', { style: 'compressed' }).css, webpack.version.split('.')[0], require('lodash').chunk([1, 2, 3], 2).length)
