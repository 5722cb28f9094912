import type { ShopEvent } from '../../domain/registry.ts'
import type { Projection } from '../../infrastructure/projections/projection.ts'

export type OrderOutcome = {
  /** `confirmed`, `rejected out_of_stock`, `cancelled expired`, … */
  readonly outcome: string
  readonly orders: number
}

const outcomeOf = (event: ShopEvent): string | undefined => {
  switch (event.type) {
    case 'OrderConfirmed': return 'confirmed'
    case 'OrderRejected': return `rejected ${event.reason}`
    case 'OrderCancelled': return `cancelled ${event.reason}`
    case 'OrderShipped': return 'shipped'
    case 'OrderDelivered': return 'delivered'
    default: return undefined
  }
}

/** How many orders have come to each state that they can end in. For the metrics; an order counts for each state it went through. */
export const orderOutcomes: Projection<OrderOutcome, ShopEvent> = {
  table: { name: 'order_outcomes', key: 'outcome', columns: { outcome: 'text', orders: 'bigint' } },
  version: 1,
  streamPrefixes: ['order-'],
  keys: ({ event }) => {
    const outcome = outcomeOf(event)
    return outcome === undefined ? [] : [outcome]
  },
  keysWhenUnreadable: () => [],
  evolve: (row, _recorded, outcome) => ({ outcome, orders: (row?.orders ?? 0) + 1 }),
}
