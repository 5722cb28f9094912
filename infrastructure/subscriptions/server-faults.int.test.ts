import { startControlledEventStore, type ControlledEventStore } from 'eventstoredb-compatible-server/source/testing'
import grpc from '@grpc/grpc-js'
import { expect } from 'chai'
import { anyConsumer } from '../../test/event-store/any-consumer.ts'
import { counted } from '../../test/event-store/counting.ts'
import { untilTrue } from '../../test/support/until.ts'
import { connectEventStore } from '../event-store/adapter.ts'
import type { EventStore } from '../event-store/port.ts'

describe('a server that does what it should not', () => {
  let server: ControlledEventStore
  let store: EventStore
  beforeEach(async () => {
    server = await startControlledEventStore({ port: 0, data: 'memory' })
    store = await connectEventStore({ url: server.url, patienceMs: 10_000, appendTimeoutMs: 300 })
  })
  afterEach(async () => {
    server.faults.clear()
    await store.dispose()
    await server.stop()
  })

  const written = async (stream: string): Promise<readonly unknown[]> => {
    const found: unknown[] = []
    for await (const { data } of store.readStream(stream)) found.push(data)
    return found
  }

  for (const [what, strike] of [
    ['drops the connection after the write and before the answer', () => server.faults.dropBeforeAnswer('append')],
    ['never answers', () => server.faults.answerNever('append')],
    ['answers after the caller has stopped waiting', () => server.faults.answerLate('append', 900)],
  ] as const) {
    it(`writes an append once when it ${what}`, async () => {
      await store.append('order-1', [counted(0)], 'no_stream')
      strike()
      const { revision } = await store.append('order-1', [counted(1)], 0n)
      expect(revision).to.equal(1n)
      expect(await written('order-1')).to.deep.equal([{ n: 0 }, { n: 1 }])
    })
  }

  const consume = (handled: string[], before: (stream: string) => Promise<unknown> = () => Promise.resolve()) =>
    anyConsumer(store, async ({ stream, revision }) => {
      handled.push(`${revision}@${stream}`)
      await before(stream)
      return 'done'
    })

  for (const [what, strike] of [
    ['ends the subscription as if it were over', () => server.faults.endGracefully('consume')],
    ['ends the subscription with a status', () => server.faults.endWith('consume', grpc.status.UNAVAILABLE, 'away')],
    ['cuts every connection', () => server.faults.dropConnections()],
  ] as const) {
    it(`goes on consuming when it ${what}`, async () => {
      const handled: string[] = []
      const consumer = consume(handled)
      await store.append('order-1', [counted(0)], 'no_stream')
      await untilTrue('the first event is handled', () => handled.includes('0@order-1'))
      strike()
      await store.append('order-1', [counted(1)], 0n)
      await untilTrue('the event after it is handled', () => handled.includes('1@order-1'))
      await consumer.drain()
    })
  }

  it('handles a message once that is delivered twice while it is held', async () => {
    const handled: string[] = []
    // Everything comes twice, what the server says of itself too. The first order is held until the second has begun: by then its own
    // second delivery has come.
    server.faults.deliverTwice(100)
    const secondHasBegun = () => untilTrue('the second has begun', () => handled.includes('0@order-2'))
    const consumer = consume(handled, (stream) => (stream === 'order-1' ? secondHasBegun() : Promise.resolve()))
    await store.append('order-1', [counted(0)], 'no_stream')
    await untilTrue('the first has begun', () => handled.includes('0@order-1'))
    await store.append('order-2', [counted(1)], 'no_stream')
    await secondHasBegun()
    // Its key's next event: what is still to be done for the first comes before it.
    await store.append('order-1', [counted(2)], 0n)
    await untilTrue('the next one of the first has begun', () => handled.includes('1@order-1'))
    await consumer.drain()
    expect(handled.filter((one) => one === '0@order-1')).to.have.length(1)
  })
})
