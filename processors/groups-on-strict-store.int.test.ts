import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { startEventStore } from 'eventstoredb-compatible-server/source'
import { startNode, type Node } from 'eventstoredb-compatible-server/source/testing/node'
import { connectEventStore } from '../infrastructure/event-store/adapter.ts'
import type { Delivery, EventStore, GroupConnection } from '../infrastructure/event-store/port.ts'
import { until } from '../test/support/until.ts'
import { bufferSize, groupSettings } from './groups.ts'

const group = 'payment'
const checkpointStream = `$persistentsubscription-$all::${group}-checkpoint`

/** From now on nothing is written to the stream; `release` lets it be written, and the rest with it. */
const hold = ({ log }: Node, stream: string): { release(): void } => {
  const gate = Promise.withResolvers<void>()
  const append = log.append.bind(log)
  log.append = async (to, ...rest) => {
    if (to === stream) await gate.promise
    return append(to, ...rest)
  }
  return {
    release: () => {
      gate.resolve()
    },
  }
}

describe('a group as it is made here, on a store that loses checkpoints as the real one does', () => {
  const cleanups: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  })

  const connect = async (url: string): Promise<EventStore> => {
    const store = await connectEventStore({ url })
    cleanups.push(() => store.dispose())
    return store
  }
  /** Acknowledges so many, and stays connected. */
  const acknowledge = async (connection: GroupConnection, count: number): Promise<Delivery[]> => {
    const deliveries = connection.deliveries[Symbol.asyncIterator]()
    const done: Delivery[] = []
    while (done.length < count) {
      const next = await deliveries.next()
      if (next.done === true) break
      await connection.ack([next.value.ackId])
      done.push(next.value)
    }
    return done
  }

  it('loses no event: what was acknowledged may come again after a kill, what was not does', async () => {
    const data = await mkdtemp(join(tmpdir(), 'strict-groups-'))
    cleanups.push(() => rm(data, { recursive: true, force: true }))
    const node = await startNode({ port: 0, data, strict: true })
    cleanups.push(() => node.kill())
    const store = await connect(node.url)
    await store.ensureGroup(group, groupSettings)
    const ids: string[] = []
    for (let n = 0; n < 8; n += 1) {
      const events = Array.from({ length: 100 }, () => ({ id: randomUUID(), type: 'Happened', data: {}, metadata: {} }))
      await store.append(`order-${n}`, events, 'no_stream')
      ids.push(...events.map(({ id }) => id))
    }

    // While the first checkpoint is being written the next falls due, for all that was acknowledged.
    const checkpoints = hold(node, checkpointStream)
    const asked = async (): Promise<bigint | undefined> => (await store.groupInfo(group))?.lastCheckpointed?.commit
    const connection = await store.connect(group, { bufferSize })
    const first = await acknowledge(connection, 200)
    const firstCheckpoint = await until('the first is due', asked)
    const acknowledged = [...first, ...(await acknowledge(connection, 300))]
    const last = acknowledged.at(-1)?.event?.position.commit
    await until('the next is due', async () => ((await asked()) === last ? true : undefined))
    checkpoints.release()
    await until('the first is written', () =>
      node.log.readStream(checkpointStream, 0n, 'forwards', 1).records.length > 0 ? true : undefined,
    )
    await node.kill()

    const again = await startEventStore({ port: 0, data, strict: true })
    cleanups.push(() => again.stop())
    const handled = new Map<string, number>()
    const note = (deliveries: readonly Delivery[]) => {
      for (const { event } of deliveries)
        if (event !== undefined) handled.set(event.id, (handled.get(event.id) ?? 0) + 1)
    }
    note(acknowledged)
    const reconnected = await (await connect(again.url)).connect(group, { bufferSize })
    for await (const delivery of reconnected.deliveries) {
      note([delivery])
      await reconnected.ack([delivery.ackId])
      if (delivery.event?.id === ids.at(-1)) break
    }
    expect(ids.filter((id) => !handled.has(id))).to.deep.equal([])
    const afterCheckpoint = acknowledged.filter(
      ({ event }) => event !== undefined && event.position.commit > firstCheckpoint,
    )
    expect(afterCheckpoint.length).to.be.at.least(300)
    expect([...handled.values()].filter((times) => times === 2).length).to.equal(afterCheckpoint.length)
  })
})
