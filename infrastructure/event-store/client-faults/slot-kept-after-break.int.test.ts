import { jsonEvent, persistentSubscriptionToAllSettingsFromDefaults } from '@eventstore/db-client'
import { expect } from 'chai'
import { closedAfterEach } from '../../../test/event-store/closed-after-each.ts'
import { anyGroupSettings, counted } from '../../../test/event-store/counting.ts'
import { longEnough } from '../../../test/event-store/still-pending.ts'
import { untilTrue } from '../../../test/support/until.ts'
import { pause } from '../../time/waiting.ts'

describe("leaving a group's loop by a break", () => {
  const opening = closedAfterEach()

  it("of the client keeps the consumer's place at the server, and the messages in its hands", async () => {
    const server = await opening.server()
    const client = opening.bareClient(server.url)
    await client.createPersistentSubscriptionToAll('order', persistentSubscriptionToAllSettingsFromDefaults())
    await client.appendToStream('order-1', jsonEvent({ type: 'Counted', data: {} }))
    for await (const _ of client.subscribeToPersistentSubscriptionToAll('order')) break
    // Nothing would tell that it is given up: it is not.
    await pause(longEnough)
    const { connections, stats } = await client.getPersistentSubscriptionToAllInfo('order')
    expect(connections).to.have.length(1)
    expect(stats.totalInFlightMessages).to.be.greaterThan(0)
  })

  for (const [how, leave] of [
    ['a break', () => 'break'],
    [
      'an exception',
      () => {
        throw new Error('of the consumer')
      },
    ],
  ] as const) {
    it(`by ${how}, of the adapter gives both back`, async () => {
      const server = await opening.server()
      const store = await opening.adapter({ url: server.url })
      await store.ensureGroup('order', anyGroupSettings)
      await store.append('order-1', [counted(0)], 'no_stream')
      const connection = await store.connect('order', { bufferSize: 10 })
      try {
        for await (const _ of connection.deliveries) if (leave() === 'break') break
      } catch (error) {
        expect(String(error)).to.include('of the consumer')
      }
      await untilTrue('the place and the messages are given back', async () => {
        const info = await store.groupInfo('order')
        return info?.connections === 0 && info.inFlight === 0
      })
    })
  }
})

describe('leaving a subscription to $all by a break', () => {
  const opening = closedAfterEach()

  it('of the client keeps the call open', async () => {
    const server = await opening.server()
    const client = opening.bareClient(server.url)
    await client.appendToStream('order-1', jsonEvent({ type: 'Counted', data: {} }))
    for await (const _ of client.subscribeToAll()) break
    // Nothing would tell that it is closed: it is not.
    await pause(longEnough)
    // And the call for appends.
    expect(server.faults.counts().calls).to.equal(2)
  })

  it('of the adapter ends the call', async () => {
    const server = await opening.server()
    const store = await opening.adapter({ url: server.url })
    await store.append('order-1', [counted(0)], 'no_stream')
    const { signal } = new AbortController()
    for await (const _ of store.subscribeToAll({ after: 'start', streamPrefixes: ['order-'], signal })) break
    await untilTrue('only the call for appends is left', () => server.faults.counts().calls === 1)
  })
})
