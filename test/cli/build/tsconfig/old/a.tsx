const h = (name: string) => name
const d = (target: any, key: string) => { console.log(typeof target, key) }
class A { @d x = <b />; y = 1 }
console.log(new A().x)
