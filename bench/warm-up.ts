export type WarmUp = {
  /** CPU milliseconds an order, window by window. */
  readonly windows: readonly number[]
  /** Whether it had become flat, or only the last window had come. */
  readonly flat: boolean
}

/** A window counts as better than those before when it takes at most this part of the best of them. */
const better = 0.95

/**
 * Runs windows of work until the code is as quick as it gets: until two in a row have taken no less than the best before. What is
 * compared is CPU time, which a busy machine disturbs less than rates. Where the system does not tell it, all windows are run.
 */
export const warmUp = async (
  window: (number: number) => Promise<number | undefined>,
  mostWindows = 12,
): Promise<WarmUp> => {
  const windows: number[] = []
  let best = Infinity
  let withoutGain = 0
  for (let number = 1; number <= mostWindows; number += 1) {
    const took = await window(number)
    if (took === undefined) continue
    windows.push(took)
    withoutGain = took <= best * better ? 0 : withoutGain + 1
    best = Math.min(best, took)
    if (withoutGain === 2) return { windows, flat: true }
  }
  return { windows, flat: false }
}
