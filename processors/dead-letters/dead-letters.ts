import type { Groups, ParkedMessage, StoredEvent } from '../../infrastructure/event-store/port.ts'
import type { Outcome } from '../../infrastructure/subscriptions/outcome.ts'
import { letterOf, type Letter } from './dead-letter.ts'
import type { Verdicts } from './resolutions.ts'

export type LettersDependencies = {
  readonly groups: readonly string[]
  readonly store: Pick<Groups, 'parkedMessages'>
  readonly verdicts: Verdicts
  readonly keyOf: (event: StoredEvent) => string
  /** Hands an event to the group's own handler, in the order of its key; undefined where this process does not run the group. */
  readonly submitTo: (group: string) => ((event: StoredEvent) => Promise<Outcome>) | undefined
  readonly now: () => Date
  readonly log: (message: string, fields: Readonly<Record<string, unknown>>) => void
}

export type LetterPlace = { readonly group: string; readonly number: bigint }

export type Letters = {
  /** Unsettled ones, or all, group by group, oldest first; from `from` on. One more than `limit` says that there are more. */
  list(options: { readonly groups: readonly string[]; readonly from: LetterPlace | undefined; readonly settledToo: boolean; readonly limit: number }):
    Promise<readonly Letter[]>
  one(place: LetterPlace): Promise<{ readonly letter: Letter; readonly event: StoredEvent | undefined } | undefined>
  /**
   * Writes the decision down, then has the event handled: `begun` when that is under way. What comes of it is seen in the letter. A
   * crash in between leaves the letter unsettled, to be retried again.
   */
  retry(place: LetterPlace, by: string): Promise<'begun' | 'already_settled' | 'unknown' | 'original_gone' | 'not_here'>
  /** Waits for the retries under way. */
  settled(): Promise<void>
}

/** Letters whose verdicts are looked up together. */
const chunk = 50

const failureOf = (outcome: Outcome): string | undefined => {
  if (typeof outcome === 'string') return undefined
  return 'park' in outcome ? `${outcome.park.code}: ${outcome.park.message}` : `not now: ${outcome.reason}`
}

export const createLetters = (dependencies: LettersDependencies): Letters => {
  const { groups, store, verdicts, keyOf, submitTo, now, log } = dependencies
  const underWay = new Set<Promise<void>>()

  const withVerdicts = async (group: string, messages: readonly ParkedMessage[]): Promise<readonly Letter[]> => {
    const decided = await verdicts.of(group, messages.map(({ number }) => number))
    return messages.map((message) => letterOf({ group, message, verdict: decided.get(message.number), keyOf, now: now() }))
  }

  async function* lettersOf(group: string, from: bigint): AsyncGenerator<Letter> {
    let messages: ParkedMessage[] = []
    for await (const message of store.parkedMessages(group, { from })) {
      messages.push(message)
      if (messages.length < chunk) continue
      yield* await withVerdicts(group, messages)
      messages = []
    }
    yield* await withVerdicts(group, messages)
  }

  const messageAt = async ({ group, number }: LetterPlace): Promise<ParkedMessage | undefined> => {
    if (!groups.includes(group)) return undefined
    for await (const message of store.parkedMessages(group, { from: number, limit: 1 })) {
      return message.number === number ? message : undefined
    }
    return undefined
  }

  const handle = async ({ group, number }: LetterPlace, submit: () => Promise<Outcome>): Promise<void> => {
    try {
      const failure = await submit().then(failureOf, (error: unknown) => (error instanceof Error ? error.message : String(error)))
      if (failure === undefined) await verdicts.settle(group, number, now())
      else await verdicts.failed(group, number, failure)
      log('a dead letter was retried', { group, number: Number(number), settled: failure === undefined, failure })
    } catch (error) {
      // The event has been handled or not; nobody wrote down which. It can be retried: what is done already answers "already so".
      log('what came of a dead letter could not be written down', { group, number: Number(number), error })
    }
  }

  return {
    async list({ groups: wanted, from, settledToo, limit }) {
      const found: Letter[] = []
      const start = from === undefined ? 0 : wanted.indexOf(from.group)
      for (const group of wanted.slice(start)) {
        for await (const letter of lettersOf(group, group === from?.group ? from.number : 0n)) {
          if (settledToo || letter.settled === null) found.push(letter)
          if (found.length > limit) return found
        }
      }
      return found
    },

    async one(place) {
      const message = await messageAt(place)
      if (message === undefined) return undefined
      const [letter] = await withVerdicts(place.group, [message])
      return letter === undefined ? undefined : { letter, event: message.event }
    },

    async retry(place, by) {
      const message = await messageAt(place)
      if (message === undefined) return 'unknown'
      const { event } = message
      if (event === undefined) return 'original_gone'
      const submit = submitTo(place.group)
      if (submit === undefined) return 'not_here'
      // 1 Who decided what, before it is done. 2 Then it is done, and 3 marked as settled.
      if (!(await verdicts.retry(place.group, place.number, by, now()))) return 'already_settled'
      const retrying = handle(place, () => submit(event)).finally(() => underWay.delete(retrying))
      underWay.add(retrying)
      return 'begun'
    },

    settled: async () => { await Promise.all(underWay) },
  }
}
