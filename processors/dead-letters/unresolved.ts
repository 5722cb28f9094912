import type { EventContent, Groups, ParkedMessage, StoredEvent } from '../../infrastructure/event-store/port.ts'
import type { Letters } from '../../infrastructure/subscriptions/consumer-options.ts'
import { reasonOf } from './dead-letter.ts'
import { placeOf, waitsBehindCode, type Letter } from './letter.ts'
import { createLettersOfGroup, type LettersOfGroup } from './letters-of-group.ts'
import { isMadeFor } from './made-for.ts'
import { createNewDecisions, type NewDecisions } from './new-decisions.ts'
import type { Resolutions } from './resolutions.ts'
import type { Resolution } from './resolution.ts'

export type UnresolvedDependencies = {
  readonly groups: readonly string[]
  readonly store: Pick<Groups, 'parkedMessages'>
  readonly resolutions: Pick<Resolutions, 'changed'>
  readonly keyOf: (event: StoredEvent) => string
  readonly now: () => Date
}

/** The unresolved dead letters of all groups, in the memory of this process. */
export type Unresolved = {
  /**
   * Reads on, after everything that was there when it was called. What is known stays known when it fails.
   * @throws StoreUnavailable when the event store or the database is away
   */
  refresh(group: string): Promise<void>
  /** When a refresh of the group last succeeded. */
  refreshedAt(group: string): Date | undefined
  /** What the group's consumer asks. */
  lettersFor(group: string): Letters
  of(group: string): LettersOfGroup
  /** The first number of its parked stream at the last look. */
  beginsAt(group: string): bigint
  /** Everything below it is resolved, or gone; undefined before the first refresh. */
  resolvedBelow(group: string): bigint | undefined
}

/** What was parked here and has not come into the parked stream by then never will: the event is given again. In milliseconds. */
const comesWithinMs = 60_000

type Followed = {
  readonly letters: LettersOfGroup
  readonly newDecisions: NewDecisions
  /** The stream's first number at the last look. */
  begins: bigint
  /** The number that is read next. */
  next: bigint
  refreshedAt: Date | undefined
  running: Promise<void>
  waiting: Promise<void> | undefined
}

const letterOf = (
  { number, parkedAt, reason, event }: ParkedMessage,
  keyOf: (event: StoredEvent) => string,
): Letter => {
  const common = { number, parkedAt, code: reasonOf(reason).code }
  return event === undefined
    ? { ...common, eventId: undefined, key: undefined, type: '', stream: '', revision: undefined, created: undefined }
    : { ...common, ...placeOf(event), eventId: event.id, key: keyOf(event), type: event.type }
}

export const createUnresolved = ({ groups, store, resolutions, keyOf, now }: UnresolvedDependencies): Unresolved => {
  const followed = new Map<string, Followed>(
    groups.map((group) => [
      group,
      {
        letters: createLettersOfGroup(),
        newDecisions: createNewDecisions(resolutions, group),
        begins: 0n,
        next: 0n,
        refreshedAt: undefined,
        running: Promise.resolve(),
        waiting: undefined,
      },
    ]),
  )
  const known = (group: string): Followed => {
    const found = followed.get(group)
    if (found === undefined) throw new Error(`nobody follows the dead letters of ${group}`)
    return found
  }

  const oldestInStream = async (group: string): Promise<bigint | undefined> => {
    for await (const { number } of store.parkedMessages(group, { limit: 1 })) return number
    return undefined
  }

  /**
   * Whoever replays them in the store's own interface truncates the stream; a truncation of ours that crosses with that has it begin
   * earlier again, and then all of it is read once more. False: nothing stands in it.
   */
  const findBeginning = async (group: string): Promise<boolean> => {
    const state = known(group)
    const oldest = await oldestInStream(group)
    const begins = oldest ?? state.next
    if (begins < state.begins) state.next = begins
    state.letters.removeBefore(begins)
    state.begins = begins
    return oldest !== undefined
  }

  const add = (letters: LettersOfGroup, letter: Letter, resolution: Resolution | undefined) => {
    if (letter.eventId !== undefined) letters.seen(letter.eventId)
    // Read once more: it is a letter already, or is given again.
    const present = letters.find(letter.number)
    if (present !== undefined && present.eventId === letter.eventId) return
    letters.remove(letter.number)
    if (resolution?.resolvedAt === undefined) letters.add({ ...letter, code: resolution?.failureCode ?? letter.code })
  }

  const read = async (group: string): Promise<void> => {
    const state = known(group)
    const { letters, newDecisions } = state
    const startedAt = now()
    const found: Letter[] = []
    if (await findBeginning(group))
      for await (const message of store.parkedMessages(group, { from: state.next }))
        found.push(letterOf(message, keyOf))
    const decided = await newDecisions({
      found: found.map(({ number }) => number),
      standing: letters,
      now: startedAt,
    })
    const decidedOf = (letter: Letter | undefined): Resolution | undefined => {
      const resolution = letter && decided.get(letter.number)
      return letter && resolution && isMadeFor(resolution, letter) ? resolution : undefined
    }
    // From here on all at once: nobody sees half of it.
    for (const number of decided.keys()) {
      const resolution = decidedOf(letters.find(number))
      if (resolution?.resolvedAt !== undefined) letters.remove(number)
      else if (resolution?.failureCode !== undefined) letters.change(number, { code: resolution.failureCode })
    }
    for (const letter of found) add(letters, letter, decidedOf(letter))
    state.next = (found.at(-1)?.number ?? state.next - 1n) + 1n
    letters.forgetParkedBefore(new Date(startedAt.getTime() - comesWithinMs))
    state.refreshedAt = startedAt
  }

  return {
    refresh(group) {
      const state = known(group)
      // One at a time; all who ask while one is under way are answered by the next.
      state.waiting ??= state.running
        .catch(() => undefined)
        .then(() => {
          state.waiting = undefined
          state.running = read(group)
          return state.running
        })
      return state.waiting
    },
    refreshedAt: (group) => known(group).refreshedAt,
    of: (group) => known(group).letters,
    beginsAt: (group) => known(group).begins,
    resolvedBelow(group) {
      const { letters, next, refreshedAt } = known(group)
      return refreshedAt === undefined ? undefined : (letters.oldest() ?? next)
    },

    lettersFor(group) {
      const { letters } = known(group)
      return {
        waitsBehind(event, key, replayed) {
          // It is given again: whatever became of its parking.
          letters.seen(event.id)
          // Those up to it are given again as well.
          if (replayed !== undefined) letters.givenAgain(replayed, key)
          const first = letters.before(key, placeOf(event), event.id)
          if (first === undefined) return undefined
          const which = 'number' in first ? `${first.number} (${first.type})` : first.type
          return { code: waitsBehindCode, message: `waits behind ${group} ${which}, ${first.code}` }
        },
        parked({ id, type, stream, ...event }: EventContent & Partial<StoredEvent>, key, { code }) {
          // It is nothing that anybody could handle, and will not be known again when it is read.
          if (code === 'unusable_event') return
          const { revision, created } = event
          letters.remember({ eventId: id, key, type, stream, revision, created, code, parkedAt: now() })
        },
      }
    },
  }
}
