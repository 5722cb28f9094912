import type { Actor } from '../../domain/shared/actor.ts'
import type { TableDefinition } from '../../infrastructure/projections/table.ts'

export type TimelineService = 'order' | 'inventory' | 'payment' | 'notification'

/** One event in the life of an order, of whichever service: every event that names the order. */
export type TimelineRow = {
  /** Of the event in `$all`: unique, and in the order in which things happened. */
  readonly position: string
  readonly id: string
  /** The id of the event that led to it; or of a command from outside, which no event has. */
  readonly causationId: string
  /** Who asked for it; null where the shop did it by itself. */
  readonly actor: Actor | null
  readonly orderId: string
  /** The stored event type. */
  readonly type: string
  readonly service: TimelineService
  readonly at: string
  /** The event's content without what stands in the log alone (`domain/visibility.ts`): not all of it is for the customer. */
  readonly data: Readonly<Record<string, unknown>>
  /** The trace that the event was written in; null where none is known. */
  readonly traceId: string | null
}

export const timelineTable: TableDefinition<TimelineRow> = {
  name: 'timeline',
  key: 'position',
  columns: {
    position: 'text',
    id: 'text',
    causationId: 'text',
    actor: 'jsonb null',
    orderId: 'text',
    type: 'text',
    service: 'text',
    at: 'timestamptz',
    data: 'jsonb',
    traceId: 'text null',
  },
  indexes: [{ columns: ['orderId', 'position'] }],
  appendOnly: true,
}
