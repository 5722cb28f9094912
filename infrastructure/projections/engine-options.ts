import type { AllReader } from '../event-store/port.ts'
import type { Logger } from '../observability/logger.ts'
import type { Pool } from '../postgres/pool.ts'
import type { Batch } from '../subscriptions/message-buffer.ts'
import type { Decoder } from './fold.ts'
import type { AnyProjection, Told } from './projection.ts'
import type { Source } from './source.ts'

export type EngineOptions<Event> = {
  /** One instance of this name is active in the whole database; the others stand by. */
  readonly name: string
  readonly projections: readonly AnyProjection<Event>[]
  readonly decoder: Decoder<Event>
  readonly source: Source
  /** Asked with every heartbeat too, so that an event store that is away, or is another one, is noticed. */
  readonly holds: AllReader['holds']
  readonly pool: Pool
  /** For the connection that holds the lock. */
  readonly databaseUrl: string
  readonly logger: Logger
  /** Told all that the log is told as news. */
  readonly told?: ((told: Told) => void) | undefined
  /** How often a table that nothing happens to is said to be still looked after, in milliseconds. */
  readonly heartbeatMs?: number
  /** Throws when the event store does not answer; asked with every heartbeat while no table has come anywhere. */
  readonly probe?: () => Promise<void>
  /** How a table is built anew by hand, as one would type it. */
  readonly rebuildCommand: (name: string) => string
  /** Whether a table that is built anew without being asked sets rows aside, instead of ending at the first that cannot be folded. */
  readonly rebuildSetsAside?: boolean
  /** How long a table that was replaced is kept for a rollback, in milliseconds. */
  readonly keptMs?: number
  /** How long an event store that does not have the place of a checkpoint is asked again before it is taken for another one, in milliseconds. */
  readonly doubtMs?: number
  /** Each batch is applied within it. For whoever wants to know of that. */
  readonly around?: ((batch: Batch, apply: () => Promise<void>) => Promise<void>) | undefined
  /** How often a standby looks whether it may take over, in milliseconds. */
  readonly takeOverEveryMs?: number
}
