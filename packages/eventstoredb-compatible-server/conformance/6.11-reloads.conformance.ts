import { eventTypeFilter, START } from '@eventstore/db-client'
import { event, many } from './suite/appending.ts'
import { AllGroup, Group } from './suite/group.ts'
import { OwnServer } from './suite/own-server.ts'
import { rule } from './suite/rule.ts'
import type { Server } from './suite/server.ts'
import { becomes, until } from './suite/waiting.ts'

// What the real server loses here is in its documentation of known hazards: every rule of this chapter is a promise of the embedded one.

const filtered = async (server: Server): Promise<[AllGroup, string]> => {
  const type = server.name('Type')
  const changes = { startFrom: START, checkPointLowerBound: 1, checkPointUpperBound: 5, checkPointAfter: 100 } as const
  return [await AllGroup.create(server, server.name('group'), changes, eventTypeFilter({ prefixes: [type] })), type]
}
/** Matching events, each followed by others; enough for checkpoints. */
const written = async (server: Server, type: string, matching: number, others: number): Promise<void> => {
  for (let n = 0; n < matching; n += 1) {
    await server.client.appendToStream(server.name(), event(type))
    await server.client.appendToStream(server.name(), many(others, 'Other'))
  }
}
const update = (group: AllGroup) => group.update({ startFrom: START, checkPointLowerBound: 1, checkPointUpperBound: 5 })
const passed = (group: AllGroup) => async () => (await group.info()).stats.lastKnownEventPosition !== undefined

rule(
  '6.11',
  'filtered $all: what waits without a consumer comes after an update',
  { seen: { differs: 'it is lost' }, waits: true },
  async (server) => {
    const [group, type] = await filtered(server)
    await written(server, type, 6, 10)
    await until('a tick with work done', passed(group))
    await until('the others to be considered', async () => (await group.info()).stats.readBufferCount === 6)
    await update(group)
    await group.consumer().saw(...Array.from({ length: 6 }, () => type))
  },
)

rule(
  '6.11',
  'filtered $all: what waits behind a full window, and what is in it, comes after an update',
  { seen: { differs: 'it is lost' }, waits: true },
  async (server) => {
    const [group, type] = await filtered(server)
    const consumer = await group.consumer(2).ready()
    await written(server, type, 8, 10)
    await consumer.saw(type, type)
    await consumer.ack(0)
    await consumer.saw(type, type, type)
    await update(group)
    await consumer.failed()
    await group.consumer(10).saw(...Array.from({ length: 7 }, () => type))
  },
)

rule(
  '6.11',
  'filtered $all: the first message in flight after many others comes after an update',
  { seen: { differs: 'it is lost' }, waits: true },
  async (server) => {
    const [group, type] = await filtered(server)
    const consumer = await group.consumer().ready()
    await written(server, type, 1, 0)
    await consumer.saw(type)
    await consumer.ack(0)
    await server.client.appendToStream(server.name(), many(25, 'Other'))
    await becomes(async () => (await group.info()).stats.lastCheckpointedEventPosition !== undefined, true)
    await written(server, type, 1, 0)
    await consumer.saw(type, type)
    await update(group)
    await consumer.failed()
    await group.consumer().saw(type)
  },
)

rule(
  '6.11',
  'filtered $all: checkpoints never go backwards',
  { seen: { differs: 'they may' }, waits: true },
  async (server) => {
    const [group, type] = await filtered(server)
    const consumer = await group.consumer(3).ready()
    await written(server, type, 12, 8)
    const seen: bigint[] = []
    for (let n = 0; n < 12; n += 1) {
      await until(
        'the next',
        () => consumer.deliveries.length > n,
        () => consumer.seen,
      )
      await consumer.ack(n)
      const at = (await group.info()).stats.lastCheckpointedEventPosition?.commit
      if (at !== undefined) seen.push(at)
    }
    await until('a checkpoint', async () => (await group.info()).stats.lastCheckpointedEventPosition !== undefined)
    if (seen.some((at, index) => index > 0 && at < seen[index - 1]!)) throw new Error(`backwards: ${seen.join(' ')}`)
  },
)

rule(
  '6.11',
  'filtered $all: nothing is lost when the server is killed',
  { seen: { differs: 'what waits, and what is in flight, may be lost' }, waits: true },
  async (server) => {
    const own = await OwnServer.start(server)
    const outside = () => ({ client: own.client, after: () => undefined })
    const changes = {
      startFrom: START,
      checkPointLowerBound: 1,
      checkPointUpperBound: 5,
      checkPointAfter: 100,
    } as const
    const group = await AllGroup.create(outside(), 'group', changes, eventTypeFilter({ prefixes: ['Wanted'] }))
    const consumer = await group.consumer(2).ready()
    for (let n = 0; n < 6; n += 1) await own.append(`s${n}`, [event('Wanted'), ...many(12, 'Other')])
    await consumer.saw('Wanted', 'Wanted')
    await consumer.ack(0)
    await consumer.saw('Wanted', 'Wanted', 'Wanted')
    await becomes(async () => (await group.info()).stats.totalInFlightMessages, 2)
    await own.restart()
    const again = new AllGroup(outside(), 'group').consumer(10)
    await until(
      'all that was not acknowledged',
      () => new Set(again.deliveries.map(({ event: one }) => one?.streamId)).size >= 5,
      () => again.seen,
    )
  },
)

rule(
  '6.11',
  'while a replayed message waits, an ordinary one that fails is not lost',
  { seen: { differs: 'it is lost until the group is loaded anew, or for good' }, waits: true },
  async (server) => {
    const stream = server.name()
    await server.client.appendToStream(stream, [event('a'), event('b'), event('c')])
    const group = await Group.create(server, stream, 'group')
    const consumer = group.consumer(1)
    await consumer.saw('a')
    await consumer.nack('park', 'x', 0)
    await consumer.saw('a', 'b')
    await group.parkedCount(1)
    await group.replay()
    await becomes(async () => (await group.info()).stats.retryBufferCount, 1)
    await consumer.nack('retry', '', 1)
    for (let n = 2; n < 5; n += 1) {
      await until(
        'more',
        () => consumer.deliveries.length > n,
        () => consumer.seen,
      )
      await consumer.ack(n)
    }
    await becomes(() => [...consumer.seen].sort(), ['a', 'a', 'b', 'b*1', 'c'])
  },
)
