import { openRequestOf, refundsOf } from '../../domain/payments/payment.ts'
import type { PaymentProvider } from '../../payment-providers/port.ts'
import { refundKey } from '../perform/intent.ts'
import { compareRequest } from './compare-payment.ts'
import type { Difference } from './difference.ts'
import type { HereReader } from './here.ts'
import type { OpenAtProvider } from './open-intents.ts'
import type { Pace } from '../../infrastructure/time/pace.ts'

export type AskOpenDependencies = {
  readonly provider: Pick<PaymentProvider, 'lookUp' | 'lookUpRefund'>
  readonly here: HereReader
  readonly pace: Pace
}

/** As long as an order may wait for its money, with a margin: a charge that is called off was asked for before that. */
const longestOpenMs = 24 * 3_600_000

/**
 * Asks what has become of an intent without an outcome. Only asks: what the provider has never heard of is for the follow-ups, which hold
 * the lease that a call needs. @throws ProviderUnavailable, OutcomeUnknown
 */
export const createAskOpen =
  ({ provider, here, pace }: AskOpenDependencies) =>
  async ({ kind, key, orderId, since }: OpenAtProvider, signal: AbortSignal): Promise<Difference | undefined> => {
    const { payment } = await here(orderId)
    if (kind === 'payment') {
      const request = openRequestOf(payment)
      if (request === undefined) return undefined
      await pace()
      const { paymentId } = request
      // Of one that was voided, `since` is when that was: it may have been asked for long before.
      const before = payment.status === 'voided' ? longestOpenMs : 0
      const notBefore = async () => new Date(since.getTime() - before)
      return compareRequest(orderId, payment, await provider.lookUp({ paymentId, notBefore }, signal))
    }
    const refund = refundsOf(payment).find(({ refundId, attempt }) => refundKey(orderId, refundId, attempt) === key)
    if (refund?.status !== 'requested') return undefined
    await pace()
    const result = await provider.lookUpRefund(refund, signal)
    if (result.kind !== 'succeeded' && result.kind !== 'failed') return undefined
    const { refundId, attempt, amount, currency } = refund
    const money = { amount, currency }
    const command = { type: 'RecordRefundOutcome', orderId, refundId, attempt, outcome: result } as const
    const common = { of: 'refund', orderId, here: money, remedy: { kind: 'record', command } } as const
    return result.kind === 'succeeded'
      ? { ...common, kind: 'refunded_there', id: result.providerRefundId, there: money }
      : { ...common, kind: 'refund_failed_there', id: key, there: undefined }
  }
