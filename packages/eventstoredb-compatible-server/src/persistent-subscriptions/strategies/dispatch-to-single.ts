import type { Consumer } from '../consumer.ts'
import type { Strategy } from './strategy.ts'

/** All messages to one consumer until its window is full, then to the next. */
export class DispatchToSingle implements Strategy {
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
    if (index > 0) this.#consumers = [...this.#consumers.slice(index), ...this.#consumers.slice(0, index)]
    return chosen
  }
}
