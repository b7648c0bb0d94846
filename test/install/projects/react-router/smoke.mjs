import { matchPath } from 'react-router'
import { isbot } from 'isbot'
console.log(matchPath('/a/:b', '/a/c').params.b, isbot('Googlebot'))
