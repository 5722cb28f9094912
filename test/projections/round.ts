import { counterDecoder, counters, type CounterEvent } from './counters.ts'
import { type Counting } from './counting.ts'
import { watchPool } from './watched-pool.ts'
import { comparePositions } from '../../infrastructure/event-store/position.ts'
import { silentLogger } from '../../infrastructure/observability/logger.ts'
import { applyBatch } from '../../infrastructure/projections/apply-batch.ts'
import { postgresRows } from '../../infrastructure/projections/postgres-rows.ts'
import type { AnyProjection } from '../../infrastructure/projections/projection.ts'
import { createRememberedRows } from '../../infrastructure/projections/remembered-rows.ts'
import { openTables } from '../../infrastructure/projections/tables.ts'

/** What an engine does between two looks at the checkpoints, without an engine: one batch when it is told to. */
export const openRound = async (
  counting: Counting,
  projections: readonly AnyProjection<CounterEvent>[] = [counters('counts')],
) => {
  const watched = watchPool(counting.pool)
  const { current } = await openTables(watched.pool, projections)
  watched.forget()
  const remembered = createRememberedRows()
  /** Folds what follows, at most so many events of it. */
  const fold = async (most = Infinity): Promise<void> => {
    const [{ checkpoint } = { checkpoint: undefined }] = current
    const after = checkpoint?.position
    const events = counting.logged.log
      .filter(({ position }) => after === undefined || comparePositions(position, after) > 0)
      .slice(0, most)
    const batch = { events, position: events.at(-1)?.position, caughtUp: true }
    await applyBatch(current, batch, {
      decoder: counterDecoder,
      store: postgresRows({ pool: watched.pool, strict: false }),
      remembered,
      logger: silentLogger,
      strict: false,
    })
  }
  return { ...watched, current, remembered, fold }
}

/** A hundred events of ten counters of that name. */
export const addSome = (counting: Counting, name: string, from: number) => {
  for (let n = 0; n < 100; n += 1) counting.add(`${name}${n % 10}`, from + n)
}
