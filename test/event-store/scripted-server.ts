import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import grpc from '@grpc/grpc-js'
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import features from '@eventstore/db-client/generated/serverfeatures_pb.js'
import persistentGrpc from '@eventstore/db-client/generated/persistent_grpc_pb.js'
import persistent from '@eventstore/db-client/generated/persistent_pb.js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'

/** What is said from now on, whatever is asked. */
export type Script = {
  /** Reads and catch-up subscriptions; the call ends after it, unless a subscription is confirmed. */
  read: readonly streams.ReadResp[]
  append: streams.BatchAppendResp.Success
  consume: readonly persistent.ReadResp[]
  info: persistent.SubscriptionInfo
  /** Appending and consuming: the call ends in good order at the first thing that is asked. */
  endsCalls: boolean
}

/** Says what it is told to say, word for word: for what no server at hand can be brought to say. */
export type ScriptedServer = {
  readonly url: string
  readonly script: Script
  /** What has been asked of it, by method; acknowledgements and parks by the ids in them. */
  readonly asked: string[]
  /** Where in `$all` each read was to begin: `start`, or commit and prepare position. */
  readonly readFrom: string[]
  /** Who has asked, by method: the authorization and the name of the connection. */
  readonly askedBy: string[]
  close(): void
}

const services = [streamsGrpc.StreamsService, persistentGrpc.PersistentSubscriptionsService]

/** Every method, with every feature that the client asks for. */
const supported = () =>
  new features.SupportedMethods().setEventStoreServerVersion('24.10.0').setMethodsList(
    services
      .flatMap((service) => Object.values(service))
      .map(({ path }: { readonly path: string }) => {
        const [, name = '', method = ''] = path.toLowerCase().split('/')
        return new features.SupportedMethod()
          .setServiceName(name)
          .setMethodName(method)
          .setFeaturesList(['all', 'stream', 'deadline_duration'])
      }),
  )

const idsIn = (ids: readonly { getString(): string }[]): string => ids.map((id) => id.getString()).join(' ')

/** For nobody's secrets: both are in the repository. */
const certificate = new URL('./localhost.cert.pem', import.meta.url)
const key = new URL('./localhost.key.pem', import.meta.url)

const secureCredentials = async (): Promise<grpc.ServerCredentials> =>
  grpc.ServerCredentials.createSsl(null, [
    { private_key: await readFile(key), cert_chain: await readFile(certificate) },
  ])

/** `secure`: it speaks TLS alone, and its address names the user `ops` and the password `secret`. */
export const startScriptedServer = async ({ secure = false } = {}): Promise<ScriptedServer> => {
  const server = new grpc.Server()
  const asked: string[] = []
  const askedBy: string[] = []
  const readFrom: string[] = []
  const note = (method: string, { metadata }: { readonly metadata: grpc.Metadata }) => {
    askedBy.push([method, metadata.get('authorization'), metadata.get('connection-name')].flat().map(String).join(' '))
  }
  const script: Script = {
    read: [],
    append: new streams.BatchAppendResp.Success(),
    consume: [],
    info: new persistent.SubscriptionInfo(),
    endsCalls: false,
  }
  server.addService(featuresGrpc.ServerFeaturesService, {
    getSupportedMethods: (_: unknown, answer: grpc.sendUnaryData<features.SupportedMethods>) => {
      answer(null, supported())
    },
  })
  server.addService(streamsGrpc.StreamsService, {
    read: (call: grpc.ServerWritableStream<streams.ReadReq, streams.ReadResp>) => {
      asked.push('read')
      note('read', call)
      const from = call.request.getOptions()?.getAll()?.getPosition()
      readFrom.push(from === undefined ? 'start' : `${from.getCommitPosition()}/${from.getPreparePosition()}`)
      for (const message of script.read) call.write(message)
      if (!script.read.some((message) => message.hasConfirmation())) call.end()
    },
    batchAppend: (call: grpc.ServerDuplexStream<streams.BatchAppendReq, streams.BatchAppendResp>) => {
      note('append', call)
      call.on('data', (request: streams.BatchAppendReq) => {
        asked.push('append')
        if (script.endsCalls) {
          call.end()
          return
        }
        call.write(new streams.BatchAppendResp().setCorrelationId(request.getCorrelationId()).setSuccess(script.append))
      })
    },
  })
  server.addService(persistentGrpc.PersistentSubscriptionsService, {
    read: (call: grpc.ServerDuplexStream<persistent.ReadReq, persistent.ReadResp>) => {
      note('consume', call)
      call.on('data', (request: persistent.ReadReq) => {
        if (script.endsCalls) {
          call.end()
          return
        }
        if (request.hasOptions()) {
          call.write(
            new persistent.ReadResp().setSubscriptionConfirmation(
              new persistent.ReadResp.SubscriptionConfirmation().setSubscriptionId('scripted'),
            ),
          )
          for (const message of script.consume) call.write(message)
        }
        if (request.hasAck()) asked.push(`ack ${idsIn(request.getAck()?.getIdsList() ?? [])}`)
        if (request.hasNack())
          asked.push(`park ${idsIn(request.getNack()?.getIdsList() ?? [])}: ${request.getNack()?.getReason() ?? ''}`)
      })
      call.on('end', () => call.end())
    },
    getInfo: (_: unknown, answer: grpc.sendUnaryData<persistent.GetInfoResp>) => {
      answer(null, new persistent.GetInfoResp().setSubscriptionInfo(script.info))
    },
  })
  const credentials = secure ? await secureCredentials() : grpc.ServerCredentials.createInsecure()
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => {
      if (error === null) resolve(bound)
      else reject(error)
    })
  })
  const url = secure
    ? `esdb://ops:secret@localhost:${port}?tlsCAFile=${encodeURIComponent(fileURLToPath(certificate))}`
    : `esdb://127.0.0.1:${port}?tls=false`
  return { url, script, asked, askedBy, readFrom, close: () => server.forceShutdown() }
}
