import { randomUUID } from 'node:crypto'
import type { Ledger } from './ledger.ts'
import type { Charge, WebhookEvent } from './records.ts'

/** Tells the shop of what has become of a charge. What is undefined in `more` is not told. */
export type Announce = (type: WebhookEvent['type'], charge: Charge, more?: Partial<WebhookEvent['data']>) => void

export const announcing =
  (ledger: Ledger, tell: (event: WebhookEvent) => void): Announce =>
  (type, charge, more = {}) => {
    const { paymentId, orderId, id: providerPaymentId, amount, currency } = charge
    const webhook: WebhookEvent = {
      id: `evt_${randomUUID()}`,
      type,
      createdAt: new Date().toISOString(),
      data: { paymentId, orderId, providerPaymentId, amount, currency, ...more },
    }
    ledger.record({ webhook })
    tell(webhook)
  }
