import { Counter, type Registry } from '../../infrastructure/observability/metrics.ts'
import { NoDefiniteAnswer, ProviderUnavailable, type PaymentProvider } from './provider.ts'

const outcomeOf = (error: unknown): string => {
  if (error instanceof NoDefiniteAnswer) return 'no_answer'
  return error instanceof ProviderUnavailable ? 'unavailable' : 'error'
}

/** The same provider, with every call counted by what it was answered. */
export const measuredProvider = (provider: PaymentProvider, registry: Registry): PaymentProvider => {
  const calls = new Counter({
    name: 'payment_provider_calls_total',
    help: 'Calls of the payment provider by outcome',
    labelNames: ['call', 'outcome'],
    registers: [registry],
  })

  const counted = async <Answer extends { readonly kind: string }>(call: keyof PaymentProvider, answer: Promise<Answer>): Promise<Answer> => {
    try {
      const answered = await answer
      calls.inc({ call, outcome: answered.kind })
      return answered
    } catch (error) {
      calls.inc({ call, outcome: outcomeOf(error) })
      throw error
    }
  }

  return {
    charge: (request, signal) => counted('charge', provider.charge(request, signal)),
    cancel: (request, signal) => counted('cancel', provider.cancel(request, signal)),
    lookUp: (paymentId, signal) => counted('lookUp', provider.lookUp(paymentId, signal)),
    refund: (request, signal) => counted('refund', provider.refund(request, signal)),
    lookUpRefund: (refund, signal) => counted('lookUpRefund', provider.lookUpRefund(refund, signal)),
  }
}
