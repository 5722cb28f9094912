import type { ReserveInventory } from '../../domain/inventory/commands.ts'
import type { ReservationLine } from '../../domain/inventory/events.ts'
import { linesOf, reservationDecider, type Reservation } from '../../domain/inventory/reservation.ts'
import { availableOf, holdOf, stockDecider } from '../../domain/inventory/stock.ts'
import { shortageSchema, type Shortage } from '../../domain/orders/events.ts'
import { Refusal } from '../../domain/shared/refusal.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { CommandContext, CommandHandler } from '../../infrastructure/event-store/command-context.ts'
import type { CommandHandling } from '../../infrastructure/event-store/handle-command.ts'
import { bySku, releaseLines } from './release.ts'
import { sideBySide } from './side-by-side.ts'

type LineResult =
  | { readonly kind: 'fine' }
  | { readonly kind: 'short'; readonly shortage: Shortage }
  | { readonly kind: 'closed' }
type Held =
  | { readonly kind: 'held' }
  | { readonly kind: 'short'; readonly shortages: readonly Shortage[] }
  | { readonly kind: 'closed' }

/** How many times what is wanted has to be there for its lines to be held side by side. */
const plenty = 20

const over = (reservation: Reservation) => reservation.status === 'failed' || reservation.status === 'released'

/** All of the order's lines or none. Can be cut off anywhere and come again, also beside itself and beside a release. */
export const reserveInventory = (commands: CommandHandling): CommandHandler<ReserveInventory> => {
  const holdLine = async (
    orderId: string,
    { sku, quantity }: ReservationLine,
    context: CommandContext,
  ): Promise<LineResult> => {
    try {
      await commands.handle(stockDecider, streams.stock(sku), { type: 'ReserveStock', sku, orderId, quantity }, context)
      return { kind: 'fine' }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (error.code === 'reservation_closed') return { kind: 'closed' }
      if (error.code !== 'out_of_stock') throw error
      // As the decision saw it: a second look might find more, and then nothing would be held and nothing be missing.
      return { kind: 'short', shortage: shortageSchema.parse(error.facts) }
    }
  }

  /** Would it be short? Takes nothing: what fails anyway need not keep stock from others in the meantime. */
  const lookAtLine = async (orderId: string, { sku, quantity: wanted }: ReservationLine): Promise<LineResult> => {
    const { state } = await commands.load(stockDecider, streams.stock(sku))
    const held = holdOf(state, orderId)
    if (held !== undefined) return held.status === 'held' ? { kind: 'fine' } : { kind: 'closed' }
    const available = availableOf(state)
    return wanted <= available ? { kind: 'fine' } : { kind: 'short', shortage: { sku, wanted, available } }
  }

  /** Asked for by this process and still under way: what is known of a SKU does not tell of it. */
  const underWay = new Map<string, number>()

  const holdNoted = async (orderId: string, line: ReservationLine, context: CommandContext): Promise<LineResult> => {
    const { sku, quantity } = line
    underWay.set(sku, (underWay.get(sku) ?? 0) + quantity)
    try {
      return await holdLine(orderId, line, context)
    } finally {
      const left = (underWay.get(sku) ?? 0) - quantity
      if (left > 0) underWay.set(sku, left)
      else underWay.delete(sku)
    }
  }

  /** As far as is known here, there is so much of it that nobody is kept from buying it by what this order holds for a moment. */
  const isPlentiful = ({ sku, quantity }: ReservationLine): boolean => {
    const stock = commands.recall(stockDecider, streams.stock(sku))
    return stock !== undefined && availableOf(stock) - (underWay.get(sku) ?? 0) >= plenty * quantity
  }

  /** Line by line in the order of the SKUs: two orders that want the last of the same two cannot each hold one and fail. */
  const oneByOne = async (
    orderId: string,
    lines: readonly ReservationLine[],
    context: CommandContext,
  ): Promise<readonly LineResult[]> => {
    const results: LineResult[] = []
    for (const line of lines) {
      const short = results.some(({ kind }) => kind === 'short')
      const result = await (short ? lookAtLine(orderId, line) : holdNoted(orderId, line, context))
      results.push(result)
      if (result.kind === 'closed') break
    }
    return results
  }

  const holdAll = async (
    orderId: string,
    lines: readonly ReservationLine[],
    context: CommandContext,
  ): Promise<Held> => {
    const sorted = bySku(lines)
    const results = sorted.every(isPlentiful)
      ? await sideBySide(sorted, (line) => holdNoted(orderId, line, context))
      : await oneByOne(orderId, sorted, context)
    if (results.some(({ kind }) => kind === 'closed')) return { kind: 'closed' }
    const shortages = results.flatMap((result) => (result.kind === 'short' ? [result.shortage] : []))
    return shortages.length === 0 ? { kind: 'held' } : { kind: 'short', shortages }
  }

  return async ({ orderId, lines }, context) => {
    const stream = streams.reservation(orderId)

    // 1 Say what is wanted before anything is held, so that whoever releases it knows the lines. Begun already: its own lines count.
    const begun = (
      await commands.handle(reservationDecider, stream, { type: 'StartReservation', orderId, lines }, context, {
        mayOpen: true,
      })
    ).state
    if (begun.status === 'reserved' || begun.status === 'committed') return

    // 2 Hold them, SKU by SKU. A crash in here leaves some held; the command comes again and goes on.
    let reservation = begun
    if (begun.status === 'started') {
      const held = await holdAll(orderId, begun.lines, context)
      switch (held.kind) {
        // 3 Say what came of it. On a shortage this comes first: were the lines given back first, a second run could take them again.
        case 'held':
          reservation = (
            await commands.handle(reservationDecider, stream, { type: 'CompleteReservation', orderId }, context)
          ).state
          break
        case 'short': {
          const { shortages } = held
          reservation = (
            await commands.handle(reservationDecider, stream, { type: 'FailReservation', orderId, shortages }, context)
          ).state
          break
        }
        // Released ahead: somebody has ended the reservation in the meantime, and its stream says how.
        case 'closed':
          reservation = (await commands.load(reservationDecider, stream)).state
          break
      }
    }

    // 4 Over, by us or by somebody else: nothing may stay held.
    if (over(reservation)) return releaseLines(commands, orderId, linesOf(reservation), context)
    if (reservation.status === 'started')
      throw new Error(`stock of order ${orderId} is closed, but its reservation is not`)
  }
}
