import { AttemptsUnavailable } from '../../../processors/perform/leases.ts'
import type { Mutation } from './mutation.ts'

/** A database that may lack leases gives them all the same, and knows of no call that was made before. */
export const leasesAfterFailover: Mutation = {
  name: 'leases given right after a failover',
  putInto: ({ commands, attempts }) => ({
    commands,
    attempts: {
      ...attempts,
      claim: async (what, options) => {
        try {
          return await attempts.claim(what, options)
        } catch (error) {
          if (!(error instanceof AttemptsUnavailable)) throw error
          const { kind, key, since: at } = what
          return { kind, key, calls: 1, token: 'none', inserted: true, at }
        }
      },
    },
  }),
}
