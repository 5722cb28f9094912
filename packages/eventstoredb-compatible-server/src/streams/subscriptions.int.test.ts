import {
  END,
  eventTypeFilter,
  jsonEvent,
  START,
  StreamDeletedError,
  streamNameFilter,
  type AllStreamSubscription,
  type EventStoreDBClient,
  type Position,
  type ResolvedEvent,
  type StreamSubscription,
} from '@eventstore/db-client'
import { expect } from 'chai'
import type { EventStore } from '../server.ts'
import { Opened } from '../testing/running-server.ts'
import { until } from '../testing/until.ts'

const numbered = (n: number, type = 'Counted') => jsonEvent({ type, data: { n } })
const many = (count: number, from = 0) => Array.from({ length: count }, (_, n) => numbered(from + n))

/** Follows a subscription; everything it says, in order. */
const follow = (subscription: StreamSubscription | AllStreamSubscription) => {
  const events: ResolvedEvent[] = []
  const said: string[] = []
  const errors: unknown[] = []
  subscription.on('error', (error) => errors.push(error))
  subscription.on('confirmation', () => said.push('confirmation'))
  subscription.on('caughtUp', () => said.push('caught up'))
  subscription.on('data', (event: ResolvedEvent) => {
    events.push(event)
    said.push(`${event.event?.streamId ?? '-'}/${event.event?.revision ?? '-'}`)
  })
  return { events, said, errors, stop: () => subscription.unsubscribe() }
}

describe('catch-up subscriptions (3.7)', () => {
  const opened = new Opened()
  let server: EventStore
  let client: EventStoreDBClient
  let number = 0
  let stream = ''

  before(async () => {
    server = await opened.server()
    client = opened.client(server)
  })
  after(() => opened.close())
  beforeEach(() => {
    stream = `s-${++number}`
  })

  it('confirm first, then give history, then say that they caught up, then go on live (3.7.2)', async () => {
    await client.appendToStream(stream, many(2))
    const following = follow(client.subscribeToStream(stream, { fromRevision: START }))
    await until('caught up', () => following.said.includes('caught up'))
    await client.appendToStream(stream, many(1))
    await until('the live event', () => following.events.length === 3)
    expect(following.said).to.deep.equal(['confirmation', `${stream}/0`, `${stream}/1`, 'caught up', `${stream}/2`])
    await following.stop()
  })

  it('start after a revision, or at the end (3.7.1)', async () => {
    await client.appendToStream(stream, many(3))
    const after = follow(client.subscribeToStream(stream, { fromRevision: 1n }))
    const beyond = follow(client.subscribeToStream(stream, { fromRevision: 3n }))
    const end = follow(client.subscribeToStream(stream, { fromRevision: END }))
    await until('all caught up', () => [after, beyond, end].every(({ said }) => said.includes('caught up')))
    await client.appendToStream(stream, many(2))
    await until('live events', () => after.events.length === 3 && end.events.length === 2 && beyond.events.length === 1)
    expect([after, beyond, end].map(({ events }) => events.map(({ event }) => Number(event?.revision)))).to.deep.equal([
      [2, 3, 4],
      [4],
      [3, 4],
    ])
    await Promise.all([after.stop(), beyond.stop(), end.stop()])
  })

  it('wait for a stream that is not there, and for a soft-deleted one to come back (3.7.3)', async () => {
    const missing = follow(client.subscribeToStream(stream, { fromRevision: START }))
    await until('caught up', () => missing.said.includes('caught up'))
    await client.appendToStream(stream, many(1))
    await until('the first event', () => missing.events.length === 1)
    await client.deleteStream(stream)
    const deleted = follow(client.subscribeToStream(stream, { fromRevision: START }))
    await until('caught up', () => deleted.said.includes('caught up'))
    await client.appendToStream(stream, many(1))
    await until('the event that brings it back', () => missing.events.length === 2 && deleted.events.length === 1)
    expect([missing.errors, deleted.errors, deleted.said.at(-1)]).to.deep.equal([[], [], `${stream}/1`])
    await Promise.all([missing.stop(), deleted.stop()])
  })

  it('end by a tombstone: live after its event, else at once (3.7.3)', async () => {
    const live = follow(client.subscribeToStream(stream, { fromRevision: START }))
    await until('caught up', () => live.said.includes('caught up'))
    await client.tombstoneStream(stream, { expectedRevision: 'no_stream' })
    await until('the error', () => live.errors.length === 1)
    const late = follow(client.subscribeToStream(stream, { fromRevision: START }))
    await until('the error', () => late.errors.length === 1)
    expect(live.events.map(({ event }) => event?.type)).to.deep.equal(['$streamDeleted'])
    expect([live.errors[0], late.errors[0]].map((error) => error instanceof StreamDeletedError)).to.deep.equal([
      true,
      true,
    ])
    expect(late.said).to.deep.equal([])
  })

  it('lose, repeat and disorder nothing between history and live (3.7.7)', async () => {
    await client.appendToStream(stream, many(500))
    const all = follow(client.subscribeToAll({ fromPosition: START, filter: streamNameFilter({ prefixes: [stream] }) }))
    const one = follow(client.subscribeToStream(stream, { fromRevision: START }))
    for (let n = 500; n < 1_500; n += 50)
      await Promise.all(Array.from({ length: 50 }, (_, i) => client.appendToStream(stream, numbered(n + i))))
    await until('all events', () => all.events.length >= 1_500 && one.events.length >= 1_500, 15_000)
    const revisions = Array.from({ length: 1_500 }, (_, n) => n)
    expect(one.events.map(({ event }) => Number(event?.revision))).to.deep.equal(revisions)
    expect(all.events.map(({ event }) => Number(event?.revision))).to.deep.equal(revisions)
    await Promise.all([all.stop(), one.stop()])
  })

  it('read history again when the client is too slow for the live phase, and say so twice (3.7.4)', async () => {
    const subscription = client.subscribeToStream(stream, { fromRevision: START })
    const following = follow(subscription)
    await until('caught up', () => following.said.includes('caught up'))
    subscription.pause()
    const large = { padding: 'x'.repeat(20_000) }
    for (let n = 0; n < 400; n += 1)
      await client.appendToStream(stream, jsonEvent({ type: 'Large', data: { n, ...large } }))
    subscription.resume()
    await until('all events', () => following.events.length >= 400, 15_000)
    await until('caught up again', () => following.said.filter((word) => word === 'caught up').length === 2)
    expect(following.events.map(({ event }) => Number(event?.revision))).to.deep.equal(
      Array.from({ length: 400 }, (_, n) => n),
    )
    await following.stop()
  }).timeout(30_000)

  it('follow $all after a position, and from its end', async () => {
    const first = await client.appendToStream(stream, many(1))
    const position = first.position ?? START
    const after = follow(client.subscribeToAll({ fromPosition: position }))
    const end = follow(client.subscribeToAll({ fromPosition: END }))
    await until('both caught up', () => [after, end].every(({ said }) => said.includes('caught up')))
    await client.appendToStream(stream, many(2))
    await until('live events', () => after.events.length === 2 && end.events.length === 2)
    expect(after.said).to.deep.equal(['confirmation', 'caught up', `${stream}/1`, `${stream}/2`])
    expect(end.said).to.deep.equal(after.said)
    await Promise.all([after.stop(), end.stop()])
  })

  it('filter by type and by name, in history and live (3.6)', async () => {
    const start = (await client.appendToStream(stream, numbered(0, 'Other'))).position ?? START
    const append = async (n: number) => {
      await client.appendToStream(stream, numbered(n, 'Wanted'))
      await client.appendToStream(`${stream}-x`, numbered(n, 'Unwanted'))
    }
    await append(1)
    const type = follow(
      client.subscribeToAll({ fromPosition: start, filter: eventTypeFilter({ prefixes: ['Wanted'] }) }),
    )
    const name = follow(
      client.subscribeToAll({ fromPosition: start, filter: streamNameFilter({ regex: `^${stream}-.$` }) }),
    )
    await until('both caught up', () => [type, name].every(({ said }) => said.includes('caught up')))
    await append(2)
    await until('live events', () => type.events.length === 2 && name.events.length === 2)
    expect([type, name].map(({ events }) => events.map(({ event }) => event?.type))).to.deep.equal([
      ['Wanted', 'Wanted'],
      ['Unwanted', 'Unwanted'],
    ])
    await Promise.all([type.stop(), name.stop()])
  })
})

describe('checkpoints of filtered subscriptions (3.7.6)', () => {
  const opened = new Opened()
  let client: EventStoreDBClient

  before(async () => {
    client = opened.client(await opened.server())
  })
  after(() => opened.close())

  const withCheckpoints = (checkpoints: Position[], prefixes: string[], checkpointInterval: number) =>
    streamNameFilter({
      prefixes,
      checkpointInterval,
      checkpointReached: async (_subscription, position) => {
        checkpoints.push(position)
      },
    })

  it('come in history at the start of pages, one more at its end, and live exactly by the interval', async () => {
    const checkpoints: Position[] = []
    for (let n = 0; n < 100; n += 1) await client.appendToStream(n % 10 === 0 ? 'wanted' : 'other', numbered(n))
    const following = follow(
      client.subscribeToAll({ fromPosition: START, filter: withCheckpoints(checkpoints, ['wanted'], 1) }),
    )
    await until('caught up', () => following.said.includes('caught up'))
    const history = [...checkpoints]
    // Two events of the server's own and thirty of these make up the first page.
    const [third, last] = [following.events[2]?.commitPosition, following.events.at(-1)?.commitPosition]
    expect([history.at(0), history.at(-1)]).to.deep.equal([
      { commit: third, prepare: third },
      { commit: last, prepare: last },
    ])
    expect(history.every(({ commit }, index) => index === 0 || commit > (history[index - 1]?.commit ?? 0n))).to.equal(
      true,
    )

    const positions: (bigint | undefined)[] = []
    for (let n = 0; n < 64; n += 1) positions.push((await client.appendToStream('other', numbered(n))).position?.commit)
    await until('live checkpoints', () => checkpoints.length >= history.length + 2)
    const live = checkpoints.slice(history.length)
    expect(live.every(({ commit, prepare }) => commit === prepare && positions.includes(commit))).to.equal(true)
    expect(positions.indexOf(live[1]?.commit) - positions.indexOf(live[0]?.commit)).to.equal(32)
    await following.stop()
  })

  it('start at 0/0 when nothing passes, and trail the head', async () => {
    const checkpoints: Position[] = []
    const following = follow(
      client.subscribeToAll({ fromPosition: START, filter: withCheckpoints(checkpoints, ['nothing'], 1) }),
    )
    await until('caught up', () => following.said.includes('caught up'))
    expect(checkpoints[0]).to.deep.equal({ commit: 0n, prepare: 0n })
    expect(checkpoints.length).to.be.greaterThan(3)
    await following.stop()
  })

  it('lose nothing when resumed from, and repeat nothing', async () => {
    const checkpoints: Position[] = []
    const first = follow(
      client.subscribeToAll({ fromPosition: START, filter: withCheckpoints(checkpoints, ['wanted'], 1) }),
    )
    await until('caught up', () => first.said.includes('caught up'))
    await first.stop()
    const all = first.events.map(({ commitPosition }) => commitPosition ?? 0n)
    for (const checkpoint of checkpoints) {
      const resumed = follow(
        client.subscribeToAll({ fromPosition: checkpoint, filter: streamNameFilter({ prefixes: ['wanted'] }) }),
      )
      await until('caught up', () => resumed.said.includes('caught up'))
      await resumed.stop()
      expect(resumed.events.map(({ commitPosition }) => commitPosition)).to.deep.equal(
        all.filter((commit) => commit > checkpoint.prepare && commit >= checkpoint.commit),
      )
    }
  })
})
