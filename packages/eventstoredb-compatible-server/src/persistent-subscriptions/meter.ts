export type Rate = { readonly count: number; readonly perSecond: number }

/** Counts, and tells how many it was since somebody last asked. */
export class Meter {
  total = 0
  #lastTotal = 0
  #lastAt = 0

  count(items: number): void {
    this.total += items
  }

  /** The first interval begins. `now` in milliseconds. */
  start(now: number): void {
    this.#lastAt = now
  }

  /** Whoever asks begins the next interval. `now` in milliseconds. */
  measure(now: number): Rate {
    const count = this.total - this.#lastTotal
    const seconds = (now - this.#lastAt) / 1_000
    this.#lastTotal = this.total
    this.#lastAt = now
    return { count, perSecond: seconds > 0 ? Math.round(count / seconds) : 0 }
  }
}
