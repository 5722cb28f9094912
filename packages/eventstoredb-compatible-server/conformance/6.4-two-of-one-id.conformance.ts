import { START, eventTypeFilter } from '@eventstore/db-client'
import { expect } from 'chai'
import { event } from './suite/appending.ts'
import { AllGroup } from './suite/group.ts'
import { rule } from './suite/rule.ts'
import type { Server } from './suite/server.ts'
import { becomes } from './suite/waiting.ts'

const twins = async (server: Server, maxRetryCount = 10): Promise<[AllGroup, string]> => {
  const type = server.name('Twin')
  const same = event(type)
  await server.client.appendToStream(server.name(), same)
  await server.client.appendToStream(server.name(), same)
  return [
    await AllGroup.create(
      server,
      server.name('group'),
      { startFrom: START, maxRetryCount },
      eventTypeFilter({ prefixes: [type] }),
    ),
    type,
  ]
}

rule(
  '6.4',
  'two messages with one id are both delivered, and done when both are acknowledged',
  { seen: 'real' },
  async (server) => {
    const [group, type] = await twins(server)
    const consumer = group.consumer()
    await consumer.saw(type, type)
    await consumer.ack(0, 1)
    await becomes(async () => (await group.info()).stats.outstandingMessagesCount, 0)
  },
)

rule(
  '6.4',
  'of two messages with one id a refusal means the first, also when that was sent again',
  { seen: 'real' },
  async (server) => {
    const [group, type] = await twins(server, 1)
    const consumer = group.consumer()
    await consumer.saw(type, type)
    const first = consumer.deliveries[0]?.event?.streamId
    await consumer.nack('retry', '', 0)
    await consumer.saw(type, type, `${type}*1`)
    expect(consumer.deliveries[2]?.event?.streamId).to.equal(first)
    await consumer.nack('retry', '', 2)
    await becomes(
      async () => (await group.parked()).map(({ data }) => Buffer.from(data as Uint8Array).toString()),
      [`0@${first}`],
    )
    await consumer.saw(type, type, `${type}*1`)
  },
)

rule(
  '6.4',
  'two messages with one id both come again',
  { seen: { differs: 'only the first is kept watch on; the other is forgotten when its consumer leaves' } },
  async (server) => {
    const [group, type] = await twins(server)
    const consumer = group.consumer()
    await consumer.saw(type, type)
    await consumer.unsubscribe()
    await group.consumer().saw(`${type}*1`, `${type}*1`)
  },
)
