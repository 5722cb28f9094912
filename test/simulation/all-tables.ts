import { followUpFolds } from '../../processors/follow-ups/folds.ts'
import { shopProjections } from '../../projections/registry.ts'

/** Read tables and the processors' own: all that is folded from the log. */
export const allTables = [...shopProjections, ...followUpFolds]
