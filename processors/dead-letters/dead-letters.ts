import type { Groups, ParkedMessage, StoredEvent } from '../../infrastructure/event-store/port.ts'
import type { Outcome } from '../../infrastructure/subscriptions/outcome.ts'
import { deadLetterOf, type DeadLetter } from './dead-letter.ts'
import type { Resolutions } from './resolutions.ts'

export type DeadLettersDependencies = {
  readonly groups: readonly string[]
  readonly store: Pick<Groups, 'parkedMessages'>
  readonly resolutions: Resolutions
  readonly keyOf: (event: StoredEvent) => string
  /** Hands an event to the group's own handler, in the order of its key; undefined where this process does not run the group. */
  readonly submitTo: (group: string) => ((event: StoredEvent) => Promise<Outcome>) | undefined
  readonly now: () => Date
  readonly log: (message: string, fields: Readonly<Record<string, unknown>>) => void
}

export type DeadLetterPlace = { readonly group: string; readonly number: bigint }

export type DeadLetters = {
  /** Unresolved ones, or all, group by group, oldest first; from `from` on. One more than `limit` says that there are more. */
  list(options: {
    readonly groups: readonly string[]
    readonly from: DeadLetterPlace | undefined
    readonly resolvedToo: boolean
    readonly limit: number
  }): Promise<readonly DeadLetter[]>
  one(
    place: DeadLetterPlace,
  ): Promise<{ readonly deadLetter: DeadLetter; readonly event: StoredEvent | undefined } | undefined>
  /**
   * Writes the decision down, then has the event handled: `begun` when that is under way. What comes of it is seen in the dead letter. A
   * crash in between leaves it unresolved, to be retried again.
   */
  retry(
    place: DeadLetterPlace,
    by: string,
  ): Promise<'begun' | 'already_settled' | 'unknown' | 'original_gone' | 'not_here'>
  /** Waits for the retries under way. */
  drained(): Promise<void>
}

/** Dead letters whose resolutions are looked up together. */
const chunk = 50

const failureOf = (outcome: Outcome): string | undefined => {
  if (typeof outcome === 'string') return undefined
  return 'park' in outcome ? `${outcome.park.code}: ${outcome.park.message}` : `not now: ${outcome.reason}`
}

export const createDeadLetters = (dependencies: DeadLettersDependencies): DeadLetters => {
  const { groups, store, resolutions, keyOf, submitTo, now, log } = dependencies
  const underWay = new Set<Promise<void>>()

  const withResolutions = async (group: string, messages: readonly ParkedMessage[]): Promise<readonly DeadLetter[]> => {
    const decided = await resolutions.of(
      group,
      messages.map(({ number }) => number),
    )
    return messages.map((message) =>
      deadLetterOf({ group, message, resolution: decided.get(message.number), keyOf, now: now() }),
    )
  }

  async function* deadLettersOf(group: string, from: bigint): AsyncGenerator<DeadLetter> {
    let messages: ParkedMessage[] = []
    for await (const message of store.parkedMessages(group, { from })) {
      messages.push(message)
      if (messages.length < chunk) continue
      yield* await withResolutions(group, messages)
      messages = []
    }
    yield* await withResolutions(group, messages)
  }

  const messageAt = async ({ group, number }: DeadLetterPlace): Promise<ParkedMessage | undefined> => {
    if (!groups.includes(group)) return undefined
    for await (const message of store.parkedMessages(group, { from: number, limit: 1 })) {
      return message.number === number ? message : undefined
    }
    return undefined
  }

  const handle = async ({ group, number }: DeadLetterPlace, submit: () => Promise<Outcome>): Promise<void> => {
    try {
      const failure = await submit().then(failureOf, (error: unknown) =>
        error instanceof Error ? error.message : String(error),
      )
      if (failure === undefined) await resolutions.resolve(group, number, now())
      else await resolutions.failed(group, number, failure)
      log(failure === undefined ? 'dead letter retried: handled' : 'dead letter retried: failed again', {
        group,
        number: Number(number),
        failure,
      })
    } catch (error) {
      // The event has been handled or not; nobody wrote down which. It can be retried: what is done already is found done.
      log('dead letter retried, but what came of it could not be stored', { group, number: Number(number), error })
    }
  }

  return {
    async list({ groups: wanted, from, resolvedToo, limit }) {
      const found: DeadLetter[] = []
      const start = from === undefined ? 0 : wanted.indexOf(from.group)
      for (const group of wanted.slice(start)) {
        for await (const deadLetter of deadLettersOf(group, group === from?.group ? from.number : 0n)) {
          if (resolvedToo || deadLetter.settled === null) found.push(deadLetter)
          if (found.length > limit) return found
        }
      }
      return found
    },

    async one(place) {
      const message = await messageAt(place)
      if (message === undefined) return undefined
      const [deadLetter] = await withResolutions(place.group, [message])
      return deadLetter === undefined ? undefined : { deadLetter, event: message.event }
    },

    async retry(place, by) {
      const message = await messageAt(place)
      if (message === undefined) return 'unknown'
      const { event } = message
      if (event === undefined) return 'original_gone'
      const submit = submitTo(place.group)
      if (submit === undefined) return 'not_here'
      // First who decided what is stored, then the event is handled, then what came of it is stored.
      if (!(await resolutions.retry(place.group, place.number, by, now()))) return 'already_settled'
      const retrying = handle(place, () => submit(event)).finally(() => underWay.delete(retrying))
      underWay.add(retrying)
      return 'begun'
    },

    drained: async () => {
      await Promise.all(underWay)
    },
  }
}
