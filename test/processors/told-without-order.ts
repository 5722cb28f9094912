import type { PaymentWebhookEvent } from '../../domain/payments/events.ts'
import { paymentIdOf } from '../../domain/shared/ids.ts'
import { streams } from '../../domain/shared/streams.ts'
import type { StoredEvent } from '../../infrastructure/event-store/port.ts'
import { orderId, type Shop } from './shop.ts'

/** The shop's payment, as the provider names it. */
export const providerPaymentId = `pp_${paymentIdOf(orderId)}`

/** A webhook that names the provider's payment and no order, as it is stored: of a dispute, if nothing else is said. */
export const told = (shop: Shop, changes: Partial<PaymentWebhookEvent> = {}): StoredEvent => ({
  ...shop.last('PaymentSucceeded'),
  id: '33333333-3333-4333-8333-333333333333',
  stream: streams.paymentWebhook('mock', 'e1'),
  type: 'PaymentProviderEventReceived',
  data: {
    provider: 'mock',
    providerEventId: 'e1',
    kind: 'dispute_opened',
    providerPaymentId,
    providerDisputeId: 'dp-1',
    amount: 1000,
    currency: 'EUR',
    providerTime: '2026-01-05T10:00:00.000Z',
    ...changes,
  },
  // As the webhook is stored that names no order.
  metadata: { ...(shop.last('PaymentSucceeded').metadata as object), $correlationId: 'e1' },
})
