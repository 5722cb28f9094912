import { processManagers } from '../../../domain/process-managers.ts'
import { commandIdOf } from '../../../domain/shared/ids.ts'
import type { CommandContext } from '../../../infrastructure/event-store/command-context.ts'
import type { Mutation } from './mutation.ts'

const groups = processManagers.map(({ group }) => group)
const commandTypes = [
  'ConfirmOrder',
  'RejectOrder',
  'ReserveInventory',
  'ReleaseInventory',
  'CommitInventory',
  'RequestPayment',
  'VoidOrRefund',
  'RecordProviderOutcome',
] as const

/** The same id, had the group not been part of it. Ids that no process manager made stay as they are. */
const withoutGroup = (context: CommandContext): CommandContext => {
  const { causationId, commandId, actor } = context
  if (!groups.some((group) => group === actor.id)) return context
  const type = commandTypes.find((name) => commandIdOf(causationId, actor.id, name, 0) === commandId)
  return type === undefined ? context : { ...context, commandId: commandIdOf(causationId, '', type, 0) }
}

/**
 * Ids of commands made from the event and the command's type alone. No two groups of this shop answer an event with a command of the same
 * type, so no two ids meet yet; it is seen all the same, before somebody adds a command that makes them meet.
 */
export const idsWithoutGroup: Mutation = {
  name: 'command ids without the group',
  putInto: ({ commands, leases }) => ({
    leases,
    commands: {
      ...commands,
      handle: (decider, stream, command, context, options) =>
        commands.handle(decider, stream, command, withoutGroup(context), options),
    },
  }),
}
