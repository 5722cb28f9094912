import { isCharged, refundsOf, type Payment } from '../../../domain/payments/payment.ts'
import { outsideOf } from '../../../domain/payments/state.ts'
import { sumOf } from '../../../domain/shared/money.ts'
import { keptOf, type DisputeMade, type ProviderBooks } from '../../simulation/outside/provider-books.ts'
import type { Dispute } from '../../stripe/objects.ts'
import type { StripeStandIn } from '../../stripe/server.ts'
import type { Scene } from './scene.ts'

const statusOf = (status: Dispute['status']): DisputeMade['status'] => {
  if (status === 'won' || status === 'lost') return status
  return 'open'
}

/** What Stripe has of these orders' money; without what names one of them and is none of its own. */
export const booksOf = (stripe: StripeStandIn, scenes: readonly Scene[]): ProviderBooks => ({
  captures: scenes.flatMap(({ orderId, strangers }) =>
    stripe.intents
      .all()
      .filter(
        ({ id, status, metadata }) => status === 'succeeded' && metadata['order_id'] === orderId && !strangers.has(id),
      )
      .map(({ id, amount_received: amount, currency }) => ({
        orderId,
        providerPaymentId: id,
        amount,
        currency: currency.toUpperCase(),
      })),
  ),
  refunds: stripe.refunds
    .all()
    .map(({ payment_intent: providerPaymentId, amount, status }) => ({ providerPaymentId, amount, status })),
  disputes: stripe.disputes.all().map(({ payment_intent: providerPaymentId, amount, status }) => ({
    providerPaymentId,
    amount,
    status: statusOf(status),
  })),
  asked: [],
})

export const keptAtStripe = (books: ProviderBooks, scenes: readonly Scene[]): number =>
  sumOf(scenes.map(({ orderId }) => keptOf(books, orderId)))

/** What is at the provider, as our own stream has it. */
export const keptInStream = (payment: Payment): number => {
  if (!isCharged(payment)) return 0
  const { refunds, disputes } = outsideOf(payment)
  const amounts = (all: readonly { readonly amount: number; readonly status: string }[], status: string) =>
    sumOf(all.filter((one) => one.status === status).map(({ amount }) => amount))
  const captured = sumOf([payment.charge, ...payment.duplicates].map(({ amount }) => amount))
  return captured - amounts(refundsOf(payment), 'succeeded') - amounts(refunds, 'succeeded') - amounts(disputes, 'lost')
}
