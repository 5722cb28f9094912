import { sumOf } from '../shared/money.ts'
import type { PaymentEvent, RefundedLine } from './events.ts'
import { lostOf, noOutsideMoney, refundedOutside, type OutsideMoney } from './outside-money.ts'

/** What came of a refund, or what an operator did about one that had failed. */
export type RefundOutcomeEvent = Extract<
  PaymentEvent,
  { readonly type: 'RefundSucceeded' | 'RefundFailed' | 'RefundSettledManually' | 'RefundWithdrawn' }
>

export type PaymentRequested = Extract<PaymentEvent, { readonly type: 'PaymentRequested' }>

/** Money the provider took, under its own id. Minor units. */
export type Charge = { readonly providerPaymentId: string; readonly amount: number; readonly currency: string }

export const paymentStatuses = [
  'none',
  'requested',
  'action_required',
  'unknown',
  'succeeded',
  'failed',
  'voided',
  'mismatch',
] as const
export type PaymentStatus = (typeof paymentStatuses)[number]

/** `settled`: given back by hand, in another way. `withdrawn`: it failed, and is not owed any more. */
export const refundStatuses = ['requested', 'succeeded', 'failed', 'settled', 'withdrawn'] as const
export type RefundStatus = (typeof refundStatuses)[number]

export type Refund = {
  readonly refundId: string
  /** Counts from 1; an outcome speaks of one attempt, and only the last one counts. */
  readonly attempt: number
  readonly providerPaymentId: string
  readonly amount: number
  readonly currency: string
  readonly reason: string
  /** What it gives back, where it was asked for by line. */
  readonly lines?: readonly RefundedLine[] | undefined
  readonly status: RefundStatus
  /** When the provider says that the status came about. */
  readonly providerTime?: string | undefined
  /** What the provider calls those of its attempts that succeeded, also where they failed after that. */
  readonly made?: readonly { readonly attempt: number; readonly providerRefundId: string }[] | undefined
}

type Unasked = { readonly status: Extract<PaymentStatus, 'none'> }
type Asked = {
  readonly status: Extract<PaymentStatus, 'requested' | 'action_required' | 'unknown' | 'failed'>
  readonly request: PaymentRequested
  /** Where the customer confirms the payment. Kept when its status becomes something else, so that they are asked only once. */
  readonly actionUrl: string | undefined
  /** An outcome that stays unknown is written down once, however often the provider is asked again. */
  readonly unknownNoted: boolean
}
type Voided = {
  readonly status: Extract<PaymentStatus, 'voided'>
  readonly reason: string
  readonly request: PaymentRequested | undefined
  /** The provider was asked to charge and has not said yet what came of it: the money may still be taken. */
  readonly requestOpen: boolean
}
export type ChargedPayment = {
  /** `mismatch`: what was taken is not what the order costs. An operator decides, nothing is given back by itself. */
  readonly status: Extract<PaymentStatus, 'succeeded' | 'mismatch'>
  readonly paymentId: string
  /** The one charge that the order keeps. */
  readonly charge: Charge
  /** What was taken beside it, each given back in full. */
  readonly duplicates: readonly Charge[]
  readonly refunds: readonly Refund[]
}

/** Absent: nothing. It may be told of before the charge that it is about. */
type WithOutside = { readonly outside?: OutsideMoney | undefined }

export type Payment = (Unasked | Asked | Voided | ChargedPayment) & WithOutside

type OpenStatus = Extract<PaymentStatus, 'requested' | 'action_required' | 'unknown'>

/** Asked for, and it has neither come nor failed nor been voided. */
export const isOpen = <Known extends { readonly status: PaymentStatus }>(
  payment: Known,
): payment is Known & { readonly status: OpenStatus } =>
  payment.status === 'requested' || payment.status === 'action_required' || payment.status === 'unknown'

export const isCharged = <Known extends { readonly status: PaymentStatus }>(
  payment: Known,
): payment is Known & { readonly status: ChargedPayment['status'] } =>
  payment.status === 'succeeded' || payment.status === 'mismatch'

/** It failed, wanted still or not: nothing of it has gone or is on its way, and it can be tried again. */
export const hasGoneNowhere = ({ status }: { readonly status: RefundStatus }): boolean =>
  status === 'failed' || status === 'withdrawn'

/** What the event makes of a refund's status: only an outcome of the last attempt counts, and only from a status that can become this one. */
export const refundStatusAfter = (
  { attempt, status }: Pick<Refund, 'attempt' | 'status'>,
  event: RefundOutcomeEvent,
): RefundStatus => {
  switch (event.type) {
    case 'RefundSucceeded':
      return event.attempt === attempt && status === 'requested' ? 'succeeded' : status
    case 'RefundFailed':
      return event.attempt === attempt && (status === 'requested' || status === 'succeeded') ? 'failed' : status
    case 'RefundSettledManually':
      return hasGoneNowhere({ status }) ? 'settled' : status
    case 'RefundWithdrawn':
      return status === 'failed' ? 'withdrawn' : status
    default:
      return event satisfies never
  }
}

export const isChargeOf = ({ charge, duplicates }: ChargedPayment, id: string): boolean =>
  [charge, ...duplicates].some(({ providerPaymentId }) => providerPaymentId === id)

/** The request whose outcome the provider still owes: the intent to charge, or, where the payment is voided, to cancel that. */
export const openRequestOf = (payment: Payment): PaymentRequested | undefined => {
  switch (payment.status) {
    case 'requested':
    case 'action_required':
    case 'unknown':
      return payment.request
    case 'voided':
      return payment.requestOpen ? payment.request : undefined
    case 'none':
    case 'failed':
    case 'succeeded':
    case 'mismatch':
      return undefined
  }
}

/** The one payment that was ever asked for; undefined where none was. */
export const paymentIdIn = (payment: Payment): string | undefined => {
  switch (payment.status) {
    case 'none':
      return undefined
    case 'requested':
    case 'action_required':
    case 'unknown':
    case 'failed':
    case 'voided':
      return payment.request?.paymentId
    case 'succeeded':
    case 'mismatch':
      return payment.paymentId
  }
}

/** Come back to the customer, by the provider or by hand. */
export const isGivenBack = ({ status }: { readonly status: RefundStatus }): boolean =>
  status === 'succeeded' || status === 'settled'

export const refundsOf = (payment: Payment): readonly Refund[] => (isCharged(payment) ? payment.refunds : [])

export const refundOf = (payment: Payment, refundId: string): Refund | undefined =>
  refundsOf(payment).find((refund) => refund.refundId === refundId)

export const outsideOf = ({ outside = noOutsideMoney }: WithOutside): OutsideMoney => outside

/** Some of its money has moved already, or is disputed: the charge itself is still to be told of. */
export const awaitsCharge = (payment: Payment): boolean => {
  const { refunds, disputes } = outsideOf(payment)
  return !isCharged(payment) && refunds.length + disputes.length > 0
}

/**
 * What could still be given back of a charge: all of it, less every refund that has not failed, whoever made it, and less what its
 * disputes have lost. One that is open counts nothing: it is the provider that says whether it refunds meanwhile.
 */
export const leftOf = (payment: Payment, charge: Charge): number => {
  const outside = outsideOf(payment)
  const asked = refundsOf(payment)
    .filter((refund) => refund.providerPaymentId === charge.providerPaymentId && !hasGoneNowhere(refund))
    .map(({ amount }) => amount)
  return Math.max(0, charge.amount - sumOf([...asked, refundedOutside(outside, charge), lostOf(outside, charge)]))
}
