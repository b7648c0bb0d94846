// internal:listeners: what emitters and event targets share: how many listeners of one kind are no leak.

export const limits = { max: 10 }
export const kMaxEventTargetListeners = Symbol('events.maxEventTargetListeners')
export const kMaxEventTargetListenersWarned = Symbol('events.maxEventTargetListenersWarned')
