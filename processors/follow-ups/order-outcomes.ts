import type { ShopEvent } from '../../domain/registry.ts'
import { positionToText } from '../../infrastructure/event-store/position.ts'
import type { Projection } from '../../infrastructure/projections/projection.ts'

export type OrderOutcome = {
  /** `confirmed`, `rejected out_of_stock`, `cancelled expired`, … */
  readonly outcome: string
  readonly orders: number
  /** The place in the log up to which orders are counted: nothing is counted twice. */
  readonly upTo: string
}

const outcomeOf = (event: ShopEvent): string | undefined => {
  switch (event.type) {
    case 'OrderConfirmed':
      return 'confirmed'
    case 'OrderRejected':
      return `rejected ${event.reason}`
    case 'OrderCancelled':
      return `cancelled ${event.reason}`
    case 'OrderShipped':
      return 'shipped'
    case 'OrderDelivered':
      return 'delivered'
    default:
      return undefined
  }
}

/** How many orders have come to each state that they can end in. For the metrics; an order counts for each state it went through. */
export const orderOutcomes: Projection<OrderOutcome, ShopEvent> = {
  table: { name: 'order_outcomes', key: 'outcome', columns: { outcome: 'text', orders: 'bigint', upTo: 'text' } },
  version: 1,
  streamPrefixes: ['order-'],
  keys: ({ event }) => {
    const outcome = outcomeOf(event)
    return outcome === undefined ? [] : [outcome]
  },
  keysWhenUnreadable: () => [],
  evolve(row, { position }, outcome) {
    const upTo = positionToText(position)
    return row !== undefined && row.upTo >= upTo ? 'same' : { outcome, orders: (row?.orders ?? 0) + 1, upTo }
  },
}
