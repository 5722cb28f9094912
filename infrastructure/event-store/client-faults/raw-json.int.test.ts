import { expect } from 'chai'
import { z } from 'zod'
import { anyConsumer } from '../../../test/event-store/any-consumer.ts'
import { closedAfterEach } from '../../../test/event-store/closed-after-each.ts'
import { delivery, eventRead, type Recorded } from '../../../test/event-store/scripted-answers.ts'
import { untilTrue } from '../../../test/support/until.ts'
import { createCodec, UndecodableEvent } from '../codec.ts'

const half: Recorded = { id: '0b5d2c7e-6a41-4c39-9b0f-3f1f6f1f0a01', data: '{"n":', metadata: '{"schemaVersion":1}' }

describe('content that says it is JSON and is none', () => {
  const opening = closedAfterEach()

  it('comes from the client as text where its types promise an object', async () => {
    const server = await opening.scriptedServer()
    server.script.read = [eventRead(half)]
    const found: unknown[] = []
    for await (const { event } of opening.bareClient(server.url).readStream('order-1')) found.push(event?.data)
    expect(found).to.deep.equal(['{"n":'])
  })

  it('is told by the adapter as what it is, and parked by a consumer, which goes on', async () => {
    const server = await opening.scriptedServer()
    const sound: Recorded = { id: '0b5d2c7e-6a41-4c39-9b0f-3f1f6f1f0a02', data: '{"n":2}', revision: 1n }
    server.script.consume = [delivery(half), delivery(sound)]
    const store = await opening.adapter({ url: server.url })
    const codec = createCodec({ Happened: { version: 1, schema: z.object({ n: z.number() }) } })
    const consumer = anyConsumer(
      // The group is there as far as this server is concerned.
      { ...store, ensureGroup: async () => false },
      async (event) => {
        try {
          if (event.revision === 0n) codec.decode(event)
          return 'done'
        } catch (error) {
          if (!(error instanceof UndecodableEvent)) throw error
          return { park: { code: error.code, message: error.message } }
        }
      },
      { probe: async () => undefined },
    )
    await untilTrue('both are answered', () => server.asked.length === 2)
    await consumer.drain()
    const [parked = '', acknowledged] = server.asked.toSorted((one) => (one.startsWith('park') ? -1 : 1))
    expect(parked).to.match(/^park 0b5d2c7e-6a41-4c39-9b0f-3f1f6f1f0a01: .*mismatch/)
    expect(acknowledged).to.equal('ack 0b5d2c7e-6a41-4c39-9b0f-3f1f6f1f0a02')
  })
})

describe('a link whose target is gone', () => {
  const opening = closedAfterEach()
  const link: Recorded = { id: '0b5d2c7e-6a41-4c39-9b0f-3f1f6f1f0a03', stream: 'order-links', type: '$>' }

  it('comes from the client without an event', async () => {
    const server = await opening.scriptedServer()
    server.script.consume = [delivery(undefined, { link })]
    const subscription = opening.bareClient(server.url).subscribeToPersistentSubscriptionToAll('order')
    for await (const message of subscription) {
      expect([message.event, message.link?.id]).to.deep.equal([undefined, link.id])
      break
    }
    await subscription.unsubscribe()
  })

  it('is acknowledged by a consumer as the link that it is', async () => {
    const server = await opening.scriptedServer()
    server.script.consume = [delivery(undefined, { link })]
    const store = await opening.adapter({ url: server.url })
    const consumer = anyConsumer(
      { ...store, ensureGroup: async () => false },
      () => expect.fail('there is nothing to handle'),
      { probe: async () => undefined },
    )
    await untilTrue('it is answered', () => server.asked.length === 1)
    await consumer.drain()
    expect(server.asked).to.deep.equal([`ack ${link.id}`])
  })
})
