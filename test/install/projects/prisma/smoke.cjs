console.log(require('@prisma/client/package.json').name, typeof require('fastify'), require('typescript').version.split('.')[0])
