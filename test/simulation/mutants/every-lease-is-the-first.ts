import type { Mutation } from './mutation.ts'

/** A lease is taken for the proof that nobody has called before, also where somebody has had it, and has settled what it was for. */
export const everyLeaseIsTheFirst: Mutation = {
  name: 'every lease taken for the first',
  putInto: ({ commands, attempts }) => ({
    commands,
    attempts: {
      ...attempts,
      claim: async (what) => {
        const lease = await attempts.claim(what, { onlyDue: false })
        return lease === undefined ? undefined : { ...lease, inserted: true, at: what.since }
      },
    },
  }),
}
