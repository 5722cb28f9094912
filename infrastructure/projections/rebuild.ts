import { inTransaction } from '../postgres/pool.ts'
import type { Target } from './target.ts'
import { replaceTable } from './beside.ts'
import type { BesideOptions, Replaced } from './beside-options.ts'
import { readCheckpoints, rebuildNameOf } from './checkpoints.ts'
import { ReplacementRefused } from './replacement-refused.ts'
import { swapIn } from './swap.ts'
import { createTable, targetOf } from './tables.ts'

const begin = async <Event>({ projection, pool }: BesideOptions<Event>): Promise<Target<Event>> => {
  const { table, version } = projection
  const physicalName = rebuildNameOf(table.name)
  const checkpoint = await inTransaction(pool, async (client) => {
    const live = (await readCheckpoints(client, [table.name])).get(table.name)
    if (live === undefined)
      throw new ReplacementRefused(`there is no table ${table.name} yet: it is built when the projections start`)
    return createTable(client, table, { physicalName, version, generation: live.generation + 1 })
  })
  return targetOf(projection, checkpoint)
}

export type RebuildOptions<Event> = BesideOptions<Event> & {
  /** It is built and compared, and then dropped. */
  readonly dryRun?: boolean
}

/**
 * Builds the table anew from the first event, beside the live one, compares the two where that stands (`verify.ts`), and puts it in its
 * place once it has caught up, whatever differs; the one before is kept (`kept.ts`). Strict unless told otherwise: the first event that cannot be folded ends it, and the live table stays. A store that
 * is away is waited for. Killed half-way, nothing has happened but a table that the next rebuild drops; it begins from the first event,
 * since the fold may have changed meanwhile.
 * @throws ReplacementRefused when somebody else replaces it or `signal` aborts, FoldFault
 */
export const rebuildProjection = async <Event>({ dryRun, ...options }: RebuildOptions<Event>): Promise<Replaced> =>
  replaceTable(options, async (guarded) => {
    const target = await begin(guarded)
    return {
      target,
      what: 'rebuild',
      generation: target.checkpoint.generation - 1,
      swap: dryRun === true ? undefined : swapIn,
    }
  })
