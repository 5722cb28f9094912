import type { AllReader, Groups, StoredEvent } from '../../infrastructure/event-store/port.ts'

export type WatchedGroup = {
  readonly group: string
  /** Whether the group has anything to do about it. */
  readonly looksAt: (event: StoredEvent) => boolean
}

/** How many events after a group's checkpoint are looked through for one that is its own. */
const lookAhead = 500

/**
 * Age in milliseconds of the oldest event that one of the groups has not handled, whichever process consumes it: the first of its own
 * after the server's checkpoint. A checkpoint is some seconds late, so an idle group may seem to be as much behind. @throws StoreUnavailable
 */
export const createBehind = (
  store: Pick<Groups, 'groupInfo'> & Pick<AllReader, 'readAll'>,
  groups: readonly WatchedGroup[],
  now: () => Date,
): (() => Promise<number>) => {
  const behindOf = async ({ group, looksAt }: WatchedGroup): Promise<number> => {
    const info = await store.groupInfo(group)
    const checkpoint = info?.lastCheckpointed
    // A group that has not written its first checkpoint yet; connected and with nothing in flight, it has nothing to do.
    if (info !== undefined && checkpoint === undefined && info.connections > 0 && info.inFlight === 0) return 0
    for await (const event of store.readAll({ limit: lookAhead, ...(checkpoint === undefined ? {} : { after: checkpoint }) })) {
      if (looksAt(event)) return Math.max(0, now().getTime() - event.created.getTime())
    }
    return 0
  }

  // A hundred orders whose deadline has come ask at once: one look serves them all.
  let looking: Promise<number> | undefined
  const look = async () => Math.max(0, ...(await Promise.all(groups.map(behindOf))))
  return () => (looking ??= look().finally(() => { looking = undefined }))
}
