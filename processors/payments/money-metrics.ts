import type { ShopEvent } from '../../domain/registry.ts'
import { unitsOf } from '../../domain/shared/money.ts'
import { Counter, type Registry } from '../../infrastructure/observability/metrics.ts'

/** Counts the money of what is written here. To be told of every event that is written. */
export const moneyMetrics = (registry: Registry): ((event: ShopEvent) => void) => {
  const registers = [registry]
  const confirmed = new Counter({
    name: 'orders_confirmed_amount_total',
    help: 'What orders come to that were confirmed here, in units of the currency',
    labelNames: ['currency'],
    registers,
  })
  const captured = new Counter({
    name: 'payments_captured_amount_total',
    help: 'Money taken, as recorded here, in units of the currency; also what was charged twice, or came to another amount than was asked for',
    labelNames: ['currency'],
    registers,
  })
  const givenBack = new Counter({
    name: 'payments_given_back_amount_total',
    help: 'Money that went back, as recorded here, in units of the currency: by a refund of ours, outside, by a lost dispute. What is taken back of it is not subtracted, and what was settled by hand is not in it',
    labelNames: ['currency', 'how'],
    registers,
  })
  return (event) => {
    switch (event.type) {
      case 'OrderConfirmed':
        confirmed.inc({ currency: event.currency }, unitsOf({ amount: event.total, currency: event.currency }))
        break
      case 'PaymentSucceeded':
      case 'DuplicateChargeDetected':
        captured.inc({ currency: event.currency }, unitsOf(event))
        break
      case 'PaymentMismatchDetected':
        captured.inc({ currency: event.currency }, unitsOf({ amount: event.captured, currency: event.currency }))
        break
      case 'RefundSucceeded':
        givenBack.inc({ currency: event.currency, how: 'refund' }, unitsOf(event))
        break
      case 'ExternalRefundRecorded':
        givenBack.inc({ currency: event.currency, how: 'outside' }, unitsOf(event))
        break
      case 'DisputeLost':
        givenBack.inc({ currency: event.currency, how: 'dispute' }, unitsOf(event))
        break
      default:
    }
  }
}
