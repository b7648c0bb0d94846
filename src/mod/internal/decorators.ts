// internal:decorators: what lowered standard decorators ask for (lang/lower_class_decorator.c). One Definition per evaluation of
// a class: `add` while its keys are evaluated, `apply` in its first static block, `init`/`extra`/`run` as instances are made.
// The function of a private member is written under a symbol for as long as it takes to read it; its name asks value, get, set.

const enumKinds = ['method', 'getter', 'setter', 'field', 'accessor'] as const
const STATIC = 8, PRIVATE = 16, ASSIGNED = 32, GETTER = 1, SETTER = 2, FIELD = 3, ACCESSOR = 4

type Access = { has(o: any): boolean; get?(o: any): unknown; set?(o: any, v: unknown): void }
type Entry = {
  kind: number; isStatic: boolean; isPrivate: boolean; decorators: Function[]; key: PropertyKey; access: Access | undefined
  mark: symbol | undefined; inits: Function[]; extra: Function[]
  made: PropertyDescriptor | undefined                         // of private ones: what their name gives
}

const keyOf = (value: unknown): PropertyKey => (typeof value === 'symbol' ? value : `${value as any}`)

function context(kind: string, name: unknown, extra: Function[], metadata: unknown, more?: object): any {
  let open = true
  const made = {
    kind, name, ...more,
    addInitializer(f: unknown) {
      if (!open) throw new TypeError('an initializer can be added only while the decorator runs')
      if (typeof f !== 'function') throw new TypeError('an initializer must be a function')
      extra.push(f)
    },
    metadata,
  }
  return { made, close() { open = false } }
}

function call(decorator: unknown, value: unknown, c: any): any {
  if (typeof decorator !== 'function') throw new TypeError('a decorator must be a function')
  try { return decorator(value, c.made) } finally { c.close() }
}

class Definition {
  #class: Function[]
  #entries: Entry[] = []
  #staticExtra: Function[] = []
  #instanceExtra: Function[] = []
  #classExtra: Function[] = []
  #target: any = undefined
  /** The class that stands for the one that was written. */
  self: any = undefined

  constructor(decorators: Function[]) { this.#class = decorators }

  /** Gives the key that the member is defined under. */
  add(flags: number, decorators: Function[], name: unknown, access?: Access): PropertyKey {
    const key = keyOf(name), isPrivate = (flags & PRIVATE) !== 0
    const mark = (flags & (PRIVATE | ASSIGNED)) !== 0 ? Symbol('private') : undefined
    this.#entries.push({ kind: flags & 7, isStatic: (flags & STATIC) !== 0, isPrivate, decorators, key, access, mark, inits: [], extra: [], made: undefined })
    return mark ?? key
  }
  key(index: number): PropertyKey { return this.#entries[index].mark ?? this.#entries[index].key }

  name(index: number): PropertyKey { return this.#entries[index].key }

  /** Where the private static names of an object are: the new class has those of the one that was written, which has lost them. */
  at(object: any): any {
    if (object !== this.self && object === this.#target) throw new TypeError('a private static name is reached through the class that decorators made')
    return object === this.self && object !== undefined ? this.#target : object
  }
  own(object: any): any { return object === this.self ? this.#target : object === this.#target ? {} : object }
  me(object: any): any { return object === this.#target ? this.self : object }

  value(index: number, object: any): unknown {
    const { made, isStatic } = this.#entries[index], f = made!.value
    if (!isStatic || this.self === this.#target) return f
    const { me } = this, all = this
    const through = function (this: any, ...args: unknown[]) { return Reflect.apply(f, Reflect.apply(me, all, [this]), args) }
    for (const k of ['name', 'length']) Object.defineProperty(through, k, { value: f[k], configurable: true })
    return (made!.value === f && (made as any).through) || ((made as any).through = through)
  }
  get(index: number, object: any): unknown { return Reflect.apply(this.#entries[index].made!.get!, this.me(object), []) }
  set(index: number, object: any, value: unknown): void { Reflect.apply(this.#entries[index].made!.set!, this.me(object), [value]) }

  apply(target: any, name?: string): any {
    if (name !== undefined && !Object.hasOwn(target, 'name') || name !== undefined && target.name === '') {
      Object.defineProperty(target, 'name', { value: name, configurable: true })
    }
    const symbol = (Symbol as any).metadata
    const parent = Object.getPrototypeOf(target)
    const metadata = symbol === undefined ? undefined : Object.create(parent?.[symbol] ?? null)
    this.#target = this.self = target
    for (const e of this.#entries) if (e.mark !== undefined) this.#hide(e, e.isStatic || isField(e) ? target : target.prototype)
    for (const e of this.#entries) if (e.isStatic && !isField(e)) this.#member(e, target, metadata)
    for (const e of this.#entries) if (!e.isStatic && !isField(e)) this.#member(e, target.prototype, metadata)
    for (const e of this.#entries) if (e.isStatic && isField(e)) this.#member(e, target, metadata)
    for (const e of this.#entries) if (!e.isStatic && isField(e)) this.#member(e, target.prototype, metadata)
    let made = target
    for (let i = this.#class.length - 1; i >= 0; i--) {
      const c = context('class', target.name, this.#classExtra, metadata)
      const next = call(this.#class[i], made, c)
      if (next === undefined) continue
      if (typeof next !== 'function') throw new TypeError('a class decorator must give a function or undefined')
      made = next
    }
    if (metadata !== undefined) Object.defineProperty(made, symbol, { value: metadata, writable: true, configurable: true })
    this.self = made
    for (const f of this.#staticExtra) Reflect.apply(f, made, [])
    return made
  }

  #hide(e: Entry, home: any): void {
    if (!isField(e)) e.made = Object.getOwnPropertyDescriptor(home, e.mark!)!
    delete home[e.mark!]
    for (const slot of ['value', 'get', 'set'] as const) {
      if (typeof e.made?.[slot] === 'function') Object.defineProperty(e.made[slot], 'name', { value: slot === 'value' ? e.key : `${slot} ${e.key as string}`, configurable: true })
    }
  }

  #member(e: Entry, home: any, metadata: unknown): void {
    const kind = enumKinds[e.kind], { key, isStatic } = e
    const access: Access = e.access ?? {
      has: (o) => key in o,
      ...(e.kind !== SETTER && { get: (o: any) => o[key] }),
      ...(e.kind >= SETTER && { set: (o: any, v: unknown) => { o[key] = v } }),
    }
    const extra = e.kind === FIELD || e.kind === ACCESSOR ? e.extra : isStatic ? this.#staticExtra : this.#instanceExtra
    const slot = e.kind === GETTER ? 'get' : e.kind === SETTER ? 'set' : 'value'
    const described: any = isField(e) ? undefined : e.made ?? Object.getOwnPropertyDescriptor(home, key)
    for (let i = e.decorators.length - 1; i >= 0; i--) {
      const c = context(kind, key, extra, metadata, { static: isStatic, private: e.isPrivate, access })
      const value = isField(e) ? undefined : e.kind === ACCESSOR ? { get: described.get, set: described.set } : described[slot]
      const made = call(e.decorators[i], value, c)
      if (made === undefined) continue
      if (e.kind === ACCESSOR) {
        if (typeof made !== 'object' || made === null) throw new TypeError('an accessor decorator must give an object or undefined')
        if (made.get !== undefined) described.get = made.get
        if (made.set !== undefined) described.set = made.set
        if (made.init !== undefined) e.inits.unshift(made.init)
      } else if (typeof made !== 'function') throw new TypeError(`a ${kind} decorator must give a function or undefined`)
      else if (isField(e)) e.inits.unshift(made)
      else described[slot] = made
    }
    if (described !== undefined && e.made === undefined) Object.defineProperty(home, key, described)
  }

  /** The value that a field or accessor begins with. */
  init(index: number, object: unknown, value: unknown): unknown {
    for (const f of this.#entries[index].inits) value = Reflect.apply(f, object as object, [value])
    return value
  }
  extra(index: number, object: unknown): void { for (const f of this.#entries[index].extra) Reflect.apply(f, object as object, []) }
  run(object: unknown): void { for (const f of this.#instanceExtra) Reflect.apply(f, object as object, []) }
  end(): any {
    for (const f of this.#classExtra) Reflect.apply(f, this.self, [])
    return this.self
  }
}
const isField = (e: Entry): boolean => e.kind === FIELD

export const define = (decorators: Function[]): Definition => new Definition(decorators)
