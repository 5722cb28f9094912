import type { InventoryCommand } from '../../domain/inventory/commands.ts'
import type { CommandHandler } from '../../infrastructure/event-store/command-context.ts'
import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import { commitInventory } from './commit.ts'
import { releaseInventory } from './release.ts'
import { reserveInventory } from './reserve.ts'

/** Each spans the reservation's stream and one stream for each SKU; each can be cut off anywhere and run again. */
export const inventoryHandler = (commands: CommandHandling): CommandHandler<InventoryCommand> => {
  const reserve = reserveInventory(commands)
  const release = releaseInventory(commands)
  const commit = commitInventory(commands)

  return (command, context) => {
    switch (command.type) {
      case 'ReserveInventory':
        return reserve(command, context)
      case 'ReleaseInventory':
        return release(command, context)
      case 'CommitInventory':
        return commit(command, context)
    }
  }
}
