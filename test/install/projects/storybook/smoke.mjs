import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { readFileSync } from 'node:fs'
console.log(renderToString(createElement('u')), JSON.parse(readFileSync('node_modules/storybook/package.json')).name)
