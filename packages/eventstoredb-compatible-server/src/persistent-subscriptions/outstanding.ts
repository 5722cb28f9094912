import type { Delivery } from './consumer.ts'

/**
 * What has been sent and not settled, by the id that acknowledgements name. The same id may be out twice (an event in two streams of
 * a group on `$all`): what a consumer says of the id is said of the one that comes first in the source, however often it was sent again.
 */
export class Outstanding {
  readonly #byId = new Map<string, Delivery[]>()
  #size = 0

  get size(): number {
    return this.#size
  }

  add(delivery: Delivery): void {
    const { id } = delivery.message
    const same = this.#byId.get(id)
    if (same === undefined) this.#byId.set(id, [delivery])
    else {
      const behind = same.findIndex(({ message }) => message.position > delivery.message.position)
      same.splice(behind < 0 ? same.length : behind, 0, delivery)
    }
    this.#size += 1
  }

  take(id: string): Delivery | undefined {
    const first = this.#byId.get(id)?.[0]
    if (first !== undefined) this.remove(first)
    return first
  }

  remove(delivery: Delivery): void {
    const { id } = delivery.message
    const same = this.#byId.get(id)
    const index = same?.indexOf(delivery) ?? -1
    if (same === undefined || index < 0) return
    if (same.length === 1) this.#byId.delete(id)
    else same.splice(index, 1)
    this.#size -= 1
  }

  /** Past their deadline at `now`, the earliest first. */
  expired(now: number): readonly Delivery[] {
    const found: Delivery[] = []
    for (const same of this.#byId.values())
      for (const delivery of same) if (delivery.deadline <= now) found.push(delivery)
    return found.sort((one, other) => one.deadline - other.deadline)
  }

  all(): readonly Delivery[] {
    return [...this.#byId.values()].flat()
  }
}
