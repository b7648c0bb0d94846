console.log(require('clsx')('a', { b: true }), Object.keys(require('prism-react-renderer').themes).length > 5, typeof require('@docusaurus/utils').parseMarkdownFile)
