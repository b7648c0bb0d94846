import { a } from './x/b.js'; console.log(a as number)
