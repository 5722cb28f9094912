import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import type { Readable } from 'node:stream'
import grpc from '@grpc/grpc-js'
import persistentGrpc from '@eventstore/db-client/generated/persistent_grpc_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { expect } from 'chai'
import type { ControlledEventStore } from './faults/controlled-event-store.ts'
import { readRequest } from './testing/raw-read.ts'
import { Opened } from './testing/running-server.ts'
import { until } from './testing/until.ts'

describe('a server that stops (1.7)', () => {
  const opened = new Opened()
  let server: ControlledEventStore
  beforeEach(async () => {
    server = await opened.controlled()
  })
  afterEach(() => opened.close())

  const stopped = async (): Promise<number> => {
    const began = performance.now()
    await server.stop()
    return performance.now() - began
  }

  it('ends calls that have not said what they want, or are not at an end with it, or wait for their turn, as unavailable', async () => {
    const raw = opened.raw(server)
    const groups = new persistentGrpc.PersistentSubscriptionsClient(
      `127.0.0.1:${server.port}`,
      grpc.credentials.createInsecure(),
    )
    opened.after(async () => groups.close())
    const codes: number[] = []
    const watch = (call: Readable): void =>
      void call.on('error', ({ code }: grpc.ServiceError) => codes.push(code)).on('data', () => undefined)
    const append = (): grpc.ClientWritableStream<streams.AppendReq> =>
      raw.append((error) => codes.push(error?.code ?? grpc.status.OK))
    append()
    append().write(
      new streams.AppendReq().setOptions(
        new streams.AppendReq.Options()
          .setAny(new shared.Empty())
          .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(new Uint8Array(Buffer.from('s')))),
      ),
    )
    watch(groups.read())
    await until('all are there', () => server.faults.counts().calls === 3)
    for (let count = 0; count < 110; count += 1) watch(raw.read(readRequest({ from: 'start' })))
    await until('all are there', () => server.faults.counts().calls === 113)
    expect(await stopped()).to.be.lessThan(900)
    expect(codes).to.deep.equal(Array(113).fill(grpc.status.UNAVAILABLE))
  })

  it('tells a client so whose answers are held up, after it has waited for them', async () => {
    server.faults.pauseDelivery('read')
    const codes: number[] = []
    opened
      .raw(server)
      .read(readRequest({ from: 'start' }))
      .on('error', ({ code }: grpc.ServiceError) => codes.push(code))
      .on('data', () => undefined)
    await until('it is there', () => server.faults.counts().calls === 1)
    expect(await stopped()).to.be.lessThan(2_000)
    expect(codes).to.deep.equal([grpc.status.UNAVAILABLE])
  })

  it('does not wait for connections on which nothing is asked', async () => {
    const agent = new http.Agent({ keepAlive: true })
    opened.after(async () => agent.destroy())
    const response = await new Promise<http.IncomingMessage>((resolve) =>
      http.get({ port: server.port, path: '/ping', agent }, resolve),
    )
    await once(response.resume(), 'end')
    const silent = net.connect(server.port, '127.0.0.1')
    await until('both are there', () => server.faults.counts().connections === 2)
    expect(await stopped()).to.be.lessThan(900)
    silent.destroy()
  })
})
