import { StoreUnavailable } from '../event-store/port.ts'
import { isPassingDatabaseFault } from '../postgres/errors.ts'
import type { Backoff } from '../time/back-off.ts'

/** A store is away, or was for a moment: wait, and try again from what is stored. */
export const isPassingFault = (error: unknown): boolean =>
  error instanceof StoreUnavailable || isPassingDatabaseFault(error)

/** Between two attempts. */
export const attemptsApart: Backoff = { firstMs: 100, capMs: 5_000 }
