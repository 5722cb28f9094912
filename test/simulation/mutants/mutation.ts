import type { CommandHandling, createCommandHandling } from '../../../infrastructure/event-store/handle-command.ts'
import type { Leases } from '../../../processors/perform/leases.ts'
import type { Performing } from '../../../processors/perform/performing.ts'
import type { MemoryOfRounds } from '../live-tables.ts'

/** What the processors of one replica are built from, as far as a fault can be put in there. */
export type Parts = { readonly commands: CommandHandling; readonly leases: Leases }

/** A fault, put into every process that decides, into the replicas of the processors alone, or into those who keep the tables. */
export type Mutation = {
  readonly name: string
  /** How each process, also of the command API, makes its command handling. */
  readonly handling?: (create: typeof createCommandHandling) => typeof createCommandHandling
  /** `performing` is the replica's own; it is there once the replica has been built. */
  readonly putInto?: (parts: Parts, performing: () => Performing) => Parts
  /** The follow-ups pass over orders that stand still. */
  readonly leavesStandingOrders?: boolean
  /** Made anew for each run. */
  readonly memory?: () => MemoryOfRounds
}
