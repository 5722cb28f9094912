import { paymentIdOf } from '../../../domain/shared/ids.ts'
import type { OrderOfPaymentResult } from '../../../payment-providers/port.ts'
import type { ProviderParts } from './charges.ts'
import type { Capture, DisputeMade, MoneyBack } from './provider-books.ts'

export type DashboardParts = ProviderParts & {
  readonly captures: readonly Capture[]
  /** What the shop's own refunds of the charge have taken, or may yet. */
  readonly refundedByShop: (providerPaymentId: string) => number
  /** Whether anybody uses it in this run. */
  readonly isUsed: boolean
}

const longestMs = 60 * 60_000

type DashboardRefund = MoneyBack & { readonly providerRefundId: string }

/** What people do in the provider's own dashboard, and customers' banks at their desks: the shop hears of it by webhook. */
export const createDashboard = ({ random, tell, later, captures, refundedByShop, isUsed }: DashboardParts) => {
  const refunds: DashboardRefund[] = []
  const disputes: DisputeMade[] = []

  /** Gone without the shop, or held by a dispute. */
  const takenOf = (id: string): number =>
    [...refunds.filter(({ status }) => status !== 'failed'), ...disputes.filter(({ status }) => status !== 'won')]
      .filter(({ providerPaymentId }) => providerPaymentId === id)
      .reduce((sum, { amount }) => sum + amount, 0)
  const leftOf = ({ providerPaymentId, amount }: Capture): number =>
    amount - refundedByShop(providerPaymentId) - takenOf(providerPaymentId)

  /** Half of what is told names the provider's own payment alone. */
  const named = ({ orderId, providerPaymentId, currency }: Capture) => ({
    ...(random.chance(0.5) ? { orderId } : {}),
    providerPaymentId,
    currency,
  })
  const some = (left: number): number => (random.chance(0.4) ? left : random.int(1, left))

  const refund = (capture: Capture): void => {
    const left = leftOf(capture)
    if (left <= 0) return
    const { providerPaymentId } = capture
    const made: DashboardRefund = {
      providerPaymentId,
      providerRefundId: `pr_dashboard_${refunds.length + 1}`,
      amount: some(left),
      status: 'succeeded',
    }
    refunds.push(made)
    const { amount, providerRefundId } = made
    const unknown = random.chance(0.5) ? { refundId: `made by hand ${refunds.length}`, attempt: 1 } : {}
    tell('refund.succeeded', { ...named(capture), ...unknown, amount, providerRefundId })
    if (random.chance(0.25))
      later('takes back a refund of the dashboard', longestMs, () => {
        made.status = 'failed'
        tell('refund.failed', { ...named(capture), ...unknown, amount, providerRefundId, code: 'account_closed' })
      })
  }

  const dispute = (capture: Capture): void => {
    const left = leftOf(capture)
    if (left <= 0) return
    const { providerPaymentId } = capture
    const made: DisputeMade = { providerPaymentId, amount: some(left), status: 'open' }
    disputes.push(made)
    const providerDisputeId = `dp_${disputes.length}`
    const become = (status: 'won' | 'lost') => {
      made.status = status
      tell(`dispute.${status}`, { ...named(capture), amount: made.amount, providerDisputeId })
    }
    tell('dispute.opened', { ...named(capture), amount: made.amount, providerDisputeId })
    const end = random.weighted({ won: 40, lost: 30, lost_then_won: 15, never: 15 })
    if (end === 'never') return
    later(`has decided a dispute: ${end}`, random.pick([5_000, longestMs]), () => {
      become(end === 'won' ? 'won' : 'lost')
      if (end === 'lost_then_won')
        later('has thought better of a dispute', random.pick([5_000, longestMs]), () => become('won'))
    })
  }

  return {
    refunds,
    disputes,
    takenOf,
    isDisputed: (id: string): boolean =>
      disputes.some(({ providerPaymentId, status }) => providerPaymentId === id && status === 'open'),

    captured(capture: Capture): void {
      if (!isUsed) return
      if (random.chance(0.3)) later('is used to refund', longestMs, () => refund(capture))
      if (random.chance(0.25)) later('hears of a dispute', longestMs, () => dispute(capture))
      if (random.chance(0.1))
        tell('dispute.opened', {
          providerPaymentId: "another shop's",
          providerDisputeId: 'dp_another',
          amount: 1,
          currency: 'EUR',
        })
    },

    /** The shop is about to refund the same money. */
    raceFor(providerPaymentId: string): void {
      const capture = captures.find((one) => one.providerPaymentId === providerPaymentId)
      if (isUsed && capture !== undefined && random.chance(0.2)) refund(capture)
    },

    orderOf(providerPaymentId: string): OrderOfPaymentResult {
      const capture = captures.find((one) => one.providerPaymentId === providerPaymentId)
      if (capture === undefined) return { kind: 'unknown_payment' }
      const { orderId } = capture
      return { kind: 'found', orderId, paymentId: paymentIdOf(orderId) }
    },
  }
}

export type DashboardOfProvider = ReturnType<typeof createDashboard>
