import { specificationOf } from '../../test/specifications/decider.ts'
import { orderId } from '../../test/specifications/order-events.ts'
import {
  duplicateChargeDetected,
  externalRefundRecorded,
  providerTime,
  refundRequested,
} from '../../test/specifications/payment-events.ts'
import type { PaymentCommand } from './commands.ts'
import { paymentDecider } from './payment.ts'
import { everyState, failed, paid, pr9, told } from '../../test/specifications/told-refunds.ts'

const { given } = specificationOf(paymentDecider)

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

describe('a refund that is said to be an attempt of ours', () => {
  const claim = { refundId: 'full', attempt: 1 }
  const ofCharge = (providerPaymentId: string) => told({ claim, refund: { ...pr9, providerPaymentId } })

  it('is applied to nothing where it is of a charge that the order does not have', () => {
    given(...paid, refundRequested())
      .when(ofCharge('pp-7'))
      .thenRefused('foreign_payment', { orderId, providerPaymentId: 'pp-7' })
    given(...paid, refundRequested())
      .when(told({ claim, refund: { ...pr9, providerPaymentId: 'pp-7' }, outcome: failed }))
      .thenRefused('foreign_payment')
    given(...paid)
      .when(ofCharge('pp-7'))
      .thenRefused('foreign_payment')
  })

  it('is no attempt of ours where it is of another charge of the order', () => {
    given(...paid, duplicateChargeDetected(), refundRequested())
      .when(ofCharge('pp-2'))
      .then(externalRefundRecorded({ providerPaymentId: 'pp-2' }))
  })
})
