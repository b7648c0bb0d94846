const babel = require('@babel/core')
console.log(babel.transformSync('const a: number = <b/>', { filename: 'a.tsx', configFile: false, presets: ['@babel/preset-typescript', ['@babel/preset-react', { runtime: 'classic' }]] }).code, require('jest').getVersion().split('.')[0])
