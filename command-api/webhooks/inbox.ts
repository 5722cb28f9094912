import type { PaymentWebhookEvent } from '../../domain/payments/events.ts'
import type { Decider } from '../../domain/shared/decider.ts'

export type ReceiveProviderEvent = { readonly type: 'ReceiveProviderEvent'; readonly event: PaymentWebhookEvent }

/** Stream `paymentWebhook-{provider}_{eventId}`: one event of the provider, kept once however often it is delivered. */
export const inboxDecider: Decider<'empty' | 'received', ReceiveProviderEvent, PaymentWebhookEvent> = {
  initialState: 'empty',
  decide: ({ event }, state) => (state === 'empty' ? [event] : []),
  evolve: () => 'received',
}
