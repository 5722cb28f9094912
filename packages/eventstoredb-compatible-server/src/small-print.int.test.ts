import { once } from 'node:events'
import http2 from 'node:http2'
import {
  END,
  FORWARDS,
  jsonEvent,
  NO_STREAM,
  persistentSubscriptionToStreamSettingsFromDefaults as streamDefaults,
  START,
  StreamDeletedError,
  StreamNotFoundError,
  type EventStoreDBClient,
  type ResolvedEvent,
} from '@eventstore/db-client'
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js'
import { expect } from 'chai'
import type { EventStore } from './options.ts'
import { readyServer } from './testing/child-server.ts'
import { collect } from './testing/collect.ts'
import { rawRead } from './testing/raw-read.ts'
import { Opened } from './testing/running-server.ts'
import { errorOf, until } from './testing/until.ts'

const event = (id?: string) => jsonEvent({ type: 'Happened', data: {}, ...(id === undefined ? {} : { id }) })

describe('small print', () => {
  const opened = new Opened()
  let server: EventStore
  let client: EventStoreDBClient
  let raw: StreamsClient
  before(async () => {
    server = await opened.server()
    client = opened.client(server)
    raw = opened.raw(server)
  })
  after(() => opened.close())

  it('HTTP/2 pings are answered on an idle connection (1.5)', async () => {
    const session = http2.connect(`http://127.0.0.1:${server.port}`)
    await once(session, 'connect')
    for (let n = 0; n < 20; n += 1) {
      await new Promise<void>((resolve, reject) =>
        session.ping((error) => (error === null ? resolve() : reject(error))),
      )
    }
    session.destroy()
  })

  it('errors arrive whatever the stream is called, its name shortened if need be (2.6)', async () => {
    for (const name of ['ünï-çødé', 'x'.repeat(100_000), '€'.repeat(30_000), 'tab\tnew\nline']) {
      await client.tombstoneStream(name)
      const error = await errorOf(collect(client.readStream(name)))
      expect(error).to.be.instanceOf(StreamDeletedError)
      expect(error).to.have.property('streamName').that.has.length.lessThan(4_100)
    }
  })

  it('a read of nothing, and one forwards from the end, are empty (3.4, 3.5)', async () => {
    await client.appendToStream('few', event())
    expect(await collect(client.readStream('few', { fromRevision: END, direction: FORWARDS }))).to.deep.equal([])
    expect(await collect(client.readStream('few', { maxCount: 0 }))).to.deep.equal([])
    expect(await collect(client.readAll({ fromPosition: END, direction: FORWARDS }))).to.deep.equal([])
    expect(await collect(client.readAll({ maxCount: 0 }))).to.deep.equal([])
    expect(await errorOf(collect(client.readStream('none', { maxCount: 0 })))).to.be.instanceOf(StreamNotFoundError)
  })

  it('a prepare position above the commit position, and one backwards beyond the head, are refused (3.5)', async () => {
    const above = await rawRead(raw, { from: { commit: '5', prepare: '6' }, count: '1' })
    const beyond = await rawRead(raw, {
      from: { commit: '999999999', prepare: '999999999' },
      count: '1',
      direction: 'backwards',
    })
    expect([above.code, beyond.code]).to.deep.equal([2, 2])
    const { position } = await client.appendToStream('placed', event())
    const below = await rawRead(raw, { from: { commit: String(position?.commit), prepare: '3' }, count: '1' })
    expect(below.code).to.equal(0)
  })

  it('$all is no stream: reading it finds none, writing to it is denied (2.1, 3.4)', async () => {
    expect(await errorOf(collect(client.readStream('$all')))).to.be.instanceOf(StreamNotFoundError)
    expect(await errorOf(client.appendToStream('$all', event()))).to.have.property('type', 'access-denied')
  })

  it('ids come back in lower case (3.1)', async () => {
    const id = 'ABCDEF00-0000-4000-8000-00000000000A'
    await client.appendToStream('ids', event(id))
    const [first] = await collect(client.readStream('ids'))
    expect(first?.event?.id).to.equal(id.toLowerCase())
    await client.appendToStream('ids', event(id.toLowerCase()))
    expect((await collect(client.readStream('ids'))).length).to.equal(1)
  })

  it('the tombstone itself reaches live subscribers before its error (3.7.3)', async () => {
    await client.appendToStream('burns', event())
    const said: string[] = []
    client
      .subscribeToStream('burns', { fromRevision: START })
      .on('error', (error) => said.push(error.constructor.name))
      .on('caughtUp', () => said.push('caught up'))
      .on('data', ({ event: recorded }: ResolvedEvent) => said.push(`${recorded?.type}/${recorded?.revision}`))
    await until('caught up', () => said.includes('caught up'))
    await client.tombstoneStream('burns')
    await until('the error', () => said.length === 4)
    expect(said).to.deep.equal(['Happened/0', 'caught up', '$streamDeleted/9223372036854775807', 'StreamDeletedError'])
  })

  it('an append is recognised after a restart at its revision; at any revision too, except in strict mode (2.4, 11)', async () => {
    const lengths: number[] = []
    for (const strict of [false, true]) {
      const data = opened.directory()
      const [any, exact] = [event(), event()]
      const first = await opened.server({ data, strict })
      const before = opened.client(first)
      await before.appendToStream('any', any)
      await before.appendToStream('exact', exact, { expectedRevision: NO_STREAM })
      await first.stop()
      const again = opened.client(await opened.server({ data, strict }))
      await again.appendToStream('any', any)
      await again.appendToStream('exact', exact, { expectedRevision: NO_STREAM })
      for (const stream of ['any', 'exact']) lengths.push((await collect(again.readStream(stream))).length)
    }
    expect(lengths).to.deep.equal([1, 1, 2, 1])
  })

  it('every call that has ended is a line, if asked for', async () => {
    const lines: string[] = []
    const other = await opened.server({ verbose: (line) => lines.push(line) })
    const caller = opened.client(other)
    await caller.tombstoneStream('gone')
    await errorOf(collect(caller.readStream('gone')))
    const subscription = caller.subscribeToAll()
    subscription.on('error', () => undefined).on('confirmation', () => void subscription.unsubscribe())
    await until('three lines', () => lines.length === 3)
    expect(lines.map((line) => line.replace(/\d+ ms/, 'n ms'))).to.deep.equal([
      'Streams/Tombstone OK (n ms)',
      "Streams/Read FAILED_PRECONDITION: Event stream 'gone' is deleted. (n ms)",
      'Streams/Read cancelled by the client (n ms)',
    ])
  })

  it('the command line takes --projections, --strict, --lose-messages and --verbose', async () => {
    const child = await readyServer([
      '--port',
      '0',
      '--memory',
      '--projections',
      '--strict',
      '--lose-messages',
      '--verbose',
    ])
    const port = /:(\d+)\?/.exec(child.url)?.[1] ?? ''
    let output = ''
    child.child.stdout.on('data', (text: string) => (output += text))
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    expect(metrics).to.include('eventstore_projection_running{projection="$by_category"} 1\n')
    const caller = opened.client({ url: child.url } as EventStore)
    await caller.tombstoneStream('gone')
    await until('the line', () => output.includes('event-store: Streams/Tombstone OK'))
    await caller.createPersistentSubscriptionToStream('s', 'g', streamDefaults({ startFrom: END }))
    await caller.appendToStream('s', jsonEvent({ type: 'Lost', data: {} }))
    await caller.restartPersistentSubscriptionSubsystem()
    const types: unknown[] = []
    caller
      .subscribeToPersistentSubscriptionToStream('s', 'g')
      .on('error', () => undefined)
      .on('data', ({ event: recorded }: ResolvedEvent) => types.push(recorded?.type))
    await caller.appendToStream('s', jsonEvent({ type: 'Found', data: {} }))
    await until('the event after the loss', () => types.includes('Found'))
    expect(types).to.deep.equal(['Found'])
    expect(await child.end('SIGTERM')).to.equal(0)
  })
})
