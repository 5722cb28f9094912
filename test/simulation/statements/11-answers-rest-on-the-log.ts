import { streams } from '../../../domain/shared/streams.ts'
import type { OperatorAnswer, Statement, Watch } from './statement.ts'
import type { Log } from './log.ts'

type Level = { available: number; readonly holders: Set<string> }

/** What was available of a SKU at each moment since the order's reservation began at which the order itself held none of it. */
type Waiting = { readonly skus: ReadonlyMap<string, Set<number>> }

const watchShortages = (): Watch => {
  const levels = new Map<string, Level>()
  const waiting = new Map<string, Waiting>()

  const levelOf = (sku: string): Level => {
    const level = levels.get(sku) ?? { available: 0, holders: new Set() }
    levels.set(sku, level)
    return level
  }
  const noteFor = (orderId: string, sku: string, seen: Set<number>) => {
    const { available, holders } = levelOf(sku)
    if (!holders.has(orderId)) seen.add(available)
  }
  const changed = (sku: string, change: number): Level => {
    const level = levelOf(sku)
    level.available += change
    return level
  }
  const noteAll = (sku: string) => {
    for (const [orderId, { skus }] of waiting) {
      const seen = skus.get(sku)
      if (seen !== undefined) noteFor(orderId, sku, seen)
    }
  }

  return (append) =>
    append.flatMap(({ event }) => {
      switch (event.type) {
        case 'StockReceived':
          changed(event.sku, event.quantity)
          break
        case 'StockAdjusted':
          changed(event.sku, event.delta)
          break
        case 'StockReserved':
          changed(event.sku, -event.quantity).holders.add(event.orderId)
          break
        case 'StockReleased':
          changed(event.sku, event.quantity).holders.delete(event.orderId)
          break
        case 'ReservationStarted': {
          const skus = new Map(event.lines.map(({ sku }) => [sku, new Set<number>()]))
          waiting.set(event.orderId, { skus })
          for (const [sku, seen] of skus) noteFor(event.orderId, sku, seen)
          return []
        }
        case 'InventoryReservationFailed': {
          const { orderId, shortages } = event
          const wrong = shortages.filter(
            ({ sku, wanted, available }) =>
              available >= wanted || waiting.get(orderId)?.skus.get(sku)?.has(available) !== true,
          )
          waiting.delete(orderId)
          return wrong.map(
            ({ sku, available }) =>
              `order ${orderId} was told that ${available} of ${sku} were left, and at no time was it so`,
          )
        }
        case 'InventoryReserved':
        case 'InventoryReleased':
          waiting.delete(event.orderId)
          return []
        default:
          return []
      }
      noteAll(event.sku)
      return []
    })
}

/** The refund had failed before the operator asked: since then it must have been asked for again, or settled; or withdrawn, as asked. */
const notDone = (events: Log, { type, orderId, refundId, attempt }: OperatorAnswer): readonly string[] => {
  const isDone = events.some(
    ({ event, stream }) =>
      stream === streams.payment(orderId) &&
      'refundId' in event &&
      event.refundId === refundId &&
      (type === 'WithdrawRefund'
        ? event.type === 'RefundWithdrawn'
        : event.type === 'RefundSettledManually' || (event.type === 'RefundRequested' && event.attempt > attempt)),
  )
  return isDone
    ? []
    : [
        `order ${orderId}: ${type} of the refund ${refundId} was answered, and nothing was done about attempt ${attempt}`,
      ]
}

export const answersRestOnTheLog: Statement = {
  number: 11,
  says: 'nobody is told what never was so in the log: of a shortage, nor that something has been done',
  watch: watchShortages,
  whenQuiet: ({ events, operatorAnswers = [] }) => operatorAnswers.flatMap((answer) => notDone(events, answer)),
}
