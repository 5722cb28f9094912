import type { ReleaseInventory } from '../../domain/inventory/commands.ts'
import type { ReservationLine } from '../../domain/inventory/events.ts'
import { linesOf, reservationDecider } from '../../domain/inventory/reservation.ts'
import { stockDecider } from '../../domain/inventory/stock.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { CommandContext, CommandHandler } from '../../infrastructure/event-store/command-context.ts'
import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import { sideBySide } from './side-by-side.ts'

/** Always in this order, so that two orders that want the same SKUs do not run into each other crosswise. */
export const bySku = (lines: readonly ReservationLine[]): readonly ReservationLine[] =>
  lines.toSorted((a, b) => (a.sku < b.sku ? -1 : a.sku > b.sku ? 1 : 0))

/**
 * Gives back each line, and releases ahead where nothing is held yet: whoever is still on the way to reserve it comes too late. Only
 * once the reservation's own stream says that it is over.
 */
export const releaseLines = async (
  commands: CommandHandling,
  orderId: string,
  lines: readonly ReservationLine[],
  context: CommandContext,
): Promise<void> => {
  await sideBySide(bySku(lines), ({ sku }) =>
    commands.handle(stockDecider, streams.stock(sku), { type: 'ReleaseStock', sku, orderId }, context),
  )
}

/** A crash after the first append leaves lines held; the same command, come again, finds the reservation over and releases them. */
export const releaseInventory =
  (commands: CommandHandling): CommandHandler<ReleaseInventory> =>
  async (command, context) => {
    // 1 Over, in the reservation's own words; before a reservation, released ahead, which lets none begin.
    const { state } = await commands.handle(reservationDecider, streams.reservation(command.orderId), command, context)
    // What has been shipped is not given back.
    if (state.status === 'committed') return
    // 2 Then line by line, also when the reservation had been over before.
    await releaseLines(commands, command.orderId, linesOf(state), context)
  }
