import { keptFor } from '../../infrastructure/time/kept-for.ts'
import type { OrderOfPayment } from './handlers.ts'

const keptMs = 60_000
/** Of so many payments at once; of more, the one that was asked for first is forgotten. */
const mostKept = 1_000

/**
 * For those who only look, again and again: the provider, which is asked for charges by the same way, is asked of a payment once a minute.
 * That it did not answer is not kept.
 */
export const keptOrderOf = (orderOf: OrderOfPayment, now: () => number): OrderOfPayment => {
  const asked = new Map<string, () => ReturnType<OrderOfPayment>>()
  return (providerPaymentId) => {
    const ask = asked.get(providerPaymentId) ?? keptFor(keptMs, now, () => orderOf(providerPaymentId))
    asked.set(providerPaymentId, ask)
    const [oldest] = asked.keys()
    if (asked.size > mostKept && oldest !== undefined) asked.delete(oldest)
    return ask()
  }
}
