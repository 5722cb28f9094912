import {
  jsonEvent,
  NotFoundError,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  StreamNotFoundError,
  UnknownError,
  type EventStoreDBClient,
  type PersistentSubscriptionToStreamResolvedEvent,
} from '@eventstore/db-client'
import { expect } from 'chai'
import type { EventStoreOptions } from '../options.ts'
import { collect } from '../testing/collect.ts'
import { Opened } from '../testing/running-server.ts'
import { errorOf, until } from '../testing/until.ts'

const numbered = (n: number) => jsonEvent({ type: 'Counted', data: { n } })
const many = (count: number, from = 0) => Array.from({ length: count }, (_, n) => numbered(from + n))

/** The texts of the links in a stream. */
const linksIn = async (client: EventStoreDBClient, stream: string): Promise<string[]> =>
  (await collect(client.readStream(stream))).map(({ event }) => Buffer.from(event?.data as Uint8Array).toString())

const numbersIn = async (client: EventStoreDBClient, stream: string): Promise<unknown[]> =>
  (await collect(client.readStream<ReturnType<typeof numbered>>(stream, { resolveLinkTos: true }))).map(
    ({ event }) => event?.data.n,
  )

const range = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

describe('standard projections whose links are part of the append (5)', () => {
  const opened = new Opened()
  const started = async (options: Partial<EventStoreOptions> = {}) => {
    const server = await opened.server({ linkDelay: 0, ...options })
    return { server, client: opened.client(server) }
  }
  afterEach(() => opened.close())

  it('are there, stopped, and write nothing until enabled', async () => {
    const { client } = await started()
    await client.appendToStream('cat-1', numbered(0))
    const all = await client.listProjections()
    expect(all.map(({ name, projectionStatus }) => [name, projectionStatus])).to.deep.equal(
      ['$streams', '$stream_by_category', '$by_category', '$by_event_type', '$by_correlation_id'].map((name) => [
        name,
        'Stopped',
      ]),
    )
    expect(await errorOf(collect(client.readStream('$ce-cat')))).to.be.instanceOf(StreamNotFoundError)
  })

  it('follow history once enabled, and then every append in its own transaction: a link is there as soon as the append is answered', async () => {
    const { client } = await started()
    await client.appendToStream('cat-1', many(3))
    await client.enableProjection('$by_category')
    await client.enableProjection('$by_category')
    expect((await client.getProjectionStatus('$by_category')).projectionStatus).to.equal('Running')
    for (const n of range(20)) {
      await client.appendToStream('cat-2', numbered(3 + n))
      expect((await numbersIn(client, '$ce-cat')).at(-1)).to.equal(3 + n)
    }
    expect(await numbersIn(client, '$ce-cat')).to.deep.equal(range(23))
  })

  it('stop when disabled, and take what they missed when enabled again', async () => {
    const { client } = await started({ startStandardProjections: true })
    await client.appendToStream('cat-1', many(2))
    await client.disableProjection('$by_category')
    expect((await client.getProjectionStatus('$by_category')).projectionStatus).to.equal('Stopped')
    await client.appendToStream('cat-1', many(2, 2))
    expect(await numbersIn(client, '$ce-cat')).to.deep.equal([0, 1])
    await client.enableProjection('$by_category')
    expect(await numbersIn(client, '$ce-cat')).to.deep.equal([0, 1, 2, 3])
  })

  it('catch up with a long history in order, each event once, while appends go on', async () => {
    const { client } = await started()
    for (const n of range(6)) await client.appendToStream(`cat-${n}`, many(400, n * 400))
    let next = 2_400
    let writing = true
    const writer = (async () => {
      while (writing) await client.appendToStream('cat-live', numbered(next++))
    })()
    await client.enableProjection('$by_category')
    await client.enableProjection('$streams')
    await until('caught up', async () => (await client.getProjectionStatus('$by_category')).progress === 100, 20_000)
    writing = false
    await writer
    expect(await numbersIn(client, '$ce-cat')).to.deep.equal(range(next))
    await until('the streams', async () => (await linksIn(client, '$streams')).includes('0@cat-live'))
    const streams = await linksIn(client, '$streams')
    expect(streams.length).to.equal(new Set(streams).size)
    expect(streams).to.include.members(['0@$$$scavenges', '0@cat-0', '0@$ce-cat', '0@$streams'])
  }).timeout(30_000)

  it('go on over a restart, wherever it hits them', async () => {
    const data = opened.directory()
    const first = await started({ data })
    for (const n of range(6)) await first.client.appendToStream(`cat-${n}`, many(400, n * 400))
    await first.client.enableProjection('$by_category')
    await first.server.kill()
    const second = await started({ data })
    await second.client.appendToStream('cat-live', numbered(2_400))
    await until('caught up', async () => (await numbersIn(second.client, '$ce-cat')).length === 2_401, 20_000)
    await second.server.stop()
    const third = await started({ data })
    await third.client.appendToStream('cat-live', numbered(2_401))
    expect((await third.client.getProjectionStatus('$by_category')).projectionStatus).to.equal('Running')
    expect(await numbersIn(third.client, '$ce-cat')).to.deep.equal(range(2_402))
  }).timeout(40_000)

  it('write links by type, by correlation and by stream', async () => {
    const { client } = await started()
    for (const name of ['$by_event_type', '$by_correlation_id', '$streams']) await client.enableProjection(name)
    await client.appendToStream('cat-1', [
      jsonEvent({ type: 'A', data: {}, metadata: { $correlationId: 'k' } }),
      jsonEvent({ type: 'B', data: {}, metadata: { $correlationId: 'k' } }),
    ])
    expect(await linksIn(client, '$et-A')).to.deep.equal(['0@cat-1'])
    expect(await linksIn(client, '$bc-k')).to.deep.equal(['0@cat-1', '1@cat-1'])
    expect(await linksIn(client, '$streams')).to.include('0@cat-1')
    const [link] = await collect(client.readStream('$et-A', { resolveLinkTos: true }))
    expect([link?.event?.streamId, link?.event?.type, link?.link?.type, link?.link?.isJson]).to.deep.equal([
      'cat-1',
      'A',
      '$>',
      false,
    ])
    await client.enableProjection('$stream_by_category')
    expect(await linksIn(client, '$category-cat')).to.deep.equal(['cat-1'])
  })

  it('show a deletion as the metadata event, or a link whose event is gone', async () => {
    const { client } = await started({ startStandardProjections: true })
    await client.appendToStream('cat-1', many(1))
    await client.appendToStream('cat-2', many(1))
    await client.deleteStream('cat-1')
    await client.tombstoneStream('cat-2')
    const links = await collect(client.readStream('$ce-cat', { resolveLinkTos: true }))
    expect(
      links.map(({ event, link }) => [Buffer.from(link?.data as Uint8Array).toString(), event?.type]),
    ).to.deep.equal([
      ['0@cat-1', undefined],
      ['0@cat-2', undefined],
      ['0@$$cat-1', '$metadata'],
      ['9223372036854775807@cat-2', undefined],
    ])
    expect(await linksIn(client, '$et-$deleted')).to.deep.equal(['0@cat-1', '9223372036854775807@cat-2'])
  })

  it('feed a persistent subscription on a category, acknowledged by link', async () => {
    const { client } = await started({ startStandardProjections: true })
    await client.createPersistentSubscriptionToStream(
      '$ce-cat',
      'g',
      persistentSubscriptionToStreamSettingsFromDefaults({
        resolveLinkTos: true,
        startFrom: START,
        checkPointLowerBound: 1,
        checkPointUpperBound: 1,
      }),
    )
    const got: (string | undefined)[] = []
    const subscription = client.subscribeToPersistentSubscriptionToStream('$ce-cat', 'g')
    subscription
      .on('error', () => undefined)
      .on('data', (message: PersistentSubscriptionToStreamResolvedEvent) => {
        got.push(`${message.link?.streamId} ${message.event?.streamId}/${message.event?.revision}`)
        void subscription.ack(message)
      })
    await client.appendToStream('cat-1', many(2))
    await client.appendToStream('cat-2', many(1))
    await until('all', () => got.length === 3)
    expect(got).to.deep.equal(['$ce-cat cat-1/0', '$ce-cat cat-1/1', '$ce-cat cat-2/0'])
    await until(
      'the checkpoint',
      async () =>
        (await client.getPersistentSubscriptionToStreamInfo('$ce-cat', 'g')).stats.lastCheckpointedEventRevision === 2n,
    )
    await subscription.unsubscribe()
  })

  it('take a deleted output stream up again, and leave a tombstoned one alone', async () => {
    const { client } = await started({ startStandardProjections: true })
    await client.appendToStream('cat-1', many(2))
    await client.deleteStream('$ce-cat')
    await client.appendToStream('cat-1', many(1, 2))
    expect(await numbersIn(client, '$ce-cat')).to.deep.equal([2])
    await client.tombstoneStream('$ce-cat')
    expect((await client.appendToStream('cat-1', numbered(3))).nextExpectedRevision).to.equal(3n)
  })

  it('know no other projection, and offer none in JavaScript', async () => {
    const { client } = await started()
    const unknown = [client.enableProjection('x'), client.disableProjection('x'), client.getProjectionStatus('x')]
    for (const error of await Promise.all(unknown.map(errorOf))) {
      expect(error).to.be.instanceOf(NotFoundError)
      expect(String(error)).to.include("Projection 'x' not found")
    }
    expect(await errorOf(client.createProjection('x', 'fromAll()')))
      .to.be.instanceOf(UnknownError)
      .with.property('code', 12)
    await client.restartSubsystem()
  })
})
