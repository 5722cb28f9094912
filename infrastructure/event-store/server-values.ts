import { UnusableAnswer } from './port.ts'
import { isPlace, type Position } from './position.ts'

// Everything in an answer of the server that is stored, compared or counted by, and that could be something else than it seems:
// the server counts in signed 64-bit numbers, some of which come as unsigned ones, so that its −1 is 2^64 − 1.

/**
 * Undefined for what is no place in the log: −1, where the server has read nothing yet or does not know, and whatever else nobody
 * could read on from.
 */
export const placeOf = ({ commit, prepare }: Position): Position | undefined => {
  const position = { commit, prepare }
  return isPlace(position) ? position : undefined
}

/** @throws UnusableAnswer; servers before 22.6 do not know the position of what is read from a stream */
export const eventPositionOf = (position: Position | undefined, what: string): Position => {
  const place = position === undefined ? undefined : placeOf(position)
  if (place === undefined)
    throw new UnusableAnswer(
      `${what} has no position: ${position === undefined ? 'none' : `${position.commit}/${position.prepare}`}`,
    )
  return place
}

/** Of the one event of a deleted stream, whose number comes after every other. */
export const tombstoneRevision = 2n ** 63n - 1n
const highestRevision = BigInt(Number.MAX_SAFE_INTEGER)

/**
 * Revisions are told as JSON numbers; above 2^53 − 1, which no stream can reach, there is the tombstone's alone.
 * @throws UnusableAnswer
 */
export const revisionOf = (revision: bigint, what: string): bigint => {
  if ((revision < 0n || revision > highestRevision) && revision !== tombstoneRevision) {
    throw new UnusableAnswer(`${what} has the revision ${revision}`)
  }
  return revision
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const nilId = '00000000-0000-0000-0000-000000000000'
const isUuid = (id: string): boolean => uuid.test(id) && id !== nilId

/** Whether something can be known, and answered for, by this id. */
export const isEventId = (id: string | undefined): id is string => id !== undefined && isUuid(id)

/** @throws UnusableAnswer */
export const eventIdOf = (id: string, what: string): string => {
  if (!isUuid(id)) throw new UnusableAnswer(`${what} has the id '${id}'`)
  return id
}

const earliest = new Date('0001-01-01T00:00:00.000Z')
const latest = new Date('9999-12-31T23:59:59.999Z')

/**
 * The nearest time that RFC 3339 can write: an event is none the worse for the clock of whoever recorded it. What is no time at all
 * is the beginning of 1970, as the client has it for what is no number.
 */
export const createdOf = (created: Date): Date => {
  if (Number.isNaN(created.getTime())) return new Date(0)
  if (created < earliest) return earliest
  return created > latest ? latest : created
}

/** Undefined, not known, for what counts nothing: the server works some of them out, and does so below zero. */
export const countOf = (count: number | bigint): number | undefined => {
  const number = Number(count)
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined
}

/** Undefined where one of them counts nothing. */
export const sumOf = (counts: readonly (number | bigint)[]): number | undefined =>
  counts.reduce<number | undefined>((sum, count) => {
    const next = countOf(count)
    return sum === undefined || next === undefined ? undefined : sum + next
  }, 0)

/** What can't be is taken for a first delivery. */
export const retryCountOf = (count: number): number => countOf(count) ?? 0
