import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { create } from 'zustand'
import { transformWithEsbuild } from 'vite'
const store = create(() => ({ n: 1 }))
console.log(renderToStaticMarkup(createElement('b', null, store.getState().n)), (await transformWithEsbuild('const a: number = 1', 'a.ts')).code.trim())
