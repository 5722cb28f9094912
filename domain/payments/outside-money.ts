import { sumOf } from '../shared/money.ts'
import type { PaymentEvent } from './events.ts'

type EventOf<Type extends PaymentEvent['type']> = Extract<PaymentEvent, { readonly type: Type }>
type DisputeEvent = EventOf<'DisputeOpened' | 'DisputeLost' | 'DisputeWon'>

/** Of one charge, under an id of the provider's. Minor units. */
type Moved = { readonly providerPaymentId: string; readonly amount: number; readonly currency: string }

/** A refund that nobody here asked for: made in the provider's own dashboard, or by another program. One that failed stays so. */
export type ExternalRefund = Moved & { readonly providerRefundId: string; readonly status: 'succeeded' | 'failed' }

/** In the order in which they take each other's place, however they come: one that is lost can still be won, and one that is won stays so. */
export const disputeStatuses = ['open', 'lost', 'won'] as const
export type DisputeStatus = (typeof disputeStatuses)[number]

/** The customer has their bank ask for the money back. */
export type Dispute = Moved & { readonly providerDisputeId: string; readonly status: DisputeStatus }

/** What became of an order's money without us. */
export type OutsideMoney = { readonly refunds: readonly ExternalRefund[]; readonly disputes: readonly Dispute[] }

export const noOutsideMoney: OutsideMoney = { refunds: [], disputes: [] }

export const disputeStatusAfter = (type: DisputeEvent['type']): DisputeStatus => {
  switch (type) {
    case 'DisputeOpened':
      return 'open'
    case 'DisputeLost':
      return 'lost'
    case 'DisputeWon':
      return 'won'
    default:
      return type satisfies never
  }
}

/** Whether a dispute of this status becomes the other by being told of it. Undefined: nothing has been told of it yet. */
export const isDisputeNews = (known: DisputeStatus | undefined, told: DisputeStatus): boolean =>
  known === undefined || disputeStatuses.indexOf(told) > disputeStatuses.indexOf(known)

const refunded = (
  outside: OutsideMoney,
  { providerRefundId, providerPaymentId, amount, currency }: EventOf<'ExternalRefundRecorded' | 'ExternalRefundFailed'>,
  status: ExternalRefund['status'],
): OutsideMoney => {
  const known = outside.refunds.find((refund) => refund.providerRefundId === providerRefundId)
  if (known !== undefined && (status === 'succeeded' || known.status === 'failed')) return outside
  const others = outside.refunds.filter((refund) => refund !== known)
  return { ...outside, refunds: [...others, { providerRefundId, providerPaymentId, amount, currency, status }] }
}

const disputed = (
  outside: OutsideMoney,
  { type, providerDisputeId, providerPaymentId, amount, currency }: DisputeEvent,
): OutsideMoney => {
  const status = disputeStatusAfter(type)
  const known = outside.disputes.find((dispute) => dispute.providerDisputeId === providerDisputeId)
  if (!isDisputeNews(known?.status, status)) return outside
  const others = outside.disputes.filter((dispute) => dispute !== known)
  return { ...outside, disputes: [...others, { providerDisputeId, providerPaymentId, amount, currency, status }] }
}

/** A refund of ours was told of without saying so, before its own outcome came: it is counted once. */
const knownAsOurs = (outside: OutsideMoney, { providerRefundId }: EventOf<'RefundSucceeded'>): OutsideMoney => {
  const refunds = outside.refunds.filter((refund) => refund.providerRefundId !== providerRefundId)
  return refunds.length === outside.refunds.length ? outside : { ...outside, refunds }
}

/** The same object where the event says nothing new of it. */
export const evolveOutside = (outside: OutsideMoney, event: PaymentEvent): OutsideMoney => {
  switch (event.type) {
    case 'ExternalRefundRecorded':
      return refunded(outside, event, 'succeeded')
    case 'ExternalRefundFailed':
      return refunded(outside, event, 'failed')
    case 'DisputeOpened':
    case 'DisputeLost':
    case 'DisputeWon':
      return disputed(outside, event)
    case 'RefundSucceeded':
      return knownAsOurs(outside, event)
    default:
      return outside
  }
}

const movedOf = (moved: readonly Moved[], charge: Pick<Moved, 'providerPaymentId' | 'currency'>): number =>
  sumOf(
    moved
      .filter(
        ({ providerPaymentId, currency }) =>
          providerPaymentId === charge.providerPaymentId && currency === charge.currency,
      )
      .map(({ amount }) => amount),
  )

export const refundedOutside = (
  { refunds }: OutsideMoney,
  charge: Pick<Moved, 'providerPaymentId' | 'currency'>,
): number =>
  movedOf(
    refunds.filter(({ status }) => status === 'succeeded'),
    charge,
  )

/** Taken back by the customer's bank. */
export const lostOf = ({ disputes }: OutsideMoney, charge: Pick<Moved, 'providerPaymentId' | 'currency'>): number =>
  movedOf(
    disputes.filter(({ status }) => status === 'lost'),
    charge,
  )
