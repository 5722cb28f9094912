import { comparePositions, type Position } from '../event-store/position.ts'
import type { Queryable } from '../postgres/pool.ts'
import type { Batch } from '../subscriptions/message-buffer.ts'
import { applyBatch } from './apply-batch.ts'
import type { BesideOptions } from './beside-options.ts'
import { postgresRows, rowsInside } from './postgres-rows.ts'
import type { RememberedRows } from './remembered-rows.ts'
import type { Target } from './target.ts'

/** The reading ended before there was nothing left to read: it was stopped, or took too long under the lock. */
export class ReadingEnded extends Error {
  override readonly name = 'ReadingEnded'
}

export type Reading<Event> = BesideOptions<Event> & {
  readonly onBatch: (events: number, position: Position) => void
  /** Of one attempt. */
  readonly remembered: RememberedRows
}

const isAt = (position: Position | undefined, until: Position | undefined): boolean =>
  position !== undefined && until !== undefined && comparePositions(position, until) >= 0

/** Nothing of what lies behind `until`. */
const cutOff = (batch: Batch, until: Position | undefined): Batch =>
  until === undefined || batch.position === undefined || comparePositions(batch.position, until) <= 0
    ? batch
    : {
        events: batch.events.filter(({ position }) => comparePositions(position, until) <= 0),
        position: until,
        caughtUp: false,
      }

/** Reads until nothing newer is there, or the table is at `until`, which it never passes. */
export const fill = async <Event>(
  target: Target<Event>,
  { source, decoder, pool, logger, projection, signal, setsAside, onBatch, remembered }: Reading<Event>,
  {
    until,
    inside,
    limit,
  }: { readonly until?: Position | undefined; readonly inside?: Queryable; readonly limit?: AbortSignal } = {},
): Promise<void> => {
  if (isAt(target.checkpoint.position, until)) return
  const reading = new AbortController()
  const signals = [signal, reading.signal, ...(limit === undefined ? [] : [limit])]
  const strict = setsAside !== true
  const store = inside === undefined ? postgresRows({ pool, strict }) : rowsInside(inside, { strict })
  try {
    const after = target.checkpoint.position ?? 'start'
    for await (const whole of source({
      after,
      streamPrefixes: projection.streamPrefixes,
      signal: AbortSignal.any(signals),
    })) {
      const batch = cutOff(whole, until)
      await applyBatch([target], batch, { decoder, store, remembered, logger, strict, quiet: true })
      const { position } = target.checkpoint
      if (position !== undefined) onBatch(batch.events.length, position)
      if (batch.caughtUp || isAt(position, until)) return
    }
  } finally {
    reading.abort()
  }
  throw new ReadingEnded('the reading was ended before it had caught up')
}
