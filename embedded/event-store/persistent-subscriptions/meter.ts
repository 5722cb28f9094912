export type Rate = { readonly count: number; readonly perSecond: number }

/** Counts, and tells how many it was since somebody last asked. */
export class Meter {
  total = 0
  #lastTotal = 0
  #lastAt: number | undefined

  count(items: number): void {
    this.total += items
  }

  /** Whoever asks begins the next interval; before the first asking there is no rate. `now` in milliseconds. */
  measure(now: number): Rate {
    const count = this.total - this.#lastTotal
    const seconds = this.#lastAt === undefined ? 0 : (now - this.#lastAt) / 1_000
    this.#lastTotal = this.total
    this.#lastAt = now
    return { count, perSecond: seconds > 0 ? Math.round(count / seconds) : 0 }
  }
}
