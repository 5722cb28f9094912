import { randomUUID } from 'node:crypto'
import {
  EventStoreDBClient,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  streamNameFilter,
  type PersistentSubscriptionToStream,
} from '@eventstore/db-client'
import { benchEvent } from './events.ts'
import { orderPrefix, queue } from './fill.ts'

/** One side of the comparison: a server, and whether it is the bare one, which has no groups to create. */
export type Side = { readonly url: string; readonly isBare: boolean }

const withClient = async <Result>(
  { url }: Side,
  work: (client: EventStoreDBClient) => Promise<Result>,
): Promise<Result> => {
  const client = EventStoreDBClient.connectionString(url)
  try {
    return await work(client)
  } finally {
    await client.dispose()
  }
}

const perSecond = (count: number, began: number): number => count / ((performance.now() - began) / 1_000)

/** Appends, so many at a time, ten to a stream. Appends a second. */
export const appends = (side: Side, concurrency: number, count: number, eventsEach = 1): Promise<number> =>
  withClient(side, async (client) => {
    await client.appendToStream(`warm-up-${randomUUID()}`, benchEvent())
    const began = performance.now()
    let next = 0
    await Promise.all(
      Array.from({ length: concurrency }, async () => {
        let stream = ''
        for (let mine = 0; next < count; mine += 1) {
          next += 1
          if (mine % 10 === 0) stream = `${orderPrefix}${randomUUID()}`
          await client.appendToStream(
            stream,
            eventsEach === 1 ? benchEvent() : Array.from({ length: eventsEach }, benchEvent),
          )
        }
      }),
    )
    return perSecond(count, began)
  })

/** `$all` from its start. Events a second. */
export const readAll = (side: Side, count: number): Promise<number> =>
  withClient(side, async (client) => {
    const began = performance.now()
    let seen = 0
    for await (const { event } of client.readAll({ maxCount: count })) if (event !== undefined) seen += 1
    if (seen !== count) throw new Error(`${seen} events were read instead of ${count}`)
    return perSecond(count, began)
  })

/** A subscription to `$all` from its start, filtered by the stream's name; every other event passes. Delivered events a second. */
export const filteredCatchUp = (side: Side, count: number): Promise<number> =>
  withClient(side, async (client) => {
    const began = performance.now()
    const subscription = client.subscribeToAll({
      fromPosition: START,
      filter: streamNameFilter({ prefixes: [orderPrefix] }),
    })
    let seen = 0
    try {
      for await (const { event } of subscription) if (event !== undefined && (seen += 1) === count) break
      return perSecond(count, began)
    } finally {
      await subscription.unsubscribe()
    }
  })

const newGroup = async ({ isBare }: Side, client: EventStoreDBClient, stream: string): Promise<string> => {
  const group = randomUUID()
  const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START })
  if (!isBare) await client.createPersistentSubscriptionToStream(stream, group, settings)
  return group
}

/** A new group on the queue, its messages acknowledged `acksOf` at a time. Messages a second. */
export const persistentSubscription = (
  side: Side,
  { window, acksOf, count }: { window: number; acksOf: number; count: number },
): Promise<number> =>
  withClient(side, async (client) => {
    const group = await newGroup(side, client, queue)
    const began = performance.now()
    const subscription = client.subscribeToPersistentSubscriptionToStream(queue, group, { bufferSize: window })
    let seen = 0
    let unacknowledged: Parameters<PersistentSubscriptionToStream['ack']> = []
    try {
      for await (const resolved of subscription) {
        seen += 1
        unacknowledged.push(resolved)
        if (unacknowledged.length === acksOf || seen === count) {
          await subscription.ack(...unacknowledged)
          unacknowledged = []
        }
        if (seen === count) break
      }
      return perSecond(count, began)
    } finally {
      await subscription.unsubscribe()
      if (!side.isBare) await client.deletePersistentSubscriptionToStream(queue, group)
    }
  })

/** From the call of an append until a persistent subscription delivers its event, one at a time. Milliseconds, each of them. */
export const appendToDelivery = (side: Side, count: number): Promise<readonly number[]> =>
  withClient(side, (client) =>
    withClient(side, async (consuming) => {
      const stream = `delivery-${randomUUID()}`
      const group = await newGroup(side, client, stream)
      const subscription = consuming.subscribeToPersistentSubscriptionToStream(stream, group)
      await new Promise((resolve) => subscription.once('confirmation', resolve))
      const milliseconds: number[] = []
      const append = () => ({ began: performance.now(), answered: client.appendToStream(stream, benchEvent()) })
      try {
        let last = append()
        for await (const resolved of subscription) {
          milliseconds.push(performance.now() - last.began)
          await subscription.ack(resolved)
          await last.answered
          if (milliseconds.length === count) break
          last = append()
        }
        return milliseconds
      } finally {
        await subscription.unsubscribe()
        if (!side.isBare) await client.deletePersistentSubscriptionToStream(stream, group)
      }
    }),
  )
