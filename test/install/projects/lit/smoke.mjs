import { render } from '@lit-labs/ssr'
import { collectResult } from '@lit-labs/ssr/lib/render-result.js'
import { html } from 'lit'
console.log((await collectResult(render(html`<p>${1}</p>`))).replace(/<!--.*?-->/g, ''))
