import { waitsBehindCode } from './letter.ts'
import type { Unresolved } from './unresolved.ts'

/**
 * Whether an unresolved dead letter of the group is about the order, and stands in front of a person: then nobody waits for the group. One
 * whose turn has come by itself does not.
 * @throws StoreUnavailable when the event store or the database is away
 */
export type ParkedOrders = (group: string, orderId: string) => Promise<boolean>

/** What was read of a group's dead letters is believed for so long, in milliseconds: a hundred orders whose deadline has come ask at once. */
const believedForMs = 5_000

export const createParkedOrders =
  (unresolved: Unresolved, now: () => Date): ParkedOrders =>
  async (group, orderId) => {
    const refreshedAt = unresolved.refreshedAt(group)
    if (refreshedAt === undefined || now().getTime() - refreshedAt.getTime() >= believedForMs)
      await unresolved.refresh(group)
    const first = unresolved.of(group).first(orderId)
    return first !== undefined && first.code !== waitsBehindCode
  }
