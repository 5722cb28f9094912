import { z } from 'zod'
import type { Groups, GroupSettings } from '../../infrastructure/event-store/port.ts'
import type { ConsumerStatus } from '../../infrastructure/subscriptions/persistent.ts'
import { groupState, lagOf } from '../groups-tool/group-states.ts'

export const groupView = z
  .strictObject({
    group: z.string(),
    here: z
      .strictObject({
        state: z.string(),
        reason: z.string().optional(),
        inFlight: z.int(),
        oldestUnhandledAt: z.iso.datetime().optional(),
      })
      .nullable()
      .meta({ description: 'How this process consumes it; null where it does not' }),
    store: z
      .strictObject({
        status: z.string(),
        connections: z.int(),
        inFlight: z.int().nullable(),
        parked: z.int().nullable().meta({ description: 'As the store counts: what is settled is among it' }),
        lagBytes: z
          .int()
          .nullable()
          .meta({ description: 'Of the log, from where it has everything to its last event' }),
      })
      .nullable()
      .meta({ description: 'How the event store has it, over all processes' }),
    problem: z.string().optional().meta({ description: 'Why nothing of the event store is known' }),
    differences: z.array(
      z.strictObject({
        setting: z.string(),
        wanted: z.union([z.string(), z.number(), z.boolean()]),
        found: z.union([z.string(), z.number(), z.boolean()]),
      }),
    ),
  })
  .meta({ id: 'Group' })
export type GroupView = z.infer<typeof groupView>

export type GroupsAsked = {
  readonly groups: readonly string[]
  readonly store: Pick<Groups, 'groupInfo'>
  readonly wanted: GroupSettings
  readonly statuses: () => ReadonlyMap<string, ConsumerStatus>
}

type InStore = Pick<GroupView, 'store' | 'problem' | 'differences'>

const inStore = async ({ store, wanted }: GroupsAsked, group: string): Promise<InStore> => {
  try {
    const { info, differences } = await groupState(store, group, wanted)
    if (info === undefined) return { store: null, problem: 'the event store has no such group', differences: [] }
    const { status, connections, inFlight = null, parked = null } = info
    return {
      store: { status, connections, inFlight, parked, lagBytes: lagOf(info) ?? null },
      differences: [...differences],
    }
  } catch (error) {
    // What this process knows by itself is told all the same.
    return { store: null, problem: error instanceof Error ? error.message : String(error), differences: [] }
  }
}

const here = (status: ConsumerStatus | undefined): GroupView['here'] => {
  if (status === undefined) return null
  const { state, reason, inFlight, oldestUnhandled } = status
  return {
    state,
    ...(reason === undefined ? {} : { reason }),
    inFlight,
    ...(oldestUnhandled === undefined ? {} : { oldestUnhandledAt: oldestUnhandled.toISOString() }),
  }
}

/** Every group, as this process and as the event store know it. A store that is away is said, and no failure. */
export const standingOfGroups = async (asked: GroupsAsked): Promise<readonly GroupView[]> => {
  const statuses = asked.statuses()
  return Promise.all(
    asked.groups.map(async (group) => ({
      group,
      here: here(statuses.get(group)),
      ...(await inStore(asked, group)),
    })),
  )
}
