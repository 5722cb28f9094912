import { get } from './api.js'
import { behindOf } from './behind.js'
import { repeat } from './live.js'

/**
 * @import { Projection } from './answers.d.ts'
 * @import { Problem } from './problem.js'
 */

/**
 * Whether a view that is told of all changes is told of none because nobody takes them in: the API behind it answers all the same.
 * @param {readonly string[]} names of the read models that it shows
 * @param {AbortSignal} signal
 * @param {(behind: Problem | undefined) => void} told
 */
export const watchBehind = (names, signal, told) =>
  repeat(
    5_000,
    signal,
    async () => {
      const { items } = /** @type {{ items: readonly Projection[] }} */ (await get('/api/read/v1/projections', signal))
      told(behindOf(items, names))
    },
    // The view itself says what cannot be asked.
    () => undefined,
  )
