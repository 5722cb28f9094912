/** A place in the source, and how many events the group has looked at up to it. */
export type Mark = { readonly position: bigint; readonly sequence: number }

/** How far a group is done. Its events are looked at in order, later sent, and at last settled: acknowledged, skipped or durably parked. */
export type Progress = {
  /** Events that the group does not deliver, as many as `count`. */
  pass(position: bigint, count?: number): void
  /** An event to deliver; answers the number that it is known by. */
  open(position: bigint): number
  /** It is offered to a consumer, for the first time or again. */
  sent(number: number, position: bigint): void
  settle(number: number): void
  /** The furthest that a checkpoint may say now; undefined while nothing at all is settled. */
  settledThrough(): Mark | undefined
}

/**
 * How far a group is done. The events that it delivers stay open until they are settled, wherever they wait meanwhile. A checkpoint may never pass an open one: that is the whole point of this.
 * Holds one entry an open event, however many have been settled behind it.
 */
export class WholeProgress implements Progress {
  #last: Mark | undefined
  #sequence = 0
  /** Sequence of each open event → what was looked at before it. In order of sequence, since entries are only ever added at the end. */
  readonly #open = new Map<number, Mark | undefined>()

  constructor(checkpoint: bigint | undefined) {
    if (checkpoint !== undefined) this.#last = { position: checkpoint, sequence: 0 }
  }

  pass(position: bigint, count = 1): void {
    this.#sequence += count
    this.#last = { position, sequence: this.#sequence }
  }

  open(position: bigint): number {
    const before = this.#last
    this.pass(position)
    this.#open.set(this.#sequence, before)
    return this.#sequence
  }

  sent(): void {
    // It has been open since it was looked at.
  }

  settle(sequence: number): void {
    this.#open.delete(sequence)
  }

  settledThrough(): Mark | undefined {
    for (const before of this.#open.values()) return before
    return this.#last
  }
}
