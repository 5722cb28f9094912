import { EventStoreDBClient } from '@eventstore/db-client'
import { readyServer, type ChildServer } from '../../../embedded/event-store/testing/child-server.ts'
import { startServerByCommand, type ServerByCommand } from '../../support/server-command.ts'
import { until } from './waiting.ts'

/** A server that runs, a command that starts one, or neither for the embedded one. */
export type Choice = { readonly url?: string; readonly command?: string }

export type MainTarget = { readonly url: string; readonly kind: 'embedded' | 'by command' | 'as it was found'; readonly command?: string }

const STANDARD_PROJECTIONS = ['$by_category', '$by_event_type', '$by_correlation_id', '$streams', '$stream_by_category']
const CALL_LIMIT = 5_000

/** The servers that the suite is run against, ended together. */
export class Targets {
  readonly #choice: Choice
  readonly #embedded: ChildServer[] = []
  readonly #byCommand: ServerByCommand[] = []

  constructor(choice: Choice) {
    this.#choice = choice
  }

  async main(): Promise<MainTarget> {
    const { url, command } = this.#choice
    if (url !== undefined) return { url, kind: 'as it was found' }
    if (command !== undefined) return { url: await this.#startByCommand(command), kind: 'by command', command }
    return { url: await this.#startEmbedded(), kind: 'embedded' }
  }

  /** One whose standard projections are running; undefined where there is none. Started apart: their links get in the way of other rules. */
  async projecting(): Promise<string | undefined> {
    const { url, command } = this.#choice
    if (url !== undefined) return (await this.#isProjecting(url)) ? url : undefined
    if (command === undefined) return this.#startEmbedded('--projections')
    const own = await this.#startByCommand(command)
    return (await this.#enableProjections(own)) ? own : undefined
  }

  async close(): Promise<void> {
    await Promise.all([...this.#embedded.map((server) => server.end('SIGKILL')), ...this.#byCommand.map((server) => server.close())])
  }

  async #startEmbedded(...options: readonly string[]): Promise<string> {
    const server = await readyServer(['--port', '0', '--memory', ...options], { EXIT_WITH_PARENT: '1' })
    this.#embedded.push(server)
    return server.url
  }

  async #startByCommand(command: string): Promise<string> {
    const server = await startServerByCommand(command)
    this.#byCommand.push(server)
    return server.url
  }

  async #isProjecting(url: string): Promise<boolean> {
    return this.#asking(url, async (client) =>
      (await client.getProjectionStatus('$by_category', { deadline: CALL_LIMIT })).projectionStatus === 'Running')
  }

  async #enableProjections(url: string): Promise<boolean> {
    return this.#asking(url, async (client) => {
      for (const name of STANDARD_PROJECTIONS) {
        await client.enableProjection(name, { deadline: CALL_LIMIT })
        await until(name, async () => (await client.getProjectionStatus(name)).projectionStatus === 'Running')
      }
      return true
    })
  }

  /** False where the answer is an error: not every server has projections. */
  async #asking(url: string, ask: (client: EventStoreDBClient) => Promise<boolean>): Promise<boolean> {
    const client = EventStoreDBClient.connectionString(url)
    try {
      return await ask(client).catch(() => false)
    } finally {
      await client.dispose()
    }
  }
}
