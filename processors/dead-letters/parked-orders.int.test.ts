import { randomUUID } from 'node:crypto'
import { EventStoreDBClient } from '@eventstore/db-client'
import { expect } from 'chai'
import { connectEventStore } from '../../infrastructure/event-store/adapter.ts'
import type { EventStore } from '../../infrastructure/event-store/port.ts'
import { deleteGroups } from '../../test/contract/delete-groups.ts'
import { createGroupFromHere } from '../../test/contract/group-from-here.ts'
import { migratedDatabase } from '../../test/processors/database.ts'
import { testEventStore } from '../../test/support/event-store.ts'
import { until } from '../../test/support/until.ts'
import { groupSettings, keyOf } from '../groups.ts'
import { createParkedOrders, type ParkedOrders } from './parked-orders.ts'
import { postgresResolutions, type Resolutions } from './resolutions.ts'
import { createUnresolved } from './unresolved.ts'

const group = `parked-orders-${randomUUID()}`

describe('orders that stand in front of a person, in an event store and in PostgreSQL', () => {
  const cleanups: (() => Promise<unknown>)[] = []
  let url: string
  let store: EventStore
  let resolutions: Resolutions
  let isParked: ParkedOrders
  let time = 0

  before(async function () {
    this.timeout(60_000)
    const server = await testEventStore()
    ;({ url } = server)
    cleanups.push(() => server.stop())
    store = await connectEventStore({ url })
    cleanups.push(() => store.dispose())
    await createGroupFromHere({ url, store }, group, groupSettings)
    cleanups.push(() => deleteGroups(url, [group]))
    const database = await migratedDatabase()
    cleanups.push(() => database.close())
    resolutions = postgresResolutions(database.pool)
    const now = () => new Date(time)
    isParked = createParkedOrders(createUnresolved({ groups: [group], store, resolutions, keyOf, now }), now)
  })
  after(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  })

  /** Whoever consumes the group, to the end: parks the events of these orders, and acknowledges everything else. */
  const consume = async (toPark: ReadonlySet<string>): Promise<void> => {
    const connection = await store.connect(group, { bufferSize: 10 })
    const consuming = (async () => {
      for await (const { event, ackId } of connection.deliveries)
        await (event !== undefined && toPark.has(keyOf(event))
          ? connection.park([ackId], 'a reason')
          : connection.ack([ackId]))
    })()
    cleanups.push(async () => {
      await connection.close()
      await consuming
    })
  }

  const whoIsParked = async (orders: readonly string[]): Promise<readonly string[]> => {
    time += 5_000
    const answers = await Promise.all(orders.map(async (order) => ((await isParked(group, order)) ? order : undefined)))
    return answers.filter((order) => order !== undefined)
  }

  it('are those with a parked message that is neither resolved nor replayed', async function () {
    this.timeout(60_000)
    const [first, second] = [randomUUID(), randomUUID()]
    const orders = [first, second, randomUUID()]
    expect(await whoIsParked(orders)).to.deep.equal([])
    for (const order of orders)
      await store.append(
        `order-${order}`,
        [{ id: randomUUID(), type: 'Happened', data: {}, metadata: {} }],
        'no_stream',
      )
    const toPark = new Set([first, second])
    await consume(toPark)
    await until('both are parked', async () => ((await whoIsParked(orders)).length === 2 ? true : undefined))

    const retry = { group, number: 0n, key: first, eventId: undefined, by: 'olga', letter: {} }
    const claim = await resolutions.begin({ ...retry, parkedAt: new Date(), at: new Date(), kind: 'retry' })
    if (typeof claim === 'string') throw new Error(claim)
    expect(await whoIsParked(orders)).to.deep.equal([first, second])
    await resolutions.resolve(claim, new Date(0))
    expect(await whoIsParked(orders)).to.deep.equal([second])

    toPark.clear()

    const client = EventStoreDBClient.connectionString(url)
    cleanups.push(() => client.dispose())
    await client.replayParkedMessagesToAll(group)
    await until('nobody is parked', async () => ((await whoIsParked(orders)).length === 0 ? true : undefined))
  })
})
