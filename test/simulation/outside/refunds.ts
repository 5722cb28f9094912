import type { RefundIdentity, RefundResult, RefundRequest } from '../../../payment-providers/port.ts'
import type { ProviderParts } from './charges.ts'
import type { Capture, RefundMade } from './provider-books.ts'

const longestMs = 20 * 60_000

/** The provider's side of giving back: once for each (payment, refund, attempt), never more than was taken. */
export const createRefunds = ({ random, tell, later }: ProviderParts, captures: readonly Capture[]) => {
  const refunds = new Map<string, RefundMade>()
  const keyOf = ({ providerPaymentId, refundId, attempt }: RefundIdentity) =>
    `${providerPaymentId} ${refundId} ${attempt}`

  const become = (refund: RefundMade, status: 'succeeded' | 'failed') => {
    refund.status = status
    const { refundId, attempt, providerPaymentId } = refund
    const orderId = captures.find((capture) => capture.providerPaymentId === providerPaymentId)?.orderId
    tell(`refund.${status}`, {
      orderId,
      refundId,
      attempt,
      providerPaymentId,
      ...(status === 'succeeded' ? { providerRefundId: `pr_${keyOf(refund)}` } : { code: 'account_closed' }),
    })
  }

  const answerOf = (refund: RefundMade): RefundResult => {
    switch (refund.status) {
      case 'pending':
        return { kind: 'pending' }
      case 'succeeded':
        return { kind: 'succeeded', providerRefundId: `pr_${keyOf(refund)}` }
      case 'failed':
        return { kind: 'failed', code: 'account_closed' }
    }
  }

  const begin = (refund: RefundMade) => {
    switch (random.weighted({ succeeds: 65, fails: 12, takes_time: 13, succeeds_then_fails: 10 })) {
      case 'succeeds':
        return become(refund, 'succeeded')
      case 'fails':
        return become(refund, 'failed')
      case 'takes_time':
        return later('has settled a refund', longestMs, () =>
          become(refund, random.chance(0.8) ? 'succeeded' : 'failed'),
        )
      case 'succeeds_then_fails':
        become(refund, 'succeeded')
        return later('takes a refund back', longestMs, () => become(refund, 'failed'))
    }
  }

  return {
    refunds,

    refund(request: RefundRequest): RefundResult {
      const known = refunds.get(keyOf(request))
      if (known !== undefined) return answerOf(known)
      const { providerPaymentId, refundId, attempt, amount } = request
      const refund: RefundMade = { providerPaymentId, refundId, attempt, amount, status: 'pending' }
      refunds.set(keyOf(request), refund)
      const taken = captures.find((capture) => capture.providerPaymentId === providerPaymentId)?.amount ?? 0
      const asked = [...refunds.values()]
        .filter((other) => other.providerPaymentId === providerPaymentId && other.status !== 'failed')
        .reduce((sum, other) => sum + other.amount, 0)
      if (asked > taken) become(refund, 'failed')
      else begin(refund)
      return answerOf(refund)
    },

    lookUpRefund(identity: RefundIdentity): RefundResult {
      const refund = refunds.get(keyOf(identity))
      return refund === undefined ? { kind: 'unknown_refund' } : answerOf(refund)
    },
  }
}
