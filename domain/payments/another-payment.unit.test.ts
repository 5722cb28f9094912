import { orderId } from '../../test/specifications/order-events.ts'
import { providerTime } from '../../test/specifications/payment-events.ts'
import type { PaymentCommand } from './commands.ts'
import { everyState, failed, told } from '../../test/specifications/told-refunds.ts'

describe('what the provider says of another payment than the one that was requested', () => {
  const other = '44444444-4444-5444-8444-444444444444'
  const commands: readonly PaymentCommand[] = [
    {
      type: 'RecordPaymentOutcome',
      orderId,
      paymentId: other,
      outcome: { kind: 'succeeded', providerPaymentId: 'pp-7', amount: 5500, currency: 'EUR' },
    },
    { type: 'RecordPaymentOutcome', orderId, paymentId: other, outcome: { kind: 'failed', code: 'card_declined' } },
    { type: 'RecordPaymentOutcome', orderId, paymentId: other, outcome: { kind: 'action_required', url: 'http://x' } },
    told({ paymentId: other }),
    told({ paymentId: other, claim: { refundId: 'full', attempt: 1 }, outcome: failed }),
    {
      type: 'RecordDispute',
      orderId,
      paymentId: other,
      dispute: { providerDisputeId: 'dp-1', providerPaymentId: 'pp-7', amount: 5500, currency: 'EUR' },
      outcome: { kind: 'opened', providerTime },
    },
  ]
  for (const command of commands) {
    describe(`${command.type}${'outcome' in command ? ` ${command.outcome.kind}` : ''}`, () => {
      everyState(command, {
        none: 'foreign_payment',
        requested: 'foreign_payment',
        failed: 'foreign_payment',
        'voided, never requested': 'foreign_payment',
        'voided, request open': 'foreign_payment',
        succeeded: 'foreign_payment',
        mismatch: 'foreign_payment',
        'refund requested': 'foreign_payment',
        'refund succeeded': 'foreign_payment',
        'recorded before': 'foreign_payment',
        'failed before': 'foreign_payment',
        'recorded, then failed': 'foreign_payment',
      })
    })
  }
})
