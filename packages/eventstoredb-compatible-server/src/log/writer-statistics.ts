/** What has waited for the writer, and how its flushes went. Sizes in bytes, times in milliseconds. */
export type WriterFigures = {
  readonly length: number
  /** Since the figures were last asked for. */
  readonly peak: number
  readonly lifetimePeak: number
  readonly processed: number
  /** Since the figures were last asked for, as the three below. */
  readonly itemsPerSecond: number
  readonly processingTime: number
  readonly idlePercent: number
  /** Of what the writer does now: it writes, or has nothing to do. */
  readonly state: { readonly is: 'writing' | 'idle'; readonly since: number }
  readonly flushes: {
    readonly count: number
    readonly lastSize: number
    readonly lastDelay: number
    readonly meanSize: number
    readonly meanDelay: number
    readonly maxSize: number
    readonly maxDelay: number
  }
}

/** Counts what the writer does. `now` in milliseconds, from any beginning. */
export class WriterStatistics {
  readonly #now: () => number
  #length = 0
  #peak = 0
  #lifetimePeak = 0
  #processed = 0
  #flushes = { count: 0, lastSize: 0, lastDelay: 0, sizes: 0, delays: 0, maxSize: 0, maxDelay: 0 }
  #isWriting = false
  #since: number
  #asked: { at: number; processed: number; busy: number }
  #busy = 0

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
    this.#since = now()
    this.#asked = { at: this.#since, processed: 0, busy: 0 }
  }

  entered(): void {
    this.#length += 1
    this.#peak = Math.max(this.#peak, this.#length)
    this.#lifetimePeak = Math.max(this.#lifetimePeak, this.#length)
  }

  /** So many waiting writes were refused. */
  left(writes: number): void {
    this.#length -= writes
  }

  began(): void {
    this.#isWriting = true
    this.#since = this.#now()
  }

  /** So many writes were answered; `flushed` bytes went to disk for them, none where nothing was to be written. */
  ended(writes: number, flushed: number): void {
    const at = this.#now()
    const took = at - this.#since
    this.#busy += took
    this.#isWriting = false
    this.#since = at
    this.#length -= writes
    this.#processed += writes
    if (flushed === 0) return
    const before = this.#flushes
    this.#flushes = {
      count: before.count + 1,
      lastSize: flushed,
      lastDelay: took,
      sizes: before.sizes + flushed,
      delays: before.delays + took,
      maxSize: Math.max(before.maxSize, flushed),
      maxDelay: Math.max(before.maxDelay, took),
    }
  }

  /** Whoever asks begins the next interval. */
  figures(): WriterFigures {
    const at = this.#now()
    const busy = this.#busy + (this.#isWriting ? at - this.#since : 0)
    const interval = at - this.#asked.at
    const processed = this.#processed - this.#asked.processed
    const worked = busy - this.#asked.busy
    const { count, lastSize, lastDelay, sizes, delays, maxSize, maxDelay } = this.#flushes
    const figures: WriterFigures = {
      length: this.#length,
      peak: this.#peak,
      lifetimePeak: this.#lifetimePeak,
      processed: this.#processed,
      itemsPerSecond: interval > 0 ? processed / (interval / 1_000) : 0,
      processingTime: processed > 0 ? worked / processed : 0,
      idlePercent: interval > 0 ? Math.max(0, 100 - (worked / interval) * 100) : 100,
      state: { is: this.#isWriting ? 'writing' : 'idle', since: at - this.#since },
      flushes: {
        count,
        lastSize,
        lastDelay,
        meanSize: count > 0 ? sizes / count : 0,
        meanDelay: count > 0 ? delays / count : 0,
        maxSize,
        maxDelay,
      },
    }
    this.#asked = { at, processed: this.#processed, busy }
    this.#peak = this.#length
    return figures
  }
}
