import type { Consumer } from '../consumer.ts'
import type { Strategy } from './strategy.ts'

/** Each message to the next consumer in turn that has room. */
export class RoundRobin implements Strategy {
  #consumers: Consumer[] = []

  add(consumer: Consumer): void {
    this.#consumers.push(consumer)
  }

  remove(consumer: Consumer): void {
    this.#consumers = this.#consumers.filter((other) => other !== consumer)
  }

  choose(): Consumer | 'no_capacity' {
    const index = this.#consumers.findIndex(({ availableSlots }) => availableSlots > 0)
    const chosen = this.#consumers[index]
    if (chosen === undefined) return 'no_capacity'
    this.#consumers = [...this.#consumers.slice(index + 1), ...this.#consumers.slice(0, index + 1)]
    return chosen
  }
}
