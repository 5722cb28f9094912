import type {
  CancelRequest,
  ChargeResult,
  ChargeRequest,
  OrderOfPaymentResult,
  PaymentProvider,
  RefundIdentity,
  RefundResult,
  RefundRequest,
  SoughtPayment,
} from '../../payment-providers/port.ts'

export type FakeProvider = { -readonly [Call in keyof PaymentProvider]: PaymentProvider[Call] } & {
  /** Every call that arrived, oldest first: `charge`, `cancel`, `lookUp`, `refund`, `lookUpRefund`, `orderOf`. */
  readonly calls: readonly string[]
  readonly charges: readonly ChargeRequest[]
  readonly refunds: readonly RefundRequest[]
  /** The next call of this name answers so, or is rejected with the error; after that, as before. */
  next(call: string, result: ChargeResult | RefundResult | OrderOfPaymentResult | Error): void
}

/** A provider that keeps its promises: charges at once, once for each payment, and knows what it has done. Or does as it is told. */
export const fakeProvider = (): FakeProvider => {
  const calls: string[] = []
  const charges: ChargeRequest[] = []
  const refunds: RefundRequest[] = []
  const told = new Map<string, (ChargeResult | RefundResult | OrderOfPaymentResult | Error)[]>()
  const payments = new Map<string, ChargeResult>()
  const given = new Map<string, RefundResult>()

  const answer = <Result>(call: string, otherwise: () => Result): Result => {
    calls.push(call)
    const next = told.get(call)?.shift()
    if (next instanceof Error) throw next
    // A test that tells a call to answer tells it an answer of its own kind.
    return next === undefined ? otherwise() : (next as Result)
  }
  const refundId = ({ providerPaymentId, refundId: id, attempt }: RefundIdentity) =>
    `${providerPaymentId} ${id} ${attempt}`

  return {
    calls,
    charges,
    refunds,
    next: (call, outcome) => {
      told.set(call, [...(told.get(call) ?? []), outcome])
    },

    charge: async (request: ChargeRequest) => {
      charges.push(request)
      return answer('charge', () => {
        const { paymentId, amount, currency } = request
        const made =
          payments.get(paymentId) ??
          ({ kind: 'succeeded', providerPaymentId: `pp_${paymentId}`, amount, currency } as const)
        payments.set(paymentId, made)
        return made
      })
    },
    cancel: async ({ paymentId }: CancelRequest) =>
      answer<ChargeResult>('cancel', () => payments.get(paymentId) ?? { kind: 'unknown_payment' }),
    lookUp: async ({ paymentId }: SoughtPayment) =>
      answer<ChargeResult>('lookUp', () => payments.get(paymentId) ?? { kind: 'unknown_payment' }),
    refund: async (request: RefundRequest) => {
      refunds.push(request)
      return answer<RefundResult>('refund', () => {
        const made: RefundResult = { kind: 'succeeded', providerRefundId: `pr_${request.refundId}` }
        given.set(refundId(request), made)
        return made
      })
    },
    lookUpRefund: async (refund: RefundIdentity) =>
      answer<RefundResult>('lookUpRefund', () => given.get(refundId(refund)) ?? { kind: 'unknown_refund' }),
    orderOf: async (providerPaymentId: string) =>
      answer<OrderOfPaymentResult>('orderOf', () => {
        const charged = charges.find(({ paymentId }) => providerPaymentId === `pp_${paymentId}`)
        if (charged === undefined) return { kind: 'unknown_payment' }
        const { orderId, paymentId } = charged
        return { kind: 'found', orderId, paymentId }
      }),
  }
}
