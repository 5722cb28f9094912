import type { AllReader, GroupInfo, Groups } from '../event-store/port.ts'
import { Gauge, type Registry } from '../observability/metrics.ts'
import { pause } from '../time/waiting.ts'

export type GroupLagOptions = {
  /** Uncounted: what is asked here has to do with no order. */
  readonly store: Pick<Groups, 'groupInfo'> & Pick<AllReader, 'readAll'>
  readonly groups: readonly string[]
  readonly registry: Registry
  readonly now: () => Date
  readonly warn: (message: string, error: unknown) => void
  readonly everyMs?: number
}

/** It has come to the end of the log, and nothing that it has is to be done. Its checkpoint may lag behind that for as long as nothing comes. */
const hasDoneAll = ({ status, undone }: GroupInfo): boolean => undone === 0 && status.includes('Live')

/**
 * When the oldest event was recorded that the group has not done, as far as its checkpoint tells; a group that is not there yet has done none.
 * Undefined: it has done all that there is.
 */
export const oldestUndone = async (store: GroupLagOptions['store'], group: string): Promise<Date | undefined> => {
  const info = await store.groupInfo(group)
  if (info !== undefined && hasDoneAll(info)) return undefined
  const after = info?.lastCheckpointed
  // A group without a filter is given exactly what a read of $all gives.
  for await (const { created } of store.readAll({ limit: 1, ...(after === undefined ? {} : { after }) })) return created
  return undefined
}

type Look = { readonly at: number; readonly seconds: number }

/**
 * How far each group is behind, asked of the event store every ten seconds: whoever runs knows it, also of groups that no process consumes. What
 * was seen is told for three times as long; where the store does not answer, it is silent. Answers what ends it.
 *
 * The server notes what is done some seconds late, and of a group that rests it may have missed the last: then the first event after the
 * checkpoint is one that was done long ago. So the lag is never more than the time since the group was last seen to have done all.
 */
export const watchGroupLag = (options: GroupLagOptions): { close(): void } => {
  const { store, groups, registry, now, warn, everyMs = 10_000 } = options
  const looks = new Map<string, Look>()
  const allDoneAt = new Map<string, number>()
  const stopping = new AbortController()
  const { signal } = stopping
  let failing = false

  const look = async (group: string): Promise<void> => {
    const oldest = await oldestUndone(store, group)
    const at = now().getTime()
    if (oldest === undefined) allDoneAt.set(group, at)
    const since = Math.max(oldest?.getTime() ?? at, allDoneAt.get(group) ?? 0)
    looks.set(group, { at, seconds: Math.max(0, at - since) / 1_000 })
  }

  const lookAtAll = async (): Promise<void> => {
    const results = await Promise.allSettled(groups.map(look))
    const failed = results.find((result) => result.status === 'rejected')
    if (failed !== undefined && !failing && !signal.aborted)
      warn('how far the groups are behind is not known', failed.reason)
    failing = failed !== undefined
  }

  const lookAgainAndAgain = async (): Promise<void> => {
    while (!signal.aborted) {
      await lookAtAll()
      await pause(everyMs, signal)
    }
  }

  new Gauge({
    name: 'group_lag_seconds',
    help: 'Age of the oldest event that the group has not done, as the event store knows, whether a process consumes it or not; some seconds too much while it works. 0 where all is done',
    labelNames: ['group'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [group, { at, seconds }] of looks)
        if (now().getTime() - at <= 3 * everyMs) this.set({ group }, seconds)
    },
  })
  void lookAgainAndAgain()

  return {
    // A look that is under way ends by itself, or with the store.
    close() {
      stopping.abort()
    },
  }
}
