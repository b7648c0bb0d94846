console.log([...order, "main"].join())
