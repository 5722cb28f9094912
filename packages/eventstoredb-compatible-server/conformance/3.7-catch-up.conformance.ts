import { jsonEvent, END, START } from '@eventstore/db-client'
import { expect } from 'chai'
import { event, many } from './suite/appending.ts'
import { Following } from './suite/following.ts'
import { rawRead, rawSubscribe, sayRead } from './suite/raw-read.ts'
import { rule } from './suite/rule.ts'
import { until } from './suite/waiting.ts'

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

rule(
  '3.7',
  'confirms first, gives history, says that it has caught up, goes on live',
  { seen: 'real' },
  async (server) => {
    const stream = server.name()
    await server.client.appendToStream(stream, many(2))
    const following = rawSubscribe(server, { stream })
    await until(
      'caught up',
      () => following.said.includes('caught up'),
      () => following.said,
    )
    await server.client.appendToStream(stream, many(1))
    await until(
      'the live event',
      () => following.messages.length === 5,
      () => following.said,
    )
    expect(following.said).to.deep.equal(['confirmation', `${stream}/0`, `${stream}/1`, 'caught up', `${stream}/2`])
    expect(following.messages[0]?.getConfirmation()?.getSubscriptionId()).to.match(
      /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    )
  },
)

rule('3.7', 'begins after a revision, never with it', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await server.client.appendToStream(stream, many(4))
  const following = new Following(server, server.client.subscribeToStream(stream, { fromRevision: 1n }))
  await following.caughtUp()
  expect(following.revisions).to.deep.equal([2, 3])
})

rule('3.7', 'begins after a position of $all, never with it', { seen: 'real' }, async (server) => {
  const stream = server.name()
  const { position } = await server.client.appendToStream(stream, event())
  await server.client.appendToStream(stream, event())
  const following = rawSubscribe(server, { from: position! })
  await until(
    'caught up',
    () => following.said.includes('caught up'),
    () => following.said,
  )
  expect(following.said).to.deep.equal(['confirmation', `${stream}/1`, 'caught up'])
})

rule('3.7', 'after 0/0 is from the start: there is nothing at that position', { seen: 'real' }, async (server) => {
  await server.client.appendToStream(server.name(), event())
  const events = (await rawRead(server, { count: 1_000_000n })).messages.map(sayRead)
  for (const from of ['start', { commit: 0n, prepare: 0n }] as const) {
    const following = rawSubscribe(server, { from })
    await until(
      'caught up',
      () => following.said.includes('caught up'),
      () => following.said.slice(-5),
    )
    expect(following.said.slice(1, 1 + events.length)).to.deep.equal(events)
  }
})

rule('3.7', 'from the end, or on an empty stream, it has caught up at once', { seen: 'real' }, async (server) => {
  const [stream, missing] = [server.name(), server.name()]
  await server.client.appendToStream(stream, many(3))
  for (const following of [
    rawSubscribe(server, { stream, from: 'end' }),
    rawSubscribe(server, { stream: missing }),
    rawSubscribe(server, { from: 'end' }),
  ]) {
    await until(
      'caught up',
      () => following.messages.length === 2,
      () => following.said,
    )
    expect(following.said).to.deep.equal(['confirmation', 'caught up'])
  }
})

rule('3.7', 'a start beyond the end is kept: nothing up to it is ever delivered', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await server.client.appendToStream(stream, many(2))
  const following = new Following(server, server.client.subscribeToStream(stream, { fromRevision: 4n }))
  await following.caughtUp()
  await server.client.appendToStream(stream, many(5))
  await following.got(2)
  expect(following.revisions).to.deep.equal([5, 6])
})

rule('3.7', 'a stream that is missing or soft-deleted is waited for', { seen: 'real' }, async (server) => {
  const [missing, deleted] = [server.name(), server.name()]
  await server.client.appendToStream(deleted, many(2))
  await server.client.deleteStream(deleted)
  const both = [missing, deleted].map(
    (stream) => new Following(server, server.client.subscribeToStream(stream, { fromRevision: START })),
  )
  for (const following of both) await following.caughtUp()
  for (const stream of [missing, deleted]) await server.client.appendToStream(stream, event())
  for (const following of both) await following.got(1)
  expect(both.map(({ revisions, errors }) => [revisions, errors])).to.deep.equal([
    [[0], []],
    [[2], []],
  ])
})

rule(
  '3.7',
  'a soft delete goes by unseen: the subscription goes on with the next append',
  { seen: 'real' },
  async (server) => {
    const stream = server.name()
    await server.client.appendToStream(stream, many(2))
    const following = new Following(server, server.client.subscribeToStream(stream, { fromRevision: START }))
    await following.caughtUp()
    await server.client.deleteStream(stream)
    await server.client.appendToStream(stream, event())
    await following.got(3)
    expect([following.revisions, following.errors]).to.deep.equal([[0, 1, 2], []])
  },
)

rule('3.7', 'a tombstoned stream is an error in place of the confirmation', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await server.client.tombstoneStream(stream, { expectedRevision: 'any' })
  const following = new Following(server, server.client.subscribeToStream(stream, { fromRevision: START }))
  expect([await following.failed(), following.said]).to.deep.equal(['stream-deleted', []])
})

rule(
  '3.7',
  'a tombstone in the live phase is delivered, then the subscription ends with the error',
  { seen: 'real' },
  async (server) => {
    const stream = server.name()
    await server.client.appendToStream(stream, event())
    const following = new Following(server, server.client.subscribeToStream(stream, { fromRevision: START }))
    await following.caughtUp()
    await server.client.tombstoneStream(stream)
    expect(await following.failed()).to.equal('stream-deleted')
    expect(following.said).to.deep.equal([
      'confirmation',
      'Happened 0',
      'caught up',
      '$streamDeleted 9223372036854775807',
    ])
  },
)

rule(
  '3.7',
  'a reader who is too slow for the live phase gets history again, and is told twice that he has caught up',
  { seen: 'real' },
  async (server) => {
    const stream = server.name()
    const following = new Following(server, server.client.subscribeToStream(stream, { fromRevision: START }))
    await following.caughtUp()
    following.subscription.pause()
    const writer = server.another()
    const large = () => jsonEvent({ type: 'Large', data: { text: 'x'.repeat(20_000) } })
    for (let n = 0; n < 40; n += 1) await writer.appendToStream(stream, Array.from({ length: 10 }, large))
    following.subscription.resume()
    await following.got(400)
    await following.caughtUp(2)
    expect([following.revisions, following.errors]).to.deep.equal([upTo(400), []])
  },
)

rule('3.7', 'between history and live nothing is lost, repeated or out of order', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await server.client.appendToStream(stream, many(300))
  const { position } = await server.client.appendToStream(server.name(), event())
  const appending = (async () => {
    for (let n = 0; n < 10; n += 1)
      await Promise.all(Array.from({ length: 30 }, () => server.client.appendToStream(stream, event())))
  })()
  const one = new Following(server, server.client.subscribeToStream(stream, { fromRevision: START }))
  const every = new Following(server, server.client.subscribeToAll({ fromPosition: position! }))
  await Promise.all([
    appending,
    one.got(600),
    until('all', () => every.events.filter(({ event: read }) => read?.streamId === stream).length === 300),
  ])
  expect(one.revisions).to.deep.equal(upTo(600))
  expect(
    every.events
      .filter(({ event: read }) => read?.streamId === stream)
      .map(({ event: read }) => Number(read?.revision)),
  ).to.deep.equal(upTo(600).slice(300))
})

rule('3.7', 'events that metadata cuts off are not delivered', { seen: 'real' }, async (server) => {
  const stream = server.name()
  await server.client.appendToStream(stream, many(5))
  await server.client.setStreamMetadata(stream, { truncateBefore: 3 })
  const following = new Following(server, server.client.subscribeToStream(stream, { fromRevision: START }))
  await following.caughtUp()
  expect(following.revisions).to.deep.equal([3, 4])
})

rule('3.7', 'a client that unsubscribes gets nothing more, and nobody else minds', { seen: 'real' }, async (server) => {
  const stream = server.name()
  const [leaving, staying] = [0, 1].map(
    () => new Following(server, server.client.subscribeToStream(stream, { fromRevision: END })),
  )
  await leaving!.caughtUp()
  await staying!.caughtUp()
  await leaving!.subscription.unsubscribe()
  await server.client.appendToStream(stream, event())
  await staying!.got(1)
  expect([leaving!.events, leaving!.errors]).to.deep.equal([[], []])
})
