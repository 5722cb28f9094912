import { lostOf, refundedOutside } from '../../domain/payments/outside-money.ts'
import { fullRefundId } from '../../domain/payments/refunds.ts'
import { isGivenBack, type RefundStatus } from '../../domain/payments/state.ts'
import { sumOf } from '../../domain/shared/money.ts'
import { attentionReasons, type AttentionReason, type DuplicateCharge, type OrderRow } from './table.ts'

type Money = Pick<
  OrderRow,
  | 'status'
  | 'paymentStatus'
  | 'charge'
  | 'duplicateCharges'
  | 'refunds'
  | 'refunded'
  | 'chargedBack'
  | 'disputeStatus'
  | 'outside'
>

/** Kept of the order's charge, less what is on its way back. */
const keptOf = ({ charge, refunds, refunded, chargedBack }: Money): number => {
  const onItsWay = Object.values(refunds)
    .filter(({ status, duplicate }) => status === 'requested' && !duplicate)
    .map(({ amount }) => amount)
  return (charge?.amount ?? 0) - sumOf([refunded, chargedBack, ...onItsWay])
}

const isDoneWith = (refund: RefundStatus): boolean => isGivenBack({ status: refund }) || refund === 'withdrawn'

/** It can have gone back without us as well; or an operator has said that it is not to. */
const isKept =
  ({ outside }: Money) =>
  (charge: DuplicateCharge): boolean =>
    (charge.refund === null || !isDoneWith(charge.refund)) &&
    refundedOutside(outside, charge) + lostOf(outside, charge) < charge.amount

/** A refund that failed is of no interest once the money has gone another way. */
const keepsWhatFailedToGo = (money: Money): boolean =>
  money.duplicateCharges.filter(isKept(money)).some(({ refund }) => refund === 'failed') ||
  (keptOf(money) > 0 && Object.values(money.refunds).some(({ status, duplicate }) => status === 'failed' && !duplicate))

/** Nothing more is asked for by itself. What an operator has said is not to go back may stay. */
const keepsOfClosed = (money: Money): boolean => {
  const { status, paymentStatus, refunds } = money
  const isClosed = status === 'rejected' || status === 'cancelled'
  if (!isClosed || paymentStatus !== 'succeeded' || !Object.hasOwn(refunds, fullRefundId)) return false
  const withdrawn = Object.values(refunds).filter((refund) => refund.status === 'withdrawn' && !refund.duplicate)
  return keptOf(money) > sumOf(withdrawn.map(({ amount }) => amount)) && !keepsWhatFailedToGo(money)
}

/** It keeps its stock until somebody cancels it: nothing else becomes of it by itself. */
const isHeldForGood = ({ status, disputeStatus }: Money): boolean =>
  disputeStatus === 'lost' && (status === 'placed' || status === 'confirmed')

/** In the order of `attentionReasons`; none for an order that goes its way by itself. */
export const attentionTo = (money: Money): readonly AttentionReason[] => {
  const holds: Readonly<Record<AttentionReason, boolean>> = {
    payment_mismatch: money.paymentStatus === 'mismatch' && keptOf(money) > 0,
    duplicate_charge: money.duplicateCharges.some(isKept(money)),
    refund_failed: keepsWhatFailedToGo(money),
    payment_disputed: money.disputeStatus === 'open',
    dispute_lost: isHeldForGood(money),
    money_kept: keepsOfClosed(money),
  }
  return attentionReasons.filter((reason) => holds[reason])
}
