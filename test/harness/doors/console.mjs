// native:console under Node.
import { writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import { performance } from 'node:perf_hooks'
export const writeLine = (fd, text) => { writeSync(fd, `${text}\n`) }
export const writeRaw = (fd, data) => writeSync(fd, data)
export const isTerminal = fd => isatty(fd)
export const now = () => performance.now()
