import type { Groups, StoredEvent } from '../../infrastructure/event-store/port.ts'
import { letterOfMessage } from './dead-letter.ts'
import type { Resolutions } from './resolutions.ts'
import type { Unresolved } from './unresolved.ts'

export type TruncationDependencies = {
  readonly store: Pick<Groups, 'parkedMessages' | 'truncateParked'>
  readonly unresolved: Pick<Unresolved, 'resolvedBelow' | 'beginsAt'>
  readonly resolutions: Pick<Resolutions, 'undescribed' | 'describe'>
  readonly keyOf: (event: StoredEvent) => string
}

/**
 * The parked stream of a group begins with the first letter that is not resolved. One replica's attempt succeeds, the others find it done.
 * @throws StoreUnavailable
 */
export type Truncation = (group: string) => Promise<void>

export const createTruncation = ({ store, unresolved, resolutions, keyOf }: TruncationDependencies): Truncation => {
  /** Below this the parked stream has been truncated, and the server has counted anew. */
  const truncated = new Map<string, bigint>()

  /** What is let go is seen in its resolution alone. A release before this one wrote nothing down of the letter itself. */
  const describe = async (group: string, below: bigint): Promise<void> => {
    const bare = await resolutions.undescribed(group, below)
    if (bare.size === 0) return
    for await (const message of store.parkedMessages(group)) {
      const { number, event } = message
      if (number >= below) return
      if (bare.has(number)) await resolutions.describe({ group, number }, event?.id, letterOfMessage(message, keyOf))
    }
  }

  return async (group) => {
    const below = unresolved.resolvedBelow(group)
    if (below === undefined || below === 0n) return
    // Where the stream begins earlier again it is truncated once more.
    if (below === truncated.get(group) && unresolved.beginsAt(group) >= below) return
    await describe(group, below)
    if (await store.truncateParked(group, below)) truncated.set(group, below)
  }
}
