/** In milliseconds: what is waited after the first failure, and the most that is ever waited. */
export type Backoff = { readonly firstMs: number; readonly capMs: number }

/** Anything between `least` and `most` by chance, so that what went wrong together does not come back together. */
export const jittered = (least: number, most: number, random: () => number): number => least + random() * (most - least)

/**
 * How long to wait before the next attempt, in milliseconds, when `attempt` has failed; the first is 0. It doubles with each attempt up
 * to the cap, and is jittered: a half of it for certain, the other by chance.
 */
export const backoffMs = (attempt: number, { firstMs, capMs }: Backoff, random: () => number = Math.random): number => {
  const full = Math.min(capMs, firstMs * 2 ** Math.min(attempt, 30))
  return jittered(full / 2, full, random)
}
