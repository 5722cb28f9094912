import type { PaymentCommand } from '../../../domain/payments/commands.ts'
import type { PaymentEvent } from '../../../domain/payments/events.ts'
import { paymentDecider } from '../../../domain/payments/payment.ts'
import { paymentKey } from '../../../processors/perform/intent.ts'
import type { Mutation } from './mutation.ts'

/**
 * Whoever hears that PaymentRequested has been appended calls the provider, and looks no more: neither that the append was a repetition of
 * another's, nor that somebody has had the lease before, keeps it from that.
 */
export const repeatedAppendEntitles: Mutation = {
  name: 'a success of a repeated append taken as the right to call',
  putInto: ({ commands, leases }) => {
    const entitled = new Set<string>()
    return {
      commands: {
        ...commands,
        handle: async (decider, stream, command, context, options) => {
          const handled = await commands.handle(decider, stream, command, context, options)
          if (!Object.is(decider, paymentDecider)) return handled
          // The payment's decider is given the payment's commands, and returns the payment's events.
          const asked = command as unknown as PaymentCommand
          if (asked.type !== 'RequestPayment' || asked.order.closed) return handled
          const {
            orderId,
            paymentId,
            order: { amount, currency, method },
          } = asked
          entitled.add(paymentKey(orderId))
          const request: PaymentEvent = {
            type: 'PaymentRequested',
            orderId,
            paymentId,
            amount,
            currency,
            method,
            idempotencyKey: paymentId,
          }
          return handled.events.length > 0
            ? handled
            : { ...handled, revision: 0n, events: [request as unknown as (typeof handled.events)[number]] }
        },
      },
      leases: {
        ...leases,
        claim: async (what, options) => {
          if (!entitled.delete(what.key)) return leases.claim(what, options)
          const { kind, key, since: at } = what
          const lease = (await leases.claim(what, { onlyDue: false })) ?? { kind, key, claimCount: 1, token: 'none' }
          return { ...lease, claimCount: 1, neverSent: true, at, remembersFrom: new Date(0) }
        },
      },
    }
  },
}
