import { createRouter } from 'h3'
import { ref } from 'vue'
import { defineNuxtConfig } from 'nuxt/config'
console.log(typeof createRouter, ref(3).value, defineNuxtConfig({ ssr: false }).ssr)
