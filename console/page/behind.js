import { durationText } from './durations.js'
import { Problem } from './problem.js'

/** @import { Projection } from './answers.d.ts' */

/** A read model that takes its events as they come is now and then a moment behind. */
const longestMomentSeconds = 5

/** @param {Pick<Projection, 'caughtUp' | 'lagSeconds'>} projection */
export const isBehind = ({ caughtUp, lagSeconds }) => !caughtUp && lagSeconds >= longestMomentSeconds

/**
 * Why what a read model shows is not how it stands; undefined where it is. The one that is furthest behind counts.
 * @param {readonly Pick<Projection, 'name' | 'caughtUp' | 'lagSeconds'>[]} projections
 * @param {readonly string[]} names of those that are shown
 */
export const behindOf = (projections, names) => {
  const behind = projections.filter((one) => names.includes(one.name) && isBehind(one))
  if (behind.length === 0) return undefined
  const lag = Math.max(...behind.map(({ lagSeconds }) => lagSeconds))
  const detail = `The read model is ${durationText(lag * 1_000)} behind: what has happened since is missing.`
  return new Problem({ status: 0, code: 'behind', detail })
}
