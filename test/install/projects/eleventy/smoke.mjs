import nunjucks from 'nunjucks'
import { DateTime } from 'luxon'
import Eleventy from '@11ty/eleventy'
console.log(nunjucks.renderString('{{ a }}', { a: 1 }), DateTime.utc(2020).year, typeof Eleventy)
