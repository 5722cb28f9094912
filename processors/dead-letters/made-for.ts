import type { Resolution } from './resolution.ts'

/** What a dead letter can be told by, once its number belongs to another one: an event store that was put back gives numbers anew. */
export type Identity = {
  /** Undefined when the original is gone. */
  readonly eventId: string | undefined
  readonly parkedAt: Date
}

/**
 * Whether a resolution of a letter's number was made for this letter. Where one of the two events is not known (the original is gone, or
 * an earlier release wrote nothing down of it), only if nobody had decided before the letter was parked: what is not believed is decided
 * about once more, which does no harm.
 */
export const isMadeFor = (
  { eventId, decidedAt }: Pick<Resolution, 'eventId' | 'decidedAt'>,
  letter: Identity,
): boolean =>
  eventId === undefined || letter.eventId === undefined ? decidedAt >= letter.parkedAt : eventId === letter.eventId
