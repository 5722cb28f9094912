import { cardOf } from './cards.ts'
import type { Events } from './events.ts'
import { textOf, textsOf, type Parameters } from './form.ts'
import { invalidRequest, missing, StripeFailure, type PaymentIntent } from './objects.ts'

export type PaymentIntentsOptions = {
  readonly now: () => Date
  readonly nextId: (prefix: string) => string
  readonly announce: Events['announce']
  /** Where the customer's bank asks them. */
  readonly authenticationUrl: (id: string) => string
}

const known = [
  'amount',
  'currency',
  'payment_method',
  'allowed_payment_method_types',
  'confirm',
  'return_url',
  'metadata',
]

/** Its states: docs.stripe.com/payments/paymentintents/lifecycle. Confirmed with its creation, by card. */
export const createPaymentIntents = ({ now, nextId, announce, authenticationUrl }: PaymentIntentsOptions) => {
  const all = new Map<string, PaymentIntent>()

  const found = (id: string): PaymentIntent => {
    const intent = all.get(id)
    if (intent === undefined) throw missing('payment_intent', 'intent')
    return intent
  }

  const succeed = (intent: PaymentIntent, received = intent.amount): void => {
    intent.status = 'succeeded'
    intent.amount_received = received
    intent.latest_charge = nextId('ch')
    intent.next_action = null
    intent.last_payment_error = null
    announce('payment_intent.succeeded', intent)
  }

  /** docs.stripe.com/error-handling: a decline is a 402 that has the payment in it, which is there all the same. */
  const decline = (intent: PaymentIntent, error: NonNullable<PaymentIntent['last_payment_error']>): void => {
    intent.status = 'requires_payment_method'
    intent.last_payment_error = error
    intent.next_action = null
    announce('payment_intent.payment_failed', intent)
  }

  return {
    all: (): readonly PaymentIntent[] => [...all.values()],
    retrieve: found,

    create(parameters: Parameters): PaymentIntent {
      if ('payment_method_types' in parameters)
        throw invalidRequest('read-only since 2026-09-30.endive', { code: 'payment_method_types_no_longer_supported' })
      const unknown = Object.keys(parameters).find((name) => !known.includes(name))
      if (unknown !== undefined)
        throw invalidRequest(`Received unknown parameter: ${unknown}`, { code: 'parameter_unknown', param: unknown })
      const amount = Number(textOf(parameters, 'amount'))
      const currency = textOf(parameters, 'currency') ?? ''
      if (!Number.isInteger(amount) || amount < 1)
        throw invalidRequest('Invalid positive integer', { code: 'parameter_invalid_integer', param: 'amount' })
      if (!/^[a-z]{3}$/.test(currency)) throw invalidRequest(`Invalid currency: ${currency}`, { param: 'currency' })
      if (amount < 50)
        throw invalidRequest('Amount must be at least 50 cents', { code: 'amount_too_small', param: 'amount' })
      const method = textOf(parameters, 'payment_method') ?? ''
      const card = cardOf(method)
      if (card === undefined) throw missing(`PaymentMethod: '${method}'`, 'payment_method', 400)
      const returnUrl = textOf(parameters, 'return_url')
      if (returnUrl === undefined) throw invalidRequest('a return_url is needed', { param: 'return_url' })

      const intent: PaymentIntent = {
        id: nextId('pi'),
        object: 'payment_intent',
        created: Math.floor(now().getTime() / 1_000),
        amount,
        amount_received: 0,
        currency,
        status: 'requires_payment_method',
        metadata: textsOf(parameters, 'metadata'),
        payment_method: method,
        livemode: false,
        latest_charge: null,
        last_payment_error: null,
        next_action: null,
        cancellation_reason: null,
      }
      all.set(intent.id, intent)
      switch (card.does) {
        case 'pays':
          succeed(intent)
          return intent
        case 'declines':
          decline(intent, card.error)
          throw new StripeFailure(402, { ...card.error, payment_intent: intent })
        case 'asks_to_authenticate':
          intent.status = 'requires_action'
          intent.next_action = {
            type: 'redirect_to_url',
            redirect_to_url: { url: authenticationUrl(intent.id), return_url: returnUrl },
          }
          announce('payment_intent.requires_action', intent)
          return intent
      }
    },

    /** docs.stripe.com/api/payment_intents/cancel: too late, or a second time, is `payment_intent_unexpected_state`. */
    cancel(id: string, parameters: Parameters): PaymentIntent {
      const intent = found(id)
      if (['succeeded', 'canceled', 'processing'].includes(intent.status)) {
        throw new StripeFailure(400, {
          type: 'invalid_request_error',
          code: 'payment_intent_unexpected_state',
          message: `a payment_intent with status ${intent.status} cannot be canceled`,
          payment_intent: intent,
        })
      }
      intent.status = 'canceled'
      intent.next_action = null
      intent.cancellation_reason = textOf(parameters, 'cancellation_reason') ?? null
      announce('payment_intent.canceled', intent)
      return intent
    },

    /** Paid after all, with another card perhaps (`requires_payment_method` is no end), and perhaps with another amount received. */
    pay(id: string, received?: number): void {
      const intent = found(id)
      if (intent.status === 'requires_action' || intent.status === 'requires_payment_method') succeed(intent, received)
    },

    /** The customer at their bank. */
    authenticate(id: string, passes = true): void {
      const intent = found(id)
      if (intent.status !== 'requires_action') return
      if (passes) succeed(intent)
      else
        decline(intent, {
          type: 'invalid_request_error',
          code: 'payment_intent_authentication_failure',
          message: 'the customer did not authenticate',
        })
    },
  }
}

export type PaymentIntents = ReturnType<typeof createPaymentIntents>
