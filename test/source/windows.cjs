// Line ends as Windows has them stay in the text.
async function f(a) {
  await a
  return `
`
}
class A {
  async m() { await 1 }
}
console.log(JSON.stringify([f + "", A + "", A.prototype.m + ""]))
