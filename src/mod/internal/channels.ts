// internal:channels: how many of the runtime's own channels somebody listens to, by family: what publishes looks at one number.
// node:diagnostics_channel counts. The loader of modules has its own way: it is given its channel while there are listeners.

export const listeners = { child: 0, fetch: 0 }
