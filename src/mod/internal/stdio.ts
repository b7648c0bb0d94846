// internal:stdio: what console must know of process.stdout and process.stderr without making them.
// Whoever makes one of the two streams sets streams[fd] and writes[fd] (its own `write`): from then on a `write` that a
// program put in its place sees what console prints. node:diagnostics_channel counts the subscribers of console.* in hooks.

export const streams: any[] = [undefined, undefined, undefined]
export const writes: any[] = [undefined, undefined, undefined]
// internal:inspect leaves its default options there, which may say how numbers are written.
export const hooks: {
  count: number; publish: ((method: string, args: unknown[]) => void) | undefined; inspects: any
} = { count: 0, publish: undefined, inspects: undefined }
