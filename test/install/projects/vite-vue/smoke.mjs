import { createSSRApp, h } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { parse } from 'vue/compiler-sfc'
import { createPinia } from 'pinia'
console.log(await renderToString(createSSRApp({ render: () => h('i', 'vue') }).use(createPinia())), typeof parse)
