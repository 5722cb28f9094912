import { shopEvents } from '../domain/registry.ts'
import { stockSnapshots } from '../domain/inventory/stock-snapshot.ts'
import { createCodec } from '../infrastructure/event-store/codec.ts'
import {
  createCommandHandling,
  type CommandHandling,
  type CommandHandlingDependencies,
} from '../infrastructure/event-store/handle-command.ts'
import type { Logger } from '../infrastructure/observability/logger.ts'
import { knownStateMetrics } from '../infrastructure/observability/known-state-metrics.ts'
import { measuredHandling } from '../infrastructure/observability/measured-handling.ts'
import type { Registry } from '../infrastructure/observability/metrics.ts'
import { snapshotMetrics } from '../infrastructure/observability/snapshot-metrics.ts'
import { watchedWrites } from '../infrastructure/observability/watched-writes.ts'
import { placingMetrics } from './orders/placing-metrics.ts'

export type HandlingOptions = {
  readonly store: CommandHandlingDependencies['store']
  readonly registry: Registry
  readonly logger: Logger
}

/** How the command API decides and writes. Once a process: it remembers what it has seen of the streams. */
export const commandHandling = ({ store, registry, logger }: HandlingOptions): CommandHandling =>
  measuredHandling(
    watchedWrites(
      createCommandHandling({
        store,
        codec: createCodec(shopEvents),
        large: [stockSnapshots],
        onSnapshot: snapshotMetrics(registry, (message, error) => logger.warn(message, { error })),
        onTurn: knownStateMetrics(registry),
      }),
      placingMetrics(registry),
    ),
    registry,
  )
