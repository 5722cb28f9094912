import type { Mark, Progress } from './progress.ts'

/**
 * How far a group is done as the real server reckons: it knows of an event only from the moment it is first sent. So one that is passed
 * over carries the checkpoint past all that wait, and what is sent after it begins behind it. Without a filter nothing is passed over,
 * and nothing is lost, unless a pinned message is left waiting while later ones are sent (so before 24.10.14).
 */
export class ProgressThatLoses implements Progress {
  #last: Mark | undefined
  #sequence = 0
  #opened = 0
  /** Number of each event that was sent and is not settled → what was sent or passed over before it. In order of their first sending. */
  readonly #sent = new Map<number, Mark | undefined>()

  constructor(checkpoint: bigint | undefined) {
    if (checkpoint !== undefined) this.#last = { position: checkpoint, sequence: 0 }
  }

  pass(position: bigint, count = 1): void {
    this.#sequence += count
    this.#last = { position, sequence: this.#sequence }
  }

  open(): number {
    this.#opened += 1
    return this.#opened
  }

  sent(number: number, position: bigint): void {
    if (this.#sent.has(number)) return
    this.#sent.set(number, this.#last)
    this.pass(position)
  }

  settle(number: number): void {
    this.#sent.delete(number)
  }

  settledThrough(): Mark | undefined {
    for (const before of this.#sent.values()) return before
    return this.#last
  }
}
