const { createRequire } = require('node:module')
for (const app of ['web', 'docs']) { const r = createRequire(process.cwd() + '/apps/' + app + '/package.json'); console.log(app, r('react').version.split('.')[0], r('@repo/ui/package.json').name) }
