import type { AllPosition } from './read-request.ts'

/** How many events that pass a page of history holds at most. */
const MOST_PASSING = 32

/** What is told where a position belongs and nothing has been read: −1 in 64 bits without a sign. */
const NOTHING_READ: AllPosition = { commit: 18_446_744_073_709_551_615n, prepare: 18_446_744_073_709_551_615n }

const START: AllPosition = { commit: 0n, prepare: 0n }

/**
 * When a filtered subscription to `$all` tells how far it has come: every so many events looked at, whether they passed or not.
 * In history that is seen after a page, which ends with a window of events or with so many that passed. It is told as the start of that
 * page, in the form {commit, 0}, or as the last event sent when that is later. Live it is the event's own position. Checkpoints only
 * ever grow.
 */
export class CheckpointCounter {
  readonly #window: number
  readonly #interval: number
  #pageStart: AllPosition | undefined
  #isFromStart: boolean
  #inPage = 0
  #passedInPage = 0
  #considered = 0
  #inHistory = false
  #lastSent: AllPosition | undefined
  #lastCheckpoint: AllPosition | undefined

  /** `after` is where the subscription begins, which is where its first page does. */
  constructor(window: number, interval: number, after: AllPosition | 'start' | 'end') {
    this.#window = window
    this.#interval = interval
    this.#isFromStart = after === 'start'
    this.#pageStart = after === 'start' ? START : after === 'end' ? undefined : after
  }

  /** To be told of every event that is looked at in history, sent or not. */
  history(position: bigint, sent: boolean): AllPosition | undefined {
    this.#inHistory = true
    this.#pageStart ??= { commit: position, prepare: 0n }
    this.#inPage += 1
    this.#considered += 1
    if (sent) {
      this.#passedInPage += 1
      this.#lastSent = { commit: position, prepare: position }
    }
    if (this.#inPage < this.#window && this.#passedInPage < MOST_PASSING) return undefined
    const start = this.#pageStart
    this.#endPage()
    if (this.#considered < this.#interval) return undefined
    this.#considered = 0
    return this.#checkpoint(this.#lastSent !== undefined && isAfter(this.#lastSent, start) ? this.#lastSent : start)
  }

  /**
   * Nothing when there was no history, or nothing was sent since the last checkpoint. Who began at the start and was told nothing at all is
   * told that. What comes live is counted from here.
   */
  endOfHistory(): AllPosition | undefined {
    const due = this.#inHistory ? this.#lastOfHistory() : undefined
    this.#endPage()
    this.#considered = 0
    this.#inHistory = false
    this.#isFromStart = false
    return due
  }

  #lastOfHistory(): AllPosition | undefined {
    if (this.#lastSent !== undefined) return this.#checkpoint(this.#lastSent)
    return this.#isFromStart && this.#lastCheckpoint === undefined ? NOTHING_READ : undefined
  }

  live(position: bigint, sent: boolean): AllPosition | undefined {
    const place = { commit: position, prepare: position }
    if (sent) this.#lastSent = place
    this.#considered += 1
    if (this.#considered < this.#interval) return undefined
    this.#considered = 0
    return this.#checkpoint(place)
  }

  #endPage(): void {
    this.#pageStart = undefined
    this.#inPage = 0
    this.#passedInPage = 0
  }

  #checkpoint(position: AllPosition): AllPosition | undefined {
    if (this.#lastCheckpoint !== undefined && !isAfter(position, this.#lastCheckpoint)) return undefined
    this.#lastCheckpoint = position
    return position
  }
}

const isAfter = (one: AllPosition, other: AllPosition): boolean =>
  one.commit > other.commit || (one.commit === other.commit && one.prepare > other.prepare)
