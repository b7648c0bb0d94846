import { Window } from 'happy-dom'
import { build } from 'tsup'
const { document } = new Window()
document.body.innerHTML = '<p>x</p>'
console.log(document.querySelector('p').textContent, typeof build)
process.exit()
