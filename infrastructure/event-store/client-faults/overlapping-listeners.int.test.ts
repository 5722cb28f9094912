import { jsonEvent, persistentSubscriptionToAllSettingsFromDefaults } from '@eventstore/db-client'
import { expect } from 'chai'
import { anyConsumer } from '../../../test/event-store/any-consumer.ts'
import { closedAfterEach } from '../../../test/event-store/closed-after-each.ts'
import { counted, numberIn } from '../../../test/event-store/counting.ts'
import { untilTrue } from '../../../test/support/until.ts'

const three = [0, 1, 2]

describe('three events of one stream for a listener that takes its time', () => {
  const opening = closedAfterEach()

  it('are begun together by the client, which does not wait for it', async () => {
    const server = await opening.server()
    const client = opening.bareClient(server.url)
    await client.createPersistentSubscriptionToAll('order', persistentSubscriptionToAllSettingsFromDefaults())
    await client.appendToStream(
      'order-1',
      three.map((n) => jsonEvent({ type: 'Counted', data: { n } })),
    )
    const course: string[] = []
    const mayEnd = Promise.withResolvers<void>()
    const listen = async (n: number): Promise<void> => {
      course.push(`${n} begins`)
      await mayEnd.promise
      course.push(`${n} ends`)
    }
    const subscription = client.subscribeToPersistentSubscriptionToAll('order').on('data', ({ event }) => {
      if (event?.streamId === 'order-1') void listen(numberIn(event.data))
    })
    await untilTrue('the last is begun', () => course.includes('2 begins'))
    mayEnd.resolve()
    await untilTrue('the last has ended', () => course.includes('2 ends'))
    await subscription.unsubscribe()
    expect(course.slice(0, 3)).to.deep.equal(['0 begins', '1 begins', '2 begins'])
  })

  it('are handled by a consumer one after another', async () => {
    const server = await opening.server()
    const store = await opening.adapter({ url: server.url })
    const course: string[] = []
    await store.append(
      'order-1',
      three.map((n) => counted(n)),
      'no_stream',
    )
    const consumer = anyConsumer(store, async ({ data }) => {
      course.push(`${numberIn(data)} begins`)
      // Some turns of the loop, in which the others would begin.
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setTimeout(resolve))
      course.push(`${numberIn(data)} ends`)
      return 'done'
    })
    await untilTrue('the last has ended', () => course.includes('2 ends'))
    await consumer.drain()
    expect(course).to.deep.equal(three.flatMap((n) => [`${n} begins`, `${n} ends`]))
  })

  it('are given by the adapter one by one, as its reader takes them', async () => {
    const server = await opening.server()
    const store = await opening.adapter({ url: server.url })
    await store.append(
      'order-1',
      three.map((n) => counted(n)),
      'no_stream',
    )
    const ending = new AbortController()
    const seen: number[] = []
    let inHand = 0
    const from = { after: 'start', streamPrefixes: ['order-'], signal: ending.signal } as const
    for await (const message of store.subscribeToAll(from)) {
      if (message.kind !== 'event') continue
      inHand += 1
      // It takes its time: another that began meanwhile would be in hand too.
      await new Promise((resolve) => setTimeout(resolve, 5))
      expect(inHand).to.equal(1)
      inHand -= 1
      seen.push(numberIn(message.event.data))
      if (seen.length === three.length) ending.abort()
    }
    expect(seen).to.deep.equal(three)
  })
})
