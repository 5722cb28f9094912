import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { jsonEvent, type EventStoreDBClient } from '@eventstore/db-client'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import grpc from '@grpc/grpc-js'
import { expect } from 'chai'
import empty from 'google-protobuf/google/protobuf/empty_pb.js'
import { collect } from '../testing/collect.ts'
import { readRequest } from '../testing/raw-read.ts'
import { Opened } from '../testing/running-server.ts'
import { until } from '../testing/until.ts'
import type { ControlledEventStore } from './controlled-event-store.ts'

const event = () => jsonEvent({ type: 'Happened', data: {} })

describe('faults on demand, at the wire', () => {
  const opened = new Opened()
  let server: ControlledEventStore
  let client: EventStoreDBClient
  beforeEach(async () => {
    server = await opened.controlled()
    client = opened.client(server)
    await client.appendToStream('s', event())
  })
  afterEach(() => opened.close())

  const lengthOf = async (stream: string): Promise<number> => (await collect(client.readStream(stream))).length

  /** One append on a batch stream of its own, which is closed at once: what comes, and how it ends. */
  const appendAndClose = () => {
    const call = opened.raw(server).batchAppend()
    const seen: string[] = []
    call
      .on('data', () => seen.push('answer'))
      .on('status', ({ code }: grpc.StatusObject) => seen.push(grpc.status[code]))
      .on('error', () => undefined)
    const message = new streams.BatchAppendReq.ProposedMessage().setId(new shared.UUID().setString(randomUUID()))
    message.getMetadataMap().set('type', 'Happened').set('content-type', 'application/json')
    call.write(
      new streams.BatchAppendReq()
        .setCorrelationId(new shared.UUID().setString(randomUUID()))
        .setOptions(
          new streams.BatchAppendReq.Options()
            .setAny(new empty.Empty())
            .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(new Uint8Array(Buffer.from('t')))),
        )
        .setProposedMessagesList([message])
        .setIsFinal(true),
    )
    call.end()
    return { call, seen }
  }

  it('answers late also where the client has said that no more comes; the end comes after the answer', async () => {
    server.faults.answerLate('append', 100)
    const { seen } = appendAndClose()
    await until('the end', () => seen.includes('OK'))
    expect(seen).to.deep.equal(['answer', 'OK'])
  })

  it('does not answer at all, and the call stays open until the client gives up', async () => {
    server.faults.answerNever('append')
    const { call, seen } = appendAndClose()
    await until('the event', async () =>
      lengthOf('t').then(
        (length) => length === 1,
        () => false,
      ),
    )
    // That nothing comes can only be seen in time.
    await pause(100)
    expect(seen).to.deep.equal([])
    const before = server.faults.counts().calls
    call.cancel()
    await until('it is gone', () => server.faults.counts().calls === before - 1)
  })

  it('what was held for a call that is over uses up nothing that is planned for others', async () => {
    server.faults.pauseDelivery('read')
    const call = opened.raw(server).read(readRequest({ stream: 's', from: 'start', count: '1' }))
    call.on('error', () => undefined)
    await until('it is there', () => server.faults.counts().calls === 2)
    call.cancel()
    await until('it is gone', () => server.faults.counts().calls === 1)
    server.faults.answerNever('read')
    server.faults.resumeDelivery('read')
    expect(await Promise.race([lengthOf('s'), pause(200, 'silence')])).to.equal('silence')
    expect(await lengthOf('s')).to.equal(1)
  })
})
