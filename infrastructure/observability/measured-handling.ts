import { Refusal } from '../../domain/shared/refusal.ts'
import type { CommandHandling } from '../event-store/handle-command.ts'
import { StoreUnavailable, VersionConflict } from '../event-store/port.ts'
import { Counter, type Registry } from './metrics.ts'

const outcomeOf = (error: unknown): string => {
  if (error instanceof Refusal) return error.code
  if (error instanceof VersionConflict) return 'conflict'
  return error instanceof StoreUnavailable ? 'unavailable' : 'error'
}

const nameOf = (command: unknown): string => {
  const type =
    typeof command === 'object' && command !== null ? (command as { readonly type?: unknown }).type : undefined
  return typeof type === 'string' ? type : 'unnamed'
}

/** The same handling, with every command counted by how it ended: `done`, `already_so`, a refusal's code, or a fault. */
export const measuredHandling = (handling: CommandHandling, registry: Registry): CommandHandling => {
  const commands = new Counter({
    name: 'commands_total',
    help: 'Commands by outcome',
    labelNames: ['command', 'outcome'],
    registers: [registry],
  })
  return {
    ...handling,
    async handle(decider, stream, command, context, options) {
      try {
        const handled = await handling.handle(decider, stream, command, context, options)
        commands.inc({ command: nameOf(command), outcome: handled.events.length > 0 ? 'done' : 'already_so' })
        return handled
      } catch (error) {
        commands.inc({ command: nameOf(command), outcome: outcomeOf(error) })
        throw error
      }
    },
  }
}
