import type { ShopEvent } from '../../domain/registry.ts'
import { unitsOf } from '../../domain/shared/money.ts'
import { Counter, type Registry } from '../../infrastructure/observability/metrics.ts'

/** Counts the orders that are placed here, and what they come to. To be told of every event that is written. */
export const placingMetrics = (registry: Registry): ((event: ShopEvent) => void) => {
  const orders = new Counter({
    name: 'orders_placed_total',
    help: 'Orders that were placed here',
    labelNames: ['currency'],
    registers: [registry],
  })
  const amount = new Counter({
    name: 'orders_placed_amount_total',
    help: 'What these orders come to, in units of the currency: 12.5 are 12.50 EUR',
    labelNames: ['currency'],
    registers: [registry],
  })
  return (event) => {
    if (event.type !== 'OrderPlaced') return
    const { total, currency } = event
    orders.inc({ currency })
    amount.inc({ currency }, unitsOf({ amount: total, currency }))
  }
}
