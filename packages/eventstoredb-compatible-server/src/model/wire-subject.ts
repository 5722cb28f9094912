import {
  binaryEvent,
  END,
  EventStoreDBClient,
  jsonEvent,
  START,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
  type AllStreamRecordedEvent,
  type RecordedEvent,
} from '@eventstore/db-client'
import { startEventStore } from '../server.ts'
import { collect } from '../testing/collect.ts'
import type { Event, ReadOperation, ReadOutcome, Seen, WriteOperation, WriteOutcome } from './operations.ts'
import type { Client, Open } from './subject.ts'

/** A server and several clients that are connected to it; what is written is delivered by a catch-up subscription to `$all`. */
export const openWireSubject = (data: string, now: () => number): Open => {
  let reached: bigint | undefined
  return async (deliver) => {
    const server = await startEventStore({ port: 0, data, now })
    const connect = () => EventStoreDBClient.connectionString(server.url)
    const clients = [connect(), connect(), connect()] as const
    const subscriber = connect()
    reached ??= (await seenIn(subscriber.readAll())).at(-1)?.position ?? 0n
    const subscription = subscriber.subscribeToAll({ fromPosition: { commit: reached, prepare: reached } })
    const failed = new Promise<never>((_resolve, reject) => subscription.on('error', reject))
    subscription.on('data', ({ event }) => {
      if (event === undefined) return
      reached = event.position.commit
      deliver(seen(event))
    })
    await Promise.race([failed, new Promise((resolve) => subscription.once('confirmation', resolve))])
    return {
      clients: [clientOf(clients[0], false), clientOf(clients[1], true), clientOf(clients[2], false)],
      all: () => seenIn(clients[0].readAll()),
      close: async () => {
        await subscription.unsubscribe()
        await Promise.all([...clients, subscriber].map((client) => client.dispose()))
        await server.stop()
      },
    }
  }
}

/** `singly`: each append a call of its own, in place of the one stream for all; the client does so when it is given credentials. */
const clientOf = (client: EventStoreDBClient, singly: boolean): Client => ({
  write: (operation) => write(client, operation, singly).catch(refusal),
  read: async (operation) => {
    try {
      const events = await seenIn(read(client, operation))
      return { state: 'found', events, next: events.length < operation.limit ? undefined : nextOf(operation, events) }
    } catch (error) {
      if (error instanceof StreamNotFoundError) return { state: 'not_found', events: [], next: undefined }
      if (error instanceof StreamDeletedError) return { state: 'deleted', events: [], next: undefined }
      throw error
    }
  },
})

const write = async (client: EventStoreDBClient, operation: WriteOperation, singly: boolean): Promise<WriteOutcome> => {
  const { stream, expected } = operation
  if (operation.kind === 'append') {
    const options = { expectedRevision: expected, ...(singly ? { credentials: { username: 'u', password: 'p' } } : {}) }
    const { nextExpectedRevision, position } = await client.appendToStream(
      stream,
      operation.events.map(proposed),
      options,
    )
    return {
      kind: 'done',
      revision: operation.events.length === 0 ? undefined : nextExpectedRevision,
      position: position?.commit,
    }
  }
  if (expected === 'stream_exists') throw new Error('the client has no delete of a stream that exists')
  const options = { expectedRevision: expected }
  const { position } = await (operation.kind === 'tombstone'
    ? client.tombstoneStream(stream, options)
    : client.deleteStream(stream, options))
  return { kind: 'done', revision: undefined, position: position?.commit }
}

const refusal = (error: unknown): WriteOutcome => {
  if (error instanceof StreamDeletedError) return { kind: 'stream_deleted' }
  if (!(error instanceof WrongExpectedVersionError)) throw error
  const { actualVersion } = error
  if (typeof actualVersion === 'bigint')
    return { kind: 'wrong_expected_version', current: actualVersion < 0n ? 'no_stream' : actualVersion }
  return { kind: 'wrong_expected_version', current: 'no_stream' }
}

const proposed = ({ id, type, isJson, data }: Event) =>
  isJson
    ? jsonEvent({ id, type, data: JSON.parse(data) as Record<string, number> })
    : binaryEvent({ id, type, data: Buffer.from(data) })

const read = (
  client: EventStoreDBClient,
  operation: ReadOperation,
): AsyncIterable<{ event?: RecordedEvent | AllStreamRecordedEvent }> => {
  const { from, direction, limit: maxCount } = operation
  if (operation.kind === 'read_stream') {
    return client.readStream(operation.stream, {
      direction,
      maxCount,
      fromRevision: from === 'end' ? END : from === 0n ? START : from,
    })
  }
  return client.readAll({ direction, maxCount, fromPosition: from === 'end' ? END : { commit: from, prepare: from } })
}

const seenIn = async (
  items: AsyncIterable<{ event?: RecordedEvent | AllStreamRecordedEvent }>,
): Promise<readonly Seen[]> => (await collect(items)).flatMap(({ event }) => (event === undefined ? [] : [seen(event)]))

const seen = (event: RecordedEvent | AllStreamRecordedEvent): Seen => ({
  stream: event.streamId,
  revision: event.revision,
  position: event.position?.commit ?? -1n,
  created: BigInt(event.created.getTime()) * 10_000n,
  id: event.id,
  type: event.type,
  isJson: event.isJson,
  // Of the largest $tb the client's JSON loses the last digits.
  data: event.isJson
    ? JSON.stringify(event.data).replace('9223372036854776000', '9223372036854775807')
    : Buffer.from(event.data).toString('utf8'),
})

/** Where the following page would begin, since a read that was cut off does not say. */
const nextOf = ({ kind, direction }: ReadOperation, events: readonly Seen[]): ReadOutcome['next'] => {
  const last = events.at(-1)
  if (last === undefined) return undefined
  if (kind === 'read_all') return direction === 'forwards' ? last.position + 1n : last.position
  return direction === 'forwards' ? last.revision + 1n : last.revision - 1n
}
