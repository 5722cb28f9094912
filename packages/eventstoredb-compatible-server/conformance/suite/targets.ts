import { EventStoreDBClient } from '@eventstore/db-client'
import { readyServer, type ChildServer } from '../../src/testing/child-server.ts'
import type { ChosenEventStore } from '../../any-server/chosen-event-store.ts'
import { startServerByCommand, type ServerByCommand } from '../../any-server/server-command.ts'
import { until } from './waiting.ts'

const STANDARD_PROJECTIONS = ['$by_category', '$by_event_type', '$by_correlation_id', '$streams', '$stream_by_category']
const CALL_LIMIT = 5_000

/** The servers that the suite is run against, ended together. */
export class Targets {
  readonly #chosen: ChosenEventStore
  readonly #embedded: ChildServer[] = []
  readonly #byCommand: ServerByCommand[] = []

  constructor(chosen: ChosenEventStore) {
    this.#chosen = chosen
  }

  get kind(): ChosenEventStore['kind'] {
    return this.#chosen.kind
  }

  /** The one that most rules are asked of, and the command that starts more of its kind. */
  async main(): Promise<{ readonly url: string; readonly command?: string }> {
    switch (this.#chosen.kind) {
      case 'running':
        return { url: this.#chosen.url }
      case 'command':
        return { url: await this.#startByCommand(this.#chosen.command), command: this.#chosen.command }
      case 'embedded':
        return { url: await this.#startEmbedded() }
    }
  }

  /** One whose standard projections are running; undefined where there is none. Started apart: their links get in the way of other rules. */
  async projecting(): Promise<string | undefined> {
    switch (this.#chosen.kind) {
      case 'running':
        return (await this.#isProjecting(this.#chosen.url)) ? this.#chosen.url : undefined
      case 'command': {
        const own = await this.#startByCommand(this.#chosen.command)
        return (await this.#enableProjections(own)) ? own : undefined
      }
      case 'embedded':
        return this.#startEmbedded('--projections')
    }
  }

  async close(): Promise<void> {
    await Promise.all([
      ...this.#embedded.map((server) => server.end('SIGKILL')),
      ...this.#byCommand.map((server) => server.close()),
    ])
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
    return this.#asking(
      url,
      async (client) =>
        (await client.getProjectionStatus('$by_category', { deadline: CALL_LIMIT })).projectionStatus === 'Running',
    )
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
