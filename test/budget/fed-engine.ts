import { once } from 'node:events'
import { shopEvents, type ShopEvent } from '../../domain/registry.ts'
import { createCodec } from '../../infrastructure/event-store/codec.ts'
import type { StoredEvent } from '../../infrastructure/event-store/port.ts'
import type { Logger } from '../../infrastructure/observability/logger.ts'
import type { Pool } from '../../infrastructure/postgres/pool.ts'
import { startEngine } from '../../infrastructure/projections/engine.ts'
import type { AnyProjection } from '../../infrastructure/projections/projection.ts'
import type { Source } from '../../infrastructure/projections/source.ts'

export type FedEngine = {
  /** Whether the engine reads the stream. */
  reads(event: StoredEvent): boolean
  /** The events as one batch that is all there is; resolves when the tables have it. */
  apply(events: readonly StoredEvent[]): Promise<void>
  stop(): Promise<void>
}

type Fed = {
  readonly events: readonly StoredEvent[]
  readonly done: () => void
  readonly failed: (error: Error) => void
}

/** The engine itself over these tables, with its batches cut by hand instead of by time, and without its heartbeat. */
export const fedEngine = (
  name: string,
  projections: readonly AnyProjection<ShopEvent>[],
  { pool, databaseUrl, logger }: { readonly pool: Pool; readonly databaseUrl: string; readonly logger: Logger },
): FedEngine => {
  const prefixes = projections.flatMap(({ streamPrefixes }) => streamPrefixes)
  let fed = Promise.withResolvers<Fed>()

  const source: Source = async function* ({ signal }) {
    const ended = once(signal, 'abort').then(() => undefined)
    while (!signal.aborted) {
      const next = await Promise.race([fed.promise, ended])
      if (next === undefined) return
      fed = Promise.withResolvers()
      let applied = false
      try {
        yield { events: next.events, position: next.events.at(-1)?.position, caughtUp: true }
        applied = true
      } finally {
        if (applied) next.done()
        else next.failed(new Error(`${name}: the engine did not take a batch`))
      }
    }
  }

  const engine = startEngine({
    name,
    projections,
    decoder: createCodec(shopEvents),
    source,
    holds: () => Promise.resolve(true),
    rebuildCommand: () => '',
    pool,
    databaseUrl,
    logger,
    heartbeatMs: 3_600_000,
  })
  return {
    reads: ({ stream }) => prefixes.some((prefix) => stream.startsWith(prefix)),
    apply: (events) =>
      new Promise((resolve, reject) => {
        fed.resolve({ events, done: resolve, failed: reject })
      }),
    stop: () => engine.stop(),
  }
}
