import { z } from 'zod'

export const rebuildConfig = {
  /** Of a table of another version: `strict` ends at the first event that cannot be folded; `set-aside` sets its row aside and goes on. */
  UNASKED_REBUILDS: z.enum(['strict', 'set-aside']).default('strict'),
}
