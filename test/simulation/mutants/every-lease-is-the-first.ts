import type { Mutation } from './mutation.ts'

/** A lease is taken for the proof that nobody has called before, also where somebody has had it, and has completed what it was for. */
export const everyLeaseIsTheFirst: Mutation = {
  name: 'every lease taken for the first',
  putInto: ({ commands, leases }) => ({
    commands,
    leases: {
      ...leases,
      claim: async (what) => {
        const lease = await leases.claim(what, { onlyDue: false })
        return lease === undefined ? undefined : { ...lease, claimCount: 1, neverSent: true, at: what.since }
      },
    },
  }),
}
