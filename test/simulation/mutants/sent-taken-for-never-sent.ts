import type { Mutation } from './mutation.ts'

/** A charge that is to be cancelled is taken for never sent, whoever has had its lease before: it is said to be off, and nobody is asked. */
export const sentTakenForNeverSent: Mutation = {
  name: 'a charge that was sent taken for never sent',
  putInto: ({ commands, leases }) => {
    const first = new Map<string, string>()
    return {
      commands,
      leases: {
        ...leases,
        claim: async (what, options) => {
          const { kind, key, eventId } = what
          const lease = await leases.claim(what, options)
          if (lease === undefined || kind !== 'payment') return lease
          const requested = first.get(key) ?? eventId
          first.set(key, requested)
          return requested === eventId ? lease : { ...lease, neverSent: true }
        },
      },
    }
  },
}
