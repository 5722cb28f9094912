import { z } from 'zod'

export const rebuildConfig = {
  /** Of a table of another version: `strict` ends at the first event that cannot be folded; `set-aside` sets its row aside and goes on. */
  UNASKED_REBUILDS: z.enum(['strict', 'set-aside']).default('strict'),
  /** How long a table that a rebuild has replaced is kept, so that it can be put back; 0: not at all. */
  REPLACED_TABLES_KEPT_HOURS: z.coerce.number<string>().min(0).max(8_760).default(168),
}

type RebuildConfig = { readonly [Name in keyof typeof rebuildConfig]: z.output<(typeof rebuildConfig)[Name]> }

/** What an engine is told of it. */
export const rebuildOptions = ({ UNASKED_REBUILDS: unasked, REPLACED_TABLES_KEPT_HOURS: hours }: RebuildConfig) => ({
  rebuildSetsAside: unasked === 'set-aside',
  keptMs: hours * 3_600_000,
})
