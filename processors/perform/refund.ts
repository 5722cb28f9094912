import type { RefundOutcome } from '../../domain/payments/commands.ts'
import { paymentDecider, refundOf, refundsOf, type Refund } from '../../domain/payments/payment.ts'
import { streams } from '../../domain/shared/streams.ts'
import { OutcomeUnknown, ProviderUnavailable } from '../../infrastructure/outside/errors.ts'
import type { RefundResult } from '../../payment-providers/port.ts'
import type { Lease } from './leases.ts'
import type { ProviderEffectDependencies } from './charge.ts'
import { refundKey, type Intent } from './intent.ts'
import type { Effect, Performed } from './perform.ts'

const outcomeOf = (result: RefundResult): RefundOutcome | undefined => {
  switch (result.kind) {
    case 'succeeded':
    case 'failed':
      return result
    case 'pending':
    case 'unknown_refund':
      return undefined
  }
}

const completed: Performed = { kind: 'completed' }
const open = (why: string): Performed => ({ kind: 'open', why })

/** Has the provider refund money, once for each attempt. */
export const makeRefund = (dependencies: ProviderEffectDependencies): Effect => {
  const { commands, provider, limit, contextOf, now, idempotencyKeyTtlMs } = dependencies

  const ask = async (intent: Intent, refund: Refund, { neverSent }: Lease): Promise<RefundOutcome | undefined> => {
    const create = ({ refundId, attempt, providerPaymentId, amount, currency }: Refund): Promise<RefundResult> => {
      const { orderId, key: idempotencyKey } = intent
      const asked = { orderId, refundId, attempt, providerPaymentId, amount, currency, idempotencyKey }
      return limit((signal) => provider.refund({ ...asked, sentBefore: !neverSent }, signal))
    }

    const keyExpired = now().getTime() - intent.since.getTime() >= idempotencyKeyTtlMs
    if (neverSent && !keyExpired) return outcomeOf(await create(refund))
    const found = await limit((signal) => provider.lookUpRefund(refund, signal))
    if (found.kind !== 'unknown_refund') return outcomeOf(found)
    // Too old to be asked for again under the same key: an operator may begin another attempt.
    return keyExpired ? { kind: 'failed', code: 'never_refunded' } : outcomeOf(await create(refund))
  }

  /** The attempt that the intent is, as far as it has no outcome. */
  const stillAsked = async ({ orderId, key }: Intent): Promise<Refund | undefined> => {
    const payment = (await commands.load(paymentDecider, streams.payment(orderId))).state
    const refund = refundsOf(payment).find(({ refundId, attempt }) => refundKey(orderId, refundId, attempt) === key)
    return refund?.status === 'requested' ? refund : undefined
  }

  return async (intent, { lease, inHand, isFirst }) => {
    const { orderId } = intent
    const stream = streams.payment(orderId)
    const event = inHand?.recorded.event
    const refund: Refund | undefined =
      isFirst && event?.type === 'RefundRequested' ? { ...event, status: 'requested' } : await stillAsked(intent)
    if (refund === undefined) return completed
    try {
      const outcome = await ask(intent, refund, lease)
      if (outcome === undefined) return open('the provider has it in hand')
      const { refundId, attempt } = refund
      const command = { type: 'RecordRefundOutcome', orderId, refundId, attempt, outcome } as const
      const { state } = await commands.handle(paymentDecider, stream, command, contextOf(intent))
      return refundOf(state, refundId)?.status === 'requested' ? open('another attempt has begun') : completed
    } catch (error) {
      if (error instanceof ProviderUnavailable) return { kind: 'open', why: error.message, unsent: true }
      if (error instanceof OutcomeUnknown) return open(error.message)
      throw error
    }
  }
}
