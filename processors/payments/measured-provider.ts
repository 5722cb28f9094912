import { Counter, type Registry } from '../../infrastructure/observability/metrics.ts'
import { OutcomeUnknown, ProviderUnavailable, type PaymentProvider } from '../../payment-providers/port.ts'

const outcomeOf = (error: unknown): string => {
  if (error instanceof OutcomeUnknown) return 'no_answer'
  return error instanceof ProviderUnavailable ? 'unavailable' : 'error'
}

/** The same provider, with every call counted by its result. */
export const measuredProvider = (provider: PaymentProvider, registry: Registry): PaymentProvider => {
  const calls = new Counter({
    name: 'payment_provider_calls_total',
    help: 'Calls of the payment provider by outcome',
    labelNames: ['call', 'outcome'],
    registers: [registry],
  })

  const counted = async <Result extends { readonly kind: string }>(
    call: keyof PaymentProvider,
    calling: Promise<Result>,
  ): Promise<Result> => {
    try {
      const result = await calling
      calls.inc({ call, outcome: result.kind })
      return result
    } catch (error) {
      calls.inc({ call, outcome: outcomeOf(error) })
      throw error
    }
  }

  const { orderOf } = provider
  return {
    charge: (request, signal) => counted('charge', provider.charge(request, signal)),
    cancel: (request, signal) => counted('cancel', provider.cancel(request, signal)),
    lookUp: (payment, signal) => counted('lookUp', provider.lookUp(payment, signal)),
    refund: (request, signal) => counted('refund', provider.refund(request, signal)),
    lookUpRefund: (refund, signal) => counted('lookUpRefund', provider.lookUpRefund(refund, signal)),
    ...(orderOf === undefined
      ? {}
      : { orderOf: (id: string, signal: AbortSignal) => counted('orderOf', orderOf(id, signal)) }),
  }
}
