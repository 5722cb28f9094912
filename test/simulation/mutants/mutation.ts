import type { CommandHandling } from '../../../infrastructure/event-store/handle-command.ts'
import type { Attempts } from '../../../processors/perform/attempts.ts'
import type { Performing } from '../../../processors/perform/performing.ts'

/** What the processors of one replica are built from, as far as a fault can be put in there. */
export type Parts = { readonly commands: CommandHandling; readonly attempts: Attempts }

/** A fault, put into every replica. `performing` is the replica's own; it is there once the replica has been built. */
export type Mutation = { readonly name: string; readonly putInto: (parts: Parts, performing: () => Performing) => Parts }
