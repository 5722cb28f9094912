import type { AllReader, AllSubscriber } from '../../event-store/port.ts'
import type { Logger } from '../../observability/logger.ts'
import type { Pool } from '../../postgres/pool.ts'
import type { Decoder } from '../fold.ts'
import type { Source } from '../source.ts'

/** What a rebuild or a rollback by hand needs. */
export type ReplaceDependencies<Event> = {
  readonly decoder: Decoder<Event>
  readonly sourceOf: (store: AllSubscriber, logger: Logger) => Source
  readonly store: AllSubscriber & Pick<AllReader, 'holds'>
  readonly pool: Pool
  readonly databaseUrl: string
  readonly logger: Logger
  readonly signal: AbortSignal
  /** `share`: of the way to where the live table was at the beginning, 0 to 1. */
  readonly onProgress: (events: number, share: number) => void
  /** It is not refused, and nobody else replaces this one, from here on. */
  readonly onBegun?: () => void
  /** It is compared with the live table. */
  readonly onVerifying?: () => void
}
