import type { CancelResult } from '../../domain/orders/deadline.ts'
import { paymentIdOf } from '../../domain/shared/ids.ts'
import {
  BreakerOpen,
  HeldBack,
  OutcomeUnknown,
  ProcessStopping,
  ProviderUnavailable,
} from '../../infrastructure/outside/errors.ts'
import type { ChargeResult, PaymentProvider } from '../../payment-providers/port.ts'
import type { CallLimit } from '../perform/call-limit.ts'

/** `unanswered`: it was asked, or is known to be away. `not_asked`: it could not be asked just now. */
export type CancelAnswer = ChargeResult | { readonly kind: 'unanswered' } | { readonly kind: 'not_asked' }

export const cancelResultOf = (result: CancelAnswer): CancelResult => {
  switch (result.kind) {
    case 'cancelled':
      return 'cancelled'
    case 'unknown_payment':
      return 'unknown_payment'
    case 'succeeded':
      return 'captured'
    case 'failed':
      return 'failed'
    case 'pending':
    case 'action_required':
    case 'unanswered':
    case 'not_asked':
      return 'unknown'
  }
}

export type AskToCancelParts = {
  readonly provider: Pick<PaymentProvider, 'cancel'>
  readonly limit: CallLimit
  readonly newId: () => string
}

/** Asks the provider to cancel the payment of an order, once. @throws ProcessStopping */
export const createAskToCancel =
  ({ provider, limit, newId }: AskToCancelParts) =>
  async ({ orderId, placedAt }: { readonly orderId: string; readonly placedAt: Date }): Promise<CancelAnswer> => {
    try {
      const payment = { paymentId: paymentIdOf(orderId), notBefore: async () => placedAt }
      return await limit((signal) => provider.cancel({ ...payment, idempotencyKey: `cancel-${newId()}` }, signal))
    } catch (error) {
      if (error instanceof ProcessStopping) throw error
      // The look that goes before it has a breaker of its own, which `providerState` does not tell of.
      if (error instanceof BreakerOpen) return { kind: 'unanswered' }
      if (error instanceof HeldBack) return { kind: 'not_asked' }
      if (error instanceof ProviderUnavailable || error instanceof OutcomeUnknown) return { kind: 'unanswered' }
      throw error
    }
  }
