import type { PaymentEvent } from '../../../domain/payments/events.ts'
import { paymentDecider } from '../../../domain/payments/payment.ts'
import { eventIdOf } from '../../../domain/shared/ids.ts'
import { intentTypes, paymentKey, refundKey, type Intent } from '../../../processors/perform/intent.ts'
import type { Mutation } from './mutation.ts'

const intentOf = (event: PaymentEvent, since: Date, eventId: string): Intent | undefined => {
  if (!Object.hasOwn(intentTypes, event.type)) return undefined
  const { orderId } = event
  return event.type === 'RefundRequested'
    ? { kind: 'refund', key: refundKey(orderId, event.refundId, event.attempt), orderId, since, eventId }
    : { kind: 'payment', key: paymentKey(orderId), orderId, since, eventId }
}

/**
 * The provider is called when a decision has just returned an intent, by whoever made it, and never because an intent stands in the log:
 * whoever dies in between takes the call with them. Put in at the two ports: nothing but such a call gets a lease.
 */
export const chargeDrivenByDecide: Mutation = {
  name: 'charge driven by what decide returned',
  putInto: ({ commands, attempts }, perform) => {
    const decidedJustNow = new Set<string>()
    return {
      commands: {
        ...commands,
        handle: async (decider, stream, command, context, options) => {
          const handled = await commands.handle(decider, stream, command, context, options)
          if (!Object.is(decider, paymentDecider)) return handled
          // The payment's decider returns the payment's events.
          const events = handled.events as unknown as readonly PaymentEvent[]
          const before = (handled.revision ?? -1n) - BigInt(events.length)
          for (const [index, event] of events.entries()) {
            const eventId = eventIdOf(context.commandId, stream, before < 0n ? 'no_stream' : String(before), index, event)
            const intent = intentOf(event, context.now(), eventId)
            if (intent === undefined) continue
            decidedJustNow.add(intent.key)
            await perform()(intent)
          }
          return handled
        },
      },
      attempts: {
        ...attempts,
        claim: async (what, times) => {
          if (what.kind !== 'payment' && what.kind !== 'refund') return attempts.claim(what, times)
          return decidedJustNow.delete(what.key) ? attempts.claim(what, times) : undefined
        },
      },
    }
  },
}
