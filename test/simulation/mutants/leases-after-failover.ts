import { LeasesUnavailable } from '../../../processors/perform/leases.ts'
import type { Mutation } from './mutation.ts'

/** A database that may lack leases gives them all the same, and knows of no call that was made before. */
export const leasesAfterFailover: Mutation = {
  name: 'leases given right after a failover',
  putInto: ({ commands, leases }) => ({
    commands,
    leases: {
      ...leases,
      claim: async (what, options) => {
        try {
          return await leases.claim(what, options)
        } catch (error) {
          if (!(error instanceof LeasesUnavailable)) throw error
          const { kind, key, since: at } = what
          return { kind, key, claimCount: 1, token: 'none', neverSent: true, at, remembersFrom: new Date(0) }
        }
      },
    },
  }),
}
