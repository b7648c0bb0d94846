// EventEmitterAsyncResource: an emitter whose listeners run in the async context that it was made in.

import { EventEmitter, nameOf } from 'node:events'
import { AsyncResource } from 'node:async_hooks'

class EventEmitterReferencingAsyncResource extends AsyncResource {
  #eventEmitter: any

  constructor(emitter: any, type: string, options: any) {
    super(type, options)
    this.#eventEmitter = emitter
  }

  get eventEmitter(): any {
    return this.#eventEmitter
  }
}

export class EventEmitterAsyncResource extends (EventEmitter as any) {
  #asyncResource: EventEmitterReferencingAsyncResource

  constructor(options: any = undefined) {
    const name = typeof options === 'string' ? options : nameOf(options, EventEmitterAsyncResource, new.target)
    const rest = typeof options === 'string' ? undefined : options
    super(rest)
    this.#asyncResource = new EventEmitterReferencingAsyncResource(this, name, rest)
  }

  emit(event: string | symbol, ...args: any[]): boolean {
    return this.#asyncResource.runInAsyncScope(super.emit, this, event, ...args) as boolean
  }

  emitDestroy(): void {
    this.#asyncResource.emitDestroy()
  }

  get asyncId(): number {
    return this.#asyncResource.asyncId()
  }

  get triggerAsyncId(): number {
    return this.#asyncResource.triggerAsyncId()
  }

  get asyncResource(): EventEmitterReferencingAsyncResource {
    return this.#asyncResource
  }
}
