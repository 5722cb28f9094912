import {
  persistentSubscriptionToAllSettingsFromDefaults as allDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults as streamDefaults,
  START,
  type EventStoreDBClient,
  type Filter,
  type PersistentSubscriptionToAllSettings,
  type PersistentSubscriptionToStreamSettings,
  type RecordedEvent,
} from '@eventstore/db-client'
import { Consumer } from './consumer.ts'
import type { Server } from './server.ts'
import { all, becomes } from './waiting.ts'

type Surroundings = { readonly client: EventStoreDBClient; readonly after: Server['after'] }

/** A persistent subscription to a stream, with a name of its own. From the start, unless the settings say otherwise. */
export class Group {
  readonly stream: string
  readonly name: string
  readonly #server: Surroundings

  constructor(server: Surroundings, stream: string, name: string) {
    this.#server = server
    this.stream = stream
    this.name = name
  }

  static async create(
    server: Surroundings,
    stream: string,
    name: string,
    changes: Partial<PersistentSubscriptionToStreamSettings> = {},
  ): Promise<Group> {
    await server.client.createPersistentSubscriptionToStream(
      stream,
      name,
      streamDefaults({ startFrom: START, ...changes }),
    )
    return new Group(server, stream, name)
  }

  consumer(bufferSize?: number, client = this.#server.client): Consumer {
    const subscription = client.subscribeToPersistentSubscriptionToStream(
      this.stream,
      this.name,
      bufferSize === undefined ? {} : { bufferSize },
    )
    return new Consumer(this.#server, subscription)
  }

  update(changes: Partial<PersistentSubscriptionToStreamSettings> = {}): Promise<void> {
    return this.#server.client.updatePersistentSubscriptionToStream(
      this.stream,
      this.name,
      streamDefaults({ startFrom: START, ...changes }),
    )
  }

  info() {
    return this.#server.client.getPersistentSubscriptionToStreamInfo(this.stream, this.name)
  }

  async replay(stopAt?: number): Promise<void> {
    await this.#server.client.replayParkedMessagesToStream(
      this.stream,
      this.name,
      stopAt === undefined ? {} : { stopAt },
    )
  }

  parked(): Promise<RecordedEvent[]> {
    return storedEvents(this.#server.client, `$persistentsubscription-${this.stream}::${this.name}-parked`)
  }

  /** What its checkpoints say, the oldest first. */
  async checkpoints(): Promise<unknown[]> {
    return (
      await storedEvents(this.#server.client, `$persistentsubscription-${this.stream}::${this.name}-checkpoint`)
    ).map(({ data }) => data)
  }

  async parkedCount(expected: number): Promise<void> {
    await becomes(async () => Number((await this.info()).stats.parkedMessageCount), expected)
  }
}

/** A persistent subscription to $all; everything of the suite passes its filter by a prefix of the stream's name. */
export class AllGroup {
  readonly name: string
  readonly #server: Surroundings

  constructor(server: Surroundings, name: string) {
    this.#server = server
    this.name = name
  }

  static async create(
    server: Surroundings,
    name: string,
    changes: Partial<PersistentSubscriptionToAllSettings>,
    filter?: Filter,
  ): Promise<AllGroup> {
    await server.client.createPersistentSubscriptionToAll(
      name,
      allDefaults(changes),
      filter === undefined ? {} : { filter },
    )
    return new AllGroup(server, name)
  }

  consumer(bufferSize?: number, client = this.#server.client): Consumer {
    return new Consumer(
      this.#server,
      client.subscribeToPersistentSubscriptionToAll(this.name, bufferSize === undefined ? {} : { bufferSize }),
    )
  }

  update(changes: Partial<PersistentSubscriptionToAllSettings>): Promise<void> {
    return this.#server.client.updatePersistentSubscriptionToAll(this.name, allDefaults(changes))
  }

  info() {
    return this.#server.client.getPersistentSubscriptionToAllInfo(this.name)
  }

  parked(): Promise<RecordedEvent[]> {
    return storedEvents(this.#server.client, `$persistentsubscription-$all::${this.name}-parked`)
  }
}

/** Events of a stream; none where there is no stream. */
const storedEvents = async (client: EventStoreDBClient, stream: string): Promise<RecordedEvent[]> => {
  const events = await all(client.readStream(stream)).catch((error: { type?: unknown }) => {
    if (error.type === 'stream-not-found') return []
    throw error
  })
  return events.flatMap(({ event }) => (event === undefined ? [] : [event]))
}
