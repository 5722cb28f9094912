import type { CommitInventory } from '../../domain/inventory/commands.ts'
import { reservationDecider } from '../../domain/inventory/reservation.ts'
import { stockDecider } from '../../domain/inventory/stock.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { CommandHandler } from '../../infrastructure/event-store/command-context.ts'
import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import { bySku } from './release.ts'
import { sideBySide } from './side-by-side.ts'

/**
 * What was shipped leaves the stock. The lines first and the reservation last: cut off in between, it is still `reserved` and the
 * command goes on where it was. The lines are those of the reservation as it was read, and it is completed only where it was read: in
 * any other place the lines may be others, and `VersionConflict` brings the command back.
 * @throws VersionConflict, and Refusal `reservation_not_held` when there is nothing to commit: an operator has to look at that
 */
export const commitInventory =
  (commands: CommandHandling): CommandHandler<CommitInventory> =>
  async ({ orderId }, context) => {
    const stream = streams.reservation(orderId)
    const { state, revision } = await commands.load(reservationDecider, stream)
    if (state.status === 'reserved') {
      await sideBySide(bySku(state.lines), ({ sku }) =>
        commands.handle(stockDecider, streams.stock(sku), { type: 'CommitStock', sku, orderId }, context),
      )
    }
    await commands.handle(reservationDecider, stream, { type: 'CompleteCommit', orderId }, context, {
      expectedRevision: revision,
    })
  }
