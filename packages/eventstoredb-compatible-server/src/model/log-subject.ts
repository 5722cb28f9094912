import { openLog } from '../log/open-log.ts'
import type { AppendResult, StoredRecord, StreamState } from '../log/types.ts'
import { pagesFrom } from '../testing/pages.ts'
import type { ReadOutcome, Seen, WriteOperation, WriteOutcome } from './operations.ts'
import type { Client, Open } from './subject.ts'

const STATES: Readonly<Record<StreamState, ReadOutcome['state']>> = {
  exists: 'found',
  missing: 'not_found',
  soft_deleted: 'not_found',
  tombstoned: 'deleted',
}

/** The log itself, without a network: several who write share its groups, and reads happen at once. */
export const openLogSubject =
  (directory: string, now: () => number): Open =>
  async (deliver) => {
    const log = openLog({ directory, now })
    log.onCommitted((records) => records.forEach((record) => deliver(seen(record))))
    const write = (operation: WriteOperation): Promise<AppendResult> => {
      const { stream, expected } = operation
      if (operation.kind === 'soft_delete') return log.softDelete(stream, expected)
      if (operation.kind === 'tombstone') return log.tombstone(stream, expected)
      return log.append(
        stream,
        expected,
        operation.events.map((event) => ({ ...event, data: Buffer.from(event.data), metadata: Buffer.from('m') })),
      )
    }
    const client: Client = {
      write: async (operation) => outcomeOf(await write(operation)),
      read: async (operation) => {
        const { from, direction, limit } = operation
        if (operation.kind === 'read_all') {
          const { records, next } = log.readAll(from, direction, limit)
          return { state: 'found', events: records.map(seen), next }
        }
        const { state, records, next } = log.readStream(operation.stream, from, direction, limit)
        return { state: STATES[state], events: records.map(seen), next }
      },
    }
    return {
      clients: [client],
      all: async () =>
        pagesFrom(0n, (from) => log.readAll(from, 'forwards', 10_000))
          .flat()
          .map(seen),
      close: () => log.close(),
    }
  }

const outcomeOf = (result: AppendResult): WriteOutcome =>
  result.kind === 'appended' ? { ...result, kind: 'done' } : result

const seen = ({ stream, revision, position, created, id, type, isJson, data }: StoredRecord): Seen => ({
  stream,
  revision,
  position,
  created,
  id,
  type,
  isJson,
  data: data.toString('utf8'),
})
