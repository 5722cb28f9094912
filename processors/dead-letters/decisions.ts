import type { Groups, StoredEvent } from '../../infrastructure/event-store/port.ts'
import { letterOfMessage } from './dead-letter.ts'
import type { Handling, Submit } from './handling.ts'
import { messageAt } from './parked-message.ts'
import type { Resolutions } from './resolutions.ts'
import type { DeadLetterPlace, Refused } from './resolution.ts'
import type { Unresolved } from './unresolved.ts'

export type DecisionsDependencies = {
  readonly groups: readonly string[]
  readonly store: Pick<Groups, 'parkedMessages'>
  readonly unresolved: Pick<Unresolved, 'refresh' | 'of'>
  readonly resolutions: Pick<Resolutions, 'of' | 'begin' | 'discard'>
  readonly handling: Handling
  readonly keyOf: (event: StoredEvent) => string
  /** Undefined where this process does not run the group. */
  readonly submitTo: (group: string) => Submit | undefined
  /** Something of the group was decided: what waited behind it may have its turn. */
  readonly decided: (group: string) => void
  readonly now: () => Date
}

/** Why a retry or a discarding was not begun; with `waits_behind`, which letter of its key has to be resolved first. */
export type NotBegun =
  | { readonly refused: Refused | 'unknown' | 'original_gone' | 'not_here' }
  | { readonly waitsBehind: bigint }

/** What an operator may decide about a dead letter. */
export type Decisions = {
  /**
   * Writes the decision down, then has the event handled: `begun` when that is under way. What comes of it is seen in the dead letter. A
   * crash in between leaves it unresolved, to be retried when the claim of the dead has ended.
   */
  retry(place: DeadLetterPlace, by: string): Promise<'begun' | NotBegun>
  /** The event is left undone, and no longer holds others up. */
  discard(place: DeadLetterPlace, by: string, why: string): Promise<'discarded' | NotBegun>
  /** Waits for the retries under way. */
  drained(): Promise<void>
}

export const createDecisions = (dependencies: DecisionsDependencies): Decisions => {
  const { groups, store, unresolved, resolutions, handling, keyOf, submitTo, decided, now } = dependencies
  const underWay = new Set<Promise<void>>()

  /** Of a letter that its parked stream does not have, or no longer. */
  const withoutMessage = async ({ group, number }: DeadLetterPlace): Promise<NotBegun> => {
    const resolution = groups.includes(group) ? (await resolutions.of(group, [number])).get(number) : undefined
    return { refused: resolution?.resolvedAt === undefined ? 'unknown' : 'already_settled' }
  }

  const find = async (place: DeadLetterPlace) =>
    groups.includes(place.group) ? messageAt(store, place) : Promise.resolve(undefined)

  return {
    async retry(place, by) {
      const { group, number } = place
      const message = await find(place)
      if (message === undefined) return withoutMessage(place)
      const { event } = message
      if (event === undefined) return { refused: 'original_gone' }
      const submit = submitTo(group)
      if (submit === undefined) return { refused: 'not_here' }
      await unresolved.refresh(group)
      const { first } = unresolved.of(group).around(number)
      if (first !== undefined) return { waitsBehind: first }
      const letter = letterOfMessage(message, keyOf)
      const decision = {
        group,
        number,
        key: keyOf(event),
        eventId: event.id,
        parkedAt: message.parkedAt,
        by,
        at: now(),
        letter,
      }
      // First who decided what is stored, then the event is handled, then what came of it is stored.
      const claim = await resolutions.begin({ ...decision, kind: 'retry' })
      if (typeof claim === 'string') return { refused: claim }
      const retrying = handling(claim, 'retry', event, submit).then(() => {
        underWay.delete(retrying)
        decided(group)
      })
      underWay.add(retrying)
      return 'begun'
    },

    async discard(place, by, why) {
      const { group, number } = place
      const message = await find(place)
      if (message === undefined) return withoutMessage(place)
      const letter = letterOfMessage(message, keyOf)
      const { event, parkedAt } = message
      const decision = { group, number, eventId: event?.id, parkedAt, by, at: now(), why, letter }
      const done = await resolutions.discard(decision)
      if (done !== 'discarded') return { refused: done }
      unresolved.of(group).remove(number)
      decided(group)
      return 'discarded'
    },

    drained: async () => {
      await Promise.all(underWay)
    },
  }
}
