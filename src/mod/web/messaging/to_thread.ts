// postMessageToThread: a message to any thread of the program by its number, and whether it was heard. Who listens to process's
// 'workerMessage' has an inbox: a channel by the thread's name. What comes through it is the number of a parked port, at whose other
// side the sender waits for the answer.

import { codes } from 'internal:errors'
import { validateNumber } from 'internal:validate'
import * as native from 'native:messaging'
import { claimHandle, closeHandle, listenTo, pairOfHandles, parkHandle, post, take } from './messaging.ts'
import { given } from 'web:worker/inside'

const HEARD = 0, NOBODY = 1, THREW = 2
const own = given?.threadId ?? 0
const nameOf = (threadId: number): string => `bao:thread:${threadId}`

let inbox: number | undefined
/** With the first listener of 'workerMessage'. */
export function openInbox(process: any): void {
  if (inbox !== undefined) return
  inbox = native.join(nameOf(own))
  listenTo(inbox, () => {
    for (let message = take(inbox!); message !== undefined; message = take(inbox!)) {
      const [source, parked] = message.value as [number, number], handle = claimHandle(parked)
      if (handle === undefined) continue                   // the sender has given up
      const sent = take(handle)
      if (sent !== undefined) post(handle, hear(process, sent.value, source), undefined)
      closeHandle(handle)
    }
  }, false)
}
function hear(process: any, value: unknown, source: number): number {
  try {
    return process.emit('workerMessage', value, source) ? HEARD : NOBODY
  } catch {
    return THREW
  }
}

export function postMessageToThread(threadId: number, value: unknown, transferList?: any, timeout?: number): Promise<void> {
  return send(threadId, value, transferList, timeout)
}
async function send(threadId: number, value: unknown, transferList: any, timeout: any): Promise<void> {
  if (typeof transferList === 'number' && timeout === undefined) [transferList, timeout] = [[], transferList]
  if (timeout !== undefined) validateNumber(timeout, 'timeout', 0)
  if (threadId === own) throw new codes.ERR_WORKER_MESSAGING_SAME_THREAD()
  const [near, far] = pairOfHandles()
  post(near, value, transferList)
  const parked = parkHandle(far), there = native.join(nameOf(threadId))
  const isThere = post(there, [own, parked], undefined) > 0
  closeHandle(there)
  const give = (): void => {
    const left = claimHandle(parked)
    if (left !== undefined) closeHandle(left)
  }
  if (!isThere) {
    give()
    closeHandle(near)
    throw new codes.ERR_WORKER_MESSAGING_FAILED()
  }
  await new Promise<void>((resolve, reject) => {
    let timer: any
    const end = (error?: Error): void => {
      clearTimeout(timer)
      closeHandle(near)
      if (error === undefined) resolve()
      else reject(error)
    }
    if (timeout !== undefined) {
      timer = setTimeout(() => {
        give()
        end(new codes.ERR_WORKER_MESSAGING_TIMEOUT())
      }, timeout)
    }
    listenTo(near, () => {
      const answer = take(near)
      if (answer?.value === HEARD) end()
      else if (answer?.value === THREW) end(new codes.ERR_WORKER_MESSAGING_ERRORED())
      else if (answer !== undefined || native.ended(near)) end(new codes.ERR_WORKER_MESSAGING_FAILED())
    }, true)
  })
}
