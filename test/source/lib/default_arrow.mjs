import { one } from './names.mjs'
export default async () => { await one } // no more
