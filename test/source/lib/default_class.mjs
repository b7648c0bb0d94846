import { one } from './names.mjs'
export default class { x = one; async m() { await one } }
