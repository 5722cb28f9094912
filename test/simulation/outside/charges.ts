import type { ChargeResult, ChargeRequest } from '../../../payment-providers/port.ts'
import type { Random } from '../random.ts'
import type { Later } from './later.ts'
import type { Capture } from './provider-books.ts'
import type { Tell } from './webhooks.ts'

export type ProviderParts = { readonly random: Random; readonly tell: Tell; readonly later: Later }

type Status = 'captured' | 'failed' | 'action' | 'pending' | 'cancelled'
type Payment = { readonly request: ChargeRequest; status: Status; capture: Capture | undefined; first: ChargeResult }

const longestMs = 45 * 60_000

/** What becomes of a payment; one in many does what providers should not do. */
const characters = {
  captures: 50,
  declines: 12,
  asks: 14,
  takes_time: 12,
  captures_another_amount: 6,
  declines_then_captures: 4,
  captures_twice: 4,
} as const
type Character = keyof typeof characters

/** The provider's side of charging: one payment for each payment id, whatever becomes of it. */
export const createCharges = (
  { random, tell, later }: ProviderParts,
  onCaptured: (capture: Capture) => void = () => undefined,
) => {
  const payments = new Map<string, Payment>()
  const captures: Capture[] = []
  const asked: string[] = []
  const cancelled: string[] = []

  const capture = (payment: Payment, amount: number): Capture => {
    const { orderId, paymentId, currency } = payment.request
    const made = { orderId, providerPaymentId: `pp_${captures.length + 1}`, amount, currency }
    captures.push(made)
    payment.status = 'captured'
    payment.capture ??= made
    tell('payment.succeeded', { orderId, paymentId, providerPaymentId: made.providerPaymentId, amount, currency })
    onCaptured(made)
    return made
  }

  const fail = (payment: Payment, code: string) => {
    payment.status = 'failed'
    tell('payment.failed', { orderId: payment.request.orderId, paymentId: payment.request.paymentId, code })
  }

  const answerOf = ({ status, capture: made, request }: Payment): ChargeResult => {
    switch (status) {
      case 'captured':
        if (made === undefined) throw new Error('captured, and nothing taken')
        return {
          kind: 'succeeded',
          providerPaymentId: made.providerPaymentId,
          amount: made.amount,
          currency: made.currency,
        }
      case 'failed':
        return { kind: 'failed', code: 'card_declined' }
      case 'action':
        return { kind: 'action_required', url: `https://provider.example/confirm/${request.paymentId}` }
      case 'pending':
        return { kind: 'pending' }
      case 'cancelled':
        return { kind: 'cancelled' }
    }
  }

  /** The customer at the bank's page, or the bank itself, makes up their mind; or never does. */
  const decideLater = (payment: Payment) => {
    const end = random.weighted({ captured: 60, failed: 20, never: 20 })
    if (end === 'never') return
    later(`payment ${payment.request.paymentId} is ${end}`, longestMs, () => {
      if (payment.status !== 'action' && payment.status !== 'pending') return
      if (end === 'captured') capture(payment, payment.request.amount)
      else fail(payment, 'not_confirmed')
    })
  }

  const begin = (payment: Payment, character: Character) => {
    const { amount } = payment.request
    switch (character) {
      case 'captures':
        return capture(payment, amount)
      case 'captures_another_amount':
        return capture(payment, amount + 1)
      case 'captures_twice':
        capture(payment, amount)
        return later('charges once more', longestMs, () => capture(payment, amount))
      case 'declines':
        return fail(payment, 'card_declined')
      case 'declines_then_captures':
        fail(payment, 'card_declined')
        return later('captures what it declined', longestMs, () => capture(payment, amount))
      case 'asks':
        payment.status = 'action'
        if (random.chance(0.5))
          tell('payment.action_required', { ...payment.request, url: 'https://provider.example/confirm/by-webhook' })
        return decideLater(payment)
      case 'takes_time':
        return decideLater(payment)
    }
  }

  return {
    captures,
    asked,
    cancelled,

    charge(request: ChargeRequest): ChargeResult {
      asked.push(request.orderId)
      const known = payments.get(request.paymentId)
      // The same key gets the first answer again, whatever has come of it since.
      if (known !== undefined) return known.first
      const payment: Payment = { request, status: 'pending', capture: undefined, first: { kind: 'pending' } }
      payments.set(request.paymentId, payment)
      begin(payment, random.weighted(characters))
      payment.first = answerOf(payment)
      return payment.first
    },

    cancel(paymentId: string): ChargeResult {
      cancelled.push(paymentId)
      const payment = payments.get(paymentId)
      if (payment === undefined) return { kind: 'unknown_payment' }
      if (payment.status !== 'action' && payment.status !== 'pending') return answerOf(payment)
      const way = random.weighted({
        cancels: 75,
        waits_then_captures: 10,
        waits_then_cancels: 10,
        cancels_then_captures: 5,
      })
      if (way === 'waits_then_captures') {
        later('captures before it cancels', longestMs, () => {
          if (payment.status !== 'captured') capture(payment, payment.request.amount)
        })
        return { kind: 'pending' }
      }
      if (way === 'waits_then_cancels') {
        later('cancels at last', longestMs, () => {
          if (payment.status === 'pending' || payment.status === 'action') payment.status = 'cancelled'
        })
        return { kind: 'pending' }
      }
      payment.status = 'cancelled'
      if (way === 'cancels_then_captures')
        later('captures what it cancelled', longestMs, () => capture(payment, payment.request.amount))
      return { kind: 'cancelled' }
    },

    lookUp(paymentId: string): ChargeResult {
      const payment = payments.get(paymentId)
      return payment === undefined ? { kind: 'unknown_payment' } : answerOf(payment)
    },
  }
}
