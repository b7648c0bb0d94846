function f() {
  const x = 1; throw new TypeError('bad thing', { cause: new Error('why') })
}
f()
