import { randomUUID } from 'node:crypto'
import {
  jsonEvent, NotFoundError, persistentSubscriptionToStreamSettingsFromDefaults, START, StreamNotFoundError, UnknownError,
  type EventStoreDBClient, type PersistentSubscriptionToStreamResolvedEvent,
} from '@eventstore/db-client'
import { expect } from 'chai'
import { openLog, type OwnedLog } from '../log/open-log.ts'
import type { EventStore, EventStoreOptions } from '../options.ts'
import { readyServer } from '../testing/child-server.ts'
import { collect } from '../testing/collect.ts'
import { Opened } from '../testing/running-server.ts'
import { errorOf, until } from '../testing/until.ts'
import { Projections } from './projections.ts'

const numbered = (n: number) => jsonEvent({ type: 'Counted', data: { n } })
const many = (count: number, from = 0) => Array.from({ length: count }, (_, n) => numbered(from + n))

/** The texts of the links in a stream. */
const linksIn = async (client: EventStoreDBClient, stream: string): Promise<string[]> =>
  (await collect(client.readStream(stream))).map(({ event }) => Buffer.from(event?.data as Uint8Array).toString())

const numbersIn = async (client: EventStoreDBClient, stream: string): Promise<unknown[]> =>
  (await collect(client.readStream<ReturnType<typeof numbered>>(stream, { resolveLinkTos: true }))).map(({ event }) => event?.data.n)

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
      ['$streams', '$stream_by_category', '$by_category', '$by_event_type', '$by_correlation_id'].map((name) => [name, 'Stopped']))
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
      jsonEvent({ type: 'A', data: {}, metadata: { $correlationId: 'k' } }), jsonEvent({ type: 'B', data: {}, metadata: { $correlationId: 'k' } }),
    ])
    expect(await linksIn(client, '$et-A')).to.deep.equal(['0@cat-1'])
    expect(await linksIn(client, '$bc-k')).to.deep.equal(['0@cat-1', '1@cat-1'])
    expect(await linksIn(client, '$streams')).to.include('0@cat-1')
    const [link] = await collect(client.readStream('$et-A', { resolveLinkTos: true }))
    expect([link?.event?.streamId, link?.event?.type, link?.link?.type, link?.link?.isJson]).to.deep.equal(['cat-1', 'A', '$>', false])
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
    expect(links.map(({ event, link }) => [Buffer.from(link?.data as Uint8Array).toString(), event?.type])).to.deep.equal([
      ['0@cat-1', undefined], ['0@cat-2', undefined], ['0@$$cat-1', '$metadata'], ['9223372036854775807@cat-2', undefined],
    ])
    expect(await linksIn(client, '$et-$deleted')).to.deep.equal(['0@cat-1', '9223372036854775807@cat-2'])
  })

  it('feed a persistent subscription on a category, acknowledged by link', async () => {
    const { client } = await started({ startStandardProjections: true })
    await client.createPersistentSubscriptionToStream('$ce-cat', 'g', persistentSubscriptionToStreamSettingsFromDefaults({
      resolveLinkTos: true, startFrom: START, checkPointLowerBound: 1, checkPointUpperBound: 1 }))
    const got: (string | undefined)[] = []
    const subscription = client.subscribeToPersistentSubscriptionToStream('$ce-cat', 'g')
    subscription.on('error', () => undefined).on('data', (message: PersistentSubscriptionToStreamResolvedEvent) => {
      got.push(`${message.link?.streamId} ${message.event?.streamId}/${message.event?.revision}`)
      void subscription.ack(message)
    })
    await client.appendToStream('cat-1', many(2))
    await client.appendToStream('cat-2', many(1))
    await until('all', () => got.length === 3)
    expect(got).to.deep.equal(['$ce-cat cat-1/0', '$ce-cat cat-1/1', '$ce-cat cat-2/0'])
    await until('the checkpoint', async () =>
      (await client.getPersistentSubscriptionToStreamInfo('$ce-cat', 'g')).stats.lastCheckpointedEventRevision === 2n)
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
    expect(await errorOf(client.createProjection('x', 'fromAll()'))).to.be.instanceOf(UnknownError).with.property('code', 12)
    await client.restartSubsystem()
  })
})

describe('standard projections that follow later, as on the real server (5)', () => {
  const opened = new Opened()
  const started = async (options: Partial<EventStoreOptions> = {}) => {
    const server = await opened.server({ startStandardProjections: true, ...options })
    return { server, client: opened.client(server) }
  }
  const numbers = (client: EventStoreDBClient) => numbersIn(client, '$ce-cat').catch(() => [])
  afterEach(() => opened.close())

  it('write links some time after the append', async () => {
    const { client } = await started({ linkDelay: 1_000 })
    await client.appendToStream('cat-1', many(3))
    expect(await errorOf(collect(client.readStream('$ce-cat')))).to.be.instanceOf(StreamNotFoundError)
    await until('the links', async () => (await numbers(client)).length === 3)
    await client.appendToStream('cat-1', many(2, 3))
    await until('the next', async () => (await numbers(client)).length === 5)
    expect(await numbers(client)).to.deep.equal(range(5))
  })

  it('do so by default, and say then that they have dealt with everything', async () => {
    const data = opened.directory()
    const { client, server } = await started({ data })
    await client.appendToStream('cat-1', many(3))
    await until('the links', async () => (await numbers(client)).length === 3)
    await server.stop()
    const again = await started({ data })
    await until('the end', async () => (await again.client.getProjectionStatus('$by_category')).progress === 100)
    expect(await numbers(again.client)).to.deep.equal(range(3))
  })

  it('lose no link when the process dies before it is written, however they go on', async () => {
    const data = opened.directory()
    const lives: readonly (readonly string[])[] = [['--link-delay', '600000'], [], ['--link-delay', '600000'], ['--link-delay', '0']]
    for (const [life, options] of lives.entries()) {
      const server = await readyServer(['--port', '0', '--data', data, '--projections', ...options])
      const client = opened.client({ url: server.url } as EventStore)
      await client.appendToStream('cat-1', many(3, 3 * life))
      if (life % 2 === 0) expect((await numbers(client)).length).to.equal(3 * life)
      else {
        await until('the links', async () => (await numbers(client)).length >= 3 * (life + 1))
        expect(await numbers(client)).to.deep.equal(range(3 * (life + 1)))
      }
      await server.end('SIGKILL')
    }
  }).timeout(60_000)

  it('are switched to links in the append and back without a gap', async () => {
    const data = opened.directory()
    for (const [life, linkDelay] of [600_000, 0, 50, 0].entries()) {
      const { client, server } = await started({ data, linkDelay })
      await client.appendToStream('cat-1', many(2, 2 * life))
      if (life > 0) await until('the links', async () => (await numbers(client)).length >= 2 * (life + 1))
      expect(await numbers(client)).to.deep.equal(life === 0 ? [] : range(2 * (life + 1)))
      await server.stop()
    }
  })

  it('try again after a while when they could not write, and say so once', async () => {
    const log = openLog({ directory: 'memory' })
    const warnings: string[] = []
    const listen = ({ message }: Error): void => void (message === 'no room' && warnings.push(message))
    process.on('warning', listen)
    let refused = 0
    let isFull = false
    const write: OwnedLog['write'] = (work) => {
      if (!isFull) return log.write(work)
      refused += 1
      return Promise.reject(new Error('no room'))
    }
    const projections = new Projections({ ...log, write }, { now: Date.now, delay: 10, processed: new Map() })
    opened.after(async () => {
      process.off('warning', listen)
      await projections.close()
      await log.close()
    })
    await projections.start()
    await projections.enable(projections.find('$by_category')!)
    isFull = true
    await log.append('cat-1', 'any', [{ id: randomUUID(), type: 'A', isJson: true, data: Buffer.from('{}'), metadata: Buffer.alloc(0) }])
    await until('two tries', () => refused === 2)
    expect(log.lastRevision('$ce-cat')).to.equal(undefined)
    isFull = false
    await until('the link', () => log.lastRevision('$ce-cat') === 0n)
    expect(warnings).to.deep.equal(['no room'])
  })
})
