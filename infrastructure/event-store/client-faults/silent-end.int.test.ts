import { persistentSubscriptionToAllSettingsFromDefaults } from '@eventstore/db-client'
import { expect } from 'chai'
import { anyConsumer } from '../../../test/event-store/any-consumer.ts'
import { closedAfterEach } from '../../../test/event-store/closed-after-each.ts'
import { count, counted, numberIn } from '../../../test/event-store/counting.ts'
import { rejection } from '../../../test/support/rejection.ts'
import { untilTrue } from '../../../test/support/until.ts'
import { batches } from '../../subscriptions/catch-up.ts'
import { StoreUnavailable } from '../port.ts'

describe('a subscription that the server ends in good order', () => {
  const opening = closedAfterEach()

  it('ends the loops of the client as if that were all there will ever be', async () => {
    const server = await opening.server()
    const client = opening.bareClient(server.url)
    await client.createPersistentSubscriptionToAll('order', persistentSubscriptionToAllSettingsFromDefaults())
    const loops = [count(client.subscribeToPersistentSubscriptionToAll('order')), count(client.subscribeToAll())]
    await untilTrue('both calls are open', () => server.faults.counts().calls === 2)
    server.faults.endGracefully('consume')
    server.faults.endGracefully('read')
    await Promise.all(loops)
  })

  it('is begun again by a consumer of a group', async () => {
    const server = await opening.server()
    const store = await opening.adapter({ url: server.url })
    const handled: number[] = []
    const dropped: unknown[] = []
    const consumer = anyConsumer(
      store,
      async ({ data }) => {
        handled.push(numberIn(data))
        return 'done'
      },
      { observe: { dropped: (error) => dropped.push(error) } },
    )
    await store.append('order-1', [counted(0)], 'no_stream')
    await untilTrue('the first is handled', () => handled.includes(0))
    server.faults.endGracefully('consume')
    await store.append('order-1', [counted(1)], 0n)
    await untilTrue('the next is handled', () => handled.includes(1))
    await consumer.drain()
    expect(dropped).to.deep.equal([undefined])
  })

  it('is a fault to whoever follows $all, and begun again by a catch-up', async () => {
    const server = await opening.server()
    const store = await opening.adapter({ url: server.url })
    const { signal } = new AbortController()
    const followed = rejection(count(store.subscribeToAll({ after: 'start', streamPrefixes: ['order-'], signal })))
    await untilTrue('it is open', () => server.faults.counts().calls === 1)
    server.faults.endGracefully('read')
    expect(await followed).to.be.instanceOf(StoreUnavailable)

    const ending = new AbortController()
    const seen: number[] = []
    const reading = (async () => {
      for await (const { events } of batches({
        store,
        after: 'start',
        streamPrefixes: ['order-'],
        maxBatch: 20,
        maxLength: 1_000_000,
        maxLingerMs: 0,
        live: 0,
        signal: ending.signal,
        resubscribe: { firstMs: 20, capMs: 200 },
      })) {
        seen.push(...events.map(({ data }) => numberIn(data)))
        if (seen.includes(1)) ending.abort()
      }
    })()
    await store.append('order-1', [counted(0)], 'no_stream')
    await untilTrue('the first has come', () => seen.includes(0))
    server.faults.endGracefully('read')
    await store.append('order-1', [counted(1)], 0n)
    await reading
    expect(seen).to.deep.equal([0, 1])
  })
})
