import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import grpc from '@grpc/grpc-js'
import { EventStoreDBClient, type AppendExpectedRevision, type AppendResult, type EventData } from '@eventstore/db-client'
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js'
import persistentGrpc from '@eventstore/db-client/generated/persistent_grpc_pb.js'
import projectionsGrpc from '@eventstore/db-client/generated/projections_grpc_pb.js'
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js'
import { readyServer } from '../../../embedded/event-store/testing/child-server.ts'

type Stub<Client> = new (address: string, credentials: grpc.ChannelCredentials, options?: Partial<grpc.ClientOptions>) => Client
export type HttpAnswer = { readonly status: number; readonly headers: http.IncomingHttpHeaders; readonly body: string }

const RUN = randomUUID().slice(0, 8)
let names = 0

/** The server under test, as one rule sees it. Names are new each time, so that a server may be asked again and again. */
export class Server {
  readonly url: string
  readonly host: string
  readonly port: number
  readonly #closing: (() => Promise<unknown> | undefined)[] = []
  readonly #clients: EventStoreDBClient[] = []
  #client: EventStoreDBClient | undefined
  readonly #address: string

  constructor(url: string) {
    this.url = url
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

  get streams() { return this.#stub(streamsGrpc.StreamsClient) }
  get groups() { return this.#stub(persistentGrpc.PersistentSubscriptionsClient) }
  get features() { return this.#stub(featuresGrpc.ServerFeaturesClient) }
  get gossip() { return this.#stub(gossipGrpc.GossipClient) }
  get projections() { return this.#stub(projectionsGrpc.ProjectionsClient) }

  /** A bare stub, for what the client hides. */
  #stub<Client extends grpc.Client>(Stub: Stub<Client>): Client {
    const options = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1, 'grpc.use_local_subchannel_pool': 1 }
    const stub = new Stub(this.#address, grpc.credentials.createInsecure(), options)
    this.after(async () => stub.close())
    return stub
  }

  http(method: string, path: string): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      http.request({ host: this.host, port: this.port, method, path, agent: false }, (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (text: string) => (body += text))
          .on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
      }).on('error', reject).end()
    })
  }

  /** An embedded server of its own for a rule that kills it, or needs its options. */
  async own(...options: readonly string[]): Promise<OwnServer> {
    const own = await OwnServer.start(options)
    this.after(() => own.close())
    return own
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

/** An embedded server in a process and a directory of its own, which can be ended and started again. */
export class OwnServer {
  readonly directory = mkdtempSync(join(tmpdir(), 'conformance-'))
  readonly #options: readonly string[]
  #child: Awaited<ReturnType<typeof readyServer>> | undefined
  #server: Server | undefined

  private constructor(options: readonly string[]) {
    this.#options = options
  }

  static async start(options: readonly string[]): Promise<OwnServer> {
    const own = new OwnServer(options)
    await own.start()
    return own
  }

  /** How it is seen since its last start. */
  get server(): Server {
    if (this.#server === undefined) throw new Error('the server is not running')
    return this.#server
  }

  get client(): EventStoreDBClient {
    return this.server.client
  }

  /** By calls of their own: a batch stream that breaks with its server takes every pending append of the process with it. */
  append(stream: string, events: EventData | EventData[], expectedRevision: AppendExpectedRevision = 'any'): Promise<AppendResult> {
    return this.client.appendToStream(stream, events, { expectedRevision, credentials: { username: 'admin', password: 'changeit' } })
  }

  /** On the same port as before. */
  async start(): Promise<void> {
    const port = String(this.#server?.port ?? 0)
    this.#child = await readyServer(['--port', port, '--data', this.directory, ...this.#options], { EXIT_WITH_PARENT: '1' })
    this.#server = new Server(this.#child.url)
  }

  /** Its exit code, or the signal. Clients stay open: they may be watching. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | string> {
    return (await this.#child?.end(signal)) ?? 'not running'
  }

  async restart(signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
    await this.#server?.close()
    await this.end(signal)
    await this.start()
  }

  async close(): Promise<void> {
    await this.#server?.close()
    await this.end('SIGKILL')
    rmSync(this.directory, { recursive: true, force: true })
  }
}
