class My extends Error { constructor(m) { super(m); this.name = 'My'; this.code = 'X' } }
async function g() { await 1; throw new My('late') }
g()
