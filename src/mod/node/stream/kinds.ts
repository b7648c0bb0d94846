// node:stream: what a value is, as the vendored streams see it.

const utils = import.meta.builtin('npm:readable-stream/lib/internal/streams/utils.js').default

export const { isIterable, isNodeStream, isWebStream } = utils
