const Hapi = require('@hapi/hapi')
const server = Hapi.server()
server.route({ method: 'GET', path: '/', handler: () => ({ a: 1 }) })
server.inject('/').then(answer => console.log(answer.payload, require('@hapi/boom').notFound().output.statusCode))
