const d = (value: any, context: any) => { console.log(context.kind, context.name) }
class A { @d x = 1 }
console.log(new A().x)
