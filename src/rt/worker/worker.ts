// rt:worker: what faces may ask about workers: starting them, and what this realm was started with when it is one.
import * as native from 'native:worker'

export const { start, stop, ref, forget, nextId } = native
/** What the starter gave along; undefined in the main thread. */
export const boot: string | undefined = native.boot()
