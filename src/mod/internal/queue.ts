// internal:queue: first in, first out, in constant time: a ring that doubles.

export class Queue<T> {
  #ring: (T | undefined)[] = new Array(16)
  #head = 0
  #tail = 0

  get length(): number {
    return (this.#tail - this.#head) & (this.#ring.length - 1)
  }

  isEmpty(): boolean {
    return this.#head === this.#tail
  }

  push(item: T): void {
    const ring = this.#ring
    const mask = ring.length - 1
    ring[this.#tail] = item
    this.#tail = (this.#tail + 1) & mask
    if (this.#tail === this.#head) this.#grow()
  }

  #grow(): void {
    const ring = this.#ring
    const size = ring.length
    const next = new Array(size * 2)
    for (let i = 0; i < size; i++) next[i] = ring[(this.#head + i) & (size - 1)]
    this.#ring = next
    this.#head = 0
    this.#tail = size
  }

  shift(): T | undefined {
    if (this.#head === this.#tail) return undefined
    const item = this.#ring[this.#head]
    this.#ring[this.#head] = undefined
    this.#head = (this.#head + 1) & (this.#ring.length - 1)
    return item
  }

  peek(): T | undefined {
    return this.#ring[this.#head]
  }
}
