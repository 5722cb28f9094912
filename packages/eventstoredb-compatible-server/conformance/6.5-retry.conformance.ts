import { expect } from 'chai'
import { event } from './suite/appending.ts'
import { filled } from './suite/filled-group.ts'
import type { Group } from './suite/group.ts'
import { rule } from './suite/rule.ts'
import { becomes, until } from './suite/waiting.ts'

const reasons = async (group: Group): Promise<unknown[]> =>
  (await group.parked()).map(({ metadata }) => (metadata as { reason?: unknown }).reason)

rule(
  '6.5',
  'a message that is not acknowledged in time comes again, at a tick of one second',
  { seen: 'real', waits: true },
  async (server) => {
    const group = await filled(server, 'a', { messageTimeout: 2_000 })
    const consumer = group.consumer()
    await consumer.saw('a')
    const began = performance.now()
    await consumer.saw('a', 'a*1')
    expect(performance.now() - began).to.be.within(1_000, 9_000)
  },
)

rule(
  '6.5',
  'what comes late is not acknowledged in vain: an answer in time is enough',
  { seen: 'real', waits: true },
  async (server) => {
    const group = await filled(server, 'a b', { messageTimeout: 1_500 })
    const consumer = group.consumer()
    await consumer.saw('a', 'b')
    await consumer.ack(1)
    await consumer.saw('a', 'b', 'a*1')
  },
)

rule(
  '6.5',
  'a message that is refused comes again at once, before newer ones, in the order of the stream',
  { seen: 'real' },
  async (server) => {
    const group = await filled(server, 'a b c d')
    const consumer = group.consumer(2)
    await consumer.saw('a', 'b')
    await consumer.nack('retry', '', 1, 0)
    await consumer.saw('a', 'b', 'a*1', 'b*1')
    await consumer.ack(0, 1)
    await consumer.saw('a', 'b', 'a*1', 'b*1', 'c', 'd')
  },
)

rule(
  '6.5',
  'a message is delivered once and as often again as maxRetryCount says, then parked',
  { seen: 'real' },
  async (server) => {
    const group = await filled(server, 'a b', { maxRetryCount: 3 })
    const consumer = group.consumer(1)
    for (const expected of [['a'], ['a', 'a*1'], ['a', 'a*1', 'a*2'], ['a', 'a*1', 'a*2', 'a*3']]) {
      await consumer.saw(...expected)
      await consumer.nack('retry', '', expected.length - 1)
    }
    await consumer.saw('a', 'a*1', 'a*2', 'a*3', 'b')
    await group.parkedCount(1)
    expect(await reasons(group)).to.deep.equal(['Reached retry count of 3'])
  },
)

rule('6.5', 'with a maxRetryCount of nothing the first failure parks', { seen: 'real' }, async (server) => {
  const group = await filled(server, 'a', { maxRetryCount: 0 })
  const consumer = group.consumer()
  await consumer.saw('a')
  await consumer.nack('retry', '', 0)
  await group.parkedCount(1)
  expect(await reasons(group)).to.deep.equal(['Reached retry count of 0'])
})

rule('6.5', 'time-outs park as well', { seen: 'real', waits: true }, async (server) => {
  const group = await filled(server, 'a', { messageTimeout: 200, maxRetryCount: 1 })
  const consumer = group.consumer()
  await group.parkedCount(1)
  expect([consumer.seen, await reasons(group)]).to.deep.equal([['a', 'a*1'], ['Reached retry count of 1']])
})

rule(
  '6.5',
  'what a leaving consumer had goes to the next, first and in order, and counts as a retry',
  { seen: 'real' },
  async (server) => {
    const group = await filled(server, 'a b c d')
    const first = group.consumer(3)
    await first.saw('a', 'b', 'c')
    await first.ack(1)
    await first.saw('a', 'b', 'c', 'd')
    await first.unsubscribe()
    await server.client.appendToStream(group.stream, event('e'))
    await group.consumer().saw('a*1', 'c*1', 'd*1', 'e')
  },
)

rule('6.5', 'another consumer gets at once what a leaving one had', { seen: 'real' }, async (server) => {
  const group = await filled(server, 'a b', { consumerStrategyName: 'DispatchToSingle' })
  const leaving = group.consumer(2)
  await leaving.saw('a', 'b')
  const staying = await group.consumer(2).ready()
  await leaving.unsubscribe()
  await staying.saw('a*1', 'b*1')
})

rule(
  '6.5',
  'leaving is never too often: the count may pass the most there are, and the next refusal parks',
  { seen: 'real' },
  async (server) => {
    const group = await filled(server, 'a', { maxRetryCount: 1 })
    for (let n = 0; n < 4; n += 1) {
      const consumer = group.consumer()
      await consumer.saw(n === 0 ? 'a' : `a*${n}`)
      await consumer.unsubscribe()
      await becomes(async () => (await group.info()).connections.length, 0)
    }
    const last = group.consumer()
    await last.saw('a*4')
    await last.nack('retry', '', 0)
    await group.parkedCount(1)
    expect(await reasons(group)).to.deep.equal(['Reached retry count of 1'])
  },
)

rule('6.5', 'a closed connection is as good as an unsubscribe', { seen: 'real' }, async (server) => {
  const group = await filled(server, 'a b')
  const other = server.another()
  const consumer = group.consumer(undefined, other)
  await consumer.saw('a', 'b')
  await other.dispose()
  await group.consumer().saw('a*1', 'b*1')
})

rule('6.5', 'parking frees the place at once', { seen: 'real' }, async (server) => {
  const group = await filled(server, 'a b')
  const consumer = group.consumer(1)
  await consumer.saw('a')
  await consumer.nack('park', 'x', 0)
  await consumer.saw('a', 'b')
})

rule('6.5', 'a refusal of some leaves the others where they are', { seen: 'real' }, async (server) => {
  const group = await filled(server, 'a b c')
  const consumer = group.consumer()
  await consumer.saw('a', 'b', 'c')
  await consumer.nack('retry', '', 1)
  await consumer.saw('a', 'b', 'c', 'b*1')
  await consumer.ack(0, 1, 2)
  await until('all done', async () => (await group.info()).stats.outstandingMessagesCount === 0)
})
