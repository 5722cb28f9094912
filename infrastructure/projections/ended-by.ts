import { StoreNotTrusted, StoreUnavailable, UnusableAnswer } from '../event-store/port.ts'
import type { Fields } from '../observability/logger.ts'
import { databaseTrustFault } from '../postgres/database-trust.ts'
import { isDatabaseAway, isNotThereYet } from '../postgres/errors.ts'
import { CheckpointMoved } from './apply-batch.ts'
import { isPassingFault } from './passing-fault.ts'

/** What ended a round of the engine: how it is said in the log, and as what the engine shows itself until the next one. */
export type Ended = {
  readonly level: 'info' | 'warn' | 'error'
  readonly line: string
  readonly fields: Fields
  /** Undefined where the engine is as it was: the next round begins at once. */
  readonly reason?: string
}

const passing = (error: unknown): Ended => {
  const store = error instanceof StoreUnavailable ? 'the event store' : 'PostgreSQL'
  const untrusted = error instanceof StoreNotTrusted ? error.message : databaseTrustFault(error)
  const away = error instanceof StoreUnavailable || isDatabaseAway(error)
  const reason = away ? { reason: untrusted ?? `${store} is away` } : {}
  if (untrusted !== undefined)
    return { level: 'error', line: `${untrusted}; backing off`, fields: { error }, ...reason }
  const line = away ? `${store} is unavailable; backing off` : 'transient fault; retrying'
  return { level: 'warn', line, fields: { error }, ...reason }
}

export const endedBy = (error: unknown): Ended => {
  if (error instanceof CheckpointMoved)
    return {
      level: 'info',
      line: 'checkpoint moved: reading the checkpoints again',
      fields: { reason: error.message },
    }
  if (isPassingFault(error)) return passing(error)
  const fields = { error }
  if (isNotThereYet(error))
    return {
      level: 'warn',
      line: 'a table is not there yet; backing off',
      fields,
      reason: 'the migrations have not come that far yet',
    }
  if (error instanceof UnusableAnswer)
    return {
      level: 'error',
      line: 'invalid response from the event store; nothing of it is written',
      fields,
      reason: error.message,
    }
  return {
    level: 'error',
    line: 'unexpected fault; retrying',
    fields,
    reason: 'an unexpected fault; see the log',
  }
}
