import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import features from '@eventstore/db-client/generated/serverfeatures_pb.js'
import persistentGrpc from '@eventstore/db-client/generated/persistent_grpc_pb.js'
import persistent from '@eventstore/db-client/generated/persistent_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import grpc from '@grpc/grpc-js'
import { expect } from 'chai'
import { until } from '../../test/support/until.ts'
import { connectEventStore } from './adapter.ts'

/** For nobody's secrets: both are in the repository. */
const certificate = new URL('../../test/event-store/localhost.cert.pem', import.meta.url)
const key = new URL('../../test/event-store/localhost.key.pem', import.meta.url)

const groupService = persistentGrpc.PersistentSubscriptionsService
const { path: readPath } = groupService.read

const delivery = (): persistent.ReadResp => {
  const record = new persistent.ReadResp.ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString('0b5d2c7e-6a41-4c39-9b0f-3f1f6f1f0a01'))
    .setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from('order-1')))
    .setStreamRevision('0')
    .setCommitPosition('9')
    .setPreparePosition('9')
    .setData(Buffer.from('{"n":1}'))
  record
    .getMetadataMap()
    .set('type', 'Happened')
    .set('created', '638412345678901234')
    .set('content-type', 'application/json')
  return new persistent.ReadResp().setEvent(new persistent.ReadResp.ReadEvent().setEvent(record))
}

/** Speaks TLS alone, and writes down by which method it is asked, by whom, and with what. */
const startSecureServer = async () => {
  const server = new grpc.Server()
  const asked: string[] = []
  const note = (method: string, metadata: grpc.Metadata) => {
    asked.push([method, metadata.get('authorization'), metadata.get('connection-name')].flat().map(String).join(' '))
  }
  const [, service = '', method = ''] = readPath.toLowerCase().split('/')
  server.addService(featuresGrpc.ServerFeaturesService, {
    getSupportedMethods: (_: unknown, answer: grpc.sendUnaryData<features.SupportedMethods>) => {
      const supported = new features.SupportedMethod()
        .setServiceName(service)
        .setMethodName(method)
        .setFeaturesList(['all', 'stream'])
      answer(null, new features.SupportedMethods().setEventStoreServerVersion('24.10.4').setMethodsList([supported]))
    },
  })
  server.addService(groupService, {
    read: (call: grpc.ServerDuplexStream<persistent.ReadReq, persistent.ReadResp>) => {
      note('read', call.metadata)
      call.on('data', (request: persistent.ReadReq) => {
        if (request.hasAck())
          asked.push(
            `ack ${request
              .getAck()
              ?.getIdsList()
              .map((id) => id.getString())
              .join(' ')}`,
          )
        if (!request.hasOptions()) return
        call.write(
          new persistent.ReadResp().setSubscriptionConfirmation(
            new persistent.ReadResp.SubscriptionConfirmation().setSubscriptionId('s'),
          ),
        )
        call.write(delivery())
      })
      call.on('end', () => call.end())
    },
  })
  const pair = { private_key: await readFile(key), cert_chain: await readFile(certificate) }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createSsl(null, [pair]), (error, bound) => {
      if (error === null) resolve(bound)
      else reject(error)
    })
  })
  return { port, asked, stop: () => server.forceShutdown() }
}

describe('a group of a server that speaks TLS', () => {
  it('is consumed under the name and with the password that the client was given', async () => {
    const server = await startSecureServer()
    const url = `esdb://ops:secret@localhost:${server.port}?tlsCAFile=${encodeURIComponent(fileURLToPath(certificate))}&connectionName=consumer`
    const store = await connectEventStore({ url })
    try {
      const connection = await store.connect('order', { bufferSize: 10 })
      for await (const { event, ackId } of connection.deliveries) {
        expect([event?.stream, event?.data]).to.deep.equal(['order-1', { n: 1 }])
        await connection.ack([ackId])
        await until('the acknowledgement has come', () => (server.asked.length > 1 ? true : undefined))
        break
      }
      expect(server.asked).to.deep.equal([
        `read Basic ${Buffer.from('ops:secret').toString('base64')} consumer`,
        'ack 0b5d2c7e-6a41-4c39-9b0f-3f1f6f1f0a01',
      ])
    } finally {
      await store.dispose()
      server.stop()
    }
  })
})
