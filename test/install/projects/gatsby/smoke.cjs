console.log(require('gatsby/package.json').name, require('graphql').parse('{ a }').kind, require('react').version.split('.')[0])
