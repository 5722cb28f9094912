import type { AllReader } from '../event-store/port.ts'
import type { Position } from '../event-store/position.ts'
import type { Logger } from '../observability/logger.ts'
import type { Pool } from '../postgres/pool.ts'
import type { Decoder } from './fold.ts'
import type { AnyProjection } from './projection.ts'
import type { Source } from './source.ts'
import type { Verification } from './verification.ts'

export type BesideOptions<Event> = {
  readonly projection: AnyProjection<Event>
  readonly decoder: Decoder<Event>
  readonly source: Source
  readonly holds: AllReader['holds']
  readonly pool: Pool
  readonly databaseUrl: string
  readonly logger: Logger
  readonly signal: AbortSignal
  /** A row that cannot be folded is set aside, as in the live table, instead of ending it all. */
  readonly setsAside?: boolean
  /** It is not refused, and nobody else replaces the table, from here on. */
  readonly onBegun?: () => void
  /** It has come to where the live table stands, and is compared with that. */
  readonly onVerifying?: () => void
  /** After each batch: how many events were read in all, and up to where. */
  readonly onProgress?: (events: number, position: Position) => void
  /** How long the live table may be kept waiting for the last few events, in milliseconds. */
  readonly swapLimitMs?: number
}

/** `events`: how many were read, those not folded included; `setAside`: how many rows. */
export type Replaced = {
  readonly events: number
  readonly durationMs: number
  readonly setAside: number
  /** How it differs from the table that was live; of a rebuild alone. */
  readonly verification?: Verification
  /** It was built and compared alone, and is dropped. */
  readonly dryRun?: true
}
