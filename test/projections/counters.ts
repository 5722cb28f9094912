import type { Recorded } from '../../infrastructure/event-store/codec.ts'
import type { Decoder } from '../../infrastructure/projections/fold.ts'
import type { Projection, TableDefinition } from '../../infrastructure/projections/projection.ts'

export type CounterEvent = {
  readonly type: string
  readonly counter: string
  readonly by: number
  readonly note?: string
}
export type CounterRow = {
  readonly counter: string
  readonly sum: number
  readonly history: readonly number[]
  readonly note: string | null
  readonly lastAt: string
}

export const countersTable = (name: string): TableDefinition<CounterRow> => ({
  name,
  key: 'counter',
  columns: { counter: 'text', sum: 'bigint', history: 'jsonb', note: 'text null', lastAt: 'timestamptz' },
  indexes: [{ columns: ['note'] }],
})

/** What it is made of is given as data, unread; a type that begins with `Bad` cannot be decoded. */
export const counterDecoder: Decoder<CounterEvent> = {
  decode(stored) {
    if (stored.type.startsWith('Unknown')) return undefined
    if (stored.type.startsWith('Bad')) throw new Error('does not fit its schema')
    const { created, id, position, revision, stream } = stored
    const event = { type: stored.type, ...(stored.data as { counter: string; by: number }) }
    return { event, id, position, revision, stream, created, metadata: {} as Recorded<CounterEvent>['metadata'] }
  },
}

/** A row a counter: every event once, in order, or the history would tell. `Poison` throws, `Removed` deletes. */
export const counters = (
  name: string,
  options: { readonly version?: number; readonly poison?: () => boolean } = {},
): Projection<CounterRow, CounterEvent> => ({
  table: countersTable(name),
  version: options.version ?? 1,
  streamPrefixes: ['counter-'],
  keys: ({ event }) => [event.counter],
  evolve(row, { event, created }, counter) {
    if (event.type === 'Poison' && (options.poison?.() ?? true)) throw new Error('a poisoned event')
    if (event.type === 'Removed') return 'delete'
    if (event.type === 'Nothing') return 'same'
    const history = [...(row?.history ?? []), event.by]
    return {
      counter,
      sum: (row?.sum ?? 0) + event.by,
      history,
      note: event.note ?? row?.note ?? null,
      lastAt: created.toISOString(),
    }
  },
})
