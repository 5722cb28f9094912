/** A place in the source, and how many events the group has looked at up to it. */
export type Mark = { readonly position: bigint; readonly sequence: number }

/**
 * How far a group is done. Events are looked at in order; those that it delivers stay open until they are settled (acknowledged,
 * skipped or durably parked), wherever they wait meanwhile. A checkpoint may never pass an open one: that is the whole point of this.
 * Holds one entry an open event, however many have been settled behind it.
 */
export class Progress {
  #last: Mark | undefined
  #sequence = 0
  /** Sequence of each open event → what was looked at before it. In order of sequence, since entries are only ever added at the end. */
  readonly #open = new Map<number, Mark | undefined>()

  constructor(checkpoint: bigint | undefined) {
    if (checkpoint !== undefined) this.#last = { position: checkpoint, sequence: 0 }
  }

  /** An event that the group does not deliver. */
  pass(position: bigint): void {
    this.#sequence += 1
    this.#last = { position, sequence: this.#sequence }
  }

  /** An event to deliver; returns its sequence number. */
  open(position: bigint): number {
    const before = this.#last
    this.pass(position)
    this.#open.set(this.#sequence, before)
    return this.#sequence
  }

  settle(sequence: number): void {
    this.#open.delete(sequence)
  }

  /** The furthest that a checkpoint may say now; undefined while nothing at all is settled. */
  settledThrough(): Mark | undefined {
    for (const before of this.#open.values()) return before
    return this.#last
  }
}
