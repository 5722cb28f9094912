import { Problem } from '../problem.js'

/** @import { Group } from '../answers.d.ts' */

/**
 * Whether the stores answer, from what the processors say of what they need them for.
 * @param {readonly Group[] | undefined} groups
 * @param {unknown} groupsProblem why the groups are not known
 * @param {unknown} followUpsProblem the follow-ups stand in the database
 * @returns {readonly { name: string, state: 'answers' | 'away' | 'not known', why: string | undefined }[]}
 */
export const storesOf = (groups, groupsProblem, followUpsProblem) => {
  const away = groups?.find(({ problem }) => problem !== undefined)?.problem
  const eventStore =
    groups === undefined || groupsProblem !== undefined ? 'not known' : away === undefined ? 'answers' : 'away'
  const said = followUpsProblem instanceof Problem && followUpsProblem.code === 'store_unavailable'
  const database = said ? 'away' : followUpsProblem === undefined && groups !== undefined ? 'answers' : 'not known'
  return [
    { name: 'Event store', state: eventStore, why: eventStore === 'away' ? away : undefined },
    { name: 'Database', state: database, why: said ? followUpsProblem.message : undefined },
  ]
}
