import type { Groups, ParkedMessage, StoredEvent } from '../../infrastructure/event-store/port.ts'
import type { Resolutions } from '../dead-letters/resolutions.ts'

/**
 * Whether one of the group's parked messages is about the order and has not been resolved: then it stands in front of a person, and nobody
 * waits for the group.
 * @throws StoreUnavailable when the event store or the database is away
 */
export type ParkedOrders = (group: string, orderId: string) => Promise<boolean>

export type ParkedOrdersDependencies = {
  readonly store: Pick<Groups, 'parkedMessages'>
  readonly resolutions: Pick<Resolutions, 'of'>
  readonly keyOf: (event: StoredEvent) => string
  readonly now: () => Date
}

/** What was read of a group's parked messages is believed for so long, in milliseconds: a hundred orders whose deadline has come ask at once. */
const believedForMs = 5_000

type Followed = {
  /** Reads what has come since. What was read before it fails is kept. */
  catchUp(): Promise<void>
  numbersOf(orderId: string): readonly bigint[]
}

/** The numbers of a group's parked messages by their orders. However many there are, each is read once. */
const follow = (
  parkedMessages: (options: { readonly from: bigint; readonly limit?: number }) => AsyncIterable<ParkedMessage>,
  keyOf: (event: StoredEvent) => string,
): Followed => {
  const numbers = new Map<string, readonly bigint[]>()
  let oldest = 0n
  let next = 0n

  const oldestInStream = async (): Promise<bigint> => {
    for await (const { number } of parkedMessages({ from: 0n, limit: 1 })) return number
    return next
  }

  /** Whoever replays them in the store's own interface truncates the stream: they are delivered again, and nobody's any more. */
  const forgetBefore = (first: bigint): void => {
    if (first <= oldest) return
    oldest = first
    for (const [key, known] of numbers) {
      const left = known.filter((number) => number >= oldest)
      if (left.length === 0) numbers.delete(key)
      else numbers.set(key, left)
    }
  }

  return {
    async catchUp() {
      forgetBefore(await oldestInStream())
      for await (const { number, event } of parkedMessages({ from: next })) {
        if (event !== undefined) {
          const key = keyOf(event)
          numbers.set(key, [...(numbers.get(key) ?? []), number])
        }
        next = number + 1n
      }
    },
    numbersOf: (orderId) => numbers.get(orderId) ?? [],
  }
}

type Known = { readonly followed: Followed; readAt: number; reading: Promise<void> }

export const createParkedOrders = ({ store, resolutions, keyOf, now }: ParkedOrdersDependencies): ParkedOrders => {
  const groups = new Map<string, Known>()

  /** One read of a group at a time, for all who ask meanwhile and for a while after. */
  const upToDate = async (group: string): Promise<Followed> => {
    const at = now().getTime()
    let known = groups.get(group)
    if (known === undefined) {
      const followed = follow((options) => store.parkedMessages(group, options), keyOf)
      known = { followed, readAt: at, reading: followed.catchUp() }
      groups.set(group, known)
    } else if (at - known.readAt >= believedForMs) {
      const { followed, reading } = known
      known.readAt = at
      // Behind the one before, should it still be under way, whatever came of that.
      known.reading = reading.catch(() => undefined).then(() => followed.catchUp())
    }
    try {
      await known.reading
      return known.followed
    } catch (error) {
      // Nothing is known until it has been read: the next to ask reads on.
      known.readAt = -Infinity
      throw error
    }
  }

  return async (group, orderId) => {
    const numbers = (await upToDate(group)).numbersOf(orderId)
    if (numbers.length === 0) return false
    // One that was retried with success stays in the stream, and stands in front of nobody.
    const decided = await resolutions.of(group, numbers)
    return numbers.some((number) => decided.get(number)?.resolvedAt === undefined)
  }
}
