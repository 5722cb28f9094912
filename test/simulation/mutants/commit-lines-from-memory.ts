import { reservationDecider } from '../../../domain/inventory/reservation.ts'
import type { Mutation } from './mutation.ts'

/**
 * What is shipped are the lines of the reservation as it is remembered, and it is completed wherever it is by now: not at the revision
 * that the lines were taken from. Only a commit looks at a reservation that is `reserved`.
 */
export const commitLinesFromMemory: Mutation = {
  name: 'what is shipped taken from memory',
  putInto: ({ commands, leases }) => ({
    leases,
    commands: {
      ...commands,
      load: async (fold, stream, options) => {
        const remembered = commands.recall(fold, stream)
        const read = await commands.load(fold, stream, options)
        const isCommitted =
          Object.is(fold, reservationDecider) && (read.state as { readonly status?: unknown }).status === 'reserved'
        return isCommitted && remembered !== undefined ? { ...read, state: remembered } : read
      },
    },
  }),
}
