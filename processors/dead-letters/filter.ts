import type { DeadLetter } from './dead-letter.ts'

/** Which dead letters are meant; what is left out, all. */
export type Filter = {
  /** The event's type. */
  readonly type?: string | undefined
  /** The code for which it stands. */
  readonly reason?: string | undefined
  readonly olderThanSeconds?: number | undefined
  /** The order's id; of other events, the stream's name. */
  readonly key?: string | undefined
}

export const isMeant = (
  { type, reason, olderThanSeconds, key }: Filter,
  { event, code, ageSeconds, key: its }: DeadLetter,
): boolean =>
  (type === undefined || event?.type === type) &&
  (reason === undefined || code === reason) &&
  (olderThanSeconds === undefined || ageSeconds > olderThanSeconds) &&
  (key === undefined || its === key)
