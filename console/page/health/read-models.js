import { isBehind } from '../behind.js'
import { durationText } from '../durations.js'
import { counted } from '../words.js'

/**
 * @import { Projection } from '../answers.d.ts'
 * @typedef {{ name: string, state: string, tone: 'good' | 'warn' | 'bad', why?: string }} ReadModel
 */

/** @param {Projection} projection @returns {ReadModel | undefined} undefined where it is as it should be */
const faultOf = (projection) => {
  const { name, lagSeconds, standsStill, setAside } = projection
  if (standsStill !== null) return { name, state: 'stands still', tone: 'bad', why: standsStill }
  if (isBehind(projection))
    return { name, state: 'behind', tone: 'warn', why: `what it shows is ${durationText(lagSeconds * 1_000)} old` }
  if (setAside.count > 0) return { name, state: `${counted(setAside.count, 'row')} set aside`, tone: 'warn' }
  return undefined
}

/**
 * What a woken person has to know of the read models: those that do not show how it stands, or that all do.
 * @param {readonly Projection[]} projections
 * @returns {readonly ReadModel[]}
 */
export const readModelsOf = (projections) => {
  const faults = projections.map(faultOf).filter((fault) => fault !== undefined)
  return faults.length === 0 ? [{ name: `All ${projections.length}`, state: 'up to date', tone: 'good' }] : faults
}
