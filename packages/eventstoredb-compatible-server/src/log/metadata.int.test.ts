import {
  jsonEvent,
  StreamNotFoundError,
  StreamDeletedError,
  WrongExpectedVersionError,
  type EventStoreDBClient,
} from '@eventstore/db-client'
import { expect } from 'chai'
import { collect } from '../testing/collect.ts'
import { Opened } from '../testing/running-server.ts'
import { errorOf } from '../testing/until.ts'

const events = (count: number) => Array.from({ length: count }, (_, n) => jsonEvent({ type: 'Counted', data: { n } }))

describe('stream metadata and deletion (4)', () => {
  const opened = new Opened()
  let client: EventStoreDBClient
  let now = Date.parse('2026-01-01T00:00:00Z')
  let number = 0
  let stream = ''
  const revisions = async (of = stream): Promise<number[]> =>
    (await collect(client.readStream(of))).map(({ event }) => Number(event?.revision))
  const latestMetadata = async (): Promise<unknown> => (await client.getStreamMetadata(stream)).metadata

  before(async () => {
    client = opened.client(await opened.server({ now: () => now }))
  })
  after(() => opened.close())
  beforeEach(async () => {
    stream = `s-${++number}`
  })

  it('is read back, and absent without a word', async () => {
    expect((await client.getStreamMetadata(stream)).metadata).to.equal(undefined)
    await client.setStreamMetadata(stream, { maxCount: 3, maxAge: 9, custom: { a: [1] } })
    expect(await latestMetadata()).to.deep.equal({ maxCount: 3, maxAge: 9, custom: { a: [1] } })
  })

  it('hides by $maxCount, $tb and $maxAge at once, the revisions going on', async () => {
    await client.appendToStream(stream, events(5))
    await client.setStreamMetadata(stream, { maxCount: 2 })
    expect(await revisions()).to.deep.equal([3, 4])
    await client.setStreamMetadata(stream, { maxCount: 2, truncateBefore: 4 })
    expect(await revisions()).to.deep.equal([4])
    await client.setStreamMetadata(stream, { truncateBefore: 9 })
    expect(await revisions()).to.deep.equal([])
    expect((await client.appendToStream(stream, events(1))).nextExpectedRevision).to.equal(5n)
    await client.setStreamMetadata(stream, { maxAge: 60 })
    now += 61_000
    await client.appendToStream(stream, events(1))
    expect(await revisions()).to.deep.equal([6])
    await client.setStreamMetadata(stream, {})
    expect(await revisions()).to.deep.equal([0, 1, 2, 3, 4, 5, 6])
  })

  it('ignores a $maxCount of nothing, and metadata that is malformed', async () => {
    await client.appendToStream(stream, events(3))
    await client.appendToStream(`$$${stream}`, jsonEvent({ type: '$metadata', data: { $maxCount: 0 } }))
    expect(await revisions()).to.deep.equal([0, 1, 2])
    await client.appendToStream(`$$${stream}`, jsonEvent({ type: '$metadata', data: { $maxCount: 1, $tb: 'x' } }))
    expect(await revisions()).to.deep.equal([0, 1, 2])
    await client.appendToStream(
      `$$${stream}`,
      jsonEvent({ type: '$metadata', data: { $maxCount: 1, nested: { $maxCount: 2 } } }),
    )
    expect(await revisions()).to.deep.equal([2])
  })

  it('does not count for a metastream, not even where it is deleted', async () => {
    for (let n = 0; n < 2; n += 1) await client.setStreamMetadata(stream, { n })
    await client.setStreamMetadata(`$$${stream}`, { maxCount: 10 })
    await client.deleteStream(`$$${stream}`)
    expect(await revisions(`$$${stream}`)).to.deep.equal([1])
    expect(await latestMetadata()).to.deep.equal({ n: 1 })
  })

  it('keeps one event of a metastream', async () => {
    await client.setStreamMetadata(stream, { maxCount: 1 })
    await client.setStreamMetadata(stream, { maxCount: 2 })
    expect(await revisions(`$$${stream}`)).to.deep.equal([1])
  })

  it('soft-deletes with metadata that replaces all other, until the next append', async () => {
    await client.appendToStream(stream, events(2))
    await client.setStreamMetadata(stream, { maxCount: 10, custom: 1 })
    const deleted = await client.deleteStream(stream)
    expect(await errorOf(revisions())).to.be.instanceOf(StreamNotFoundError)
    const metadata = await collect(client.readStream(`$$${stream}`))
    expect([metadata[0]?.event?.position, Object.keys(metadata[0]?.event?.data as object)]).to.deep.equal([
      deleted.position,
      ['$tb'],
    ])
    expect(
      await errorOf(client.appendToStream(stream, events(1), { expectedRevision: 'stream_exists' })),
    ).to.be.instanceOf(StreamDeletedError)
    await client.deleteStream(stream, { expectedRevision: 1n })
    expect(
      (await client.appendToStream(stream, events(2), { expectedRevision: 'no_stream' })).nextExpectedRevision,
    ).to.equal(3n)
    expect(await revisions()).to.deep.equal([2, 3])
    expect(await latestMetadata()).to.deep.equal({ truncateBefore: 2 })
  })

  it('answers a repeated append to a soft-deleted stream, which stays deleted (2.4.6)', async () => {
    const same = events(1)
    await client.appendToStream(stream, same, { expectedRevision: 'no_stream' })
    await client.deleteStream(stream)
    const again = await client.appendToStream(stream, same, { expectedRevision: 'no_stream' })
    expect([again.nextExpectedRevision, again.position]).to.deep.equal([0n, undefined])
    expect(await errorOf(revisions())).to.be.instanceOf(StreamNotFoundError)
  })

  it('comes back empty when metadata is written to it', async () => {
    await client.appendToStream(stream, events(2))
    await client.deleteStream(stream)
    await client.setStreamMetadata(stream, { custom: 'kept' })
    expect(await revisions()).to.deep.equal([])
    expect(await latestMetadata()).to.deep.equal({ truncateBefore: 2, custom: 'kept' })
  })

  it('deletes only what there is, at the revision expected', async () => {
    expect(await errorOf(client.deleteStream(stream)))
      .to.be.instanceOf(WrongExpectedVersionError)
      .with.property('actualVersion', -1n)
    await client.appendToStream(stream, events(2))
    const wrong = await errorOf(client.deleteStream(stream, { expectedRevision: 7n }))
    expect(wrong).to.be.instanceOf(WrongExpectedVersionError).with.property('expectedVersion', 7n)
    expect(wrong).to.have.property('actualVersion', 1n)
    expect(await errorOf(client.tombstoneStream(stream, { expectedRevision: 'no_stream' }))).to.be.instanceOf(
      WrongExpectedVersionError,
    )
  })

  it('deletes nothing whose metadata stream is tombstoned, and spoils no other write by that', async () => {
    await client.appendToStream(stream, events(1))
    await client.tombstoneStream(`$$${stream}`)
    const [deleted, appended] = await Promise.all([
      errorOf(client.deleteStream(stream)),
      client.appendToStream(`${stream}-other`, events(1)),
    ])
    expect(deleted).to.be.instanceOf(StreamDeletedError)
    expect(appended.nextExpectedRevision).to.equal(0n)
    expect(await revisions()).to.deep.equal([0])
  })

  it('can be added to after a tombstone, which brings nothing back, not even after a soft delete', async () => {
    await client.appendToStream(stream, events(2))
    await client.deleteStream(stream)
    const { position } = await client.tombstoneStream(stream)
    await client.setStreamMetadata(stream, { custom: 'late' })
    const written = (await collect(client.readAll({ fromPosition: position ?? 'start' }))).map(({ event }) => [
      event?.streamId,
      event?.revision,
    ])
    expect(written.slice(1)).to.deep.equal([[`$$${stream}`, 1n]])
    expect(await errorOf(revisions())).to.be.instanceOf(StreamDeletedError)
    expect(await errorOf(client.deleteStream(`$$${stream}`))).to.be.instanceOf(StreamDeletedError)
  })

  it('burns a name by a tombstone before there is a stream', async () => {
    await client.tombstoneStream(stream, { expectedRevision: 'no_stream' })
    expect(await errorOf(client.appendToStream(stream, events(1)))).to.be.instanceOf(StreamDeletedError)
    expect(await errorOf(client.deleteStream(stream))).to.be.instanceOf(StreamDeletedError)
  })
})
