import { END } from '@eventstore/db-client'
import { expect } from 'chai'
import { event, events } from './suite/appending.ts'
import { letters } from './suite/consumer.ts'
import { Group } from './suite/group.ts'
import { OwnServer } from './suite/own-server.ts'
import { rule } from './suite/rule.ts'
import { becomes } from './suite/waiting.ts'

rule(
  '6.4',
  'after a reload nothing is passed over when the event of the checkpoint is gone',
  { seen: { differs: 'the first event that is read is dropped, whatever it is' }, waits: true },
  async (server) => {
    const stream = server.name()
    await server.client.appendToStream(stream, events('a b c d e'))
    const group = await Group.create(server, stream, 'group', { checkPointLowerBound: 1, checkPointUpperBound: 1 })
    const consumer = group.consumer()
    await consumer.saw(...letters('a b c d e'))
    await consumer.ack(0, 1, 2)
    await becomes(async () => (await group.checkpoints()).at(-1), '2')
    await server.client.setStreamMetadata(stream, { truncateBefore: 3 })
    await group.update()
    expect(await consumer.failed()).to.equal('persistent-subscription-dropped')
    await group.consumer().saw('d', 'e')
  },
)

rule(
  '6.4',
  'a group from the end misses nothing that came before its first checkpoint when the server restarts',
  { seen: { differs: 'where the end was is forgotten, and what came since is never delivered' }, waits: true },
  async (server) => {
    const own = await OwnServer.start(server)
    await own.append('stream', event('before'))
    await Group.create({ client: own.client, after: () => undefined }, 'stream', 'group', { startFrom: END })
    await own.append('stream', events('a b'))
    await own.restart()
    await new Group({ client: own.client, after: () => undefined }, 'stream', 'group').consumer().saw('a', 'b')
  },
)
