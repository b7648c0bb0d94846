// node:stream/promises.
import Stream from './stream.ts'

export default (Stream as any).promises
