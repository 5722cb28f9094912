import type { PaymentEvent } from '../../../domain/payments/events.ts'
import { paymentDecider } from '../../../domain/payments/payment.ts'
import { intentsOf } from '../../../processors/perform/intent.ts'
import { writtenEvents } from '../../../processors/payments/written-events.ts'
import type { Mutation } from './mutation.ts'

/**
 * The provider is called when a decision has just returned an intent, by whoever made it, and never because an intent stands in the log:
 * whoever dies in between takes the call with them. Put in at the two ports: nothing but such a call gets a lease.
 */
export const chargeDrivenByDecide: Mutation = {
  name: 'charge driven by what decide returned',
  putInto: ({ commands, leases }, performing) => {
    const decidedJustNow = new Set<string>()
    return {
      commands: {
        ...commands,
        handle: async (decider, stream, command, context, options) => {
          const handled = await commands.handle(decider, stream, command, context, options)
          if (!Object.is(decider, paymentDecider)) return handled
          // The payment's decider returns the payment's events.
          const payment = { revision: handled.revision, events: handled.events as unknown as readonly PaymentEvent[] }
          for (const recorded of writtenEvents(payment, {
            stream,
            commandId: context.commandId,
            occurredAt: context.now(),
          })) {
            for (const intent of intentsOf(recorded)) {
              if (intent.kind === 'notification') continue
              decidedJustNow.add(intent.key)
              performing().begin(intent, { recorded })
            }
          }
          return handled
        },
      },
      leases: {
        ...leases,
        claim: async (what, options) => {
          if (what.kind !== 'payment' && what.kind !== 'refund') return leases.claim(what, options)
          return decidedJustNow.delete(what.key) ? leases.claim(what, options) : undefined
        },
      },
    }
  },
}
