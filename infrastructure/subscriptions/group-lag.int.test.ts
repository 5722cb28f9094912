import { expect } from 'chai'
import { startEventStore, type EventStore as Server } from 'eventstoredb-compatible-server/source'
import { anyGroupSettings, counted } from '../../test/event-store/counting.ts'
import { until } from '../../test/support/until.ts'
import { connectEventStore } from '../event-store/adapter.ts'
import type { EventStore } from '../event-store/port.ts'
import { createRegistry } from '../observability/metrics.ts'
import { oldestUndone, watchGroupLag } from './group-lag.ts'

const group = 'order'
/** Its checkpoint is as near as the server makes it. */
const settings = { ...anyGroupSettings, checkPointLowerBound: 1, checkPointUpperBound: 1 }

describe('how far a group of the event store is behind', function () {
  this.timeout(60_000)
  let server: Server
  let store: EventStore
  beforeEach(async () => {
    server = await startEventStore({ port: 0, data: 'memory' })
    store = await connectEventStore({ url: server.url })
  })
  afterEach(async () => {
    await store.dispose()
    await server.stop()
  })

  const append = async (stream: string): Promise<Date> => {
    await store.append(stream, [counted(1)], 'no_stream')
    const [event] = await store.lastEvents(stream, 1)
    return event?.created ?? expect.fail('it is there')
  }
  /** Acknowledges everything up to this stream's event, but for the streams named; and stays connected. */
  const consumeUpTo = async (last: string, ...leftOut: readonly string[]) => {
    const connection = await store.connect(group, { bufferSize: 100 })
    const deliveries = connection.deliveries[Symbol.asyncIterator]()
    for (;;) {
      const next = await deliveries.next()
      if (next.done === true) return expect.fail('the subscription ended')
      const { event, ackId } = next.value
      if (!leftOut.includes(event?.stream ?? '')) await connection.ack([ackId])
      if (event?.stream === last) return connection
    }
  }
  const allIsDone = () =>
    until('all is done', async () => ((await oldestUndone(store, group)) === undefined ? true : undefined))

  it('is the age of the whole log while nobody has made the group', async () => {
    let first: Date | undefined
    for await (const { created } of store.readAll({ limit: 1 })) first = created
    await append('order-1')
    expect(first).to.be.instanceOf(Date)
    expect(await oldestUndone(store, group)).to.deep.equal(first)
  })

  it('is known of a group that nobody reads, and nothing where somebody has read all', async () => {
    await store.ensureGroup(group, settings)
    await append('order-1')
    const connection = await consumeUpTo('order-1')
    await allIsDone()
    await connection.close()
    const next = await append('order-2')
    await append('order-3')
    expect(await oldestUndone(store, group)).to.deep.equal(next)
    await (await consumeUpTo('order-3')).close()
    await allIsDone()
  })

  it('is that of the one event which is not done, however many behind it are', async () => {
    await store.ensureGroup(group, settings)
    await append('order-1')
    const stuck = await append('order-2')
    await append('order-3')
    const connection = await consumeUpTo('order-3', 'order-2')
    await until('the checkpoint has come to it', async () =>
      (await oldestUndone(store, group))?.getTime() === stuck.getTime() ? true : undefined,
    )
    await connection.close()
  })

  it('is told by a process that consumes nothing', async () => {
    await append('order-1')
    const first = (await oldestUndone(store, group)) ?? expect.fail('there is one')
    const registry = createRegistry({ service: 'test' })
    const now = () => new Date(first.getTime() + 90_000)
    const watch = watchGroupLag({
      store,
      groups: [group],
      registry,
      now,
      warn: (_, error) => expect.fail(String(error)),
    })
    const value = await until(
      'it has looked',
      async () => (await registry.getSingleMetric('group_lag_seconds')?.get())?.values.at(0)?.value,
    )
    watch.close()
    expect(value).to.equal(90)
  })
})
