import type { CommitInventory } from '../../domain/inventory/commands.ts'
import { reservationDecider } from '../../domain/inventory/reservation.ts'
import { stockDecider } from '../../domain/inventory/stock.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { CommandHandler } from '../../infrastructure/event-store/command-context.ts'
import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import { bySku } from './release.ts'

/**
 * What was shipped leaves the stock. The lines first and the reservation last: cut off in between, it is still `reserved` and the
 * command goes on where it was.
 * @throws Refusal `reservation_not_held` when there is nothing to commit: an operator has to look at that
 */
export const commitInventory = (commands: CommandHandling): CommandHandler<CommitInventory> => async ({ orderId }, context) => {
  const stream = streams.reservation(orderId)
  const { state } = await commands.load(reservationDecider, stream)
  if (state.status === 'reserved') {
    for (const { sku } of bySku(state.lines)) {
      await commands.handle(stockDecider, streams.stock(sku), { type: 'CommitStock', sku, orderId }, context)
    }
  }
  await commands.handle(reservationDecider, stream, { type: 'CompleteCommit', orderId }, context)
}
