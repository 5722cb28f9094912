import {
  EventStoreDBClient,
  type Filter,
  type PersistentSubscriptionToAll,
  type PersistentSubscriptionToStream,
} from '@eventstore/db-client'
import { toServerSettings } from '../../infrastructure/event-store/group-settings.ts'
import { groupSettings } from '../../processors/groups.ts'
import type { ServiceName } from '../../processors/services.ts'
import { isWanted } from './log-of-orders.ts'
import type { Handling } from './handling.ts'

export type GroupSource =
  | { readonly kind: 'all' }
  | { readonly kind: 'filtered'; readonly filter: Filter }
  | { readonly kind: 'stream'; readonly stream: string }
export type ClientGroup = { readonly service: ServiceName; readonly source: GroupSource }

/** `waits`: an event's handler is waited for before the next event is taken. */
export type ClientHabits = { readonly window: number; readonly acksOf: number; readonly waits: boolean }

export const groupOf = (name: ServiceName, round: string): string => `${name}-${round}`

type Open = {
  readonly service: ServiceName
  readonly subscription: PersistentSubscriptionToAll | PersistentSubscriptionToStream
  readonly remove: () => Promise<void>
}

const open = async (
  client: EventStoreDBClient,
  round: string,
  { service, source }: ClientGroup,
  bufferSize: number,
): Promise<Open> => {
  const group = groupOf(service, round)
  const settings = toServerSettings(groupSettings)
  if (source.kind === 'stream') {
    const { stream } = source
    await client.createPersistentSubscriptionToStream(stream, group, {
      ...settings,
      startFrom: 'start',
      resolveLinkTos: true,
    })
    return {
      service,
      subscription: client.subscribeToPersistentSubscriptionToStream(stream, group, { bufferSize }),
      remove: () => client.deletePersistentSubscriptionToStream(stream, group),
    }
  }
  const options = source.kind === 'filtered' ? { filter: source.filter } : {}
  await client.createPersistentSubscriptionToAll(group, settings, options)
  return {
    service,
    subscription: client.subscribeToPersistentSubscriptionToAll(group, { bufferSize }),
    remove: () => client.deletePersistentSubscriptionToAll(group),
  }
}

const consume = async ({ service, subscription }: Open, habits: ClientHabits, handling: Handling): Promise<void> => {
  let unacknowledged: Parameters<PersistentSubscriptionToStream['ack']> = []
  for await (const resolved of subscription) {
    const { event } = resolved
    handling.delivered()
    if (event !== undefined && isWanted(service, { stream: event.streamId, type: event.type })) {
      const handled = handling.handle(event.metadata)
      if (habits.waits) await handled
    }
    unacknowledged.push(resolved)
    if (unacknowledged.length < habits.acksOf) continue
    await subscription.ack(...unacknowledged)
    unacknowledged = []
  }
}

/** Consumes new groups with the official client until it is told to stop. */
export const consumeWithClient = async (
  url: string,
  round: string,
  groups: readonly ClientGroup[],
  habits: ClientHabits,
  handling: Handling,
): Promise<{ stop(): Promise<void> }> => {
  const client = EventStoreDBClient.connectionString(url)
  const opened = await Promise.all(groups.map((group) => open(client, round, group, habits.window)))
  const consuming = opened.map((one) => consume(one, habits, handling))
  return {
    async stop() {
      await Promise.all(opened.map(({ subscription }) => subscription.unsubscribe()))
      await Promise.all(consuming)
      for (const { remove } of opened) await remove()
      await client.dispose()
    },
  }
}
