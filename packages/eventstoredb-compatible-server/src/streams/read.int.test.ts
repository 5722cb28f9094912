import { randomUUID } from 'node:crypto'
import {
  BACKWARDS,
  binaryEvent,
  END,
  FORWARDS,
  jsonEvent,
  START,
  StreamDeletedError,
  StreamNotFoundError,
  type EventStoreDBClient,
  type ResolvedEvent,
} from '@eventstore/db-client'
import { expect } from 'chai'
import type { EventStore } from '../server.ts'
import { collect } from '../testing/collect.ts'
import { rawRead } from '../testing/raw-read.ts'
import { Opened } from '../testing/running-server.ts'
import { errorOf } from '../testing/until.ts'

const numbered = (n: number) => jsonEvent({ type: 'Counted', data: { n } })
const revisionsOf = (events: readonly ResolvedEvent[]): number[] => events.map(({ event }) => Number(event?.revision))
const link = (target: string) => binaryEvent({ type: '$>', data: new Uint8Array(Buffer.from(target)) })

describe('reading a stream (3.4)', () => {
  const opened = new Opened()
  let client: EventStoreDBClient
  const read = async (stream: string, options: Parameters<EventStoreDBClient['readStream']>[1] = {}) =>
    revisionsOf(await collect(client.readStream(stream, options)))

  before(async () => {
    client = opened.client(await opened.server())
    await client.appendToStream(
      'ten',
      Array.from({ length: 10 }, (_, n) => numbered(n)),
    )
  })
  after(() => opened.close())

  it('starts at the revision asked for, both ways, inclusive', async () => {
    expect(await read('ten', { fromRevision: 7n })).to.deep.equal([7, 8, 9])
    expect(await read('ten', { direction: BACKWARDS, fromRevision: 2n })).to.deep.equal([2, 1, 0])
    expect(await read('ten', { fromRevision: START, maxCount: 2 })).to.deep.equal([0, 1])
    expect(await read('ten', { direction: BACKWARDS, fromRevision: END, maxCount: 2 })).to.deep.equal([9, 8])
  })

  it('is empty past the end forwards, and begins at the last event backwards', async () => {
    expect(await read('ten', { fromRevision: 10n })).to.deep.equal([])
    expect(await read('ten', { direction: BACKWARDS, fromRevision: 100n, maxCount: 1 })).to.deep.equal([9])
  })

  it('answers a stream that never was, or is soft-deleted, as not found', async () => {
    await client.appendToStream('gone', numbered(1))
    await client.deleteStream('gone')
    expect(await errorOf(read('never'))).to.be.instanceOf(StreamNotFoundError)
    expect(await errorOf(read('gone'))).to.be.instanceOf(StreamNotFoundError)
    expect(await errorOf(read('$all'))).to.be.instanceOf(StreamNotFoundError)
  })

  it('answers a tombstoned stream, and its metadata, as deleted', async () => {
    await client.appendToStream('closed', numbered(1))
    await client.tombstoneStream('closed')
    expect(await errorOf(read('closed')))
      .to.be.instanceOf(StreamDeletedError)
      .with.property('streamName', 'closed')
    expect(await errorOf(client.getStreamMetadata('closed'))).to.be.instanceOf(StreamDeletedError)
    expect(await errorOf(client.setStreamMetadata('closed', { maxCount: 1 }))).to.be.instanceOf(StreamDeletedError)
  })

  it('reads streams longer than a page in order', async () => {
    for (let batch = 0; batch < 5; batch += 1) {
      await client.appendToStream(
        'long',
        Array.from({ length: 100 }, (_, n) => numbered(batch * 100 + n)),
      )
    }
    const upwards = Array.from({ length: 500 }, (_, n) => n)
    expect(await read('long')).to.deep.equal(upwards)
    expect(await read('long', { direction: BACKWARDS, fromRevision: END })).to.deep.equal(upwards.toReversed())
    expect(await read('long', { maxCount: 257 })).to.deep.equal(upwards.slice(0, 257))
  })
})

describe('reading $all (3.5)', () => {
  const opened = new Opened()
  let client: EventStoreDBClient
  let all: ResolvedEvent[] = []
  const ids = (events: readonly ResolvedEvent[]): (string | undefined)[] => events.map(({ event }) => event?.id)

  before(async () => {
    client = opened.client(await opened.server())
    for (let n = 0; n < 150; n += 1) await client.appendToStream(`s-${n % 7}`, numbered(n))
    all = await collect(client.readAll())
  })
  after(() => opened.close())

  it('holds everything in order, positions growing', () => {
    expect(
      all.filter(({ event }) => event?.type === 'Counted').map(({ event }) => (event?.data as { n: number }).n),
    ).to.deep.equal(Array.from({ length: 150 }, (_, n) => n))
    expect(
      all.every(
        ({ commitPosition }, index) => index === 0 || (commitPosition ?? 0n) > (all[index - 1]?.commitPosition ?? 0n),
      ),
    ).to.equal(true)
  })

  it('starts at a position forwards, and before it backwards', async () => {
    const position = all[100]?.event?.position ?? START
    expect(ids(await collect(client.readAll({ fromPosition: position, maxCount: 2 })))).to.deep.equal(
      ids(all.slice(100, 102)),
    )
    expect(
      ids(await collect(client.readAll({ direction: BACKWARDS, fromPosition: position, maxCount: 2 }))),
    ).to.deep.equal(ids(all.slice(98, 100).toReversed()))
    expect(ids(await collect(client.readAll({ direction: BACKWARDS, fromPosition: END })))).to.deep.equal(
      ids(all.toReversed()),
    )
  })

  it('is empty forwards from the end and backwards from the start', async () => {
    expect(await collect(client.readAll({ fromPosition: END }))).to.deep.equal([])
    expect(await collect(client.readAll({ direction: BACKWARDS, fromPosition: START }))).to.deep.equal([])
  })

  it('leaves out the bookkeeping of groups on $all, not that of others', async () => {
    const hidden = [
      '$persistentsubscription-$all::g-checkpoint',
      '$persistentsubscription-$all::g-parked',
      '$epoch-information',
    ]
    const shown = [
      '$persistentsubscription-s::g-checkpoint',
      '$$$persistentsubscription-$all::g-parked',
      '$persistentsubscription-$all::g',
    ]
    for (const stream of [...hidden, ...shown]) await client.appendToStream(stream, numbered(0))
    const last = await collect(client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 4 }))
    expect(last.map(({ event }) => event?.streamId)).to.deep.equal([...shown.toReversed(), 's-2'])
    expect(revisionsOf(await collect(client.readStream(hidden[0] ?? '')))).to.deep.equal([0])
  })

  it('still shows what its stream hides, and the tombstone', async () => {
    const stream = randomUUID()
    await client.appendToStream(stream, [numbered(0), numbered(1)])
    await client.setStreamMetadata(stream, { maxCount: 1 })
    await client.tombstoneStream(stream)
    const events = await collect(client.readAll())
    expect(
      events.filter(({ event }) => event?.streamId === stream).map(({ event }) => [event?.type, event?.revision]),
    ).to.deep.equal([
      ['Counted', 0n],
      ['Counted', 1n],
      ['$streamDeleted', 9_223_372_036_854_775_807n],
    ])
  })
})

describe('links (3.3)', () => {
  const opened = new Opened()
  let client: EventStoreDBClient
  const read = (resolveLinkTos: boolean) => collect(client.readStream('links', { resolveLinkTos, direction: FORWARDS }))

  before(async () => {
    client = opened.client(await opened.server())
    await client.appendToStream('target', [numbered(0), numbered(1)])
    await client.setStreamMetadata('target', { truncateBefore: 1 })
    await client.appendToStream('links', [link('1@target'), link('0@target'), link('9@target'), link('0@nowhere')])
  })
  after(() => opened.close())

  it('are followed when asked for, and come alone when their target is gone or truncated', async () => {
    expect(
      (await read(true)).map(({ event, link: by }) => [event?.streamId, event?.revision, by?.revision]),
    ).to.deep.equal([
      ['target', 1n, 0n],
      [undefined, undefined, 1n],
      [undefined, undefined, 2n],
      [undefined, undefined, 3n],
    ])
  })

  it('carry the position to go on from', async () => {
    const [first] = await read(true)
    expect(first?.commitPosition).to.equal(first?.link?.position?.commit)
    expect(first?.event?.position?.commit).to.not.equal(first?.link?.position?.commit)
  })

  it('are ordinary events otherwise', async () => {
    expect((await read(false)).map(({ event, link: by }) => [event?.type, event?.revision, by])).to.deep.equal([
      ['$>', 0n, undefined],
      ['$>', 1n, undefined],
      ['$>', 2n, undefined],
      ['$>', 3n, undefined],
    ])
  })
})

describe('requests that the client never makes (3.1, 3.4, 3.5)', () => {
  it('are answered with the status of the real server', async () => {
    const opened = new Opened()
    try {
      const server: EventStore = await opened.server()
      const raw = opened.raw(server)
      expect(
        await rawRead(raw, { stream: 's', count: '1', direction: 'backwards', from: 'end', ids: 'none' }),
      ).to.deep.include({ code: 2 })
      expect(await rawRead(raw, { all: true, direction: 'backwards', from: 'start' })).to.deep.include({ code: 3 })
      expect(await rawRead(raw, { stream: '', count: '1', from: 'start' })).to.deep.include({ code: 2 })
      expect(
        await rawRead(raw, {
          all: true,
          count: '5',
          direction: 'backwards',
          from: { commit: '999999', prepare: '999999' },
        }),
      ).to.deep.include({ code: 2, details: 'Unexpected ReadAllResult: Error' })
      expect(await rawRead(raw, { all: true, count: '5', from: { commit: '0', prepare: '7' } })).to.deep.include({
        code: 2,
      })
      expect(await rawRead(raw, { all: true, count: '0', from: 'start' })).to.deep.equal({
        code: 0,
        details: 'OK',
        messages: [],
      })
    } finally {
      await opened.close()
    }
  })
})
