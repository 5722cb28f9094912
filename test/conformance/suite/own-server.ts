import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AppendExpectedRevision, AppendResult, EventData, EventStoreDBClient } from '@eventstore/db-client'
import type { EventStoreOptions } from '../../../embedded/event-store/options.ts'
import { startEventStore } from '../../../embedded/event-store/server.ts'
import { readyServer } from '../../../embedded/event-store/testing/child-server.ts'
import { Server } from './server.ts'

type Signal = 'SIGTERM' | 'SIGKILL'
type Running = { readonly url: string; end(signal: Signal): Promise<unknown> }
type Launch = (port: number, directory: string) => Promise<Running>

const inThisProcess = (options: Partial<EventStoreOptions>): Launch => async (port, data) => {
  const started = await startEventStore({ ...options, port, data })
  return { url: started.url, end: (signal) => (signal === 'SIGTERM' ? started.stop() : started.kill()) }
}

const asProcess: Launch = (port, directory) => readyServer(['--port', String(port), '--data', directory], { EXIT_WITH_PARENT: '1' })

/** An embedded server with a directory of its own, for a rule that kills it or needs its options. It can be started again. */
export class OwnServer {
  readonly directory = mkdtempSync(join(tmpdir(), 'conformance-'))
  readonly #launch: Launch
  #running: Running | undefined
  #server: Server | undefined

  private constructor(launch: Launch) {
    this.#launch = launch
  }

  /** In this process: what SIGKILL does to it is what a client sees of one. Ended with the rule. */
  static async start(server: Server, options: Partial<EventStoreOptions> = {}): Promise<OwnServer> {
    return OwnServer.#started(server, inThisProcess(options))
  }

  /** In a process that really dies. */
  static async startProcess(server: Server): Promise<OwnServer> {
    return OwnServer.#started(server, asProcess)
  }

  static async #started(server: Server, launch: Launch): Promise<OwnServer> {
    const own = new OwnServer(launch)
    server.after(() => own.close())
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

  /** On a port of its own, or on the one it had. */
  async start(port = 0): Promise<void> {
    this.#running = await this.#launch(port, this.directory)
    this.#server = new Server(this.#running.url)
  }

  /** A process's exit code, or the signal it died of. Clients stay open: they may be watching. */
  async end(signal: Signal): Promise<unknown> {
    return this.#running?.end(signal)
  }

  /** Killed and started on another port: clients of this process share connections by address, and these may not know yet. */
  async restart(): Promise<void> {
    await this.#server?.close()
    await this.end('SIGKILL')
    await this.start()
  }

  async close(): Promise<void> {
    await this.#server?.close()
    await this.end('SIGKILL')
    rmSync(this.directory, { recursive: true, force: true })
  }
}
