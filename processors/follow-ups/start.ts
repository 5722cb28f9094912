import type { ShopEvent } from '../../domain/registry.ts'
import type { Codec } from '../../infrastructure/event-store/codec.ts'
import type { EventStore } from '../../infrastructure/event-store/port.ts'
import type { Logger } from '../../infrastructure/observability/logger.ts'
import type { Pool } from '../../infrastructure/postgres/pool.ts'
import { startEngine, type Engine } from '../../infrastructure/projections/engine.ts'
import { rebuildCommandOf } from '../../infrastructure/projections/tool/rebuild-command.ts'
import { pause } from '../../infrastructure/time/waiting.ts'
import { runDueWorker } from './due-worker.ts'
import { followUpFolds, followUpSource } from './folds.ts'

export type FollowUpsOptions = {
  readonly store: EventStore
  readonly codec: Codec<ShopEvent>
  readonly pool: Pool
  readonly databaseUrl: string
  readonly logger: Logger
  readonly everyMs: number
  /** How long an effect that nobody has taken up at once is left alone. */
  readonly firstDelayMs: number
  readonly pass: () => Promise<number>
}

export type FollowUps = Pick<Engine, 'status'> & {
  /** Ends the pass under way, then the folds. */
  close(): Promise<void>
}

/** Keeps the folds and takes up what is due, on the one replica whose engine is active; leases guard what the election cannot. */
export const startFollowUps = (options: FollowUpsOptions): FollowUps => {
  const { store, codec, pool, databaseUrl, logger, everyMs, firstDelayMs, pass } = options
  const engine = startEngine({
    name: 'follow-ups',
    projections: followUpFolds,
    decoder: codec,
    source: followUpSource(store, logger, firstDelayMs),
    holds: (position) => store.holds(position),
    probe: () => store.probe(2_000),
    rebuildCommand: rebuildCommandOf('follow-ups'),
    pool,
    databaseUrl,
    logger,
  })
  const stopping = new AbortController()
  const worker = runDueWorker(async () => (engine.status().state.role === 'active' ? pass() : 0), {
    signal: stopping.signal,
    everyMs,
    sleep: pause,
    failed: (message, fields) => logger.warn(message, fields),
  })

  return {
    status: () => engine.status(),
    async close() {
      stopping.abort()
      await worker
      await engine.stop()
    },
  }
}
