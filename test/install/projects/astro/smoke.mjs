import rss from '@astrojs/rss'
import { defineConfig } from 'astro/config'
const answer = await rss({ title: 't', description: 'd', site: 'http://localhost', items: [] })
console.log((await answer.text()).includes('<title>t</title>'), Object.keys(defineConfig({ site: 'http://localhost' })))
