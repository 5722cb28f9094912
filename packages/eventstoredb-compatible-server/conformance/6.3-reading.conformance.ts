import { expect } from 'chai'
import { event, linkTo } from './suite/appending.ts'
import { letters } from './suite/consumer.ts'
import { filled } from './suite/filled-group.ts'
import { Group } from './suite/group.ts'
import { RawConsumer } from './suite/raw-consumer.ts'
import { rule } from './suite/rule.ts'
import { apart, becomes, stays } from './suite/waiting.ts'

rule(
  '6.3',
  'a consumer never has more unacknowledged messages than its buffer, ten by default',
  { seen: 'real' },
  async (server) => {
    const group = await filled(server, 'a b c d e f g h i j k l')
    const consumer = group.consumer()
    await consumer.saw(...letters('a b c d e f g h i j'))
    await stays(() => consumer.deliveries.length, 10, 100)
    await consumer.ack(3)
    await consumer.saw(...letters('a b c d e f g h i j k'))
    await consumer.ack(0, 1)
    await consumer.saw(...letters('a b c d e f g h i j k l'))
  },
)

rule(
  '6.3',
  'a buffer of nothing is confirmed and gets nothing; a negative one is an unknown error',
  { seen: 'real' },
  async (server) => {
    const { stream } = await filled(server, 'a')
    const nothing = new RawConsumer(server, { stream, group: 'group', window: 0 })
    await nothing.confirmed()
    await stays(() => nothing.events.length, 0, 150)
    const negative = new RawConsumer(server, { stream, group: 'group', window: -1 })
    expect(await negative.failed()).to.have.property('code', 2)
  },
)

rule(
  '6.3',
  'a delivered event carries its position, its place in the stream and how often it came before',
  { seen: 'real' },
  async (server) => {
    const stream = server.name()
    const { position } = await server.client.appendToStream(stream, event('a'))
    const consumer = (await Group.create(server, stream, 'group')).consumer()
    await consumer.saw('a')
    const [delivery] = consumer.deliveries
    expect([delivery?.event?.position, delivery?.event?.revision, delivery?.retryCount]).to.deep.equal([
      position,
      0n,
      0,
    ])
  },
)

rule(
  '6.3',
  'resolved links: event and link both stand at the position of the link, whose id is acknowledged',
  { seen: 'real' },
  async (server) => {
    const [stream, links] = [server.name(), server.name('links')]
    await server.client.appendToStream(stream, event('Target'))
    const { position } = await server.client.appendToStream(links, linkTo(`0@${stream}`))
    const group = await Group.create(server, links, 'group', { resolveLinkTos: true })
    const consumer = new RawConsumer(server, { stream: links, group: 'group' })
    await consumer.got(1)
    const delivery = consumer.events[0]
    expect(consumer.types).to.deep.equal(['Target'])
    expect([
      delivery?.getEvent()?.getCommitPosition(),
      delivery?.getLink()?.getCommitPosition(),
      delivery?.getCommitPosition(),
    ]).to.deep.equal([String(position?.commit), String(position?.commit), String(position?.commit)])
    consumer.ack(delivery?.getEvent()?.getId()?.getString() ?? '')
    await stays(async () => (await group.info()).stats.outstandingMessagesCount, 1, 100)
    consumer.ack(delivery?.getLink()?.getId()?.getString() ?? '')
    await becomes(async () => (await group.info()).stats.outstandingMessagesCount, 0)
  },
)

rule('6.3', 'a link that leads nowhere is delivered alone', { seen: 'real' }, async (server) => {
  const links = server.name('links')
  await server.client.appendToStream(links, linkTo(`0@${server.name()}`))
  const group = await Group.create(server, links, 'group', { resolveLinkTos: true })
  const consumer = group.consumer()
  await consumer.saw('-')
  await consumer.ack(0)
  await becomes(async () => (await group.info()).stats.outstandingMessagesCount, 0)
})

rule(
  '6.3',
  'a link whose number is none is an event where the group reads it, and comes alone where it comes live',
  { seen: 'real' },
  async (server) => {
    const links = server.name('links')
    await server.client.appendToStream(links, linkTo('x@stream'))
    const group = await Group.create(server, links, 'group', { resolveLinkTos: true })
    const consumer = group.consumer()
    await consumer.saw('$>')
    await becomes(async () => (await group.info()).status, 'Live')
    await server.client.appendToStream(links, linkTo('x@stream'))
    await consumer.saw('$>', '-')
  },
)

rule(
  '6.3',
  'acknowledgements go to the group: anybody’s message may be acknowledged through any connection',
  { seen: 'real' },
  async (server) => {
    const group = await filled(server, 'a b c')
    const [one, other] = [
      new RawConsumer(server, { stream: group.stream, group: 'group', window: 1 }),
      new RawConsumer(server, { stream: group.stream, group: 'group', window: 1 }),
    ]
    await Promise.all([one.got(1), other.got(1)])
    one.ack(other.idOf(0))
    await other.got(2)
    expect([one.events.length, other.types.at(-1)]).to.deep.equal([1, 'c'])
  },
)

rule('6.3', 'unknown ids, second acknowledgements and late refusals do nothing', { seen: 'real' }, async (server) => {
  const group = await filled(server, 'a b')
  const consumer = group.consumer(1)
  await consumer.saw('a')
  await consumer.ack(0)
  await consumer.saw('a', 'b')
  await consumer.ack(0)
  await consumer.nack('park', 'late', 0)
  const raw = new RawConsumer(server, { stream: group.stream, group: 'group' })
  raw.ack('11111111-2222-3333-4444-555555555555', 'no id')
  await consumer.ack(1)
  await becomes(async () => (await group.info()).stats.outstandingMessagesCount, 0)
  expect([(await group.parked()).length, consumer.seen]).to.deep.equal([0, ['a', 'b']])
})

rule('6.3', 'an acknowledgement of an earlier delivery counts for the later one', { seen: 'real' }, async (server) => {
  const group = await filled(server, 'a b')
  const consumer = group.consumer(1)
  await consumer.saw('a')
  await consumer.nack('retry', '', 0)
  await consumer.saw('a', 'a*1')
  await consumer.ack(0)
  await consumer.saw('a', 'a*1', 'b')
})

rule(
  '6.3',
  'an acknowledgement while the message waits to be sent again is ignored',
  { seen: 'real' },
  async (server) => {
    const group = await filled(server, 'a b')
    const [first, full] = [
      group.consumer(),
      new RawConsumer(server, { stream: group.stream, group: 'group', window: 0 }),
    ]
    await first.saw('a', 'b')
    await full.confirmed()
    const ids = first.deliveries.map(({ event: delivered }) => delivered?.id ?? '')
    await first.unsubscribe()
    await becomes(async () => (await group.info()).stats.retryBufferCount, 2)
    full.ack(...ids)
    await group.consumer().saw('a*1', 'b*1')
  },
)

rule(
  '6.3',
  'skip and stop count as done: nothing is parked, and the checkpoint goes on',
  { seen: 'watched', waits: true },
  async (server) => {
    const group = await filled(server, 'a b c', { checkPointLowerBound: 1, checkPointUpperBound: 1 })
    const consumer = group.consumer()
    await consumer.saw('a', 'b', 'c')
    await consumer.nack('skip', 'x', 0)
    await apart()
    await consumer.nack('stop', 'x', 1)
    await becomes(async () => (await group.checkpoints()).at(-1), '1')
    expect([await group.parked(), consumer.seen, consumer.error]).to.deep.equal([[], ['a', 'b', 'c'], undefined])
  },
)

rule('6.3', 'the unknown action means retry', { seen: 'real' }, async (server) => {
  const { stream } = await filled(server, 'a')
  const consumer = new RawConsumer(server, { stream, group: 'group' })
  await consumer.got(1)
  consumer.nack(0, consumer.idOf(0))
  await consumer.got(2)
  expect(consumer.events[1]?.getRetryCount()).to.equal(1)
})

rule(
  '6.3',
  'after an action that there is not, the connection is not listened to any more',
  { seen: 'real' },
  async (server) => {
    const { stream } = await filled(server, 'a b')
    const consumer = new RawConsumer(server, { stream, group: 'group', window: 1 })
    await consumer.got(1)
    consumer.nack(9, consumer.idOf(0))
    consumer.ack(consumer.idOf(0))
    await stays(() => consumer.events.length, 1, 200)
  },
)

rule('6.3', 'who unsubscribes sees the end, and no error', { seen: 'real' }, async (server) => {
  const group = await filled(server, 'a')
  const consumer = group.consumer()
  await consumer.saw('a')
  await consumer.unsubscribe()
  await becomes(async () => (await group.info()).connections.length, 0)
  expect(consumer.error).to.equal(undefined)
})
