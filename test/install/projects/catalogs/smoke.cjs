const { createRequire } = require('node:module')
for (const name of ['ui', 'legacy', 'api']) { const r = createRequire(process.cwd() + '/packages/' + name + '/package.json'); console.log(name, name === 'api' ? r('zod').z.number().parse(1) : r('react').version.split('.')[0]) }
