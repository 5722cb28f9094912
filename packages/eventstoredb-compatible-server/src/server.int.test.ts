import http from 'node:http'
import net from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import grpc from '@grpc/grpc-js'
import {
  EventStoreDBClient,
  jsonEvent,
  PersistentSubscriptionDroppedError,
  persistentSubscriptionToStreamSettingsFromDefaults,
  START,
  UnavailableError,
} from '@eventstore/db-client'
import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js'
import type gossip from '@eventstore/db-client/generated/gossip_pb.js'
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import type features from '@eventstore/db-client/generated/serverfeatures_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import { expect } from 'chai'
import { collect } from './testing/collect.ts'
import { Opened } from './testing/running-server.ts'
import { errorOf, until } from './testing/until.ts'
import { SERVER_VERSION } from './version.ts'

const event = () => jsonEvent({ type: 'Happened', data: {} })

const request = (port: number, method: string, path: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    http
      .request({ port, method, path, host: '127.0.0.1' }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      .on('error', reject)
      .end()
  })

describe('the server', () => {
  const opened = new Opened()
  afterEach(() => opened.close())

  it('lists its methods with their features, and its version (1.3)', async () => {
    const server = await opened.server()
    const client = new featuresGrpc.ServerFeaturesClient(`127.0.0.1:${server.port}`, grpc.credentials.createInsecure())
    opened.after(async () => client.close())
    const answer = await new Promise<features.SupportedMethods>((resolve, reject) =>
      client.getSupportedMethods(new shared.Empty(), (error, response) => (error ? reject(error) : resolve(response))),
    )
    const listed = Object.fromEntries(
      answer
        .getMethodsList()
        .map((method) => [`${method.getServiceName()}/${method.getMethodName()}`, method.getFeaturesList()]),
    )
    expect(answer.getEventStoreServerVersion()).to.equal(SERVER_VERSION)
    expect(listed['event_store.client.streams.streams/batchappend']).to.deep.equal(['deadline_duration'])
    expect(listed['event_store.client.streams.streams/read']).to.deep.equal(['position', 'events'])
    const groups = Object.entries(listed).filter(([path]) =>
      path.startsWith('event_store.client.persistent_subscriptions.'),
    )
    expect(groups.map(([path]) => path.split('/')[1]).sort()).to.deep.equal([
      'create',
      'delete',
      'getinfo',
      'list',
      'read',
      'replayparked',
      'restartsubsystem',
      'update',
    ])
    expect(groups.every(([, names]) => names.join() === 'stream,all')).to.equal(true)
  })

  it('tells discovering clients that it is the leader (1.1)', async () => {
    const server = await opened.server()
    const raw = new gossipGrpc.GossipClient(`127.0.0.1:${server.port}`, grpc.credentials.createInsecure())
    opened.after(async () => raw.close())
    const info = await new Promise<gossip.ClusterInfo>((resolve, reject) =>
      raw.read(new shared.Empty(), (error, response) => (error ? reject(error) : resolve(response))),
    )
    const [member] = info.toObject().membersList
    expect([member?.state, member?.isAlive, member?.httpEndPoint]).to.deep.equal([
      8,
      true,
      { address: '127.0.0.1', port: server.port },
    ])
    const client = EventStoreDBClient.connectionString(`esdb+discover://127.0.0.1:${server.port}?tls=false`)
    opened.after(() => client.dispose())
    expect((await client.appendToStream('s', event())).success).to.equal(true)
  })

  it('answers HTTP/1.1 on the same port (7.1)', async () => {
    const { port } = await opened.server()
    const answers = [
      await request(port, 'GET', '/health/live'),
      await request(port, 'HEAD', '/health/live'),
      await request(port, 'POST', '/health/live'),
      await request(port, 'GET', '/health/live?liveCode=200'),
      await request(port, 'GET', '/nothing'),
    ]
    expect(answers).to.deep.equal([204, 204, 405, 200, 404])
  })

  it('takes a request that comes in one byte at a time', async () => {
    const { port } = await opened.server()
    const socket = net.connect(port, '127.0.0.1')
    opened.after(async () => socket.destroy())
    let answer = ''
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text))
    for (const byte of 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n') {
      await new Promise((resolve) => socket.write(byte, resolve))
    }
    await until('the answer', () => answer.startsWith('HTTP/1.1 204'))
  })

  it('survives connections that speak nonsense', async () => {
    const server = await opened.server()
    const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
    for (const nonsense of [
      '\0\0\0',
      `${preface}${'x'.repeat(1_000)}`,
      preface.slice(0, 10),
      'GET // HTTP/1.1\r\nHost: x\r\n\r\n',
      'GET\r\n\r\n',
    ]) {
      const socket = net.connect(server.port, '127.0.0.1')
      socket.on('error', () => undefined)
      await new Promise((resolve) => socket.write(nonsense, resolve))
      socket.end()
      await new Promise((resolve) => socket.resume().once('close', resolve))
    }
    expect((await opened.client(server).appendToStream('s', event())).success).to.equal(true)
  })

  it('takes no message above 16 MiB, and lives on (1.5, 2.2)', async () => {
    const client = opened.client(await opened.server())
    const huge = jsonEvent({ type: 'Huge', data: { text: 'x'.repeat(17 * 1024 * 1024) } })
    expect(await errorOf(client.appendToStream('s', huge))).to.be.an('error')
    expect((await client.appendToStream('s', event())).success).to.equal(true)
  })

  it('gives a connection a hundred calls at a time; the rest wait without a word (1.5)', async () => {
    const client = opened.client(await opened.server())
    const errors: unknown[] = []
    let confirmed = 0
    const subscriptions = Array.from({ length: 103 }, () => client.subscribeToAll({ fromPosition: START }))
    for (const subscription of subscriptions)
      subscription.on('error', (error) => errors.push(error)).on('confirmation', () => (confirmed += 1))
    await until('a hundred calls', () => confirmed === 100)
    const waiting = await Promise.race([collect(client.readStream('s')).catch(() => 'answered'), pause(300, 'waiting')])
    expect([waiting, confirmed, errors]).to.deep.equal(['waiting', 100, []])
  })

  it('ends persistent subscriptions as dropped and others as unavailable when it stops, within two seconds (1.7)', async () => {
    const server = await opened.server()
    const client = opened.client(server)
    await client.createPersistentSubscriptionToStream('s', 'g', persistentSubscriptionToStreamSettingsFromDefaults())
    const errors: unknown[] = []
    const ready: string[] = []
    client
      .subscribeToPersistentSubscriptionToStream('s', 'g')
      .on('error', (error) => errors.push(error))
      .on('confirmation', () => ready.push('group'))
      .on('data', () => undefined)
    client
      .subscribeToStream('s')
      .on('error', (error) => errors.push(error))
      .on('caughtUp', () => ready.push('stream'))
      .on('data', () => undefined)
    await until('both', () => ready.length === 2)
    const began = performance.now()
    await server.stop()
    expect(performance.now() - began).to.be.lessThan(2_000)
    await until('both errors', () => errors.length === 2)
    expect(
      errors.map((error) => [error instanceof PersistentSubscriptionDroppedError, error instanceof UnavailableError]),
    ).to.deep.equal([
      [true, false],
      [false, true],
    ])
  })

  it('breaks off everything when killed (1.7)', async () => {
    const server = await opened.server()
    const client = opened.client(server)
    const errors: unknown[] = []
    let ready = false
    client
      .subscribeToStream('s')
      .on('error', (error) => errors.push(error))
      .on('caughtUp', () => (ready = true))
      .on('data', () => undefined)
    await until('caught up', () => ready)
    await server.kill()
    await until('the error', () => errors.length === 1)
    expect(errors[0]).to.be.instanceOf(UnavailableError)
  })

  it('serves the same client again after a restart on the same port and data (1.7)', async () => {
    const data = opened.directory()
    const first = await opened.server({ data })
    const client = opened.client(first)
    await client.appendToStream('s', event())
    await first.kill()
    await opened.server({ data, port: first.port })
    await until(
      'the client works again',
      async () => {
        try {
          await client.appendToStream('s', event())
          return true
        } catch (error) {
          if (error instanceof Error) return false
          throw error
        }
      },
      15_000,
    )
    expect((await collect(client.readStream('s'))).length).to.equal(2)
  })
})
