export type Linger = {
  /** So many events have just come. */
  came(events: number): void
  /** How long a batch is to wait for more, in milliseconds. */
  ms(): number
}

export type LingerOptions = {
  readonly maxMs: number
  /** Events a second: up to `from` nothing waits, from `to` on it is as long as it may be. */
  readonly load: { readonly from: number; readonly to: number }
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number
}

/** How far back the rate is measured, in milliseconds. */
const memoryMs = 500

/**
 * A batch is a way to the database whatever is in it: where little comes, each event has its own and is shown at once; where much comes,
 * they wait a moment for each other.
 */
export const createLinger = ({ maxMs, load: { from, to }, now }: LingerOptions): Linger => {
  let perSecond = 0
  let lastAt = now()

  const fade = (): void => {
    const at = now()
    perSecond *= Math.exp(-(at - lastAt) / memoryMs)
    lastAt = at
  }

  return {
    came(events) {
      fade()
      perSecond += (events * 1_000) / memoryMs
    },
    ms() {
      fade()
      return Math.round(maxMs * Math.min(1, Math.max(0, (perSecond - from) / (to - from))))
    },
  }
}
