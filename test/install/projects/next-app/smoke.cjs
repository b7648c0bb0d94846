const React = require('react')
const { renderToString } = require('react-dom/server')
console.log(renderToString(React.createElement('p', null, 'hi')), require('next/package.json').name, typeof require('next/server').NextResponse)
