import { randomUUID } from 'node:crypto'
import http2 from 'node:http2'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  END,
  jsonEvent,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  type EventStoreDBClient,
} from '@eventstore/db-client'
import persistentGrpc from '@eventstore/db-client/generated/persistent_grpc_pb.js'
import persistent from '@eventstore/db-client/generated/persistent_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js'
import grpc from '@grpc/grpc-js'
import empty from 'google-protobuf/google/protobuf/empty_pb.js'
import { expect } from 'chai'
import type { ControlledEventStore } from './faults/controlled-event-store.ts'
import { readRequest } from './testing/raw-read.ts'
import { Opened } from './testing/running-server.ts'
import { until } from './testing/until.ts'

const identifier = (stream: string) => new shared.StreamIdentifier().setStreamName(new Uint8Array(Buffer.from(stream)))
const big = (size: number) => jsonEvent({ type: 'Big', data: { text: 'x'.repeat(size) } })

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

type Cancellable = { cancel(): void; on(event: 'error' | 'data', listener: () => void): unknown }

describe('clients that do not read, or go away, cost nothing (11)', () => {
  const opened = new Opened()
  let server: ControlledEventStore
  let client: EventStoreDBClient
  let raw: StreamsClient
  let groups: InstanceType<typeof persistentGrpc.PersistentSubscriptionsClient>

  beforeEach(async () => {
    server = await opened.controlled()
    client = opened.client(server)
    await client.appendToStream('s', [big(10), big(10), big(10)])
    await client.createPersistentSubscriptionToStream(
      's',
      'g',
      persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START }),
    )
    raw = opened.raw(server)
    groups = new persistentGrpc.PersistentSubscriptionsClient(
      `127.0.0.1:${server.port}`,
      grpc.credentials.createInsecure(),
    )
    opened.after(async () => groups.close())
  })
  afterEach(() => opened.close())

  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length

  const batchChunk = (final: boolean): streams.BatchAppendReq => {
    const message = new streams.BatchAppendReq.ProposedMessage()
      .setId(new shared.UUID().setString(randomUUID()))
      .setData(new Uint8Array(10))
    message.getMetadataMap().set('type', 'Batched').set('content-type', 'application/json')
    return new streams.BatchAppendReq()
      .setCorrelationId(new shared.UUID().setString(randomUUID()))
      .setOptions(new streams.BatchAppendReq.Options().setAny(new empty.Empty()).setStreamIdentifier(identifier('t')))
      .setProposedMessagesList([message])
      .setIsFinal(final)
  }

  /** A call in each state that a client can leave it in. Nobody reads from those that are paused. */
  const states: Readonly<Record<string, () => Cancellable>> = {
    'a subscription that has caught up': () =>
      raw.read(readRequest({ stream: 's', from: 'start' })).on('data', () => undefined),
    'a subscription to $all': () => raw.read(readRequest({ from: 'start' })).on('data', () => undefined),
    'a subscription that is not read': () => raw.read(readRequest({ stream: 'large', from: 'start' })).pause(),
    'a read that is not read': () =>
      raw.read(readRequest({ stream: 'large', from: 'start', count: '9007199254740991' })).pause(),
    'an append without its end': () => {
      const call = raw.append(() => undefined)
      call.write(
        new streams.AppendReq().setOptions(
          new streams.AppendReq.Options().setStreamIdentifier(identifier('t')).setAny(new shared.Empty()),
        ),
      )
      return call
    },
    'an empty append call': () => raw.append(() => undefined),
    'a batch stream with an append that is not complete': () => {
      const call = raw.batchAppend()
      call.on('data', () => undefined).write(batchChunk(false))
      return call
    },
    'a batch stream with appends under way': () => {
      const call = raw.batchAppend()
      call.on('data', () => undefined)
      for (let n = 0; n < 50; n += 1) call.write(batchChunk(true))
      return call
    },
    'a consumer with messages in flight': () => {
      const call = groups.read()
      call
        .on('data', () => undefined)
        .write(
          new persistent.ReadReq().setOptions(
            new persistent.ReadReq.Options().setStreamIdentifier(identifier('s')).setGroupName('g').setBufferSize(10),
          ),
        )
      return call
    },
    'a consumer that has not said what it wants': () => groups.read().on('data', () => undefined),
  }

  const begin = async (): Promise<{
    calls: Cancellable[]
    before: ReturnType<typeof server.faults.counts>
    timersBefore: number
  }> => {
    for (let n = 0; n < 20; n += 1) await client.appendToStream('large', big(200_000))
    const before = server.faults.counts()
    const timersBefore = timers()
    const calls = Object.values(states).map((open) => open())
    for (const call of calls) call.on('error', () => undefined)
    await until('all calls', () => server.faults.counts().calls === before.calls + calls.length)
    await until(
      'the messages',
      async () => (await client.getPersistentSubscriptionToStreamInfo('s', 'g')).stats.totalInFlightMessages === 3,
    )
    return { calls, before, timersBefore }
  }

  it('when they cancel in any state', async () => {
    const { calls, before, timersBefore } = await begin()
    expect(server.faults.counts().listeners).to.be.greaterThan(before.listeners)
    for (const call of calls) call.cancel()
    await until('no call is left', () => server.faults.counts().calls === before.calls)
    expect(server.faults.counts().listeners).to.equal(before.listeners)
    expect((await client.getPersistentSubscriptionToStreamInfo('s', 'g')).connections).to.deep.equal([])
    await until('no timer is left', () => timers() <= timersBefore)
  }).timeout(30_000)

  it('when their connection breaks in any state', async () => {
    const { before } = await begin()
    server.faults.dropConnections()
    await until('no call is left', () => server.faults.counts().calls === 0)
    await until('no listener is left', () => server.faults.counts().listeners === before.listeners)
    const next = opened.client(server)
    // All clients here share connections, so this one may yet meet the broken one.
    await until(
      'the client is back',
      async () =>
        next.appendToStream('s', big(1)).then(
          () => true,
          () => false,
        ),
      15_000,
    )
    expect((await next.getPersistentSubscriptionToStreamInfo('s', 'g')).connections).to.deep.equal([])
    expect((await next.appendToStream('s', big(1))).success).to.equal(true)
  }).timeout(30_000)

  it('when the server stops, which takes it two seconds at most (1.7)', async () => {
    await begin()
    const began = performance.now()
    await server.stop()
    expect(performance.now() - began).to.be.lessThan(2_000)
    await until('nothing is left', () => Object.values(server.faults.counts()).every((count) => count === 0))
  }).timeout(30_000)

  it('a subscriber that does not read is not written to without end, and others are served meanwhile', async () => {
    // The server's own: groups and projections.
    const own = server.faults.counts().listeners
    // Over bare HTTP/2: the client's library would read on by itself, whatever is done with its stream.
    const session = http2.connect(`http://127.0.0.1:${server.port}`)
    const paused = session.request({
      ':method': 'POST',
      ':path': '/event_store.client.streams.Streams/Read',
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    const message = Buffer.from(readRequest({ from: 'end' }).serializeBinary())
    const prefix = Buffer.alloc(5)
    prefix.writeUInt32BE(message.length, 1)
    paused.on('error', () => undefined).end(Buffer.concat([prefix, message]))
    await until('subscribed', () => server.faults.counts().listeners === own + 1)
    let served = 0
    client
      .subscribeToAll({ fromPosition: END })
      .on('error', () => undefined)
      .on('data', () => (served += 1))
    await until('both subscribed', () => server.faults.counts().listeners === own + 2)
    opened.after(async () => session.destroy())
    const append = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n += 1) await client.appendToStream('flood', big(200_000))
    }
    /** What is in buffers; freed ones are taken off the count some time after the collection. */
    const held = (): number => {
      collectGarbage()
      return process.memoryUsage().arrayBuffers
    }
    await append(60)
    const first = held()
    await append(80)
    await until('the other has all', () => served === 140)
    // 16 MB went by between the two.
    await until('no more is held than before, or little', () => held() - first < 6_000_000)
    paused.close()
    await until('gone', () => server.faults.counts().listeners === own + 1)
  }).timeout(60_000)

  it('a flood of appends that are never completed is bounded, each answered once', async () => {
    const call = raw.batchAppend()
    const answers: string[] = []
    call.on('error', () => undefined)
    call.on('data', (answer: streams.BatchAppendResp) => answers.push(answer.getError()?.getMessage() ?? 'success'))
    const body = new Uint8Array(900_000)
    for (let n = 0; n < 80; n += 1) {
      const chunk = batchChunk(false)
      chunk.getProposedMessagesList()[0]?.setData(body)
      if (!call.write(chunk)) await new Promise((resolve) => call.once('drain', resolve))
    }
    await until('an answer for each', () => answers.length === 80, 10_000)
    expect(new Set(answers)).to.deep.equal(new Set(['Timeout']))
    expect((await client.appendToStream('s', big(1))).success).to.equal(true)
    call.cancel()
  }).timeout(30_000)

  it('a call that waits behind a hundred others goes ahead when one of them is cancelled (1.5)', async () => {
    const own = server.faults.counts().listeners
    const calls = Array.from({ length: 100 }, () =>
      raw.read(readRequest({ stream: 'nothing', from: 'start' })).on('data', () => undefined),
    )
    for (const call of calls) call.on('error', () => undefined)
    await until('a hundred', () => server.faults.counts().listeners === own + 100)
    let answered = false
    raw
      .read(readRequest({ stream: 's', from: 'start', count: '1' }))
      .on('error', () => undefined)
      .on('data', () => (answered = true))
    // That nothing comes can only be seen in time.
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(answered).to.equal(false)
    calls[0]?.cancel()
    await until('the answer', () => answered)
    for (const call of calls) call.cancel()
  }).timeout(20_000)
})
