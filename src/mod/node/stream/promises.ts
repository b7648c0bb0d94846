// node:stream/promises.

import { isIterable, isNodeStream, isWebStream } from './kinds.ts'

const part = (name: string): any => import.meta.builtin(`npm:readable-stream/lib/internal/streams/${name}.js`).default

function pipeline(...streams: any[]): Promise<any> {
  return new Promise((resolve, reject) => {
    let signal, end
    const last = streams[streams.length - 1]
    if (last && typeof last === 'object' && !isNodeStream(last) && !isIterable(last) && !isWebStream(last)) {
      ({ signal, end } = streams.pop())
    }
    part('pipeline').pipelineImpl(streams, (error: any, value: any) => error ? reject(error) : resolve(value), { signal, end })
  })
}

function finished(stream: any, options?: any): Promise<void> {
  return part('end-of-stream').finished(stream, options)
}

export default { finished, pipeline }
