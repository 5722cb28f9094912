import { durationText } from './durations.js'
import { Problem } from './problem.js'

/** @import { Projection } from './answers.d.ts' */

/** A read model that takes its events as they come is now and then a moment behind. */
const longestMomentSeconds = 5

/**
 * Why what a read model shows is not how it stands; undefined where it is. The one that is furthest behind counts.
 * @param {readonly Pick<Projection, 'name' | 'caughtUp' | 'lagSeconds'>[]} projections
 * @param {readonly string[]} names of those that are shown
 */
export const behindOf = (projections, names) => {
  const lag = Math.max(
    0,
    ...projections
      .filter(({ name, caughtUp }) => names.includes(name) && !caughtUp)
      .map(({ lagSeconds }) => lagSeconds),
  )
  if (lag < longestMomentSeconds) return undefined
  const detail = `The read model is ${durationText(lag * 1_000)} behind: what has happened since is missing.`
  return new Problem({ status: 0, code: 'behind', detail })
}
