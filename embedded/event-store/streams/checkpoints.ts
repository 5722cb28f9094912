import type { AllPosition } from './read-request.ts'

/**
 * When a filtered subscription to `$all` tells how far it has come: every so many events looked at, whether they passed or not.
 * In history that is seen after a window of events, and told as the start of that window or the last event sent, whichever is later;
 * the form {commit, 0} makes a client that resumes there get that event again rather than miss one. Live it is the event's own
 * position. Checkpoints only ever grow.
 */
export class CheckpointCounter {
  readonly #window: number
  readonly #interval: number
  #windowStart = 0n
  #inWindow = 0
  #considered = 0
  #inHistory = false
  #lastSent: bigint | undefined
  #lastCheckpoint: bigint | undefined

  constructor(window: number, interval: number) {
    this.#window = window
    this.#interval = interval
  }

  get leftInWindow(): number {
    return this.#window - this.#inWindow
  }

  /** To be told of no more events than are left in the window; `start` is where the first of them is. */
  afterPage(start: bigint, considered: number, lastSent: bigint | undefined): AllPosition | undefined {
    this.#inHistory = true
    if (this.#inWindow === 0) this.#windowStart = start
    this.#inWindow += considered
    this.#considered += considered
    this.#lastSent = lastSent ?? this.#lastSent
    if (this.#inWindow < this.#window) return undefined
    this.#inWindow = 0
    if (this.#considered < this.#interval) return undefined
    this.#considered = 0
    const position = this.#lastSent !== undefined && this.#lastSent > this.#windowStart ? this.#lastSent : this.#windowStart
    return this.#checkpoint(position, 0n)
  }

  /** Nothing when there was no history, or nothing was sent since the last checkpoint. What comes live is counted from here. */
  endOfHistory(): AllPosition | undefined {
    this.#inWindow = 0
    this.#considered = 0
    if (!this.#inHistory || this.#lastSent === undefined) return undefined
    this.#inHistory = false
    return this.#checkpoint(this.#lastSent, 0n)
  }

  live(position: bigint, sent: boolean): AllPosition | undefined {
    if (sent) this.#lastSent = position
    this.#considered += 1
    if (this.#considered < this.#interval) return undefined
    this.#considered = 0
    return this.#checkpoint(position, position)
  }

  #checkpoint(commit: bigint, prepare: bigint): AllPosition | undefined {
    if (this.#lastCheckpoint !== undefined && commit <= this.#lastCheckpoint) return undefined
    this.#lastCheckpoint = commit
    return { commit, prepare }
  }
}
