// What the event store is measured against: a bare grpc-js server that answers with prepared messages and stores nothing.
// With `--data <folder>` every append is one durable lmdb put before it is answered, and delivered to the persistent subscriptions.
import { parseArgs } from 'node:util'
import grpc from '@grpc/grpc-js'
import persistentGrpc from '@eventstore/db-client/generated/persistent_grpc_pb.js'
import persistent from '@eventstore/db-client/generated/persistent_pb.js'
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import features from '@eventstore/db-client/generated/serverfeatures_pb.js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type streams from '@eventstore/db-client/generated/streams_pb.js'
import { open } from 'lmdb'
import { SERVER_VERSION } from '../src/version.ts'
import { benchData, benchMetadata } from './events.ts'
import { appended, confirmation, persistentEvent, readEvent } from './prepared.ts'

const {
  values: { data },
} = parseArgs({ options: { data: { type: 'string' } } })
const bytes = (message: Buffer): Buffer => message
const store = data === undefined ? undefined : open<Buffer, number>({ path: data, noSubdir: false, encoding: 'binary' })
const stored = Buffer.from(JSON.stringify({ benchData, benchMetadata }))
let puts = 0

/** Those to whom an append is delivered. */
const listening = new Set<grpc.ServerDuplexStream<persistent.ReadReq, Buffer>>()

const batchAppend = (call: grpc.ServerDuplexStream<streams.BatchAppendReq, Buffer>): void => {
  call.on('data', (request: streams.BatchAppendReq) => {
    const answer = appended(request.getCorrelationId()?.getString() ?? '')
    if (store === undefined) {
      call.write(answer)
      return
    }
    void store.put((puts += 1), stored).then(() => {
      for (const subscriber of listening) subscriber.write(persistentEvent)
      call.write(answer)
    })
  })
  call.on('end', () => call.end())
}

/** A read gets as many events as it asks for; a subscription gets them without end. */
const read = (call: grpc.ServerWritableStream<streams.ReadReq, Buffer>): void => {
  const options = call.request.getOptions()
  const isSubscription = options?.hasSubscription() === true
  let left = isSubscription ? Number.POSITIVE_INFINITY : Number(options?.getCount())
  const more = (): void => {
    while (left > 0 && !call.cancelled) {
      left -= 1
      if (!call.write(readEvent)) {
        call.once('drain', more)
        return
      }
    }
    call.end()
  }
  if (isSubscription) call.write(confirmation)
  more()
}

/** As many events as the window holds, then one for each that is acknowledged; only what is appended if appends are stored. */
const readPersistent = (call: grpc.ServerDuplexStream<persistent.ReadReq, Buffer>): void => {
  const send = (count: number): void => {
    for (let sent = 0; sent < count && store === undefined; sent += 1) call.write(persistentEvent)
  }
  call.on('data', (request: persistent.ReadReq) => {
    const options = request.getOptions()
    if (options === undefined) {
      send(request.getAck()?.getIdsList().length ?? 0)
      return
    }
    call.write(persistentConfirmation)
    listening.add(call)
    send(options.getBufferSize())
  })
  call.on('cancelled', () => listening.delete(call))
  call.on('end', () => call.end())
}

const persistentConfirmation = Buffer.from(
  new persistent.ReadResp()
    .setSubscriptionConfirmation(new persistent.ReadResp.SubscriptionConfirmation().setSubscriptionId('bare'))
    .serializeBinary(),
)

const supported = new features.SupportedMethods()
  .setEventStoreServerVersion(SERVER_VERSION)
  .setMethodsList([
    new features.SupportedMethod()
      .setServiceName('event_store.client.streams.streams')
      .setMethodName('batchappend')
      .setFeaturesList([]),
  ])

const streamsService = streamsGrpc.StreamsService
const persistentService = persistentGrpc.PersistentSubscriptionsService
const server = new grpc.Server()
server.addService(
  {
    batchAppend: { ...streamsService.batchAppend, responseSerialize: bytes },
    read: { ...streamsService.read, responseSerialize: bytes },
  },
  { batchAppend, read },
)
server.addService({ read: { ...persistentService.read, responseSerialize: bytes } }, { read: readPersistent })
server.addService(featuresGrpc.ServerFeaturesService, {
  getSupportedMethods: (_call: unknown, callback: grpc.sendUnaryData<features.SupportedMethods>) =>
    callback(null, supported),
})
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error
  process.stdout.write(`ready at esdb://127.0.0.1:${port}?tls=false\n`)
})
process.stdin.on('close', () => process.exit(0)).resume()
