import type { Groups, StoredEvent } from '../../infrastructure/event-store/port.ts'

/** Whether one of the group's parked messages is about the order: then it stands in front of a person, and nobody waits for the group. */
export type ParkedOrders = (group: string, orderId: string) => Promise<boolean>

/** What was read of a group's parked messages is believed for so long, in milliseconds: a hundred orders whose deadline has come ask at once. */
const believedForMs = 5_000
/** Parked messages of a group that are looked through, the oldest first. */
const mostMessages = 10_000

export const createParkedOrders = (
  store: Pick<Groups, 'parkedMessages'>,
  keyOf: (event: StoredEvent) => string,
  now: () => Date,
): ParkedOrders => {
  const known = new Map<string, { readonly at: number; readonly keys: Promise<ReadonlySet<string>> }>()

  const read = async (group: string): Promise<ReadonlySet<string>> => {
    const keys = new Set<string>()
    for await (const { event } of store.parkedMessages(group, { limit: mostMessages }))
      if (event !== undefined) keys.add(keyOf(event))
    return keys
  }

  return async (group, orderId) => {
    let entry = known.get(group)
    if (entry === undefined || now().getTime() - entry.at >= believedForMs) {
      entry = { at: now().getTime(), keys: read(group) }
      known.set(group, entry)
    }
    try {
      return (await entry.keys).has(orderId)
    } catch (error) {
      known.delete(group)
      throw error
    }
  }
}
