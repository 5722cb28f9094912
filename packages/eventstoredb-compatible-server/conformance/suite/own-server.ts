import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  EventStoreDBClient,
  type AppendExpectedRevision,
  type AppendResult,
  type EventData,
} from '@eventstore/db-client'
import type { EventStoreOptions } from '../../src/options.ts'
import { startEventStore } from '../../src/server.ts'
import { readyServer } from '../../src/testing/child-server.ts'
import { startServerByCommand, type ServerByCommand } from '../../any-server/server-command.ts'
import { Server } from './server.ts'
import { all, until } from './waiting.ts'

type Signal = 'SIGTERM' | 'SIGKILL'
type Running = { readonly url: string; end(signal: Signal): Promise<unknown> }
/** Started for the first time, and each time that it has ended; with the same data. A port of 0 is any. */
type Launch = (port: number, directory: string) => Promise<Running>

const inThisProcess =
  (options: Partial<EventStoreOptions>): Launch =>
  async (port, data) => {
    const started = await startEventStore({ ...options, port, data })
    return { url: started.url, end: (signal) => (signal === 'SIGTERM' ? started.stop() : started.kill()) }
  }

const asProcess: Launch = (port, directory) =>
  readyServer(['--port', String(port), '--data', directory], { EXIT_WITH_PARENT: '1' })

/** Waits until it does. Clients of this process share connections by address, and these may not know yet that it is there again. */
const answersClients = async (url: string): Promise<void> => {
  const client = EventStoreDBClient.connectionString(url)
  try {
    await until(
      `${url} answers`,
      () =>
        all(client.readAll({ maxCount: 1 })).then(
          () => true,
          () => false,
        ),
      () => '',
      30_000,
    )
  } finally {
    await client.dispose()
  }
}

/** It keeps its port, whichever is asked for. */
const byCommand = (command: string, server: Server): Launch => {
  let started: ServerByCommand | undefined
  return async (_port, directory) => {
    if (started === undefined) {
      const first = await startServerByCommand(command, { data: join(directory, 'data') })
      server.after(() => first.close())
      started = first
    } else {
      await started.start()
      await answersClients(started.url)
    }
    const running = started
    return { url: running.url, end: (signal) => (signal === 'SIGTERM' ? running.stop() : running.kill()) }
  }
}

/**
 * A server with a directory of its own, for a rule that kills it or needs its options. It can be started again. The embedded one, or, where
 * another is under test, one by the command that starts that.
 */
export class OwnServer {
  readonly directory = mkdtempSync(join(tmpdir(), 'conformance-'))
  readonly #launch: Launch
  #running: Running | undefined
  #server: Server | undefined

  private constructor(launch: Launch) {
    this.#launch = launch
  }

  /** In this process, if it is the embedded one: what SIGKILL does to it is what a client sees of one. Ended with the rule. */
  static async start(server: Server, options?: Partial<EventStoreOptions>): Promise<OwnServer> {
    if (options !== undefined && server.command !== undefined)
      throw new Error('options are those of the embedded server')
    return OwnServer.#started(
      server,
      server.command === undefined ? inThisProcess(options ?? {}) : byCommand(server.command, server),
    )
  }

  /** In a process that really dies. */
  static async startProcess(server: Server): Promise<OwnServer> {
    return OwnServer.#started(server, server.command === undefined ? asProcess : byCommand(server.command, server))
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
  append(
    stream: string,
    events: EventData | EventData[],
    expectedRevision: AppendExpectedRevision = 'any',
  ): Promise<AppendResult> {
    return this.client.appendToStream(stream, events, {
      expectedRevision,
      credentials: { username: 'admin', password: 'changeit' },
    })
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

  /** Killed and started on another port if it may choose: clients of this process share connections by address. */
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
