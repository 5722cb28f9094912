import type { Groups, StoredEvent, StreamReader } from '../../infrastructure/event-store/port.ts'
import type { Audit } from './audit.ts'
import {
  deadLetterOf,
  letterOfMessage,
  letterSchema,
  type DeadLetter,
  type LetterOfEvent,
  type WholeDeadLetter,
} from './dead-letter.ts'
import { isMeant, type Filter } from './filter.ts'
import { isMadeFor } from './made-for.ts'
import { messageAt } from './parked-message.ts'
import type { Resolutions } from './resolutions.ts'
import type { DeadLetterPlace, Resolution } from './resolution.ts'
import type { Unresolved } from './unresolved.ts'
import type { RecentOf } from './recent.ts'
import { nothingWouldBeDone, type WouldDo } from './would-do.ts'

export type DeadLettersDependencies = {
  readonly groups: readonly string[]
  readonly store: Pick<Groups, 'parkedMessages'> & Pick<StreamReader, 'readStream'>
  readonly unresolved: Pick<Unresolved, 'refresh' | 'of'>
  readonly resolutions: Pick<Resolutions, 'of' | 'resolvedBetween'>
  readonly audit: Audit
  readonly keyOf: (event: StoredEvent) => string
  readonly wouldDo: WouldDo
  readonly recentOf: RecentOf
  readonly now: () => Date
}

/** @throws StoreUnavailable */
export type DeadLetters = {
  /** Unresolved ones, or all, group by group, oldest first; from `from` on. One more than `limit` says that there are more. */
  list(options: {
    readonly groups: readonly string[]
    readonly from: DeadLetterPlace | undefined
    readonly resolvedToo: boolean
    readonly limit: number
    readonly filter: Filter
  }): Promise<readonly DeadLetter[]>
  one(place: DeadLetterPlace): Promise<WholeDeadLetter | undefined>
}

type Found = { readonly number: bigint; readonly letter: LetterOfEvent; readonly resolution: Resolution | undefined }

/** Of those that the event store has let go, how many are read together. */
const page = 1_000
/** Dead letters whose resolutions are looked up together. */
const chunk = 50

export const createDeadLetters = (dependencies: DeadLettersDependencies): DeadLetters => {
  const { groups, store, unresolved, resolutions, audit, keyOf, wouldDo, recentOf, now } = dependencies

  const views = async (group: string, found: readonly Found[]): Promise<readonly DeadLetter[]> => {
    const ids = found.flatMap(({ letter }) => (letter.event === null ? [] : [letter.event.id]))
    const before = ids.length === 0 ? new Map<string, readonly bigint[]>() : await audit.resolvedAs(group, ids)
    return found.map(({ number, letter, resolution }) => {
      const { first, behind } = unresolved.of(group).around(number)
      const resolvedBefore = (before.get(letter.event?.id ?? '') ?? []).filter((other) => other !== number)
      return deadLetterOf({
        group,
        number,
        letter,
        resolution,
        waitsFor: first,
        waiting: behind.length,
        resolvedBefore,
        now: now(),
      })
    })
  }

  const resolutionsFor = async (
    group: string,
    letters: readonly Omit<Found, 'resolution'>[],
  ): Promise<readonly Found[]> => {
    const decided = await resolutions.of(
      group,
      letters.map(({ number }) => number),
    )
    return letters.map(({ number, letter }) => {
      const resolution = decided.get(number)
      const identity = { eventId: letter.event?.id, parkedAt: new Date(letter.parkedAt) }
      return { number, letter, resolution: resolution && isMadeFor(resolution, identity) ? resolution : undefined }
    })
  }

  /** Resolved ones that the event store has let go are known here alone. */
  async function* letGo(group: string, from: bigint, before: bigint): AsyncGenerator<DeadLetter> {
    for (let next = from; ;) {
      const rows = await resolutions.resolvedBetween(group, { from: next, before }, page)
      const found = rows.map(({ letter, ...row }) => ({ ...row, letter: letterSchema.parse(letter) }))
      yield* await views(group, found)
      const last = rows.at(-1)
      if (last === undefined || rows.length < page) return
      next = last.number + 1n
    }
  }

  async function* deadLettersOf(group: string, from: bigint, resolvedToo: boolean): AsyncGenerator<DeadLetter> {
    let letters: Omit<Found, 'resolution'>[] = []
    let isFirst = true
    for await (const message of store.parkedMessages(group, { from })) {
      if (isFirst && resolvedToo) yield* letGo(group, from, message.number)
      isFirst = false
      letters.push({ number: message.number, letter: letterOfMessage(message, keyOf) })
      if (letters.length < chunk) continue
      yield* await views(group, await resolutionsFor(group, letters))
      letters = []
    }
    if (isFirst && resolvedToo) yield* letGo(group, from, BigInt(Number.MAX_SAFE_INTEGER))
    if (letters.length > 0) yield* await views(group, await resolutionsFor(group, letters))
  }

  /** The letter and its event, also when the parked stream no longer has it. */
  const find = async ({
    group,
    number,
  }: DeadLetterPlace): Promise<(Found & { readonly event: StoredEvent | undefined }) | undefined> => {
    const message = await messageAt(store, { group, number })
    if (message !== undefined) {
      const [found] = await resolutionsFor(group, [{ number, letter: letterOfMessage(message, keyOf) }])
      return found === undefined ? undefined : { ...found, event: message.event }
    }
    const [row] = await resolutions.resolvedBetween(group, { from: number, before: number + 1n }, 1)
    if (row === undefined) return undefined
    const letter = letterSchema.parse(row.letter)
    return { ...row, letter, event: await originalOf(letter) }
  }

  const originalOf = async ({ event }: LetterOfEvent): Promise<StoredEvent | undefined> => {
    if (event === null || event.revision === null) return undefined
    for await (const stored of store.readStream(event.stream, { from: BigInt(event.revision), limit: 1 }))
      return stored.id === event.id ? stored : undefined
    return undefined
  }

  /** Of one that is not settled: others are not retried. */
  const wouldOf = async (group: string, event: StoredEvent | undefined): Promise<WholeDeadLetter['retryWould']> =>
    event === undefined
      ? { ...nothingWouldBeDone, failure: 'original_gone: the event is no longer in the store' }
      : wouldDo(group, event)

  return {
    async list({ groups: wanted, from, resolvedToo, limit, filter }) {
      const found: DeadLetter[] = []
      const start = from === undefined ? 0 : wanted.indexOf(from.group)
      for (const group of wanted.slice(start)) {
        await unresolved.refresh(group)
        const first = group === from?.group ? from.number : 0n
        for await (const deadLetter of deadLettersOf(group, first, resolvedToo)) {
          if ((resolvedToo || deadLetter.settled === null) && isMeant(filter, deadLetter)) found.push(deadLetter)
          if (found.length > limit) return found
        }
      }
      return found
    },

    async one(place) {
      const { group, number } = place
      if (!groups.includes(group)) return undefined
      await unresolved.refresh(group)
      const found = await find(place)
      if (found === undefined) return undefined
      const { event } = found
      const [[deadLetter], history, recent] = await Promise.all([
        views(group, [found]),
        audit.of(group, number, event?.id),
        found.letter.key === null ? [] : recentOf(found.letter.key),
      ])
      const retryWould = deadLetter?.settled === null ? await wouldOf(group, event) : nothingWouldBeDone
      return (
        deadLetter && {
          ...deadLetter,
          data: event?.data ?? null,
          metadata: event?.metadata ?? null,
          history: history.map((entry) => ({
            ...entry,
            number: Number(entry.number),
            at: entry.at.toISOString(),
            why: entry.why ?? null,
            outcome: entry.outcome ?? null,
          })),
          recent,
          retryWould,
          waitingLetters: unresolved.of(group).around(number).behind.map(Number),
        }
      )
    },
  }
}
