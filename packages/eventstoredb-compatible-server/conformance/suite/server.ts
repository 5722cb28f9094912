import { randomUUID } from 'node:crypto'
import http from 'node:http'
import grpc from '@grpc/grpc-js'
import { EventStoreDBClient } from '@eventstore/db-client'
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js'
import persistentGrpc from '@eventstore/db-client/generated/persistent_grpc_pb.js'
import projectionsGrpc from '@eventstore/db-client/generated/projections_grpc_pb.js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'

type Stub<Client> = new (
  address: string,
  credentials: grpc.ChannelCredentials,
  options?: Partial<grpc.ClientOptions>,
) => Client
export type HttpAnswer = { readonly status: number; readonly headers: http.IncomingHttpHeaders; readonly body: string }

const RUN = randomUUID().slice(0, 8)
let names = 0

/** The server under test, as one rule sees it. Names are new each time, so that a server may be asked again and again. */
export class Server {
  readonly url: string
  /** Starts another server like this one, for rules that kill theirs. Without one it is the embedded server. */
  readonly command: string | undefined
  readonly host: string
  readonly port: number
  readonly #closing: (() => Promise<unknown> | undefined)[] = []
  readonly #clients: EventStoreDBClient[] = []
  #client: EventStoreDBClient | undefined
  readonly #address: string

  constructor(url: string, command?: string) {
    this.url = url
    this.command = command
    const address = /^esdb:\/\/(?:[^@/]*@)?([^:/?]+)(?::(\d+))?/.exec(url)
    if (address === null) throw new Error(`${url} is no connection string of one host`)
    this.host = address[1] ?? ''
    this.port = Number(address[2] ?? 2113)
    this.#address = `${this.host}:${this.port}`
  }

  /** This rule's client. */
  get client(): EventStoreDBClient {
    return (this.#client ??= this.another())
  }

  /** One more client, with a connection of its own. */
  another(url = this.url): EventStoreDBClient {
    const client = EventStoreDBClient.connectionString(url)
    this.#clients.push(client)
    return client
  }

  /** A name that nobody has used on this server. Has no dash, so that it makes no category. */
  name(kind = 'stream'): string {
    names += 1
    return `${kind}_${RUN}_${names}`
  }

  /** Runs when the rule is through, whatever came of it; last first. */
  after(close: () => Promise<unknown> | undefined): void {
    this.#closing.push(close)
  }

  get streams() {
    return this.#stub(streamsGrpc.StreamsClient)
  }
  get groups() {
    return this.#stub(persistentGrpc.PersistentSubscriptionsClient)
  }
  get features() {
    return this.#stub(featuresGrpc.ServerFeaturesClient)
  }
  get gossip() {
    return this.#stub(gossipGrpc.GossipClient)
  }
  get projections() {
    return this.#stub(projectionsGrpc.ProjectionsClient)
  }

  /** A bare stub, for what the client hides. */
  #stub<Client extends grpc.Client>(Stub: Stub<Client>): Client {
    const options = {
      'grpc.max_receive_message_length': -1,
      'grpc.max_send_message_length': -1,
      'grpc.use_local_subchannel_pool': 1,
    }
    const stub = new Stub(this.#address, grpc.credentials.createInsecure(), options)
    this.after(async () => stub.close())
    return stub
  }

  http(method: string, path: string): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      http
        .request({ host: this.host, port: this.port, method, path, agent: false }, (response) => {
          let body = ''
          response
            .setEncoding('utf8')
            .on('data', (text: string) => (body += text))
            .on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
        })
        .on('error', reject)
        .end()
    })
  }

  /**
   * Ends what the rule has left open. A client that is disposed of takes every pending append of the process with it, so where others are
   * at work they are disposed of later.
   */
  async close(later?: EventStoreDBClient[]): Promise<void> {
    for (const close of this.#closing.splice(0).reverse()) await close()
    const clients = this.#clients.splice(0)
    if (later === undefined) await Promise.all(clients.map((client) => client.dispose()))
    else later.push(...clients)
  }
}
