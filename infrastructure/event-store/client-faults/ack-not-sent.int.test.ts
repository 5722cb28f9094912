import { jsonEvent, persistentSubscriptionToAllSettingsFromDefaults } from '@eventstore/db-client'
import { expect } from 'chai'
import { anyConsumer } from '../../../test/event-store/any-consumer.ts'
import { closedAfterEach } from '../../../test/event-store/closed-after-each.ts'
import { anyGroupSettings, counted, numberIn } from '../../../test/event-store/counting.ts'
import { rejection } from '../../../test/support/rejection.ts'
import { untilTrue } from '../../../test/support/until.ts'
import { StoreUnavailable } from '../port.ts'

describe('an acknowledgement on a connection that carries nothing any more', () => {
  const opening = closedAfterEach()

  it('of the client answers as if it had been given, and the message comes again', async () => {
    const server = await opening.server()
    const proxy = await opening.proxy(server.port)
    const client = opening.bareClient(proxy.url)
    await client.createPersistentSubscriptionToAll('order', persistentSubscriptionToAllSettingsFromDefaults())
    await client.appendToStream('order-1', jsonEvent({ type: 'Counted', data: { n: 0 } }))
    const taken = async (ack: 'in vain' | 'in time'): Promise<number | undefined> => {
      const subscription = client.subscribeToPersistentSubscriptionToAll('order')
      const broken = new Promise((resolve) => subscription.on('error', resolve))
      for await (const message of subscription) {
        const isOurs = message.event?.streamId === 'order-1'
        if (isOurs && ack === 'in vain') proxy.stall()
        await subscription.ack(message)
        if (!isOurs) continue
        if (ack === 'in vain') {
          proxy.cut()
          await broken
        }
        return message.retryCount
      }
    }
    expect(await taken('in vain')).to.equal(0)
    expect(await taken('in time')).to.equal(1)
  })

  it('of the adapter is a hint: it answers, nothing hangs, and the message comes again', async () => {
    const server = await opening.server()
    const proxy = await opening.proxy(server.port)
    const store = await opening.adapter({ url: proxy.url })
    await store.ensureGroup('order', anyGroupSettings)
    await store.append('order-1', [counted(0)], 'no_stream')
    const retryCounts: number[] = []
    const take = async (): Promise<void> => {
      const connection = await store.connect('order', { bufferSize: 10 })
      for await (const { about, ackId, retryCount } of connection.deliveries) {
        const isOurs = about?.stream === 'order-1'
        if (isOurs) proxy.stall()
        await connection.ack([ackId])
        if (!isOurs) continue
        retryCounts.push(retryCount)
        proxy.cut()
      }
    }
    for (let n = 0; n < 2; n += 1) expect(await rejection(take())).to.be.instanceOf(StoreUnavailable)
    expect(retryCounts).to.deep.equal([0, 1])
  })

  it('of a consumer is followed by the event again, which it handles as one that may be done already', async () => {
    const server = await opening.server()
    const proxy = await opening.proxy(server.port)
    const store = await opening.adapter({ url: proxy.url })
    const handled: number[] = []
    const consumer = anyConsumer(store, async ({ data }) => {
      handled.push(numberIn(data))
      if (handled.length === 1) proxy.stall()
      return 'done'
    })
    const direct = await opening.adapter({ url: server.url })
    await direct.append('order-1', [counted(7)], 'no_stream')
    await untilTrue('it is handled', () => handled.length === 1)
    await untilTrue('the acknowledgement is on its way', () => consumer.status().inFlight === 0)
    proxy.cut()
    await untilTrue('it is handled again', () => handled.length === 2)
    await consumer.drain()
    expect(handled).to.deep.equal([7, 7])
    expect((await direct.groupInfo('order'))?.parked).to.equal(0)
  })
})
