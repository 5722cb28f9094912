import { jsonEvent, persistentSubscriptionToAllSettingsFromDefaults } from '@eventstore/db-client'
import { expect } from 'chai'
import { anyConsumer } from '../../../test/event-store/any-consumer.ts'
import { closedAfterEach } from '../../../test/event-store/closed-after-each.ts'
import { counted, numberIn } from '../../../test/event-store/counting.ts'
import { untilTrue } from '../../../test/support/until.ts'

const rounds = 20

describe('an acknowledgement with the end of the subscription right behind it', () => {
  const opening = closedAfterEach()

  it('of the client is lost, more often than not', async () => {
    const server = await opening.server()
    const client = opening.bareClient(server.url)
    await client.createPersistentSubscriptionToAll('order', persistentSubscriptionToAllSettingsFromDefaults())
    for (let n = 0; n < rounds; n += 1)
      await client.appendToStream(`order-${n}`, jsonEvent({ type: 'Counted', data: { n } }))
    let again = 0
    for (let n = 0; n < rounds; n += 1) {
      const subscription = client.subscribeToPersistentSubscriptionToAll('order')
      for await (const message of subscription) {
        if (message.event?.streamId.startsWith('order-') !== true) {
          await subscription.ack(message)
          continue
        }
        if ((message.retryCount ?? 0) > 0) again += 1
        await subscription.ack(message)
        break
      }
      await subscription.unsubscribe()
    }
    expect(again).to.be.greaterThan(0)
  })

  it('of a consumer that is drained is not lost', async () => {
    const server = await opening.server()
    const store = await opening.adapter({ url: server.url })
    const handled: number[] = []
    // All of them are acknowledged by the drain alone.
    const start = () =>
      anyConsumer(
        store,
        async ({ data }) => {
          handled.push(numberIn(data))
          return 'done'
        },
        { timing: { ackLingerMs: 60_000, settleLimitMs: 1_000 } },
      )
    for (let n = 0; n < rounds; n += 1) await store.append(`order-${n}`, [counted(n)], 'no_stream')
    const first = start()
    await untilTrue('all are handled', () => handled.length === rounds)
    await first.drain()
    const second = start()
    await store.append('order-last', [counted(rounds)], 'no_stream')
    await untilTrue('the last is handled', () => handled.includes(rounds))
    await second.drain()
    expect(handled.toSorted((one, other) => one - other)).to.deep.equal(Array.from({ length: rounds + 1 }, (_, n) => n))
  })
})
