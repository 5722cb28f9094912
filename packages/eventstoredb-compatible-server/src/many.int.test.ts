import {
  jsonEvent,
  persistentSubscriptionToAllSettingsFromDefaults,
  START,
  streamNameFilter,
  type EventStoreDBClient,
} from '@eventstore/db-client'
import { expect } from 'chai'
import type { ControlledEventStore } from './faults/controlled-event-store.ts'
import { Opened } from './testing/running-server.ts'
import { until } from './testing/until.ts'

const groupCount = 100
const streamCount = 300

describe('many at once', () => {
  const opened = new Opened()
  let server: ControlledEventStore
  let client: EventStoreDBClient

  beforeEach(async () => {
    server = await opened.controlled()
    client = opened.client(server)
  })
  afterEach(() => opened.close())

  /**
   * A connection carries a hundred calls at most, so the consumers come by two. Clients of one process that are set up alike share one;
   * these differ in how often they ask whether the server is alive.
   */
  const consume = async (): Promise<{ seen: readonly Set<string>[]; stop: () => Promise<void> }> => {
    const clients = [
      opened.client(server, '&keepAliveInterval=11000'),
      opened.client(server, '&keepAliveInterval=12000'),
    ]
    const seen = Array.from({ length: groupCount }, () => new Set<string>())
    const subscriptions = seen.map((names, index) => {
      const subscription = clients[index % clients.length]?.subscribeToPersistentSubscriptionToAll(`group-${index}`, {
        bufferSize: 50,
      })
      if (subscription === undefined) throw new Error('there are two clients')
      subscription.on('error', () => undefined)
      subscription.on('data', (message) => {
        if (message.event !== undefined) names.add(message.event.streamId)
        void subscription.ack(message)
      })
      return subscription
    })
    return {
      seen,
      stop: async () => {
        await Promise.all(subscriptions.map((subscription) => subscription.unsubscribe()))
      },
    }
  }

  it('a hundred groups on $all are each given every event, and let go of everything when their consumers leave', async function () {
    this.timeout(60_000)
    const before = server.faults.counts()
    const settings = persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START })
    const filter = streamNameFilter({ prefixes: ['many-'] })
    for (let index = 0; index < groupCount; index += 1)
      await client.createPersistentSubscriptionToAll(`group-${index}`, settings, { filter })
    const { seen, stop } = await consume()
    const streams = Array.from({ length: 60 }, (_, index) => `many-${index}`)
    await Promise.all(streams.map((stream) => client.appendToStream(stream, jsonEvent({ type: 'Counted', data: {} }))))
    await until('every group has seen every stream', () => seen.every((names) => names.size === streams.length), 40_000)
    expect(seen.map((names) => [...names].sort())).to.deep.equal(Array(groupCount).fill([...streams].sort()))
    await stop()
    await until('only the append stream is left', () => server.faults.counts().calls <= before.calls + 1)
  })

  it('three hundred streams appended at once are all there, each with what was written to it', async () => {
    const names = Array.from({ length: streamCount }, (_, index) => `wide-${index}`)
    await Promise.all(
      names.map((name) =>
        client.appendToStream(name, [
          jsonEvent({ type: 'First', data: { name } }),
          jsonEvent({ type: 'Second', data: { name } }),
        ]),
      ),
    )
    const read: string[] = []
    for (const name of names) {
      for await (const { event } of client.readStream<{ type: string; data: { name: string } }>(name))
        read.push(`${event?.type} ${event?.data.name}`)
    }
    expect(read).to.deep.equal(names.flatMap((name) => [`First ${name}`, `Second ${name}`]))
  })
})
