import type { ShopEvent } from '../../domain/registry.ts'
import type { Codec } from '../../infrastructure/event-store/codec.ts'
import type { EventStore } from '../../infrastructure/event-store/port.ts'
import type { Logger } from '../../infrastructure/observability/logger.ts'
import type { Pool } from '../../infrastructure/postgres/pool.ts'
import { startEngine, type Engine } from '../../infrastructure/projections/engine.ts'
import { rebuildCommandOf } from '../../infrastructure/projections/tool/rebuild-command.ts'
import { pause } from '../../infrastructure/time/waiting.ts'
import type { Told } from '../../infrastructure/projections/projection.ts'
import { runDueWorker } from './due-worker.ts'
import { followUpFolds, followUpSource } from './folds.ts'

export type FollowUpsOptions = {
  readonly store: EventStore
  readonly codec: Codec<ShopEvent>
  readonly pool: Pool
  readonly databaseUrl: string
  readonly logger: Logger
  /** Told of each order that comes to rest. */
  readonly told?: ((told: Told) => void) | undefined
  readonly everyMs: number
  /** How long an effect that nobody has taken up at once is left alone. */
  readonly firstDelayMs: number
  /** As the engine's. */
  readonly rebuildSetsAside: boolean
  readonly keptMs?: number
  /** What is done again and again, by name; each at its own pace. */
  readonly passes: Readonly<Record<string, () => Promise<unknown>>>
  /** Aborts when the process begins to drain: no pass is begun any more. */
  readonly draining: AbortSignal
}

export type FollowUps = Pick<Engine, 'status'> & {
  /** Ends the passes under way, then the folds. */
  close(): Promise<void>
}

/** Keeps the folds and takes up what is due, on the one replica whose engine is active; leases guard what the election cannot. */
export const startFollowUps = (options: FollowUpsOptions): FollowUps => {
  const { store, codec, pool, databaseUrl, logger, everyMs, firstDelayMs, passes, draining, told } = options
  const engine = startEngine({
    name: 'follow-ups',
    projections: followUpFolds,
    decoder: codec,
    source: followUpSource(store, logger, firstDelayMs),
    holds: (position) => store.holds(position),
    probe: () => store.probe(2_000),
    rebuildCommand: rebuildCommandOf('follow-ups'),
    rebuildSetsAside: options.rebuildSetsAside,
    ...(options.keptMs === undefined ? {} : { keptMs: options.keptMs }),
    pool,
    databaseUrl,
    logger,
    told,
  })
  const stopping = new AbortController()
  const signal = AbortSignal.any([stopping.signal, draining])
  const whileActive = (pass: () => Promise<unknown>) => async () => {
    if (engine.status().state.role === 'active') await pass()
  }
  const workers = Object.entries(passes).map(([name, pass]) =>
    runDueWorker(whileActive(pass), {
      signal,
      everyMs,
      sleep: pause,
      failed: (error) => logger.warn('follow-up pass failed; retrying', { pass: name, error }),
    }),
  )

  return {
    status: () => engine.status(),
    async close() {
      stopping.abort()
      await Promise.all(workers)
      await engine.stop()
    },
  }
}
