import type { StoredEvent } from '../../infrastructure/event-store/port.ts'

/** Where an event stands among those of its key. Undefined: not known, as of an event that was parked this moment. */
export type EventPlace = {
  readonly stream: string
  readonly revision: bigint | undefined
  readonly created: Date | undefined
}

/** What is kept in memory of an unresolved dead letter: nothing of the event's content. */
export type Letter = EventPlace & {
  readonly number: bigint
  /** Undefined when the original is gone, or unusable: then it is of no key, and nothing waits behind it. */
  readonly eventId: string | undefined
  readonly key: string | undefined
  readonly type: string
  /** Why it stands: what it was parked for, or what it last failed with. */
  readonly code: string
  readonly parkedAt: Date
}

/** Of letters that wait behind another one of their key, and are handled by themselves when that is resolved. */
export const waitsBehindCode = 'waits_behind'

const compare = <Value extends bigint | number>(one: Value, other: Value): number =>
  one < other ? -1 : one > other ? 1 : 0

const timeOf = ({ created }: EventPlace): number => created?.getTime() ?? -Infinity

/** Below 0: `one` is earlier. 0: nobody can tell. What nothing is known of is taken for earlier: whoever waits in vain is released. */
export const comparePlaces = (one: EventPlace, other: EventPlace): number =>
  one.stream === other.stream && one.revision !== undefined && other.revision !== undefined
    ? compare(one.revision, other.revision)
    : compare(timeOf(one), timeOf(other))

/** Whose turn is before, of two letters of one key. */
export const isBefore = (one: Letter, other: Letter): boolean => {
  const order = comparePlaces(one, other)
  return order < 0 || (order === 0 && one.number < other.number)
}

/** Whose turn it is. Always one, also where clocks that went backwards contradict the streams. */
export const firstOf = (letters: readonly Letter[]): Letter | undefined =>
  letters.reduce<Letter | undefined>(
    (first, letter) => (first === undefined || isBefore(letter, first) ? letter : first),
    undefined,
  )

export const placeOf = ({ stream, revision, created }: StoredEvent): EventPlace => ({ stream, revision, created })
