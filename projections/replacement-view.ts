import { z } from 'zod'
import { StoreUnavailable } from '../infrastructure/event-store/port.ts'
import { HttpFault } from '../infrastructure/http/problem.ts'
import { databaseAwayText, isPassingDatabaseFault } from '../infrastructure/postgres/errors.ts'
import { ReplacementRefused, ReplacementUnderWay } from '../infrastructure/projections/replacement-refused.ts'
import type { ReplacementState } from '../infrastructure/projections/replacement-runs.ts'

/** Of a rebuild, or a rollback. */
export const stateFields = {
  state: z.enum(['none', 'running', 'done', 'failed']),
  phase: z
    .enum(['catching_up', 'verifying'])
    .optional()
    .meta({ description: 'Of one that runs; it is verified by comparing it with the live table' }),
  startedAt: z.iso.datetime().optional(),
  endedAt: z.iso.datetime().optional(),
  events: z.int().optional().meta({ description: 'How many were read' }),
  share: z.number().optional().meta({ description: 'Of the way, 0 to 1' }),
  setAside: z.int().optional().meta({ description: 'Rows that could not be folded' }),
  failure: z.string().optional().meta({ description: 'Why; the live table is as it was' }),
}

export const viewOfState = (state: ReplacementState) => ({
  ...state,
  startedAt: 'startedAt' in state ? state.startedAt?.toISOString() : undefined,
  endedAt: 'endedAt' in state ? state.endedAt.toISOString() : undefined,
})

/** What keeps a table from being replaced, in the words of HTTP. */
export const translated = (error: unknown, refused: 'rebuild_refused' | 'rollback_refused'): unknown => {
  if (error instanceof ReplacementUnderWay)
    return new HttpFault(
      409,
      'rebuild_running',
      'A table is being built anew, or put back, already. Wait until that has ended.',
    )
  if (error instanceof ReplacementRefused) return new HttpFault(409, refused, error.message, { cause: error })
  return isPassingDatabaseFault(error) ? new StoreUnavailable(databaseAwayText(error), { cause: error }) : error
}
